"""Load sites: which calls of a file load models, by what their names resolve to and never by the name alone."""

from __future__ import annotations

import ast
import builtins
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from ptmdeps.scan.loaders import Loader
from ptmdeps.scan.source import Module, Source
from ptmdeps.scan.values import Evaluator
from ptmdeps.scan.values.arguments import CallArguments, arguments_of, partial_arguments
from ptmdeps.scan.values.callers import frame_at, library_name
from ptmdeps.scan.values.classes import lineage
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
from ptmdeps.scan.walk import Place, calls_at, statements_at

_HANDED_ON = {
    "functools.partial": 0,
    "asyncio.to_thread": 0,
    "anyio.to_thread.run_sync": 0,
    "concurrent.futures.ThreadPoolExecutor.submit": 0,
    "concurrent.futures.ProcessPoolExecutor.submit": 0,
}
"""Functions that call what they are given, and where they are given it; its arguments follow."""

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

    A name stands behind a dot, or alone if the file imports it: ``list`` alone is not that of ``torch.hub``.
    """
    alone = words & (source.imports | {"getattr"})
    if "*" in source.imports:
        alone |= {word for word in words if not hasattr(builtins, word)}
    return source.lines_with(_uses_of(words, alone))


def candidates_in(module: Module, words: frozenset[str], lines: list[int]) -> Iterator[tuple[ast.Call, Place]]:
    """Yield the calls of a file that may load, by the names they use, in source order of their statements."""
    if aliases := _aliases(module, lines, words):
        words |= aliases
        lines = sorted({*lines, *module.lines_with(_uses_of(aliases, aliases))})
    for call, place in calls_at(module, lines):
        if _may_load(call, words):
            yield call, place


@lru_cache
def _uses_of(words: frozenset[str], alone: frozenset[str]) -> re.Pattern[bytes]:
    """Return what finds some names behind a dot, and some where they stand alone and are not being defined."""
    dotted = rb"(?<=\.)(?:" + _any_of(words) + rb")\b"
    return re.compile(dotted + (rb"|(?<![.\w])(?<!def )(?<!class )(?:" + _any_of(alone) + rb")\b" if alone else b""))


def _any_of(words: frozenset[str]) -> bytes:
    return b"|".join(re.escape(word.encode()) for word in sorted(words))


def imported_libraries(module: Module, evaluator: Evaluator) -> frozenset[str]:
    """Return the libraries of the catalogue that a file imports anywhere."""
    return module.imports & evaluator.catalogue.libraries


def _aliases(module: Module, lines: list[int], words: frozenset[str]) -> frozenset[str]:
    """Return other names that the file gives to what the catalogue knows."""
    found: set[str] = set()
    for statement in statements_at(module, lines):
        match statement:
            case ast.ImportFrom(names=names):
                found.update(alias.asname for alias in names if alias.asname and alias.name in words)
            case ast.Assign(targets=[ast.Name(id=name)], value=value) if _mentions(value, words):
                found.add(name)
    return frozenset(found - words)


def _mentions(value: ast.expr, words: frozenset[str]) -> bool:
    """Whether a value is, or may be, a loader itself: one that is named without being called."""
    match value:
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
    node, skipped = call.func, 0
    functions = evaluator.values(node, frame)
    handed = _handed_on(call, functions)
    if handed is not None and handed < len(call.args):
        node, skipped = call.args[handed], handed + 1
        functions = evaluator.values(node, frame)
    partial = next((function for function in functions if isinstance(function, Partial)), None)
    found = _first_row(partial.function if partial else functions, node, frame, evaluator, libraries)
    if found is None:
        return None
    loader, name = found
    given = arguments_of(call, frame, evaluator).after(skipped)
    before = partial_arguments(partial, evaluator) if partial else CallArguments((), {})
    # What is only prepared is reported where it is called; what was prepared together with its id, where it was.
    if (skipped and not _names_model(loader, given, evaluator)) or _names_model(loader, before, evaluator):
        return None
    return Site(call=call, frame=frame, loader=loader, name=name, arguments=before.followed_by(given))


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
        name = _library_name_of(function)
        row = evaluator.catalogue.find(name) if name else None
        if row is not None:
            return row, name
    if any(isinstance(function, Unknown) for function in functions) or not functions:
        return _by_method(node, frame, evaluator, libraries)
    if all(isinstance(function, External) for function in functions):
        return _by_method(node, frame, evaluator, libraries) if _of_unknown_object(node, frame, evaluator) else None
    return None


def _library_name_of(function: Value) -> str:
    """Return the dotted name of a function; the project's own count as the library's if the project is the library."""
    match function:
        case External(name=name):
            return name
        case Method(definition=definition, receiver=receiver):
            owner = receiver.definition if isinstance(receiver, Instance) else receiver
            return f"{library_name(owner)}.{definition.node.name}"
        case Definition():
            return library_name(function)
    return ""


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
