"""Reading a Hugging Face cache: its models, what refers to them, and what was left lying about.

Any tool may have written it, of any version: 0.8 and later have this layout; ``trees/``, ``.no_exist/`` and the shared
blobs of Xet came later and are not needed. What cannot be read is left out, and never deleted.
"""

from __future__ import annotations

import contextlib
import os
import re
import time
from collections.abc import Iterator
from pathlib import Path

from ptmdeps.hubs.snapshots.store import ABANDONED_AFTER, PROTECTION, free, name_of, notes
from ptmdeps.hubs.stock import Leftover, LeftoverKind, StoredFile, StoredModel, StoredRevision

_PREFIX = "models--"
_SHA256 = re.compile(r"[0-9a-f]{64}")
_GIT = re.compile(r"[0-9a-f]{40}")
_OWNER = re.compile(r"([0-9a-f]{12})-[0-9a-f]{12}")


def stock(cache: Path, hub: str = "huggingface") -> tuple[StoredModel, ...]:
    """Every model of a hub's cache, sorted by folder, also those of which only leftovers are there."""
    names: set[str] = set()
    with contextlib.suppress(OSError), os.scandir(cache) as entries:
        names = {entry.name for entry in entries if entry.name.startswith(_PREFIX) and entry.is_dir()}
    for place in (quarantine(cache), trash(cache)):
        names |= {path.name.rpartition("--")[0] for path in place.glob(f"{_PREFIX}*--*")}
    return tuple(_model(cache, hub, name) for name in sorted(names))


def marks(cache: Path, folder: str) -> Path:
    """Where the revisions of a model that ptmdeps fetched are noted."""
    return notes(cache) / "fetched" / folder


def quarantine(cache: Path) -> Path:
    """Where damaged files are kept."""
    return notes(cache) / "quarantine"


def trash(cache: Path) -> Path:
    """Where something is on its way out."""
    return notes(cache) / "trash"


def files_below(folder: Path) -> Iterator[Path]:
    """All files and links below a folder; links are not followed."""
    for parent, folders, names in os.walk(folder):
        yield from (Path(parent, name) for name in names)
        yield from (path for name in folders if (path := Path(parent, name)).is_symlink())


def _model(cache: Path, hub: str, folder: str) -> StoredModel:
    refs = dict(_refs(cache / folder))
    revisions = [
        _revision(cache, folder, path, refs)
        for path in sorted((cache / folder / "snapshots").glob("*"))
        if path.is_dir() and not path.is_symlink()
    ]
    return StoredModel(
        hub=hub,
        name=name_of(cache, folder),
        folder=cache / folder,
        revisions=tuple(revisions),
        leftovers=tuple(_leftovers(cache, folder)),
    )


def _refs(folder: Path) -> Iterator[tuple[str, str]]:
    """``main``, ``refs/pr/1``, ``ptmdeps/<owner>-<commit>`` → the commit that it names."""
    for path in sorted(files_below(folder / "refs")):
        with contextlib.suppress(OSError, UnicodeDecodeError):
            yield path.relative_to(folder / "refs").as_posix(), path.read_text(encoding="utf-8").strip()


def _revision(cache: Path, folder: str, snapshot: Path, refs: dict[str, str]) -> StoredRevision:
    names = [name for name, commit in refs.items() if commit == snapshot.name]
    ours = {
        name: _OWNER.fullmatch(name.removeprefix(f"{PROTECTION}/")) for name in names if name.startswith(PROTECTION)
    }
    statuses: list[float] = [0.0]
    files = tuple(_file(snapshot, place, statuses) for place in sorted(files_below(snapshot)))
    return StoredRevision(
        revision=snapshot.name,
        files=tuple(file for file in files if file),
        owners=tuple(sorted(match[1] for match in ours.values() if match)),
        refs=tuple(sorted(name for name in names if not ours.get(name))),
        fetched=(marks(cache, folder) / snapshot.name).exists(),
        used=max(statuses),
    )


def _file(snapshot: Path, place: Path, statuses: list[float]) -> StoredFile | None:
    """A file of a snapshot: a link to a blob, which may be a link to a blob of the whole cache, or the file itself."""
    try:
        blob = place.resolve(strict=True)
        status = blob.stat()
        first = place.parent / place.readlink() if place.is_symlink() else place
    except (OSError, RuntimeError):
        return None
    statuses.append(max(status.st_atime, status.st_mtime))
    linked = place.is_symlink()
    return StoredFile(
        path=place.relative_to(snapshot).as_posix(),
        place=place,
        blob=blob,
        size=status.st_size,
        digest=_digest(first.name) if linked else "",
        shared=linked and first.is_symlink(),
        held=status.st_nlink > 1,
    )


def _digest(blob: str) -> str:
    if _SHA256.fullmatch(blob):
        return f"sha256:{blob}"
    return f"git:{blob}" if _GIT.fullmatch(blob) else ""


def _leftovers(cache: Path, folder: str) -> Iterator[Leftover]:
    mutexes = cache / ".locks" / folder
    for pattern in ("*.incomplete", "tmp_*", "*.taking-in"):
        for path in sorted((cache / folder / "blobs").glob(pattern)):
            with contextlib.suppress(OSError):
                status = path.lstat()
                abandoned = abs(time.time() - status.st_mtime) > ABANDONED_AFTER
                stem = path.name.partition(".")[0]
                yield Leftover(
                    path=path,
                    size=status.st_size,
                    kind="unfinished download",
                    idle=abandoned and free(mutexes / f"{stem}.lock"),
                    resumable=path.name == f"{stem}.incomplete",
                )
    yield from _kept_aside(quarantine(cache), folder, "quarantine")
    yield from _kept_aside(trash(cache), folder, "deletion that was interrupted")


def _kept_aside(place: Path, folder: str, kind: LeftoverKind) -> Iterator[Leftover]:
    for path in sorted(path for path in place.glob("*--*") if path.name.rpartition("--")[0] == folder):
        found = files_below(path) if path.is_dir() else [path]
        size = 0
        for file in found:
            with contextlib.suppress(OSError):
                size += file.lstat().st_size
        yield Leftover(path=path, size=size, kind=kind)
