"""Where names get their values: symbol tables of one file, made only for the scopes that are asked for.

A table lists every binding of a name with its position: the blocks that lead to it. Comparing two positions tells
whether a binding can still hold at a use, so that a name that is set twice has the right value at each place.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

Owner = ast.Module | ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
"""What has names of its own (lambdas and comprehensions bind theirs where they are evaluated)."""

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)

BindingKind = Literal["value", "augmented", "iteration", "context", "import", "definition", "parameter", "unknown"]
_ADDING = frozenset({"append", "add", "insert", "extend", "update", "setdefault"})
_LOOPS = (ast.For, ast.AsyncFor, ast.While)


@dataclass(frozen=True, slots=True)
class Step:
    """One step down: ``statement`` is the ``index``-th of a block of ``owner`` (``None`` for the scope itself)."""

    owner: ast.stmt | None
    block: str
    index: int
    statement: ast.stmt


Position = tuple[Step, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Binding:
    """One way in which a name gets a value.

    Attributes:
        kind: how; ``iteration`` takes one element of ``value``, ``context`` what a with statement gives,
            ``augmented`` adds ``value`` to what the name had.
        value: the expression, the definition, the import or the parameter.
        path: which element of the value, for targets such as ``(a, b), c``.
        position: where.
        statement: the statement that binds, ``None`` for parameters.
    """

    kind: BindingKind
    value: ast.AST
    position: Position
    statement: ast.stmt | None = None
    path: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """A binding that may hold at a use, and the branches taken for that: (place of the choice, branch)."""

    binding: Binding
    branches: tuple[tuple[tuple[int, int], int], ...] = ()


class Scope:
    """The symbol table of a file, class or function.

    Attributes:
        owner: whose table this is.
        bindings: for each name, in source order, how it gets values.
        additions: for each name of a container, the statements that put something in.
        attributes: for each (receiver, attribute), the assignments such as ``self.model = …``.
        annotations: types written at names.
        shared: names declared ``global`` or ``nonlocal``.
        stars: ``from module import *``.
        returns: what ``return`` and ``yield`` statements give, with their statements.
    """

    def __init__(self, owner: Owner) -> None:
        self.owner = owner
        self.bindings: dict[str, list[Binding]] = {}
        self.additions: dict[str, list[Binding]] = {}
        self.attributes: dict[tuple[str, str], list[Binding]] = {}
        self.annotations: dict[str, ast.expr] = {}
        self.shared: set[str] = set()
        self.stars: list[ast.ImportFrom] = []
        self.returns: list[tuple[ast.expr, ast.stmt]] = []
        self._positions: dict[int, Position] = {}
        self._walruses: dict[str, list[Binding]] | None = None
        if isinstance(owner, FUNCTIONS):
            self._bind_parameters(owner.args)
        self._walk(owner.body)

    def position(self, statement: ast.stmt | None) -> Position | None:
        """Return where one of the scope's own statements stands."""
        return None if statement is None else self._positions.get(id(statement))

    def reaching(self, name: str, use: Position | None) -> list[Reached]:
        """Return the bindings of ``name`` that may hold at ``use``; ``None`` stands for after everything."""
        bindings = self.bindings.get(name)
        if bindings is None:
            bindings = self._named_expressions().get(name, [])
        return _reaching(name, bindings, use)

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
        stack: list[Position] = []
        stack.extend((Step(None, "body", i, statement),) for i, statement in reversed(list(enumerate(body))))
        while stack:
            position = stack.pop()
            statement = position[-1].statement
            self._positions[id(statement)] = position
            if visit := _VISITS.get(type(statement)):
                visit(self, statement, position)
            if not isinstance(statement, (*FUNCTIONS, ast.ClassDef)):
                inner = [
                    (*position, Step(statement, block, i, child))
                    for block, children in blocks_of(statement)
                    for i, child in enumerate(children)
                ]
                stack.extend(reversed(inner))

    def bind_target(self, target: ast.expr, binding: Binding) -> None:
        """Bind every name of an assignment target."""
        match target:
            case ast.Name(id=name):
                self._bind(name, binding)
            case ast.Tuple(elts=elements) | ast.List(elts=elements):
                for index, element in enumerate(elements):
                    self.bind_target(element, _element_of(binding, index, elements))
            case ast.Attribute(value=ast.Name(id=receiver), attr=attribute):
                self.attributes.setdefault((receiver, attribute), []).append(binding)
            case ast.Subscript(value=ast.Name(id=name)) if not binding.path:
                self.additions.setdefault(name, []).append(binding)

    def _named_expressions(self) -> dict[str, list[Binding]]:
        """Find ``name := value``; looked for only when a name is not bound by any statement."""
        if self._walruses is None:
            self._walruses = {}
            for position in self._positions.values():
                for node in _own_expressions(position[-1].statement):
                    if isinstance(node, ast.NamedExpr) and isinstance(node.target, ast.Name):
                        # Bound before the rest of its statement: as if it stood one place up.
                        binding = Binding(kind="value", value=node.value, position=())
                        self._walruses.setdefault(node.target.id, []).append(binding)
        return self._walruses


