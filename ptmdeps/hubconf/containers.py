"""Lists, tuples, sets and dictionaries: what is in them, and how they change."""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Callable, Hashable, Mapping
from typing import Any

from ptmdeps.hubconf import attributes
from ptmdeps.hubconf import values as v
from ptmdeps.hubconf.limits import MAX_ITEMS, RaisedError
from ptmdeps.hubconf.machine import Machine
from ptmdeps.hubconf.values import Value

_ORDERED: Mapping[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}
_RELEASE = re.compile(r"https://api\.github\.com/repos/[\w.-]+/[\w.-]+/releases/tags/([\w.+-]+)")
_PLAIN = (bool, int, float, str, bytes, type(None))


def elements(machine: Machine, value: Value) -> v.Items | None:  # noqa: PLR0911 - one result a case
    """Return what a loop over a value goes through; nothing if it cannot be told."""
    match value:
        case v.Items():
            return value
        case v.Table(entries=entries, rest=rest):
            return machine.items([v.value_of(key) for key in entries], more=rest is not None)
        case str():
            return machine.items(list(value)[:MAX_ITEMS])
        case v.Class(kind="enum"):
            return machine.items(members(value))
        case v.Instance(payload=payload) if payload is not None:
            return elements(machine, payload)
        case v.Instance(of=of) if isinstance(method := attributes.of_class(machine, of, "__iter__"), v.Function):
            return elements(machine, machine.call(method, v.Arguments((value,))))
        case v.Instance(of=of) if of.fields and of.kind == "named tuple":
            return machine.items([value.attributes.get(name, v.UNKNOWN) for name in of.fields])
    return None


def members(of: v.Class) -> list[Value]:
    """Return the members of an enumeration, without other names for the same."""
    found = (value for value in of.names.values() if isinstance(value, v.Instance) and value.of is of)
    return list({id(member): member for member in found}.values())


def item(machine: Machine, holder: Value, key: Value) -> Value:
    """Return ``holder[key]``.

    Raises:
        RaisedError: there is no such item.
    """
    return machine.each(holder, lambda one: machine.each(key, lambda part: _item(machine, one, part)))


def _item(machine: Machine, holder: Value, key: Value) -> Value:  # noqa: C901, PLR0911 - one result a case
    match holder:
        case v.Table():
            return _entry(machine, holder, key)
        case v.Items(values=values) if isinstance(key, int):
            if -len(values) <= key < len(values) and not (holder.open and key < 0):
                return values[key]
            if holder.open:
                return v.join([*values, v.UNKNOWN])
            raise RaisedError("IndexError", machine.place)
        case v.Items(values=values):
            return v.join([*values, v.UNKNOWN])
        case str() if isinstance(key, int):
            if -len(holder) <= key < len(holder):
                return holder[key]
            raise RaisedError("IndexError", machine.place)
        case v.Class(kind="enum"):
            return _member(machine, holder, key)
        case v.Class() | v.External():
            return holder
        case v.Reply(url=url, keys=keys):
            return _answered(url, (*keys, key)) if isinstance(key, str | int) else v.UNKNOWN
        case v.Instance():
            return _of_instance(machine, holder, key)
    return holder if isinstance(holder, v.Opaque) else v.UNKNOWN


def _answered(url: str, keys: tuple[Hashable, ...]) -> Value:
    """A release of GitHub that is asked for by its tag has that tag."""
    found = _RELEASE.fullmatch(url)
    return found[1] if found and keys == ("tag_name",) else v.Reply(url, keys)


def _of_instance(machine: Machine, holder: v.Instance, key: Value) -> Value:
    method = attributes.of_class(machine, holder.of, "__getitem__")
    if isinstance(method, v.Function):
        return machine.call(method, v.Arguments((holder, key)))
    if holder.payload is not None:
        return _item(machine, holder.payload, key)
    found = elements(machine, holder)
    return _item(machine, found, key) if found is not None else v.UNKNOWN


def _member(machine: Machine, of: v.Class, key: Value) -> Value:
    if not isinstance(key, str):
        return v.join(members(of) or [v.UNKNOWN])
    found = of.names.get(key)
    if isinstance(found, v.Instance):
        return found
    raise RaisedError("KeyError", machine.place, key)


