"""Functions of the repository: made, decorated, and called."""

from __future__ import annotations

import ast
from collections.abc import Callable, Hashable, Mapping, Sequence

from ptmdeps.hubconf import classes, containers, modules
from ptmdeps.hubconf import values as v
from ptmdeps.hubconf.limits import (
    MAX_CALLEES,
    MAX_DEPTH,
    MAX_SHARE,
    MIN_SHARE,
    ExhaustedError,
    RaisedError,
)
from ptmdeps.hubconf.machine import Frame, Machine
from ptmdeps.hubconf.reaching import worth_following
from ptmdeps.hubconf.values import Arguments, Scope, Value

_DESCRIPTORS = {"staticmethod": "static", "classmethod": "class", "property": "property"}
_PLAIN = (*v.CONSTANTS, v.External, v.Opaque, v.PathText)
_MEMOIZED = frozenset({"functools.cached_property", "cached_property.cached_property"})


def made(machine: Machine, node: v.FunctionNode, scope: Scope) -> v.Function:
    """Return the function that ``def`` or ``lambda`` makes."""
    arguments = node.args
    positional = [*arguments.posonlyargs, *arguments.args]
    defaults: dict[str, Value] = {}
    for parameter, default in zip(
        positional[len(positional) - len(arguments.defaults) :], arguments.defaults, strict=True
    ):
        defaults[parameter.arg] = machine.evaluate(default, scope)
    for parameter, keyword in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
        if keyword is not None:
            defaults[parameter.arg] = machine.evaluate(keyword, scope)
    name = "<lambda>" if isinstance(node, ast.Lambda) else node.name
    return v.Function(
        name=name,
        node=node,
        scope=scope,
        defaults=defaults,
        owner=scope.owner,
    )


def _yields(body: Sequence[ast.AST]) -> bool:
    pending: list[ast.AST] = list(body)
    while pending:
        node = pending.pop()
        if isinstance(node, ast.Yield | ast.YieldFrom):
            return True
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef):
            pending.extend(ast.iter_child_nodes(node))
    return False


def decorated(machine: Machine, decorator: Value, thing: Value) -> Value:
    """Return what a decorator makes of a function or class; one that is not known is taken to change nothing."""
    if isinstance(decorator, v.Native) and decorator.name in _DESCRIPTORS:
        return v.Descriptor(_DESCRIPTORS[decorator.name], thing)
    if isinstance(decorator, v.External):
        if decorator.name in _MEMOIZED:
            return v.Descriptor("property", thing)
        return machine.external(decorator.name, Arguments((thing,)), decorating=True)
    if isinstance(decorator, v.Opaque):
        return thing
    try:
        result = machine.call(decorator, Arguments((thing,)))
    except RaisedError:
        return thing
    return thing if isinstance(result, v.Opaque) else result


def arguments_of(machine: Machine, node: ast.Call, scope: Scope) -> Arguments:
    """Return the arguments that a call gives."""
    positional, more = spread(machine, node.args, scope)
    keywords: dict[str, Value] = {}
    for keyword in node.keywords:
        value = machine.evaluate(keyword.value, scope)
        if keyword.arg is not None:
            keywords[keyword.arg] = value
        else:
            more = _opened(value, keywords) or more
    return Arguments(tuple(positional), keywords, more)


def _opened(value: Value, keywords: dict[str, Value]) -> bool:
    """Take ``**value`` apart; whether there may be more in it."""
    source = value.payload if isinstance(value, v.Instance) else value
    if not isinstance(source, v.Table):
        return True
    keywords.update({key: entry for key, entry in source.entries.items() if isinstance(key, str)})
    return source.rest is not None


def spread(machine: Machine, nodes: Sequence[ast.expr], scope: Scope) -> tuple[list[Value], bool]:
    """Return values one after the other, ``*value`` opened; and whether more may follow."""
    found: list[Value] = []
    more = False
    for node in nodes:
        value = machine.evaluate(node, scope)
        if not isinstance(node, ast.Starred):
            found.append(value)
            continue
        parts = containers.elements(machine, value)
        if parts is not None:
            found.extend(parts.values)
        more = more or parts is None or parts.open
    return found, more


