"""The user's Hugging Face cache as the store, in the layout of huggingface_hub 2.4.

``models--org--name/{blobs,snapshots/<commit>/<path>,refs/<ref>}``; what is there already is used as it is.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Sequence
from pathlib import Path

from ptmdeps.errors import StoreError
from ptmdeps.lockfile.model import LockedFile, LockedModel

_PROTECTION = "ptmdeps"
_ABANDONED_AFTER = 3600.0
"""Seconds without a write after which a partial download is nobody's any more."""
_LONGEST_CHAIN = 40
"""Links that lead to links: as many as Linux itself follows."""


def folder_name(name: str) -> str:
    """``org/name`` → ``models--org--name``."""
    return "models--" + name.replace("/", "--")


def stored_path(cache: Path, model: LockedModel, file: LockedFile) -> Path:
    """Where the cache keeps, or would keep, a file of a model."""
    return cache / folder_name(model.key.name) / "snapshots" / model.revision / file.path


def arriving(cache: Path, model: LockedModel, file: LockedFile) -> Path | None:
    """The newest unfinished download of a large file: the client names it by the file's SHA-256 and a random part."""
    blobs = cache / folder_name(model.key.name) / "blobs"
    unfinished = [(_modified(path), path) for path in blobs.glob(f"{file.sha256}.*.incomplete")]
    return max(unfinished)[1] if unfinished else None


def _modified(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return 0.0


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


def remove_partial_downloads(cache: Path, name: str) -> None:
    """Delete what killed downloads of a model left: the client neither resumes nor removes it.

    Downloads that go on are left alone: who downloads writes now and then, and holds the mutex of that file (which
    alone would not say it on network file systems that pretend to lock).
    """
    blobs, mutexes = cache / folder_name(name) / "blobs", cache / ".locks" / folder_name(name)
    for path in (*blobs.glob("*.*.incomplete"), *blobs.glob("tmp_*")):
        with contextlib.suppress(OSError):
            if path.stat().st_mtime < time.time() - _ABANDONED_AFTER:
                _remove_unless_held(path, mutexes / f"{path.name.partition('.')[0]}.lock")


def _remove_unless_held(path: Path, mutex: Path) -> None:
    from filelock import FileLock, Timeout

    with contextlib.suppress(Timeout), FileLock(mutex, timeout=0) if mutex.exists() else contextlib.nullcontext():
        path.unlink(missing_ok=True)


def protect(cache: Path, models: Sequence[LockedModel], owner: str) -> None:
    """Name the pinned snapshots in ``refs/ptmdeps/<owner>-<commit>``, without which ``hf cache prune`` deletes them.

    A reference to a snapshot that is not there would make the client disregard the whole repository, so none is
    made for a model that is not stored. References of this owner to anything else are removed.

    Raises:
        StoreError: the cache cannot be written.
    """
    wanted = {
        cache / folder_name(model.key.name) / "refs" / _PROTECTION / f"{owner}-{model.revision[:12]}": model.revision
        for model in models
        if (cache / folder_name(model.key.name) / "snapshots" / model.revision).is_dir()
    }
    try:
        for reference in sorted(cache.glob(f"models--*/refs/{_PROTECTION}/{owner}-*")):
            if reference not in wanted:
                reference.unlink(missing_ok=True)
                with contextlib.suppress(OSError):  # another project's references may be in it
                    reference.parent.rmdir()
        for reference, revision in wanted.items():
            if not reference.is_file() or reference.read_bytes() != revision.encode():
                _write_reference(reference, revision)
    except OSError as error:
        raise StoreError(
            f"`{cache}` cannot be written: {error.strerror}",
            hint="The environment is whole, but `hf cache prune` may delete what it links to",
        ) from error


def _write_reference(reference: Path, revision: str) -> None:
    """Never half there, nor with a temporary file beside it that the client would read as a reference, too."""
    reference.parent.mkdir(parents=True, exist_ok=True)
    temporary = reference.parent.parent.parent / f".{reference.name}"
    temporary.write_text(revision, encoding="utf-8")
    temporary.replace(reference)