def _entry(machine: Machine, table: v.Table, key: Value) -> Value:
    try:
        known = v.key_of(key)
    except LookupError:
        others = [] if table.rest is None else [table.rest]
        return v.join([*table.entries.values(), *others]) if table.entries or others else v.UNKNOWN
    if known in table.entries:
        return table.entries[known]
    if isinstance(table.rest, v.Native):
        made = machine.call(table.rest, v.Arguments())
        table.entries[known] = made
        return made
    if table.rest is not None:
        return table.rest
    if isinstance(key, v.External) and table.entries:
        return v.join(table.entries.values())
    raise RaisedError("KeyError", machine.place, key if isinstance(key, str) else "")


def set_item(machine: Machine, holder: Value, key: Value, value: Value) -> None:
    """``holder[key] = value``."""
    for one in v.alternatives(holder):
        match one:
            case v.Table():
                _set_entry(machine, one, key, value)
            case v.Items() if isinstance(key, int) and -len(one.values) <= key < len(one.values):
                machine.keep(one)
                perhaps = machine.uncertain > one.level
                one.values[key] = v.join((one.values[key], value)) if perhaps else value
            case v.Instance():
                method = attributes.of_class(machine, one.of, "__setitem__")
                if isinstance(method, v.Function):
                    machine.call(method, v.Arguments((one, key, value)))
                elif isinstance(one.payload, v.Table):
                    _set_entry(machine, one.payload, key, value)


def _set_entry(machine: Machine, table: v.Table, key: Value, value: Value) -> None:
    machine.keep(table)
    for part in v.alternatives(key):
        try:
            known = v.key_of(part)
        except LookupError:
            table.rest = value if table.rest is None else v.join((table.rest, value))
            continue
        perhaps = machine.uncertain > table.level or isinstance(key, v.Choice)
        old = table.entries.get(known, value)
        if len(table.entries) < MAX_ITEMS or known in table.entries:
            table.entries[known] = v.join((old, value)) if perhaps and old is not value else value


def remove_item(machine: Machine, holder: Value, key: Value) -> None:
    """``del holder[key]``."""
    if isinstance(holder, v.Table) and machine.uncertain <= holder.level:
        machine.keep(holder)
        try:
            holder.entries.pop(v.key_of(key), None)
        except LookupError:
            return


def update(machine: Machine, table: v.Table, other: Value) -> None:
    """Put all entries of another dictionary, or of a list of pairs, into a table."""
    for one in v.alternatives(other):
        source = one.payload if isinstance(one, v.Instance) else one
        machine.steps += 1
        if isinstance(source, v.Table):
            for key, value in list(source.entries.items()):
                _set_entry(machine, table, v.value_of(key), value)
            table.rest = table.rest if source.rest is None else source.rest
        elif isinstance(source, v.Items):
            for pair in source.values:
                if isinstance(pair, v.Items) and len(pair.values) == 2:  # noqa: PLR2004 - a pair
                    _set_entry(machine, table, pair.values[0], pair.values[1])
        elif source is not None:
            machine.keep(table)
            table.rest = v.UNKNOWN


def extend(machine: Machine, items: v.Items, other: Value) -> None:
    """Put all of another collection at the end of a list."""
    machine.keep(items)
    found = elements(machine, other)
    if found is None or found.open:
        items.open = True
    if found is not None:
        room = MAX_ITEMS - len(items.values)
        machine.steps += len(found.values) // 8
        items.values.extend(list(found.values)[: max(0, room)])


def sliced(machine: Machine, holder: Value, bounds: list[Value]) -> Value:
    """Return ``holder[start:stop:step]``."""
    known = [bound for bound in bounds if isinstance(bound, int | None)]
    if len(known) < len(bounds):
        return machine.items(holder.values, holder.kind, more=True) if isinstance(holder, v.Items) else v.UNKNOWN
    try:
        where = slice(*known)
        if isinstance(holder, v.Items):
            return machine.items(holder.values[where], holder.kind, more=holder.open)
        if isinstance(holder, str | bytes):
            return holder[where]
    except ValueError:
        return v.UNKNOWN
    return holder if isinstance(holder, v.Opaque) else v.UNKNOWN


def compared(machine: Machine, sign: ast.cmpop, left: Value, right: Value) -> Value:
    """Return ``left sign right``."""
    match sign:
        case ast.In() | ast.NotIn():
            found = contains(machine, right, left)
            return found if isinstance(found, v.Opaque) or isinstance(sign, ast.In) else not found
        case ast.Eq() | ast.Is():
            return equal(machine, left, right)
        case ast.NotEq() | ast.IsNot():
            same = equal(machine, left, right)
            return same if isinstance(same, v.Opaque) else not same
    return _decided(machine, left, right, lambda one, other: _order(sign, one, other))


