"""Loads whose model is not known: the reason, in words, and whose decision it is."""

from __future__ import annotations

import ast

from ptmdeps.scan.identifiers import NoName
from ptmdeps.scan.loaders import Argument
from ptmdeps.scan.naming import Wanted, named_by
from ptmdeps.scan.reaching import FUNCTIONS
from ptmdeps.scan.references import UnresolvedReference
from ptmdeps.scan.sites import Site
from ptmdeps.scan.values import Evaluator
from ptmdeps.scan.values.value import (
    External,
    Instance,
    Object,
    Table,
    Text,
    Unknown,
    Values,
    expression_of,
)

_NAMELESS = (ast.Constant, ast.JoinedStr, ast.Call, ast.Subscript, ast.List, ast.Tuple, ast.Dict)
"""Expressions whose source ends with a quote or bracket, or is no name."""


def argument_node(site: Site, argument: Argument) -> ast.expr | None:
    """Return the expression that stands for an argument at the call itself."""
    for keyword in site.call.keywords:
        if keyword.arg in argument.keywords:
            return keyword.value
    position = argument.position
    if position is not None and position < len(site.call.args):
        return site.call.args[position]
    return None


def expression_for(site: Site, argument: Argument) -> str:
    """Return the source of an argument, or of the whole call where that does not give it."""
    node = argument_node(site, argument)
    return expression_of(node if node is not None else site.call)


def name_for(site: Site, argument: Argument) -> str:
    """Return the same where it ends with a name, and nothing for texts, calls and the like, which say none."""
    node = argument_node(site, argument)
    return "" if node is None or isinstance(node, _NAMELESS) else expression_of(node)


def not_resolved(site: Site, reason: str, expression: str, *, passed_on: bool = False) -> UnresolvedReference:
    """Return the outcome of a load whose model is not known."""
    module = site.frame.module
    return UnresolvedReference(
        loader=site.name,
        location=module.location(site.call),
        reason=reason,
        expression=expression,
        scope=module.scope,
        passed_on=passed_on,
    )


def of_no_name(site: Site, values: Values, evaluator: Evaluator, *, leaves_choice: bool) -> UnresolvedReference | None:
    """Return the outcome of a call that names no model; nothing for one that says ``None`` itself.

    ``leaves_choice`` tells that the load is certainly reached with ``None``, so that the library chooses.
    """
    node = argument_node(site, site.loader.model)
    if node is None:
        return _of_missing_argument(site, evaluator)
    expression = expression_of(node)
    if not values:
        return not_resolved(site, "no value is found for it", expression)
    if site.loader.has_default and leaves_choice:
        return not_resolved(site, _reason_default(site), expression_of(site.call))
    if not isinstance(node, ast.Constant):
        reason = "it is None unless somebody outside the project gives a model"
        return not_resolved(site, reason, expression, passed_on=is_parameter(site, node))
    return None


def _of_missing_argument(site: Site, evaluator: Evaluator) -> UnresolvedReference:
    spread = next((keyword.value for keyword in site.call.keywords if keyword.arg is None), None)
    expression = expression_of(site.call)
    if spread is not None:
        reason = f"the model can only be among the arguments that are passed on as `**{expression_of(spread)}`"
        unopened = site.arguments.unopened(evaluator)
        return not_resolved(site, reason, expression, passed_on=unopened is not None and unopened.passed_on)
    if site.loader.has_default:
        return not_resolved(site, _reason_default(site), expression)
    return not_resolved(site, "no model is named", expression)


def _reason_default(site: Site) -> str:
    task = next((expression_of(argument) for argument in site.call.args[:1]), "")
    shown = f" for {task}" if task else ""
    return f"no model is named: `{site.loader.library}` has its own default{shown}, which depends on its version"


def is_parameter(site: Site, node: ast.expr) -> bool:
    """Whether an expression is made of a parameter of the function around, straight or by one variable."""
    function = site.frame.owner
    if not isinstance(function, FUNCTIONS):
        return False
    bindings = site.frame.module.scopes.of(function).bindings
    names = _names_in(node)
    values = [binding.value for name in names for binding in bindings.get(name, ()) if binding.kind == "value"]
    names.update(name for value in values if isinstance(value, ast.expr) for name in _names_in(value))
    given = function.args
    return any(one.arg in names for one in (*given.posonlyargs, *given.args, *given.kwonlyargs))


def _names_in(node: ast.expr) -> set[str]:
    return {inner.id for inner in ast.walk(node) if isinstance(inner, ast.Name)} - {"self", "cls"}


def of_values(site: Site, wanted: Wanted, values: Values, evaluator: Evaluator) -> UnresolvedReference | None:
    """Return the outcome of values that name no model, with the best reason; nothing for what was loaded before."""
    expression = expression_for(site, wanted.model)
    texts = [value for value in values if isinstance(value, Text)]
    named = [named_by(site, wanted, text, evaluator) for text in sorted(texts, key=lambda text: not text.text)]
    reason = next((name.reason for name in named if isinstance(name, NoName)), None)
    if not wanted.main:
        return None if reason is None else not_resolved(site, reason, expression)
    unknown = [value for value in values if isinstance(value, Unknown)]
    if unknown:
        best = next((value for value in unknown if value.outside), unknown[0])
        return not_resolved(site, best.reason, expression, passed_on=best.passed_on or _is_passed_on(site, best))
    if reason is not None:
        return not_resolved(site, reason, expression, passed_on=_is_left_empty(site, wanted, texts))
    if wanted.notation == "address" and texts:
        return None  # it fetches something that is no model
    return _of_other_values(site, wanted, values)


def _is_left_empty(site: Site, wanted: Wanted, texts: list[Text]) -> bool:
    """Whether a parameter is an empty text until callers outside of the project give another."""
    node = argument_node(site, wanted.model)
    return node is not None and not any(text.text for text in texts) and is_parameter(site, node)


def _is_passed_on(site: Site, value: Unknown) -> bool:
    """Whether a value is the ``*arguments`` of the function around."""
    function = site.frame.owner
    rest = function.args.vararg if isinstance(function, FUNCTIONS) else None
    return rest is not None and value.expression == f"*{rest.arg}"


def _of_other_values(site: Site, wanted: Wanted, values: Values) -> UnresolvedReference | None:
    expression = expression_for(site, wanted.model)
    for value in values:
        match value:
            case Object(name=name) if _is_loaded(name):
                return None
            case Table():
                return None  # weights that are in memory already
            case External(name=name) | Object(name=name):
                return not_resolved(site, f"it comes from `{name}`, outside the project", expression)
            case Instance(definition=definition):
                return not_resolved(site, f"it is an object of `{definition.node.name}`", expression)
    if wanted.parts and any(isinstance(value, Text) for value in values):
        return not_resolved(site, "a part of the model's name is not known", expression_of(site.call))
    return not_resolved(site, "no text is found that it could be", expression)


def _is_loaded(name: str) -> bool:
    """Whether an object is something that a loader or a constructor made: a class, by its spelling."""
    return name.rpartition(".")[2][:1].isupper()
