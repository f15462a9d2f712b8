"""Which bindings of a name can hold at a use, by comparing the blocks in which both stand."""

from __future__ import annotations

import ast
from bisect import bisect_right
from collections.abc import Sequence
from typing import Literal

from ptmdeps.unguarded import unguarded

Owner = ast.Module | ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
"""What has names of its own (lambdas and comprehensions bind theirs where they are evaluated)."""

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)

BindingKind = Literal[
    "value", "named", "augmented", "iteration", "context", "import", "definition", "parameter", "unknown"
]

_MANY = 300
"""Bindings that may hold at one use, above which nobody would call them alternatives."""

_FEW = 4
"""Bindings that are looked at one by one sooner than sought in."""

_LOOPS = (ast.For, ast.AsyncFor, ast.While)


@unguarded(frozen=True, slots=True)
class Step:
    """One step down: ``statement`` is the ``index``-th of a block of ``owner`` (``None`` for the scope itself)."""

    owner: ast.stmt | None
    block: str
    index: int
    statement: ast.stmt


Position = tuple[Step, ...]


@unguarded(frozen=True, slots=True, kw_only=True)
class Binding:
    """One way in which a name gets a value.

    Attributes:
        kind: how; ``named`` is ``name := value``, ``iteration`` takes one element of ``value``, ``context`` what a
            with statement gives, ``augmented`` adds ``value`` to what the name had.
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


@unguarded(frozen=True, slots=True, kw_only=True)
class Reached:
    """A binding that may hold at a use, and the branches taken for that: (place of the choice, branch)."""

    binding: Binding
    branches: tuple[tuple[tuple[int, int], int], ...] = ()


def reaching(name: str, bindings: Sequence[Binding], use: Position | None) -> list[Reached]:
    """Walk back from the use; stop at the statement after which no older binding can hold.

    ``bindings`` are in source order. Of very many only the last are returned: they are no choice any more.
    """
    if use and len(bindings) > _FEW:
        bindings = _not_later(bindings, use)
    found: list[Reached] = []
    before: list[Position] = []
    settled: ast.stmt | None = None
    for binding in reversed(bindings):
        position = binding.position
        depth = _meeting(position, use)
        if depth is None and binding.kind == "named" and use and position[-1].statement is use[-1].statement:
            depth = len(position)
        if depth is None:
            continue
        later = use is not None and _is_later(position, use)
        if not later:
            if settled is not None and line_of(binding) < (settled.lineno, settled.col_offset):
                break
            if len(before) > _MANY:
                break
            if any(_overwrites(other, position) for other in before):
                continue
            before.append(position)
            if binding is not bindings[0]:  # nobody asks what is before the first
                settled = settled or _settled_at(name, position, depth)
        found.append(Reached(binding=binding, branches=_branches(position[depth + 1 :])))
    return found[::-1]


def _not_later(bindings: Sequence[Binding], use: Position) -> Sequence[Binding]:
    """Return the bindings without those in later statements of the scope's own block, which no loop brings back."""
    end = bisect_right(bindings, use[0].index, key=lambda one: one.position[0].index if one.position else -1)
    return bindings[:end]


def _settled_at(name: str, position: Position, depth: int) -> ast.stmt | None:
    """Return the statement before which no binding holds any more, if this binding settles it."""
    if not position:
        return None
    if depth >= len(position):  # the use stands inside the statement that binds
        return position[-1].statement
    while depth + 1 < len(position) and _is_always_run(position[depth + 1]):
        depth += 1
    head = position[depth].statement
    return head if settles(head, name) else None


def _is_always_run(step: Step) -> bool:
    if isinstance(step.owner, (ast.Try, ast.TryStar)):
        return step.block == "finalbody"
    return isinstance(step.owner, (ast.With, ast.AsyncWith))


def _overwrites(later: Position, earlier: Position) -> bool:
    """Whether a binding stands straight in a block that holds the earlier one too, after it."""
    depth = len(later) - 1
    if depth < 0 or len(earlier) <= depth:
        return False
    if any(one.statement is not other.statement for one, other in zip(later[:depth], earlier[:depth], strict=True)):
        return False
    return later[depth].block == earlier[depth].block and later[depth].index > earlier[depth].index


def line_of(binding: Binding) -> tuple[int, int]:
    """Return where a binding stands in its file; parameters stand before everything."""
    statement = binding.statement
    return (0, 0) if statement is None else (statement.lineno, statement.col_offset)


def _is_later(binding: Position, use: Position) -> bool:
    """Whether a binding that holds stands after the use or is the use, which only a loop makes possible."""
    if not binding:
        return False
    bound, used = binding[-1].statement, use[-1].statement
    if bound is used:
        return len(binding) >= len(use)
    return (bound.lineno, bound.col_offset) > (used.lineno, used.col_offset)


def _meeting(binding: Position, use: Position | None) -> int | None:
    """Return how many steps both have in common, or ``None`` if the binding cannot hold at the use."""
    if use is None or not binding:
        return 0
    depth = 0
    while depth < min(len(binding), len(use)) and binding[depth].statement is use[depth].statement:
        depth += 1
    if depth == len(use):  # the use stands in the head of what holds the binding, or in the same statement
        in_condition = depth < len(binding) and isinstance(use[-1].statement, ast.While)
        return depth if in_condition or _is_looped(binding[:depth]) else None
    if depth == len(binding):
        return depth
    return depth if _is_looped(binding[: depth + 1]) or _precedes(binding[depth], use[depth]) else None


def _is_looped(steps: Position) -> bool:
    return any(isinstance(step.owner, _LOOPS) and step.block == "body" for step in steps)


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


def settles(statement: ast.stmt, name: str) -> bool:  # noqa: PLR0911 - one result a case
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
        case ast.AugAssign(target=target):
            return _names(target, name)
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