class Scopes:
    """The symbol tables of one file."""

    def __init__(self, tree: ast.Module) -> None:
        self.tree = tree
        self._tables: dict[int, Scope] = {}

    def of(self, owner: Owner) -> Scope:
        """Return the table of a file, class or function of this tree."""
        table = self._tables.get(id(owner))
        if table is None:
            table = self._tables[id(owner)] = Scope(owner)
        return table


def blocks_of(statement: ast.stmt) -> Iterator[tuple[str, list[ast.stmt]]]:
    """Yield the named blocks of a compound statement."""
    match statement:
        case ast.If() | ast.For() | ast.AsyncFor() | ast.While():
            yield "body", statement.body
            yield "orelse", statement.orelse
        case ast.With() | ast.AsyncWith() | ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            yield "body", statement.body
        case ast.Try() | ast.TryStar():
            yield "body", statement.body
            for index, handler in enumerate(statement.handlers):
                yield f"handler {index}", handler.body
            yield "orelse", statement.orelse
            yield "finalbody", statement.finalbody
        case ast.Match():
            for index, case in enumerate(statement.cases):
                yield f"case {index}", case.body


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
    kind: BindingKind = binding.kind
    if any(isinstance(element, ast.Starred) for element in elements[: index + 1]):
        kind = "unknown"
    return Binding(
        kind=kind,
        value=binding.value,
        position=binding.position,
        statement=binding.statement,
        path=(*binding.path, index),
    )


def _visit_assignment(scope: Scope, statement: ast.stmt, position: Position) -> None:
    match statement:
        case ast.Assign(targets=targets, value=value):
            binding = Binding(kind="value", value=value, position=position, statement=statement)
            for target in targets:
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
    match statement:
        case ast.ImportFrom(names=[ast.alias(name="*")]):
            scope.stars.append(statement)
        case ast.ImportFrom(names=names) | ast.Import(names=names):
            for index, alias in enumerate(names):
                name = alias.asname or alias.name
                if isinstance(statement, ast.Import):
                    name = alias.asname or alias.name.partition(".")[0]
                path = (index,)
                binding = Binding(kind="import", value=statement, position=position, statement=statement, path=path)
                scope.bindings.setdefault(name, []).append(binding)


def _visit_definition(scope: Scope, statement: ast.stmt, position: Position) -> None:
    match statement:
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            binding = Binding(kind="definition", value=statement, position=position, statement=statement)
            scope.bindings.setdefault(name, []).append(binding)


def _visit_shared(scope: Scope, statement: ast.stmt, _position: Position) -> None:
    match statement:
        case ast.Global(names=names) | ast.Nonlocal(names=names):
            scope.shared.update(names)


def _visit_result(scope: Scope, statement: ast.stmt, position: Position) -> None:
    match statement:
        case ast.Return(value=ast.expr() as value) | ast.Expr(value=ast.Yield(value=ast.expr() as value)):
            scope.returns.append((value, statement))
        case ast.Expr(value=ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr=method)) as call):
            if method in _ADDING:
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
    ast.FunctionDef: _visit_definition,
    ast.AsyncFunctionDef: _visit_definition,
    ast.ClassDef: _visit_definition,
    ast.Global: _visit_shared,
    ast.Nonlocal: _visit_shared,
    ast.Return: _visit_result,
    ast.Expr: _visit_result,
}


