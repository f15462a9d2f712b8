"""``kill -9`` leaves the old state or the new one, and the next run ends where an undisturbed one does."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from embedded_hub.faults import Stall
from tests.faults.kills import SWITCH, Course, Moments, moments
from tests.faults.world import ADAPTER, CLASSIFIER, PICKLED, World, ended, publish

pytestmark = pytest.mark.faults


def _first_lock(world: World) -> Course:
    return Course.undisturbed(world, "lock")


def _upgrading_lock(world: World) -> Course:
    world.run("lock")
    publish(world.hub, seed="v2")
    return Course.undisturbed(world, "lock", "-U")


def _cold_sync(world: World) -> Course:
    """Locks first: nothing is there yet."""
    return Course.undisturbed(world, "sync")


def _upgrading_sync(world: World) -> Course:
    world.run("sync")
    publish(world.hub, seed="v2")
    world.run("lock", "-U")
    return Course.undisturbed(world, "sync", "--frozen")


def _repairing_sync(world: World) -> Course:
    world.run("sync")
    damage(world)
    return Course.undisturbed(world, "sync", "--rehash")


def _first_install(world: World) -> Course:
    (world.project / "app.py").unlink()
    return Course.undisturbed(world, "install", ADAPTER)


def _further_install(world: World) -> Course:
    world.asks_for(CLASSIFIER)
    world.manifest.write_text('# ours\nmodels = ["acme/classifier"] # the first\n')
    world.run("sync")
    return Course.undisturbed(world, "install", f"{PICKLED}@main", "--group", "eval", "--link-mode", "copy")


def _removal(world: World) -> Course:
    """The adapter goes, and with it the base model that only it needs."""
    world.asks_for(PICKLED)
    world.run("install", ADAPTER)
    return Course.undisturbed(world, "remove", ADAPTER, once=True)


def _removal_of_what_stays(world: World) -> Course:
    """Only the manifest gives it up: code loads it, too."""
    world.run("install", CLASSIFIER)
    return Course.undisturbed(world, "remove", CLASSIFIER, once=True)


def _upgrade(world: World) -> Course:
    world.run("install", ADAPTER)
    publish(world.hub, seed="v2")
    return Course.undisturbed(world, "upgrade")


def _upgrade_to_a_commit(world: World) -> Course:
    """Which the manifest has to say, too."""
    world.run("sync")
    publish(world.hub, seed="v2")
    commit = world.hub.repositories[PICKLED].resolve("main")
    return Course.undisturbed(world, "upgrade", PICKLED, "--to", commit, "--brief")


def _prune(world: World) -> Course:
    world.run("sync", "--link-mode", "symlink")
    publish(world.hub, seed="v2")
    world.run("upgrade", "--brief", "--link-mode", "symlink")
    return Course.undisturbed(world, "cache", "prune", places=[world.store])


def _export(world: World, name: str) -> Course:
    """Over an older bundle."""
    command = ("export", "--output", str(world.out / name), "--link-mode", "copy")
    world.out.mkdir()
    world.run(*command)
    publish(world.hub, seed="v2")
    world.run("lock", "-U")
    return Course.undisturbed(world, *command, places=[world.out, world.store])


def damage(world: World) -> None:
    """Flip a byte in every large file of the store; where files are hard links, the environment's are the same."""
    for path in world.store.rglob("blobs/*"):
        content = bytearray(path.read_bytes())
        if len(content) > 10_000:
            content[len(content) // 2] ^= 0xFF
            path.write_bytes(content)


LEAST = 5
"""Moments; some commands make few changes."""

USUAL: dict[str, Callable[[World], Course]] = {
    "first lock": _first_lock,
    "upgrading lock": _upgrading_lock,
    "cold sync": _cold_sync,
    "upgrading sync": _upgrading_sync,
    "repairing sync": _repairing_sync,
    "further install": _further_install,
    "removal": _removal,
    "upgrade to a commit": _upgrade_to_a_commit,
    "prune": _prune,
    "export of an archive": partial(_export, name="bundle.tar"),
    "export of a folder": partial(_export, name="bundle"),
}
COURSES = USUAL | {
    "first install": _first_install,
    "removal of what stays": _removal_of_what_stays,
    "upgrade": _upgrade,
}
"""With those that differ little; ``tests/benchmarks/stress_kills.py`` tries them all, at many more moments."""
FEW = Moments(in_first_place=1, in_others=1, at_requests=1, by_clock=0)


@pytest.mark.parametrize("name", USUAL)
def test_a_kill_leaves_old_or_new_and_the_next_run_completes(world: World, name: str) -> None:
    publish(world.hub)
    world.asks_for(ADAPTER, PICKLED)
    course = USUAL[name](world)
    how_many = Moments() if name.endswith(("lock", "sync")) else FEW

    killed = [course.survives(kill) for kill in moments(course, name, how_many)]

    # the clock may come too late, the others may not
    assert sum(killed) >= len(killed) - how_many.by_clock
    assert len(killed) >= LEAST


def test_downloads_that_were_killed_long_ago_are_cleared_away(world: World) -> None:
    publish(world.hub)
    world.asks_for(CLASSIFIER)
    world.run("lock")
    world.hub.faults.add(Stall(seconds=30, after=20_000), path="/cdn/")
    for number in (1, 2):
        process = world.start("sync")
        _until(partial(_left, world, number))
        process.kill()
        ended(process, ("sync", "(killed)"), code=None)
    world.hub.faults.clear()
    left = _partial(world)

    long_ago = time.time() - 7200
    for path in left[1:]:
        os.utime(path, (long_ago, long_ago))
    world.run("sync")

    assert _partial(world) == left[:1], "what is younger may be another's download"


def test_pins_are_protected_even_if_the_sync_that_built_them_was_killed_before_that(world: World) -> None:
    publish(world.hub)
    world.asks_for(CLASSIFIER)
    world.run("lock")
    below = world.store / "models--acme--classifier" / "refs" / "ptmdeps"
    switch = {"PYTHONPATH": str(SWITCH), "KILL_BELOW": str(below.parent), "KILL_AT": "1"}
    killed = ended(world.told(**switch).start("sync"), ("sync", "(killed)"), code=-9)
    assert killed.code == -9
    assert world.environment.exists()
    assert not below.exists()

    world.run("sync")

    assert [path.read_text() for path in below.iterdir()] == [world.locked()["model"][0]["revision"]]


def _left(world: World, number: int) -> bool:
    return len(_partial(world)) == number


def _partial(world: World) -> list[Path]:
    return sorted(world.store.glob("*/blobs/*.incomplete"))


def _until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)
