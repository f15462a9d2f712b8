"""Statements: one rule each. A rule gives ``return``, ``break`` or ``continue`` if the block is left by it."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from functools import partial

from ptmdeps.hubconf import attributes, classes, containers, functions, modules
from ptmdeps.hubconf import values as v
from ptmdeps.hubconf.exceptions import catches, name_of_exception
from ptmdeps.hubconf.limits import MAX_TURNS, RaisedError
from ptmdeps.hubconf.machine import Machine
from ptmdeps.hubconf.truth import likely, narrowed, truth
from ptmdeps.hubconf.values import Scope, Value

Signal = str | None

_IMPORT_ERRORS = frozenset({"ImportError", "ModuleNotFoundError"})


def expression(machine: Machine, node: ast.Expr, scope: Scope) -> Signal:
    """Follow an expression whose value is not used."""
    machine.evaluate(node.value, scope)
    return None


def assignment(machine: Machine, node: ast.Assign, scope: Scope) -> Signal:
    """``a = b = value``."""
    value = machine.evaluate(node.value, scope)
    for target in node.targets:
        assign(machine, target, value, scope)
    return None


def annotated(machine: Machine, node: ast.AnnAssign, scope: Scope) -> Signal:
    """``a: kind = value``; without a value it declares a field of a class."""
    if scope.kind == "class" and isinstance(node.target, ast.Name):
        scope.names.setdefault(classes.FIELDS, v.Items([]))
        fields = scope.names[classes.FIELDS]
        if isinstance(fields, v.Items):
            fields.values.append(node.target.id)
    if node.value is not None:
        assign(machine, node.target, machine.evaluate(node.value, scope), scope)
    return None


def augmented(machine: Machine, node: ast.AugAssign, scope: Scope) -> Signal:
    """``a += value``: lists grow in place, everything else is computed anew."""
    target = _loaded(node.target)
    old = machine.evaluate(target, scope)
    if isinstance(old, v.Items) and old.kind == "list" and isinstance(node.op, ast.Add):
        containers.extend(machine, old, machine.evaluate(node.value, scope))
        return None
    value = machine.evaluate(ast.copy_location(ast.BinOp(target, node.op, node.value), node), scope)
    assign(machine, node.target, value, scope)
    return None


def _loaded(target: ast.expr) -> ast.expr:
    match target:
        case ast.Name(id=name):
            return ast.copy_location(ast.Name(name, ast.Load()), target)
        case ast.Attribute(value=value, attr=attr):
            return ast.copy_location(ast.Attribute(value, attr, ast.Load()), target)
        case ast.Subscript(value=value, slice=part):
            return ast.copy_location(ast.Subscript(value, part, ast.Load()), target)
    return target


def assign(machine: Machine, target: ast.expr, value: Value, scope: Scope) -> None:
    """Give a value to a name, an attribute, an item, or its parts to several."""
    match target:
        case ast.Name(id=name):
            set_name(machine, name, value, scope)
        case ast.Attribute(value=owner, attr=attr):
            attributes.set_attribute(machine, machine.evaluate(owner, scope), attr, value)
        case ast.Subscript(value=owner, slice=part):
            holder = machine.evaluate(owner, scope)
            containers.set_item(machine, holder, machine.evaluate(part, scope), value)
        case ast.Tuple(elts=targets) | ast.List(elts=targets):
            for one, part_value in zip(targets, _unpacked(machine, targets, value), strict=True):
                assign(machine, one.value if isinstance(one, ast.Starred) else one, part_value, scope)


def set_name(machine: Machine, name: str, value: Value, scope: Scope) -> None:
    """Bind a name where the scope says it belongs."""
    target = scope.outer.get(name, scope)
    if target is scope:
        scope.names[name] = value
    else:
        machine.keep(target.module)
        machine.assign(target.names, name, value, 0)
    if target.kind == "module":
        target.module.lines[name] = machine.stack[-1].line


def _unpacked(machine: Machine, targets: Sequence[ast.expr], value: Value) -> list[Value]:
    whole = [_parts(machine, targets, one) for one in v.alternatives(value)]
    fitting = [parts for parts in whole if parts is not None]
    if not fitting:
        return [v.UNKNOWN] * len(targets)
    return [v.join(parts[index] for parts in fitting) for index in range(len(targets))]


def _parts(machine: Machine, targets: Sequence[ast.expr], value: Value) -> list[Value] | None:
    found = containers.elements(machine, value)
    if found is None or found.open:
        return [v.Opaque(value.reason) if isinstance(value, v.Opaque) else v.UNKNOWN] * len(targets)
    star = next((index for index, target in enumerate(targets) if isinstance(target, ast.Starred)), None)
    if star is None:
        return list(found.values) if len(found.values) == len(targets) else None
    after = len(targets) - star - 1
    if len(found.values) < len(targets) - 1:
        return None
    middle = machine.items(found.values[star : len(found.values) - after])
    return [*found.values[:star], middle, *found.values[len(found.values) - after :]]


def condition(machine: Machine, node: ast.If, scope: Scope) -> Signal:
    """Follow the branch that is taken, or both where that is not known."""
    test = machine.evaluate(node.test, scope)
    known = truth(machine, test)
    if known is not None:
        return machine.run(node.body if known else node.orelse, scope)
    guess = likely(test)
    if guess is not None:
        return _guessed(machine, node, scope, guess)
    yes, no = narrowed(machine, node.test, scope)

    def way(names: dict[str, Value], block: list[ast.stmt]) -> Signal:
        scope.names.update(names)
        return machine.run(block, scope)

    return machine.fork(scope, partial(way, yes, node.body), partial(way, no, node.orelse))


def _guessed(machine: Machine, node: ast.If, scope: Scope, guess: bool) -> Signal:
    """Follow what a machine does that has downloaded nothing yet; the other branch if that one gives up."""
    before = dict(scope.names)
    try:
        return machine.run(node.body if guess else node.orelse, scope)
    except RaisedError:
        scope.names.clear()
        scope.names.update(before)
        return machine.run(node.orelse if guess else node.body, scope)


def for_loop(machine: Machine, node: ast.For | ast.AsyncFor, scope: Scope) -> Signal:
    """Take each turn of a loop over what is known, one over what is not."""
    value = machine.evaluate(node.iter, scope)
    if isinstance(value, v.Choice):
        return machine.fork(scope, *(partial(_turns, machine, node, scope, one) for one in value.values))
    return _turns(machine, node, scope, value)


def _turns(machine: Machine, node: ast.For | ast.AsyncFor, scope: Scope, value: Value) -> Signal:
    found = containers.elements(machine, value)
    for element in list(found.values)[:MAX_TURNS] if found is not None else []:
        assign(machine, node.target, element, scope)
        signal = machine.run(node.body, scope)
        if signal == "return":
            return signal
        if signal == "break":
            return None
    if found is None or found.open:
        _perhaps(machine, node, scope, element_of(value))
    return machine.run(node.orelse, scope)


def _perhaps(machine: Machine, node: ast.For | ast.AsyncFor, scope: Scope, element: Value) -> None:
    def turn() -> Signal:
        assign(machine, node.target, element, scope)
        machine.run(node.body, scope)
        return None

    machine.fork(scope, turn, lambda: None)


def element_of(value: Value) -> Value:
    """Return what an element of something is that cannot be counted."""
    return value if isinstance(value, v.Opaque) else v.UNKNOWN


def while_loop(machine: Machine, node: ast.While, scope: Scope) -> Signal:
    """Take turns while the condition is known to hold; one if it is not known."""
    for _ in range(MAX_TURNS):
        known = truth(machine, machine.evaluate(node.test, scope))
        if known is None:
            machine.fork(scope, lambda: _once(machine, node, scope), lambda: None)
            return None
        if not known:
            return machine.run(node.orelse, scope)
        left = scope.call.perhaps_left if scope.call else False
        signal = machine.run(node.body, scope)
        if signal in {"return", "break"}:
            return "return" if signal == "return" else None
        if scope.call is not None and scope.call.perhaps_left and not left:
            return None
    return None


def _once(machine: Machine, node: ast.While, scope: Scope) -> None:
    machine.run(node.body, scope)


def attempt(machine: Machine, node: ast.Try, scope: Scope) -> Signal:
    """Follow the body; its handlers if it fails in any case, and perhaps if it does not."""
    signal: Signal = None
    try:
        signal = _attempted(machine, node, scope)
    except RaisedError:
        machine.run(node.finalbody, scope)
        raise
    return machine.run(node.finalbody, scope) or signal


def _attempted(machine: Machine, node: ast.Try, scope: Scope) -> Signal:
    before = dict(scope.names)
    files = len(machine.found.files) + len(machine.found.models)
    try:
        signal = machine.run(node.body, scope)
    except RaisedError as raised:
        return _handled(machine, node, scope, raised)
    handlers = [handler for handler in node.handlers if not _only_imports(handler)]
    if handlers:
        found_some = len(machine.found.files) + len(machine.found.models) > files
        known = set(machine.found.unknown)
        _instead(machine, handlers, scope, before)
        for key in set(machine.found.unknown) - known if found_some else ():
            del machine.found.unknown[key]
    return signal or machine.run(node.orelse, scope)


def _handled(machine: Machine, node: ast.Try, scope: Scope, raised: RaisedError) -> Signal:
    for handler in node.handlers:
        if catches(machine, handler, raised, scope):
            if handler.name:
                scope.names[handler.name] = v.Opaque("it is an exception")
            return machine.run(handler.body, scope)
    raise raised


def _instead(machine: Machine, handlers: list[ast.ExceptHandler], scope: Scope, before: dict[str, Value]) -> None:
    """Follow handlers for what they download; what they assign counts where the body found out nothing.

    They begin with what was known before the body: it may fail at its first statement.
    """
    after = dict(scope.names)
    scope.names.update(before)

    def way(handler: ast.ExceptHandler) -> Signal:
        if handler.name:
            scope.names[handler.name] = v.Opaque("it is an exception")
        returns = len(scope.call.returns) if scope.call else 0
        signal = machine.run(handler.body, scope)
        if scope.call is not None:
            del scope.call.returns[returns:]
        return None if signal == "return" else signal

    try:
        machine.fork(scope, *(partial(way, handler) for handler in handlers))
    except RaisedError:
        scope.names.clear()
        scope.names.update(after)
        return
    for name, value in after.items():
        others = [one for one in v.alternatives(scope.names.get(name)) if not _found_out_nothing(one)]
        if not others or not _found_out_nothing(value):
            scope.names[name] = value
        elif isinstance(value, v.Reply):
            scope.names[name] = v.join([*others, v.Opaque("it depends on what a server answers")])
        else:
            scope.names[name] = v.join(others)


def _found_out_nothing(value: Value) -> bool:
    """Whether a value is not known, or a list of which no element is."""
    if isinstance(value, v.Items):
        return value.open and all(isinstance(one, v.Opaque | v.Reply) for one in value.values)
    return isinstance(value, v.Opaque | v.Reply)


def _only_imports(handler: ast.ExceptHandler) -> bool:
    kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return all(isinstance(kind, ast.Name) and kind.id in _IMPORT_ERRORS for kind in kinds)


def with_block(machine: Machine, node: ast.With | ast.AsyncWith, scope: Scope) -> Signal:
    """``with value as name``."""
    for item in node.items:
        value = machine.evaluate(item.context_expr, scope)
        entered = machine.each(value, lambda one: attributes.entered(machine, one))
        if item.optional_vars is not None:
            assign(machine, item.optional_vars, entered, scope)
    return machine.run(node.body, scope)


def define(machine: Machine, node: ast.FunctionDef | ast.AsyncFunctionDef, scope: Scope) -> Signal:
    """``def``, with its decorators."""
    function: Value = functions.made(machine, node, scope)
    for decorator in reversed(node.decorator_list):
        function = functions.decorated(machine, machine.evaluate(decorator, scope), function)
    set_name(machine, node.name, function, scope)
    return None


def define_class(machine: Machine, node: ast.ClassDef, scope: Scope) -> Signal:
    """``class``, with its decorators."""
    made: Value = classes.made(machine, node, scope)
    for decorator in reversed(node.decorator_list):
        made = functions.decorated(machine, machine.evaluate(decorator, scope), made)
    set_name(machine, node.name, made, scope)
    return None


def leave(machine: Machine, node: ast.Return, scope: Scope) -> Signal:
    """``return``."""
    value = machine.evaluate(node.value, scope) if node.value is not None else None
    if scope.call is not None:
        scope.call.returns.append(value)
    return "return"


def fail(machine: Machine, node: ast.Raise, _scope: Scope) -> Signal:
    """``raise``: what its message would be is not computed, calls in it hardly load a model."""
    raise RaisedError(name_of_exception(node.exc), machine.place, machine.written(node.exc))


def check(machine: Machine, node: ast.Assert, scope: Scope) -> Signal:
    """``assert``: fails only if it does so in any case."""
    if truth(machine, machine.evaluate(node.test, scope)) is False:
        raise RaisedError("AssertionError", machine.place, machine.written(node.test))
    return None


def delete(machine: Machine, node: ast.Delete, scope: Scope) -> Signal:
    """``del`` of a name or of an item."""
    for target in node.targets:
        if isinstance(target, ast.Name):
            scope.names.pop(target.id, None)
        elif isinstance(target, ast.Subscript):
            holder = machine.evaluate(target.value, scope)
            containers.remove_item(machine, holder, machine.evaluate(target.slice, scope))
    return None


def outer_names(_machine: Machine, node: ast.Global | ast.Nonlocal, scope: Scope) -> Signal:
    """``global`` and ``nonlocal``."""
    module = modules.scope_of(scope)
    for name in node.names:
        target = module
        enclosing = scope.parent
        while isinstance(node, ast.Nonlocal) and enclosing is not None:
            if name in enclosing.names:
                target = enclosing
                break
            enclosing = enclosing.parent
        if target is not scope:
            scope.outer[name] = target
    return None


def nothing(_machine: Machine, _node: ast.AST, _scope: Scope) -> Signal:
    """``pass``."""
    return None


def stop(_machine: Machine, _node: ast.Break, _scope: Scope) -> Signal:
    """``break``."""
    return "break"


def again(_machine: Machine, _node: ast.Continue, _scope: Scope) -> Signal:
    """``continue``."""
    return "continue"
