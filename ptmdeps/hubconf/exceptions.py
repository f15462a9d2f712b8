"""Which ``except`` catches what is raised."""

from __future__ import annotations

import ast
import builtins

from ptmdeps.hubconf import values as v
from ptmdeps.hubconf.limits import RaisedError
from ptmdeps.hubconf.machine import Machine
from ptmdeps.hubconf.values import Scope


def name_of_exception(node: ast.expr | None) -> str:
    """Return the class that ``raise`` names; ``Exception`` where it names none."""
    while isinstance(node, ast.Call):
        node = node.func
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else "Exception"


def catches(machine: Machine, handler: ast.ExceptHandler, raised: RaisedError, scope: Scope) -> bool:
    """Whether a handler catches an exception; classes that are not known catch it."""
    if handler.type is None:
        return True
    kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return any(_is_a(machine, raised.name, name_of_exception(kind), scope) for kind in kinds)


def _is_a(_machine: Machine, name: str, caught: str, scope: Scope) -> bool:
    if name == caught:
        return True
    one, other = _builtin(name), _builtin(caught)
    if one is not None and other is not None:
        return issubclass(one, other)
    if one is not None:
        return False
    return other is None or other in {Exception, BaseException} or _inherits(name, caught, scope)


def _inherits(name: str, caught: str, scope: Scope) -> bool:
    """Whether a class of the repository has a base of that name."""
    enclosing: Scope | None = scope
    while enclosing is not None:
        kind = enclosing.names.get(name)
        if isinstance(kind, v.Class):
            bases = [getattr(base, "name", "").rpartition(".")[2] for base in kind.order]
            wanted = _builtin(caught)
            known = [found for found in map(_builtin, bases) if found is not None]
            return caught in bases or (wanted is not None and any(issubclass(one, wanted) for one in known))
        enclosing = enclosing.parent
    return True


def is_exception(name: str) -> bool:
    """Whether Python itself has an exception of that name."""
    return _builtin(name) is not None


def _builtin(name: str) -> type[BaseException] | None:
    kind = getattr(builtins, name, None)
    return kind if isinstance(kind, type) and issubclass(kind, BaseException) else None
