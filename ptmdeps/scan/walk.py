"""Find calls in a syntax tree, looking only where a line says that it is worth it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from ptmdeps.scan.outline import first_line
from ptmdeps.scan.reaching import FUNCTIONS, Owner
from ptmdeps.scan.source import Module, has_line_between
from ptmdeps.scan.symbols import blocks_of

Binder = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp | ast.Lambda
"""Expressions that bind names of their own."""

_BINDERS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp, ast.Lambda)


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
    stack: list[tuple[ast.stmt, tuple[Owner, ...]]] = [(node, (module.tree,)) for node in reversed(module.tree.body)]
    while stack:
        statement, owners = stack.pop()
        if not has_line_between(lines, first_line(statement), statement.end_lineno or statement.lineno):
            continue
        yield statement, owners
        inner = owners
        if isinstance(statement, (*FUNCTIONS, ast.ClassDef)):
            inner = (*owners, statement)
        children = [child for _, block in blocks_of(statement) for child in block]
        stack.extend((child, inner) for child in reversed(children))


def _calls_in(statement: ast.stmt, place: Place, lines: list[int]) -> Iterator[tuple[ast.Call, Place]]:
    """Yield the calls in a statement's own expressions, outer ones before their arguments."""
    stack: list[tuple[ast.AST, tuple[Binder, ...]]] = [(statement, ())]
    while stack:
        node, binders = stack.pop()
        if isinstance(node, ast.Call):
            yield node, Place(place.owners, place.statement, binders)
        if isinstance(node, _BINDERS):
            binders = (*binders, node)
        children = [
            (child, binders)
            for child in ast.iter_child_nodes(node)
            if not isinstance(child, (ast.stmt, ast.ExceptHandler, ast.match_case, ast.expr_context))
            and _is_near(child, lines)
        ]
        stack.extend(reversed(children))


def _is_near(node: ast.AST, lines: list[int]) -> bool:
    """Whether a node spans one of the lines; parts without a place of their own do not matter alone."""
    first: int | None = getattr(node, "lineno", None)
    last: int | None = getattr(node, "end_lineno", None)
    return first is None or last is None or has_line_between(lines, first, last)
