"""What was fetched when a model was locked, for hubs that give no digests: locking again need not fetch it again.

A note counts only while the store has all the bytes that it speaks of.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ptmdeps.atomic import write
from ptmdeps.errors import StoreError, UnsafeContent
from ptmdeps.hubs.snapshots import store
from ptmdeps.identity import ModelKey
from ptmdeps.paths import safe_path

if TYPE_CHECKING:
    from ptmdeps.hubs.stored import StoredHub

_DIGITS = frozenset("0123456789abcdef")
_SHA256 = 64


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class SeenFile:
    """A file that was fetched: its path in the model, bytes, and SHA-256."""

    path: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What was fetched together: ``facts`` is what the server said of it then, ``files`` are sorted."""

    facts: Mapping[str, str]
    files: tuple[SeenFile, ...]


def remember(hub: StoredHub, key: ModelKey, label: str, seen: Seen) -> None:
    """Note what was fetched; ``label`` says which part or state of the model it is.

    Raises:
        StoreError: the store cannot be written.
    """
    path = _note(hub, key, label)
    files = [[file.path, file.size, file.sha256] for file in sorted(seen.files)]
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(f"`{path}` cannot be written: {error.strerror}", hint="Check its permissions") from error
    # others may note the same at the same time
    write(path, json.dumps({"facts": dict(seen.facts), "files": files}).encode())


def recall(hub: StoredHub, key: ModelKey, label: str) -> Seen | None:
    """What was noted, as far as the store still has it; ``None`` where nothing was."""
    if "/" in label:
        return None
    try:
        note = json.loads(_note(hub, key, label).read_bytes())
        facts = {str(name): str(value) for name, value in note["facts"].items()}
        files = tuple(SeenFile(path=safe_path(path), size=size, sha256=sha256) for path, size, sha256 in note["files"])
    except (OSError, ValueError, TypeError, LookupError, AttributeError, UnsafeContent):
        return None
    return Seen(facts=facts, files=tuple(sorted(_here(hub, key, files))))


def blob(hub: StoredHub, key: ModelKey, name: str) -> Path:
    """Where the store keeps bytes of a model: under their SHA-256, or any other name while they arrive."""
    return hub.store() / store.folder_name(key.name) / "blobs" / name


def _here(hub: StoredHub, key: ModelKey, files: Iterable[SeenFile]) -> Iterable[SeenFile]:
    for file in files:
        if len(file.sha256) == _SHA256 and _DIGITS.issuperset(file.sha256):
            path = blob(hub, key, file.sha256)
            if path.is_file() and path.stat().st_size == file.size:
                yield file


def _note(hub: StoredHub, key: ModelKey, label: str) -> Path:
    return hub.notes() / "seen" / store.folder_name(key.name) / f"{label}.json"
