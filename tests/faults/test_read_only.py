"""Folders that cannot be written: what need not be written works, the rest is said, and nothing changes."""

from __future__ import annotations

import pytest

from tests.faults.disks import needs_mounts, read_only, without_override
from tests.faults.world import ADAPTER, CLASSIFIER, World, listing, publish, wrong_files

pytestmark = pytest.mark.faults


@pytest.fixture
def published(world: World) -> World:
    publish(world.hub)
    world.asks_for(ADAPTER)
    return world


@needs_mounts
def test_a_read_only_store_that_holds_everything_serves(published: World) -> None:
    other = published.root / "other"
    published.asks_for(ADAPTER, project=other)
    published.run("sync", project=other)
    stored = listing(published.store)
    with read_only(published, published.store) as disk:
        outcome = disk.world.run("sync")
        again = disk.world.run("sync")

    assert wrong_files(published.environment, published.locked()) == []
    assert "warning: " in outcome.err
    assert "hf cache prune" in outcome.err
    assert str(published.store) in outcome.err
    assert "warning: " not in again.err, "once is enough"
    assert listing(published.store) == stored


@needs_mounts
def test_a_read_only_store_that_lacks_files_is_named(published: World) -> None:
    published.run("lock")
    before = listing(published.project)
    with read_only(published, published.store) as disk:
        outcome = disk.world.run("sync", code=2)

    assert "Read-only file system" in outcome.err
    assert "HF_HUB_CACHE" in outcome.err
    assert listing(published.project) == before
    published.run("sync")
    assert wrong_files(published.environment, published.locked()) == []


@needs_mounts
def test_a_first_lock_into_a_read_only_store_is_refused(published: World) -> None:
    with read_only(published, published.store) as disk:
        outcome = disk.world.run("lock", code=2)

    assert "Read-only file system" in outcome.err
    assert "HF_HUB_CACHE" in outcome.err
    assert not published.lockfile.exists()
    published.run("lock")


@needs_mounts
def test_damage_in_a_read_only_store_is_named_and_cannot_be_repaired(published: World) -> None:
    published.run("sync", "--link-mode", "copy")
    published.environment.rename(published.root / "aside")
    weights = next(published.store.glob("models--acme--classifier/snapshots/*/model.safetensors"))
    content = bytearray(weights.read_bytes())
    content[100] ^= 1
    weights.resolve().write_bytes(content)
    with read_only(published, published.store) as disk:
        outcome = disk.world.run("sync", code=2)

    assert "is damaged" in outcome.err
    assert "Make the cache writable" in outcome.err
    assert not published.environment.exists()


@needs_mounts
def test_a_read_only_project_can_be_looked_at_and_run_but_not_changed(published: World) -> None:
    published.run("sync")
    before = listing(published.project)
    publish(published.hub, seed="v2")
    with read_only(published, published.project) as disk:
        for command in (("lock", "--check"), ("lock",), ("sync",), ("sync", "--check"), ("list",), ("tree",)):
            disk.world.run(*command)
        disk.world.run("run", "--", "true")
        outcome = disk.world.run("lock", "-U", code=2)
        disk.world.run("lock", "-U", "--dry-run")

    assert "ptm.lock` cannot be written: Read-only file system" in outcome.err
    assert "hint: " in outcome.err
    assert listing(published.project) == before


@needs_mounts
def test_an_environment_in_a_read_only_project_cannot_be_built(published: World) -> None:
    published.run("lock")
    before = listing(published.project)
    with read_only(published, published.project) as disk:
        outcome = disk.world.run("sync", code=2)

    assert f"`{published.environment}` cannot be built: Read-only file system" in outcome.err
    assert "hint: " in outcome.err
    assert listing(published.project) == before


@needs_mounts
@pytest.mark.parametrize(
    "commands",
    [(("sync",), ("sync",)), (("run", "--", "true"), ("run", "--", "true")), (("install", CLASSIFIER), ("export",))],
)
def test_a_read_only_cache_of_ours_is_not_needed(published: World, commands: tuple[tuple[str, ...], ...]) -> None:
    if commands[0][0] == "run":
        published.run("lock")
    with read_only(published, published.cache) as disk:
        for command in commands:
            disk.world.run(*command)
    assert published.lockfile.exists()
    assert wrong_files(published.environment, published.locked()) == []


def test_permissions_are_named_like_any_other_reason(published: World) -> None:
    """A folder of another user, as on shared machines; not the same error number as a read-only disk."""
    published.run("lock")
    world = without_override(published)
    before = listing(published.project)
    for folder, said in ((published.store, "Permission denied"), (published.project, "Permission denied")):
        folders = [folder, *(path for path in folder.rglob("*") if path.is_dir() and not path.is_symlink())]
        for path in folders:
            path.chmod(0o555)
        try:
            outcome = world.run("sync", code=2)
        finally:
            for path in folders:
                path.chmod(0o755)
        assert said in outcome.err
        assert "hint: " in outcome.err
        assert listing(published.project) == before
    published.run("sync")


def test_a_stored_file_that_may_not_be_read_is_named(published: World) -> None:
    published.asks_for(CLASSIFIER)
    published.run("sync", "--link-mode", "copy")
    published.environment.rename(published.root / "aside")
    weights = next(published.store.glob("models--acme--classifier/snapshots/*/model.safetensors")).resolve()
    weights.chmod(0)

    outcome = without_override(published).run("sync", "--rehash", code=2)

    weights.chmod(0o644)
    assert "model.safetensors" in outcome.err
    assert "cannot be read: Permission denied" in outcome.err
    assert "hint: " in outcome.err
