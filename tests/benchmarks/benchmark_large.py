"""What a project of 500 models and 20,000 files waits for: looking, checking, and a sync that has nothing to do.

No hub takes part: store and lock are made here, and every command runs with ``--offline`` where it has that.
"""

from __future__ import annotations

import hashlib
import os
import statistics
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from ptmdeps.hubs.snapshots.store import stored_path
from ptmdeps.identity import ModelKey
from ptmdeps.lockfile.document import model_digest
from ptmdeps.lockfile.model import LockedFile, LockedModel, Lockfile
from ptmdeps.lockfile.text import write
from ptmdeps.locking import gather
from ptmdeps.project import Project
from tests.benchmarks.measure import PTMDEPS, finish, report, timed

MODELS, FILES_EACH = 500, 40
ROUNDS = 7


def main() -> None:
    """Measure and print."""
    with TemporaryDirectory(prefix="ptmdeps-benchmark-") as folder:
        home, project = Path(folder) / "home", Path(folder) / "project"
        variables = {
            **os.environ,
            "HOME": str(home),
            "HF_HUB_CACHE": str(home / "hub"),
            "PTMDEPS_CACHE": str(home / "ptmdeps"),
        }
        fill(project, home / "hub")

        def seconds(*arguments: str) -> float:
            timed((*PTMDEPS, *arguments), variables, project)
            return statistics.median(timed((*PTMDEPS, *arguments), variables, project) for _ in range(ROUNDS))

        timed((*PTMDEPS, "lock", "--offline"), variables, project)
        looking = (("tree",), ("list",), ("why", "acme/model-250"), ("lock", "--check"))
        results = [report(" ".join(command), seconds(*command), 0.5, " s") for command in looking]
        results.append(report("warm sync", seconds("sync", "--offline"), 0.6, " s"))
        finish(results)


def fill(project: Path, store: Path) -> None:
    """A project that loads every model, its store, and its lock but for what code asks for (``lock`` adds that)."""
    project.mkdir(parents=True)
    loads = "".join(f'AutoModel.from_pretrained("acme/model-{number}")\n' for number in range(MODELS))
    (project / "app.py").write_text(f"from transformers import AutoModel\n\n{loads}", encoding="utf-8")
    models = tuple(_stored(number, store) for number in range(MODELS))
    lockfile = Lockfile(models=tuple(sorted(models, key=lambda model: model.key)))
    write(lockfile, project / "ptm.lock")
    requirements = gather(Project(project)).wanted.requirements
    write(replace(lockfile, requirements=requirements), project / "ptm.lock")


def _stored(number: int, store: Path) -> LockedModel:
    files = tuple(_file(number, index) for index in range(FILES_EACH))
    model = LockedModel(
        key=ModelKey("huggingface", f"acme/model-{number}"),
        revision=hashlib.sha1(str(number).encode(), usedforsecurity=False).hexdigest(),
        committed="2026-01-01T00:00:00Z",
        purl=f"pkg:huggingface/acme/model-{number}",
        requires=("transformers",),
        files=files,
    )
    for file in files:
        path = stored_path(store, model, file)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(_content(number, int(file.path[5:10])))
    return replace(model, recorded_digest=model_digest(model))


def _file(number: int, index: int) -> LockedFile:
    content = _content(number, index)
    digest = hashlib.sha256(content).hexdigest()
    path = f"part-{index:05}-of-{FILES_EACH:05}.safetensors"
    return LockedFile(path=path, size=len(content), sha256=digest, git=digest[:40], format="safetensors")


def _content(number: int, index: int) -> bytes:
    return f"{number}/{index}".encode()


if __name__ == "__main__":
    main()
