"""Classes of the repository, and objects of them."""

from __future__ import annotations

import ast
from collections.abc import Hashable, Iterator

from ptmdeps.hubconf import attributes, containers
from ptmdeps.hubconf import values as v
from ptmdeps.hubconf.limits import RaisedError
from ptmdeps.hubconf.machine import Machine
from ptmdeps.hubconf.values import Arguments, Scope, Value

FIELDS = "__annotations__"
"""Where the body of a class keeps the names that it annotates, in order."""

_ENUMS = frozenset({"enum.Enum", "enum.IntEnum", "enum.StrEnum", "enum.Flag", "enum.IntFlag"})
_RECORDS = frozenset({"typing.NamedTuple", "pydantic.BaseModel", "pydantic.main.BaseModel", "typing.TypedDict"})
_BUILTIN_BASES = {
    "dict": "dict",
    "collections.OrderedDict": "dict",
    "collections.UserDict": "dict",
    "collections.defaultdict": "dict",
    "list": "list",
    "collections.UserList": "list",
    "str": "str",
}


def made(machine: Machine, node: ast.ClassDef, scope: Scope) -> v.Class:
    """Return the class that ``class`` makes."""
    bases = tuple(machine.evaluate(base, scope) for base in node.bases)
    for keyword in node.keywords:
        machine.evaluate(keyword.value, scope)
    names: dict[str, Value] = {}
    of = v.Class(
        name=node.name,
        bases=bases,
        names=names,
        module=scope.module,
        line=node.lineno,
        documentation=ast.get_docstring(node) or "",
        level=machine.uncertain,
    )
    inner = Scope(names=names, module=scope.module, parent=scope, kind="class", call=scope.call, owner=of)
    machine.run(node.body, inner)
    return finished(machine, of)


def finished(machine: Machine, of: v.Class) -> v.Class:
    """Find out what kind of class it is, and make the members of an enumeration."""
    of.order = tuple(_order(of))
    own = of.names.pop(FIELDS, None)
    inherited = [name for base in of.order[1:] if isinstance(base, v.Class) for name in base.fields]
    declared = [name for name in own.values if isinstance(name, str)] if isinstance(own, v.Items) else []
    of.fields = tuple(dict.fromkeys((*inherited, *declared)))
    kinds = {base.name for base in of.order if isinstance(base, v.External)}
    kinds |= {base.name for base in of.order if isinstance(base, v.Native)}
    inherited_kinds = {base.kind for base in of.order[1:] if isinstance(base, v.Class)}
    if kinds & _ENUMS:
        of.kind = "enum"
        _make_members(machine, of)
    elif kinds & _RECORDS:
        of.kind = "named tuple" if "typing.NamedTuple" in kinds else "record"
    elif "record" in inherited_kinds:
        of.kind = "record"
    hook = next((one for one in map(_own_hook, of.order[1:]) if one is not None), None)
    if hook is not None:
        machine.call(hook, Arguments((of,)))
    return of


def _own_hook(base: Value) -> Value:
    hook = base.names.get("__init_subclass__") if isinstance(base, v.Class) else None
    return hook.function if isinstance(hook, v.Descriptor) else hook


def _order(of: v.Class) -> Iterator[Value]:
    """The class and all its bases, each before its own bases, a shared one after all that share it."""
    found: list[Value] = [of]
    for base in of.bases:
        for one in base.order if isinstance(base, v.Class) else v.alternatives(base):
            if one in found:
                found.remove(one)
            found.append(one)
    return iter(found)


def _make_members(_machine: Machine, of: v.Class) -> None:
    known: dict[Hashable, v.Instance] = {}
    for count, (name, value) in enumerate(list(of.names.items())):
        if name.startswith("_") or isinstance(value, v.Function | v.Descriptor | v.Native | v.Class):
            continue
        if isinstance(value, v.External) and value.name == "enum.auto()":
            value = count + 1  # noqa: PLW2901 - what auto() stands for
        same = v.identity(value)
        if same not in known:
            payload = value if isinstance(value, str | int) and not isinstance(value, bool) else None
            attributes_of = {"name": name, "value": value, "_name_": name, "_value_": value}
            plain = any(isinstance(base, v.Native) for base in of.order)
            known[same] = v.Instance(of, attributes_of, payload if plain else None)
        of.names[name] = known[same]


