"""A large download that is killed goes on where it was, whoever goes on with it."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from embedded_hub import models
from embedded_hub.faults import Corrupt, IgnoreRange, Reset, Stall
from tests.faults.disks import needs_mounts, small
from tests.faults.world import World, ended, wrong_files

pytestmark = pytest.mark.faults

NAME = "acme/large"
SIZE = 20_000_000
FILES = models.bert_classifier(weight_bytes=SIZE)


@pytest.fixture
def large(world: World) -> World:
    world.hub.repositories.create(NAME, FILES)
    world.asks_for(NAME)
    world.run("lock")
    return world


def partial_file(world: World) -> Path | None:
    return next(iter(world.store.glob("*/blobs/*.incomplete")), None)


def arrived(world: World) -> int:
    path = partial_file(world)
    return path.stat().st_size if path else 0


def until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)


def killed_at(world: World, share: float, *arguments: str) -> None:
    """``kill -9`` when so much of the file is there."""
    kept = int(SIZE * share)
    world.hub.faults.add(Stall(seconds=60, after=kept - arrived(world)), path="/cdn/")
    process = world.start("sync", *arguments)
    until(lambda: arrived(world) >= kept)
    process.kill()
    ended(process, ("sync", "(killed)"), code=-9)
    world.hub.faults.clear()
    world.hub.log.clear()


def test_at_most_a_tenth_comes_again_of_what_was_killed_at_nine_tenths(large: World) -> None:
    killed_at(large, 0.9)

    large.run("sync")

    assert large.hub.log.sent("/cdn/") <= SIZE * 0.101
    assert wrong_files(large.environment, large.locked()) == []
    assert not partial_file(large)


def test_it_may_be_killed_again_and_again(large: World) -> None:
    sent = 0
    for share in (0.2, 0.4, 0.6, 0.8):
        killed_at(large, share)
    large.run("sync")
    sent += large.hub.log.sent("/cdn/")
    assert sent <= SIZE * 0.201
    assert wrong_files(large.environment, large.locked()) == []


def test_another_project_goes_on_with_it(large: World) -> None:
    killed_at(large, 0.9)
    other = large.root / "other"
    large.asks_for(NAME, project=other)
    large.run("sync", project=other)
    assert large.hub.log.sent("/cdn/") <= SIZE * 0.101
    assert wrong_files(other / ".ptm", large.locked()) == []


def test_a_server_without_ranges_begins_again(large: World) -> None:
    killed_at(large, 0.5)
    large.hub.faults.add(IgnoreRange(), path="/cdn/")
    large.run("sync")
    assert large.hub.log.sent("/cdn/") >= SIZE
    assert wrong_files(large.environment, large.locked()) == []


def test_bytes_that_changed_on_the_disk_meanwhile_are_found(large: World) -> None:
    killed_at(large, 0.5)
    path = partial_file(large)
    assert path is not None
    with path.open("r+b") as stream:
        stream.seek(1_000)
        stream.write(b"changed")
    large.run("sync")
    assert wrong_files(large.environment, large.locked()) == []


def test_wrong_bytes_from_the_hub_are_thrown_away_and_fetched_once_more(large: World) -> None:
    rule = large.hub.faults.add(Corrupt(position=SIZE // 2), path="/cdn/", times=1)
    large.run("sync")
    assert rule.hits == 1
    assert wrong_files(large.environment, large.locked()) == []
    assert not partial_file(large)


def test_wrong_bytes_again_are_an_error_and_nothing_of_them_is_left(large: World) -> None:
    large.hub.faults.add(Corrupt(position=SIZE // 2), path="/cdn/")
    outcome = large.run("sync", code=1)
    assert "does not match the lock" in outcome.err
    assert not partial_file(large)
    assert not list(large.store.glob("*/snapshots/*/model.safetensors"))


def test_a_line_that_breaks_every_few_megabytes_is_enough(large: World) -> None:
    rule = large.hub.faults.add(Reset(after=4_000_000), path="/cdn/", times=4)
    large.hub.log.clear()
    large.run("sync")
    assert rule.hits == 4
    assert wrong_files(large.environment, large.locked()) == []


def test_processes_that_need_the_same_file_fetch_it_once(large: World) -> None:
    others = [large.root / f"project-{number}" for number in range(7)]
    for other in others:
        large.asks_for(NAME, project=other)
    large.hub.log.clear()

    running = [large.start("sync"), *(large.start("sync", project=other) for other in others)]
    for process in running:
        ended(process, ("sync",))

    assert large.hub.log.sent("/cdn/") == SIZE_ON_HUB
    for folder in (large.project, *others):
        assert wrong_files(folder / ".ptm", large.locked()) == []


SIZE_ON_HUB = len(FILES["model.safetensors"])


def test_a_limit_is_kept_to_and_what_was_there_costs_no_time(large: World) -> None:
    killed_at(large, 0.9)
    begun = time.monotonic()
    large.run("sync", "--limit-rate", "1MB/s")
    assert 1.0 <= time.monotonic() - begun < 15.0
    assert wrong_files(large.environment, large.locked()) == []


@needs_mounts
def test_what_fits_is_kept_when_the_disk_is_full(large: World) -> None:
    with small(large, large.store, size=50_000_000) as disk:
        seen = disk.see(large.store)
        large.hub.faults.add(Stall(seconds=60, after=SIZE // 2), path="/cdn/", times=1)
        process = disk.world.start("sync", "--link-mode", "symlink")
        until(lambda: sum(path.stat().st_size for path in seen.glob("*/blobs/*.incomplete")) >= SIZE // 2)
        process.kill()
        ended(process, code=None)
        disk.fill(leave=SIZE // 4)
        outcome = disk.world.run("sync", "--link-mode", "symlink", code=2)
        assert "bytes are to be fetched" in outcome.err
        disk.free()
        disk.fill(leave=SIZE * 6 // 10)
        large.hub.log.clear()
        disk.world.run("sync", "--link-mode", "symlink")
        assert large.hub.log.sent("/cdn/") < SIZE * 0.51, "a half is there, and a half fits"


def test_who_waits_says_so(large: World) -> None:
    other = large.root / "other"
    large.asks_for(NAME, project=other)
    shutil.copy(large.lockfile, other)
    large.hub.faults.add(Stall(seconds=8, after=1_000), path="/cdn/", times=1)
    first = large.start("sync", "--frozen")
    until(partial(_begun, large))
    second = large.start("sync", "--frozen", project=other)
    outcomes = [ended(process, ("sync",)) for process in (first, second)]
    assert "waiting for another process that fetches the same file" in outcomes[1].err


def _begun(world: World) -> bool:
    return arrived(world) > 0