def _order(sign: ast.cmpop, left: Value, right: Value) -> Value:
    numbers = isinstance(left, int | float) and isinstance(right, int | float)
    if type(sign) in _ORDERED and (numbers or (isinstance(left, str) and isinstance(right, str))):
        return _ORDERED[type(sign)](left, right)
    return v.UNKNOWN


def _decided(machine: Machine, left: Value, right: Value, test: Callable[[Value, Value], Value]) -> Value:
    """Return what a test of all that two values can be agrees on."""
    answers = {test(one, other) for one in v.alternatives(left) for other in v.alternatives(right)}
    machine.steps += len(answers)
    if len(answers) == 1:
        return answers.pop()
    return v.UNKNOWN


def equal(machine: Machine, left: Value, right: Value) -> Value:
    """Return whether two values are equal."""
    return _decided(machine, left, right, _equal)


def _equal(left: Value, right: Value) -> Value:  # noqa: PLR0911 - one result a case
    if isinstance(left, v.Opaque | v.Reply) or isinstance(right, v.Opaque | v.Reply):
        return v.UNKNOWN
    if isinstance(left, _PLAIN) and isinstance(right, _PLAIN):
        return bool(left == right)
    if isinstance(left, v.PathText | v.External) and isinstance(right, v.PathText | v.External):
        return left == right if type(left) is type(right) else v.UNKNOWN
    if isinstance(left, v.Items) and isinstance(right, v.Items):
        return _same_items(left, right)
    if left is right:
        return True
    if isinstance(left, v.External) or isinstance(right, v.External):
        other = right if isinstance(left, v.External) else left
        return False if other is None else v.UNKNOWN
    if isinstance(left, v.Instance) and isinstance(right, v.Instance) and "enum" not in {left.of.kind, right.of.kind}:
        return v.UNKNOWN
    return False


def _same_items(left: v.Items, right: v.Items) -> Value:
    if left.open or right.open:
        return v.UNKNOWN
    if len(left.values) != len(right.values):
        return False
    plain = all(isinstance(one, _PLAIN) for one in (*left.values, *right.values))
    return left.values == right.values if plain else v.UNKNOWN


def contains(machine: Machine, holder: Value, part: Value) -> Value:
    """Return whether ``part in holder``."""
    answers = {_contains(machine, one, inner) for one in v.alternatives(holder) for inner in v.alternatives(part)}
    return answers.pop() if len(answers) == 1 else v.UNKNOWN


def _contains(machine: Machine, holder: Value, part: Value) -> Value:  # noqa: PLR0911 - one result a case
    match holder:
        case str():
            return part in holder if isinstance(part, str) else v.UNKNOWN
        case v.Table(entries=entries, rest=rest):
            try:
                found = v.key_of(part) in entries
            except LookupError:
                return v.UNKNOWN if entries or rest is not None else False
            return found if found or rest is None or isinstance(rest, v.Native) else v.UNKNOWN
        case v.Instance(payload=payload) if payload is not None:
            return _contains(machine, payload, part)
        case v.Instance(of=of) if isinstance(method := attributes.of_class(machine, of, "__contains__"), v.Function):
            return machine.call(method, v.Arguments((holder, part)))
    found_items = elements(machine, holder)
    if found_items is None:
        return v.UNKNOWN
    machine.steps += len(found_items.values) // 8
    answers = {_equal(one, part) for one in found_items.values}
    if True in answers:
        return True
    return v.UNKNOWN if found_items.open or any(isinstance(one, v.Opaque) for one in answers) else False


def set_algebra(machine: Machine, sign: ast.operator, left: v.Items, right: v.Items) -> Value:
    """Return the union, difference or intersection of two sets of constants."""
    try:
        one: dict[Hashable, Value] = {v.key_of(value): value for value in left.values}
        other: dict[Hashable, Value] = {v.key_of(value): value for value in right.values}
    except LookupError:
        return machine.items([*left.values, *right.values], "set", more=True)
    if isinstance(sign, ast.BitOr):
        keys = list({**one, **other})
    else:
        keys = [key for key in one if (key in other) is isinstance(sign, ast.BitAnd)]
    return machine.items([v.value_of(key) for key in keys], "set", more=left.open or right.open)
