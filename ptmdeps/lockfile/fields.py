"""Small readers of parsed TOML: each takes one value out of a table, checks it, and says where it stood."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar, cast

from ptmdeps.errors import LockfileError, UnsafeContent
from ptmdeps.identity import ModelKey
from ptmdeps.paths import printable, safe_name, safe_path

Table = Mapping[str, object]
T = TypeVar("T")

_HINT = "Restore `ptm.lock` from version control, or delete it and run `ptmdeps lock`"
_HUB = re.compile(r"[a-z][a-z0-9_-]{0,63}")
LARGEST = 2**63 - 1
"""The largest integer that TOML has."""
_SURROGATE = re.compile("[\ud800-\udfff]")


def invalid(message: str, context: str) -> LockfileError:
    """The error for a value that must not stand at ``context``."""
    return LockfileError(message, context=context, hint=_HINT)


def required(table: Table, key: str, expected: type[T], context: str) -> T:
    """The value of ``key``, which must be there and of the ``expected`` type."""
    if key not in table:
        raise invalid("a required value is missing", join(context, key))
    value = _typed(table[key], expected, context, key)
    if value == "":
        raise invalid("a required value is empty", join(context, key))
    return value


def optional(table: Table, key: str, expected: type[T], context: str, default: T) -> T:
    """The value of ``key``, or ``default`` where it is absent or an empty string, which means the same."""
    value = _typed(table[key], expected, context, key) if key in table else default
    return default if value == "" else value


def strings(table: Table, key: str, context: str) -> tuple[str, ...]:
    """An array of strings; absent means empty."""
    return tuple(_typed(item, str, at) for item, at in _items(table, key, context))


def tables(table: Table, key: str, context: str, convert: Callable[[Table, str], T]) -> tuple[T, ...]:
    """An array of tables, each converted; absent means empty."""
    return tuple(convert(_typed(item, dict, at), at) for item, at in _items(table, key, context))


def matching(table: Table, key: str, pattern: re.Pattern[str], meaning: str, context: str) -> str:
    """A required string of a fixed shape, such as a digest."""
    required(table, key, str, context)
    return optional_matching(table, key, pattern, meaning, context)


def optional_matching(table: Table, key: str, pattern: re.Pattern[str], meaning: str, context: str) -> str:
    """A string of a fixed shape, empty where it is absent."""
    value = optional(table, key, str, context, "")
    if value and not pattern.fullmatch(value):
        raise invalid(f"`{printable(value)}` is not {meaning}", join(context, key))
    return value


def path(value: str, context: str) -> str:
    """A path that may safely be joined to a folder (see ``ptmdeps.paths``)."""
    try:
        return safe_path(value)
    except UnsafeContent as error:
        raise invalid(error.message, context) from error


def name(value: str, context: str) -> str:
    """A name of a model: a path, or an address (see ``ptmdeps.paths``)."""
    try:
        return safe_name(value)
    except UnsafeContent as error:
        raise invalid(error.message, context) from error


def key(table: Table, context: str) -> ModelKey:
    """The model that a table names by ``hub`` and ``name``."""
    value = required(table, "name", str, context)
    return ModelKey(matching(table, "hub", _HUB, "the name of a hub", context), name(value, f"{context}.name"))


def ref(table: Table, context: str) -> str:
    """The ref that a table names, empty where it names none."""
    value = optional(table, "ref", str, context, "")
    return path(value, f"{context}.ref") if value else ""


def filled(table: Table) -> dict[str, Any]:
    """The table without empty strings, lists and tables: absent and empty mean the same in this format."""
    return {key: value for key, value in table.items() if value not in ("", [], {}, None)}


def join(context: str, key: str) -> str:
    """The document path of ``key`` inside ``context``."""
    return f"{context}.{key}" if context else key


def _items(table: Table, key: str, context: str) -> Iterator[tuple[object, str]]:
    for index, item in enumerate(_typed(table.get(key, []), list, context, key)):
        yield item, f"{join(context, key)}[{index}]"


def _typed(value: object, expected: type[T], context: str, key: str = "") -> T:
    # the place of a value is spelled out only for those that are wrong: a large lock has a hundred thousand right ones
    if type(value) is not expected:
        found = _NAMES.get(type(value), f"a {type(value).__name__}")
        raise invalid(f"expected {_NAMES[expected]}, found {found}", _place(context, key))
    # TOML's integers have 64 bits, Python's have no end
    if expected is int and abs(cast("int", value)) > LARGEST:
        raise invalid("the integer does not fit into 64 bits", _place(context, key))
    if expected is str and not cast("str", value).isascii() and _SURROGATE.search(cast("str", value)):
        raise invalid("the text is no Unicode", _place(context, key))
    return value


def _place(context: str, key: str) -> str:
    return join(context, key) if key else context


_NAMES: Mapping[type, str] = {str: "a string", int: "an integer", bool: "a boolean", list: "an array", dict: "a table"}
