"""Attributes: of objects and classes of the project, of modules, and of what libraries give."""

from __future__ import annotations

import ast

from ptmdeps.scan.values.arguments import of_key
from ptmdeps.scan.values.classes import of_class, own
from ptmdeps.scan.values.containers import as_table
from ptmdeps.scan.values.evaluator import Evaluator
from ptmdeps.scan.values.flags import default_of_flag, flag
from ptmdeps.scan.values.instances import of_instance
from ptmdeps.scan.values.names import member
from ptmdeps.scan.values.options import option
from ptmdeps.scan.values.paths import path_attribute
from ptmdeps.scan.values.value import (
    Constant,
    Definition,
    External,
    File,
    Frame,
    Instance,
    Local,
    Object,
    Options,
    Table,
    Text,
    Unknown,
    Value,
    Values,
    expression_of,
    found_at,
    found_by,
    within,
)


def attribute(evaluator: Evaluator, node: ast.expr, frame: Frame) -> Values:
    """Rule for ``value.name``."""
    assert isinstance(node, ast.Attribute)  # noqa: S101 - the table of rules says so
    found: list[Value] = []
    for value in evaluator.values(node.value, frame):
        found.extend(within(attribute_of(evaluator, value, node.attr, node, frame), value.world))
    return found_at(tuple(found), "constant", node, frame)


def attribute_of(evaluator: Evaluator, value: Value, name: str, node: ast.expr, frame: Frame) -> Values:  # noqa: C901, PLR0911, PLR0912 - one result a case
    """Return what an attribute of one value can be."""
    match value:
        case Unknown():
            return (value,)
        case External(name="absl.flags.FLAGS"):
            return flag(evaluator, name, frame)
        case Object(name=dotted, call=made) if name in ("value", "default") and dotted.startswith("absl.flags."):
            return default_of_flag(evaluator, made.node, made.frame)
        case External(name=dotted) | Object(name=dotted):
            return (External(name=f"{dotted}.{name}"),)
        case File():
            return member(evaluator, value, name)
        case Options() | Instance() if name == "__dict__":
            return (as_table(evaluator, value) or value,)
        case Options():
            return option(evaluator, value, name)
        case Table():
            missing = Unknown(reason=f"nothing is found under `{name}`", expression=expression_of(node))
            return found_by(of_key(value, name, evaluator), "registry") or (missing,)
        case Instance():
            return of_instance(evaluator, value, name, node)
        case Definition(node=ast.ClassDef()):
            return of_class(evaluator, value, name, node)
        case Local() if (path := path_attribute(value, name, node)) is not None:
            return (path,)
        case Text() | Constant() if name == "value":  # a member of an enum, which stands for its value here
            return (value,)
        case Text(member_of=Definition() as enumeration) if found := own(evaluator, enumeration, name, value):
            return found
    return (Unknown(reason=f"`{name}` of this value is not followed", expression=expression_of(node)),)
