"""Functions of Python itself, for what is known of their arguments."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ptmdeps.hubconf import attributes, classes, containers, files, modules, objects, texts
from ptmdeps.hubconf import values as v
from ptmdeps.hubconf.limits import MAX_ITEMS, RaisedError
from ptmdeps.hubconf.machine import Machine
from ptmdeps.hubconf.truth import truth
from ptmdeps.hubconf.values import Arguments, Native, Value


def _each(function: Callable[[Machine, Value], Value]) -> Callable[[Machine, Arguments], Value]:
    """A function of one value, for all that it can be."""

    def call(machine: Machine, given: Arguments) -> Value:
        return machine.each(given.get(0, "object"), lambda one: function(machine, one))

    return call


def _computed(function: Callable[..., Any]) -> Callable[[Machine, Arguments], Value]:
    """A function of constants, taken from Python."""
    return lambda machine, given: texts.with_known(machine, given, function)


def _length(machine: Machine, value: Value) -> Value:
    if isinstance(value, str | bytes):
        return len(value)
    found = containers.elements(machine, value)
    return v.UNKNOWN if found is None or found.open else len(found.values)


def _text(machine: Machine, given: Arguments) -> Value:
    if not given.positional:
        return ""

    def one(value: Value) -> Value:
        if isinstance(value, v.Instance):
            for name in ("__str__", "__repr__"):
                method = attributes.of_class(machine, value.of, name)
                if isinstance(method, v.Function):
                    return machine.call(method, Arguments((value,)))
        known = texts.plain(value)
        return known if known is not None else value if isinstance(value, v.Opaque) else v.UNKNOWN

    return machine.each(given.positional[0], one)


def _boolean(machine: Machine, value: Value) -> Value:
    known = truth(machine, value)
    return known if known is not None else value if isinstance(value, v.Opaque) else v.UNKNOWN


def _collected(kind: str) -> Callable[[Machine, Arguments], Value]:
    def call(machine: Machine, given: Arguments) -> Value:
        if not given.positional:
            return machine.items([], kind)
        return machine.each(given.positional[0], lambda one: _as(machine, one, kind))

    return call


def _as(machine: Machine, value: Value, kind: str) -> Value:
    found = containers.elements(machine, value)
    if found is None:
        return machine.items([], kind, more=True)
    made = machine.items([], kind, more=found.open)
    if kind != "set":
        made.values.extend(found.values)
        return made
    known = {v.identity(one): one for one in found.values}
    made.values.extend(known.values())
    return made


def _dictionary(machine: Machine, given: Arguments) -> Value:
    table = machine.table({})
    for other in given.positional:
        containers.update(machine, table, other)
    table.entries.update(given.keywords)
    if given.open:
        table.rest = v.UNKNOWN
    return table


def _range(machine: Machine, given: Arguments) -> Value:
    def count(*bounds: int) -> Value:
        numbers = range(*bounds)
        return machine.items(numbers[:MAX_ITEMS], more=len(numbers) > MAX_ITEMS)

    return texts.with_known(machine, given, count)


def _enumerated(machine: Machine, given: Arguments) -> Value:
    found = containers.elements(machine, given.get(0, "iterable"))
    start = given.get(1, "start", 0)
    if found is None or not isinstance(start, int):
        return v.UNKNOWN
    pairs = (machine.items([index, value], "tuple") for index, value in enumerate(found.values, start))
    return machine.items(pairs, more=found.open)


def _zipped(machine: Machine, given: Arguments) -> Value:
    found = [containers.elements(machine, one) for one in given.positional]
    known = [one for one in found if one is not None]
    if not known:
        return v.UNKNOWN
    count = min(len(one.values) for one in known)
    rows = (
        machine.items([one.values[index] if one is not None else v.UNKNOWN for one in found], "tuple")
        for index in range(count)
    )
    return machine.items(rows, more=len(known) < len(found) or all(one.open for one in known))


def _mapped(machine: Machine, given: Arguments) -> Value:
    function, *sources = given.positional or (v.UNKNOWN,)
    rows = _zipped(machine, Arguments(tuple(sources)))
    if not isinstance(rows, v.Items):
        machine.call(function, Arguments((v.UNKNOWN,)))
        return v.UNKNOWN
    values = [machine.call(function, Arguments(tuple(row.values))) for row in rows.values if isinstance(row, v.Items)]
    return machine.items(values, more=rows.open)


def _filtered(machine: Machine, given: Arguments) -> Value:
    function = given.get(0, "function")
    found = containers.elements(machine, given.get(1, "iterable"))
    if found is None:
        return v.UNKNOWN
    kept: list[Value] = []
    certain = not found.open
    for value in found.values:
        known = truth(machine, value if function is None else machine.call(function, Arguments((value,))))
        certain = certain and known is not None
        if known is not False:
            kept.append(value)
    return machine.items(kept, more=not certain)


def _sorted(machine: Machine, given: Arguments) -> Value:
    found = containers.elements(machine, given.get(0, "iterable"))
    if found is None:
        return v.UNKNOWN
    values = list(found.values)
    if "key" not in given.keywords and all(isinstance(one, str) for one in values):
        values.sort(key=str, reverse=given.keywords.get("reverse") is True)
    return machine.items(values, more=found.open)


def _reversed(machine: Machine, given: Arguments) -> Value:
    found = containers.elements(machine, given.get(0, "sequence"))
    return machine.items(reversed(found.values), more=found.open) if found is not None else v.UNKNOWN


def _extreme(choose: Callable[..., Any]) -> Callable[[Machine, Arguments], Value]:
    def call(machine: Machine, given: Arguments) -> Value:
        values = list(given.positional)
        if len(values) == 1:
            found = containers.elements(machine, values[0])
            if found is None or found.open:
                return v.UNKNOWN
            values = list(found.values)
        numbers = all(isinstance(one, int | float) for one in values)
        if not values or "key" in given.keywords or not (numbers or all(isinstance(one, str) for one in values)):
            return v.join([*values, v.UNKNOWN])
        return choose(values)

    return call


def _summed(machine: Machine, given: Arguments) -> Value:
    found = containers.elements(machine, given.get(0, "iterable"))
    known = found.values if found is not None and not found.open else [v.UNKNOWN]
    numbers = [one for one in known if isinstance(one, int | float)]
    return sum(numbers) if len(numbers) == len(known) else v.UNKNOWN


def _quantified(settles: bool) -> Callable[[Machine, Arguments], Value]:
    def call(machine: Machine, given: Arguments) -> Value:
        found = containers.elements(machine, given.get(0, "iterable"))
        if found is None:
            return v.UNKNOWN
        known = [truth(machine, one) for one in found.values]
        if settles in known:
            return settles
        return v.UNKNOWN if found.open or None in known else not settles

    return call


def _next(machine: Machine, given: Arguments) -> Value:
    found = containers.elements(machine, given.get(0, "iterator"))
    if found is None:
        return v.UNKNOWN
    if found.values:
        machine.keep(found)
        first = found.values[0]
        if machine.uncertain <= found.level and found.kind == "iterator":
            found.values.pop(0)
        return first
    if found.open:
        return v.UNKNOWN
    if given.has(1, "default"):
        return given.get(1, "default")
    raise RaisedError("StopIteration", machine.place)


def _type(machine: Machine, given: Arguments) -> Value:
    if len(given.positional) > 1:
        name = given.positional[0]
        return classes.new_class(machine, str(name), given.get(1, "bases"), given.get(2, "dict"))

    def one(value: Value) -> Value:
        match value:
            case v.Instance(of=of):
                return of
            case bool() | int() | float() | str() | bytes():
                return BUILTINS[type(value).__name__]
            case v.Items(kind=kind) if kind in BUILTINS:
                return BUILTINS[kind]
            case v.Table():
                return BUILTINS["dict"]
        return v.UNKNOWN

    return machine.each(given.get(0, "object"), one)


def _iterator(machine: Machine, value: Value) -> Value:
    return _as(machine, value, "iterator")


def _print(_machine: Machine, _given: Arguments) -> Value:
    return None


def _descriptor(kind: str) -> Callable[[Machine, Arguments], Value]:
    return lambda _machine, given: v.Descriptor(kind, given.get(0, "function"))


def _object(machine: Machine, _given: Arguments) -> Value:
    return v.Instance(_OBJECT, {}, level=machine.uncertain)


_OBJECT = v.Class(name="object", bases=(), names={}, module=v.Module("builtins", "", package=False), line=0)
_OBJECT.order = (_OBJECT,)

_FUNCTIONS: Mapping[str, Callable[[Machine, Arguments], Value]] = {
    "__import__": modules.imported_top,
    "abs": _computed(abs),
    "all": _quantified(settles=False),
    "any": _quantified(settles=True),
    "bool": _each(_boolean),
    "bytes": _computed(lambda value="", encoding="utf-8": value.encode(encoding)),
    "callable": _each(objects.is_callable),
    "chr": _computed(chr),
    "classmethod": _descriptor("class"),
    "dict": _dictionary,
    "dir": _each(objects.directory),
    "enumerate": _enumerated,
    "filter": _filtered,
    "float": _computed(float),
    "format": _computed(lambda value, spec="": texts.plain(value) if not spec else v.UNKNOWN),
    "frozenset": _collected("set"),
    "getattr": objects.get_attribute,
    "hasattr": objects.has_attribute,
    "int": _computed(int),
    "isinstance": objects.is_instance,
    "issubclass": objects.is_subclass,
    "iter": _each(_iterator),
    "len": _each(_length),
    "list": _collected("list"),
    "map": _mapped,
    "max": _extreme(max),
    "min": _extreme(min),
    "next": _next,
    "object": _object,
    "open": files.opened,
    "ord": _computed(ord),
    "print": _print,
    "property": _descriptor("property"),
    "range": _range,
    "repr": _computed(repr),
    "reversed": _reversed,
    "round": _computed(round),
    "set": _collected("set"),
    "setattr": objects.set_attribute,
    "sorted": _sorted,
    "staticmethod": _descriptor("static"),
    "str": _text,
    "sum": _summed,
    "tuple": _collected("tuple"),
    "type": _type,
    "zip": _zipped,
}


BUILTINS: Mapping[str, Native] = {name: Native(name, call) for name, call in _FUNCTIONS.items()}
"""Names that Python knows everywhere."""
