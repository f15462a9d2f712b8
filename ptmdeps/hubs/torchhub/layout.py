"""How ``torch.hub`` finds a repository that it has downloaded before: ``hub/<owner>_<name>_<ref>`` (``torch/hub.py``).

A name without a ref means the branch ``main``, and ``master`` where there is none; which of the two is asked of the
network unless one of the folders is there. Both are made, so that code without a ref finds the pin either way.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ptmdeps.hubs.protocol import Exposure, Link
from ptmdeps.hubs.snapshots.store import snapshot_path
from ptmdeps.lockfile.model import LockedModel

ROOT = "torch/hub"
DEFAULTS = ("main", "master")
"""The branches that a name without a ref can mean, in the order in which they are looked for."""


def expose(cache: Path, model: LockedModel) -> Exposure:
    """The repository under each of its names and refs; being there is to be trusted."""
    folders = tuple(sorted(set(_folders(model))))
    snapshot = snapshot_path(cache, model)
    links = tuple(
        Link(path=f"{folder}/{file.path}", folder=snapshot, file=file.path, sha256=file.sha256)
        for folder in folders
        for file in model.files
    )
    # torch.hub makes this list itself if it is missing
    return Exposure(links=links, texts=((f"{ROOT}/trusted_list", ""),), folders=folders)


def _folders(model: LockedModel) -> Iterator[str]:
    refs = {model.ref} if model.ref else set(DEFAULTS)
    if model.default:
        refs |= {*DEFAULTS}
    for name in model.names:
        for ref in refs:
            # the part after "refs/heads/" and the whole are both spellings of a branch
            yield f"{ROOT}/{name.replace('/', '_')}_{ref.replace('/', '_')}"
