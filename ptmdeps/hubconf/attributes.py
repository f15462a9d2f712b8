"""``value.name``: of objects and classes of the repository, of modules, of libraries, and of Python's own types."""

from __future__ import annotations

from ptmdeps.hubconf import values as v
from ptmdeps.hubconf.limits import RaisedError
from ptmdeps.hubconf.machine import Machine
from ptmdeps.hubconf.values import Arguments, Value

MISSING = v.Opaque("there is no such attribute")


def attribute(machine: Machine, value: Value, name: str) -> Value:
    """Return an attribute of a value.

    Raises:
        RaisedError: a value of Python's own type has no such attribute.
    """
    return machine.each(value, lambda one: _attribute(machine, one, name))


def _attribute(machine: Machine, value: Value, name: str) -> Value:
    match value:
        case v.External(name=whole):
            return machine.outside(f"{whole}.{name}") if len(whole) + len(name) < 400 else v.UNKNOWN  # noqa: PLR2004
        case v.Module():
            return of_module(machine, value, name)
        case v.Instance():
            found = of_instance(machine, value, name)
        case v.Class():
            found = _of_type(machine, value, name)
        case v.Super():
            found = _after(machine, value, name)
        case v.Opaque():
            return value
        case None:
            raise RaisedError("AttributeError", machine.place, name)
        case _:
            from ptmdeps.hubconf.methods import method

            return method(machine, value, name)
    return v.Opaque(f"`{name}` is set where it is not followed") if found is MISSING else found


def has(machine: Machine, value: Value, name: str) -> bool | None:  # noqa: PLR0911 - one result a case
    """Return whether there is an attribute; nothing if that is not known."""
    match value:
        case v.Instance():
            if of_instance(machine, value, name, outside=False) is not MISSING:
                return True
            return None if _outside(value.of) else False
        case v.Class():
            if _of_type(machine, value, name, outside=False) is not MISSING:
                return True
            return None if _outside(value) else False
        case v.Module():
            return True if name in value.names else None if value.stars else False
        case v.Table(entries=entries, attributes=True):
            return name in entries
        case None:
            return False
    return None


def _outside(of: v.Class) -> list[v.External]:
    return [base for base in of.order if isinstance(base, v.External) and base.name not in {"object", "abc.ABC"}]


def of_class(_machine: Machine, of: v.Class, name: str) -> Value:
    """Return what a class or one of its bases has under a name, as it is written there; ``MISSING`` if nothing."""
    for base in of.order:
        if isinstance(base, v.Class) and name in base.names:
            return base.names[name]
    return MISSING


def of_instance(machine: Machine, thing: v.Instance, name: str, *, outside: bool = True) -> Value:  # noqa: PLR0911 - one result a case
    """Return an attribute of an object, bound to it; ``MISSING`` if there is none."""
    if name in thing.attributes:
        return thing.attributes[name]
    if name == "__class__":
        return thing.of
    if name == "__dict__":
        return v.Table(thing.attributes, level=thing.level)
    found = of_class(machine, thing.of, name)
    if found is not MISSING:
        return _bound(machine, found, thing)
    if thing.payload is not None and outside:
        try:
            return attribute(machine, thing.payload, name)
        except RaisedError:
            return MISSING
    asked = of_class(machine, thing.of, "__getattr__")
    if isinstance(asked, v.Function) and not name.startswith("__"):
        return machine.call(asked, Arguments((thing, name)))
    if outside and (bases := _outside(thing.of)):
        return v.External(f"{bases[0].name}.{name}")
    return MISSING


def _bound(machine: Machine, found: Value, receiver: Value) -> Value:
    match found:
        case v.Function():
            return v.Bound(found, receiver)
        case v.Descriptor(kind="property", function=function):
            return machine.call(function, Arguments((receiver,)))
        case v.Descriptor(kind="class", function=function):
            return v.Bound(function, receiver.of if isinstance(receiver, v.Instance) else receiver)
        case v.Descriptor(function=function):
            return function
        case v.Choice():
            return machine.each(found, lambda one: _bound(machine, one, receiver))
    return found


