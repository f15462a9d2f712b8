"""A store that many use, that is cleared meanwhile, vanishes, is on another disk, or on a network file system."""

from __future__ import annotations

import errno
import os
import shutil
import time
import tomllib
from pathlib import Path

import pytest

from embedded_hub import models
from embedded_hub.faults import Delay, Then
from tests.faults.disks import needs_mounts, read_only, small
from tests.faults.kills import State
from tests.faults.world import ADAPTER, CLASSIFIER, PICKLED, World, ended, listing, publish, wrong_files

pytestmark = pytest.mark.faults

BROKEN = Path(__file__).with_name("broken_disk")


@pytest.fixture
def published(world: World) -> World:
    publish(world.hub)
    world.asks_for(ADAPTER, PICKLED)
    return world


def projects(world: World, many: int) -> list[Path]:
    """The world's project and others with the same code."""
    others = [world.root / f"project-{number}" for number in range(many - 1)]
    for other in others:
        world.asks_for(ADAPTER, PICKLED, project=other)
    return [world.project, *others]


def test_eight_processes_share_a_store(published: World) -> None:
    world = published
    folders = projects(world, 8)
    world.hub.log.clear()

    for process in [world.start("sync", project=folder) for folder in folders]:
        ended(process, ("sync",))

    for folder in folders:
        assert wrong_files(folder / ".ptm", world.locked()) == []
    # locking reads parts of pickles; whole files come once
    fetched = [entry.path for entry in world.hub.log.matching("/cdn/", method="GET") if not entry.range]
    assert len(fetched) == len(set(fetched)) == 3
    world.run("cache", "verify")


@pytest.mark.parametrize("which", [("prune",), ("prune", "--all"), ("prune", "--dry-run")])
def test_prunes_while_syncs_run_take_nothing_away_that_is_needed(published: World, which: tuple[str, ...]) -> None:
    world = published
    folders = projects(world, 4)
    world.hub.faults.add(Delay(seconds=0.3), path="/cdn/")

    running = []
    for folder in folders:
        running += [world.start("sync", "--link-mode", "symlink", project=folder), world.start("cache", *which)]
    for process in running:
        ended(process, ("sync | cache prune",))

    for folder in folders:
        assert wrong_files(folder / ".ptm", world.locked()) == []
    world.run("cache", "prune", "--all")
    for folder in folders:
        assert wrong_files(folder / ".ptm", world.locked()) == []


def test_a_prune_between_an_upgrade_and_its_sync_keeps_the_old_environment(published: World) -> None:
    world = published
    world.run("sync", "--link-mode", "symlink")
    old = world.locked()
    publish(world.hub, seed="v2")
    world.run("lock", "-U")
    world.run("cache", "prune", "--all")
    assert wrong_files(world.environment, old) == []
    world.run("sync", "--link-mode", "symlink")
    freed = world.run("cache", "prune")
    assert "Freed 0 bytes" not in freed.err
    assert wrong_files(world.environment, world.locked()) == []


def test_another_users_pins_are_kept_by_who_cannot_see_their_lock(published: World) -> None:
    world = published
    other = projects(world, 2)[1]
    world.run("sync", "--link-mode", "symlink", project=other)
    hidden = world.root / "of-another-machine"
    other.rename(hidden)
    for entry in (world.store / ".locks" / "ptmdeps" / "projects").glob("*.json"):
        text = entry.read_text().replace(f'"user": {os.getuid()}', f'"user": {os.getuid() + 1}')
        entry.write_text(text)
    shutil.rmtree(world.cache / "projects")

    world.run("cache", "prune", "--all")

    hidden.rename(other)
    assert wrong_files(other / ".ptm", world.locked() if world.lockfile.exists() else _locked(other)) == []


def _locked(project: Path) -> dict[str, object]:
    return tomllib.loads((project / "ptm.lock").read_text())


@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_store_that_is_deleted_under_a_running_sync(published: World, number: int) -> None:
    world = published
    world.run("lock")
    world.hub.faults.add(
        Then(lambda: shutil.rmtree(world.store, ignore_errors=True)), path="/cdn/", after=number - 1, times=1
    )

    outcome = world.run("sync", code=None)

    assert outcome.code in (0, 1, 2), outcome.text
    if outcome.code == 0:
        assert wrong_files(world.environment, world.locked()) == []
    else:
        assert "hint: " in outcome.err
        assert not world.environment.exists()
    world.hub.faults.clear()
    world.run("sync")
    assert wrong_files(world.environment, world.locked()) == []


@needs_mounts
@pytest.mark.parametrize("mode", ["auto", "symlink", "copy"])
def test_a_store_on_another_disk_than_the_project(published: World, mode: str) -> None:
    world = published
    with small(world, world.project, size=8_000_000) as disk:
        disk.world.run("sync", "--link-mode", mode)
        seen = disk.see(world.project)
        lock = _locked(seen)
        found = list((seen / ".ptm").rglob("model.safetensors"))
        assert found
        assert all(path.is_symlink() == (mode != "copy") for path in found)
        disk.world.run("sync", "--check")
        disk.world.run("cache", "prune", "--all")
        disk.world.run("sync", "--check", "--rehash")
        assert lock == _locked(seen)


@needs_mounts
@pytest.mark.parametrize("mode", ["hardlink", "reflink"])
def test_a_link_that_cannot_cross_disks_is_an_error_and_changes_nothing(published: World, mode: str) -> None:
    world = published
    with small(world, world.project, size=8_000_000) as disk:
        outcome = disk.world.run("sync", "--link-mode", mode, code=2)
        assert "choose another `--link-mode`" in outcome.err
        assert {path.name for path in disk.see(world.project).iterdir()} == {"app.py", "ptm.lock"}
        disk.world.run("sync")


