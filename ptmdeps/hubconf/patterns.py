"""``match``: which of its cases are taken."""

from __future__ import annotations

import ast
from collections.abc import Callable
from functools import partial

from ptmdeps.hubconf import containers
from ptmdeps.hubconf import values as v
from ptmdeps.hubconf.machine import Machine
from ptmdeps.hubconf.truth import truth
from ptmdeps.hubconf.values import Scope, Value

Signal = str | None


def match(machine: Machine, node: ast.Match, scope: Scope) -> Signal:
    """``match``: constants are compared, other patterns may fit or not."""
    subject = machine.evaluate(node.subject, scope)
    ways: list[Callable[[], Signal]] = []
    for case in node.cases:
        fits = _fits(machine, case.pattern, subject, scope)
        if fits is False:
            continue
        if fits and case.guard is None and not ways:
            return machine.run(case.body, scope)
        ways.append(partial(machine.run, case.body, scope))
        if fits and case.guard is None:
            return machine.fork(scope, *ways)
    return machine.fork(scope, *ways, lambda: None)


def _fits(machine: Machine, pattern: ast.pattern, subject: Value, scope: Scope) -> bool | None:
    match pattern:
        case ast.MatchValue(value=node):
            return truth(machine, containers.equal(machine, subject, machine.evaluate(node, scope)))
        case ast.MatchSingleton(value=value):
            return None if isinstance(subject, v.Opaque | v.Choice) else subject is value
        case ast.MatchOr(patterns=several):
            found = [_fits(machine, one, subject, scope) for one in several]
            return True if True in found else None if None in found else False
        case ast.MatchAs(pattern=None, name=name):
            if name is not None:
                scope.names[name] = subject
            return True
    for inner in ast.walk(pattern):
        if isinstance(inner, ast.MatchAs | ast.MatchStar) and inner.name:
            scope.names[inner.name] = v.UNKNOWN
    return None
