"""Options of commands: what the decorators of click and the defaults of typer give a function's parameters."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ptmdeps.scan.reaching import FUNCTIONS
from ptmdeps.scan.values.containers import elements, part_of
from ptmdeps.scan.values.evaluator import Evaluator
from ptmdeps.scan.values.hydra import configuration_of
from ptmdeps.scan.values.options import DECORATING, calls_within, choices_of, default_of, destination
from ptmdeps.scan.values.value import (
    Collection,
    Definition,
    External,
    Frame,
    Item,
    Lazy,
    Object,
    Table,
    Text,
    Unknown,
    Value,
    Values,
    expression_of,
    found_by,
    within,
)
from ptmdeps.unguarded import replace

PARAMETER_DEFAULTS = frozenset({"typer.Option", "typer.Argument", "fastapi.Query", "fastapi.Form", "fastapi.Body"})
_COMMANDS = frozenset({"click", "rich_click", "asyncclick", "typer"})
_MAXIMUM_NESTING = 3

Function = ast.FunctionDef | ast.AsyncFunctionDef


def of_decorators(evaluator: Evaluator, function: Function, name: str, frame: Frame) -> Values | None:
    """Return what decorators give a parameter: the default of a click option, or the rows of a parametrized test.

    ``None`` if no decorator speaks of it.
    """
    around = replace(frame, owners=frame.owners[:-1], statement=None, variables={})
    rest = function.args.kwarg
    if rest is not None and rest.arg == name:
        return _of_rest(evaluator, function, around)
    for decorator in function.decorator_list:
        match decorator:
            case ast.Call(func=ast.Attribute(attr="parametrize"), args=[ast.Constant(value=str(names)), rows, *_]):
                columns = [column.strip() for column in names.split(",")]
                if name in columns:
                    return _column(evaluator, rows, columns.index(name) if len(columns) > 1 else None, around)
            case ast.Call(func=ast.Attribute(attr="main") | ast.Name(id="main") | ast.Name(id="hydra_main")):
                if _is_first(function, name) and (found := configuration_of(evaluator, decorator, around)):
                    return found
    for call, place in _options_of(evaluator, function, around):
        if destination(call) == name:
            missing = Unknown(reason=f"option `{name}` has no default", expression=name, outside=True)
            return default_of(evaluator, call, place) or choices_of(evaluator, call, place) or (missing,)
    return None


def _is_first(function: Function, name: str) -> bool:
    return [argument.arg for argument in function.args.args[:1]] == [name]


def _of_rest(evaluator: Evaluator, function: Function, around: Frame) -> Values | None:
    """Return the options that no parameter of a command takes, as the dictionary that ``**kwargs`` gets."""
    taken = {argument.arg for argument in (*function.args.args, *function.args.kwonlyargs)}
    entries: list[tuple[Item | None, Item]] = []
    for call, place in _options_of(evaluator, function, around):
        name = destination(call)
        missing = Unknown(reason=f"option `{name}` has no default", expression=name, outside=True)
        if name not in taken:
            found = default_of(evaluator, call, place) or choices_of(evaluator, call, place) or (missing,)
            entries.append(((Text(text=name),), found))
    return (Table(entries=tuple(entries)),) if entries else None


def _options_of(evaluator: Evaluator, function: Function, around: Frame) -> Iterator[tuple[ast.Call, Frame]]:
    """Yield the calls of ``click.option`` that decorate a function, straight or through other decorators."""
    for decorator in function.decorator_list:
        yield from _declared_by(evaluator, decorator, around, 0)


def _declared_by(
    evaluator: Evaluator, decorator: ast.expr, frame: Frame, nesting: int
) -> Iterator[tuple[ast.Call, Frame]]:
    if nesting > _MAXIMUM_NESTING:
        return
    match decorator:
        case ast.Call(func=ast.Attribute(attr="option" | "argument") | ast.Name(id="option" | "argument")):
            if _is_click(evaluator, decorator.func, frame):
                yield decorator, frame
        case ast.Name() | ast.Attribute() | ast.Call():
            for value in evaluator.values(decorator.func if isinstance(decorator, ast.Call) else decorator, frame):
                yield from _shared(evaluator, value, nesting)


def _shared(evaluator: Evaluator, value: Value, nesting: int) -> Iterator[tuple[ast.Call, Frame]]:
    """Yield the options of a decorator that the project made for several commands."""
    match value:
        case Object(name=name, call=made) if name.partition(".")[0] in _COMMANDS:
            yield from _declared_by(evaluator, made.node, made.frame, nesting + 1)
        case Definition(node=node) if isinstance(node, FUNCTIONS):
            source = Frame(module=value.module, owners=(*value.owners, node))
            for call, place in calls_within(evaluator, source, DECORATING):
                inner = Frame(module=value.module, owners=place.owners, statement=place.statement)
                match call.func:
                    case ast.Attribute(attr="option" | "argument") | ast.Name(id="option" | "argument"):
                        yield from _declared_by(evaluator, call, inner, nesting + 1)


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
