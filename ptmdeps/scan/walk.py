"""Find calls in a syntax tree, looking only where a line says that it is worth it."""

from __future__ import annotations

import ast
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from typing import Any

from ptmdeps.scan.outline import first_line, parse_together
from ptmdeps.scan.reaching import FUNCTIONS, Owner
from ptmdeps.scan.source import Module
from ptmdeps.scan.symbols import SIMPLE, blocks_of
from ptmdeps.unguarded import unguarded

Binder = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp | ast.Lambda
"""Expressions that bind names of their own."""

_BINDERS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp, ast.Lambda)


_UNPLACED = (ast.arguments, ast.comprehension, ast.withitem)
_PLACED = (ast.expr, ast.keyword, ast.arg)
_LEAVES = (ast.Name, ast.Constant)
_PARTS = frozenset(
    kind
    for kind in vars(ast).values()
    if isinstance(kind, type) and issubclass(kind, _PLACED) and not issubclass(kind, _LEAVES)
)
"""What can hold a call, has a place and is no statement; clauses of ``try`` and ``match`` hold statements.

Compared by type and not by ``isinstance``, because most of what a walk sees is none of them.
"""

_NO_PARTS = frozenset(
    {"ctx", "op", "ops", "id", "attr", "name", "kind", "type_comment", "conversion", "simple", "names", "level"}
)
"""Fields that never hold a call."""

_BLOCKS = frozenset({"body", "orelse", "finalbody", "handlers", "cases"})
"""Fields of statements that hold further statements."""

Statements = Iterable[tuple[ast.stmt, tuple[Owner, ...]]]
"""Statements, each with the owners around it."""


@unguarded(frozen=True, slots=True)
class Place:
    """Where a call stands: the owners around it (the file first), its statement, and the binders around it."""

    owners: tuple[Owner, ...]
    statement: ast.stmt
    binders: tuple[Binder, ...] = ()


def calls_at(module: Module, lines: list[int]) -> Iterator[tuple[ast.Call, Place]]:
    """Yield the calls that span one of ``lines`` (ascending), in source order of their statements."""
    yield from calls_in(places_of_statements(module, lines), lines)


def calls_in(statements: Statements, lines: list[int]) -> Iterator[tuple[ast.Call, Place]]:
    """Yield the calls of some statements that span one of ``lines``, for who has the statements already."""
    for statement, owners in statements:
        yield from _calls_in(statement, Place(owners, statement), lines)


def places_of_statements(module: Module, lines: list[int]) -> Iterator[tuple[ast.stmt, tuple[Owner, ...]]]:
    """Yield the statements, compound ones before what is in them, that span one of ``lines``, with their owners."""
    stack: list[tuple[ast.stmt, tuple[Owner, ...]]] = []
    stack.extend((statement, (module.tree,)) for statement in reversed(_hit(module.tree.body, lines)))
    while stack:
        statement, owners = stack.pop()
        yield statement, owners
        if type(statement) in SIMPLE:
            continue
        inner = (*owners, statement) if isinstance(statement, (*FUNCTIONS, ast.ClassDef)) else owners
        children = [child for _, block in blocks_of(statement) for child in _hit(block, lines)]
        stack.extend((child, inner) for child in reversed(children))


def _hit(block: list[ast.stmt], lines: list[int]) -> list[ast.stmt]:
    """Return the statements of a block that span one of the lines; both are in order, so each is looked at once."""
    found: list[ast.stmt] = []
    index = bisect_left(lines, first_line(block[0])) if block else len(lines)
    for statement in block:
        if index == len(lines):
            break
        end = statement.end_lineno or statement.lineno
        if end >= lines[index]:
            index = bisect_left(lines, first_line(statement), index)
            if index < len(lines) and lines[index] <= end:
                found.append(statement)
    parse_together(found)
    return found


def _calls_in(statement: ast.stmt, place: Place, lines: list[int]) -> Iterator[tuple[ast.Call, Place]]:
    """Yield the calls in a statement's own expressions, outer ones before their arguments."""
    stack: list[tuple[ast.AST, tuple[Binder, ...]]] = [(statement, ())]
    while stack:
        node, binders = stack.pop()
        if isinstance(node, ast.Call):
            yield node, Place(place.owners, place.statement, binders) if binders else place
        if isinstance(node, _BINDERS):
            binders = (*binders, node)
        stack.extend((child, binders) for child in reversed(_near_children(node, lines)))


def _near_children(node: ast.AST, lines: list[int]) -> list[ast.AST]:
    """Return the parts of a statement or expression that span one of the lines; written out, because it is hot.

    Parts without a place of their own (arguments, comprehensions) are always near; statements are no parts.
    """
    found: list[ast.AST] = []
    last = len(lines)
    for name in _FIELDS.get(node.__class__) or _fields_of(node.__class__):
        value: Any = getattr(node, name, None)
        for child in value if isinstance(value, list) else (value,):
            if type(child) in _PARTS:
                index = bisect_left(lines, child.lineno)
                if index < last and lines[index] <= child.end_lineno:
                    found.append(child)
            elif isinstance(child, _UNPLACED):
                found.append(child)
    return found


def _fields_of(kind: type[ast.AST]) -> tuple[str, ...]:
    """Return the fields of a kind of node that can hold parts; the blocks of a statement hold none."""
    without = (
        _NO_PARTS | {"body", "orelse", "finalbody", "handlers", "cases"} if issubclass(kind, ast.stmt) else _NO_PARTS
    )
    return tuple(name for name in kind._fields if name not in without)


_FIELDS = {
    kind: _fields_of(kind) for kind in vars(ast).values() if isinstance(kind, type) and issubclass(kind, ast.AST)
}
