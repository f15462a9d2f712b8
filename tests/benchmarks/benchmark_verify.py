"""``cache verify`` against ``sha256sum`` over the same bytes, run with as many processes as there are cores."""

from __future__ import annotations

import os
import statistics
import subprocess
from pathlib import Path

from embedded_hub import models
from tests.benchmarks.measure import PTMDEPS, World, finish, report, timed, world

SIZES = (512, 384, 256, 256, 128, 64, 64, 32)
"""Mebibytes of the models' weights."""
ROUNDS = 7


def verify() -> list[bool]:
    """Whole processes in turn, over a store that the system has in memory, as both read the same files."""
    with world() as here:
        lines = ["from transformers import AutoModel"]
        for number, size in enumerate(SIZES):
            name = f"acme/model-{number}"
            files = models.bert_classifier(seed=str(number), weight_bytes=size * 1024 * 1024)
            here.hub.repositories.create(name, files)
            lines.append(f"AutoModel.from_pretrained({name!r})")
        (here.project / "app.py").write_text("\n".join(lines) + "\n")
        here.ptmdeps("sync")
        store = here.home / ".cache" / "huggingface" / "hub"
        blobs = sorted((path for path in store.glob("models--*/blobs/*")), key=lambda path: -path.stat().st_size)
        ratios = [_round(here, blobs) for _ in range(ROUNDS)]
        return [report("cache verify / sha256sum with as many processes as cores", statistics.median(ratios), 1.15)]


def _round(here: World, blobs: list[Path]) -> float:
    ours = timed((*PTMDEPS, "--no-progress", "cache", "verify"), here.variables, here.project)
    theirs = _sha256sum(here, blobs)
    size = sum(path.stat().st_size for path in blobs)
    print(f"cache verify {ours:.2f} s, sha256sum {theirs:.2f} s, {size / ours / 1e6:,.0f} MB/s")
    return ours / theirs


def _sha256sum(here: World, blobs: list[Path]) -> float:
    """The largest first, one file a process, as ``xargs -P`` does it."""
    listed = here.home / "blobs"
    listed.write_text("".join(f"{path}\n" for path in blobs))
    command = f"xargs -P {os.cpu_count()} -n 1 sha256sum < {listed}"
    subprocess.run(["sha256sum", "--version"], check=True, capture_output=True)
    return timed(("sh", "-c", command), here.variables, here.project)


if __name__ == "__main__":
    finish(verify())
