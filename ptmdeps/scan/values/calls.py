"""What calls give: functions and classes of the project, methods of texts and containers, and parsers."""

from __future__ import annotations

import ast
from collections.abc import Callable

from ptmdeps.scan.reaching import FUNCTIONS
from ptmdeps.scan.values.arguments import CallArguments, arguments_of, bound, partial_arguments
from ptmdeps.scan.values.classes import lineage
from ptmdeps.scan.values.containers import as_table, elements
from ptmdeps.scan.values.enums import is_enumeration
from ptmdeps.scan.values.environment import ENVIRONMENTS, default_of_variable
from ptmdeps.scan.values.evaluator import Evaluator
from ptmdeps.scan.values.libraries import default_given, external_call
from ptmdeps.scan.values.options import CLASS_PARSERS, PARSERS, options_of_parser
from ptmdeps.scan.values.parameters import can_follow
from ptmdeps.scan.values.paths import content_method, path_method
from ptmdeps.scan.values.records import METHODS, record_method
from ptmdeps.scan.values.strings import TEXT_METHODS
from ptmdeps.scan.values.tables import TABLE_METHODS
from ptmdeps.scan.values.types import better_typed
from ptmdeps.scan.values.value import (
    Collection,
    Content,
    Definition,
    External,
    Frame,
    Instance,
    LazyCall,
    Local,
    Method,
    Object,
    Options,
    Partial,
    Table,
    Text,
    Unknown,
    Value,
    Values,
    expression_of,
    within,
)
from ptmdeps.unguarded import replace


def call(evaluator: Evaluator, node: ast.expr, frame: Frame) -> Values:
    """Rule for calls."""
    assert isinstance(node, ast.Call)  # noqa: S101 - the table of rules says so
    if (of_container := _method_of_value(evaluator, node, frame)) is not None:
        return of_container
    found: list[Value] = []
    for function in evaluator.values(node.func, frame):
        found.extend(within(_called(evaluator, function, node, frame), function.world))
    return tuple(found)


def _method_of_value(evaluator: Evaluator, node: ast.Call, frame: Frame) -> Values | None:
    """Return what a method of a text, dictionary, path or parser gives; ``None`` if it is something else."""
    if not isinstance(node.func, ast.Attribute):
        return None
    method = node.func.attr
    if method not in _METHODS and not method.startswith(("parse_", "as_", "with_")):
        return None
    found: list[Value] = []
    for receiver in evaluator.values(node.func.value, frame):
        result = _method_result(evaluator, receiver, method, node, frame)
        if result is None:
            return None
        found.extend(within(result, receiver.world))
    return tuple(found)


_METHODS = frozenset(
    {*TEXT_METHODS, *TABLE_METHODS, *METHODS, "resolve", "absolute", "joinpath", "expanduser", "open", "read"}
    | {"read_text", "read_bytes", "readlines", "decode", "clone", "lock", "read_string"}
)


def _method_result(evaluator: Evaluator, receiver: Value, method: str, node: ast.Call, frame: Frame) -> Values | None:  # noqa: C901, PLR0911 - one result a case
    match receiver:
        case Text() if method in TEXT_METHODS:
            return TEXT_METHODS[method](evaluator, receiver, node, frame)
        case Table() if method in TABLE_METHODS:
            return TABLE_METHODS[method](evaluator, receiver, node, frame)
        case Collection() if method == "pop":
            return elements(evaluator, (receiver,), node, (frame.module.path, expression_of(node)))
        case Collection() if method == "copy":
            return (receiver,)
        case Local():
            return path_method(receiver, method, node, evaluator, frame)
        case Content():
            return content_method(evaluator, receiver, method)
        case Definition() | Instance() if method in METHODS:
            return record_method(evaluator, receiver, method, node, frame)
        case Options() if (table := as_table(evaluator, receiver)) is not None:
            return _method_result(evaluator, table, method, node, frame)
        case Unknown():
            return (*default_given(evaluator, method, node, frame), receiver)
        case Object(name=name) if method.startswith("parse_"):
            return _parsed(evaluator, receiver.call, {name.rpartition(".")[2]}, node, frame)
        case Instance(definition=definition, call=LazyCall() as made) if method.startswith("parse_"):
            bases = lineage(evaluator, definition)
            names = {base.node.name for base in bases if isinstance(base, Definition)}
            names |= {base.name.rpartition(".")[2] for base in bases if isinstance(base, External)}
            if "Tap" in names and method == "parse_args":
                return (receiver,)
            return _parsed(evaluator, made, names, node, frame)
    return None


