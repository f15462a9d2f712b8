"""A hub that is busy, slow or breaks connections: waited for, and where that does not help, said."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from embedded_hub.faults import Fault, Reset, Stall, Truncate, rate_limited, unavailable
from tests.faults.world import ADAPTER, PICKLED, Listing, World, ended, listing, new_world, publish, wrong_files

pytestmark = pytest.mark.faults

PASSING: dict[str, tuple[Fault, str, int]] = {
    "429 with RateLimit": (rate_limited(seconds=1), "/api/models/", 3),
    "429 with Retry-After": (rate_limited(seconds=1, retry_after=True), "/resolve/", 3),
    "503 for files": (unavailable(retry_after=1), "/resolve/|/cdn/", 3),
    "resets before the answer": (Reset(), "/api/models/|/resolve/", 3),
    "resets in large files": (Reset(after=20_000), "/cdn/", 2),
    "listings cut short": (Truncate(keep=100), "/api/models/", 2),
    "small files cut short": (Truncate(keep=20), "/api/resolve-cache/", 3),
    "large files cut short": (Truncate(keep=20_000), "/cdn/", 2),
    "stalled listings": (Stall(seconds=30, after=50), "/api/models/", 1),
    "stalled files": (Stall(seconds=30, after=20_000), "/cdn/", 1),
}


@pytest.fixture
def patient(world: World) -> World:
    publish(world.hub)
    world.asks_for(ADAPTER, PICKLED)
    return world.told(HF_HUB_DOWNLOAD_TIMEOUT="1", HF_HUB_ETAG_TIMEOUT="1")


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, Listing]:
    """Lock and environment of a hub that behaves; those of every other hub with the same commits are the same."""
    with new_world(tmp_path_factory.mktemp("undisturbed")) as world:
        publish(world.hub)
        world.asks_for(ADAPTER, PICKLED)
        world.run("sync")
        return world.lockfile.read_bytes(), listing(world.environment)


@pytest.mark.parametrize("name", PASSING)
def test_what_passes_is_waited_for(patient: World, undisturbed: tuple[bytes, Listing], name: str) -> None:
    fault, path, times = PASSING[name]

    rule = patient.hub.faults.add(fault, path=path, times=times)
    patient.run("sync")

    assert rule.hits == times
    assert (patient.lockfile.read_bytes(), listing(patient.environment)) == undisturbed


@dataclass(frozen=True, slots=True, kw_only=True)
class Lasting:
    """Something that patience does not help against, and what must be said about it."""

    command: tuple[str, ...]
    said: str
    advice: str
    fault: Fault | None = None
    path: str = ""
    endpoint: str | None = None

    def prepared(self, world: World) -> World:
        """A synced project whose models have moved on, where the trouble begins now."""
        publish(world.hub)
        world.asks_for(ADAPTER)
        world.run("sync")
        publish(world.hub, seed="v2")
        if self.command == ("sync",):
            world.run("lock", "-U")
        if self.fault is not None:
            world.hub.faults.add(self.fault, path=self.path)
        changed = {"HF_ENDPOINT": self.endpoint} if self.endpoint else {}
        return world.told(HF_HUB_DOWNLOAD_TIMEOUT="1", HF_HUB_ETAG_TIMEOUT="1", **changed)


LOCK, SYNC = ("lock", "-U"), ("sync",)
NOBODY = "http://127.0.0.1:9"
UNREACHABLE = "Check the connection and `HF_ENDPOINT`"
LASTING = {
    "429": Lasting(
        command=LOCK,
        fault=rate_limited(seconds=0),
        path="/api/models/",
        said="allows no more requests for now (429)",
        advice="hf auth login",
    ),
    "503": Lasting(
        command=LOCK,
        fault=unavailable(),
        path="/api/models/",
        said="the hub answered 503 for `acme/adapter`",
        advice="Run the command again later",
    ),
    "resets": Lasting(command=LOCK, fault=Reset(), said="no answer from the hub", advice=UNREACHABLE),
    "nobody to lock from": Lasting(command=LOCK, endpoint=NOBODY, said="no answer from the hub", advice=UNREACHABLE),
    "nobody to sync from": Lasting(command=SYNC, endpoint=NOBODY, said="no answer from the hub", advice=UNREACHABLE),
    "downloads cut short": Lasting(command=SYNC, fault=Truncate(), path="/cdn/", said="acme/adapter@", advice="hint: "),
    "downloads that stall": Lasting(
        command=SYNC, fault=Stall(seconds=60), path="/cdn/", said="acme/adapter@", advice="hint: "
    ),
}


def test_what_does_not_pass_is_said_and_changes_nothing(tmp_path: Path) -> None:
    """All at once, since each takes as long as patience lasts."""
    with ExitStack() as stack:
        worlds = {name: stack.enter_context(new_world(tmp_path / name)) for name in LASTING}
        troubled = {name: case.prepared(worlds[name]) for name, case in LASTING.items()}
        before = {name: listing(world.project) for name, world in worlds.items()}
        running = {name: world.start(*LASTING[name].command) for name, world in troubled.items()}
        for name, process in running.items():
            outcome = ended(process, LASTING[name].command, code=2)
            assert LASTING[name].said in outcome.err, name
            assert LASTING[name].advice in outcome.err, name
            assert "hint: " in outcome.err, name
            assert LASTING[name].command == SYNC or "because app.py:2" in outcome.err, "who asked for it"
            assert outcome.err.count("trying again") <= 3, "patience is no chatter"
            assert listing(worlds[name].project) == before[name], name
            assert "Signature" not in outcome.err, "signed addresses are secrets"
        for name, world in worlds.items():
            world.hub.faults.clear()
            if LASTING[name].command == LOCK:
                world.run("lock", "-U")
            world.run("sync")
            assert wrong_files(world.environment, world.locked()) == []


def test_what_is_synced_needs_no_hub(patient: World) -> None:
    patient.run("sync")
    before = listing(patient.project)
    gone = patient.told(HF_ENDPOINT=NOBODY)

    gone.run("lock")
    gone.run("lock", "--check")
    gone.run("sync")
    gone.run("run", "--", "true")

    assert listing(patient.project) == before
