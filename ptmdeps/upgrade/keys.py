"""What two JSON documents say differently: by dotted key, whatever their layout."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from ptmdeps.upgrade.change import KeyChange

MAX_KEYS = 200
"""Settings of one file that are named; of more, only the number is told."""

MAX_VALUE = 120
"""Characters of a value that are kept."""

_ABSENT = object()


def key_changes(
    path: str, before: Mapping[str, object], after: Mapping[str, object]
) -> tuple[tuple[KeyChange, ...], int]:
    """The settings of the file at ``path`` that differ, sorted by key, and how many of them are left out.

    Objects are walked into where both sides have one; lists and everything else are values. Numbers of the same
    value are the same (``1`` and ``1.0``), truth values are no numbers.
    """
    found = sorted(_differences(before, after), key=lambda item: item[0])
    kept = (KeyChange(path=path, key=key, before=_shown(old), after=_shown(new)) for key, old, new in found[:MAX_KEYS])
    return tuple(kept), max(0, len(found) - MAX_KEYS)


def _differences(before: Mapping[str, object], after: Mapping[str, object]) -> Iterator[tuple[str, object, object]]:
    """Walk both at once; without recursion, as JSON may be nested deeper than Python calls."""
    pending: list[tuple[str, Mapping[str, object], Mapping[str, object]]] = [("", before, after)]
    while pending:
        prefix, old, new = pending.pop()
        for key in old.keys() | new.keys():
            was, is_ = old.get(key, _ABSENT), new.get(key, _ABSENT)
            if isinstance(was, dict) and isinstance(is_, dict):
                pending.append((f"{prefix}{key}.", was, is_))
            elif not _equal(was, is_):
                yield f"{prefix}{key}", was, is_


def _equal(first: object, second: object) -> bool:
    # ``True == 1`` in Python and not in JSON; the texts settle it, of numbers such as NaN as well
    if isinstance(first, bool) != isinstance(second, bool) or first is _ABSENT or second is _ABSENT:
        return False
    if isinstance(first, int | float) and isinstance(second, int | float):
        return first == second or _text(first) == _text(second)
    return _text(first) == _text(second)


def _text(value: object) -> str:
    try:
        return json.dumps(value, ensure_ascii=False, sort_keys=True)
    except (RecursionError, ValueError):
        # nested deeper than Python calls, or an integer of thousands of digits
        return f"<{type(value).__name__}>"


def _shown(value: object) -> str | None:
    if value is _ABSENT:
        return None
    text = _text(value)
    return text if len(text) <= MAX_VALUE else f"{text[:MAX_VALUE]}…"