def call(machine: Machine, function: Value, arguments: Arguments) -> Value:  # noqa: C901, PLR0911 - one result a case
    """Return what calling a value can give; all that is downloaded on the way is remembered."""
    match function:
        case v.Function():
            return _follow(machine, function, arguments)
        case v.Bound():
            return call(machine, function.function, arguments.after(function.receiver))
        case v.Native():
            machine.steps += 1
            return function.call(machine, arguments)
        case v.Class():
            return classes.instantiated(machine, function, arguments)
        case v.External():
            return machine.external(function.name, arguments)
        case v.Partial():
            given = function.arguments
            both = Arguments(
                (*given.positional, *arguments.positional),
                {**given.keywords, **arguments.keywords},
                given.open or arguments.open,
            )
            return call(machine, function.function, both)
        case v.Choice(values=several) if len(several) > MAX_CALLEES:
            return _one_of_many(machine, several)
        case v.Choice():
            return machine.each(function, lambda one: call(machine, one, arguments))
        case v.Instance():
            return classes.called(machine, function, arguments)
        case v.Descriptor():
            return call(machine, function.function, arguments)
    return function if isinstance(function, v.Opaque) else v.UNKNOWN


def _one_of_many(machine: Machine, several: Sequence[Value]) -> Value:
    reason = f"which of {len(several)} functions is called is decided when the code runs"
    if any(_may_download(machine, one) for one in several):
        expression = machine.written(machine.calling.func) if machine.calling is not None else ""
        machine.miss(expression, reason)
    return v.Opaque(reason)


def _may_download(machine: Machine, function: Value) -> bool:
    while isinstance(function, v.Bound | v.Partial | v.Descriptor):
        function = function.function
    if isinstance(function, v.Function):
        return _can_download(machine, function.node)
    if isinstance(function, v.Class):
        start = next(
            (
                base.names["__init__"]
                for base in function.order
                if isinstance(base, v.Class) and "__init__" in base.names
            ),
            None,
        )
        return _may_download(machine, start)
    return False


def _follow(machine: Machine, function: v.Function, arguments: Arguments) -> Value:  # noqa: C901 - one way out a reason
    path = function.scope.module.path
    shape = _shape(arguments)
    known = (function.node, id(function.scope), shape) if _guesses(arguments) else None
    if known in machine.remembered:
        return machine.remembered[known]
    if any(frame.function is function.node and frame.arguments == shape for frame in machine.stack):
        return v.Opaque(f"`{function.name}` calls itself")
    if machine.steps > machine.patience and not _is_followed(machine, function):
        return v.Opaque(f"what `{function.name}` computes is not followed")
    if len(machine.stack) > MAX_DEPTH:
        if _can_download(machine, function.node):
            machine.miss(function.name, "calls are nested too deeply to be followed", once=True)
        return v.Opaque("calls are nested too deeply to be followed")
    scope = Scope(
        names=bound(machine, function, arguments),
        module=function.scope.module,
        parent=function.scope,
        call=v.Call(),
        owner=function.owner,
        receiver=arguments.positional[0] if arguments.positional else None,
    )
    machine.stack.append(Frame(path, function.node.lineno, function.node, shape))
    outer = machine.limit
    machine.limit = min(outer, machine.steps + max(MIN_SHARE, int((outer - machine.steps) * MAX_SHARE)))
    try:
        result = _result(machine, function, scope)
    except (ExhaustedError, RecursionError) as error:
        if isinstance(error, ExhaustedError) and machine.steps >= outer:
            raise
        if _can_download(machine, function.node):
            machine.miss(function.name, "following it takes too long", once=True)
        return v.Opaque(f"following `{function.name}` takes too long")
    else:
        if known is not None and all(isinstance(one, _PLAIN) for one in v.alternatives(result)):
            machine.remembered[known] = result
        return result
    finally:
        machine.limit = outer
        machine.stack.pop()


