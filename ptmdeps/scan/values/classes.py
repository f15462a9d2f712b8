"""Classes of the project: what they derive from and what derives from them, and what their bodies set."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ptmdeps.scan.reaching import FUNCTIONS
from ptmdeps.scan.values.arguments import is_static
from ptmdeps.scan.values.enums import is_enumeration, members_of_enumeration
from ptmdeps.scan.values.evaluator import Evaluator
from ptmdeps.scan.values.names import lookup
from ptmdeps.scan.values.parameters import is_class_method
from ptmdeps.scan.values.value import (
    Definition,
    External,
    Frame,
    Instance,
    Method,
    Text,
    Unknown,
    Value,
    Values,
    expression_of,
    found_by,
)

_MAXIMUM_BASES = 24
_MAXIMUM_DERIVED = 64
_PROPERTIES = frozenset({"property", "cached_property", "computed_field", "lazy_property", "abstractproperty"})


def bases_of(evaluator: Evaluator, definition: Definition) -> Iterator[Value]:
    """Yield what a class of the project derives from, directly."""
    if isinstance(definition.node, ast.ClassDef):
        frame = Frame(module=definition.module, owners=definition.owners)
        for base in definition.node.bases:
            inner = base.value if isinstance(base, ast.Subscript) else base  # Generic[T], Base[Options]
            yield from evaluator.values(inner, frame)


def lineage(evaluator: Evaluator, definition: Definition) -> list[Value]:
    """Return a class and everything it derives from, nearest first, each once."""
    found: list[Value] = evaluator.noted(("lineage", definition.identity), lambda: _lineage(evaluator, definition))
    return found


def _lineage(evaluator: Evaluator, definition: Definition) -> list[Value]:
    found: list[Value] = [definition]
    seen = {definition.identity}
    for value in found:
        if isinstance(value, Definition) and len(found) < _MAXIMUM_BASES:
            for base in bases_of(evaluator, value):
                if not isinstance(base, Definition):
                    found.append(base)
                elif base.identity not in seen:
                    seen.add(base.identity)
                    found.append(base)
    return found


def find_function(evaluator: Evaluator, definition: Definition, name: str) -> Definition | None:
    """Return a function of a class or of the nearest class that it derives from."""
    for value in lineage(evaluator, definition):
        if isinstance(value, Definition):
            for reached in value.module.scopes.of(value.node).reaching(name, None):
                node = reached.binding.value
                if isinstance(node, FUNCTIONS):
                    return Definition(module=value.module, node=node, owners=(*value.owners, value.node))
    return None


def of_class(evaluator: Evaluator, definition: Definition, name: str, node: ast.AST) -> Values:
    """Return an attribute of a class: its own, or that of the nearest class it derives from."""
    external: list[Value] = []
    for value in lineage(evaluator, definition):
        match value:
            case Definition():
                if found := own(evaluator, value, name, definition):
                    is_super = isinstance(getattr(node, "value", None), ast.Call)
                    return found if is_super else tuple(_unbound(one) for one in found)
            case External(name=dotted):
                external.append(External(name=f"{dotted}.{name}"))
    return tuple(external) or (
        Unknown(reason=f"`{definition.node.name}` does not set `{name}`", expression=expression_of(node)),
    )


def _unbound(value: Value) -> Value:
    """Return a method that was looked up at the class as what it is there: a class method, or a plain function."""
    match value:
        case Method(definition=function, receiver=Definition()) if not is_class_method(function.node):
            return function
    return value


def own(evaluator: Evaluator, definition: Definition, name: str, receiver: Definition | Instance | Text) -> Values:
    """Return what the body of one class sets, functions as methods of ``receiver``."""
    node = definition.node
    scope = definition.module.scopes.of(node)
    if not scope.reaching(name, None):
        return ()
    if is_enumeration(evaluator, definition) and (
        members := tuple(members_of_enumeration(evaluator, definition, name))
    ):
        return found_by(members, "attribute")
    frame = Frame(module=definition.module, owners=(*definition.owners, node))
    found: list[Value] = []
    for value in lookup(evaluator, name, frame):
        if isinstance(value, Definition) and isinstance(value.node, FUNCTIONS) and value.owners[-1] is node:
            found.extend(_as_method(evaluator, value, receiver))
        else:
            found.append(value)
    return found_by(tuple(found), "default" if name in scope.annotations else "attribute")


def _as_method(evaluator: Evaluator, function: Definition, receiver: Definition | Instance | Text) -> Values:
    """Return a method, for a property what it gives, and at the class itself the function without a receiver."""
    names = {expression_of(decorator).rpartition(".")[2] for decorator in getattr(function.node, "decorator_list", [])}
    if names & _PROPERTIES and not isinstance(receiver, Definition):
        from ptmdeps.scan.values.calls import results_of  # a property is called by being read

        return results_of(evaluator, function, lambda _: (receiver,), 0)
    if is_static(function.node) or isinstance(receiver, Text):
        return (function,)
    return (Method(definition=function, receiver=receiver),)


def subclasses(evaluator: Evaluator, definition: Definition) -> list[Definition]:
    """Return the classes at the top level of the project's files that derive from a class, the nearest first."""
    found = list(_derived_directly(evaluator, definition))
    seen = {definition.identity, *(derived.identity for derived in found)}
    for derived in found:
        if len(found) < _MAXIMUM_DERIVED:
            for further in _derived_directly(evaluator, derived):
                if further.identity not in seen:
                    seen.add(further.identity)
                    found.append(further)
    return found


def _derived_directly(evaluator: Evaluator, definition: Definition) -> list[Definition]:
    key = ("subclasses", definition.identity)
    found: list[Definition] = evaluator.noted(key, lambda: list(_find_subclasses(evaluator, definition)))
    return found


def _find_subclasses(evaluator: Evaluator, definition: Definition) -> Iterator[Definition]:
    word = definition.node.name
    with evaluator.once((*definition.identity, "subclasses")) as first:
        for module in evaluator.modules_deriving(word, definition.module.path) if first else ():
            names = module.classes_naming(frozenset({word}))
            for node in module.tree.body:
                if isinstance(node, ast.ClassDef) and node.name in names and node.name != word:
                    derived = Definition(module=module, node=node, owners=(module.tree,))
                    bases = bases_of(evaluator, derived)
                    if any(isinstance(base, Definition) and base.identity == definition.identity for base in bases):
                        yield derived
