"""Literals in a source text: how they are quoted, and how one gets another value."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from dataclasses import dataclass

from ptmdeps.fixing.source import CannotPin, Splice, Text

_STRING = re.compile(r"[uUrR]?(?P<quote>\"\"\"|'''|\"|')")


@dataclass(frozen=True, slots=True)
class Change:
    """A change of the text, and ``make``, which does the same to the syntax tree."""

    splices: tuple[Splice, ...]
    make: Callable[[], None]


def span(text: Text, node: ast.expr | ast.keyword) -> tuple[int, int]:
    """The characters of a node."""
    if node.end_lineno is None or node.end_col_offset is None:
        raise CannotPin("its call cannot be read")
    return text.offset(node.lineno, node.col_offset), text.offset(node.end_lineno, node.end_col_offset)


def quoted_like(text: Text, node: ast.expr, value: str) -> str:
    """A literal with the quotes of the first text inside ``node``."""
    for inner in ast.walk(node):
        if isinstance(inner, ast.Constant) and isinstance(inner.value, str):
            start, _ = span(text, inner)
            match = _STRING.match(text.text, start)
            if match:
                return f"{match['quote'][0]}{value}{match['quote'][0]}"
    return f'"{value}"'


def replaced(text: Text, node: ast.expr, value: str) -> Change | None:
    """Another value for a literal that holds a ref or ``None``; nothing where it has that value already.

    Raises:
        CannotPin: it is an expression, whose value only the running program knows.
    """
    match node:
        case ast.Constant(value=str() | None as before):
            if before == value:
                return None
        case _:
            raise CannotPin("its revision is an expression, which only its author can change")
    start, end = span(text, node)
    if "\n" in text.text[start:end]:
        raise CannotPin("its revision is written over several lines")
    constant = node

    def make() -> None:
        constant.value, constant.kind = value, None

    return Change((Splice(start, end, quoted_like(text, node, value)),), make)


def part_replaced(text: Text, node: ast.Constant, before: str, after: str) -> Change | None:
    """Another text in place of the end or the middle of a literal, whose spelling otherwise stays.

    Raises:
        CannotPin: the text is not spelled out in the literal, or stands twice.
    """
    if before == after:
        return None
    start, end = span(text, node)
    literal = text.text[start:end]
    if literal.count(before) != 1:
        raise CannotPin("its id is not written out at the call")
    at = start + literal.index(before)

    def make() -> None:
        node.value = str(node.value).replace(before, after)

    return Change((Splice(at, at + len(before), after),), make)