def _of_type(machine: Machine, of: v.Class, name: str, *, outside: bool = True) -> Value:  # noqa: C901, PLR0911 - one result a case
    match name:
        case "__name__" | "__qualname__":
            return of.name
        case "__module__":
            return of.module.name
        case "__doc__":
            return of.documentation or None
        case "__dict__":
            return v.Table(of.names, level=of.level)
        case "__members__" if of.kind == "enum":
            members = {key: value for key, value in of.names.items() if isinstance(value, v.Instance)}
            return machine.table(dict(members))
        case "__mro__":
            return machine.items(of.order, "tuple")
        case "__bases__":
            return machine.items(of.bases, "tuple")
    found = of_class(machine, of, name)
    match found:
        case v.Descriptor(kind="class", function=function):
            return v.Bound(function, of)
        case v.Descriptor(kind="static", function=function):
            return function
    if found is MISSING and outside and (bases := _outside(of)):
        return v.External(f"{bases[0].name}.{name}")
    return found


def _after(machine: Machine, above: v.Super, name: str) -> Value:
    receiver = above.receiver
    of = receiver.of if isinstance(receiver, v.Instance) else receiver
    order = of.order if isinstance(of, v.Class) else above.owner.order
    rest = order[order.index(above.owner) + 1 :] if above.owner in order else above.owner.order[1:]
    for base in rest:
        if isinstance(base, v.Class) and name in base.names:
            return _bound(machine, base.names[name], receiver)
    if name == "__new__":
        return v.Native("__new__", _new)
    if isinstance(receiver, v.Instance) and receiver.payload is not None:
        return attribute(machine, receiver.payload, name)
    outside = next((base for base in rest if isinstance(base, v.External)), None)
    return v.External(f"{outside.name}.{name}") if outside is not None else v.Native(name, lambda *_: None)


def _new(machine: Machine, arguments: Arguments) -> Value:
    of = arguments.get(0, "cls")
    return v.Instance(of, {}, level=machine.uncertain) if isinstance(of, v.Class) else v.UNKNOWN


def of_module(machine: Machine, module: v.Module, name: str) -> Value:
    """Return a name of a module, or a module inside of it."""
    if name in module.names:
        return module.names[name]
    if name == "__dict__":
        return v.Table(module.names, level=machine.uncertain)
    from ptmdeps.hubconf import modules

    inner = modules.load(machine, f"{module.name}.{name}") if module.package else None
    if inner is not None:
        return inner
    asked = module.names.get("__getattr__")
    if isinstance(asked, v.Function):
        return machine.call(asked, Arguments((name,)))
    if module.stars:
        return v.External(f"{module.stars[-1]}.{name}")
    return v.Opaque(f"`{module.name}` has no `{name}`")


def set_attribute(machine: Machine, value: Value, name: str, new: Value) -> None:
    """``value.name = new``."""
    for one in v.alternatives(value):
        match one:
            case v.Instance():
                machine.keep(one)
                machine.assign(one.attributes, name, new, one.level)
            case v.Class():
                machine.keep(one)
                machine.assign(one.names, name, new, one.level)
            case v.Function():
                machine.keep(one)
                machine.assign(one.attributes, name, new, 0)
            case v.Module():
                machine.keep(one)
                machine.assign(one.names, name, new, 0)
            case v.Table(attributes=True):
                machine.keep(one)
                perhaps = machine.uncertain > one.level and name in one.entries
                one.entries[name] = v.join((one.entries[name], new)) if perhaps else new


def entered(machine: Machine, value: Value) -> Value:
    """Return what ``with value as name`` gives to the name."""
    if isinstance(value, v.Instance):
        method = of_class(machine, value.of, "__enter__")
        return machine.call(method, Arguments((value,))) if isinstance(method, v.Function) else value
    if isinstance(value, v.OpenFile | v.Reply):
        return value
    if isinstance(value, v.Items) and value.values:
        return value.values[0]
    return value if isinstance(value, v.Opaque) else v.UNKNOWN
