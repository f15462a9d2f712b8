"""Find calls in a syntax tree, looking only where a line says that it is worth it."""

from __future__ import annotations

import ast
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass

from ptmdeps.scan.outline import first_line
from ptmdeps.scan.reaching import FUNCTIONS, Owner
from ptmdeps.scan.source import Module
from ptmdeps.scan.symbols import blocks_of

Binder = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp | ast.Lambda
"""Expressions that bind names of their own."""

_BINDERS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp, ast.Lambda)


_PARTS = (ast.expr, ast.keyword, ast.arguments, ast.arg, ast.comprehension, ast.withitem)
"""What can hold a call without being a statement; clauses of ``try`` and ``match`` hold statements."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a call stands: the owners around it (the file first), its statement, and the binders around it."""

    owners: tuple[Owner, ...]
    statement: ast.stmt
    binders: tuple[Binder, ...] = ()


def calls_at(module: Module, lines: list[int]) -> Iterator[tuple[ast.Call, Place]]:
    """Yield the calls that span one of ``lines`` (ascending), in source order of their statements."""
    for statement, owners in places_of_statements(module, lines):
        yield from _calls_in(statement, Place(owners, statement), lines)


def statements_at(module: Module, lines: list[int]) -> Iterator[ast.stmt]:
    """Yield the statements, compound ones before what is in them, that span one of ``lines``."""
    for statement, _ in places_of_statements(module, lines):
        yield statement


def places_of_statements(module: Module, lines: list[int]) -> Iterator[tuple[ast.stmt, tuple[Owner, ...]]]:
    """Yield the same statements, each with the owners around it."""
    stack: list[tuple[ast.stmt, tuple[Owner, ...]]] = []
    stack.extend((statement, (module.tree,)) for statement in reversed(_hit(module.tree.body, lines)))
    while stack:
        statement, owners = stack.pop()
        yield statement, owners
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
    for name in node._fields:
        value = getattr(node, name, None)
        for child in value if isinstance(value, list) else (value,):
            if isinstance(child, _PARTS):
                last: int | None = getattr(child, "end_lineno", None)
                index = 0 if last is None else bisect_left(lines, getattr(child, "lineno", 0))
                if last is None or (index < len(lines) and lines[index] <= last):
                    found.append(child)
    return found
