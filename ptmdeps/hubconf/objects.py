"""What code asks of values: their attributes, and what they are instances of."""

from __future__ import annotations

from collections.abc import Mapping

from ptmdeps.hubconf import attributes
from ptmdeps.hubconf import values as v
from ptmdeps.hubconf.limits import RaisedError
from ptmdeps.hubconf.machine import Machine
from ptmdeps.hubconf.values import Arguments, Native, Value

_TYPES: Mapping[str, type | tuple[type, ...]] = {
    "str": str,
    "int": int,
    "float": float,
    "bool": bool,
    "bytes": bytes,
    "complex": complex,
}
_PLAIN = (str, int, float, bytes, type(None))


def get_attribute(machine: Machine, given: Arguments) -> Value:
    """``getattr(value, name, default)``."""
    name = given.get(1, "name")

    def one(value: Value, text: Value) -> Value:
        if not isinstance(text, str):
            return _any_attribute(value)
        known = attributes.has(machine, value, text)
        if known is False and given.has(2, "default"):
            return given.get(2, "default")
        if known is False and not isinstance(value, v.Module):
            raise RaisedError("AttributeError", machine.place, text)
        return attributes.attribute(machine, value, text)

    return machine.each(given.get(0, "object"), lambda value: machine.each(name, lambda text: one(value, text)))


def _any_attribute(value: Value) -> Value:
    if isinstance(value, v.Module):
        return v.join(found for key, found in value.names.items() if not key.startswith("_"))
    return v.UNKNOWN


def has_attribute(machine: Machine, given: Arguments) -> Value:
    """``hasattr(value, name)``."""
    name = given.get(1, "name")

    def one(value: Value) -> Value:
        known = attributes.has(machine, value, name) if isinstance(name, str) else None
        return v.UNKNOWN if known is None else known

    return machine.each(given.get(0, "object"), one)


def set_attribute(machine: Machine, given: Arguments) -> Value:
    """``setattr(value, name, new)``."""
    for name in v.alternatives(given.get(1, "name")):
        if isinstance(name, str):
            attributes.set_attribute(machine, given.get(0, "object"), name, given.get(2, "value"))
    return None


def is_callable(machine: Machine, value: Value) -> Value:
    """``callable(value)``."""
    if isinstance(value, v.Function | v.Bound | v.Class | v.Native | v.Partial):
        return True
    if isinstance(value, v.Instance):
        known = attributes.has(machine, value.of, "__call__")
        return v.UNKNOWN if known is None and value.of.kind != "enum" else bool(known)
    return v.UNKNOWN if isinstance(value, v.Opaque | v.External) else False


def is_instance(machine: Machine, given: Arguments) -> Value:
    """``isinstance(value, kinds)``."""
    kinds = given.get(1, "class_or_tuple")

    def one(value: Value, kind: Value) -> Value:
        if isinstance(kind, v.Items):
            answers = [one(value, inner) for inner in kind.values]
            return True if True in answers else False if all(answer is False for answer in answers) else v.UNKNOWN
        return _is_a(machine, value, kind)

    return machine.each(given.get(0, "obj"), lambda value: one(value, kinds))


def _is_a(_machine: Machine, value: Value, kind: Value) -> Value:  # noqa: PLR0911 - one result a case
    if isinstance(value, v.Opaque | v.Reply) or isinstance(kind, v.Opaque | v.Choice):
        return v.UNKNOWN
    if isinstance(value, v.Instance):
        if kind in value.of.order:
            return True
        outside = any(isinstance(base, v.External | v.Opaque) for base in value.of.order)
        return v.UNKNOWN if outside and isinstance(kind, v.External) else False
    name = kind.name if isinstance(kind, Native | v.External) else ""
    if name in _TYPES:
        return isinstance(value, _TYPES[name]) if isinstance(value, _PLAIN) else False
    if name in {"list", "tuple", "set", "frozenset", "dict", "object", "type"}:
        return _is_container(value, name)
    if name.rpartition(".")[2] in {"Path", "PosixPath", "PurePath", "PathLike"}:
        return isinstance(value, v.PathText)
    if isinstance(value, _PLAIN) and isinstance(kind, v.Class):
        return False
    if isinstance(value, str) and isinstance(kind, v.External):
        return False if kind.name.startswith(("torch.", "numpy.", "pathlib.")) else v.UNKNOWN
    return v.UNKNOWN


def _is_container(value: Value, name: str) -> bool:
    match value:
        case v.Items(kind=kind):
            return name in {kind, "object"} or (name == "list" and kind == "iterator")
        case v.Table():
            return name in {"dict", "object"}
        case v.Class():
            return name in {"type", "object"}
    return name == "object"


def is_subclass(_machine: Machine, given: Arguments) -> Value:
    """``issubclass(kind, kinds)``."""
    of, kind = given.get(0, "cls"), given.get(1, "class_or_tuple")
    if not isinstance(of, v.Class):
        return v.UNKNOWN
    kinds = kind.values if isinstance(kind, v.Items) else [kind]
    if any(one in of.order for one in kinds):
        return True
    return v.UNKNOWN if any(isinstance(base, v.External | v.Opaque) for base in of.order) else False


def directory(machine: Machine, value: Value) -> Value:
    """``dir(value)``."""
    if isinstance(value, v.Module | v.Class):
        return machine.items(sorted(value.names))
    return v.UNKNOWN
