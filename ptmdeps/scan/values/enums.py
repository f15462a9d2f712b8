"""Enums of the project: a member stands for its value, and remembers whose member it is."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ptmdeps.scan.values.evaluator import Evaluator
from ptmdeps.scan.values.value import (
    Collection,
    Definition,
    External,
    Frame,
    Instance,
    LazyCall,
    Table,
    Text,
    Value,
)
from ptmdeps.unguarded import replace


def is_enumeration(evaluator: Evaluator, definition: Definition) -> bool:
    """Whether a class of the project is an enum."""
    if not isinstance(definition.node, ast.ClassDef):
        return False
    frame = Frame(module=definition.module, owners=definition.owners)
    bases = (value for base in definition.node.bases for value in evaluator.values(base, frame))
    return any(isinstance(base, External) and base.name.rpartition(".")[2].endswith("Enum") for base in bases)


def members_of_enumeration(evaluator: Evaluator, definition: Definition, name: str = "") -> Iterator[Value]:
    """Yield the members of an enum, or the one of that name; a member stands for its value."""
    frame = Frame(module=definition.module, owners=(*definition.owners, definition.node))
    for statement in definition.node.body:
        match statement:
            case ast.Assign(targets=[ast.Name(id=target)], value=value) if not name or name == target:
                for found in evaluator.values(value, frame):
                    yield as_member(found, definition, value, frame)


def as_member(value: Value, definition: Definition, node: ast.expr, frame: Frame) -> Value:
    """Return a value as a member of an enum; one with several values is made by ``__init__`` out of them."""
    match value:
        case Text():
            return replace(value, member_of=definition)
        case Collection() if isinstance(node, ast.Tuple):
            made = ast.copy_location(ast.Call(func=node, args=node.elts, keywords=[]), node)
            entries = (((Text(text="value"),), (value,)),)
            call = LazyCall(made, frame)
            return Instance(definition=definition, call=call, fields=(Table(entries=entries),), world=value.world)
    return value
