"""The user's Hugging Face cache as the store, in the layout of huggingface_hub 2.4.

``models--org--name/{blobs,snapshots/<commit>/<path>,refs/<ref>}``; what is there already is used as it is.
"""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from pathlib import Path

from ptmdeps.errors import StoreError
from ptmdeps.lockfile.model import LockedFile, LockedModel

_PROTECTION = "ptmdeps"
_LONGEST_CHAIN = 40
"""Links that lead to links: as many as Linux itself follows."""


def folder_name(name: str) -> str:
    """``org/name`` → ``models--org--name``."""
    return "models--" + name.replace("/", "--")


def stored_path(cache: Path, model: LockedModel, file: LockedFile) -> Path:
    """Where the cache keeps, or would keep, a file of a model."""
    return cache / folder_name(model.key.name) / "snapshots" / model.revision / file.path


def discard(path: Path, cache: Path) -> None:
    """Remove a damaged file from the cache: its entry in the snapshot and the blob behind it.

    Raises:
        StoreError: the cache cannot be written.
    """
    chain = [path]
    while chain[-1].is_symlink() and len(chain) < _LONGEST_CHAIN:
        chain.append(chain[-1].parent / chain[-1].readlink())
    root = cache.resolve()
    try:
        for link in chain:
            # links may lead anywhere: only what lies in the cache is ours to remove
            if link.parent.resolve().is_relative_to(root):
                link.unlink(missing_ok=True)
    except OSError as error:
        raise StoreError(
            f"`{path}` is damaged and cannot be replaced: {error.strerror}",
            hint="Make the cache writable, or point `HF_HUB_CACHE` to one that is",
        ) from error


def protect(cache: Path, models: Sequence[LockedModel], owner: str) -> None:
    """Name the pinned snapshots in ``refs/ptmdeps/<owner>-<commit>``, without which ``hf cache prune`` deletes them.

    A reference to a snapshot that is not there would make the client disregard the whole repository, so call
    this only when the models are stored. References of this owner to anything else are removed.

    Raises:
        StoreError: the cache cannot be written.
    """
    wanted = {
        cache / folder_name(model.key.name) / "refs" / _PROTECTION / f"{owner}-{model.revision[:12]}": model.revision
        for model in models
    }
    try:
        for reference in sorted(cache.glob(f"models--*/refs/{_PROTECTION}/{owner}-*")):
            if reference not in wanted:
                reference.unlink(missing_ok=True)
                with contextlib.suppress(OSError):  # another project's references may be in it
                    reference.parent.rmdir()
        for reference, revision in wanted.items():
            if not reference.is_file() or reference.read_bytes() != revision.encode():
                reference.parent.mkdir(parents=True, exist_ok=True)
                reference.write_text(revision, encoding="utf-8")
    except OSError as error:
        raise StoreError(
            f"`{cache}` cannot be written: {error.strerror}",
            hint="The environment is whole, but `hf cache prune` may delete what it links to",
        ) from error
