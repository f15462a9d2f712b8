"""How loaders of Hugging Face models find a locked model in an environment: as in a cache that holds only the pins.

``refs/<ref>`` names the pinned commit (without a trailing newline: two of the client's three readers do not strip),
so that code without any ``revision=`` gets the pin while ``HF_HUB_OFFLINE`` is set.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from ptmdeps.hubs.protocol import Exposure, Link
from ptmdeps.hubs.snapshots.store import folder_name, snapshot_path
from ptmdeps.lockfile.model import LockedModel

ROOT = "huggingface/hub"
DEFAULT_REF = "main"

_REFUSED_AS_LINKS = frozenset({"onnx-data"})
"""onnx checks that external data lies beside its model, and takes no link for it."""

CONFLICTING = (
    "HUGGINGFACE_HUB_CACHE",
    "TRANSFORMERS_CACHE",
    "PYTORCH_TRANSFORMERS_CACHE",
    "PYTORCH_PRETRAINED_BERT_CACHE",
    "DIFFUSERS_CACHE",
)
"""Variables of older libraries that lead to another cache."""


def expose(cache: Path, model: LockedModel) -> Exposure:
    """The model under each of its names, as a repository of an ``HF_HUB_CACHE``."""
    folders = tuple(f"{ROOT}/{folder_name(name)}" for name in model.names)
    snapshot = snapshot_path(cache, model)
    return Exposure(
        links=tuple(
            Link(
                path=f"{folder}/snapshots/{model.revision}/{file.path}",
                folder=snapshot,
                file=file.path,
                sha256=file.sha256,
                independent=file.format in _REFUSED_AS_LINKS,
            )
            for folder in folders
            for file in model.files
        ),
        texts=tuple(_references(folders, model)),
        folders=folders,
    )


def variables(environment: Path) -> Mapping[str, str]:
    """What makes huggingface_hub and everything above it read the environment, offline."""
    hub = str(environment / ROOT)
    return {
        # a loader that converts pickles on the fly would ask the hub for a pull request
        "DISABLE_SAFETENSORS_CONVERSION": "1",
        "HF_HUB_CACHE": hub,
        "HF_HUB_OFFLINE": "1",
        # sentence-transformers prefers its own variable, for the same layout
        "SENTENCE_TRANSFORMERS_HOME": hub,
    }


def _references(folders: tuple[str, ...], model: LockedModel) -> Iterator[tuple[str, str]]:
    refs = {model.ref or DEFAULT_REF, *((DEFAULT_REF,) if model.default else ())}
    for ref in sorted(refs - {model.revision}):
        yield from ((f"{folder}/refs/{ref}", model.revision) for folder in folders)
