"""Locked models with the facts that a test is about, and nothing else."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ptmdeps.identity import ModelKey
from ptmdeps.lockfile.document import model_digest
from ptmdeps.lockfile.model import LockedFile, LockedModel


def locked(name: str, *requires: str, files: tuple[str, ...] = ("config.json",), **facts: Any) -> LockedModel:
    """A model that needs these distributions, with its digest."""
    model = LockedModel(
        key=ModelKey("huggingface", name),
        revision="0123456789abcdef0123456789abcdef01234567",
        requires=tuple(sorted(requires)),
        files=tuple(LockedFile(path=path, size=2, sha256="0" * 64) for path in sorted(files)),
        **facts,
    )
    return replace(model, recorded_digest=model_digest(model))
