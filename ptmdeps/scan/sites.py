"""Load sites: which calls of a file load models, by what their names resolve to and never by the name alone."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator
from dataclasses import dataclass

from ptmdeps.scan.loaders import Loader
from ptmdeps.scan.source import Module, Source
from ptmdeps.scan.values import Evaluator
from ptmdeps.scan.values.arguments import CallArguments, arguments_of, partial_arguments
from ptmdeps.scan.values.callers import SUPER, frame_at, library_name
from ptmdeps.scan.values.classes import find_function, lineage
from ptmdeps.scan.values.parameters import MAXIMUM_CALLERS
from ptmdeps.scan.values.value import (
    Definition,
    External,
    Frame,
    Instance,
    Method,
    Object,
    Partial,
    Unknown,
    Value,
    expression_of,
)
from ptmdeps.scan.walk import Place, Statements, calls_in, places_of_statements
from ptmdeps.unguarded import replace

_HANDED_ON = {
    "functools.partial": 0,
    "asyncio.to_thread": 0,
    "anyio.to_thread.run_sync": 0,
    "concurrent.futures.ThreadPoolExecutor.submit": 0,
    "concurrent.futures.ProcessPoolExecutor.submit": 0,
}
"""Functions that call what they are given, and where they are given it; its arguments follow."""

_NEAR = MAXIMUM_CALLERS - 1
"""How deep a search for what is called begins: of a parameter, the direct callers say enough."""


_EXECUTORS = {"run_in_executor": 1, "submit": 0}
"""The same as methods of objects that cannot always be known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """One load: the call, from where to look at it, the row of the catalogue, the call's name and its arguments."""

    call: ast.Call
    frame: Frame
    loader: Loader
    name: str
    arguments: CallArguments


def lines_of_loads(source: Source, words: frozenset[str]) -> list[int]:
    """Return the lines of code on which a word of the catalogue is used, found without parsing.

    A name stands behind a dot, or alone if the file imports or defines it: ``list`` alone is not ``torch.hub.list``.
    A class that derives from such a name loads where its constructor calls the one of its base.
    """
    alone = words & (source.imports | source.definitions | {"getattr"})
    if "*" in source.imports:
        alone |= {word for word in words if not hasattr(builtins, word)}
    lines = source.lines_using(words, alone)
    if source.classes_naming(words):
        lines = sorted({*lines, *source.lines_with(SUPER)})
    return lines


def candidates_in(
    module: Module, words: frozenset[str], lines: list[int], functions: frozenset[str] = frozenset()
) -> Iterator[tuple[ast.Call, Place]]:
    """Yield the calls of a file that may load, by the names they use, in source order of their statements.

    ``functions`` are the words that no method has: behind a name that is nothing of another module they load nothing.
    """
    derived = module.classes_naming(words)
    statements = list(places_of_statements(module, lines))
    aliases = (_aliases(statements, words) | derived) - words
    if aliases:
        words |= aliases
        lines = sorted({*lines, *module.lines_using(aliases, aliases)})
        statements = list(places_of_statements(module, lines))
    for call, place in calls_in(statements, lines):
        if _is_of_object(call.func, module, functions):
            continue
        if _may_load(call, words) or (derived and _is_super(call)):
            yield call, place


def _is_of_object(function: ast.expr, module: Module, functions: frozenset[str]) -> bool:
    """Whether what is called is a method of an object, by its spelling, whose name only functions of modules have.

    A name stands for a module if it is imported, or is given a dotted name and nothing else.
    """
    if not isinstance(function, ast.Attribute) or function.attr not in functions:
        return False
    root = function.value
    while isinstance(root, ast.Attribute):
        root = root.value
    if not isinstance(root, ast.Name) or root.id in module.imports or "*" in module.imports:
        return False
    return not module.is_renamed(root.id)


