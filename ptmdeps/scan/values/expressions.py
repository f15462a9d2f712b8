"""Literals, choices and comprehensions."""

from __future__ import annotations

import ast
from collections.abc import Callable, Hashable

from ptmdeps.scan.values.arguments import is_none
from ptmdeps.scan.values.evaluator import Evaluator
from ptmdeps.scan.values.names import comprehension_variables, lambda_variables
from ptmdeps.scan.values.value import (
    Collection,
    Constant,
    Frame,
    Table,
    Text,
    Unknown,
    Value,
    Values,
    expression_of,
    within,
)
from ptmdeps.unguarded import replace

_LONGEST_NUMBER = 4_096
"""Bits: Python itself refuses to write very large numbers as text."""


def constant(_evaluator: Evaluator, node: ast.expr, frame: Frame) -> Values:
    """Rule for literals."""
    assert isinstance(node, ast.Constant)  # noqa: S101 - the table of rules says so
    match node.value:
        case str(text):
            return (Text(text=text, evidence=(frame.module.location(node),)),)
        case int(number) if number.bit_length() > _LONGEST_NUMBER:
            return (Unknown(reason="the number is too large", expression=type(node).__name__),)
        case None | bool() | int() | float():
            return (Constant(value=node.value),)
    return (Unknown(reason="it is not a text", expression=expression_of(node)),)


def conditional(evaluator: Evaluator, node: ast.expr, frame: Frame) -> Values:
    """Rule for ``a if test else b``: both, remembering the test, so that two choices by one test agree."""
    assert isinstance(node, ast.IfExp)  # noqa: S101 - the table of rules says so
    chosen = _side(evaluator, node.test, node.body, frame, holds=True)
    other = _side(evaluator, node.test, node.orelse, frame, holds=False)
    if chosen is None or other is None:
        return chosen or other or ()
    choice: Hashable = (frame.module.path, f"if {expression_of(node.test)}")
    return (*within(chosen, {choice: 0}), *within(other, {choice: 1}))


def _side(evaluator: Evaluator, test: ast.expr, side: ast.expr, frame: Frame, *, holds: bool) -> Values | None:
    """Return one side of a choice; a name that the test is about has only the values there that lead to that side.

    ``None`` where it has none of those: ``f"-{n}" if n else ""`` is never ``-0``.
    """
    name, leads_here = _tested(test, holds=holds)
    if name is None or all(inner.id != name.id for inner in ast.walk(side) if isinstance(inner, ast.Name)):
        return evaluator.values(side, frame)
    values = evaluator.values(name, frame)
    fitting = tuple(value for value in values if leads_here(value))
    if len(fitting) == len(values):
        return evaluator.values(side, frame)
    return evaluator.values(side, replace(frame, variables={**frame.variables, name.id: fitting})) if fitting else None


def _tested(test: ast.expr, *, holds: bool) -> tuple[ast.Name | None, Callable[[Value], bool]]:
    """Return the name that a test is about, and which of its values may make the test hold, or fail."""
    match test:
        case ast.Name():
            return test, (lambda value: not _is_false(value)) if holds else _may_be_false
        case ast.UnaryOp(op=ast.Not(), operand=ast.Name() as name):
            return _tested(name, holds=not holds)
        case ast.Compare(left=ast.Name() as name, ops=[ast.IsNot() | ast.Is() as how], comparators=[other]) if (
            isinstance(other, ast.Constant) and other.value is None
        ):
            wanted = isinstance(how, ast.Is) is holds
            return name, lambda value: isinstance(value, Unknown) or is_none(value) is wanted
    return None, bool


def _may_be_false(value: Value) -> bool:
    return not isinstance(value, (Text, Constant)) or _is_false(value)


def boolean(evaluator: Evaluator, node: ast.expr, frame: Frame) -> Values:
    """Rule for ``a or b``: each side that can be reached and can be the result; ``a and b``: the last side.

    The last side is the result too where nothing but what counts as false is known.
    """
    assert isinstance(node, ast.BoolOp)  # noqa: S101 - the table of rules says so
    if isinstance(node.op, ast.And):
        return evaluator.values(node.values[-1], frame)
    found: list[Value] = []
    for side in node.values:
        values = evaluator.values(side, frame)
        found.extend(value for value in values if not _is_false(value))
        if values and all(_is_true(value) for value in values):
            break
    return tuple(found) or evaluator.values(node.values[-1], frame)


def _is_false(value: Value) -> bool:
    match value:
        case Constant(value=inner):
            return not inner
        case Text(text=text):
            return not text
    return False


def _is_true(value: Value) -> bool:
    """Whether a value surely counts as true; a default that a user can replace by nothing does not."""
    return isinstance(value, Text) and bool(value.text) and value.resolution in ("literal", "constant")


def named(evaluator: Evaluator, node: ast.expr, frame: Frame) -> Values:
    """Rule for ``name := value``."""
    assert isinstance(node, ast.NamedExpr)  # noqa: S101 - the table of rules says so
    return evaluator.values(node.value, frame)


def signed(evaluator: Evaluator, node: ast.expr, frame: Frame) -> Values:
    """Rule for ``-number``; ``not value`` and other signs are computed."""
    assert isinstance(node, ast.UnaryOp)  # noqa: S101 - the table of rules says so
    if isinstance(node.op, ast.USub):
        values = evaluator.values(node.operand, frame)
        numbers = [value for value in values if isinstance(value, Constant) and value.value is not None]
        if len(numbers) == len(values):
            return tuple(replace(number, value=-(number.value or 0)) for number in numbers)
    return (Unknown(reason="it is computed", expression=expression_of(node)),)


def awaited(evaluator: Evaluator, node: ast.expr, frame: Frame) -> Values:
    """Rule for ``await value``."""
    assert isinstance(node, ast.Await)  # noqa: S101 - the table of rules says so
    return evaluator.values(node.value, frame)


def comprehension(evaluator: Evaluator, node: ast.expr, frame: Frame) -> Values:
    """Rule for list, set and generator comprehensions: one item that stands for every element."""
    assert isinstance(node, (ast.ListComp, ast.SetComp, ast.GeneratorExp))  # noqa: S101 - the table of rules says so
    inner = comprehension_variables(evaluator, node.generators, frame)
    items = tuple((value,) for value in evaluator.values(node.elt, inner))
    chosen = isinstance(node, ast.SetComp) or any(generator.ifs for generator in node.generators)
    return (Collection(items=items, unordered=chosen),)


def table_comprehension(evaluator: Evaluator, node: ast.expr, frame: Frame) -> Values:
    """Rule for dictionary comprehensions."""
    assert isinstance(node, ast.DictComp)  # noqa: S101 - the table of rules says so
    inner = comprehension_variables(evaluator, node.generators, frame)
    keys, values = evaluator.values(node.key, inner), evaluator.values(node.value, inner)
    pairs = [((key,), within(values, key.world)) for key in keys]
    return (Table(entries=tuple((key, found) for key, found in pairs if found)),)


def function(evaluator: Evaluator, node: ast.expr, frame: Frame) -> Values:
    """Rule for a lambda, which is looked at where it is called without arguments: what it gives."""
    assert isinstance(node, ast.Lambda)  # noqa: S101 - the table of rules says so
    return evaluator.values(node.body, lambda_variables(node, frame))
