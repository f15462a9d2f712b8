"""Expressions: one rule each."""

from __future__ import annotations

import ast
from collections.abc import Callable, Hashable, Iterator

from ptmdeps.hubconf import arithmetic, attributes, containers, functions, names, texts
from ptmdeps.hubconf import values as v
from ptmdeps.hubconf.limits import MAX_ITEMS, RaisedError
from ptmdeps.hubconf.machine import Machine
from ptmdeps.hubconf.truth import likely, negated, truth
from ptmdeps.hubconf.values import Scope, Value

Comprehension = ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp


def constant(_machine: Machine, node: ast.Constant, _scope: Scope) -> Value:
    """``1``, ``"text"``, ``None``."""
    return node.value


def name(machine: Machine, node: ast.Name, scope: Scope) -> Value:
    """Look a name up in the scopes around it."""
    return names.look_up(machine, node.id, scope)


def attribute(machine: Machine, node: ast.Attribute, scope: Scope) -> Value:
    """``value.name``."""
    return attributes.attribute(machine, machine.evaluate(node.value, scope), node.attr)


def call(machine: Machine, node: ast.Call, scope: Scope) -> Value:
    """Call what the expression before the brackets is, wherever it is."""
    if isinstance(node.func, ast.Name) and node.func.id in functions.OF_THE_SCOPE:
        return functions.OF_THE_SCOPE[node.func.id](machine, node, scope)
    function = machine.evaluate(node.func, scope)
    arguments = functions.arguments_of(machine, node, scope)
    machine.stack[-1].line = node.lineno
    outer = machine.calling
    machine.calling = node
    try:
        return machine.call(function, arguments)
    finally:
        machine.calling = outer


def subscript(machine: Machine, node: ast.Subscript, scope: Scope) -> Value:
    """``value[key]`` and ``value[start:stop]``."""
    holder = machine.evaluate(node.value, scope)
    if isinstance(node.slice, ast.Slice):
        bounds = [
            machine.evaluate(part, scope) if part is not None else None
            for part in (node.slice.lower, node.slice.upper, node.slice.step)
        ]
        return machine.each(holder, lambda one: containers.sliced(machine, one, bounds))
    return containers.item(machine, holder, machine.evaluate(node.slice, scope))


def cut(_machine: Machine, _node: ast.Slice, _scope: Scope) -> Value:
    """``start:stop`` inside of ``value[start:stop, …]``."""
    return v.UNKNOWN


def conditional(machine: Machine, node: ast.IfExp, scope: Scope) -> Value:
    """``a if test else b``."""
    test = machine.evaluate(node.test, scope)
    known = truth(machine, test)
    known = likely(test) if known is None else known
    if known is not None:
        return machine.evaluate(node.body if known else node.orelse, scope)
    return _either(machine, [lambda: machine.evaluate(node.body, scope), lambda: machine.evaluate(node.orelse, scope)])


def _either(machine: Machine, ways: list[Callable[[], Value]]) -> Value:
    results: list[Value] = []
    error = RaisedError("Exception")
    with machine.perhaps():
        for way in ways:
            try:
                results.append(way())
            except RaisedError as raised:
                error = raised
    if not results:
        raise error
    return v.join(results)


def boolean(machine: Machine, node: ast.BoolOp, scope: Scope) -> Value:
    """``a and b``, ``a or b``: what comes later is followed only if it may be asked for."""
    settles = isinstance(node.op, ast.Or)
    found: list[Value] = []
    guess: bool | None = not settles
    for part in node.values:
        if found:
            with machine.perhaps():
                value = machine.evaluate(part, scope)
        else:
            value = machine.evaluate(part, scope)
        known = truth(machine, value)
        if known is settles:
            return value if not found else v.join([*found, value]) if guess is None else _guess(value, settles)
        if part is node.values[-1]:
            found.append(value)
            guess = _together(guess, likely(value) if known is None else known, settles)
        elif known is None:
            found.append(value)
            guess = _together(guess, likely(value), settles)
    if len(found) == 1:
        return found[0]
    unknown = next((one for one in found if isinstance(one, v.Opaque)), None)
    if unknown is not None and guess is not None:
        return v.Opaque(unknown.reason, guess)
    return v.join(found)


def _together(guess: bool | None, other: bool | None, settles: bool) -> bool | None:
    if guess is settles or other is settles:
        return settles
    return None if guess is None or other is None else not settles


def _guess(value: Value, settles: bool) -> Value:
    """The parts before are likely to leave the decision to this one."""
    return v.Opaque("it depends on what was downloaded before", settles) if isinstance(value, bool) else value


def unary(machine: Machine, node: ast.UnaryOp, scope: Scope) -> Value:
    """``not a``, ``-a``."""
    value = machine.evaluate(node.operand, scope)
    if isinstance(node.op, ast.Not):
        return negated(machine, value)
    return machine.each(value, lambda one: arithmetic.signed(node.op, one))


def binary(machine: Machine, node: ast.BinOp, scope: Scope) -> Value:
    """``a + b`` and the like."""
    left, right = machine.evaluate(node.left, scope), machine.evaluate(node.right, scope)
    if not isinstance(left, v.Choice) and not isinstance(right, v.Choice):
        return arithmetic.binary(machine, node.op, left, right)
    return machine.each(
        left, lambda one: machine.each(right, lambda other: arithmetic.binary(machine, node.op, one, other))
    )


def compare(machine: Machine, node: ast.Compare, scope: Scope) -> Value:
    """``a < b <= c``: unknown unless every part is known, or one is known not to hold."""
    left = machine.evaluate(node.left, scope)
    found: list[Value] = []
    for operator, right_node in zip(node.ops, node.comparators, strict=True):
        right = machine.evaluate(right_node, scope)
        found.append(containers.compared(machine, operator, left, right))
        left = right
    if any(one is False for one in found):
        return False
    return found[0] if len(found) == 1 else next((one for one in found if one is not True), True)


