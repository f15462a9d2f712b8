"""What a name means where it stands."""

from __future__ import annotations

from ptmdeps.hubconf import values as v
from ptmdeps.hubconf.exceptions import is_exception
from ptmdeps.hubconf.machine import Machine
from ptmdeps.hubconf.natives import BUILTINS
from ptmdeps.hubconf.values import Scope, Value

_MISSING = object()


def look_up(_machine: Machine, name: str, scope: Scope) -> Value:
    """Return the value of a name: of the function, those around it, the module, Python, or a library it imports."""
    if name in scope.outer:
        return scope.outer[name].names.get(name, v.UNKNOWN)
    enclosing: Scope | None = scope
    while enclosing is not None:
        if enclosing.kind != "class" or enclosing is scope:
            value = enclosing.names.get(name, _MISSING)
            if value is not _MISSING:
                return value
        enclosing = enclosing.parent
    if name in BUILTINS:
        return BUILTINS[name]
    if is_exception(name):
        return v.External(f"builtins.{name}")
    if scope.module.stars:
        return v.External(f"{scope.module.stars[-1]}.{name}")
    return v.Opaque(f"`{name}` is not defined before it is used")
