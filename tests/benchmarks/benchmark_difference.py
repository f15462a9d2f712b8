"""What it takes to tell two revisions of a model of 700 GB in 100 files apart: bytes and requests, at the embedded hub.

Headers are real, tensors are holes. No file is in the store, as on a machine that only opens pull requests.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from embedded_hub import EmbeddedHub
from ptmdeps.lockfile.model import LockedModel
from ptmdeps.upgrade.movement import Movement, movement
from tests.benchmarks.measure import finish, report
from tests.large_models import large_model
from tests.worlds import hugging_face, pin

NAME = "acme/large"
MEGABYTES, REQUESTS = 20, 250


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What was found out, and what that took."""

    found: Movement
    requests: int
    sent: int
    seconds: float


def compared(folder: Path, **after: int) -> Measured:
    """Lock a revision, replace every file of its weights, and ask what changed."""
    with EmbeddedHub(folder / "hub") as hub:
        repository = hub.repositories.create(NAME, large_model("v1"))
        model: LockedModel = pin(hugging_face(hub, folder / "store"), NAME)
        repository.commit(large_model("v2", **after), whole=True)
        # a user whose store has nothing
        face = hugging_face(hub, folder / "empty")
        hub.log.clear()
        begin = time.perf_counter()
        found = movement(model, face)
        return Measured(found=found, requests=len(hub.log), sent=hub.log.sent(), seconds=time.perf_counter() - begin)


def main() -> None:
    """Measure and print."""
    results = []
    for what, after in (("other values", {}), ("other shapes", {"hidden": 6144}), ("101 files", {"shards": 101})):
        with TemporaryDirectory(prefix="ptmdeps-benchmark-") as folder:
            measured = compared(Path(folder), **after)
        assert measured.found.comparison is not None
        (weights,) = measured.found.comparison.weights
        print(
            f"{what}: {measured.found.verdict.severity}, {weights.verdict}, {weights.parameters} parameters, "
            f"{weights.size[0]:,} bytes, {measured.seconds:.2f} s"
        )
        results.append(report(f"{what}: bytes", measured.sent / 1e6, MEGABYTES, " MB"))
        results.append(report(f"{what}: requests", measured.requests, REQUESTS))
    finish(results)


if __name__ == "__main__":
    main()
