"""Attributes and methods of the types of Python that values here stand for."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping

from ptmdeps.hubconf import attributes, containers, files, texts
from ptmdeps.hubconf import values as v
from ptmdeps.hubconf.limits import MAX_ITEMS, RaisedError
from ptmdeps.hubconf.machine import Machine
from ptmdeps.hubconf.values import Arguments, Value

Method = Callable[[Machine, v.Items, Arguments], Value]
TableMethod = Callable[[Machine, v.Table, Arguments], Value]


def method(machine: Machine, value: Value, name: str) -> Value:  # noqa: C901, PLR0911 - one result a case
    """Return an attribute of a value that is no object of the repository.

    Raises:
        RaisedError: a text has no such attribute.
    """
    match value:
        case str():
            found = texts.method(name)
            if found is None:
                raise RaisedError("AttributeError", machine.place, name)
            return v.Native(name, lambda machine, given: found(machine, value, given))
        case v.Table():
            return _of_table(value, name)
        case v.Items() if name in _ITEMS:
            return v.Native(name, lambda machine, given: _ITEMS[name](machine, value, given))
        case v.PathText(text=text):
            return files.of_path(machine, text, name)
        case v.OpenFile(path=path):
            return files.of_open(path, name)
        case v.Reply():
            return _of_reply(value, name)
        case v.Function() | v.Bound() | v.Partial() | v.Native():
            return _of_function(machine, value, name)
        case v.Descriptor(function=function) if name in {"setter", "getter", "deleter"}:
            return v.Native(name, lambda *_: v.Descriptor("property", function))
        case v.Descriptor(function=function) if name in {"__func__", "fget"}:
            return function
        case bytes() if name == "decode":
            return v.Native(name, lambda *_: value.decode(errors="replace"))
        case int() | float() | bytes() | v.Items():
            return v.Native(name, lambda *_: v.UNKNOWN)
    return v.UNKNOWN


def _of_table(table: v.Table, name: str) -> Value:
    if table.attributes and name in table.entries:
        return table.entries[name]
    if name in _TABLE:
        return v.Native(name, lambda machine, given: _TABLE[name](machine, table, given))
    if table.attributes:
        return None if table.rest is None else table.rest
    return v.Native(name, lambda *_: v.UNKNOWN)


def _of_reply(reply: v.Reply, name: str) -> Value:
    if name == "json":
        return v.Native(name, lambda *_: v.Reply(reply.url))
    return v.Opaque("it is what a server answers")


def _of_function(machine: Machine, function: Value, name: str) -> Value:  # noqa: C901, PLR0911, PLR0912 - one result a case
    match name, function:
        case "func", v.Partial(function=inner):
            return inner
        case "args", v.Partial(arguments=given):
            return machine.items(given.positional, "tuple")
        case "keywords", v.Partial(arguments=given):
            return machine.table(dict(given.keywords))
        case "__self__", v.Bound(receiver=receiver):
            return receiver
        case "__func__", v.Bound(function=inner):
            return inner
        case "__wrapped__", v.Function(wraps=inner) if inner is not None:
            return inner
        case _, v.Function() if name in function.attributes:
            return function.attributes[name]
        case (("__name__" | "__qualname__"), v.Function(wraps=inner)) if inner is not None:
            return attributes.attribute(machine, inner, name)
        case (("__name__" | "__qualname__"), (v.Function() | v.Native())):
            return function.name
        case "__module__", v.Function():
            return function.scope.module.name
        case "__doc__", v.Function(node=node) if not isinstance(node, ast.Lambda):
            return ast.get_docstring(node, clean=False)
        case "__dict__", v.Function():
            return v.Table(function.attributes)
        case _, v.Bound(function=inner):
            return _of_function(machine, inner, name)
    return v.Opaque(f"`{name}` of a function is not known")


def _append(machine: Machine, items: v.Items, given: Arguments) -> Value:
    containers.extend(machine, items, machine.items([given.get(0, "object")]))
    return None


def _extend(machine: Machine, items: v.Items, given: Arguments) -> Value:
    containers.extend(machine, items, given.get(0, "iterable"))
    return None


def _insert(machine: Machine, items: v.Items, given: Arguments) -> Value:
    machine.keep(items)
    position = given.get(0, "index")
    where = min(max(position, -MAX_ITEMS), MAX_ITEMS) if isinstance(position, int) else 0
    items.values.insert(where, given.get(1, "object"))
    return None


def _add(machine: Machine, items: v.Items, given: Arguments) -> Value:
    if containers.contains(machine, items, given.get(0, "element")) is not True:
        _append(machine, items, given)
    return None


def _pop(machine: Machine, items: v.Items, given: Arguments) -> Value:
    position = given.get(0, "index", -1)
    if items.open or not isinstance(position, int):
        return v.join([*items.values, v.UNKNOWN])
    if not -len(items.values) <= position < len(items.values):
        raise RaisedError("IndexError", machine.place)
    machine.keep(items)
    return items.values[position] if machine.uncertain > items.level else items.values.pop(position)


def _copy(machine: Machine, items: v.Items, _given: Arguments) -> Value:
    return machine.items(items.values, items.kind, more=items.open)


def _index(machine: Machine, items: v.Items, given: Arguments) -> Value:
    for position, value in enumerate(items.values):
        same = containers.equal(machine, value, given.get(0, "value"))
        if same is not False:
            return position if same is True else v.UNKNOWN
    if items.open:
        return v.UNKNOWN
    raise RaisedError("ValueError", machine.place)


def _sort(machine: Machine, items: v.Items, _given: Arguments) -> Value:
    if all(isinstance(value, str) for value in items.values):
        machine.keep(items)
        items.values.sort(key=str)
    return None


def _reverse(machine: Machine, items: v.Items, _given: Arguments) -> Value:
    machine.keep(items)
    items.values.reverse()
    return None


def _union(machine: Machine, items: v.Items, given: Arguments) -> Value:
    other = containers.elements(machine, given.get(0, "others"))
    if other is None:
        return machine.items(items.values, items.kind, more=True)
    return containers.set_algebra(machine, ast.BitOr(), items, other)


_ITEMS: Mapping[str, Method] = {
    "add": _add,
    "append": _append,
    "appendleft": _append,
    "copy": _copy,
    "extend": _extend,
    "index": _index,
    "insert": _insert,
    "pop": _pop,
    "reverse": _reverse,
    "sort": _sort,
    "union": _union,
    "update": _extend,
}


def _get(machine: Machine, table: v.Table, given: Arguments) -> Value:
    default = given.get(1, "default")

    def one(key: Value) -> Value:
        if isinstance(table.rest, v.Native):
            known = containers.contains(machine, table, key)
            return default if known is False else containers.item(machine, table, key)
        try:
            found = containers.item(machine, table, key)
        except RaisedError:
            return default
        return v.join([found, default]) if isinstance(key, v.Opaque) else found

    return machine.each(given.get(0, "key"), one)


def _set_default(machine: Machine, table: v.Table, given: Arguments) -> Value:
    key, value = given.get(0, "key"), given.get(1, "default")
    if containers.contains(machine, table, key) is True:
        return containers.item(machine, table, key)
    containers.set_item(machine, table, key, value)
    return containers.item(machine, table, key)


def _pop_entry(machine: Machine, table: v.Table, given: Arguments) -> Value:
    if not given.has(1, "default"):
        found = containers.item(machine, table, given.get(0, "key"))
    else:
        found = _get(machine, table, given)
    containers.remove_item(machine, table, given.get(0, "key"))
    return found


def _update_entries(machine: Machine, table: v.Table, given: Arguments) -> Value:
    for other in given.positional:
        containers.update(machine, table, other)
    containers.update(machine, table, machine.table(dict(given.keywords), v.UNKNOWN if given.open else None))
    return None


def _keys(machine: Machine, table: v.Table, _given: Arguments) -> Value:
    return machine.items([v.value_of(key) for key in table.entries], more=table.rest is not None)


def _values(machine: Machine, table: v.Table, _given: Arguments) -> Value:
    return machine.items(table.entries.values(), more=table.rest is not None)


def _pairs(machine: Machine, table: v.Table, _given: Arguments) -> Value:
    pairs = [machine.items([v.value_of(key), value], "tuple") for key, value in table.entries.items()]
    return machine.items(pairs, more=table.rest is not None)


def _copy_entries(machine: Machine, table: v.Table, _given: Arguments) -> Value:
    return machine.table(dict(table.entries), table.rest, attributes=table.attributes)


_TABLE: Mapping[str, TableMethod] = {
    "__contains__": lambda machine, table, given: containers.contains(machine, table, given.get(0, "key")),
    "__getitem__": lambda machine, table, given: containers.item(machine, table, given.get(0, "key")),
    "copy": _copy_entries,
    "get": _get,
    "items": _pairs,
    "keys": _keys,
    "pop": _pop_entry,
    "setdefault": _set_default,
    "update": _update_entries,
    "values": _values,
}
