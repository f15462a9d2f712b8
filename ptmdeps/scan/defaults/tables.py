"""The shipped tables: which calls have a default model, where the library writes it, and what it was in each version.

``rows.toml`` is kept by hand: one row a call. ``versions.json`` is written by ``regenerate`` from the libraries' own
source. Both are data of this package.
"""

from __future__ import annotations

import json
import tomllib
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib.resources import files
from typing import Any

from packaging.specifiers import SpecifierSet
from packaging.version import Version

from ptmdeps.distributions.locks import parsed

ROWS = "rows.toml"
VERSIONS = "versions.json"


@dataclass(frozen=True, slots=True)
class Fact:
    """A default model and the ref that the library pins it to, if any."""

    name: str
    ref: str | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """From a version on, a default is this; ``None`` where there is none any more."""

    since: Version
    fact: Fact | None


@dataclass(frozen=True)
class Table:
    """The defaults of one call over the versions that were read.

    Attributes:
        read: versions that were read, ascending; those between two that say the same are left out.
        changes: for each key (a task; an empty text where a call has one default) its changes, ascending.
    """

    read: tuple[Version, ...]
    changes: dict[str, tuple[Change, ...]]

    @cached_property
    def newest(self) -> Version:
        """The newest version that was read."""
        return self.read[-1]

    def at(self, version: Version, key: str) -> Fact | None:
        """Return the default in a version that is known; ``None`` where it has none."""
        facts = (change.fact for change in reversed(self.changes.get(key, ())) if change.since <= version)
        return next(facts, None)

    def knows(self, version: Version, key: str) -> bool:
        """Whether a version was read, or lies between two that say the same."""
        if version in self.read:
            return True
        below = [one for one in self.read if one < version]
        above = [one for one in self.read if one > version]
        return bool(below and above) and self.at(below[-1], key) == self.at(above[0], key)

    def removed(self, version: Version, key: str) -> Version | None:
        """Return the version that took a default away which earlier ones had."""
        changes = [change for change in self.changes.get(key, ()) if change.since <= version]
        return changes[-1].since if changes and changes[-1].fact is None else None

    def newest_within(self, specifier: SpecifierSet, key: str) -> Version | None:
        """Return the newest version that is known and that a specifier lets through.

        Of the versions that were not read those count that the specifier names itself: ``4.41.0`` of ``~=4.41.0``.
        """
        named = (parsed(one.version.removesuffix(".*")) for one in specifier)
        candidates = {*self.read, *(one for one in named if one and self.knows(one, key))}
        return max(specifier.filter(candidates, prereleases=True), default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One call that has a default.

    Attributes:
        call: dotted name; submodules between the library and the rest match without being written.
        arguments: the keywords that name the model.
        distribution: what the library is called where versions are locked.
        hub: where the name belongs.
        owner: what a bare name gets in front.
        chooses: the argument that decides which default it is (``task``); empty where there is only one.
        objects: where the library writes the default: the first of these functions, classes or constants that is there.
    """

    call: str
    arguments: tuple[str, ...]
    distribution: str
    hub: str
    owner: str
    chooses: str
    objects: tuple[str, ...]

    @property
    def word(self) -> str:
        """What people call it: the part after the library."""
        return self.call.partition(".")[2]

    def matches(self, call: str, argument: str) -> bool:
        """Whether this row is about an argument of a call."""
        library, _, rest = call.partition(".")
        same = library == self.call.partition(".")[0] and f".{rest}".endswith(f".{self.word}")
        return same and argument in self.arguments


@lru_cache(maxsize=1)
def rows() -> tuple[Row, ...]:
    """Return the rows, in the order of their calls."""
    document = tomllib.loads(_text(ROWS))
    return tuple(_row(entry) for entry in document["row"])


def row_of(call: str, argument: str) -> Row | None:
    """Return the row about an argument of a call."""
    return next((row for row in rows() if row.matches(call, argument)), None)


@lru_cache(maxsize=64)
def table_of(row: Row) -> Table:
    """Return what is shipped for a row; empty before the first regeneration."""
    entry = _versions().get(row.call, {"read": [], "defaults": {}})
    changes = {key: tuple(_change(*one) for one in changes) for key, changes in entry["defaults"].items()}
    return Table(tuple(map(Version, entry["read"])), changes)


def _row(entry: dict[str, Any]) -> Row:
    return Row(
        call=entry["call"],
        arguments=tuple(entry["arguments"]),
        distribution=entry["distribution"],
        hub=entry.get("hub", "huggingface"),
        owner=entry.get("owner", ""),
        chooses=entry.get("chooses", ""),
        objects=tuple(entry.get("objects", ())),
    )


def _change(since: str, name: str | None, ref: str | None) -> Change:
    return Change(Version(since), Fact(name, ref) if name else None)


@lru_cache(maxsize=1)
def _versions() -> dict[str, Any]:
    document: dict[str, Any] = json.loads(_text(VERSIONS))
    return document


def _text(name: str) -> str:
    return files(__package__).joinpath(name).read_text(encoding="utf-8")