def named(machine: Machine, node: ast.NamedExpr, scope: Scope) -> Value:
    """``name := value``, in the function around comprehensions."""
    value = machine.evaluate(node.value, scope)
    target = scope
    while target.kind == "comprehension" and target.parent is not None:
        target = target.parent
    target.names[node.target.id] = value
    return value


def function(machine: Machine, node: ast.Lambda, scope: Scope) -> Value:
    """``lambda``."""
    return functions.made(machine, node, scope)


def display(machine: Machine, node: ast.List | ast.Tuple | ast.Set, scope: Scope) -> Value:
    """``[a, *b]``."""
    kind = "list" if isinstance(node, ast.List) else "tuple" if isinstance(node, ast.Tuple) else "set"
    values, more = functions.spread(machine, node.elts, scope)
    return machine.items(values, kind, more=more)


def dictionary(machine: Machine, node: ast.Dict, scope: Scope) -> Value:
    """``{a: b, **c}``."""
    made = machine.table({})
    for key, value_node in zip(node.keys, node.values, strict=True):
        value = machine.evaluate(value_node, scope)
        if key is None:
            containers.update(machine, made, value)
        else:
            containers.set_item(machine, made, machine.evaluate(key, scope), value)
    return made


def starred(machine: Machine, node: ast.Starred, scope: Scope) -> Value:
    """``*value`` where no list is made of it."""
    return machine.evaluate(node.value, scope)


def comprehension(machine: Machine, node: Comprehension, scope: Scope) -> Value:
    """``[a for a in b if c]``; what may be left out is in it, and the list is open."""
    inner = Scope(names={}, module=scope.module, parent=scope, kind="comprehension", call=scope.call, owner=scope.owner)
    inner.receiver = scope.receiver
    source = machine.evaluate(node.generators[0].iter, inner)
    return machine.each(source, lambda one: _collected(machine, node, inner, one))


def _collected(machine: Machine, node: Comprehension, scope: Scope, source: Value) -> Value:
    certain = [True]
    turns = _turns(machine, node.generators, scope, source, certain)
    if isinstance(node, ast.DictComp):
        table = machine.table({})
        for _ in turns:
            key, value = machine.evaluate(node.key, scope), machine.evaluate(node.value, scope)
            containers.set_item(machine, table, key, value)
        if not certain[0]:
            table.rest = v.UNKNOWN
        return table
    values: list[Value] = []
    for _ in turns:
        values.append(machine.evaluate(node.elt, scope))
        if len(values) > MAX_ITEMS:
            certain[0] = False
            break
    kind = "set" if isinstance(node, ast.SetComp) else "list"
    return machine.items(_distinct(values) if kind == "set" else values, kind, more=not certain[0])


def _distinct(values: list[Value]) -> list[Value]:
    found: dict[Hashable, Value] = {}
    for value in values:
        try:
            found.setdefault(v.key_of(value), value)
        except LookupError:
            found[id(value)] = value
    return list(found.values())


def _turns(
    machine: Machine, generators: list[ast.comprehension], scope: Scope, source: Value, certain: list[bool]
) -> Iterator[None]:
    """Bind the names of a comprehension for each of its turns; ``certain`` becomes false if some may be missing."""
    first, *others = generators
    found = containers.elements(machine, source)
    if found is None or found.open:
        certain[0] = False
    for element in found.values if found is not None else [v.UNKNOWN]:
        machine.bind(first.target, element, scope)
        wanted = _wanted(machine, first.ifs, scope)
        if wanted is False:
            continue
        if wanted is None:
            certain[0] = False
        if not others:
            yield
            continue
        inner = machine.evaluate(others[0].iter, scope)
        if isinstance(inner, v.Choice):
            certain[0] = False
        for one in v.alternatives(inner):
            yield from _turns(machine, others, scope, one, certain)


def _wanted(machine: Machine, conditions: list[ast.expr], scope: Scope) -> bool | None:
    values = [machine.evaluate(condition, scope) for condition in conditions]
    known = [truth(machine, value) for value in values]
    found = [likely(value) if one is None else one for value, one in zip(values, known, strict=True)]
    return False if False in found else None if None in found else True


def joined(machine: Machine, node: ast.JoinedStr, scope: Scope) -> Value:
    """``f"…{value}…"``."""
    parts = [machine.evaluate(part, scope) for part in node.values]
    return texts.concatenated(machine, parts)


def formatted(machine: Machine, node: ast.FormattedValue, scope: Scope) -> Value:
    """``{value!r:>10}`` of a text."""
    value = machine.evaluate(node.value, scope)
    spec = machine.evaluate(node.format_spec, scope) if node.format_spec is not None else ""
    conversion = chr(node.conversion) if node.conversion > 0 else ""
    return machine.each(
        value, lambda one: machine.each(spec, lambda how: texts.formatted(machine, one, conversion, how))
    )


def awaited(machine: Machine, node: ast.Await, scope: Scope) -> Value:
    """``await value``."""
    return machine.evaluate(node.value, scope)


def yielded(machine: Machine, node: ast.Yield | ast.YieldFrom, scope: Scope) -> Value:
    """``yield``: the function gives a list of all that it yields."""
    value = machine.evaluate(node.value, scope) if node.value is not None else None
    if scope.call is not None and len(scope.call.yields) < MAX_ITEMS:
        found = containers.elements(machine, value) if isinstance(node, ast.YieldFrom) else machine.items([value])
        scope.call.yields.extend(found.values if found is not None else [v.UNKNOWN])
    return v.UNKNOWN