def instantiated(machine: Machine, of: v.Class, arguments: Arguments) -> Value:
    """Return an object of a class."""
    if of.kind == "enum" and arguments.has(1, "names"):
        return functional(machine, of, arguments)
    if of.kind == "enum":
        return machine.each(arguments.get(0, "value"), lambda one: _by_value(machine, of, one))
    creator = attributes.of_class(machine, of, "__new__")
    if isinstance(creator, v.Function | v.Descriptor):
        creator = creator.function if isinstance(creator, v.Descriptor) else creator
        found = machine.call(creator, arguments.after(of))
        if not isinstance(found, v.Instance):
            return found
        made_object = found
    else:
        made_object = v.Instance(of, {}, level=machine.uncertain)
    _set_payload(machine, made_object, arguments)
    start = attributes.of_class(machine, of, "__init__")
    if isinstance(start, v.Function):
        machine.call(start, arguments.after(made_object))
    elif of.kind in {"record", "named tuple"}:
        fill(machine, made_object, arguments)
    else:
        _start_outside(machine, of, arguments)
    return made_object


def functional(machine: Machine, of: Value, arguments: Arguments) -> Value:
    """``Kind("Name", {"a": 1})``, ``Kind("Name", "a b")``: an enumeration made by a call."""
    names = arguments.get(1, "names")
    if isinstance(names, str):
        names = machine.items(names.replace(",", " ").split())
    table = names
    if isinstance(names, v.Items):
        pairs = enumerate(names.values, 1)
        table = machine.table({name: count for count, name in pairs if isinstance(name, str)})
    return new_class(machine, str(arguments.get(0, "value")), machine.items([of]), table)


def _by_value(machine: Machine, of: v.Class, value: Value) -> Value:
    if isinstance(value, v.Instance) and value.of is of:
        return value
    members = containers.members(of)
    if isinstance(value, v.Opaque | v.External):
        return v.join(members or [v.UNKNOWN])
    for member in members:
        if isinstance(member, v.Instance) and containers.equal(machine, member.attributes["value"], value) is True:
            return member
    raise RaisedError("ValueError", machine.place)


def _set_payload(machine: Machine, made_object: v.Instance, arguments: Arguments) -> None:
    names = [base.name for base in made_object.of.order if isinstance(base, v.External | v.Native)]
    kind = next((_BUILTIN_BASES[name] for name in names if name in _BUILTIN_BASES), "")
    if kind == "dict":
        table = machine.table(dict(arguments.keywords), v.UNKNOWN if arguments.open else None)
        made_object.payload = table
        if arguments.positional:
            containers.update(machine, table, arguments.positional[0])
    elif kind == "list":
        items = machine.items([])
        made_object.payload = items
        if arguments.positional:
            containers.extend(machine, items, arguments.positional[0])
    elif kind == "str" and arguments.positional and isinstance(arguments.positional[0], str):
        made_object.payload = arguments.positional[0]


def _start_outside(machine: Machine, of: v.Class, arguments: Arguments) -> None:
    """A class of a library is the base: what its constructor downloads is downloaded here."""
    outside = next((base for base in of.order if isinstance(base, v.External)), None)
    if outside is not None:
        machine.external(outside.name, arguments)


def fill(machine: Machine, made_object: v.Instance, arguments: Arguments) -> None:
    """Set the fields of a dataclass or named tuple as its generated constructor does."""
    of = made_object.of
    for position, name in enumerate(of.fields):
        value = arguments.get(position, name, v.UNKNOWN)
        if not arguments.has(position, name):
            value = _default(machine, attributes.of_class(machine, of, name))
        made_object.attributes[name] = value
    after = attributes.of_class(machine, of, "__post_init__")
    if isinstance(after, v.Function):
        machine.call(after, Arguments((made_object,)))


def _default(machine: Machine, value: Value) -> Value:
    """``dataclasses.field(default=…)`` is kept as a partial call of it."""
    if isinstance(value, v.Partial) and isinstance(value.function, v.External):
        given = value.arguments.keywords
        if "default_factory" in given:
            return machine.call(given["default_factory"], Arguments())
        return given.get("default", v.UNKNOWN)
    return v.UNKNOWN if value is attributes.MISSING else value


def called(machine: Machine, thing: v.Instance, arguments: Arguments) -> Value:
    """Return what calling an object gives."""
    method = attributes.of_class(machine, thing.of, "__call__")
    if isinstance(method, v.Function):
        return machine.call(method, arguments.after(thing))
    return v.Opaque(f"what an object of `{thing.of.name}` computes is not followed")


def new_class(machine: Machine, name: str, bases: Value, names: Value) -> Value:
    """``type(name, bases, names)``."""
    module = v.Module("", machine.stack[-1].path, package=False)
    found = bases.values if isinstance(bases, v.Items) else []
    entries = names.entries if isinstance(names, v.Table) else {}
    body = {key: value for key, value in entries.items() if isinstance(key, str)}
    of = v.Class(name=name, bases=tuple(found), names=body, module=module, line=machine.stack[-1].line)
    return finished(machine, of)
