"""Files that come into the cache from elsewhere than the hub, under the names that the client would give them."""

from __future__ import annotations

import hashlib
from pathlib import Path

from ptmdeps.errors import StoreError
from ptmdeps.hashing import git_blob_of
from ptmdeps.hubs.snapshots.store import folder_name, point, stored_path
from ptmdeps.lockfile.model import LockedFile, LockedModel

_SUFFIX = ".taking-in"
"""Unlike the client's own unfinished files, these are nobody's to clear away: a link is as old as what it leads to."""

_LARGEST_IN_GIT = 10 * 1024 * 1024
"""Bytes: the hub takes no larger file without LFS (https://huggingface.co/docs/hub/repositories-getting-started)."""


def arrival(cache: Path, model: LockedModel, file: LockedFile, owner: str) -> Path:
    """Where bytes may be written that are not verified yet; what a killed run of ``owner`` left there is deleted.

    Raises:
        StoreError: the cache cannot be written.
    """
    blobs = cache / folder_name(model.key.name) / "blobs"
    try:
        blobs.mkdir(parents=True, exist_ok=True)
        for leftover in blobs.glob(f"*.{owner}{_SUFFIX}"):
            leftover.unlink()
    except OSError as error:
        raise _unwritable(cache, error) from error
    label = hashlib.sha256(f"{model.revision}/{file.path}".encode()).hexdigest()[:32]
    return blobs / f"{label}.{owner}{_SUFFIX}"


def take_in(cache: Path, model: LockedModel, file: LockedFile, arrived: Path) -> Path:
    """Make verified bytes the blob and the snapshot's entry of a file.

    Raises:
        StoreError: the cache cannot be written.
    """
    entry = stored_path(cache, model, file)
    try:
        blob = arrived.with_name(_blob_name(file, arrived))
        arrived.replace(blob)
        point(entry, blob)
    except OSError as error:
        raise _unwritable(cache, error) from error
    return entry


def _blob_name(file: LockedFile, arrived: Path) -> str:
    """The ETag that the hub gives the file: its Git identity, or with LFS its SHA-256."""
    if file.git and file.size <= _LARGEST_IN_GIT and git_blob_of(arrived.read_bytes()) == file.git:
        return file.git
    return file.sha256


def _unwritable(cache: Path, error: OSError) -> StoreError:
    return StoreError(
        f"`{cache}` cannot be written: {error.strerror}",
        hint="Free some space, check its permissions, or point `HF_HUB_CACHE` to another disk",
    )
