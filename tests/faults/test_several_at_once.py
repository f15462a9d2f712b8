"""Commands that run at the same time: each succeeds, and what is left is right."""

from __future__ import annotations

import pytest

from embedded_hub.faults import Delay
from tests.faults.kills import State
from tests.faults.world import ADAPTER, PICKLED, World, ended, publish, wrong_files

pytestmark = pytest.mark.faults


@pytest.fixture
def published(world: World) -> World:
    publish(world.hub)
    world.asks_for(ADAPTER, PICKLED)
    return world


@pytest.mark.parametrize("many", [2, 4])
def test_syncs_of_one_project_take_turns_and_fetch_once(published: World, many: int) -> None:
    world = published
    world.run("lock")
    world.hub.log.clear()

    running = [world.start("sync") for _ in range(many)]
    outcomes = [ended(process, ("sync",)) for process in running]

    assert wrong_files(world.environment, world.locked()) == []
    assert sorted("Synced" in outcome.err for outcome in outcomes) == [False] * (many - 1) + [True]
    fetched = [entry.path for entry in world.hub.log.matching("/cdn/", method="GET")]
    assert len(fetched) == len(set(fetched))
    assert {path.name for path in world.project.iterdir()} == {"app.py", "ptm.lock", ".ptm"}


def test_a_command_that_waits_says_so(published: World) -> None:
    world = published
    world.run("lock")
    world.hub.faults.add(Delay(seconds=2), path="/cdn/", times=1)

    first, second = world.start("sync"), world.start("sync")
    outcomes = [ended(process, ("sync",)) for process in (first, second)]

    assert sum(f"waiting for another ptmdeps that works on `{world.project}`" in found.err for found in outcomes) == 1


def test_projects_with_one_store_do_not_disturb_each_other(published: World) -> None:
    world = published
    other = world.root / "other"
    world.asks_for(ADAPTER, PICKLED, project=other)

    running = [world.start("sync"), world.start("sync", project=other)]
    for process in running:
        ended(process, ("sync",))

    assert (other / "ptm.lock").read_bytes() == world.lockfile.read_bytes()
    assert wrong_files(world.environment, world.locked()) == []
    assert wrong_files(other / ".ptm", world.locked()) == []
    assert len(list(world.store.glob("models--acme--adapter/refs/ptmdeps/*"))) == 2, "each protects its pins"


def test_lock_sync_and_run_at_once_end_where_one_after_another_would(published: World) -> None:
    world = published
    world.run("sync")
    publish(world.hub, seed="v2")
    saved = world.save()
    world.run("lock", "-U")
    world.run("sync")
    after = State.of(world)
    world.restore(saved)

    running = [world.start("lock", "-U"), world.start("sync"), world.start("run", "--", "true")]
    for process in running:
        ended(process, ("lock -U | sync | run",))

    assert world.lockfile.read_bytes() == after.lock
    world.run("sync")
    assert State.of(world).project == after.project
