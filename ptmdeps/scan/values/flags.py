"""Flags of absl: their defaults, in the file that reads them or one that it imports."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from ptmdeps.scan.source import Module
from ptmdeps.scan.values.arguments import arguments_of
from ptmdeps.scan.values.evaluator import Evaluator
from ptmdeps.scan.values.value import Frame, Unknown, Values, expression_of, found_by
from ptmdeps.scan.walk import calls_at

_DEFINING = re.compile(rb"DEFINE_(?<!\wDEFINE_)\w+\b")


def flag(evaluator: Evaluator, name: str, frame: Frame) -> Values:
    """Return the default of an absl flag that the file, or one of the project that it imports, defines."""
    for module in (frame.module, *_imported_modules(evaluator, frame.module, _DEFINING)):
        around = Frame(module=module, owners=(module.tree,))
        for call in _definitions(evaluator, module):
            match call:
                case ast.Call(func=ast.Attribute(attr=define), args=[ast.Constant(value=text), *_]):
                    if text == name and define.startswith("DEFINE_"):
                        return default_of_flag(evaluator, call, around)
    return (Unknown(reason=f"flag `{name}` is not defined in this file or one it imports", expression=name),)


def _definitions(evaluator: Evaluator, module: Module) -> list[ast.Call]:
    """Return the calls of a file that stand on lines with a function that defines a flag."""

    def find() -> list[ast.Call]:
        return [call for call, _ in calls_at(module, module.lines_with(_DEFINING))]

    found: list[ast.Call] = evaluator.noted(("flags", module.path), find)
    return found


def default_of_flag(evaluator: Evaluator, call: ast.Call, frame: Frame) -> Values:
    """Return the default that ``DEFINE_string(name, default, …)`` gives a flag."""
    given = arguments_of(call, frame, evaluator).at(1, ("default",), evaluator)
    missing = Unknown(reason="the flag has no default", expression=expression_of(call), outside=True)
    return found_by(given, "option", frame.module.location(call)) or (missing,)


def _imported_modules(evaluator: Evaluator, module: Module, pattern: re.Pattern[bytes]) -> Iterator[Module]:
    """Yield the files of the project that a file imports at its top level, if ``pattern`` finds something there."""
    project = evaluator.project
    module.looked.around = True
    for statement in module.tree.body:
        match statement:
            case ast.Import(names=names):
                found = [project.find(module.path, alias.name) for alias in names]
            case ast.ImportFrom(module=name, names=names, level=level):
                inner = [f"{name}.{alias.name}" if name else alias.name for alias in names]
                found = [project.find(module.path, text, level) for text in (name or "", *inner)]
            case _:
                continue
        for path in dict.fromkeys(found):
            if path is None or path == module.path:
                continue
            project.dependencies.paths.add(path)  # whether it defines flags matters, too
            if not project.uses(path, pattern):
                continue
            if (source := project.module(path)) is not None:
                yield source
