"""How ``tensorflow_hub`` finds a model that it has downloaded before: ``<SHA-1 of the handle>/`` (0.16.1).

The handle is the text that the code gives, letter for letter: with a slash at its end, or another version, it is
another folder. A folder that is not empty is taken as it is, without asking anybody.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from ptmdeps.hubs.protocol import Exposure, Link
from ptmdeps.hubs.snapshots.store import snapshot_path
from ptmdeps.lockfile.model import LockedModel

ROOT = "tfhub"


def module_folder(handle: str) -> str:
    """Where the model of a handle is, in an environment."""
    return f"{ROOT}/{hashlib.sha1(handle.encode(), usedforsecurity=False).hexdigest()}"


def descriptor(handle: str) -> str:
    """What the client writes beside a folder for people, without what depends on the time and the machine."""
    return f"Module: {handle}\nDownload Time: not recorded\nDownloader Hostname: not recorded (by ptmdeps)"


def expose(cache: Path, model: LockedModel, handles: tuple[str, ...]) -> Exposure:
    """A model under each of its handles."""
    snapshot = snapshot_path(cache, model)
    folders = {module_folder(handle): handle for handle in handles}
    links = tuple(
        Link(path=f"{folder}/{file.path}", folder=snapshot, file=file.path, sha256=file.sha256)
        for folder in sorted(folders)
        for file in model.files
    )
    texts = tuple((f"{folder}.descriptor.txt", descriptor(handle)) for folder, handle in sorted(folders.items()))
    return Exposure(links=links, texts=texts, folders=tuple(sorted(folders)))
