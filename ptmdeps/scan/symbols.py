"""Where names get their values: symbol tables of one file, made only for the scopes that are asked for.

A table lists every binding of a name with its position: the blocks that lead to it. Comparing two positions tells
whether a binding can still hold at a use, so that a name that is set twice has the right value at each place.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator

from ptmdeps.scan.outline import OutlinedText, look_into
from ptmdeps.scan.reaching import FUNCTIONS, Binding, Owner, Position, Reached, Step, line_of, reaching
from ptmdeps.unguarded import replace

DEFINITIONS = (*FUNCTIONS, ast.ClassDef)
_COMPOUND = frozenset(
    {ast.If, ast.For, ast.AsyncFor, ast.While, ast.With, ast.AsyncWith, ast.Try, ast.TryStar, ast.Match}
)
SIMPLE = frozenset(
    {ast.Expr, ast.Assign, ast.AnnAssign, ast.AugAssign, ast.Return, ast.Raise, ast.Assert, ast.Delete, ast.Pass}
    | {ast.Import, ast.ImportFrom, ast.Global, ast.Nonlocal, ast.Break, ast.Continue}
)
"""Statements that hold no others."""

_ADDING = frozenset({"append", "add", "insert", "extend", "update", "setdefault"})


class Scope:
    """The symbol table of a file, class or function.

    Attributes:
        owner: whose table this is.
        bindings: for each name, in source order, how it gets values.
        additions: for each name of a container (``REGISTRY``, ``self.models``), the statements that put something in.
        changes: for each name of an object, the assignments to what is in it, with the way of attributes and keys.
        attributes: for each (receiver, attribute), the assignments such as ``self.model = …``.
        annotations: types written at names.
        shared: names declared ``global`` or ``nonlocal``.
        stars: ``from module import *``.
        returns: what ``return`` and ``yield`` statements give, with their statements.
    """

    def __init__(self, owner: Owner, *, has_named_expressions: bool = True, text: OutlinedText | None = None) -> None:
        self.owner = owner
        self._text = text
        self.bindings: dict[str, list[Binding]] = {}
        self.additions: dict[str, list[Binding]] = {}
        self.attributes: dict[tuple[str, str], list[Binding]] = {}
        self.changes: dict[str, list[tuple[tuple[str, ...], Binding]]] = {}
        self.annotations: dict[str, ast.expr] = {}
        self.shared: set[str] = set()
        self.stars: list[ast.ImportFrom] = []
        self.returns: list[tuple[ast.expr, ast.stmt]] = []
        self._positions: dict[int, Position] = {}
        self._walruses: dict[str, list[Binding]] | None = None if has_named_expressions else {}
        if isinstance(owner, FUNCTIONS):
            self._bind_parameters(owner.args)
        self._walk(owner.body)

    def position(self, statement: ast.stmt | None) -> Position | None:
        """Return where one of the scope's own statements stands."""
        return None if statement is None else self._positions.get(id(statement))

    def reaching(self, name: str, use: Position | None) -> list[Reached]:
        """Return the bindings of ``name`` that may hold at ``use``; ``None`` stands for after everything."""
        if self._text is not None:  # the table of a file
            self._text.looked.names.add(name)
        bindings = self.bindings.get(name, [])
        if named := self._named_expressions().get(name):
            bindings = sorted([*bindings, *named], key=line_of)
        return reaching(name, bindings, use) if bindings else []

    def _bind_parameters(self, arguments: ast.arguments) -> None:
        every = (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)
        for argument in (*every, arguments.vararg, arguments.kwarg):
            if argument is not None:
                self._bind(argument.arg, Binding(kind="parameter", value=argument, position=()))
                if argument.annotation is not None:
                    self.annotations[argument.arg] = argument.annotation

    def _bind(self, name: str, binding: Binding) -> None:
        self.bindings.setdefault(name, []).append(binding)

    def _walk(self, body: list[ast.stmt]) -> None:
        """Visit the scope's own statements in source order, without recursion."""
        positions = self._positions
        stack: list[Position] = [(Step(None, "body", i, statement),) for i, statement in enumerate(body)]
        stack.reverse()
        while stack:
            position = stack.pop()
            statement = position[-1].statement
            positions[id(statement)] = position
            kind = type(statement)
            if visit := _VISITS.get(kind):
                visit(self, statement, position)
            elif kind not in SIMPLE and isinstance(statement, DEFINITIONS):
                _visit_definition(self, statement, position)
                continue
            if kind in _COMPOUND:
                inner = [
                    (*position, Step(statement, block, i, child))
                    for block, children in blocks_of(statement)
                    for i, child in enumerate(children)
                ]
                inner.reverse()
                stack.extend(inner)

    def bind_target(self, target: ast.expr, binding: Binding) -> None:
        """Bind every name of an assignment target."""
        if isinstance(target, ast.Name):  # which most are
            self._bind(target.id, binding)
            return
        match target:
            case ast.Tuple(elts=elements) | ast.List(elts=elements):
                for index, element in enumerate(elements):
                    self.bind_target(element, _element_of(binding, index, elements))
            case ast.Starred(value=ast.Name(id=name)):
                self._bind(name, replace(binding, kind="unknown"))
            case ast.Attribute() | ast.Subscript():
                self._bind_part(target, binding)

    def _bind_part(self, target: ast.Attribute | ast.Subscript, binding: Binding) -> None:
        """Note an assignment to what is in an object."""
        match target:
            case ast.Attribute(value=ast.Name(id=receiver), attr=attribute):
                self.attributes.setdefault((receiver, attribute), []).append(binding)
            case ast.Subscript(value=container) if not binding.path and (name := dotted_name(container)):
                self.additions.setdefault(name, []).append(binding)
        root, path = _way_to(target)
        if root and (len(path) > 1 or isinstance(target, ast.Attribute)):
            self.changes.setdefault(root, []).append((path, binding))

    def _named_expressions(self) -> dict[str, list[Binding]]:
        """Find ``name := value`` anywhere in the scope's own expressions."""
        if self._walruses is None:
            self._walruses = {}
            for position in self._positions.values():
                statement = position[-1].statement
                for node in () if isinstance(statement, DEFINITIONS) else _own_expressions(statement):
                    if isinstance(node, ast.NamedExpr):
                        binding = Binding(kind="named", value=node.value, position=position, statement=statement)
                        self._walruses.setdefault(node.target.id, []).append(binding)
        return self._walruses


