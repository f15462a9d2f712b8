"""The values of a manifest's keys, each of the type it must have; everything else is a mistake that knows its place."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime

from ptmdeps.paths import printable

KeyPath = tuple[str | int, ...]
"""Where a value stands in a TOML document: the keys of tables, and the indexes of arrays from 0."""

_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+", re.ASCII)


@dataclass(frozen=True, slots=True)
class Section:
    """A table of a manifest, and where it stands in the document."""

    values: Mapping[str, object]
    path: KeyPath = ()


class Mistake(Exception):
    """A value that must not stand where it stands; ``read`` makes a ``ManifestError`` with file and line of it.

    ``problem`` goes on from the key: "must be a string".
    """

    def __init__(self, path: KeyPath, problem: str, *, hint: str | None = None) -> None:
        super().__init__(problem)
        self.path = path
        self.problem = problem
        self.hint = hint


def mistake(section: Section, key: str, problem: str, *, hint: str | None = None) -> Mistake:
    """The mistake that the value of ``key`` is."""
    return Mistake((*section.path, key), problem, hint=hint)


def dotted(path: KeyPath) -> str:
    """``tool.ptmdeps.models[0].files``; what cannot be printed is escaped."""
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part}]"
        else:
            shown = part if _BARE_KEY.fullmatch(part) else f'"{printable(part)}"'
            text += f".{shown}" if text else shown
    return text


def refuse_unknown(section: Section, known: frozenset[str]) -> None:
    """Raise ``Mistake`` for the first key that is not among the known ones: no typing error is a silent default."""
    if unknown := sorted(section.values.keys() - known):
        import difflib

        close = difflib.get_close_matches(unknown[0], sorted(known), n=1)
        meant = f"Did you mean `{close[0]}`? " if close else ""
        hint = f"{meant}Known are {', '.join(sorted(known))}"
        raise mistake(section, unknown[0], "is no setting of ptmdeps", hint=hint)


def text(section: Section, key: str, default: str = "") -> str:
    """Return a string that is not empty, ``default`` where the key is absent."""
    if key not in section.values:
        return default
    value = section.values[key]
    if not isinstance(value, str):
        raise mistake(section, key, "must be a string")
    if not value:
        raise mistake(section, key, "must not be empty")
    return value


def choice(section: Section, key: str, choices: tuple[str, ...], default: str | None = None) -> str:
    """Return one of ``choices``; where the key is absent ``default``, or else the first one."""
    value = text(section, key, choices[0] if default is None else default)
    if value not in choices:
        raise mistake(section, key, f"cannot be `{printable(value)}`", hint=f"One of {', '.join(choices)}")
    return value


def day(section: Section, key: str, hint: str = "Write 2026-12-31") -> str:
    """Return a day, as a date of TOML or a string, as ``2026-12-31``; empty where the key is absent."""
    match section.values.get(key):
        case None:
            return ""
        case date() as found if not isinstance(found, datetime):
            return found.isoformat()
        case str(written):
            with suppress(ValueError):
                return date.fromisoformat(written).isoformat()
    raise mistake(section, key, "must be a date", hint=hint)


def flag(section: Section, key: str, *, default: bool = False) -> bool:
    """Return true or false, ``default`` where the key is absent."""
    value = section.values.get(key, default)
    if not isinstance(value, bool):
        raise mistake(section, key, "must be true or false")
    return value


def strings(section: Section, key: str) -> tuple[str, ...]:
    """Return an array of strings, an empty one where the key is absent."""
    value = section.values.get(key, [])
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise mistake(section, key, "must be an array of strings")
    return tuple(value)


def subsection(section: Section, key: str) -> Section:
    """Return a table, an empty one where the key is absent."""
    value = section.values.get(key, {})
    if not isinstance(value, dict):
        raise mistake(section, key, "must be a table")
    return Section(value, (*section.path, key))


def items(section: Section, key: str, problem: str) -> Iterator[tuple[object, KeyPath]]:
    """Yield the items of an array with their places; ``problem`` is what is wrong where it is no array."""
    value = section.values.get(key, [])
    if not isinstance(value, list):
        raise mistake(section, key, problem)
    for index, item in enumerate(value):
        yield item, (*section.path, key, index)