def _is_super(call: ast.Call) -> bool:
    """Whether a call is ``super().__init__(…)``."""
    match call.func:
        case ast.Attribute(value=ast.Call(func=ast.Name(id="super")), attr="__init__"):
            return True
    return False


def imported_libraries(module: Module, evaluator: Evaluator) -> frozenset[str]:
    """Return the libraries of the catalogue that a file imports anywhere."""
    return module.imports & evaluator.catalogue.libraries


def _aliases(statements: Statements, words: frozenset[str]) -> frozenset[str]:
    """Return other names that statements of a file give to what the catalogue knows."""
    found: set[str] = set()
    for statement, _ in statements:
        match statement:
            case ast.ImportFrom(names=names):
                found.update(alias.asname for alias in names if alias.asname and alias.name in words)
            case ast.Assign(targets=[ast.Name(id=name)], value=value) if _mentions(value, words):
                found.add(name)
    return frozenset(found)


def _mentions(value: ast.expr, words: frozenset[str]) -> bool:
    """Whether a value is, may be, or holds a loader itself: one that is named without being called."""
    match value:
        case ast.Dict(values=values):
            return any(_mentions(inner, words) for inner in values)
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name in words
        case ast.IfExp(body=body, orelse=orelse):
            return _mentions(body, words) or _mentions(orelse, words)
        case ast.Call(args=[first, *_]):
            return _mentions(first, words)
    return False


def _may_load(call: ast.Call, words: frozenset[str]) -> bool:
    """Whether a call is worth resolving: it, or one of its first arguments, has a name of the vocabulary."""
    match call.func:
        case ast.Name(id=name) | ast.Attribute(attr=name) if name in words:
            return True
        case ast.Call() | ast.Subscript():
            return True
    return any(_mentions(argument, words) for argument in call.args[:2])


def site_at(
    module: Module, call: ast.Call, place: Place, evaluator: Evaluator, libraries: frozenset[str]
) -> Site | None:
    """Return the load that a call is, if it is one."""
    frame = frame_at(evaluator, module, place)
    near = replace(frame, depth=_NEAR)
    node, skipped = call.func, 0
    functions = _bases_around(place, module, evaluator) if _is_super(call) else evaluator.values(node, near)
    handed = _handed_on(call, functions)
    if handed is not None and handed < len(call.args):
        node, skipped = call.args[handed], handed + 1
        functions = evaluator.values(node, near)
    partial = next((function for function in functions if isinstance(function, Partial)), None)
    found = _first_row(partial.function if partial else functions, node, near, evaluator, libraries)
    if found is None:
        return None
    loader, name = found
    given = arguments_of(call, frame, evaluator).after(skipped)
    before = partial_arguments(partial, evaluator) if partial else CallArguments((), {})
    # What is only prepared is reported where it is called; what was prepared together with its id, where it was.
    if (skipped and not _names_model(loader, given, evaluator)) or _names_model(loader, before, evaluator):
        return None
    return Site(call=call, frame=frame, loader=loader, name=name, arguments=before.followed_by(given))


def _bases_around(place: Place, module: Module, evaluator: Evaluator) -> tuple[Value, ...]:
    """Return the libraries' classes whose constructor ``super().__init__`` calls in a method of a class."""
    for depth in range(len(place.owners) - 1, 0, -1):
        node = place.owners[depth]
        if isinstance(node, ast.ClassDef):
            around = Definition(module=module, node=node, owners=place.owners[:depth])
            return tuple(base for base in lineage(evaluator, around) if isinstance(base, External))
    return ()


def _names_model(loader: Loader, arguments: CallArguments, evaluator: Evaluator) -> bool:
    return bool(arguments.at(loader.model.position, loader.model.keywords, evaluator))


def _handed_on(call: ast.Call, functions: tuple[Value, ...]) -> int | None:
    """Return which argument a call will call, if it is one that calls its argument."""
    for function in functions:
        if isinstance(function, External) and function.name in _HANDED_ON:
            return _HANDED_ON[function.name]
    match call.func:
        case ast.Attribute(attr=method) if method in _EXECUTORS:
            return _EXECUTORS[method]
    return None