class Scopes:
    """The symbol tables of one file.

    Which names the table of the file itself is asked for is noted in what was looked at of ``text``.
    """

    def __init__(self, tree: ast.Module, text: OutlinedText, *, has_named_expressions: bool = True) -> None:
        self.tree = tree
        self._text = text
        self._has_named_expressions = has_named_expressions
        self._tables: dict[int, Scope] = {}

    def of(self, owner: Owner) -> Scope:
        """Return the table of a file, class or function of this tree."""
        look_into(owner)
        table = self._tables.get(id(owner))
        if table is None:
            text = self._text if owner is self.tree else None
            table = Scope(owner, has_named_expressions=self._has_named_expressions, text=text)
            self._tables[id(owner)] = table
        return table


def blocks_of(statement: ast.stmt) -> Iterator[tuple[str, list[ast.stmt]]]:
    """Yield the named blocks of a compound statement."""
    for block in _BLOCKS.get(type(statement)) or _blocks_of_definition(statement):
        yield block, getattr(statement, block)
    match statement:
        case ast.Try() | ast.TryStar():
            for index, handler in enumerate(statement.handlers):
                yield f"handler {index}", handler.body
            yield "orelse", statement.orelse
            yield "finalbody", statement.finalbody
        case ast.Match():
            for index, case in enumerate(statement.cases):
                yield f"case {index}", case.body


_BLOCKS: dict[type[ast.stmt], tuple[str, ...]] = {
    **dict.fromkeys((ast.If, ast.For, ast.AsyncFor, ast.While), ("body", "orelse")),
    **dict.fromkeys((ast.With, ast.AsyncWith, ast.Try, ast.TryStar), ("body",)),
}
"""The blocks of each kind of statement that are fields of it; of ``try`` the first one."""


def _blocks_of_definition(statement: ast.stmt) -> tuple[str, ...]:
    return ("body",) if isinstance(statement, DEFINITIONS) else ()


def dotted_name(node: ast.expr) -> str:
    """Return ``name`` or ``name.attribute`` as a text; empty for anything else."""
    match node:
        case ast.Name(id=name):
            return name
        case ast.Attribute(value=ast.Name(id=name), attr=attribute):
            return f"{name}.{attribute}"
    return ""


def _way_to(target: ast.expr) -> tuple[str, tuple[str, ...]]:
    """Return the name at the root of ``name.a["b"].c`` and the way from there; no name where that cannot be said."""
    path: list[str] = []
    while True:
        match target:
            case ast.Name(id=name):
                return name, tuple(reversed(path))
            case (
                ast.Attribute(value=inner, attr=part) | ast.Subscript(value=inner, slice=ast.Constant(value=str(part)))
            ):
                path.append(part)
                target = inner
            case _:
                return "", ()


