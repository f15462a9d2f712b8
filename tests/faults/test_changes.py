"""Disks, clocks and stores that fail under ``install``, ``remove``, ``upgrade``, ``export`` and ``cache``."""

from __future__ import annotations

import errno
import shutil

import pytest

from embedded_hub.faults import Then
from ptmdeps.project import Project
from tests.faults.disks import needs_mounts, read_only, small
from tests.faults.test_store import BROKEN
from tests.faults.world import ADAPTER, PICKLED, Listing, Outcome, World, listing, publish, wrong_files

pytestmark = pytest.mark.faults

CHANGES = {
    "install": ("install", PICKLED),
    "remove": ("remove", ADAPTER),
    "upgrade": ("upgrade", "--brief"),
}
PAGE = 4096


@pytest.fixture
def ready(world: World) -> World:
    """A project in which there is something to install, to remove and to upgrade."""
    publish(world.hub)
    world.asks_for()
    world.manifest.write_text(f'# ours\nmodels = ["{ADAPTER}"]\n')
    world.run("sync", "--link-mode", "symlink")
    publish(world.hub, seed="v2")
    return world


def fits(world: World) -> None:
    """Manifest, lock and environment say the same."""
    world.run("lock", "--check")
    world.run("sync", "--check")
    assert wrong_files(world.environment, world.locked()) == []


def refused(world: World, *command: str, said: str) -> Outcome:
    """The command fails, says what and what would help."""
    outcome = world.run(*command, code=2)
    assert said in outcome.err
    assert "hint: " in outcome.err
    return outcome


