"""What an earlier scan found out, kept so that only what changed is read again.

One JSON file. It holds, for every file of the project, its size, time of change, digest and whether it can hold a
load at all; and for every file that can, what was found there and everything else that this depends on. Anything
about it that is not as expected makes it an empty cache: it can only save time.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ptmdeps import __version__, atomic
from ptmdeps.errors import StoreError
from ptmdeps.identity import Location, ModelKey
from ptmdeps.requirement import FileSelection
from ptmdeps.scan.loaders import Catalogue
from ptmdeps.scan.project import Dependencies
from ptmdeps.scan.references import LocalReference, Outcome, Reference, UnresolvedReference

_NAME = "scan.json"
_RACY = 1_000_000_000
"""Nanoseconds. A file that changed so shortly before the cache was written may have changed again at the same size
and, on a coarse clock, at the same time: its digest is taken anew."""


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What a file was when it was read."""

    size: int
    changed: int
    digest: str
    candidate: bool


@dataclass(frozen=True, slots=True)
class Record:
    """What was found in a file, and what else that depends on."""

    outcomes: tuple[Outcome, ...]
    dependencies: Dependencies


@dataclass(slots=True)
class Memory:
    """Everything that is kept between two scans."""

    fingerprints: dict[str, Fingerprint] = field(default_factory=dict)
    records: dict[str, Record] = field(default_factory=dict)
    written: int = 0


class ScanCache:
    """A cache in a folder that belongs to it; the folder is made when something is saved."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / _NAME

    def load(self, catalogue: Catalogue) -> Memory:
        """Return what an earlier scan with the same catalogue and the same ptmdeps kept; else nothing."""
        try:
            written = self.path.stat().st_mtime_ns
            document = json.loads(self.path.read_bytes())
            if document["stamp"] != _stamp(catalogue):
                return Memory()
            return Memory(
                fingerprints={path: Fingerprint(*values) for path, values in document["files"].items()},
                records={path: _record(values) for path, values in document["records"].items()},
                written=written - _RACY,
            )
        except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
            return Memory()

    def save(self, memory: Memory, catalogue: Catalogue) -> bool:
        """Keep what a scan found out; says whether that was possible."""
        document = {
            "stamp": _stamp(catalogue),
            "files": {
                path: [one.size, one.changed, one.digest, one.candidate] for path, one in memory.fingerprints.items()
            },
            "records": {path: _plain_record(record) for path, record in memory.records.items()},
        }
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            atomic.write(self.path, json.dumps(document, separators=(",", ":")).encode("utf-8", "replace"))
        except (OSError, StoreError):
            return False
        return True


def digest_of(data: bytes) -> str:
    """Return a short digest of a file's content."""
    return hashlib.blake2b(data, digest_size=16).hexdigest()


def _stamp(catalogue: Catalogue) -> str:
    """Return what a result depends on besides the project: the rows, and the scanner's own code."""
    code = sorted(
        (path.name, path.stat().st_size, path.stat().st_mtime_ns) for path in Path(__file__).parent.rglob("*.py")
    )
    return digest_of(repr((__version__, catalogue.loaders, code)).encode())


def _plain_record(record: Record) -> list[Any]:
    dependencies = record.dependencies
    return [
        sorted(dependencies.paths),
        sorted(dependencies.words),
        dependencies.folders,
        [_plain(outcome) for outcome in record.outcomes],
    ]


def _record(values: list[Any]) -> Record:
    paths, words, folders, outcomes = values
    known = {_text(folder): bool(there) for folder, there in folders.items()}
    dependencies = Dependencies(paths=set(map(_text, paths)), words=set(map(_text, words)), folders=known)
    return Record(tuple(_outcome(*outcome) for outcome in outcomes), dependencies)


def _text(value: object) -> str:
    """Return a text that a cache holds; anything else makes it a foreign one."""
    if not isinstance(value, str):
        raise TypeError(f"`{value!r}` is no text")
    return value


def _location(path: object, line: object) -> Location:
    if not isinstance(line, int):
        raise TypeError(f"`{line!r}` is no line")
    return Location(_text(path), line)


def _plain(outcome: Outcome) -> list[Any]:
    place = [outcome.loader, outcome.location.path, outcome.location.line, outcome.scope]
    match outcome:
        case LocalReference():
            return ["local", place, outcome.path]
        case UnresolvedReference():
            return ["unresolved", place, outcome.reason, outcome.expression]
    selection = outcome.selection
    return [
        "reference",
        place,
        [outcome.key.hub, outcome.key.name, outcome.ref, outcome.entrypoint, outcome.kind, outcome.reads],
        [selection.files, selection.allow, selection.ignore, selection.subfolder, selection.variant, selection.weights],
        outcome.resolution,
        [[place.path, place.line] for place in outcome.evidence],
        outcome.alternatives,
    ]


def _outcome(sort: str, place: list[Any], *rest: Any) -> Outcome:  # noqa: ANN401 - what follows depends on the sort
    loader, path, line, scope = place
    location = _location(path, line)
    match sort:
        case "local":
            return LocalReference(loader=_text(loader), location=location, path=_text(*rest), scope=scope)
        case "unresolved":
            reason, expression = map(_text, rest)
            return UnresolvedReference(
                loader=_text(loader), location=location, reason=reason, expression=expression, scope=scope
            )
        case "reference":
            (hub, name, ref, entrypoint, kind, reads), selected, resolution, evidence, alternatives = rest
            return Reference(
                key=ModelKey(_text(hub), _text(name)),
                ref=ref if ref is None else _text(ref),
                entrypoint=entrypoint if entrypoint is None else _text(entrypoint),
                selection=_selection(*selected),
                kind=kind,
                loader=_text(loader),
                reads=_text(reads),
                location=location,
                resolution=_text(resolution),
                scope=scope,
                evidence=tuple(_location(*one) for one in evidence),
                alternatives=tuple(map(_text, alternatives)),
            )
    raise ValueError(f"`{sort}` is no outcome")


def _selection(files: list[str], allow: list[str], ignore: list[str], *texts: str) -> FileSelection:
    subfolder, variant, weights = map(_text, texts)
    return FileSelection(
        files=tuple(map(_text, files)),
        allow=tuple(map(_text, allow)),
        ignore=tuple(map(_text, ignore)),
        subfolder=subfolder,
        variant=variant,
        weights=weights,
    )
