"""Who calls a function of the project: the other end of a parameter."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from ptmdeps.scan.project import import_name
from ptmdeps.scan.source import Module
from ptmdeps.scan.values.arguments import is_static
from ptmdeps.scan.values.evaluator import Evaluator
from ptmdeps.scan.values.value import (
    Definition,
    Frame,
    Method,
    Value,
)
from ptmdeps.scan.walk import Place, calls_at
from ptmdeps.unguarded import replace, unguarded

_MAXIMUM_CALLS = 200
SUPER = re.compile(rb"super(?<![.\w]super)\s*\([^)]*\)\s*\.__init__\b")
"""How a constructor calls the one of its base; with the letters first, which is how a pattern is found fast."""


@unguarded(frozen=True, slots=True, kw_only=True)
class Caller:
    """One call of a function.

    ``skipped`` is how many of its arguments are no arguments of the function (``functools.partial`` has the function
    itself first); ``has_receiver`` tells that the first parameter is not among the arguments.
    """

    call: ast.Call
    frame: Frame
    skipped: int = 0
    has_receiver: bool = False


def callers_of(evaluator: Evaluator, definition: Definition) -> list[Caller]:
    """Return the calls of a function, or of a class if the function is its ``__init__``, in order of files and lines.

    Calls in tests count only for a load in a test. A function that is a loader of the catalogue, because the project
    is that library, has no callers here: each of its calls is a load of its own.
    """
    if evaluator.is_of_library(definition):
        name = library_name(definition).removesuffix(".__init__")  # a class is called by its own name
        if evaluator.catalogue.find(name) is not None:
            return []
    key = ("callers", definition.identity)
    found: list[Caller] = evaluator.noted(key, lambda: _find_callers(evaluator, definition))
    return found


def library_name(definition: Definition) -> str:
    """Return the dotted name of a class or function, as if the project were installed."""
    around = [getattr(owner, "name", "") for owner in definition.owners[1:]]
    return ".".join((import_name(definition.module.path), *around, definition.node.name))


def _find_callers(evaluator: Evaluator, definition: Definition) -> list[Caller]:
    node = definition.node
    around = definition.owners[-1]
    of_class = isinstance(around, ast.ClassDef)
    constructs = of_class and node.name in ("__init__", "__new__", "__post_init__")
    word = around.name if constructs and isinstance(around, ast.ClassDef) else node.name
    beside = frozenset({around.name} if isinstance(around, ast.ClassDef) else ())
    found: list[Caller] = []
    home = definition.module.path
    for module in _modules_calling(evaluator, word, home, beside, constructs=constructs):
        words = {word, *(module.classes_naming(frozenset({word})) if constructs else ())}
        found.extend(_calls_of(evaluator, definition, module, words, constructs=constructs))
        if len(found) > _MAXIMUM_CALLS:
            break
    return found[:_MAXIMUM_CALLS]


def _modules_calling(
    evaluator: Evaluator, word: str, home: str, beside: frozenset[str], *, constructs: bool
) -> Iterator[Module]:
    """Yield the modules in which a function is called, or for a constructor, its class derived from."""
    yield from evaluator.modules_using(word, home, lambda path: evaluator.project.calls(path, word), beside=beside)
    if constructs:
        yield from (
            module
            for module in evaluator.modules_deriving(word, home)
            if not evaluator.project.calls(module.path, word)
        )


def _calls_of(
    evaluator: Evaluator, definition: Definition, module: Module, words: set[str], *, constructs: bool
) -> list[Caller]:
    """Return the calls in one file; a constructor is also called by ``super().__init__``."""
    lines = module.lines_with_words(words)
    if constructs:
        lines = sorted({*lines, *module.lines_with(SUPER, "super")})
    called = words | ({"__init__"} if constructs else set())
    found: list[Caller] = []
    for call, place in calls_at(module, lines):
        function, skipped = call.func, 0
        if _last_name(function) == "partial" and call.args:
            function, skipped = call.args[0], 1
        if _last_name(function) not in called:
            continue
        frame = frame_at(evaluator, module, place)
        for target in evaluator.values(function, frame):
            caller = _as_caller(evaluator, definition, target, Caller(call=call, frame=frame, skipped=skipped))
            if caller is not None:
                found.append(caller)
                break
    return found


def _last_name(function: ast.expr) -> str:
    match function:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""


def _as_caller(evaluator: Evaluator, definition: Definition, target: Value, caller: Caller) -> Caller | None:
    """Return the call as one of ``definition``, if that is what it calls."""
    from ptmdeps.scan.values.classes import find_function  # classes look at callers of their constructors

    match target:
        case Definition(node=ast.ClassDef()):
            made = find_function(evaluator, target, "__init__")
            # A class that gets its constructor from its fields has one that stands where the class does.
            place = made.identity if made else (target.module.path, target.node.lineno, "__init__")
            if place == definition.identity:
                return replace(caller, has_receiver=True)
        case Definition() if target.identity == definition.identity:
            return caller
        case Method(definition=inner) if inner.identity == definition.identity:
            return replace(caller, has_receiver=not is_static(inner.node))
    return None


def frame_at(evaluator: Evaluator, module: Module, place: Place) -> Frame:
    """Return the frame of a call: its owners, and the variables of comprehensions and lambdas around it."""
    from ptmdeps.scan.values.names import comprehension_variables, lambda_variables  # names look at callers

    frame = Frame(module=module, owners=place.owners, statement=place.statement)
    for binder in place.binders:
        if isinstance(binder, ast.Lambda):
            frame = lambda_variables(binder, frame)
        else:
            frame = comprehension_variables(evaluator, binder.generators, frame)
    return frame
