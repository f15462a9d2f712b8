"""Environment variables: their defaults, and the values that the code itself or the project's ``.env`` sets."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from ptmdeps.scan.source import Module
from ptmdeps.scan.values.arguments import arguments_of, of_key
from ptmdeps.scan.values.evaluator import Evaluator
from ptmdeps.scan.values.paths import file_at, variables_file
from ptmdeps.scan.values.value import Frame, Text, Unknown, Value, Values, expression_of, found_by
from ptmdeps.scan.walk import places_of_statements

ENVIRONMENTS = frozenset(
    {
        "environ.Env",
        "environs.Env",
        "environs.FileAwareEnv",
        "starlette.config.Config",
        "decouple.AutoConfig",
        "decouple.Config",
    }
)
"""Classes whose objects read variables: called, or by a method a type, with a name and a default."""

_READING = re.compile(rb"\b(?:load_dotenv|read_env)\b")
_SETTING = re.compile(rb"\benviron\b")


def default_of_variable(evaluator: Evaluator, node: ast.Call, frame: Frame) -> Values:
    """``os.environ.get(name, default)``: the default."""
    default = arguments_of(node, frame, evaluator).at(1, ("default",), evaluator)
    location = frame.module.location(node)
    known = tuple(value for value in found_by(default, "environment", location) if not isinstance(value, Unknown))
    if known or not node.args:
        return known or (_missing("", node),)
    return variable(evaluator, node.args[0], node, frame)


def variable(evaluator: Evaluator, name: ast.expr, node: ast.expr, frame: Frame) -> Values:
    """``os.environ[name]``: what the same file puts there."""
    texts = {value.text for value in evaluator.values(name, frame) if isinstance(value, Text)}
    key = ("environment", frame.module.path)
    settings: list[tuple[ast.expr, ast.expr, Frame]] = evaluator.noted(key, lambda: list(_settings(frame.module)))
    found = [
        value
        for setting, given, around in settings
        if any(isinstance(set_, Text) and set_.text in texts for set_ in evaluator.values(setting, around))
        for value in evaluator.values(given, around)
    ]
    if not found and frame.module.uses(_READING):
        found = _of_file(evaluator, texts, frame)
    return (*found_by(tuple(found), "environment", frame.module.location(node)), _missing(expression_of(name), node))


def _of_file(evaluator: Evaluator, names: set[str], frame: Frame) -> list[Value]:
    """Return what the ``.env`` of the project says, which the code reads into the environment."""
    path = file_at(evaluator.project, ".env", frame.module.path)
    table = variables_file(evaluator, path) if path is not None else None
    return [value for name in sorted(names) if table is not None for value in of_key(table, name, evaluator)]


def _missing(name: str, node: ast.expr) -> Unknown:
    reason = f"environment variable {name} has no default"
    return Unknown(reason=reason, expression=expression_of(node), outside=True)


def _settings(module: Module) -> Iterator[tuple[ast.expr, ast.expr, Frame]]:
    """Yield what a file puts into the environment: names, values and from where to look at both."""
    for statement, owners in places_of_statements(module, module.lines_with(_SETTING)):
        frame = Frame(module=module, owners=owners, statement=statement)
        match statement:
            case ast.Assign(targets=[ast.Subscript(value=ast.Attribute(attr="environ"), slice=name)], value=value):
                yield name, value, frame
            case ast.Expr(
                value=ast.Call(
                    func=ast.Attribute(value=ast.Attribute(attr="environ"), attr="setdefault"), args=[name, value]
                )
            ):
                yield name, value, frame