def _own_expressions(statement: ast.stmt) -> Iterator[ast.AST]:
    """Yield every expression node of a statement, without the statements inside it."""
    stack: list[ast.AST] = [child for child in ast.iter_child_nodes(statement) if isinstance(child, ast.expr)]
    if isinstance(statement, (ast.With, ast.AsyncWith)):
        stack.extend(item.context_expr for item in statement.items)
    while stack:
        node = stack.pop()
        yield node
        stack.extend(child for child in ast.iter_child_nodes(node) if not isinstance(child, ast.stmt))


def _element_of(binding: Binding, index: int, elements: list[ast.expr]) -> Binding:
    """Describe what one element of a target gets; a starred target before it makes that unknown."""
    starred = any(isinstance(element, ast.Starred) for element in elements[: index + 1])
    return replace(binding, kind="unknown" if starred else binding.kind, path=(*binding.path, index))


def _visit_assignment(scope: Scope, statement: ast.stmt, position: Position) -> None:
    match statement:
        case ast.Assign():
            binding = Binding(kind="value", value=statement.value, position=position, statement=statement)
            for target in statement.targets:
                scope.bind_target(target, binding)
        case ast.AnnAssign(target=target, value=value, annotation=annotation):
            if isinstance(target, ast.Name):
                scope.annotations[target.id] = annotation
            if value is not None:
                scope.bind_target(target, Binding(kind="value", value=value, position=position, statement=statement))
        case ast.AugAssign(target=ast.Name(id=name), value=value):
            binding = Binding(kind="augmented", value=value, position=position, statement=statement)
            scope.bindings.setdefault(name, []).append(binding)


def _visit_loop(scope: Scope, statement: ast.stmt, position: Position) -> None:
    match statement:
        case ast.For(target=target, iter=iterable) | ast.AsyncFor(target=target, iter=iterable):
            binding = Binding(kind="iteration", value=iterable, position=position, statement=statement)
            scope.bind_target(target, binding)


def _visit_with(scope: Scope, statement: ast.stmt, position: Position) -> None:
    match statement:
        case ast.With(items=items) | ast.AsyncWith(items=items):
            for item in items:
                if item.optional_vars is not None:
                    value = item.context_expr
                    binding = Binding(kind="context", value=value, position=position, statement=statement)
                    scope.bind_target(item.optional_vars, binding)


def _visit_import(scope: Scope, statement: ast.stmt, position: Position) -> None:
    assert isinstance(statement, (ast.Import, ast.ImportFrom))  # noqa: S101 - the table of visits says so
    if isinstance(statement, ast.ImportFrom) and statement.names[0].name == "*":
        scope.stars.append(statement)
        return
    for index, alias in enumerate(statement.names):
        name = alias.asname or (alias.name if isinstance(statement, ast.ImportFrom) else alias.name.partition(".")[0])
        binding = Binding(kind="import", value=statement, position=position, statement=statement, path=(index,))
        scope.bindings.setdefault(name, []).append(binding)


def _visit_definition(
    scope: Scope, statement: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef, position: Position
) -> None:
    binding = Binding(kind="definition", value=statement, position=position, statement=statement)
    scope.bindings.setdefault(statement.name, []).append(binding)


def _visit_shared(scope: Scope, statement: ast.stmt, _position: Position) -> None:
    match statement:
        case ast.Global(names=names) | ast.Nonlocal(names=names):
            scope.shared.update(names)


def _visit_result(scope: Scope, statement: ast.stmt, position: Position) -> None:
    match statement:
        case ast.Return(value=ast.expr() as value) | ast.Expr(value=ast.Yield(value=ast.expr() as value)):
            scope.returns.append((value, statement))
        case ast.Expr(value=ast.Call(func=ast.Attribute(value=container, attr=method)) as call):
            if method in _ADDING and (name := dotted_name(container)):
                binding = Binding(kind="value", value=call, position=position, statement=statement)
                scope.additions.setdefault(name, []).append(binding)


_VISITS: dict[type[ast.stmt], Callable[[Scope, ast.stmt, Position], None]] = {
    ast.Assign: _visit_assignment,
    ast.AnnAssign: _visit_assignment,
    ast.AugAssign: _visit_assignment,
    ast.For: _visit_loop,
    ast.AsyncFor: _visit_loop,
    ast.With: _visit_with,
    ast.AsyncWith: _visit_with,
    ast.Import: _visit_import,
    ast.ImportFrom: _visit_import,
    ast.Global: _visit_shared,
    ast.Nonlocal: _visit_shared,
    ast.Return: _visit_result,
    ast.Expr: _visit_result,
}
