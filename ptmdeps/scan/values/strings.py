"""Texts put together: concatenation, f-strings, ``%``, ``format`` and the methods of strings."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable

from ptmdeps.scan.values.evaluator import Evaluator
from ptmdeps.scan.values.paths import joined_path
from ptmdeps.scan.values.texts import MAXIMUM_LENGTH, combined
from ptmdeps.scan.values.value import (
    Collection,
    Constant,
    Frame,
    Local,
    Table,
    Text,
    Unknown,
    Value,
    Values,
    expression_of,
    least_direct,
    together,
)
from ptmdeps.unguarded import replace

_PERCENT = re.compile(r"%(?:\((?P<name>\w+)\))?(?P<way>[-0 +]{0,2}\d{0,2}(?:\.\d{1,2})?[sdrif])|%%")
_BRACES = re.compile(r"\{\{|\}\}|\{(?P<name>\w*)(?:![sr])?(?::(?P<way>[^{}]*))?\}")
_WIDTH = re.compile(r"\d{3}")
"""A field that is this wide is no part of a name, and may be an attack."""

_KEPT_WHOLE = frozenset({"strip", "rstrip", "lstrip", "lower", "upper", "title", "capitalize", "casefold"})


def joined(evaluator: Evaluator, node: ast.expr, frame: Frame) -> Values:
    """Rule for f-strings."""
    assert isinstance(node, ast.JoinedStr)  # noqa: S101 - the table of rules says so
    return combined([evaluator.values(part, frame) for part in node.values], node, frame.module.location(node))


def formatted(evaluator: Evaluator, node: ast.expr, frame: Frame) -> Values:
    """Rule for ``{value}`` inside an f-string."""
    assert isinstance(node, ast.FormattedValue)  # noqa: S101 - the table of rules says so
    values = evaluator.values(node.value, frame)
    match node.format_spec:
        case None:
            return values
        case ast.JoinedStr(values=[ast.Constant(value=str(way))]):
            return tuple(_formatted(value, way, node.value) for value in values)
    return (Unknown(reason="how a value is formatted is not followed", expression=expression_of(node.value)),)


def _formatted(value: Value, way: str, node: ast.AST) -> Value:
    """Return a value as ``format(value, way)`` writes it; a text with its evidence."""
    inner = value.text if isinstance(value, Text) else getattr(value, "value", None)
    if not isinstance(value, (Text, Constant)) or not way:
        return value
    try:
        text = "" if _WIDTH.search(way) or inner is None else format(inner, way)
    except ValueError:
        text = ""
    if not text:
        return Unknown(reason="how a value is formatted is not followed", expression=expression_of(node))
    return _changed(value, text) if isinstance(value, Text) else Text(text=text, world=value.world)


def binary(evaluator: Evaluator, node: ast.expr, frame: Frame) -> Values:
    """Rule for ``a + b``, ``a % b``, and ``a / b`` of paths."""
    assert isinstance(node, ast.BinOp)  # noqa: S101 - the table of rules says so
    match node.op:
        case ast.Add():
            parts = [evaluator.values(operand, frame) for operand in _operands(node)]
            result = parts[0]
            for part in parts[1:]:
                result = added(result, part, node)
            return result
        case ast.Mod():
            return _percent(evaluator, node, frame)
        case ast.Div():
            return _divided(evaluator, node, frame)
        case ast.BitOr():
            return either_merged(evaluator.values(node.left, frame), evaluator.values(node.right, frame))
    return (Unknown(reason="it is computed", expression=expression_of(node)),)


def either_merged(first: Values, second: Values) -> Values:
    """Return ``first | second`` for dictionaries; for anything else, either."""
    tables = [
        Table(entries=(*left.entries, *right.entries), world=world)
        for left in first
        for right in second
        if isinstance(left, Table)
        and isinstance(right, Table)
        and (world := together(left.world, right.world)) is not None
    ]
    return tuple(tables) or (*first, *second)


def _operands(node: ast.BinOp) -> list[ast.expr]:
    """Return the operands of a chain of additions, without recursion."""
    operands: list[ast.expr] = []
    left: ast.expr = node
    while isinstance(left, ast.BinOp) and isinstance(left.op, ast.Add):
        operands.append(left.right)
        left = left.left
    return [left, *reversed(operands)]


def added(first: Values, second: Values, node: ast.AST) -> Values:
    """Return ``first + second`` for texts and lists."""
    lists = [
        Collection(items=(*left.items, *right.items), world=world)
        for left in first
        for right in second
        if isinstance(left, Collection)
        and isinstance(right, Collection)
        and (world := together(left.world, right.world)) is not None
    ]
    return tuple(lists) if lists else combined([first, second], node)


def _percent(evaluator: Evaluator, node: ast.BinOp, frame: Frame) -> Values:
    right = node.right
    if isinstance(right, ast.Tuple):
        given = {str(index): evaluator.values(item, frame) for index, item in enumerate(right.elts)}
    elif isinstance(right, ast.Dict):
        pairs = zip(right.keys, right.values, strict=True)
        given = {
            key.value: evaluator.values(value, frame)
            for key, value in pairs
            if isinstance(key, ast.Constant) and isinstance(key.value, str)
        }
    else:
        given = _given_to_percent(evaluator, evaluator.values(right, frame))
    return _filled(evaluator.values(node.left, frame), _PERCENT, given, node, frame)


def _given_to_percent(evaluator: Evaluator, values: Values) -> dict[str, Values]:
    """Return what one value on the right of ``%`` fills: a tuple fills fields by order, a dictionary by name."""
    match values:
        case (Collection(items=items),):
            return {str(index): evaluator.item(item) for index, item in enumerate(items)}
        case (Table() as table,):
            return named_entries(evaluator, table)
    return {"0": values}


def named_entries(evaluator: Evaluator, table: Table) -> dict[str, Values]:
    """Return what a dictionary has under its texts; ``**other`` in it is not opened."""
    return {
        text.text: evaluator.item(item)
        for key, item in table.entries
        if key is not None
        for text in evaluator.item(key)
        if isinstance(text, Text)
    }


def format_text(evaluator: Evaluator, value: Text, call: ast.Call, frame: Frame) -> Values:
    """``text.format(…)``, for fields without a format."""
    given = {str(index): evaluator.values(item, frame) for index, item in enumerate(call.args)}
    for keyword in call.keywords:
        values = evaluator.values(keyword.value, frame)
        if keyword.arg:
            given[keyword.arg] = values
        elif values and isinstance(values[0], Table):
            given |= named_entries(evaluator, values[0])
    return _filled((value,), _BRACES, given, call, frame)


def format_map(evaluator: Evaluator, value: Text, call: ast.Call, frame: Frame) -> Values:
    """``text.format_map(table)``."""
    spread = [ast.copy_location(ast.keyword(arg=None, value=argument), argument) for argument in call.args]
    return format_text(evaluator, value, ast.copy_location(ast.Call(call.func, [], spread), call), frame)


def _filled(patterns: Values, field: re.Pattern[str], given: dict[str, Values], node: ast.AST, frame: Frame) -> Values:
    """Fill the fields of each pattern; one that is left over makes the text unknown."""
    found: list[Value] = []
    for pattern in patterns:
        if not isinstance(pattern, Text):
            found.append(pattern)
            continue
        if set("{}%") & set(field.sub("", pattern.text)):
            found.append(Unknown(reason="how a value is formatted is not followed", expression=expression_of(node)))
        else:
            found.extend(combined(list(_parts(pattern, field, given)), node, frame.module.location(node)))
    return tuple(found)


def _parts(pattern: Text, field: re.Pattern[str], given: dict[str, Values]) -> Iterable[Values]:
    """Yield the text between the fields, and what fills each field."""
    end = counted = 0
    for match in field.finditer(pattern.text):
        yield (replace(pattern, text=pattern.text[end : match.start()]),)
        end = match.end()
        if match[0] in ("%%", "{{", "}}"):
            yield (Text(text=match[0][0]),)
            continue
        name = match["name"] or str(counted)
        counted += 1
        missing = Unknown(reason=f"nothing is given for `{match[0]}`", expression=pattern.text)
        yield tuple(_written_by(field, value, match["way"] or "") for value in given.get(name, (missing,)))
    yield (replace(pattern, text=pattern.text[end:]),)


def _written_by(field: re.Pattern[str], value: Value, way: str) -> Value:
    """Return a value as a field writes it: ``%02d`` pads like ``{:02d}``, but its texts stand at the right."""
    if field is _PERCENT:
        if way[-1:] in "sri" or way == "d":
            way = way[:-1]
        if isinstance(value, Text) and way:
            way = way.replace("-", "<") if "-" in way else f">{way}"
    node = ast.Constant(value=way)
    return _formatted(value, way, node)


def _divided(evaluator: Evaluator, node: ast.BinOp, frame: Frame) -> Values:
    """``path / name``: a path if either side is one, joined where both are known."""
    left, right = evaluator.values(node.left, frame), evaluator.values(node.right, frame)
    unknown = [value for value in (*left, *right) if isinstance(value, Unknown)]
    paths = [value for value in (*left, *right) if isinstance(value, Local)]
    if len(left) == len(right) == len(paths) == 1 and isinstance(left[0], Local) and isinstance(right[0], Text):
        return (replace(joined_path([left[0], right[0]], node), path=f"{left[0].path}/{right[0].text}"),)
    if not paths:
        return tuple(unknown[:1]) or (Unknown(reason="it is computed", expression=expression_of(node)),)
    pairs = [(a, b) for a in left for b in right if isinstance(a, Local) and isinstance(b, (Text, Local))]
    return tuple(Local(path=f"{a.path}/{b.text if isinstance(b, Text) else b.path}") for a, b in pairs) or (
        Local(path=expression_of(node)),
    )


def _whole(_evaluator: Evaluator, value: Text, call: ast.Call, _frame: Frame) -> Values:
    """Methods without arguments that give a text."""
    match call.func, call.args:
        case ast.Attribute(attr=method), [] if method in _KEPT_WHOLE:
            return (_changed(value, getattr(value.text, method)()),)
        case ast.Attribute(attr=("strip" | "rstrip" | "lstrip") as method), [ast.Constant(value=str(characters))]:
            return (_changed(value, getattr(value.text, method)(characters)),)
    return (Unknown(reason="this method is not followed", expression=expression_of(call)),)


def _changed(value: Text, text: str) -> Text:
    return (
        value
        if text == value.text
        else replace(value, text=text, resolution=least_direct(value.resolution, "computed"))
    )


def _replaced(evaluator: Evaluator, value: Text, call: ast.Call, frame: Frame) -> Values:
    """``replace``, ``removeprefix`` and ``removesuffix`` with known texts."""
    given = [evaluator.values(argument, frame) for argument in call.args]
    texts = [values[0].text for values in given if len(values) == 1 and isinstance(values[0], Text)]
    match call.func, texts:
        case ast.Attribute(attr="replace"), [old, new] if len(value.text) * (1 + len(new)) < MAXIMUM_LENGTH:
            return (_changed(value, value.text.replace(old, new)),)
        case ast.Attribute(attr=("removeprefix" | "removesuffix") as method), [end]:
            return (_changed(value, getattr(value.text, method)(end)),)
    return (Unknown(reason="what is replaced is not known", expression=expression_of(call)),)


def _split(evaluator: Evaluator, value: Text, call: ast.Call, frame: Frame) -> Values:
    """``split``, ``rsplit`` and ``partition`` at a known text."""
    given = [evaluator.values(argument, frame) for argument in call.args[:1]]
    separator = next((v.text for values in given for v in values if isinstance(v, Text) and v.text), None)
    limit = _limit_of_split(call)
    match call.func:
        case ast.Attribute(attr="partition" | "rpartition" as method) if separator:
            parts: Iterable[str] = getattr(value.text, method)(separator)
        case ast.Attribute(attr="split" | "rsplit" as method) if limit is not None and bool(given) == bool(separator):
            parts = getattr(value.text, method)(separator, limit)
        case ast.Attribute(attr="splitlines"):
            parts = value.text.splitlines()
        case _:
            return (Unknown(reason="where the text is split is not known", expression=expression_of(call)),)
    return (Collection(items=tuple((_changed(value, part),) for part in parts), world=value.world),)


def _limit_of_split(call: ast.Call) -> int | None:
    """Return how often ``split`` cuts: -1 for everywhere, ``None`` if that is not written as a number."""
    given = [*call.args[1:2], *(keyword.value for keyword in call.keywords if keyword.arg == "maxsplit")]
    match given:
        case []:
            return -1
        case [ast.Constant(value=int(number))]:
            return number
    return None


def _join(evaluator: Evaluator, value: Text, call: ast.Call, frame: Frame) -> Values:
    """``separator.join([…])`` with a list that is written out."""
    match [evaluator.values(argument, frame) for argument in call.args]:
        case [(Collection(items=items),)]:
            parts: list[Values] = []
            for item in items:
                parts += [(value,), evaluator.item(item)] if parts else [evaluator.item(item)]
            texts = combined(parts, call, frame.module.location(call))
            if texts:
                return texts
    return (Unknown(reason="what is joined is not known", expression=expression_of(call)),)


TEXT_METHODS: dict[str, Callable[[Evaluator, Text, ast.Call, Frame], Values]] = {
    **dict.fromkeys(_KEPT_WHOLE, _whole),
    "format": format_text,
    "format_map": format_map,
    "replace": _replaced,
    "removeprefix": _replaced,
    "removesuffix": _replaced,
    "split": _split,
    "rsplit": _split,
    "splitlines": _split,
    "partition": _split,
    "rpartition": _split,
    "join": _join,
}
