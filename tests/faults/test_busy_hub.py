"""A hub that is busy, slow or breaks connections: waited for, and where that does not help, said."""

from __future__ import annotations

import pytest

from embedded_hub.faults import Fault, Reset, Stall, Truncate, rate_limited, server_error, unavailable
from tests.faults.world import ADAPTER, PICKLED, World, listing, publish, wrong_files

pytestmark = pytest.mark.faults

PASSING: dict[str, tuple[Fault, str, int]] = {
    "429 with RateLimit": (rate_limited(seconds=1), "/api/models/", 3),
    "429 with Retry-After": (rate_limited(seconds=1, retry_after=True), "/resolve/", 3),
    "503 for listings": (unavailable(), "/api/models/", 3),
    "503 for files": (unavailable(retry_after=1), "/resolve/|/cdn/", 3),
    "500 for files": (server_error(), "/resolve/|/cdn/", 2),
    "resets before the answer": (Reset(), "/api/models/|/resolve/", 3),
    "resets in small files": (Reset(after=20), "/api/resolve-cache/", 3),
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


@pytest.mark.parametrize("name", PASSING)
def test_what_passes_is_waited_for(patient: World, name: str) -> None:
    fault, path, times = PASSING[name]
    saved = patient.save()
    patient.run("sync")
    lock, environment = patient.lockfile.read_bytes(), listing(patient.environment)
    patient.restore(saved)

    rule = patient.hub.faults.add(fault, path=path, times=times)
    patient.run("sync")

    assert rule.hits == times
    assert patient.lockfile.read_bytes() == lock
    assert listing(patient.environment) == environment


@pytest.mark.parametrize(
    ("fault", "path", "said", "advice"),
    [
        (rate_limited(seconds=0), "/api/models/", "allows no more requests for now (429)", "hf auth login"),
        (unavailable(), "/api/models/", "answered 503", "run the command again"),
        (Reset(), "", "no answer from the hub", "Check the connection and `HF_ENDPOINT`"),
    ],
    ids=["429", "503", "reset"],
)
def test_what_does_not_pass_is_said_and_changes_nothing(
    patient: World, fault: Fault, path: str, said: str, advice: str
) -> None:
    patient.run("sync")
    patient.asks_for(ADAPTER)
    before = listing(patient.project)
    patient.hub.faults.add(fault, path=path)

    outcome = patient.run("lock", "-U", code=2)

    assert said in outcome.err
    assert advice in outcome.err
    assert "app.py:2" in outcome.err, "who asked for it"
    assert listing(patient.project) == before
    patient.hub.faults.clear()
    patient.run("sync")
    assert wrong_files(patient.environment, patient.locked()) == []


def test_a_download_that_never_ends_well_keeps_the_old_environment(patient: World) -> None:
    patient.run("sync")
    publish(patient.hub, seed="v2")
    patient.run("lock", "-U")
    before = listing(patient.project)
    patient.hub.faults.add(Truncate(keep=1000), path="/cdn/")

    outcome = patient.run("sync", code=2)

    assert "error: " in outcome.err
    assert "hint: " in outcome.err
    assert "acme/" in outcome.err
    assert listing(patient.project) == before
    patient.hub.faults.clear()
    patient.run("sync")
    assert wrong_files(patient.environment, patient.locked()) == []


def test_a_hub_that_is_gone_is_named_and_nothing_changes(patient: World) -> None:
    patient.run("sync")
    publish(patient.hub, seed="v2")
    before = listing(patient.project)
    gone = patient.told(HF_ENDPOINT="http://127.0.0.1:9")

    outcome = gone.run("lock", "-U", code=2)

    assert "no answer from the hub" in outcome.err
    assert "HF_ENDPOINT" in outcome.err
    assert listing(patient.project) == before
    gone.run("sync")
    gone.run("run", "--", "true")
    assert listing(patient.project) == before, "what is synced needs no hub"
    patient.run("lock", "-U")
    before = listing(patient.project)
    assert "no answer from the hub" in gone.run("sync", code=2).err
    assert listing(patient.project) == before
    patient.run("sync")
    assert wrong_files(patient.environment, patient.locked()) == []
