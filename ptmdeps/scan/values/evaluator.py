"""The evaluator: from an expression to everything it can be, by demand and within limits."""

from __future__ import annotations

import ast
from collections.abc import Callable, Hashable, Iterator, Mapping
from contextlib import contextmanager

from ptmdeps.scan.loaders import Catalogue
from ptmdeps.scan.project import Project
from ptmdeps.scan.values.value import Frame, Lazy, Unknown, Value, Values, expression_of

MAXIMUM_VALUES = 256
"""How many values one expression may have; more is no choice between models any more."""

MAXIMUM_STEPS = 20_000
"""How many expressions may be looked at for one load."""

MAXIMUM_NESTING = 60
MAXIMUM_DEPTH = 6
"""How many calls and callers may be followed, one after the other."""

Rule = Callable[["Evaluator", ast.expr, Frame], Values]


class Evaluator:
    """Looks at expressions of one project with one set of rules, one rule a kind of expression."""

    def __init__(self, project: Project, catalogue: Catalogue, rules: Mapping[type[ast.AST], Rule]) -> None:
        self.project = project
        self.catalogue = catalogue
        self._rules = rules
        self._active: set[Hashable] = set()
        self._steps = 0
        self.tests_call = False

    def begin(self, *, in_test: bool) -> None:
        """Start to look at one load: the limits start anew, and only a load in a test may be called by tests."""
        self._steps = 0
        self._active.clear()
        self.tests_call = in_test

    def values(self, node: ast.expr, frame: Frame) -> Values:
        """Return everything that an expression can be; nothing if it can only be what is being looked at already."""
        key = (id(node), id(frame.called), frame.depth)
        if key in self._active:
            return ()
        self._steps += 1
        if self._steps > MAXIMUM_STEPS or len(self._active) > MAXIMUM_NESTING:
            return (Unknown(reason="too much code leads to this value", expression=expression_of(node)),)
        rule = self._rules.get(type(node))
        if rule is None:
            return (Unknown(reason="this kind of expression is not followed", expression=expression_of(node)),)
        self._active.add(key)
        try:
            return limited(rule(self, node, frame), node)
        finally:
            self._active.discard(key)

    @contextmanager
    def once(self, key: Hashable) -> Iterator[bool]:
        """Enter something that may lead back to itself; gives false if it did."""
        first = key not in self._active
        self._active.add(key)
        try:
            yield first
        finally:
            if first:
                self._active.discard(key)

    def item(self, item: Lazy | Values) -> Values:
        """Return what an item of a container can be."""
        return self.values(item.node, item.frame) if isinstance(item, Lazy) else item


def limited(values: Values, node: ast.AST) -> Values:
    """Return the values without repetitions, or one unknown if they are too many."""
    if len(values) <= 1:
        return values
    found: list[Value] = []
    seen: set[object] = set()
    for value in values:
        key = (type(value), getattr(value, "text", None) or id(value), frozenset(value.world.items()))
        if key not in seen:
            seen.add(key)
            found.append(value)
    if len(found) > MAXIMUM_VALUES:
        return (Unknown(reason=f"it has more than {MAXIMUM_VALUES} values", expression=expression_of(node)),)
    return tuple(found)
