"""Parameters: what callers in the project give, defaults, options of commands, and types."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace

from ptmdeps.scan.reaching import FUNCTIONS
from ptmdeps.scan.values.arguments import arguments_of, given_for, is_none, is_static, parameters_of
from ptmdeps.scan.values.callers import Caller, callers_of
from ptmdeps.scan.values.evaluator import MAXIMUM_DEPTH, Evaluator
from ptmdeps.scan.values.options import is_option, of_decorators
from ptmdeps.scan.values.value import (
    Collection,
    Definition,
    Frame,
    Instance,
    Table,
    Unknown,
    Value,
    Values,
    found_by,
    within,
)

MAXIMUM_CALLERS = 3
"""How many levels of wrappers are followed from a load out to its callers."""

Function = ast.FunctionDef | ast.AsyncFunctionDef


def parameter(evaluator: Evaluator, text: str, frame: Frame) -> Values:
    """Return what a parameter of the innermost function can be.

    In a call that is looked at, its argument. Else what every caller gives, and the default for callers that are not
    seen; a parameter that stays unknown has the fields of its declared class.
    """
    function = frame.owner
    assert isinstance(function, FUNCTIONS)  # noqa: S101 - only functions have parameters
    if frame.called is function:
        return frame.arguments(text) if frame.arguments else ()
    if (receiver := _receiver(function, text, frame)) is not None:
        return (receiver,)
    if (option := of_decorators(evaluator, function, text, frame)) is not None:
        return option
    default = _default(evaluator, function, text, frame)
    key = _identity(function, frame)
    found = [*within(default, {key: -1}), *_from_callers(evaluator, function, text, frame, default)]
    known = [value for value in found if not isinstance(value, Unknown) and not is_none(value)]
    if not known:
        found.extend(_of_type(evaluator, function, text, frame))
    if not found:
        return (_nobody(function, text),)
    return tuple(found)


def _nobody(function: Function, text: str) -> Unknown:
    for rest, shown in ((function.args.vararg, f"*{text}"), (function.args.kwarg, f"**{text}")):
        if rest is not None and rest.arg == text:
            return Unknown(
                reason=f"arguments of `{function.name}` are passed on as `{shown}`", expression=shown, outside=True
            )
    reason = f"`{text}` is a parameter of `{function.name}` without a default, and nobody in the project calls it"
    return Unknown(reason=reason, expression=text, outside=True)


def _receiver(function: Function, text: str, frame: Frame) -> Value | None:
    """Return what ``self`` or ``cls`` is."""
    first = next((argument.arg for argument, _ in parameters_of(function)), None)
    if len(frame.owners) < 2 or first != text or is_static(function):  # noqa: PLR2004 - the file and the function
        return None
    around = frame.owners[-2]
    if not isinstance(around, ast.ClassDef):
        return None
    definition = Definition(module=frame.module, node=around, owners=frame.owners[:-2])
    return definition if _is_class_method(function) else Instance(definition=definition)


def _is_class_method(function: Function) -> bool:
    names = {decorator.id for decorator in function.decorator_list if isinstance(decorator, ast.Name)}
    return "classmethod" in names or function.name in ("__new__", "__init_subclass__")


def _default(evaluator: Evaluator, function: Function, text: str, frame: Frame) -> Values:
    """Return the default of a parameter, seen from around the function."""
    around = replace(frame, owners=frame.owners[:-1], statement=None, variables={})
    for argument, default in parameters_of(function):
        if argument.arg == text and default is not None:
            values = evaluator.values(default, around)
            way = "option" if is_option(evaluator, default, around) else "default"
            return found_by(values, way, frame.module.location(argument))
    return ()


def _identity(function: Function, frame: Frame) -> tuple[str, int, str]:
    return Definition(module=frame.module, node=function, owners=frame.owners[:-1]).identity


def _from_callers(
    evaluator: Evaluator, function: Function, text: str, frame: Frame, default: Values
) -> Iterator[Value]:
    """Yield what the project's own calls give for a parameter, each remembering which call it was."""
    if frame.depth >= MAXIMUM_CALLERS:
        reason = f"more than {MAXIMUM_CALLERS} functions pass `{text}` on, one to the other"
        yield Unknown(reason=reason, expression=text)
        return
    definition = Definition(module=frame.module, node=function, owners=frame.owners[:-1])
    key = (*definition.identity, "callers", text)
    with evaluator.once(key) as first:
        if not first:
            return
        for index, caller in enumerate(callers_of(evaluator, definition)):
            values = _given(evaluator, function, text, replace(caller.frame, depth=frame.depth + 1), caller)
            location = caller.frame.module.location(caller.call)
            given = found_by(values, "argument", location) or default
            yield from within(given, {definition.identity: index})


def _given(evaluator: Evaluator, function: Function, text: str, frame: Frame, caller: Caller) -> Values:
    """Return what one call gives for a parameter; nothing if it leaves it to the default."""
    given = arguments_of(caller.call, frame, evaluator).after(caller.skipped)
    values = given_for(function, text, given, evaluator, has_receiver=caller.has_receiver)
    match values:
        case (Collection(items=()) | Table(entries=()),):
            return ()
    return values


def _of_type(evaluator: Evaluator, function: Function, text: str, frame: Frame) -> Iterator[Value]:
    """Yield an object of the class that a parameter is declared with, if the class is the project's own."""
    annotation = frame.module.scopes.of(function).annotations.get(text)
    if annotation is not None:
        yield from of_annotation(evaluator, annotation, replace(frame, owners=frame.owners[:-1], statement=None))


def of_annotation(evaluator: Evaluator, annotation: ast.expr, frame: Frame) -> Iterator[Value]:
    """Yield objects of the project's classes that a type names (``A``, ``A | None``, ``Optional[A]``, ``"A"``)."""
    match annotation:
        case ast.Constant(value=str(text)):
            try:
                inner = ast.parse(text, mode="eval").body
            except (SyntaxError, ValueError, RecursionError, MemoryError):
                return
            if not isinstance(inner, ast.Constant):
                yield from of_annotation(evaluator, inner, frame)
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            yield from of_annotation(evaluator, left, frame)
            yield from of_annotation(evaluator, right, frame)
        case ast.Subscript(value=ast.Name(id="Optional" | "Annotated" | "ClassVar" | "Final"), slice=inner):
            first = inner.elts[0] if isinstance(inner, ast.Tuple) and inner.elts else inner
            yield from of_annotation(evaluator, first, frame)
        case ast.Name() | ast.Attribute():
            for value in evaluator.values(annotation, frame):
                if isinstance(value, Definition) and isinstance(value.node, ast.ClassDef):
                    yield Instance(definition=value)


def can_follow(frame: Frame) -> bool:
    """Whether one more call may be looked into."""
    return frame.depth < MAXIMUM_DEPTH
