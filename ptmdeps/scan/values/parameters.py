"""Parameters: what callers in the project give, defaults, options of commands, and types."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from ptmdeps.scan.reaching import FUNCTIONS
from ptmdeps.scan.values.arguments import arguments_of, given_for, is_none, is_static, parameters_of
from ptmdeps.scan.values.callers import Caller, callers_of
from ptmdeps.scan.values.commands import is_option, of_decorators
from ptmdeps.scan.values.evaluator import MAXIMUM_DEPTH, Evaluator
from ptmdeps.scan.values.types import better_typed, of_annotation
from ptmdeps.scan.values.value import (
    Collection,
    Definition,
    Frame,
    Handing,
    Instance,
    Table,
    Text,
    Unknown,
    Value,
    Values,
    found_by,
    handed_on,
    together,
    within,
)
from ptmdeps.scan.walk import places_of_statements
from ptmdeps.unguarded import replace

MAXIMUM_CALLERS = 3
"""How many levels of wrappers are followed from a load out to its callers."""

_OF_TEXTS = re.compile(r"Str(?![a-z])|String|Text$|Path|Any|Union|Name")
"""Classes and names of types that a text may have."""

_OVERRIDABLE = frozenset({"option", "environment", "config"})

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
        annotation = frame.module.scopes.of(function).annotations.get(text)
        around = replace(frame, owners=frame.owners[:-1], statement=None)
        return better_typed(evaluator, option, annotation, around)
    default = _default(evaluator, function, text, frame)
    key = _identity(function, frame)
    found = [*within(default, {key: -1}), *_from_callers(evaluator, function, text, frame, default)]
    known: list[Value] = [value for value in found if not isinstance(value, Unknown) and not is_none(value)]
    if not known:
        known = list(_decorated(evaluator, function, text, frame))
        found.extend(known)
    if not known:
        found.extend(_of_type(evaluator, function, text, frame))
    if not found:
        return (_nobody(function, text),)
    return tuple(found)


def _nobody(function: Function, text: str) -> Unknown:
    for rest, shown in ((function.args.vararg, f"*{text}"), (function.args.kwarg, f"**{text}")):
        if rest is not None and rest.arg == text:
            return Unknown(
                reason=f"arguments of `{function.name}` are passed on as `{shown}`",
                expression=shown,
                outside=True,
                passed_on=True,
            )
    reason = f"`{text}` is a parameter of `{function.name}` without a default, and nobody in the project calls it"
    return Unknown(reason=reason, expression=text, outside=True, passed_on=True)


def _receiver(function: Function, text: str, frame: Frame) -> Value | None:
    """Return what ``self`` or ``cls`` is."""
    first = next((argument.arg for argument, _ in parameters_of(function)), None)
    if len(frame.owners) < 2 or first != text or is_static(function):  # noqa: PLR2004 - the file and the function
        return None
    around = frame.owners[-2]
    if not isinstance(around, ast.ClassDef):
        return None
    definition = Definition(module=frame.module, node=around, owners=frame.owners[:-2])
    return definition if is_class_method(function) else Instance(definition=definition)


def is_class_method(function: ast.AST) -> bool:
    """Whether a function of a class gets the class."""
    if not isinstance(function, FUNCTIONS):
        return False
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


def _decorated(evaluator: Evaluator, function: Function, text: str, frame: Frame) -> Iterator[Value]:
    """Yield what the first parameter of a decorator gets: ``@register("a")`` gives it to a function inside."""
    around = frame.owners[-2]
    if [argument.arg for argument in function.args.args[:1]] != [text]:
        return
    if not isinstance(around, FUNCTIONS):
        yield from _decorated_straight(evaluator, function, frame)
        return
    outer = Definition(module=frame.module, node=around, owners=frame.owners[:-2])
    with evaluator.once((*outer.identity, "decorates")) as first:
        for index, caller in enumerate(callers_of(evaluator, outer) if first else ()):
            statement = caller.frame.statement
            if isinstance(statement, (*FUNCTIONS, ast.ClassDef)) and caller.call in statement.decorator_list:
                module, owners = caller.frame.module, caller.frame.owners
                world = {outer.identity: index}
                yield Definition(module=module, node=statement, owners=owners, world=world)


def _decorated_straight(evaluator: Evaluator, function: Function, frame: Frame) -> Iterator[Definition]:
    """Yield the classes and functions under ``@register``, each remembering which one it is."""
    identity = _identity(function, frame)
    word = function.name
    used = re.compile(rb"@\s*(?:\w+\.)*%b\b" % re.escape(word.encode()))
    uses = evaluator.project.uses
    for module in evaluator.modules_using(word, frame.module.path, lambda path: uses(path, used)):
        for index, (statement, owners) in enumerate(places_of_statements(module, module.lines_with(used, word))):
            if not isinstance(statement, (*FUNCTIONS, ast.ClassDef)):
                continue
            around = Frame(module=module, owners=owners, statement=statement)
            values = (
                value
                for decorator in statement.decorator_list
                if isinstance(decorator, (ast.Name, ast.Attribute))
                for value in evaluator.values(decorator, around)
            )
            if any(isinstance(value, Definition) and value.identity == identity for value in values):
                world = {(identity, module.path): index}
                yield Definition(module=module, node=statement, owners=owners, world=world)


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
            inner = replace(caller.frame, depth=frame.depth + 1)
            values = _given(evaluator, function, text, inner, caller)
            if values:
                location = caller.frame.module.location(caller.call)
                possible = _of_tested_type(evaluator, _possible(evaluator, values, inner), caller, inner)
                given = found_by(possible, "argument", location)
                given = handed_on(given, Handing(location, _called_name(function, frame)))
            else:
                given = (*default, *_unopened(evaluator, caller, inner))
            yield from within(given, {definition.identity: index})


def _called_name(function: Function, frame: Frame) -> str:
    """Return by which name people call a function: a constructor by that of its class."""
    around = frame.owners[-2]
    return around.name if function.name == "__init__" and isinstance(around, ast.ClassDef) else function.name


def _unopened(evaluator: Evaluator, caller: Caller, frame: Frame) -> Values:
    """Return that a call may still give a parameter, by a ``**`` that cannot be opened."""
    unknown = arguments_of(caller.call, frame, evaluator).unopened(evaluator)
    return () if unknown is None else (unknown,)


def _possible(evaluator: Evaluator, values: Values, frame: Frame) -> Values:
    """Return the values that can be at a call under ``if name == "text"``: callers that say another name are out."""
    if not any(value.world for value in values):
        return values
    for step in frame.module.scopes.of(frame.owner).position(frame.statement) or ():
        match step.owner, step.block:
            case (
                ast.If(
                    test=ast.Compare(left=ast.Name() as name, ops=[ast.Eq()], comparators=[ast.Constant(value=text)])
                ) as choice,
                "body",
            ) if name.id != "__name__":  # a file that is run is `__main__`, whatever it is imported as
                names = evaluator.values(name, replace(frame, statement=choice))
                agreeing = [value.world for value in names if not _is_surely_other(value, text)]
                values = tuple(
                    value
                    for value in values
                    if any(together(world, value.world) is not None for world in agreeing) or not names
                )
    return values


def _of_tested_type(evaluator: Evaluator, values: Values, caller: Caller, frame: Frame) -> Values:
    """Return the values that can be at a call under ``if isinstance(name, Model)``: the name is no text there."""
    if not any(isinstance(value, Text) for value in values):
        return values
    steps = frame.module.scopes.of(frame.owner).position(frame.statement) or ()
    choices = [step.owner for step in steps if isinstance(step.owner, ast.If) and step.block == "body"]
    tested = {name for choice in choices for name in _names_of_objects(choice.test)}
    if not tested:
        return values
    given = (*caller.call.args, *(keyword.value for keyword in caller.call.keywords))
    names = [one for one in given if isinstance(one, ast.Name) and one.id in tested]
    texts = {value.text for name in names for value in evaluator.values(name, frame) if isinstance(value, Text)}
    return tuple(value for value in values if not isinstance(value, Text) or value.text not in texts)


def _names_of_objects(test: ast.expr) -> Iterator[str]:
    """Yield the names that are surely no texts where a test holds."""
    match test:
        case ast.BoolOp(op=ast.And(), values=sides):
            for side in sides:
                yield from _names_of_objects(side)
        case ast.Call(func=ast.Name(id="isinstance"), args=[ast.Name(id=name), classes]):
            several = classes.elts if isinstance(classes, ast.Tuple) else [classes]
            if all(_is_class_of_objects(one) for one in several):
                yield name
        case ast.Compare(
            left=ast.Constant(value=str(part)),
            ops=[ast.In()],
            comparators=[
                ast.Call(
                    func=ast.Name(id="str" | "repr"),
                    args=[ast.Call(func=ast.Name(id="type"), args=[ast.Name(id=name)])],
                )
            ],
        ) if part not in str(str):
            yield name


def _is_class_of_objects(node: ast.expr) -> bool:
    """Whether an expression is a class by its spelling, and none of texts and paths."""
    name = getattr(node, "attr", getattr(node, "id", ""))
    return name[:1].isupper() and _OF_TEXTS.search(name) is None


def _is_surely_other(value: Value, text: object) -> bool:
    """Whether a value is another text than ``text``, and one that no user can change."""
    return isinstance(value, Text) and value.text != text and value.resolution not in _OVERRIDABLE


def _given(evaluator: Evaluator, function: Function, text: str, frame: Frame, caller: Caller) -> Values:
    """Return what one call gives for a parameter; nothing if it leaves it to the default."""
    given = arguments_of(caller.call, frame, evaluator).after(caller.skipped)
    values = given_for(function, text, given, evaluator, has_receiver=caller.has_receiver)
    rest = (function.args.vararg, function.args.kwarg)
    if any(argument is not None and argument.arg == text for argument in rest):
        match values:
            case (Collection(items=()) | Table(entries=()),):
                return ()
    return values


def _of_type(evaluator: Evaluator, function: Function, text: str, frame: Frame) -> Iterator[Value]:
    """Yield an object of the class that a parameter is declared with, if the class is the project's own."""
    annotation = frame.module.scopes.of(function).annotations.get(text)
    if annotation is not None:
        yield from of_annotation(evaluator, annotation, replace(frame, owners=frame.owners[:-1], statement=None))


def can_follow(frame: Frame) -> bool:
    """Whether one more call may be looked into."""
    return frame.depth < MAXIMUM_DEPTH
