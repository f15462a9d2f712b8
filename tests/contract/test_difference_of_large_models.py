"""What it takes to tell two revisions of a large model apart, in requests and bytes: the same on every machine."""

from __future__ import annotations

from pathlib import Path

import pytest

from embedded_hub import EmbeddedHub, SimulatedFile
from embedded_hub.faults import Fails
from ptmdeps.hubs.huggingface import HuggingFace
from ptmdeps.upgrade.movement import Movement, movement
from tests.benchmarks.benchmark_difference import MEGABYTES, REQUESTS, compared
from tests.large_models import SHARDS, SIZE, large_model
from tests.worlds import hugging_face, pin

NAME = "acme/large"
FEW = 6


def test_of_700_gigabytes_only_headers_are_fetched(tmp_path: Path) -> None:
    measured = compared(tmp_path)
    assert measured.found.comparison
    (weights,) = measured.found.comparison.weights
    assert weights.size[0] >= SIZE and weights.files == (SHARDS, SHARDS)
    assert (weights.verdict, weights.same_headers, weights.different) == ("other-values", SHARDS, 0)
    assert measured.found.verdict.rules[:2] == ("weights", "silent")
    assert measured.requests <= REQUESTS
    assert measured.sent <= MEGABYTES * 1_000_000


def moved(hub: EmbeddedHub, folder: Path, **faults: bool) -> tuple[Movement, int]:
    """What became of a model of a few files, all of which changed, and with how many requests that is known."""
    repository = hub.repositories.create(NAME, large_model("v1", shards=FEW))
    model = pin(hugging_face(hub, folder / "store"), NAME)
    repository.commit(large_model("v2", shards=FEW), whole=True)
    if faults.get("no_batches"):
        hub.faults.add(Fails(status=404, message="Not found"), path="/info/lfs/")
    if faults.get("expired"):
        hub.faults.add(Fails(status=403, message="Expired"), path="/cdn/", times=1)
    hub.log.clear()
    face: HuggingFace = hugging_face(hub, folder / "empty")
    return movement(model, face), len(hub.log)


def test_a_hub_without_batches_is_asked_file_by_file(hub: EmbeddedHub, tmp_path: Path) -> None:
    found, requests = moved(hub, tmp_path, no_batches=True)
    assert found.comparison and found.comparison.weights[0].same_headers == FEW
    assert requests >= 4 * FEW


def test_many_addresses_are_asked_for_at_once(hub: EmbeddedHub, tmp_path: Path) -> None:
    found, requests = moved(hub, tmp_path)
    assert found.comparison and found.comparison.weights[0].same_headers == FEW
    assert hub.log.count("/info/lfs/objects/batch") == 2
    assert not hub.log.matching("/resolve/.*safetensors")
    # tokens are for the hub and not for where the bytes are
    assert not any(entry.had_authorization for entry in hub.log.matching("^/cdn/"))
    assert requests < 4 * FEW


def test_addresses_that_expired_are_asked_for_again(hub: EmbeddedHub, tmp_path: Path) -> None:
    found, _ = moved(hub, tmp_path, expired=True)
    assert found.comparison and found.comparison.weights[0].same_headers == FEW
    assert not found.comparison.unread


@pytest.mark.parametrize("size", [10, 2**40])
def test_a_file_whose_header_lies_is_said_to_be_unreadable(hub: EmbeddedHub, tmp_path: Path, size: int) -> None:
    repository = hub.repositories.create(NAME, {"config.json": b"{}", "model.safetensors": SimulatedFile(b"\0", 10**6)})
    model = pin(hugging_face(hub, tmp_path / "store"), NAME)
    repository.commit({"model.safetensors": SimulatedFile(b"\xff" * 8, size)})
    found = movement(model, hugging_face(hub, tmp_path / "empty"))
    assert found.comparison and found.comparison.weights[0].verdict == "unknown"
    assert [path for path, _ in found.comparison.unread] == ["model.safetensors"]
    assert found.verdict.kind == "unknown" and not found.verdict.certain
