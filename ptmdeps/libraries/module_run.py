"""What the names of a module stand for once all its statements have run; nothing is executed."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass

from ptmdeps.libraries import operations
from ptmdeps.libraries.expressions import Exhausted, Frame
from ptmdeps.libraries.operations import UNKNOWN
from ptmdeps.libraries.tracing import Called, Tracer

_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom)
"""Statements that bind a name once and for all: what it is, is found when it is needed."""

_TABLES = frozenset({"dict", "OrderedDict"})
_COPIES = frozenset({"copy", "deepcopy"})
"""Values are never changed in place, so that a copy is the value itself."""


@dataclass(frozen=True, slots=True)
class Ran:
    """What a module leaves: the values of the names that its statements bind, and the calls that were looked for."""

    names: Mapping[str, object]
    calls: tuple[Called, ...]


class ModuleRun(Tracer):
    """Follows the statements of whole modules, where a table is put together by several of them."""

    def module(self, name: str) -> Ran:
        """Go through a module; nothing is known of one that is not there or takes too many steps."""
        tree = self.modules.tree(name)
        self.restart()
        frame = Frame(name)
        try:
            self.run([one for one in tree.body if not isinstance(one, _DEFINITIONS)] if tree else [], frame)
        except (Exhausted, RecursionError):
            return Ran({}, ())
        return Ran(frame.names, tuple(self.noted))

    def expression(self, node: ast.expr, module: str, names: Mapping[str, object] | None = None) -> object:
        """Return the value of an expression in a module, where ``names`` are known besides those of the module."""
        self.restart()
        try:
            return self.evaluate(node, Frame(module, dict(names or {})))
        except (Exhausted, RecursionError):
            return UNKNOWN

    def assign(self, target: ast.expr, value: object, frame: Frame) -> None:
        """Bind what a target names: also a member of a table in a table (``settings[name][weights] = …``)."""
        match target:
            case ast.Subscript(value=ast.Subscript() as outer, slice=index):
                table, key = self.evaluate(outer, frame), self.evaluate(index, frame)
                known = isinstance(table, dict) and isinstance(key, str | int)
                self.assign(outer, {**table, key: value} if known else UNKNOWN, frame)  # type: ignore[dict-item]
            case _:
                super().assign(target, value, frame)

    def call(self, node: ast.Call, frame: Frame) -> object:
        """Return what a call gives: also of those that make, copy and change tables."""
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr="update"), args=[given], keywords=[]):
                if isinstance(table := frame.names.get(name), dict):
                    changes = self.evaluate(given, frame)
                    known = isinstance(changes, dict)
                    frame.names[name] = operations.bounded({**table, **changes}) if known else UNKNOWN  # type: ignore[dict-item]
                    return None
            case ast.Call(func=ast.Attribute(value=ast.Name(), attr=name) | ast.Name(id=name), args=[given]):
                if name in _COPIES and not node.keywords:
                    return self.evaluate(given, frame)
        last = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        return self._made(node, frame) if last in _TABLES else super().call(node, frame)

    def _made(self, node: ast.Call, frame: Frame) -> object:
        """Return ``dict(…)`` of a table or of pairs, and of keywords."""
        keywords, complete = self._keywords(node.keywords, frame)
        given = [self.evaluate(one, frame) for one in node.args]
        table = given[0] if given and isinstance(given[0], dict) else operations.function("dict", given)
        return operations.bounded({**table, **keywords}) if complete and isinstance(table, dict) else UNKNOWN