@needs_mounts
def test_copies_that_do_not_fit_are_said_before_anything_is_fetched(published: World) -> None:
    world = published
    # far more than the environment's own files, which come beside the models, take of the disk
    world.hub.repositories[CLASSIFIER].commit(models.bert_classifier(weight_bytes=1_500_000))
    world.run("lock")
    with small(world, world.project, size=4_000_000) as disk:
        disk.fill(leave=1_000_000)
        world.hub.log.clear()
        outcome = disk.world.run("sync", "--frozen", "--link-mode", "copy", code=2)
        assert "bytes are to be copied" in outcome.err
        assert world.hub.log.count() == 0
        disk.world.run("sync", "--frozen", "--link-mode", "symlink")


@needs_mounts
def test_a_read_only_store_can_be_looked_at_and_not_cleared(published: World) -> None:
    world = published
    world.run("sync")
    publish(world.hub, seed="v2")
    world.run("lock", "-U")
    world.run("sync")
    before = listing(world.store)
    with read_only(world, world.store) as disk:
        for command in (("list",), ("size",), ("verify",), ("prune", "--dry-run")):
            disk.world.run("cache", *command)
        outcome = disk.world.run("cache", "prune", code=2)
    assert "Read-only file system" in outcome.err or "cannot be written" in outcome.err
    assert listing(world.store) == before
    world.run("cache", "prune")
    assert wrong_files(world.environment, world.locked()) == []


def _broken(world: World, **settings: object) -> World:
    return world.told(PYTHONPATH=str(BROKEN), **{name: str(value) for name, value in settings.items()})


def test_a_network_file_system_without_locks(published: World) -> None:
    world = _broken(published, BREAK_BELOW=published.store, BREAK_FLOCK=errno.ENOSYS)
    folders = projects(world, 2)
    for process in [world.start("sync", project=folder) for folder in folders]:
        ended(process, ("sync",))
    for folder in folders:
        assert wrong_files(folder / ".ptm", published.locked()) == []
    refused = world.run("cache", "prune", code=2)
    assert "cannot lock" in refused.err
    assert "Nothing was deleted" in refused.err


def test_a_network_file_system_whose_locks_fail_is_said(published: World) -> None:
    """The official client gives up there, too."""
    world = _broken(published, BREAK_BELOW=published.store, BREAK_FLOCK=errno.ENOLCK)
    outcome = world.run("sync", code=2)
    assert "No locks available" in outcome.err
    assert "HF_HUB_CACHE" in outcome.err
    published.run("sync")
    world.run("sync")
    assert wrong_files(world.environment, world.locked()) == []


def test_our_own_cache_on_a_disk_without_locks(published: World) -> None:
    world = _broken(published, BREAK_BELOW=published.cache, BREAK_FLOCK=errno.ENOLCK)
    world.run("sync")
    assert wrong_files(world.environment, world.locked()) == []


@pytest.mark.parametrize(("number", "done"), [(errno.EIO, 0), (errno.ESTALE, 1)], ids=["not done", "done all the same"])
@pytest.mark.parametrize("at", [1, 2, 5, 8])
def test_a_rename_that_fails_in_the_store(published: World, number: int, done: int, at: int) -> None:
    world = published
    world.run("lock")
    broken = _broken(world, BREAK_BELOW=world.store, BREAK_RENAME=number, BREAK_RENAME_AT=at, BREAK_RENAME_DONE=done)

    outcome = broken.run("sync", "--frozen", code=None)

    assert outcome.code in (0, 2), outcome.text
    if outcome.code:
        assert "hint: " in outcome.err
    world.run("sync")
    assert wrong_files(world.environment, world.locked()) == []
    world.run("cache", "verify")


@pytest.mark.parametrize("at", [1, 2])
@pytest.mark.parametrize("done", [0, 1], ids=["not done", "done all the same"])
def test_a_rename_that_fails_in_the_project(published: World, at: int, done: int) -> None:
    world = published
    world.run("sync")
    publish(world.hub, seed="v2")
    old = world.locked()
    broken = _broken(
        world, BREAK_BELOW=world.project, BREAK_RENAME=errno.EIO, BREAK_RENAME_AT=at, BREAK_RENAME_DONE=done
    )

    outcome = broken.run("lock", "-U", code=None)

    assert outcome.code in (0, 2), outcome.text
    assert wrong_files(world.environment, old) == []
    world.run("lock", "-U")
    world.run("sync")
    assert wrong_files(world.environment, world.locked()) == []


def test_a_clock_that_was_set_back(published: World) -> None:
    """Every file is from the future."""
    world = published
    world.run("sync", "--link-mode", "symlink")
    partial = next(world.store.glob("*/blobs")) / f"{'a' * 64}.12345678.incomplete"
    partial.write_bytes(b"half")
    tomorrow = time.time() + 3 * 86_400
    for folder in (world.root,):
        for parent, folders, files in os.walk(folder):
            for name in (*folders, *files):
                os.utime(Path(parent, name), (tomorrow, tomorrow), follow_symlinks=False)
    state = State.of(world)

    world.run("sync")
    world.run("cache", "verify")
    world.run("cache", "list")
    assert "today" in world.run("cache", "list").out
    assert State.of(world).environment == state.environment
    publish(world.hub, seed="v2")
    world.run("lock", "-U")
    world.run("sync", "--link-mode", "symlink")
    world.run("cache", "prune")
    assert wrong_files(world.environment, world.locked()) == []
    assert not partial.exists()
