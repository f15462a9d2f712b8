"""The tables that are shipped: JSON files in the folder ``shipped``, one name of a library a line.

::

    {
     "read": ["0.9.16", "1.0.31"],
     "reads": {"huggingface": "timm", "url": "torch"},
     "names": {
      "resnet50": [["0.9.16", {"huggingface": "timm/resnet50.a1_in1k"}]],
      "resnet51": [["0.9.16"], ["1.0.31", null]]
     }
    }

Each change of a name is the version since which it holds, and the entries from there on: none for a name that has no
weights, ``null`` where the name is gone. What reads an entry stands in it only where ``reads`` says otherwise.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from packaging.version import Version

from ptmdeps.identity import ModelKey
from ptmdeps.libraries.history import Change, History
from ptmdeps.libraries.table import Entries, Entry

FOLDER = Path(__file__).with_name("shipped")


@lru_cache(maxsize=32)
def shipped(name: str) -> History[Entries]:
    """Return the table of a file in the folder ``shipped``; one without versions where there is no such file."""
    resource = files(__package__).joinpath("shipped", name)
    return parsed(resource.read_text(encoding="utf-8")) if resource.is_file() else History((), {})


def parsed(text: str) -> History[Entries]:
    """Read a table."""
    document = json.loads(text)
    return History(tuple(map(Version, document["read"])), _Changes(document["names"], document["reads"]))


class _Changes(Mapping[str, tuple[Change[Entries], ...]]):
    """The changes of each name, which are made when they are asked for: a project asks for few of some thousands."""

    def __init__(self, names: Mapping[str, list[list[Any]]], reads: Mapping[str, str]) -> None:
        self._names = names
        self._reads = reads

    def __getitem__(self, name: str) -> tuple[Change[Entries], ...]:
        return tuple(_change(one, self._reads) for one in self._names[name])

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


def text_of(history: History[Entries]) -> str:
    """Return the text of a table; the same table gives the same bytes."""
    reads = _usual_reads(history)
    read = json.dumps([str(version) for version in history.read])
    names = ",\n".join(
        f"  {json.dumps(name)}: {json.dumps([_written(change, reads) for change in changes])}"
        for name, changes in sorted(history.changes.items())
    )
    return f'{{\n "read": {read},\n "reads": {json.dumps(reads)},\n "names": {{\n{names}\n }}\n}}\n'


def _usual_reads(history: History[Entries]) -> dict[str, str]:
    """Return for each hub what reads most of its entries."""
    counts: dict[str, Counter[str]] = {}
    for entry in (entry for changes in history.changes.values() for change in changes for entry in change.fact or ()):
        counts.setdefault(entry.key.hub, Counter())[entry.reads] += 1
    return {hub: min(count, key=lambda one: (-count[one], one)) for hub, count in sorted(counts.items())}


def _written(change: Change[Entries], reads: Mapping[str, str]) -> list[object]:
    entries = [None] if change.fact is None else [_entry_of(entry, reads) for entry in change.fact]
    return [str(change.since), *entries]


def _entry_of(entry: Entry, reads: Mapping[str, str]) -> dict[str, object]:
    usual = entry.reads == reads[entry.key.hub]
    fields = {"ref": entry.ref, "files": list(entry.files), "hash": entry.hash}
    written: dict[str, object] = {entry.key.hub: entry.key.name}
    if not usual:
        written["reads"] = entry.reads
    return {**written, **{key: value for key, value in fields.items() if value}}


def _change(written: list[Any], reads: Mapping[str, str]) -> Change[Entries]:
    since, *entries = written
    gone = entries == [None]
    return Change(_version(since), None if gone else tuple(_entry(one, reads) for one in entries))


@lru_cache(maxsize=1024)
def _version(text: str) -> Version:
    return Version(text)


def _entry(written: Mapping[str, Any], reads: Mapping[str, str]) -> Entry:
    hub, name = next(iter(written.items()))
    return Entry(
        key=ModelKey(hub, name),
        ref=written.get("ref", ""),
        reads=written.get("reads", reads[hub]),
        files=tuple(written.get("files", ())),
        hash=written.get("hash", ""),
    )
