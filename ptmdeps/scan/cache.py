"""What an earlier scan found out, kept so that only what changed is read again.

One file of lines. The first is JSON: for every file of the project its size, time of change, digest and whether it can
hold a load at all, and what results depend on outside of these files. Then stands, for every file, a line of its words
and one of its parts; and for every file that can hold a load, a line of what was found there and one of everything that
this depends on. A
scan reads the first line; the others only when they are needed, and those that still hold are written again as they
are. Anything about it that is not as expected makes it an empty cache: it can only save time.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain, islice, starmap
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ptmdeps import __version__
from ptmdeps.errors import StoreError
from ptmdeps.scan.dependencies import Outside
from ptmdeps.scan.fingerprints import Fingerprint, digest_of

if TYPE_CHECKING:
    from ptmdeps.scan.loaders import Loader

_NAME = "scan.cache"
_CODE = frozenset({".py", ".toml", ".json"})
_RACY = 1_000_000_000
"""Nanoseconds. A file that changed so shortly before the cache was written may have changed again at the same size
and, on a coarse clock, at the same time: its digest is taken anew."""


@dataclass(frozen=True, slots=True)
class Record:
    """What was found in a file, and what else that depends on: two lines (see ``serialization``)."""

    outcomes: str
    dependencies: str


@dataclass(slots=True)
class Memory:
    """Everything that is kept between two scans.

    Attributes:
        fingerprints: what each file is, sorted by path.
        records: what was found in each file that can hold a load.
        outside: what records depend on besides these files.
        asked: the paths that say which versions of libraries the project uses.
        versions: their state.
        written: when this was written, in nanoseconds; what changed since, or so shortly before, is read again.
    """

    fingerprints: dict[str, Fingerprint] = field(default_factory=dict)
    records: dict[str, Record] = field(default_factory=dict)
    outside: Outside = field(default_factory=Outside)
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
            first, *lines = self.path.read_bytes().decode().split("\n")
            document = json.loads(first)
            if document["stamp"] != _stamp(loaders):
                return Memory()
            memory = _memory(document, lines)
        except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
            return Memory()
        memory.written = written - _RACY
        return memory

    def save(self, memory: Memory, loaders: tuple[Loader, ...] | None) -> bool:
        """Keep what a scan found out; says whether that was possible."""
        from ptmdeps import atomic  # which a scan that finds nothing new does not need

        text = "\n".join(_lines(memory, _stamp(loaders)))
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            atomic.write(self.path, text.encode())
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


def _lines(memory: Memory, stamp: str) -> Iterator[str]:
    files = memory.fingerprints.items()
    document = {
        "stamp": stamp,
        "files": {path: (one.size, one.changed, one.digest, one.candidate) for path, one in files},
        "folders": memory.outside.folders,
        "others": memory.outside.others,
        "asked": memory.asked,
        "versions": memory.versions,
    }
    yield json.dumps(document, separators=(",", ":"))
    yield from chain.from_iterable((one.words, one.parts) for _, one in files)
    yield from chain.from_iterable((record.outcomes, record.dependencies) for record in memory.records.values())


def _memory(document: dict[str, Any], lines: list[str]) -> Memory:
    """Return what was kept.

    Raises:
        ValueError, KeyError, TypeError, AttributeError: it is not as it was written.
    """
    following = iter(lines)
    about = islice(following, 2 * len(document["files"]))
    fingerprints = {
        path: Fingerprint(size, changed, digest, bool(candidate), words, parts)
        for (path, (size, changed, digest, candidate)), words, parts in zip(
            document["files"].items(), about, about, strict=True
        )
    }
    candidates = [path for path, one in fingerprints.items() if one.candidate]
    records = starmap(Record, zip(following, following, strict=True))
    return Memory(
        fingerprints=fingerprints,
        records=dict(zip(candidates, records, strict=True)),
        outside=Outside(dict(document["folders"]), dict(document["others"])),
        asked=tuple(map(str, document["asked"])),
        versions=str(document["versions"]),
    )
