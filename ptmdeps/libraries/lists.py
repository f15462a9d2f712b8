"""Lists of models that are on the net: what their readers share. Such a list is as little to be trusted as a model."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from difflib import get_close_matches

from ptmdeps.errors import UnsafeContent
from ptmdeps.libraries.table import LONGEST_NAME, Entries, UnknownName, fault_of
from ptmdeps.paths import printable

MAXIMUM_BYTES = 16 * 1024 * 1024
"""Largest list that is read; the largest of them, that of stanza, has half a megabyte."""

_SHOWN = 3


def table_in(data: bytes, what: str) -> Mapping[str, object]:
    """Read a list that is a JSON object; ``what`` names it in messages.

    Raises:
        UnsafeContent: it is none, or too large.
    """
    refuse_large(data, what)
    try:
        value: object = json.loads(data.decode("utf-8-sig"))
    except RecursionError:
        raise broken(what, "it is nested too deep") from None
    except ValueError as error:  # not UTF-8, not JSON, or a number with more digits than Python converts
        raise broken(what, printable(str(error))) from None
    if not isinstance(value, dict):
        raise broken(what, "it is no table")
    return value


def table_at(table: Mapping[str, object], *keys: str) -> Mapping[str, object]:
    """Return the table inside a table at a path of keys; an empty one where there is none."""
    found: object = table
    for key in keys:
        found = found.get(key) if isinstance(found, Mapping) else None
    return found if isinstance(found, Mapping) else {}


def text_at(table: Mapping[str, object], key: str) -> str:
    """Return a text of a table; an empty one where there is none."""
    found = table.get(key)
    return found if isinstance(found, str) else ""


def refuse_large(data: bytes, what: str) -> None:
    """Raise ``UnsafeContent`` for a list of more than ``MAXIMUM_BYTES``."""
    if len(data) > MAXIMUM_BYTES:
        raise broken(what, f"it is larger than {MAXIMUM_BYTES} bytes")


def without_fault(entries: Entries, what: str) -> Entries:
    """Give entries back that can be followed.

    Raises:
        UnsafeContent: one of them names no address, path or hash.
    """
    faults = list(filter(None, map(fault_of, entries)))
    if faults:
        raise broken(what, printable(faults[0]))
    return entries


def broken(what: str, reason: str) -> UnsafeContent:
    """Return the error for a list that cannot be believed."""
    return UnsafeContent(f"cannot read {what}: {reason}", hint="Try again later: it is not what its library expects")


def unknown(name: str, what: str, known: Iterable[str]) -> UnknownName:
    """Return the error for a name that a list does not have, with names that are nearly the same."""
    near = get_close_matches(name[:LONGEST_NAME], [one for one in known if len(one) <= LONGEST_NAME], n=_SHOWN)
    meant = " or ".join(f"`{printable(one)}`" for one in near)
    hint = f"Did you mean {meant}?" if near else "Look at the spelling"
    return UnknownName(f"{what} has no `{printable(name)}`", hint=hint)
