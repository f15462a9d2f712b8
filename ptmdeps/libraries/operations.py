"""What source code computes of texts and tables, done on plain values and within bounds.

Values are texts, numbers, ``None``, and lists, tuples, dictionaries and frozen sets of values. What is not known, or
would grow beyond the bounds, is :data:`UNKNOWN`; nothing here raises because of a value.
"""

from __future__ import annotations

import ast
import operator
import posixpath
import re
from collections.abc import Callable, Iterable, Mapping
from enum import Enum
from typing import Any, Final

LONGEST_TEXT = 10_000
"""Characters of a text."""

LARGEST_COLLECTION = 20_000
"""Members of a collection."""

HEAVIEST = 100_000
"""Everything in a collection, with what is in its members, that is compared, hashed or handed to a function."""

_DEEPEST = 20
_LARGEST_NUMBER = 2**53
_LONGEST_NUMBER = 16


class _Mark(Enum):
    UNKNOWN = "unknown"

    def __repr__(self) -> str:
        return "UNKNOWN"


UNKNOWN: Final = _Mark.UNKNOWN
"""A value of which nothing is known."""

_PLACE = re.compile(r"%(?:%|s|d|i|0?\.\df)")
_FIELD = re.compile(r"\{\{|\}\}|\{(\d*|[A-Za-z_]\w*)(?::(0?\d?(?:\.\d)?[dfs]?))?\}|[{}]")
_SPECIFICATION = re.compile(r"0?\d?(?:\.\d)?[dfs]?")


def size_of(value: object) -> int:
    """How large a value is: characters of a text, members of a collection, 1 for anything else."""
    return len(value) if isinstance(value, str | list | tuple | dict | frozenset) else 1


def bounded(value: object) -> object:
    """Give a value back if it is one and small enough."""
    match value:
        case str():
            return value if len(value) <= LONGEST_TEXT else UNKNOWN
        case list() | tuple() | dict() | frozenset():
            return value if len(value) <= LARGEST_COLLECTION else UNKNOWN
        case int():
            return value if abs(value) < _LARGEST_NUMBER else UNKNOWN
    return value


def weight(value: object) -> int:
    """How much is in a value with everything inside it, up to ``HEAVIEST`` and one more."""
    pending, count = [value], 0
    while pending and count <= HEAVIEST:
        count += 1
        pending += _inside(pending.pop())
    return count


def certain(value: object) -> bool:
    """Whether everything in a value is known, and it is neither too heavy nor nested too deep to compare and hash."""
    pending, count = [(value, 0)], 0
    while pending:
        one, depth = pending.pop()
        count += 1
        if one is UNKNOWN or depth > _DEEPEST or count > HEAVIEST:
            return False
        pending += [(inner, depth + 1) for inner in _inside(one)]
    return True


def same(left: object, right: object) -> bool:
    """Whether two values are certainly the same."""
    if left is right:
        return True
    return certain(left) and certain(right) and type(left) is type(right) and left == right


def _inside(value: object) -> Iterable[object]:
    match value:
        case list() | tuple() | frozenset():
            return value
        case dict():
            return value.values()
    return ()


def truth(value: object) -> bool | None:
    """Whether a value counts as true; ``None`` where that is not known."""
    plain = value is None or isinstance(value, bool | int | float | str | list | tuple | dict | frozenset)
    return bool(value) if plain else None


def binary(node: ast.operator, left: object, right: object) -> object:
    """Return ``left + right`` and the like; ``/`` also joins two paths."""
    if isinstance(node, ast.Mod) and isinstance(left, str):
        return _percent(left, right if isinstance(right, tuple) else (right,))
    if isinstance(left, int | float) and isinstance(right, int | float):
        return _arithmetic(node, left, right)
    return bounded(_joined(node, left, right))


def _joined(node: ast.operator, left: object, right: object) -> object:
    """Return two texts or collections of one kind as one."""
    match node, left, right:
        case (ast.Add(), str(), str()) | (ast.Add(), list(), list()) | (ast.Add(), tuple(), tuple()):
            return operator.add(left, right)
        case (ast.BitOr(), dict(), dict()) | (ast.BitOr(), frozenset(), frozenset()):
            return operator.or_(left, right)
        case ast.Div(), str(), str():
            return posixpath.join(left, right)
    return UNKNOWN


def _arithmetic(node: ast.operator, left: float, right: float) -> object:
    function = _ARITHMETIC.get(type(node))
    try:
        return bounded(function(left, right)) if function else UNKNOWN
    except (ArithmeticError, ValueError):
        return UNKNOWN


_ARITHMETIC: Mapping[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
}


def compare(node: ast.cmpop, left: object, right: object) -> object:
    """Return whether two values compare so; unknown where anything in them decides that is unknown."""
    if isinstance(node, ast.In | ast.NotIn):
        found = _contains(right, left)
        return found if found is UNKNOWN or isinstance(node, ast.In) else not found
    if not (certain(left) and certain(right)):
        return UNKNOWN
    function = _COMPARISONS.get(type(node))
    try:
        return bool(function(left, right)) if function else UNKNOWN
    except TypeError:
        return UNKNOWN


_COMPARISONS: Mapping[type[ast.cmpop], Callable[[Any, Any], object]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    # texts and numbers that are equal need not be one object: only `None`, true and false are asked for by `is`
    ast.Is: operator.eq,
    ast.IsNot: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}


def _contains(container: object, value: object) -> object:
    if not certain(value) or isinstance(value, list | dict):
        return UNKNOWN
    match container:
        case str():
            return value in container if isinstance(value, str) else UNKNOWN
        case list() | tuple() | frozenset():
            return True if value in container else False if certain(container) else UNKNOWN
        case dict():
            return value in container
    return UNKNOWN


