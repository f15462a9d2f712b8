"""The values of a manifest's keys, each of the type it must have; everything else is an error that names its place."""

from __future__ import annotations

from collections.abc import Mapping

from ptmdeps.errors import ManifestError
from ptmdeps.paths import printable


def refuse_unknown(table: Mapping[str, object], known: frozenset[str], prefix: str, source: str) -> None:
    """Raise ``ManifestError`` for the first key of a table that is not among the known ones."""
    if unknown := sorted(table.keys() - known):
        raise ManifestError(
            f"`{prefix}{printable(unknown[0])}` in `{source}` is no setting of ptmdeps",
            hint=f"Known are {', '.join(sorted(known))}",
        )


def choice(table: Mapping[str, object], key: str, choices: tuple[str, ...], prefix: str, source: str) -> str:
    """The value of ``key``, which is one of ``choices``; the first one by default."""
    value = text(table, key, choices[0], prefix, source)
    if value not in choices:
        raise ManifestError(
            f"`{prefix}{key}` in `{source}` cannot be `{printable(value)}`", hint=f"One of {', '.join(choices)}"
        )
    return value


def text(table: Mapping[str, object], key: str, default: str, prefix: str, source: str) -> str:
    """Return a string that is not empty, ``default`` where the key is absent."""
    value = table.get(key, default)
    if not isinstance(value, str):
        raise ManifestError(f"`{prefix}{key}` in `{source}` must be a string")
    if not value:
        raise ManifestError(f"`{prefix}{key}` in `{source}` must not be empty")
    return value


def strings(table: Mapping[str, object], key: str, prefix: str, source: str) -> tuple[str, ...]:
    """Return an array of strings, an empty one where the key is absent."""
    value = table.get(key, [])
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise ManifestError(f"`{prefix}{key}` in `{source}` must be an array of strings")
    return tuple(value)