def _parsed(evaluator: Evaluator, made: LazyCall, names: set[str], node: ast.Call, frame: Frame) -> Values | None:
    """Return what a parser of the command line gives.

    ``made`` is the call that made it, ``names`` are those of its class and of what that derives from.
    """
    method = node.func.attr if isinstance(node.func, ast.Attribute) else ""
    if names & CLASS_PARSERS:
        return (Collection(items=tuple((value,) for value in _parsed_classes(evaluator, made))),)
    if names & PARSERS and method in ("parse_args", "parse_intermixed_args"):
        return (options_of_parser(evaluator, made, frame), *_namespaces(evaluator, node, frame))
    if names & PARSERS and method == "parse_known_args":
        return (Collection(items=((options_of_parser(evaluator, made, frame),), ())),)
    return None


def _namespaces(evaluator: Evaluator, node: ast.Call, frame: Frame) -> Values:
    """Return the objects that ``parse_args(namespace=…)`` fills: their attributes are defaults."""
    given = arguments_of(node, frame, evaluator).at(1, ("namespace",), evaluator)
    return tuple(value for value in given if isinstance(value, Instance))


def _parsed_classes(evaluator: Evaluator, made: LazyCall) -> list[Value]:
    """Return an object of each dataclass that such a parser fills, in order."""
    given = arguments_of(made.node, made.frame, evaluator).at(0, ("dataclass_types",), evaluator)
    found: list[Value] = []
    for value in given:
        classes = [value]
        if isinstance(value, Collection):
            classes = [inner for item in value.items for inner in evaluator.item(item)]
        found.extend(Instance(definition=item) if isinstance(item, Definition) else item for item in classes)
    return found


def _called(evaluator: Evaluator, function: Value, node: ast.Call, frame: Frame) -> Values:  # noqa: PLR0911 - one result a case
    match function:
        case External(name=name):
            return external_call(evaluator, name, node, frame)
        case Definition(node=ast.ClassDef()) if is_enumeration(evaluator, function):
            return elements(evaluator, (function,), node, (frame.module.path, expression_of(node)))
        case Definition(node=ast.ClassDef()):
            return (Instance(definition=function, call=LazyCall(node, frame)),)
        case Definition():
            return _results(evaluator, function, arguments_of(node, frame, evaluator), None, frame)
        case Method(definition=definition, receiver=receiver):
            return _results(evaluator, definition, arguments_of(node, frame, evaluator), (receiver,), frame)
        case Partial(function=functions):
            given = partial_arguments(function, evaluator).followed_by(arguments_of(node, frame, evaluator))
            found = (_of_partial(evaluator, inner, given, node, frame) for inner in functions)
            return tuple(value for values in found for value in values)
        case Object(name=name) if name in ENVIRONMENTS:
            return default_of_variable(evaluator, node, frame)
        case Unknown():
            return (function,)
    return (Unknown(reason="what this call gives is not followed", expression=expression_of(node)),)


def _of_partial(evaluator: Evaluator, function: Value, given: CallArguments, node: ast.Call, frame: Frame) -> Values:
    match function:
        case Definition(node=ast.FunctionDef() | ast.AsyncFunctionDef()):
            return _results(evaluator, function, given, None, frame)
        case Method(definition=definition, receiver=receiver):
            return _results(evaluator, definition, given, (receiver,), frame)
        case External(name=name):
            return external_call(evaluator, name, node, frame)
    return (Unknown(reason="what this call gives is not followed", expression=expression_of(node)),)


def _results(
    evaluator: Evaluator, definition: Definition, given: CallArguments, receiver: Values | None, frame: Frame
) -> Values:
    """Return what a function of the project gives for these arguments."""
    node = definition.node
    if not isinstance(node, FUNCTIONS) or not can_follow(frame):
        return (Unknown(reason="calls are nested too deeply", expression=f"{node.name}()"),)
    around = Frame(module=definition.module, owners=definition.owners)
    arguments = bound(node, given, evaluator, receiver=receiver, defaults=around)
    return results_of(evaluator, definition, arguments, frame.depth + 1)


def results_of(evaluator: Evaluator, definition: Definition, arguments: Callable[[str], Values], depth: int) -> Values:
    """Return everything that the return statements of a function can give."""
    node = definition.node
    if not isinstance(node, FUNCTIONS):
        return ()
    owners = (*definition.owners, node)
    inner = Frame(module=definition.module, owners=owners, called=node, arguments=arguments, depth=depth)
    found: list[Value] = []
    for value, statement in definition.module.scopes.of(node).returns:
        found.extend(evaluator.values(value, replace(inner, statement=statement)))
    around = Frame(module=definition.module, owners=definition.owners)
    return better_typed(evaluator, tuple(found), node.returns, around)
