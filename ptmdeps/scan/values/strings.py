"""Texts put together: concatenation, f-strings, ``%``, ``format`` and the methods of strings."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from ptmdeps.identity import Location
from ptmdeps.scan.values.evaluator import MAXIMUM_VALUES, Evaluator
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
    World,
    expression_of,
    least_direct,
    together,
)

_MAXIMUM_LENGTH = 2_000
"""Characters of a text that can still be a name, an address or a path."""

_PERCENT = re.compile(r"%(?:\((?P<name>\w+)\))?[sdri]|%%")
_BRACES = re.compile(r"\{\{|\}\}|\{(?P<name>\w*)(?:![sr])?\}")
_KEPT_WHOLE = frozenset({"strip", "rstrip", "lstrip", "lower", "upper", "title", "capitalize", "casefold"})


def joined(evaluator: Evaluator, node: ast.expr, frame: Frame) -> Values:
    """Rule for f-strings."""
    assert isinstance(node, ast.JoinedStr)  # noqa: S101 - the table of rules says so
    return combined([evaluator.values(part, frame) for part in node.values], node, frame.module.location(node))


def formatted(evaluator: Evaluator, node: ast.expr, frame: Frame) -> Values:
    """Rule for ``{value}`` inside an f-string."""
    assert isinstance(node, ast.FormattedValue)  # noqa: S101 - the table of rules says so
    if node.format_spec is not None:
        return (Unknown(reason="how a value is formatted is not followed", expression=expression_of(node.value)),)
    return evaluator.values(node.value, frame)


def written(value: Value) -> str | None:
    """Return how a value looks inside a text."""
    match value:
        case Text(text=text):
            return text
        case Constant(value=number):
            return str(number)
    return None


def combined(parts: Sequence[Values], node: ast.AST, location: Location | None = None) -> Values:
    """Return every text that the parts can form together, as far as their choices agree."""
    found: list[Text] = [Text(text="", resolution="literal")]
    rest: list[Value] = []
    for part in parts:
        longer: list[Text] = []
        for start in found:
            for value in part:
                addition = written(value)
                world = together(start.world, value.world)
                if addition is None:
                    rest.append(value)
                elif world is not None and len(start.text) + len(addition) <= _MAXIMUM_LENGTH:
                    longer.append(_longer(start, value, addition, world))
        found = longer
        if len(found) > MAXIMUM_VALUES:
            reason = f"it has more than {MAXIMUM_VALUES} values"
            return (Unknown(reason=reason, expression=expression_of(node)),)
    texts = (_computed(text, location) for text in found) if parts else ()
    return (*texts, *_blocking(rest))


def _longer(start: Text, value: Value, addition: str, world: World) -> Text:
    resolution, evidence = start.resolution, start.evidence
    if isinstance(value, Text):
        resolution = least_direct(resolution, value.resolution)
        evidence = (*evidence, *(place for place in value.evidence if place not in evidence))
    return Text(text=start.text + addition, resolution=resolution, evidence=evidence, world=world)


def _computed(text: Text, location: Location | None) -> Text:
    evidence = text.evidence if location is None or location in text.evidence else (location, *text.evidence)
    return replace(text, resolution=least_direct(text.resolution, "computed"), evidence=evidence)


def _blocking(rest: Iterable[Value]) -> Values:
    """Return what says why a text could not be put together; a text with a local path in it is a local path."""
    for value in rest:
        match value:
            case Unknown() | Local():
                return (value,)
    return tuple(Unknown(reason="part of the text is not a text", expression=type(value).__name__) for value in rest)[
        :1
    ]


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
            return _merged(evaluator.values(node.left, frame), evaluator.values(node.right, frame))
    return (Unknown(reason="it is computed", expression=expression_of(node)),)


def _merged(first: Values, second: Values) -> Values:
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
        given = {"0": evaluator.values(right, frame)}
    return _filled(evaluator.values(node.left, frame), _PERCENT, given, node, frame)


def format_text(evaluator: Evaluator, value: Text, call: ast.Call, frame: Frame) -> Values:
    """``text.format(…)``, for fields without a format."""
    given = {str(index): evaluator.values(item, frame) for index, item in enumerate(call.args)}
    given |= {keyword.arg: evaluator.values(keyword.value, frame) for keyword in call.keywords if keyword.arg}
    return _filled((value,), _BRACES, given, call, frame)


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
        yield given.get(name, (missing,))
    yield (replace(pattern, text=pattern.text[end:]),)


def _divided(evaluator: Evaluator, node: ast.BinOp, frame: Frame) -> Values:
    """``path / name``: a path if either side is one, joined where both are known."""
    left, right = evaluator.values(node.left, frame), evaluator.values(node.right, frame)
    unknown = [value for value in (*left, *right) if isinstance(value, Unknown)]
    paths = [value for value in (*left, *right) if isinstance(value, Local)]
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
        case ast.Attribute(attr="replace"), [old, new] if len(value.text) * (1 + len(new)) < _MAXIMUM_LENGTH:
            return (_changed(value, value.text.replace(old, new)),)
        case ast.Attribute(attr=("removeprefix" | "removesuffix") as method), [end]:
            return (_changed(value, getattr(value.text, method)(end)),)
    return (Unknown(reason="what is replaced is not known", expression=expression_of(call)),)


def _split(evaluator: Evaluator, value: Text, call: ast.Call, frame: Frame) -> Values:
    """``split``, ``rsplit`` and ``partition`` at a known text."""
    given = [evaluator.values(argument, frame) for argument in call.args[:1]]
    separator = next((v.text for values in given for v in values if isinstance(v, Text) and v.text), None)
    match call.func:
        case ast.Attribute(attr="partition" | "rpartition" as method) if separator:
            parts: Iterable[str] = getattr(value.text, method)(separator)
        case ast.Attribute(attr="split" | "rsplit" as method) if len(call.args) <= 1:
            parts = getattr(value.text, method)(separator)
        case _:
            return (Unknown(reason="where the text is split is not known", expression=expression_of(call)),)
    return (Collection(items=tuple((_changed(value, part),) for part in parts), world=value.world),)


def _join(evaluator: Evaluator, value: Text, call: ast.Call, frame: Frame) -> Values:
    """``separator.join([…])`` with a list that is written out."""
    match [evaluator.values(argument, frame) for argument in call.args]:
        case [(Collection(items=items),)]:
            parts: list[Values] = []
            for item in items:
                parts += [(value,), evaluator.item(item)] if parts else [evaluator.item(item)]
            return combined(parts, call, frame.module.location(call))
    return (Unknown(reason="what is joined is not known", expression=expression_of(call)),)


TEXT_METHODS: dict[str, Callable[[Evaluator, Text, ast.Call, Frame], Values]] = {
    **dict.fromkeys(_KEPT_WHOLE, _whole),
    "format": format_text,
    "replace": _replaced,
    "removeprefix": _replaced,
    "removesuffix": _replaced,
    "split": _split,
    "rsplit": _split,
    "partition": _split,
    "rpartition": _split,
    "join": _join,
}