def subscript(value: object, index: object) -> object:
    """Return a member of a collection, a character or slice of a text."""
    if not isinstance(index, slice) and not certain(index):
        return UNKNOWN
    try:
        match value, index:
            case (str() | list() | tuple(), int() | slice()):
                return value[index]
            case (dict(), str() | int() | float() | None | tuple()):
                return value[index]
    except (LookupError, TypeError, ValueError):
        return UNKNOWN
    return UNKNOWN


def formatted(value: object, specification: str = "") -> str | None:
    """Return the text of a value in an f-string; ``None`` where that is not known."""
    if isinstance(value, bool) or value is None:
        return None if specification else str(value)
    if not isinstance(value, str | int | float) or not _SPECIFICATION.fullmatch(specification):
        return None
    try:
        return format(value, specification)
    except ValueError:
        return None


def _percent(template: str, values: tuple[object, ...]) -> object:
    """Return ``"%s_%d" % (…)``; only ``%s``, ``%d`` and ``%.2f`` without widths are known."""
    places = _PLACE.findall(template)
    rest = _PLACE.sub("", template)
    if "%" in rest or not all(isinstance(one, str | int | float) for one in values):
        return UNKNOWN
    if len([place for place in places if place != "%%"]) != len(values):
        return UNKNOWN
    try:
        return bounded(template % values)
    except (TypeError, ValueError, OverflowError):
        return UNKNOWN


def _format(template: str, values: list[object], keywords: Mapping[str, object]) -> object:
    """Return ``"{}_{name:.2f}".format(…)``; fields that look into their value are unknown."""
    pieces, end, counted = [], 0, 0
    for match in _FIELD.finditer(template):
        pieces.append(template[end : match.start()])
        end = match.end()
        if match[0] in ("{{", "}}"):
            pieces.append(match[0][0])
            continue
        name = match[1]
        if name is None:
            return UNKNOWN
        position = int(name) if name.isdigit() else counted
        counted += name == ""
        value = keywords.get(name, UNKNOWN) if name and not name.isdigit() else subscript(values, position)
        text = formatted(value, match[2] or "")
        if text is None:
            return UNKNOWN
        pieces.append(text)
    return bounded("".join([*pieces, template[end:]]))


_OF_TEXT = frozenset(
    {
        *("lower", "upper", "title", "capitalize", "strip", "lstrip", "rstrip", "split", "rsplit", "partition"),
        *("rpartition", "startswith", "endswith", "removeprefix", "removesuffix", "isdigit"),
    }
)


def method(value: object, name: str, arguments: list[object], keywords: Mapping[str, object]) -> object:
    """Return what a method of a plain value gives."""
    match value:
        case str() if name == "format":
            return _format(value, arguments, keywords)
        case str() if not keywords:
            return _method_of_text(value, name, arguments)
        case dict() if not keywords:
            return _method_of_table(value, name, arguments)
    return UNKNOWN


def _method_of_text(value: str, name: str, arguments: list[object]) -> object:
    try:
        match name, arguments:
            case "join", [list() | tuple() as parts]:
                return bounded(value.join(parts)) if sum(map(size_of, parts)) <= LONGEST_TEXT else UNKNOWN
            case "replace", [str() as old, str() as new]:
                length = len(value) + value.count(old) * (len(new) - len(old))
                return value.replace(old, new) if length <= LONGEST_TEXT else UNKNOWN
        if name in _OF_TEXT and all(isinstance(one, str | int | tuple) or one is None for one in arguments):
            return bounded(getattr(value, name)(*arguments))
    except (TypeError, ValueError):
        return UNKNOWN
    return UNKNOWN


def _method_of_table(value: dict[object, object], name: str, arguments: list[object]) -> object:
    match name, arguments:
        case "get", [str() | int() | None as key, *default] if len(default) <= 1:
            return value.get(key, *default)
        case "copy", []:
            return dict(value)
        case (("keys" | "values" | "items"), []):
            return list(getattr(value, name)())
    return UNKNOWN


def function(name: str, arguments: list[object]) -> object:
    """Return what a function of Python gives; ``os.path.join`` and the like by their dotted names."""
    known = FUNCTIONS.get(name)
    if known is None or not all(map(certain, arguments)):
        return UNKNOWN
    try:
        return bounded(known(*arguments))
    except (TypeError, ValueError, ArithmeticError):
        return UNKNOWN


def _range(*bounds: int) -> object:
    numbers = range(*bounds)
    return list(numbers) if len(numbers) <= LARGEST_COLLECTION else UNKNOWN


def _integer(value: str | float) -> object:
    return int(value) if not isinstance(value, str) or len(value) <= _LONGEST_NUMBER else UNKNOWN


def _text(value: object) -> object:
    text = formatted(value)
    return UNKNOWN if text is None else text


FUNCTIONS: Mapping[str, Callable[..., object]] = {
    "bool": bool,
    "dict": dict,
    "enumerate": lambda values: list(enumerate(values)),
    "float": float,
    "frozenset": frozenset,
    "int": _integer,
    "len": len,
    "list": list,
    "max": max,
    "min": min,
    "os.path.basename": posixpath.basename,
    "os.path.join": posixpath.join,
    "pathlib.Path": posixpath.join,
    "range": _range,
    "set": frozenset,
    "sorted": sorted,
    "str": _text,
    "tuple": tuple,
    "urllib.parse.unquote": lambda value: value if "%" not in value else UNKNOWN,
    "zip": lambda *values: [tuple(one) for one in zip(*values, strict=False)],
}
"""Functions whose results are known, by the names they have without an import or by their dotted names."""
