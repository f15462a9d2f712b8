"""What is known of conditions."""

from __future__ import annotations

import ast

from ptmdeps.hubconf import values as v
from ptmdeps.hubconf.limits import RaisedError
from ptmdeps.hubconf.machine import Machine
from ptmdeps.hubconf.values import Scope, Value

_SMALL = 24


def truth(machine: Machine, value: Value) -> bool | None:  # noqa: PLR0911 - one result a case
    """Return whether a value is true; nothing if that is not known."""
    match value:
        case v.Choice(values=several):
            found = {truth(machine, one) for one in several}
            return found.pop() if len(found) == 1 else None
        case v.Opaque() | v.External() | v.Reply():
            return None
        case v.Items(values=items, open=more):
            return True if items else None if more else False
        case v.Table(entries=entries, rest=rest):
            return True if entries else None if rest is not None else False
        case v.Instance(payload=payload, of=of):
            if payload is not None:
                return truth(machine, payload)
            return None if {"__bool__", "__len__"} & _names(of) else True
        case bool() | int() | float() | complex() | str() | bytes() | None:
            return bool(value)
    return True


def _names(of: v.Class) -> set[str]:
    return {name for base in of.order if isinstance(base, v.Class) for name in base.names}


def likely(value: Value) -> bool | None:
    """Return what a condition is on a machine that has downloaded nothing yet, if it depends on that."""
    return value.likely if isinstance(value, v.Opaque) else None


def negated(machine: Machine, value: Value) -> Value:
    """Return ``not value``."""
    known = truth(machine, value)
    if known is not None:
        return not known
    guess = likely(value)
    return v.Opaque(value.reason if isinstance(value, v.Opaque) else "", None if guess is None else not guess)


def narrowed(machine: Machine, test: ast.expr, scope: Scope) -> tuple[dict[str, Value], dict[str, Value]]:
    """Return what a name can be if a condition holds, and if it does not; by trying each of its values."""
    name = _only_choice(test, scope)
    if name is None:
        return {}, {}
    whole = scope.names[name]
    yes: list[Value] = []
    no: list[Value] = []
    for one in v.alternatives(whole):
        scope.names[name] = one
        try:
            known = truth(machine, machine.evaluate(test, scope))
        except RaisedError:
            known = None
        if known is not False:
            yes.append(one)
        if known is not True:
            no.append(one)
    scope.names[name] = whole
    return {name: v.join(yes or [whole])}, {name: v.join(no or [whole])}


def _only_choice(test: ast.expr, scope: Scope) -> str | None:
    found: set[str] = set()
    for count, node in enumerate(ast.walk(test)):
        if count > _SMALL or isinstance(node, ast.NamedExpr | ast.Await | ast.Lambda):
            return None
        if isinstance(node, ast.Call) and not (isinstance(node.func, ast.Name) and node.func.id == "isinstance"):
            return None
        if isinstance(node, ast.Name) and isinstance(scope.names.get(node.id), v.Choice):
            found.add(node.id)
    return found.pop() if len(found) == 1 else None
