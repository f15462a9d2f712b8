"""The shipped tables: which calls have a default model, where the library writes it, and what it was in each version.

``rows.toml`` is kept by hand: one row a call. ``versions.json`` is written by ``regenerate`` from the libraries' own
source. Both are data of this package.
"""

from __future__ import annotations

import json
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

from packaging.version import Version

from ptmdeps.libraries.history import Change, History

ROWS = "rows.toml"
VERSIONS = "versions.json"


@dataclass(frozen=True, slots=True)
class Fact:
    """A default model and the ref that the library pins it to, if any."""

    name: str
    ref: str | None = None


Table = History[Fact]
"""The defaults of one call by key: a task, or an empty text where a call has one default."""


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


def _change(since: str, name: str | None, ref: str | None) -> Change[Fact]:
    return Change(Version(since), Fact(name, ref) if name else None)


@lru_cache(maxsize=1)
def _versions() -> dict[str, Any]:
    document: dict[str, Any] = json.loads(_text(VERSIONS))
    return document


def _text(name: str) -> str:
    return files(__package__).joinpath(name).read_text(encoding="utf-8")