def _first_row(
    functions: tuple[Value, ...], node: ast.expr, frame: Frame, evaluator: Evaluator, libraries: frozenset[str]
) -> tuple[Loader, str] | None:
    """Return the row and the dotted name of the first of the functions that has one."""
    for function in functions:
        for name in _library_names_of(function, evaluator):
            row = evaluator.catalogue.find(name)
            if row is not None:
                return row, name
    if any(isinstance(function, Unknown) for function in functions) or not functions:
        return _by_method(node, frame, evaluator, libraries)
    if not all(isinstance(function, External) for function in functions):
        return None
    if _of_unknown_object(node, frame, evaluator):
        return _by_method(node, frame, evaluator, libraries)
    return _by_convention(functions, evaluator)


def _by_convention(functions: tuple[Value, ...], evaluator: Evaluator) -> tuple[Loader, str] | None:
    """Accept the method of a class of a library without rows whose name is a convention of the hub."""
    for function in functions:
        if isinstance(function, External) and (row := evaluator.catalogue.find_by_convention(function.name)):
            return row, function.name
    return None


def _library_names_of(function: Value, evaluator: Evaluator) -> Iterator[str]:
    """Yield the dotted names of a function in libraries.

    What the project defines counts as the library's if the project is that library. A class that takes over the
    constructor of a library's class loads like that one.
    """
    match function:
        case External(name=name):
            yield name
        case Method(definition=definition, receiver=receiver):
            owner = receiver.definition if isinstance(receiver, Instance) else receiver
            name = f"{library_name(owner)}.{definition.node.name}"
            row = evaluator.catalogue.find(name)  # a copy of a library keeps the methods that no other code has
            if (row is not None and row.by_method) or evaluator.is_of_library(owner):
                yield name
        case Definition():
            if evaluator.is_of_library(function):
                yield library_name(function)
            if isinstance(function.node, ast.ClassDef) and find_function(evaluator, function, "__init__") is None:
                yield from (base.name for base in lineage(evaluator, function) if isinstance(base, External))


def _by_method(
    node: ast.expr, frame: Frame, evaluator: Evaluator, libraries: frozenset[str]
) -> tuple[Loader, str] | None:
    """Accept a call by the name of its method: nothing is known of the receiver, and nothing speaks against it."""
    if not isinstance(node, ast.Attribute):
        return None
    row = evaluator.catalogue.by_method(node.attr, libraries)
    if row is None or _is_contradicted(node.value, frame, evaluator):
        return None
    return row, expression_of(node)


def _is_contradicted(receiver: ast.expr, frame: Frame, evaluator: Evaluator) -> bool:
    """Whether a receiver is known to be something else: a class of the project that derives from no library."""
    values = evaluator.values(receiver, frame)
    return bool(values) and all(_is_something_else(value, evaluator) for value in values)


def _is_something_else(value: Value, evaluator: Evaluator) -> bool:
    match value:
        case Unknown():
            return False
        case Object(name=name):
            return not _is_result_of_function(name)
        case Instance(definition=definition):
            return _is_something_else(definition, evaluator)
        case Definition():
            return not any(isinstance(base, Unknown) for base in lineage(evaluator, value))
    return True


def _of_unknown_object(node: ast.expr, frame: Frame, evaluator: Evaluator) -> bool:
    """Whether the receiver of a method came out of a function of some library, so that its class is not known."""
    if not isinstance(node, ast.Attribute):
        return False
    values = evaluator.values(node.value, frame)
    return any(isinstance(value, Object) and _is_result_of_function(value.name) for value in values)


def _is_result_of_function(name: str) -> bool:
    """Whether a dotted name is that of a function by its spelling, not of a class."""
    return not any(part[:1].isupper() for part in name.split("."))
