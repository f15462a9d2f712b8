"""Attributes: of objects and classes of the project, of modules, and of what libraries give."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import replace

from ptmdeps.scan.project import import_name
from ptmdeps.scan.reaching import FUNCTIONS
from ptmdeps.scan.symbols import Scope
from ptmdeps.scan.values.arguments import arguments_of, bound, is_static
from ptmdeps.scan.values.callers import callers_of
from ptmdeps.scan.values.evaluator import Evaluator
from ptmdeps.scan.values.names import lookup, member
from ptmdeps.scan.values.options import flag, option
from ptmdeps.scan.values.parameters import can_follow, of_annotation
from ptmdeps.scan.values.value import (
    Constant,
    Definition,
    External,
    File,
    Frame,
    Instance,
    LazyCall,
    Local,
    Method,
    Object,
    Options,
    Text,
    Unknown,
    Value,
    Values,
    expression_of,
    found_by,
    within,
)

_MAXIMUM_BASES = 24
_PATH_ATTRIBUTES = frozenset({"parent", "name", "stem", "parents"})


def attribute(evaluator: Evaluator, node: ast.expr, frame: Frame) -> Values:
    """Rule for ``value.name``."""
    assert isinstance(node, ast.Attribute)  # noqa: S101 - the table of rules says so
    found: list[Value] = []
    for value in evaluator.values(node.value, frame):
        found.extend(within(attribute_of(evaluator, value, node.attr, node, frame), value.world))
    return found_by(tuple(found), "constant", frame.module.location(node))


def attribute_of(evaluator: Evaluator, value: Value, name: str, node: ast.expr, frame: Frame) -> Values:  # noqa: C901, PLR0911 - one result a case
    """Return what an attribute of one value can be."""
    match value:
        case Unknown():
            return (value,)
        case External(name="absl.flags.FLAGS"):
            return flag(evaluator, name, frame)
        case External(name=dotted):
            return (External(name=f"{dotted}.{name}"),)
        case Object(name=dotted):
            return (External(name=f"{dotted}.{name}"),)
        case File():
            return member(evaluator, value, name)
        case Options():
            return option(evaluator, value, name)
        case Instance():
            return of_instance(evaluator, value, name, node)
        case Definition(node=ast.ClassDef()):
            return of_class(evaluator, value, name, node)
        case Local() if name in _PATH_ATTRIBUTES:
            return (Local(path=expression_of(node)),)
        case Text() if name == "value":  # a member of an enum, which stands for its value here
            return (value,)
    return (Unknown(reason=f"`{name}` of this value is not followed", expression=expression_of(node)),)


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
                if found := _own(evaluator, value, name, definition):
                    return found
            case External(name=dotted):
                external.append(External(name=f"{dotted}.{name}"))
    return tuple(external) or (
        Unknown(reason=f"`{definition.node.name}` does not set `{name}`", expression=expression_of(node)),
    )


def _own(evaluator: Evaluator, definition: Definition, name: str, receiver: Definition | Instance) -> Values:
    """Return what the body of one class sets, functions as methods of ``receiver``."""
    node = definition.node
    scope = definition.module.scopes.of(node)
    if not scope.reaching(name, None):
        return ()
    frame = Frame(module=definition.module, owners=(*definition.owners, node))
    found: list[Value] = []
    for value in lookup(evaluator, name, frame):
        if isinstance(value, Definition) and isinstance(value.node, FUNCTIONS) and value.owners[-1] is node:
            found.extend(_as_method(evaluator, value, receiver))
        else:
            found.append(value)
    return found_by(tuple(found), "default" if name in scope.annotations else "attribute")


def _as_method(evaluator: Evaluator, function: Definition, receiver: Definition | Instance) -> Values:
    """Return a method, or for a property what it gives."""
    names = {expression_of(decorator).rpartition(".")[2] for decorator in getattr(function.node, "decorator_list", [])}
    if names & {"property", "cached_property"} and isinstance(receiver, Instance):
        from ptmdeps.scan.values.calls import results_of  # a property is called by being read

        return results_of(evaluator, function, lambda _: (receiver,), 0)
    if is_static(function.node):
        return (function,)
    return (Method(definition=function, receiver=receiver),)


def of_instance(evaluator: Evaluator, instance: Instance, name: str, node: ast.expr) -> Values:
    """Return an attribute of an object of the project.

    Everything that the class, the classes it derives from and, for an object that nobody was seen to make, the
    classes that derive from it put there.
    """
    found: list[Value] = []
    external: list[Value] = []
    for value in lineage(evaluator, instance.definition):
        match value:
            case Definition():
                found.extend(_of_constructor(evaluator, value, instance, name))
                found.extend(_assigned(evaluator, value, instance, name))
                found.extend(_own(evaluator, value, name, instance))
            case External(name=dotted):
                external.append(External(name=f"{dotted}.{name}"))
        if any(not isinstance(value, Constant) for value in found):
            break
    if instance.call is None:
        found.extend(_overridden(evaluator, instance.definition, name))
    if not found and external:
        return tuple(external)
    if not found:
        found.extend(_declared(evaluator, instance.definition, name))
    missing = Unknown(reason=f"`{instance.definition.node.name}` does not set `{name}`", expression=expression_of(node))
    return tuple(found) or (missing,)


def _declared(evaluator: Evaluator, definition: Definition, name: str) -> Iterator[Value]:
    """Yield an object of the class that a field is declared with."""
    annotation = definition.module.scopes.of(definition.node).annotations.get(name)
    if annotation is not None:
        frame = Frame(module=definition.module, owners=(*definition.owners, definition.node))
        yield from of_annotation(evaluator, annotation, frame)


def _methods(definition: Definition) -> Iterator[tuple[ast.FunctionDef | ast.AsyncFunctionDef, Scope, str]]:
    """Yield the functions of a class with their tables and the name of their first parameter."""
    for statement in getattr(definition.node, "body", []):
        if isinstance(statement, FUNCTIONS):
            first = next(iter((*statement.args.posonlyargs, *statement.args.args)), None)
            if first is not None:
                yield statement, definition.module.scopes.of(statement), first.arg


def _assigned(evaluator: Evaluator, definition: Definition, instance: Instance, name: str) -> Iterator[Value]:
    """Yield what the functions of a class assign to ``self.name``."""
    from ptmdeps.scan.values.containers import part_of  # containers do not know classes

    for function, scope, receiver in _methods(definition):
        bindings = scope.attributes.get((receiver, name), ())
        frame = Frame(module=definition.module, owners=(*definition.owners, definition.node, function))
        if bindings and function.name == "__init__" and instance.call is not None:
            frame = _constructed(evaluator, frame, instance)
        for binding in bindings:
            if isinstance(binding.value, ast.expr) and binding.kind in ("value", "context"):
                values = evaluator.values(binding.value, replace(frame, statement=binding.statement))
                values = part_of(evaluator, values, binding.path)
                yield from found_by(values, "attribute", definition.module.location(binding.value))


def _constructed(evaluator: Evaluator, frame: Frame, instance: Instance) -> Frame:
    """Return the frame of ``__init__`` with the arguments of the call that made the object."""
    call = instance.call
    function = frame.owner
    if call is None or not isinstance(function, FUNCTIONS) or not can_follow(call.frame):
        return frame
    given = arguments_of(call.node, call.frame, evaluator)
    around = replace(frame, owners=frame.owners[:-1])
    arguments = bound(function, given, evaluator, receiver=(instance,), defaults=around)
    return replace(frame, called=function, arguments=arguments, depth=call.frame.depth + 1)


def _of_constructor(evaluator: Evaluator, definition: Definition, instance: Instance, name: str) -> Iterator[Value]:
    """Yield what calls give for a field of a class that has no ``__init__`` of its own (dataclasses, pydantic)."""
    node = definition.node
    if not isinstance(node, ast.ClassDef) or name not in definition.module.scopes.of(node).annotations:
        return
    if find_function(evaluator, definition, "__init__") is not None:
        return
    fields = _fields(node)
    position = fields.index(name) if name in fields else None
    if instance.call is not None:
        yield from _field(evaluator, instance.call, name, position)
        return
    constructor = Definition(module=definition.module, node=_constructor(node), owners=(*definition.owners, node))
    with evaluator.once((*definition.identity, "constructed", name)) as first:
        for index, caller in enumerate(callers_of(evaluator, constructor) if first else ()):
            values = _field(evaluator, LazyCall(caller.call, caller.frame), name, position)
            yield from within(tuple(values), {(definition.identity, "made"): index})


def _constructor(node: ast.ClassDef) -> ast.FunctionDef:
    """Return a function that stands for the ``__init__`` that a class gets from its fields."""
    arguments = ast.arguments(posonlyargs=[], args=[], kwonlyargs=[], kw_defaults=[], defaults=[])
    made = ast.FunctionDef(name="__init__", args=arguments, body=[], decorator_list=[])
    return ast.copy_location(made, node)


def _fields(node: ast.ClassDef) -> list[str]:
    """Return the names of the annotated fields of a class, in order."""
    annotated = (statement.target for statement in node.body if isinstance(statement, ast.AnnAssign))
    return [target.id for target in annotated if isinstance(target, ast.Name)]


def _field(evaluator: Evaluator, call: LazyCall, name: str, position: int | None) -> Values:
    given = arguments_of(call.node, call.frame, evaluator)
    location = call.frame.module.location(call.node)
    return found_by(given.at(position, (name,), evaluator), "argument", location)


def _overridden(evaluator: Evaluator, definition: Definition, name: str) -> Iterator[Value]:
    """Yield what classes that derive from a class set instead, in the files that mention it."""
    if isinstance(definition.node, ast.ClassDef):
        for derived in subclasses(evaluator, definition):
            yield from _own(evaluator, derived, name, Instance(definition=derived))


def subclasses(evaluator: Evaluator, definition: Definition) -> list[Definition]:
    """Return the classes at the top level of the project's files that derive directly from a class."""
    key = ("subclasses", definition.identity)
    found: list[Definition] = evaluator.noted(key, lambda: list(_find_subclasses(evaluator, definition)))
    return found


def _find_subclasses(evaluator: Evaluator, definition: Definition) -> Iterator[Definition]:
    word = definition.node.name
    text = re.compile(rb"class\s+\w+\s*\([^)]*\b" + re.escape(word.encode()) + rb"\b")
    with evaluator.once((*definition.identity, "subclasses")) as first:
        for module in evaluator.modules_using(word, definition.module.path, text) if first else ():
            for node in module.tree.body:
                if isinstance(node, ast.ClassDef) and node.name != word:
                    derived = Definition(module=module, node=node, owners=(module.tree,))
                    bases = bases_of(evaluator, derived)
                    if any(isinstance(base, Definition) and base.identity == definition.identity for base in bases):
                        yield derived


def library_name(definition: Definition) -> str:
    """Return the dotted name of a class or function, as if the project were installed."""
    around = [getattr(owner, "name", "") for owner in definition.owners[1:]]
    return ".".join((import_name(definition.module.path), *around, definition.node.name))
