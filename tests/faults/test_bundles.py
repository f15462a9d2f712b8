"""``kill -9`` and full disks while a bundle is written or read: the old bundle or the new one, nothing half."""

from __future__ import annotations

import random
import shutil
import signal
from pathlib import Path

import pytest

from ptmdeps.bundle import opened
from tests.faults.disks import needs_mounts, small
from tests.faults.kills import SWITCH
from tests.faults.world import ADAPTER, PICKLED, Listing, World, ended, listing, publish, wrong_files

pytestmark = pytest.mark.faults
MOMENTS = 4
FORMS = {"tar": "bundle.tar", "folder": "bundle"}


@pytest.fixture
def synced(world: World) -> World:
    publish(world.hub)
    world.asks_for(ADAPTER, PICKLED)
    world.run("sync")
    (world.root / "out").mkdir()
    return world


def killed_at(world: World, below: Path, number: int, *command: str) -> int:
    """Kill a command right before its n-th change to a file below a folder; gives how it ended."""
    switch = {"PYTHONPATH": str(SWITCH), "KILL_BELOW": str(below), "KILL_AT": str(number)}
    outcome = ended(world.told(**switch).start(*command), (*command, "(killed)"), code=None)
    assert outcome.code in (0, -signal.SIGKILL), outcome.text
    return outcome.code


def moments(world: World, saved: Path, below: Path, *command: str) -> list[int]:
    """Numbers of changes to files at which to kill: the first, the last, and some between."""
    report = world.root.with_name("changes")
    report.write_bytes(b"")
    switch = {"PYTHONPATH": str(SWITCH), "KILL_BELOW": str(below), "KILL_COUNT": str(report)}
    world.told(**switch).run(*command)
    world.restore(saved)
    count = len(report.read_bytes().splitlines())
    between = range(2, count)
    chosen = random.Random(str(command)).sample(between, min(MOMENTS, len(between)))  # noqa: S311 - reproducible
    return sorted({1, count, *chosen})


@pytest.fixture(params=FORMS)
def carried(synced: World, request: pytest.FixtureRequest) -> tuple[World, Path]:
    """A machine with the project and a bundle, and an empty store."""
    bundle = synced.root / "out" / FORMS[request.param]
    synced.run("export", "--output", str(bundle), "--link-mode", "copy")
    synced.hub.log.clear()
    empty = synced.root / "elsewhere"
    empty.mkdir()
    there = synced.told(HF_HUB_CACHE=str(empty), PTMDEPS_CACHE=str(synced.root / "their-cache"))
    shutil.rmtree(synced.environment)
    return there, bundle


def models_of(store: Path) -> Listing:
    """What the store shows to loaders."""
    return {path: kind for path, kind in listing(store).items() if "/snapshots/" in path or "/refs/" in path}


@pytest.mark.parametrize("lock", [True, False], ids=["with a lock", "without"])
def test_a_killed_sync_from_a_bundle_leaves_nothing_half(carried: tuple[World, Path], *, lock: bool) -> None:
    world, bundle = carried
    if not lock:
        world.lockfile.unlink()
    store = world.root / "elsewhere"
    command = ("sync", "--from", str(bundle))
    saved = world.save()
    for below in (store, world.project):
        for number in moments(world, saved, below, *command):
            killed_at(world, below, number, *command)
            if world.environment.exists():
                assert wrong_files(world.environment, world.locked()) == []
            for path in store.glob("models--*/snapshots/*/**/*"):
                assert path.is_dir() or path.resolve().is_file(), "an entry that leads nowhere"
            world.run(*command)
            assert wrong_files(world.environment, world.locked()) == []
            assert not [*store.rglob("*.taking-in")]
            assert not [*world.project.glob(".ptm*-*")]
            world.restore(saved)
    assert world.hub.log.count() == 0


@needs_mounts
def test_a_disk_that_fills_up_under_an_export_is_said(synced: World) -> None:
    out = synced.root / "out"
    total = sum(path.stat().st_size for path in synced.store.rglob("blobs/*"))
    with small(synced, out, size=4_000_000) as disk:
        disk.fill(leave=total // 2)
        for target in ("bundle.tar", "bundle"):
            outcome = disk.world.run("export", "--link-mode", "copy", "--output", str(out / target), code=2)
            assert "left" in outcome.err
            assert "Free some space" in outcome.err
        assert [path.name for path in disk.see(out).iterdir()] == [".filler"]
        disk.free()
        disk.world.run("export", "--output", str(out / "bundle.tar"))
        assert opened(disk.see(out) / "bundle.tar").lockfile.models


@needs_mounts
def test_a_store_without_room_for_a_bundle_is_said(carried: tuple[World, Path]) -> None:
    world, bundle = carried
    store = world.root / "elsewhere"
    with small(world, store, size=4_000_000) as disk:
        disk.fill(leave=20_000)
        outcome = disk.world.run("sync", "--from", str(bundle), code=2)
        assert "are to be taken in" in outcome.err
        assert not world.environment.exists()
        assert models_of(disk.see(store)) == {}
        disk.free()
        disk.world.run("sync", "--from", str(bundle), "--link-mode", "copy")
    assert wrong_files(world.environment, world.locked()) == []


def test_several_machines_may_read_one_bundle_at_once(carried: tuple[World, Path]) -> None:
    """And several projects into one store."""
    world, bundle = carried
    folders = [world.root / f"project-{number}" for number in range(3)]
    for folder in folders:
        folder.mkdir()
        for name in ("app.py", "ptm.lock"):
            (folder / name).write_bytes((world.project / name).read_bytes())
    processes = [world.start("sync", "--from", str(bundle), project=folder) for folder in folders]
    for process in processes:
        ended(process, ("sync", "--from"))
    for folder in folders:
        assert wrong_files(folder / ".ptm", world.locked()) == []
