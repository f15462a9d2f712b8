"""Commands that run at the same time: each succeeds, and what is left is right."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from pathlib import Path

import pytest

from embedded_hub.faults import Delay
from tests.faults.kills import State
from tests.faults.world import ADAPTER, CLASSIFIER, PICKLED, World, ended, publish, wrong_files

pytestmark = pytest.mark.faults

Command = tuple[str, ...]


@pytest.fixture
def published(world: World) -> World:
    publish(world.hub)
    world.asks_for(ADAPTER, PICKLED)
    return world


PAIRS: tuple[tuple[Command, Command], ...] = (
    (("install", PICKLED), ("sync",)),
    (("remove", ADAPTER), ("cache", "prune")),
    (("upgrade", "--brief"), ("cache", "verify")),
    (("cache", "prune", "--all"), ("sync", "--link-mode", "copy")),
)
"""What runs at the same time, in each of four projects."""


def projects_of_one_store(world: World) -> list[Path]:
    """Four projects whose manifests ask for the same; then the hub has something newer."""
    folders = [world.root / f"project-{number}" for number in range(len(PAIRS))]
    publish(world.hub)
    for folder in folders:
        world.asks_for(project=folder)
        (folder / "ptm.toml").write_text(f'models = ["{ADAPTER}"]\nlink-mode = "symlink"\n')
        world.run("sync", project=folder)
    publish(world.hub, seed="v2")
    return folders


def all_at_once(world: World, folders: Sequence[Path], pairs: Sequence[Sequence[Command]] = PAIRS) -> None:
    """Every command of every project; each ends well, and what is left fits together."""
    running = [
        (world.start(*command, project=folder), command)
        for folder, commands in zip(folders, pairs, strict=True)
        for command in commands
    ]
    for process, command in running:
        outcome = ended(process, command)
        assert "another ptmdeps works" not in outcome.err
    for folder in folders:
        world.run("lock", "--check", project=folder)
        world.run("sync", "--check", project=folder)
        assert wrong_files(folder / ".ptm", tomllib.loads((folder / "ptm.lock").read_text())) == []
    world.run("cache", "verify")


def test_eight_commands_of_four_projects_at_once(world: World) -> None:
    folders = projects_of_one_store(world)

    all_at_once(world, folders)

    named = [
        sorted(model["name"] for model in tomllib.loads((folder / "ptm.lock").read_text()).get("model", ()))
        for folder in folders
    ]
    assert named == [[ADAPTER, CLASSIFIER, PICKLED], [], [ADAPTER, CLASSIFIER], [ADAPTER, CLASSIFIER]]


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