@needs_mounts
def test_a_full_project_stays_as_it_was_however_much_of_the_change_fits(ready: World) -> None:
    """A part of the environment, all of it, the manifest as well, or everything."""
    said: list[str] = []
    with small(ready, ready.project) as disk:
        before = listing(disk.see(ready.project))
        python = disk.see(ready.project) / ".ptm" / "python"
        # the start-up hook is copied into every environment, and nothing interesting happens while it does not fit
        hook = sum(-(-path.stat().st_size // PAGE) for path in python.rglob("*") if path.is_file())
        for pages in (0, *range(hook, hook + 20)):
            disk.fill(leave=pages * PAGE)
            outcome = disk.world.run(*CHANGES["remove"], code=None)
            disk.free()
            if outcome.code == 0:
                break
            assert listing(disk.see(ready.project)) == before
            assert outcome.code == 2, outcome.text
            said += [part for part in (".ptm`", "ptm.toml`", "ptm.lock`") if f"{part} cannot be " in outcome.err]
        disk.world.run("sync", "--check")
        disk.world.run("lock", "--check")
    assert list(dict.fromkeys(said)) == [".ptm`", "ptm.toml`", "ptm.lock`"]


@needs_mounts
@pytest.mark.parametrize("name", ["install", "upgrade"])
def test_a_full_project_or_store_stops_a_change_and_loses_nothing(ready: World, name: str) -> None:
    before = listing(ready.project)
    with small(ready, ready.store) as disk:
        disk.fill(leave=20_000)
        refused(disk.world, *CHANGES[name], said="Free some space")
        assert listing(ready.project) == before
        disk.world.run("cache", "verify")
    with small(ready, ready.project) as disk:
        disk.fill()
        before = listing(disk.see(ready.project))
        refused(disk.world, *CHANGES[name], said="No space left on device")
        assert listing(disk.see(ready.project)) == before
        disk.free()
        disk.world.run(*CHANGES[name])
        disk.world.run("lock", "--check")
        disk.world.run("sync", "--check")


@needs_mounts
def test_a_full_store_can_be_cleared(ready: World) -> None:
    ready.run(*CHANGES["upgrade"], "--link-mode", "symlink")
    with small(ready, ready.store) as disk:
        disk.fill()
        free = shutil.disk_usage(disk.see(ready.store)).free
        disk.world.run(*CHANGES["remove"])
        disk.world.run("cache", "verify")
        disk.world.run("cache", "prune")
        assert shutil.disk_usage(disk.see(ready.store)).free > free + 50_000


@needs_mounts
def test_a_read_only_project_refuses_every_change(ready: World) -> None:
    before = listing(ready.project)
    with read_only(ready, ready.project) as disk:
        for command in CHANGES.values():
            refused(disk.world, *command, said="Read-only file system")
            disk.world.run(*command, "--dry-run")
        refused(disk.world, "export", said="/ptm-bundle.tar` cannot be written: Read-only file system")
    assert listing(ready.project) == before
    for command in CHANGES.values():
        ready.run(*command)
    fits(ready)


@needs_mounts
def test_a_read_only_store_refuses_what_must_write_it(ready: World) -> None:
    damaged = next(ready.store.glob("models--acme--classifier/snapshots/*/model.safetensors")).resolve()
    before = listing(ready.project)
    with read_only(ready, ready.store) as disk:
        for name in ("install", "upgrade"):
            refused(disk.world, *CHANGES[name], said="HF_HUB_CACHE")
        refused(disk.world, "cache", "clean", "acme/classifier", "--force", "--yes", said="Read-only file system")
        damaged.write_bytes(b"damaged")
        refused(disk.world, "cache", "verify", "--repair", said="writable")
        assert listing(ready.project) == before
        disk.world.run(*CHANGES["remove"])
    ready.run("cache", "verify", "--repair")
    fits(ready)


def test_a_rename_that_fails_once_loses_nothing(ready: World) -> None:
    """In a project on a disk that cannot exchange folders either: manifest, lock, old environment, new one."""
    before, saved = listing(ready.project), ready.save()
    ready.run(*CHANGES["install"])
    after = listing(ready.project)
    for at, number in enumerate((errno.EIO, errno.ESTALE, errno.ETXTBSY, errno.ESTALE), 1):
        ready.restore(saved)
        broken = _broken(ready, BREAK_RENAME=number, BREAK_RENAME_AT=at)
        refused(broken, *CHANGES["install"], said=f"cannot be {'built' if at > 2 else 'written'}")
        assert listing(ready.project) == before
        if number == errno.ESTALE:
            broken.told(BREAK_RENAME_DONE="1").run(*CHANGES["install"])
            assert listing(ready.project) == after, "the answer was lost, not the rename"


def test_a_rename_that_fails_once_leaves_the_old_bundle(ready: World) -> None:
    command = ("export", "--output", str(ready.out / "bundle"), "--link-mode", "copy")
    ready.out.mkdir()
    ready.run(*command)
    ready.run(*CHANGES["upgrade"])
    before = listing(ready.out)
    leftover = ready.out / f".bundle.{Project(ready.project).identifier}.ptmdeps-exporting-old"
    for at in (1, 2):
        broken = _broken(ready, BREAK_BELOW=ready.out, BREAK_RENAME=errno.EIO, BREAK_RENAME_AT=at)
        refused(broken, *command, said="cannot be written: Input/output error")
        assert listing(ready.out) == before
    shutil.copytree(ready.out / "bundle", leftover)
    broken.told(BREAK_RENAME=str(errno.ESTALE), BREAK_RENAME_DONE="1").run(*command)
    assert listing(ready.out) != before
    assert [path.name for path in ready.out.iterdir()] == ["bundle"]


def _broken(world: World, **settings: object) -> World:
    told = {name: str(value) for name, value in settings.items()}
    usual = {"PYTHONPATH": str(BROKEN), "BREAK_BELOW": str(world.project), "BREAK_EXCHANGE": "1"}
    return world.told(**(usual | told))


def test_a_clock_that_is_three_days_slow_changes_nothing(ready: World) -> None:
    """Every file, and every commit of the hub, is from the future."""
    slow = ready.told(PYTHONPATH=str(BROKEN), BREAK_CLOCK=str(-3 * 86_400))
    for command in (*CHANGES.values(), ("cache", "verify"), ("cache", "prune"), ("export",)):
        slow.run(*command)
    fits(ready)
    ready.run("cache", "verify")


@pytest.mark.parametrize("command", [CHANGES["install"], CHANGES["upgrade"], ("export", "--frozen")], ids=" ".join)
def test_a_store_that_is_deleted_under_a_change(ready: World, command: tuple[str, ...]) -> None:
    if command[0] == "export":
        ready.run("lock", "-U")
    before: Listing = listing(ready.project)
    ready.hub.faults.add(Then(lambda: shutil.rmtree(ready.store, ignore_errors=True)), path="/cdn/", times=1)
    outcome = ready.run(*command, code=None)
    if outcome.code:
        assert outcome.code == 2, outcome.text
        assert "hint: " in outcome.err
        assert listing(ready.project) == before
    ready.run(*command)
    ready.run("sync")
    fits(ready)
