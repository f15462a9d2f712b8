"""``hubconf.py``: its entry points, and what a call of one downloads."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from ptmdeps.hubconf import values as v
from ptmdeps.hubconf.language import RULES
from ptmdeps.hubconf.limits import MAX_CALL_STEPS, MAX_IMPORT_STEPS, MAX_PATIENCE, ExhaustedError, RaisedError
from ptmdeps.hubconf.machine import Findings, Frame, Machine
from ptmdeps.hubconf.model import EntryPoint, HubConf, Source, Unknown, Weights
from ptmdeps.hubconf.modules import follow
from ptmdeps.hubconf.repository import Repository
from ptmdeps.hubconf.values import Scope, Value
from ptmdeps.paths import printable

HUBCONF = "hubconf.py"

_LONGEST_CALL = 10_000
_SIGNATURE = 400


def read_hubconf(source: Source) -> HubConf:
    """Say what entry points a repository has, and which modules it declares to need; nothing is executed.

    Entry points are the functions, classes and objects of the repository that ``hubconf.py`` has under a name without
    ``_`` at its beginning (https://pytorch.org/docs/stable/hub.html), those that it makes in loops or imports among
    them. What it imports from libraries is left out, though ``torch.hub.list`` would name it.
    """
    machine, module = _opened(source)
    if module is None:
        return HubConf(problems=tuple(machine.repository.problems))
    dependencies, known = _dependencies(module)
    return HubConf(
        entrypoints=tuple(sorted(_entrypoints(machine, module))),
        dependencies=dependencies,
        dependencies_known=known,
        problems=tuple(dict.fromkeys(machine.repository.problems)),
    )


def weights_of(source: Source, call: str) -> Weights:
    """Say what a call of an entry point downloads on a machine that has downloaded nothing yet; nothing is executed.

    ``call`` is source text: ``resnet18``, ``resnet18(pretrained=True)``, with literals as arguments and ``...`` for
    those that are not known. The name may be any text without ``(``: some repositories have ``bart.large``.
    What cannot be told is in ``unknown``, with its reason.
    """
    return weights_of_each(source, (call,))[0]


def weights_of_each(source: Source, calls: Sequence[str]) -> tuple[Weights, ...]:
    """Say what each of several calls downloads, as :func:`weights_of` does; the repository is read only once."""
    machine, module = _opened(source)
    machine.protect()
    found: list[Weights] = []
    for call in calls:
        if module is None:
            missing = Unknown(
                expression=printable(call), reason=f"there is no `{HUBCONF}` that can be read", evidence=""
            )
            found.append(Weights(unknown=(missing,)))
            continue
        _follow(machine, module, call)
        found.append(_weights(machine.found))
        machine.restore()
    return tuple(found)


def _opened(source: Source) -> tuple[Machine, v.Module | None]:
    repository = Repository(source)
    machine = Machine(repository, RULES)
    machine.limit = MAX_IMPORT_STEPS
    if repository.tree(HUBCONF) is None:
        if HUBCONF not in repository.files:
            repository.problems.append(f"there is no `{HUBCONF}`")
        return machine, None
    try:
        module = follow(machine, "hubconf", HUBCONF)
    except ExhaustedError:
        module = machine.modules["hubconf"]
    machine.found = Findings()
    machine.created.clear()
    return machine, module


def _follow(machine: Machine, module: v.Module, call: str) -> None:
    machine.limit = machine.steps + MAX_CALL_STEPS
    machine.patience = machine.steps + MAX_PATIENCE
    try:
        name, node = _parsed(call)
    except ValueError as error:
        machine.found.unknown[call, ""] = Unknown(expression=printable(call), reason=str(error), evidence="")
        return
    machine.stack = [Frame(HUBCONF, module.lines.get(name, 1))]
    machine.shown_from = 0
    function = module.names.get(name)
    if name not in module.lines or (isinstance(function, v.Function) and function.scope.module is module):
        machine.shown_from = 1
    if function is None:
        machine.miss(printable(call), f"`{HUBCONF}` has no entry point `{printable(name)}`")
        return
    try:
        machine.call(function, _arguments(machine, module, node))
    except RaisedError as raised:
        machine.miss(printable(call), f"the call cannot be followed to its end{_told(raised)}")
    except (ExhaustedError, RecursionError):
        machine.miss(printable(call), "following it takes too long")
    finally:
        machine.stack = []


def _told(raised: RaisedError) -> str:
    place = f" at {raised.place}" if raised.place else ""
    detail = f": {printable(raised.detail)}" if raised.detail else ""
    return f"; it raises {printable(raised.name)}{place}{detail}"


def _parsed(call: str) -> tuple[str, ast.Call | None]:
    if len(call) > _LONGEST_CALL:
        raise ValueError("it is too long for a call")
    name, bracket, rest = call.strip().partition("(")
    if not bracket:
        return name, None
    try:
        node = ast.parse(f"entrypoint({rest}", mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        node = None
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        return name.rstrip(), node
    raise ValueError("it is no call of an entry point")


def _arguments(machine: Machine, _module: v.Module, node: ast.Call | None) -> v.Arguments:
    if node is None:
        return v.Arguments()
    positional = tuple(_literal(machine, one) for one in node.args if not isinstance(one, ast.Starred))
    keywords = {one.arg: _literal(machine, one.value) for one in node.keywords if one.arg is not None}
    more = len(positional) + len(keywords) < len(node.args) + len(node.keywords)
    return v.Arguments(positional, keywords, more)


def _literal(machine: Machine, node: ast.expr) -> Value:
    """Return the value of a literal; anything else is not known."""
    match node:
        case ast.Constant(value=value) if value is not ...:
            return value
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() | float() as number)):
            return -number
        case ast.List(elts=elements):
            return machine.items([_literal(machine, one) for one in elements])
        case ast.Tuple(elts=elements):
            return machine.items([_literal(machine, one) for one in elements], "tuple")
        case ast.Dict(keys=keys, values=values) if all(isinstance(key, ast.Constant) for key in keys):
            pairs = zip(keys, values, strict=True)
            return machine.table(
                {key.value: _literal(machine, one) for key, one in pairs if isinstance(key, ast.Constant)}
            )
    return v.Opaque("it is an argument of the call that is not known")


def _weights(found: Findings) -> Weights:
    placed = {file.url for file in found.files.values() if file.folder != "?"}
    files = [file for file in found.files.values() if file.folder != "?" or file.url not in placed]
    return Weights(
        files=tuple(sorted(files)),
        models=tuple(sorted(found.models.values())),
        unknown=tuple(sorted(found.unknown.values())),
    )


def _dependencies(module: v.Module) -> tuple[tuple[str, ...], bool]:
    if "dependencies" not in module.names:
        return (), True
    found = module.names["dependencies"]
    if not isinstance(found, v.Items):
        return (), False
    texts = [one for one in found.values if isinstance(one, str)]
    modules = tuple(sorted({printable(one) for one in texts}))
    return modules, len(texts) == len(found.values) and not found.open


def _entrypoints(machine: Machine, module: v.Module) -> Iterator[EntryPoint]:
    for name, value in module.names.items():
        if name.startswith("_") or not name.isprintable():
            continue
        for one in v.alternatives(value)[:1]:
            entry = _entrypoint(machine, module, name, one)
            if entry is not None:
                yield entry


def _entrypoint(_machine: Machine, module: v.Module, name: str, value: Value) -> EntryPoint | None:
    place = f"{HUBCONF}:{module.lines.get(name, 1)}"
    written = value
    skipped = 0
    while isinstance(written, v.Partial | v.Bound):
        skipped += len(written.arguments.positional) if isinstance(written, v.Partial) else 1
        written = written.function
    while isinstance(written, v.Function) and written.wraps is not None:
        written = written.wraps
    match written:
        case v.Function(node=node, scope=Scope(module=home)):
            line = min([node.lineno, *(one.lineno for one in getattr(node, "decorator_list", ()))])
            documentation = "" if isinstance(node, ast.Lambda) else ast.get_docstring(node) or ""
            return _shown(name, _signature(node, skipped), documentation, f"{home.path}:{line}")
        case v.Class(module=home, line=line, documentation=documentation):
            start = written.names.get("__init__")
            signature = _signature(start.node, 1) if isinstance(start, v.Function) else "(...)"
            return _shown(name, signature, documentation, f"{home.path}:{line}")
        case v.Instance(of=of) if of.kind != "enum" and isinstance(called := of.names.get("__call__"), v.Function):
            return _shown(name, _signature(called.node, 1), of.documentation, place)
    return None


def _shown(name: str, signature: str, documentation: str, place: str) -> EntryPoint:
    first = next((line.strip() for line in documentation.splitlines() if line.strip()), "")
    return EntryPoint(
        name=name,
        signature=printable(f"{name}{signature}", _SIGNATURE),
        summary=printable(first),
        place=printable(place),
    )


def _signature(node: v.FunctionNode, skip: int) -> str:
    arguments = node.args
    bare = ast.arguments(
        posonlyargs=[ast.arg(one.arg) for one in arguments.posonlyargs],
        args=[ast.arg(one.arg) for one in arguments.args],
        vararg=ast.arg(arguments.vararg.arg) if arguments.vararg else None,
        kwonlyargs=[ast.arg(one.arg) for one in arguments.kwonlyargs],
        kw_defaults=arguments.kw_defaults,
        kwarg=ast.arg(arguments.kwarg.arg) if arguments.kwarg else None,
        defaults=arguments.defaults,
    )
    for _ in range(skip):
        positional = bare.posonlyargs or bare.args
        if positional:
            positional.pop(0)
    bare.defaults = bare.defaults[max(0, len(bare.defaults) - len(bare.posonlyargs) - len(bare.args)) :]
    try:
        return f"({ast.unparse(bare)})"
    except (RecursionError, ValueError):
        return "(...)"
