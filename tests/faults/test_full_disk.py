"""Disks that are full: said with what would help, the old state stays, and with room the next run completes."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest

from embedded_hub.faults import Then
from tests.faults.disks import needs_mounts, small
from tests.faults.world import ADAPTER, World, listing, publish, wrong_files

pytestmark = [pytest.mark.faults, needs_mounts]


@pytest.fixture
def published(world: World) -> World:
    publish(world.hub)
    world.asks_for(ADAPTER)
    return world


def test_a_store_that_is_too_small_is_said_before_anything_is_fetched(published: World) -> None:
    published.run("sync")
    publish(published.hub, seed="v2")
    before = listing(published.project)
    with small(published, published.store) as disk:
        disk.world.run("lock", "-U")
        locked = listing(published.project)
        disk.fill(leave=50_000)
        published.hub.log.clear()
        outcome = disk.world.run("sync", "--link-mode", "copy", code=2)

        assert "bytes are to be fetched" in outcome.err
        assert "Free some space" in outcome.err
        assert published.hub.log.count() == 0
        assert listing(published.project) == locked != before
        disk.free()
        disk.world.run("sync", "--link-mode", "copy")
    assert wrong_files(published.environment, published.locked()) == []


def test_a_store_that_fills_up_during_a_download_is_said(published: World) -> None:
    published.run("sync")
    publish(published.hub, seed="v2")
    with small(published, published.store) as disk:
        disk.world.run("lock", "-U")
        before = listing(published.project)
        published.hub.faults.add(Then(disk.fill), path="/cdn/", times=1)
        outcome = disk.world.run("sync", "--link-mode", "copy", code=2)

        assert "No space left on device" in outcome.err
        assert "Free some space" in outcome.err
        assert listing(published.project) == before
        published.hub.faults.clear()
        disk.free()
        disk.world.run("sync", "--link-mode", "copy")
        assert not list(disk.see(published.store).rglob("*.incomplete"))
    assert wrong_files(published.environment, published.locked()) == []


def test_a_store_without_room_for_small_files_refuses_the_lock(published: World) -> None:
    with small(published, published.store) as disk:
        disk.fill()
        outcome = disk.world.run("lock", code=2)

        assert "No space left on device" in outcome.err
        assert "HF_HUB_CACHE" in outcome.err
        assert not published.lockfile.exists()
        disk.free()
        disk.world.run("lock")
    assert published.lockfile.exists()


def test_a_project_without_room_keeps_its_old_lock(published: World) -> None:
    published.run("sync")
    old = published.lockfile.read_bytes()
    publish(published.hub, seed="v2")
    with small(published, published.project) as disk:
        seen = disk.see(published.project)
        disk.fill()
        before = listing(seen)
        outcome = disk.world.run("lock", "-U", code=2)

        assert "ptm.lock` cannot be written: No space left on device" in outcome.err
        assert "Free some space" in outcome.err
        assert listing(seen) == before
        disk.free()
        disk.world.run("lock", "-U")
        assert (seen / "ptm.lock").read_bytes() != old
        assert not list(seen.glob("*.ptmdeps-writing"))


@pytest.mark.parametrize("mode", ["auto", "copy"])
def test_a_project_without_room_keeps_its_old_environment(published: World, mode: str) -> None:
    published.run("sync", "--link-mode", mode)
    publish(published.hub, seed="v2")
    published.run("lock", "-U")
    with small(published, published.project) as disk:
        seen = disk.see(published.project)
        disk.fill()
        before = listing(seen)
        outcome = disk.world.run("sync", "--link-mode", mode, code=2)

        full = f"`{published.environment}` cannot be built: No space left on device"
        assert ("bytes are to be copied" if mode == "copy" else full) in outcome.err
        assert "Free some space" in outcome.err
        assert listing(seen) == before
        disk.free()
        disk.world.run("sync", "--link-mode", mode)
        assert wrong_files(seen / ".ptm", published.locked()) == []
        assert not list(seen.glob(".ptm-building-*"))


@pytest.mark.parametrize("files", [10_000, 12])
def test_a_full_cache_of_ours_is_not_needed(published: World, files: int) -> None:
    """Out of bytes, or out of files: there is nothing in it that cannot be worked out again."""
    (published.cache / "projects").mkdir(parents=True)
    with small(published, published.cache, size=65_536, files=files) as disk:
        disk.fill()
        _use_up_files(disk.see(published.cache), files)
        disk.world.run("sync")
        disk.world.run("sync")
        disk.world.run("run", "--", "true")
    assert wrong_files(published.environment, published.locked()) == []


def _use_up_files(folder: Path, most: int) -> None:
    with contextlib.suppress(OSError):
        for number in range(most):
            (folder / f"file-{number}").touch()
