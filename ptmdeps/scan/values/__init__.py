"""What an expression can be: values found by demand, from a load site backwards through the project's code.

A *set* of values is the normal answer. Every value carries its evidence (the places it came through) and the choices
it depends on, so that what belongs together stays together. What cannot be known is a value too, with its reason.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping

from ptmdeps.scan.loaders import Catalogue
from ptmdeps.scan.project import Project
from ptmdeps.scan.values import attributes, calls, containers, expressions, names, strings
from ptmdeps.scan.values.evaluator import Evaluator, Rule

RULES: Mapping[type[ast.AST], Rule] = {
    ast.Constant: expressions.constant,
    ast.IfExp: expressions.conditional,
    ast.BoolOp: expressions.boolean,
    ast.NamedExpr: expressions.named,
    ast.UnaryOp: expressions.signed,
    ast.Await: expressions.awaited,
    ast.ListComp: expressions.comprehension,
    ast.SetComp: expressions.comprehension,
    ast.GeneratorExp: expressions.comprehension,
    ast.DictComp: expressions.table_comprehension,
    ast.Lambda: expressions.function,
    ast.JoinedStr: strings.joined,
    ast.FormattedValue: strings.formatted,
    ast.BinOp: strings.binary,
    ast.List: containers.display,
    ast.Tuple: containers.display,
    ast.Set: containers.display,
    ast.Dict: containers.dictionary,
    ast.Starred: containers.starred,
    ast.Subscript: containers.subscript,
    ast.Name: names.name,
    ast.Attribute: attributes.attribute,
    ast.Call: calls.call,
}
"""One rule for each kind of expression; other kinds are computed when the program runs."""


def new_evaluator(project: Project, catalogue: Catalogue) -> Evaluator:
    """Return an evaluator with every rule."""
    return Evaluator(project, catalogue, RULES)


__all__ = ["RULES", "Evaluator", "new_evaluator"]
