"""``sync``: cold against ``hf download``, bytes against a whole snapshot, warm, and for a second project."""

from __future__ import annotations

import shutil
import statistics
import sys
import tomllib
from pathlib import Path

from embedded_hub import models
from tests.benchmarks.benchmark_lock import fill
from tests.benchmarks.measure import World, finish, report, timed, world
from tests.hub_fixtures import environment

WEIGHTS = 256 * 1024 * 1024
WARM_MODELS = 50
HF = str(Path(sys.executable).with_name("hf"))


def cold(storage: models.Storage) -> list[bool]:
    """One model of a quarter gigabyte: sync and ``hf download`` in turn, each into an empty cache."""
    with world() as here:
        here.hub.repositories.create("acme/large", models.bert_classifier(weight_bytes=WEIGHTS, storage=storage))
        (here.project / "app.py").write_text(
            'from transformers import AutoModel\nAutoModel.from_pretrained("acme/large")\n'
        )
        here.ptmdeps("lock")
        files = _locked_files(here)
        ratios = [_cold_round(here, files) for _ in range(5)]
        return [report(f"cold sync / hf download of the same files, {storage}", statistics.median(ratios), 1.1)]


def _cold_round(here: World, files: list[str]) -> float:
    _forget(here)
    ours = here.ptmdeps("--no-progress", "sync", "--frozen")
    _forget(here)
    theirs = timed((HF, "download", "acme/large", *files), here.variables, here.project)
    print(f"sync {ours:.2f} s, hf download {theirs:.2f} s")
    return ours / theirs


def _forget(here: World) -> None:
    """Empty store, environment and record of hashes."""
    shutil.rmtree(here.home, ignore_errors=True)
    shutil.rmtree(here.project / ".ptm", ignore_errors=True)
    environment(here.hub, here.home)


def _locked_files(here: World) -> list[str]:
    document = tomllib.loads((here.project / "ptm.lock").read_text())
    return [file["path"] for model in document["model"] for file in model["files"]]


def cluttered() -> list[bool]:
    """A repository with the same weights in five formats: bytes fetched against the whole snapshot."""
    with world() as here:
        here.hub.repositories.create("acme/clutter", models.cluttered(weight_bytes=8 * 1024 * 1024))
        (here.project / "app.py").write_text(
            'from transformers import AutoModel\nAutoModel.from_pretrained("acme/clutter")\n'
        )
        here.hub.log.clear()
        here.ptmdeps("sync")
        ours = sum(entry.size for entry in here.hub.log if entry.method == "GET")
        _forget(here)
        here.hub.log.clear()
        timed((HF, "download", "acme/clutter"), here.variables, here.project)
        whole = sum(entry.size for entry in here.hub.log if entry.method == "GET")
        print(f"fetched {ours:,} of {whole:,} bytes")
        return [report("bytes of lock and sync / whole snapshot", ours / whole, 0.35)]


def warm() -> list[bool]:
    """Fifty models that are there already, then a second project with the same lock."""
    with world() as here:
        fill(here, WARM_MODELS)
        here.ptmdeps("sync")
        seconds = statistics.median(here.ptmdeps("sync") for _ in range(9))
        second = here.project.with_name("second")
        second.mkdir()
        for name in ("app.py", "ptm.lock"):
            shutil.copy(here.project / name, second / name)
        here.hub.log.clear()
        here.ptmdeps("sync", folder=second)
        requests = len(list(here.hub.log))
        return [
            report(f"warm sync of {WARM_MODELS} models", seconds, 0.25, " s"),
            report("requests of a second project with the same lock", requests, 0),
        ]


if __name__ == "__main__":
    finish([*cold("safetensors"), *cold("sharded safetensors"), *cluttered(), *warm()])
