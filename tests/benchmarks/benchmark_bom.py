"""How long a bill of materials takes: ``python tests/benchmarks/benchmark_bom.py [models] [files of each]``.

The lock is made up; nothing is in the store, so that reading cards is not measured.
"""

from __future__ import annotations

import hashlib
import resource
import sys
import tempfile
import time
from pathlib import Path

from ptmdeps import manifest as manifests
from ptmdeps.bom import cyclonedx
from ptmdeps.bom.build import build
from ptmdeps.bom.cyclonedx.validation import refuse_invalid
from ptmdeps.bom.cyclonedx.writing import unchecked
from ptmdeps.bom.material import Material
from ptmdeps.identity import ModelKey
from ptmdeps.lockfile import License, LockedFile, LockedModel, Lockfile
from ptmdeps.requirement import Requirement


def lock_of(models: int, files: int) -> Lockfile:
    """Models of one file format each."""
    made = tuple(_model(number, files) for number in range(models))
    wishes = tuple(Requirement(key=model.key, reads="transformers", used_in=("app.py",)) for model in made)
    return Lockfile(requirements=wishes, models=made)


def _model(number: int, files: int) -> LockedModel:
    revision = hashlib.sha256(str(number).encode()).hexdigest()[:40]
    listed = tuple(
        LockedFile(
            path=f"model-{index:05}-of-{files:05}.safetensors",
            size=index,
            sha256=hashlib.sha256(f"{number} {index}".encode()).hexdigest(),
            format="safetensors",
        )
        for index in range(files)
    )
    return LockedModel(
        key=ModelKey("huggingface", f"acme/model-{number:04}"),
        revision=revision,
        committed="2024-02-19T10:57:45Z",
        purl=f"pkg:huggingface/acme/model-{number:04}@{revision}",
        license=License(declared="mit", concluded="MIT", evidence="README.md"),
        files=listed,
    )


def main() -> None:
    """Print the seconds of each step."""
    models, files = (int(text) for text in (*sys.argv[1:], "500", "40")[:2])
    lockfile = lock_of(models, files)
    manifest = manifests.read(Path(tempfile.mkdtemp()))
    begin = time.perf_counter()
    bom = build(Material(lockfile=lockfile, whole=lockfile, manifest=manifest))
    print(f"{models} models, {models * files} files")
    print(f"build             {time.perf_counter() - begin:6.2f} s")
    for form in cyclonedx.FORMS:
        for with_files in (True, False):
            begin = time.perf_counter()
            text = unchecked(bom, form=form, version="1.6", files=with_files)
            made = time.perf_counter()
            refuse_invalid(text, form, "1.6")
            end = time.perf_counter()
            what = "files" if with_files else "no files"
            print(f"{form:4} {what:8} write {made - begin:6.2f} s, check {end - made:6.2f} s, {len(text):,} bytes")
    print(f"peak {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MiB, {len(bom.relations)} relations")


if __name__ == "__main__":
    main()
