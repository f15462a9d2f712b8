"""How ``kagglehub`` finds a model that it has downloaded before (1.0.3, ``cache.py``).

``models/<owner>/<model>/<framework>/<variation>/<version>/`` counts as whole where the empty file
``<version>.complete`` is beside it; a file that was asked for alone (``path=``) where
``.complete/<version>/<path>.complete`` is. The framework is the text that the code gives: ``pyTorch`` and ``PyTorch``
are two folders. Handles that are addresses are asked for by ``tensorflow_hub``, and kept as that keeps them.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from ptmdeps.hubs.protocol import Exposure, Link
from ptmdeps.hubs.snapshots.store import snapshot_path
from ptmdeps.hubs.tfhub import layout as tfhub
from ptmdeps.lockfile.model import LockedModel

ROOT = "kagglehub"
REFS = f"{ROOT}/refs"
"""Which version a handle without one means, for the hook: ``<owner>/<model>/<framework>/<variation>/version``."""

_MODELS = f"{ROOT}/models"


def is_whole(model: LockedModel) -> bool:
    """Whether somebody reads the whole version: then its origin is noted, and single files have none."""
    return bool(model.origin.url)


def expose(cache: Path, model: LockedModel) -> Exposure:
    """A version under each spelling of its handle."""
    handles = tuple(name for name in model.names if "://" in name)
    by_address = tfhub.expose(cache, model, handles if is_whole(model) else ())
    names = tuple(_spellings(model))
    snapshot = snapshot_path(cache, model)
    links = tuple(
        Link(path=f"{_folder(name, model)}/{file.path}", folder=snapshot, file=file.path, sha256=file.sha256)
        for name in names
        for file in model.files
    )
    texts = tuple(text for name in names for text in _texts(name, model))
    folders = {_folder(name, model) for name in names} | {path.rpartition("/")[0] for path, _ in texts if _is_ref(path)}
    return Exposure(
        links=(*links, *by_address.links),
        texts=(*texts, *by_address.texts),
        folders=tuple(sorted((*folders, *by_address.folders))),
    )


def _spellings(model: LockedModel) -> Iterator[str]:
    """Those that the code uses; where two differ in case only, they are one folder for macOS."""
    known: set[str] = set()
    for name in model.names:
        folded = name.casefold() if sys.platform == "darwin" else name
        if "://" not in name and folded not in known:
            known.add(folded)
            yield name


def _folder(name: str, model: LockedModel) -> str:
    return f"{_MODELS}/{name}/{model.revision}"


def _texts(name: str, model: LockedModel) -> Iterator[tuple[str, str]]:
    if is_whole(model):
        yield f"{_MODELS}/{name}/{model.revision}.complete", ""
    for file in model.files:
        yield f"{_MODELS}/{name}/.complete/{model.revision}/{file.path}.complete", ""
    if not model.ref or model.default:
        yield f"{REFS}/{name}/version", model.revision


def _is_ref(path: str) -> bool:
    return path.startswith(f"{REFS}/")
