"""Options of command lines: what a parser gives where the user types nothing."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import replace

from ptmdeps.scan.reaching import FUNCTIONS
from ptmdeps.scan.values.containers import elements, part_of
from ptmdeps.scan.values.evaluator import Evaluator
from ptmdeps.scan.values.value import (
    Collection,
    Definition,
    External,
    Frame,
    Lazy,
    LazyCall,
    Object,
    Options,
    Unknown,
    Value,
    Values,
    expression_of,
    found_by,
    within,
)
from ptmdeps.scan.walk import Place, calls_at

PARSERS = frozenset({"ArgumentParser", "ArgParser", "FlexibleArgumentParser"})
"""Names of parser classes that fill a namespace from ``add_argument`` calls."""

CLASS_PARSERS = frozenset({"HfArgumentParser", "TrlParser"})
"""Names of parser classes that fill the dataclasses they are made with."""

PARAMETER_DEFAULTS = frozenset({"typer.Option", "typer.Argument", "fastapi.Query", "fastapi.Form", "fastapi.Body"})
_COMMANDS = frozenset({"click", "rich_click", "asyncclick"})
_PARSER_NAME = re.compile(rb"(?i)pars|group")
_DECLARING = re.compile(rb"\b(?:add_argument|set_defaults)\b")
_DEFINING = re.compile(rb"\bDEFINE_\w+\b")
_SHARING = 2
"""How many functions that a parser is handed to are followed, one after the other."""


def options_of_parser(evaluator: Evaluator, made: LazyCall, frame: Frame) -> Options:
    """Return what ``parse_args()`` gives: filled in the function that made the parser and in the one that uses it."""
    sources = [replace(made.frame, statement=None)]
    if frame.owner is not made.frame.owner:
        sources.append(replace(frame, statement=None))
    for source in list(sources):
        sources.extend(_handed_on(evaluator, source))
    return Options(sources=tuple(sources))


def _handed_on(evaluator: Evaluator, source: Frame) -> list[Frame]:
    key = ("parser", source.module.path, id(source.owner))
    found: list[Frame] = evaluator.noted(key, lambda: list(_handed_to(evaluator, source, 0)))
    return found


def _handed_to(evaluator: Evaluator, source: Frame, depth: int) -> Iterator[Frame]:
    """Yield the functions that get something called like a parser, which may add options to it."""
    if depth >= _SHARING:
        return
    for call, place in _calls_within(evaluator, source, _PARSER_NAME):
        names = (argument.id for argument in call.args if isinstance(argument, ast.Name))
        if not any(_PARSER_NAME.search(name.encode()) for name in names):
            continue
        frame = Frame(module=source.module, owners=place.owners, statement=place.statement)
        for target in evaluator.values(call.func, frame):
            if isinstance(target, Definition) and isinstance(target.node, FUNCTIONS):
                inner = Frame(module=target.module, owners=(*target.owners, target.node))
                yield inner
                yield from _handed_to(evaluator, inner, depth + 1)


def _calls_within(evaluator: Evaluator, source: Frame, words: re.Pattern[bytes]) -> Iterator[tuple[ast.Call, Place]]:
    """Yield the calls in an owner that stand on lines with certain words."""
    module = source.module
    key = ("calls", module.path, words.pattern)
    calls: list[tuple[ast.Call, Place]] = evaluator.noted(key, lambda: list(calls_at(module, module.lines_with(words))))
    return ((call, place) for call, place in calls if source.owner in place.owners)


def option(evaluator: Evaluator, options: Options, name: str) -> Values:
    """Return the default of an option by the name of its attribute."""
    found: list[Value] = []
    declared = False
    for source in options.sources:
        for call, place in _calls_within(evaluator, source, _DECLARING):
            frame = Frame(module=source.module, owners=place.owners, statement=place.statement)
            match call.func:
                case ast.Attribute(attr="add_argument") if _destination(call) == name:
                    declared = True
                    found.extend(_default_of(evaluator, call, frame))
                case ast.Attribute(attr="set_defaults"):
                    given = [keyword.value for keyword in call.keywords if keyword.arg == name]
                    found.extend(value for node in given for value in evaluator.values(node, frame))
    if found:
        return found_by(tuple(found), "option")
    reason = f"option `{name}` has no default" if declared else f"no option called `{name}` is declared"
    return (Unknown(reason=reason, expression=name, outside=declared),)


def _destination(call: ast.Call) -> str:
    """Return the attribute that an ``add_argument`` or ``click.option`` fills."""
    for keyword in call.keywords:
        if keyword.arg == "dest" and isinstance(keyword.value, ast.Constant):
            return str(keyword.value.value)
    names = [node.value for node in call.args if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    plain = [name for name in names if not name.startswith("-")]
    long = [name for name in names if name.startswith("--")]
    chosen = next(iter((*plain, *long, *names)), "")
    return chosen.partition("/")[0].lstrip("-").replace("-", "_")


def _default_of(evaluator: Evaluator, call: ast.Call, frame: Frame) -> Values:
    for keyword in call.keywords:
        if keyword.arg == "default":
            location = frame.module.location(call)
            return found_by(evaluator.values(keyword.value, frame), "option", location)
    return ()


def of_decorators(
    evaluator: Evaluator, function: ast.FunctionDef | ast.AsyncFunctionDef, name: str, frame: Frame
) -> Values | None:
    """Return what decorators give a parameter: the default of a click option, or the rows of a parametrized test.

    ``None`` if no decorator speaks of it.
    """
    around = replace(frame, owners=frame.owners[:-1], statement=None, variables={})
    for decorator in function.decorator_list:
        match decorator:
            case ast.Call(func=ast.Attribute(attr="option" | "argument") | ast.Name(id="option" | "argument")):
                if _destination(decorator) == name and _is_click(evaluator, decorator.func, around):
                    missing = Unknown(reason=f"option `{name}` has no default", expression=name, outside=True)
                    return _default_of(evaluator, decorator, around) or (missing,)
            case ast.Call(func=ast.Attribute(attr="parametrize"), args=[ast.Constant(value=str(names)), rows, *_]):
                columns = [column.strip() for column in names.split(",")]
                if name in columns:
                    return _column(evaluator, rows, columns.index(name) if len(columns) > 1 else None, around)
    return None


def _column(evaluator: Evaluator, rows: ast.expr, index: int | None, frame: Frame) -> Values:
    """Return one column of the rows of a parametrized test; rows stay together."""
    choice = (frame.module.path, rows.lineno, rows.col_offset)
    values = elements(evaluator, evaluator.values(rows, frame), rows, choice)
    opened: list[Value] = []
    for value in values:
        if isinstance(value, Object) and value.name == "pytest.param":
            row = Collection(items=tuple(Lazy(node, value.call.frame) for node in value.call.node.args))
            opened.extend(within((row,) if index is not None else part_of(evaluator, (row,), (0,)), value.world))
        else:
            opened.append(value)
    values = tuple(opened) if index is None else part_of(evaluator, tuple(opened), (index,))
    return found_by(values, "registry")


def _is_click(evaluator: Evaluator, function: ast.expr, frame: Frame) -> bool:
    values = evaluator.values(function, frame)
    return any(isinstance(value, External) and value.name.partition(".")[0] in _COMMANDS for value in values)


def is_option(evaluator: Evaluator, default: ast.expr, frame: Frame) -> bool:
    """Whether the default of a parameter declares an option (``= typer.Option("x")``)."""
    if not isinstance(default, ast.Call):
        return False
    values = evaluator.values(default.func, frame)
    return any(isinstance(value, External) and value.name in PARAMETER_DEFAULTS for value in values)


def declared_default(evaluator: Evaluator, call: ast.Call, frame: Frame) -> Values:
    """``typer.Option("x", …)`` and its like as the default of a parameter: what stands first, or ``default=``."""
    for keyword in call.keywords:
        if keyword.arg in ("default", "value"):
            return found_by(evaluator.values(keyword.value, frame), "option")
    if call.args and not (isinstance(call.args[0], ast.Constant) and call.args[0].value is Ellipsis):
        return found_by(evaluator.values(call.args[0], frame), "option")
    return (Unknown(reason="the option has no default", expression=expression_of(call), outside=True),)


def flag(evaluator: Evaluator, name: str, frame: Frame) -> Values:
    """Return the default of an absl flag that the same file defines."""
    around = Frame(module=frame.module, owners=(frame.module.tree,))
    for call, _ in _calls_within(evaluator, around, _DEFINING):
        match call:
            case ast.Call(func=ast.Attribute(attr=define), args=[ast.Constant(value=text), default, *_]):
                if text == name and define.startswith("DEFINE_"):
                    return found_by(evaluator.values(default, around), "option", frame.module.location(call))
    return (Unknown(reason=f"flag `{name}` is not defined in this file", expression=name),)
