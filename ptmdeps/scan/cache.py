"""What an earlier scan found out, kept so that only what changed is read again.

One JSON file. It holds, for every file of the project, its size, time of change, digest and whether it can hold a
load at all; and for every file that can, what was found there and everything else that this depends on. Anything
about it that is not as expected makes it an empty cache: it can only save time.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ptmdeps import __version__, atomic
from ptmdeps.errors import StoreError
from ptmdeps.scan.dependencies import Dependencies
from ptmdeps.scan.fingerprints import Fingerprint, digest_of
from ptmdeps.scan.references import Outcome
from ptmdeps.scan.serialization import dependencies_of, outcome_of, plain_dependencies, plain_outcome
from ptmdeps.scan.words import Words

if TYPE_CHECKING:
    from ptmdeps.scan.loaders import Loader

_NAME = "scan.json"
_CODE = frozenset({".py", ".toml", ".json"})
_RACY = 1_000_000_000
"""Nanoseconds. A file that changed so shortly before the cache was written may have changed again at the same size
and, on a coarse clock, at the same time: its digest is taken anew."""


@dataclass(frozen=True, slots=True)
class Record:
    """What was found in a file, and what else that depends on."""

    outcomes: tuple[Outcome, ...]
    dependencies: Dependencies


@dataclass(slots=True)
class Memory:
    """Everything that is kept between two scans.

    ``asked`` are the paths that say which versions of libraries the project uses, ``versions`` is their state.
    """

    fingerprints: dict[str, Fingerprint] = field(default_factory=dict)
    records: dict[str, Record] = field(default_factory=dict)
    asked: tuple[str, ...] = ()
    versions: str = ""
    written: int = 0


class ScanCache:
    """A cache in a folder that belongs to it; the folder is made when something is saved."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / _NAME

    def load(self, loaders: tuple[Loader, ...] | None) -> Memory:
        """Return what an earlier scan with the same catalogue and the same ptmdeps kept; else nothing."""
        try:
            written = self.path.stat().st_mtime_ns
            document = json.loads(self.path.read_bytes())
            if document["stamp"] != _stamp(loaders):
                return Memory()
            return Memory(
                fingerprints={path: _fingerprint(*values) for path, values in document["files"].items()},
                records={path: _record(values) for path, values in document["records"].items()},
                asked=tuple(map(str, document["asked"])),
                versions=str(document["versions"]),
                written=written - _RACY,
            )
        except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
            return Memory()

    def save(self, memory: Memory, loaders: tuple[Loader, ...] | None) -> bool:
        """Keep what a scan found out; says whether that was possible."""
        document = {
            "stamp": _stamp(loaders),
            "files": {
                path: [one.size, one.changed, one.digest, one.candidate, *_plain_words(one.words)]
                for path, one in memory.fingerprints.items()
            },
            "records": {path: _plain_record(record) for path, record in memory.records.items()},
            "asked": memory.asked,
            "versions": memory.versions,
        }
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            atomic.write(self.path, json.dumps(document, separators=(",", ":")).encode("utf-8", "replace"))
        except (OSError, StoreError):
            return False
        return True


def _stamp(loaders: tuple[Loader, ...] | None) -> str:
    """Return what a result depends on besides the project: the rows, and the scanner's own code."""
    code = sorted(
        (path.name, path.stat().st_size, path.stat().st_mtime_ns)
        for path in Path(__file__).parent.rglob("*")
        if path.suffix in _CODE
    )
    return digest_of(repr((__version__, loaders, code)).encode())


def _plain_record(record: Record) -> list[Any]:
    return [plain_dependencies(record.dependencies), [plain_outcome(outcome) for outcome in record.outcomes]]


def _record(values: list[Any]) -> Record:
    dependencies, outcomes = values
    return Record(tuple(outcome_of(*outcome) for outcome in outcomes), dependencies_of(dependencies))


def _plain_words(words: Words) -> list[str]:
    return [" ".join(sorted(words.imports)), " ".join(sorted(words.bases))]


def _fingerprint(size: int, changed: int, digest: str, *rest: Any) -> Fingerprint:  # noqa: ANN401 - as it is written
    candidate, imports, bases = rest
    words = Words(frozenset(imports.split()), frozenset(bases.split()))
    return Fingerprint(size, changed, digest, bool(candidate), words)