def _is_followed(machine: Machine, function: v.Function) -> bool:
    node = function.node
    if node not in machine.followed:
        machine.followed[node] = worth_following(node, method=function.owner is not None)
    calls_itself = any(frame.function is node for frame in machine.stack)
    return (machine.followed[node] and not calls_itself) or _can_download(machine, node)


def _can_download(machine: Machine, node: v.FunctionNode) -> bool:
    if node not in machine.reaches:
        machine.reaches[node] = machine.reach.can_download(node, machine.repository.trees())
    return machine.reaches[node]


def _guesses(arguments: Arguments) -> bool:
    """Whether a call has no arguments but constants and at least one that is not known.

    Following it again finds nothing new, as far as can be told; many such calls are what takes too long.
    """
    parts = [*arguments.positional, *arguments.keywords.values()]
    return any(isinstance(part, v.Opaque) for part in parts) and all(isinstance(part, _PLAIN) for part in parts)


def _shape(arguments: Arguments) -> tuple[Hashable, ...]:
    """Return what is the same for two calls only if following the second finds nothing new."""
    parts = [*arguments.positional, *arguments.keywords.values()]
    names = tuple(arguments.keywords)
    return (names, *(v.identity(part) for part in parts))


def _result(machine: Machine, function: v.Function, scope: Scope) -> Value:
    node = function.node
    if isinstance(node, ast.Lambda):
        return machine.evaluate(node.body, scope)
    state = scope.call or v.Call()
    try:
        signal = machine.run(node.body, scope)
    except RaisedError:
        if not state.returns:
            raise
        signal = "return"
    if node not in machine.generators:
        machine.generators[node] = _yields(node.body)
    if machine.generators[node]:
        return machine.items(state.yields, more=state.perhaps_left)
    return v.join(state.returns if signal == "return" else [*state.returns, None])


def bound(machine: Machine, function: v.Function, arguments: Arguments) -> dict[str, Value]:
    """Return the parameters of a function with what a call gives for them."""
    node = function.node.args
    positional = [parameter.arg for parameter in (*node.posonlyargs, *node.args)]
    names: dict[str, Value] = dict(zip(positional, arguments.positional, strict=False))
    known = {*positional, *(parameter.arg for parameter in node.kwonlyargs)}
    rest: dict[Hashable, Value] = {}
    for name, value in arguments.keywords.items():
        if name in known:
            names[name] = value
        else:
            rest[name] = value
    for name in known - set(names):
        missing = v.Opaque(f"`{name}` is not given where `{function.name}` is called")
        names[name] = function.defaults.get(name, missing)
    if node.vararg is not None:
        names[node.vararg.arg] = machine.items(arguments.positional[len(positional) :], "tuple", more=arguments.open)
    if node.kwarg is not None:
        names[node.kwarg.arg] = machine.table(rest, v.UNKNOWN if arguments.open else None)
    return names


def _super(machine: Machine, node: ast.Call, scope: Scope) -> Value:
    if node.args:
        owner, receiver = (machine.evaluate(part, scope) for part in (*node.args, node.args[0])[:2])
    else:
        function = scope
        while function.kind == "comprehension" and function.parent is not None:
            function = function.parent
        owner, receiver = function.owner, function.receiver
    return v.Super(owner, receiver) if isinstance(owner, v.Class) else v.UNKNOWN


def _globals(machine: Machine, _node: ast.Call, scope: Scope) -> Value:
    module = modules.scope_of(scope).module
    machine.keep(module)
    return v.Table(module.names, level=machine.uncertain)


def _locals(machine: Machine, node: ast.Call, scope: Scope) -> Value:
    if node.args:
        return machine.call(modules.VARIABLES, arguments_of(machine, node, scope))
    if scope.kind == "module":
        return _globals(machine, node, scope)
    return v.Table(scope.names, level=machine.uncertain)


OF_THE_SCOPE: Mapping[str, Callable[[Machine, ast.Call, Scope], Value]] = {
    "super": _super,
    "globals": _globals,
    "locals": _locals,
    "vars": _locals,
}
"""Functions of Python that depend on where they are called."""