def _reaching(name: str, bindings: Iterable[Binding], use: Position | None) -> list[Reached]:
    """Walk back from the use; stop at the statement after which no older binding can hold."""
    found: list[Reached] = []
    settled: ast.stmt | None = None
    for binding in reversed(list(bindings)):
        depth = _meeting(binding.position, use)
        if depth is None:
            continue
        later = use is not None and _is_later(binding.position, use)
        if settled is not None and not later and _line(binding) < (settled.lineno, settled.col_offset):
            continue
        found.append(Reached(binding=binding, branches=_branches(binding.position[depth + 1 :])))
        head = binding.position[min(depth, len(binding.position) - 1)].statement if binding.position else None
        if settled is None and head is not None and not later and binding.kind != "augmented":
            inside = depth >= len(binding.position)
            if inside or settles(head, name):
                settled = head
    return found[::-1]


def _line(binding: Binding) -> tuple[int, int]:
    statement = binding.statement
    return (0, 0) if statement is None else (statement.lineno, statement.col_offset)


def _is_later(binding: Position, use: Position) -> bool:
    """Whether a binding that holds stands after the use, which only a loop makes possible."""
    if not binding:
        return False
    bound, used = binding[-1].statement, use[-1].statement
    return (bound.lineno, bound.col_offset) > (used.lineno, used.col_offset)


def _meeting(binding: Position, use: Position | None) -> int | None:
    """Return how many steps both have in common, or ``None`` if the binding cannot hold at the use."""
    if use is None or not binding:
        return 0
    depth = 0
    while depth < min(len(binding), len(use)) and binding[depth].statement is use[depth].statement:
        depth += 1
    looped = any(step.owner is not None and isinstance(step.owner, _LOOPS) for step in binding[:depth])
    if depth == len(use):  # the use stands in the head of what holds the binding, or in the same statement
        looped = looped or (depth < len(binding) and isinstance(use[-1].statement, ast.While))
        return depth if looped else None
    if depth == len(binding):
        return depth
    return depth if looped or _precedes(binding[depth], use[depth]) else None


def _precedes(binding: Step, use: Step) -> bool:
    """Whether one block or statement of a block runs before the other one, in the same run."""
    if binding.block == use.block:
        return binding.index < use.index
    if isinstance(binding.owner, (ast.Try, ast.TryStar)):
        return binding.block == "body" or use.block == "finalbody"
    return binding.block == "body" and isinstance(binding.owner, _LOOPS)


def _branches(steps: Position) -> tuple[tuple[tuple[int, int], int], ...]:
    """Return the choices on the way to a binding: for each if and match, which branch."""
    return tuple(
        ((step.owner.lineno, step.owner.col_offset), 0 if step.block == "body" else hash_of_block(step.block))
        for step in steps
        if isinstance(step.owner, (ast.If, ast.Match))
    )


def hash_of_block(block: str) -> int:
    """Return a number for a block's name that is the same in every run."""
    return int(block.rpartition(" ")[2]) + 2 if " " in block else 1


def settles(statement: ast.stmt, name: str) -> bool:
    """Whether after a statement ``name`` surely has a new value, or the flow has left."""
    match statement:
        case ast.Return() | ast.Raise() | ast.Continue() | ast.Break():
            return True
        case ast.If():
            return _any_settles(statement.body, name) and _any_settles(statement.orelse, name)
        case ast.With() | ast.AsyncWith():
            bound = any(_names(item.optional_vars, name) for item in statement.items)
            return bound or _any_settles(statement.body, name)
        case ast.Try() | ast.TryStar():
            tried = _any_settles(statement.body, name) or _any_settles(statement.orelse, name)
            handled = all(_any_settles(handler.body, name) for handler in statement.handlers)
            return (tried and handled) or _any_settles(statement.finalbody, name)
        case ast.Assign(targets=targets):
            return any(_names(target, name) for target in targets)
        case ast.AnnAssign(target=target, value=value):
            return value is not None and _names(target, name)
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            return statement.name == name
        case ast.Import(names=names) | ast.ImportFrom(names=names):
            return any((alias.asname or alias.name.partition(".")[0]) == name for alias in names)
    return False


def _any_settles(body: list[ast.stmt], name: str) -> bool:
    return any(settles(statement, name) for statement in body)


def _names(target: ast.expr | None, name: str) -> bool:
    match target:
        case ast.Name(id=bound):
            return bound == name
        case ast.Tuple(elts=elements) | ast.List(elts=elements):
            return any(_names(element, name) for element in elements)
    return False
