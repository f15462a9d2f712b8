"""SPDX licence expressions as choices: which licences hold together, and between which one may choose.

https://spdx.github.io/spdx-spec/v3.0.1/annexes/spdx-license-expressions/. Expressions come from others: what cannot be
read as one is a name, and nothing here recurses over them.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import product
from typing import Any

_ONE = re.compile(r"[A-Za-z0-9.+-]+", re.ASCII)

LONGEST = 2000
"""Characters of an expression that is still read as one."""

MOST_ALTERNATIVES = 16
"""Between more than these nobody chooses: all of them are taken to hold together, which is never milder."""

Alternative = tuple[str, ...]
"""Licences that hold together, sorted: ``GPL-2.0-only WITH Classpath-exception-2.0`` is one."""

Term = tuple[Alternative, ...]
"""Alternatives of which one is enough, sorted; nearly always there is but one, and it is one licence."""


@lru_cache(maxsize=4096)
def terms(text: str) -> tuple[Term, ...]:
    """The terms of an expression, all of which hold; no term for an empty text.

    What is no expression is one licence of that name.
    """
    text = text.strip()
    if not text:
        return ()
    if _ONE.fullmatch(text):
        return (((text,),),)  # as nearly always: the library builds a lexer for each text
    tree = _parsed(text)
    return (((text,),),) if tree is None else tuple(sorted(set(_flattened(tree))))


@lru_cache(maxsize=4096)
def names(text: str) -> frozenset[str]:
    """Every licence that an expression names."""
    return frozenset(name for term in terms(text) for alternative in term for name in alternative)


def spelled(parts: tuple[Term, ...]) -> str:
    """The expression that has these terms; empty where there is none."""
    written = dict.fromkeys(_written(term) for term in parts)
    several = len(written) > 1
    return " AND ".join(f"({one})" if several and " OR " in one else one for one in written)


def _written(term: Term) -> str:
    joined = [" AND ".join(alternative) for alternative in term]
    several = len(joined) > 1
    return " OR ".join(f"({one})" if several and " AND " in one else one for one in joined)


def _parsed(text: str) -> Any:  # noqa: ANN401 - the library's trees have no types
    """The tree of an expression; ``None`` for what is none."""
    from license_expression import ExpressionError, Licensing

    if len(text) > LONGEST or not text.isprintable():
        return None
    try:
        return Licensing().parse(text)
    except (ExpressionError, ValueError, LookupError, TypeError, RecursionError):
        return None  # the library raises what it happens to meet: `()` is an IndexError


def _flattened(tree: Any) -> tuple[Term, ...]:  # noqa: ANN401 - as above
    """Terms of a tree, from its leaves upwards: brackets may be nested as deep as an expression is long."""
    done: dict[int, tuple[Term, ...]] = {}
    stack = [(tree, False)]
    while stack:
        node, ready = stack.pop()
        kind = type(node).__name__
        if kind not in {"AND", "OR"}:
            done[id(node)] = (((str(node),),),)
        elif not ready:
            stack += [(node, True), *((inner, False) for inner in node.args)]
        else:
            inner = [done[id(one)] for one in node.args]
            done[id(node)] = _both(inner) if kind == "AND" else _either(inner)
    return done[id(tree)]


def _both(parts: list[tuple[Term, ...]]) -> tuple[Term, ...]:
    return tuple(dict.fromkeys(term for part in parts for term in part))


def _either(parts: list[tuple[Term, ...]]) -> tuple[Term, ...]:
    """One term out of several: the alternatives of each, with every combination of theirs."""
    alternatives: set[Alternative] = set()
    for part in parts:
        size = 1
        for term in part:
            size *= len(term)
        combined = product(*part) if size <= MOST_ALTERNATIVES else [[one for term in part for one in term]]
        alternatives.update(tuple(sorted({name for one in chosen for name in one})) for chosen in combined)
    if len(alternatives) == 1 or len(alternatives) > MOST_ALTERNATIVES:
        return tuple(((name,),) for name in sorted({name for one in alternatives for name in one}))
    return (tuple(sorted(alternatives)),)
