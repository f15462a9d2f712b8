"""Expressions of a library's source, computed as far as they are known; nothing is executed.

How statements and functions are gone through is said in :mod:`ptmdeps.libraries.tracing`.
"""

from __future__ import annotations

import ast
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from ptmdeps.libraries import operations
from ptmdeps.libraries.operations import UNKNOWN

_MAXIMUM_STEPS = 400_000
"""Steps of one answer."""

_MAXIMUM_ALTOGETHER = 10_000_000
"""Steps of all answers of one evaluator; reading the largest libraries takes less than two million."""

_MAXIMUM_NESTING = 300
_SIZE_OF_STEP = 50
"""Members of a collection that are copied in the time of one step."""

_WEIGHT_OF_STEP = 2
"""Values inside a collection that are gone through in the time of one step."""


class Exhausted(Exception):
    """More steps or deeper nesting than is gone: the answer is that nothing is known."""


@dataclass(slots=True)
class Frame:
    """The names that are known while a body is gone through; ``self.x`` is one of them."""

    module: str
    names: dict[str, object] = field(default_factory=dict)
    result: object = None
    depth: int = 0

    def merge(self, other: Frame) -> None:
        """Forget what two ways left different."""
        for name in {*self.names, *other.names}:
            if not operations.same(self.names.get(name, UNKNOWN), other.names.get(name, UNKNOWN)):
                self.names[name] = UNKNOWN


class Evaluator(ABC):
    """Computes expressions; what names and calls are is for others to say."""

    def __init__(self) -> None:
        self._steps = 0
        self._altogether = 0
        self._nesting = 0

    @abstractmethod
    def name(self, node: ast.Name, frame: Frame) -> object:
        """Return what a name is."""

    @abstractmethod
    def attribute(self, node: ast.Attribute, frame: Frame) -> object:
        """Return what ``a.b`` is."""

    @abstractmethod
    def call(self, node: ast.Call, frame: Frame) -> object:
        """Return what a call gives."""

    def restart(self) -> None:
        """Forget the steps that were taken."""
        self._steps = self._nesting = 0

    def step(self, count: int = 1) -> None:
        """Count steps.

        Raises:
            Exhausted: they were too many.
        """
        self._steps += count
        self._altogether += count
        if self._steps > _MAXIMUM_STEPS or self._altogether > _MAXIMUM_ALTOGETHER:
            raise Exhausted

    def charge(self, *values: object) -> None:
        """Count the steps of going through everything in some values.

        Raises:
            Exhausted: they were too many.
        """
        self.step(sum(operations.weight(value) // _WEIGHT_OF_STEP for value in values))

    def fork(self, frame: Frame) -> Frame:
        """Return a frame of its own with the same names."""
        self.step(len(frame.names) // _SIZE_OF_STEP)
        return Frame(frame.module, dict(frame.names), frame.result, frame.depth)

    def evaluate(self, node: ast.expr, frame: Frame) -> object:
        """Return the value of an expression, as far as it is known.

        Raises:
            Exhausted: it took too many steps.
        """
        compute = self._kinds.get(type(node))
        if compute is None:
            return UNKNOWN
        self._nesting += 1
        if self._nesting > _MAXIMUM_NESTING:
            raise Exhausted
        value = compute(self, node, frame)
        self._nesting -= 1
        self.step(1 + operations.size_of(value) // _SIZE_OF_STEP)
        return value

    def elements(self, nodes: list[ast.expr], frame: Frame) -> list[object]:
        """Return the values of the elements of a collection, or of the arguments of a call."""
        found: list[object] = []
        for node in nodes:
            if isinstance(node, ast.Starred):
                members = members_of(self.evaluate(node.value, frame))
                found += [UNKNOWN] if members is None else members
                self.step(len(found) // _SIZE_OF_STEP)
            else:
                found.append(self.evaluate(node, frame))
        return found

    def assign(self, target: ast.expr, value: object, frame: Frame) -> None:
        """Bind what a target of an assignment or loop names."""
        match target:
            case ast.Name(id=name):
                frame.names[name] = value
            case ast.Attribute(value=ast.Name(id="self"), attr=name):
                frame.names[f"self.{name}"] = value
            case ast.Subscript(value=ast.Name(id=name), slice=index):
                frame.names[name] = _with_member(frame.names.get(name, UNKNOWN), self._index_value(index, frame), value)
            case ast.Tuple(elts=targets) | ast.List(elts=targets):
                members = members_of(value)
                known = members if members is not None and len(members) == len(targets) else [UNKNOWN] * len(targets)
                for one, member in zip(targets, known, strict=True):
                    self.assign(one, member, frame)

    # One method a kind of expression

    def _constant(self, node: ast.Constant, _: Frame) -> object:
        value = node.value
        return operations.bounded(value) if isinstance(value, bool | int | float | str | None) else UNKNOWN

    def _binary(self, node: ast.BinOp, frame: Frame) -> object:
        return operations.binary(node.op, self.evaluate(node.left, frame), self.evaluate(node.right, frame))

    def _unary(self, node: ast.UnaryOp, frame: Frame) -> object:
        value = self.evaluate(node.operand, frame)
        if isinstance(node.op, ast.Not):
            known = operations.truth(value)
            return UNKNOWN if known is None else not known
        return -value if isinstance(node.op, ast.USub) and isinstance(value, int | float) else UNKNOWN

    def _boolean(self, node: ast.BoolOp, frame: Frame) -> object:
        """Return what ``or`` and ``and`` give: the first value that decides, else the last one."""
        wanted, certain = isinstance(node.op, ast.Or), True
        found: object = UNKNOWN
        for part in node.values:
            found = self.evaluate(part, frame)
            known = operations.truth(found)
            if known is wanted:
                # that it is so is known; which value it is, only where those before it are known
                return found if certain or isinstance(found, bool) else UNKNOWN
            certain = certain and known is not None
        return found if certain else UNKNOWN

    def _comparison(self, node: ast.Compare, frame: Frame) -> object:
        value, result = self.evaluate(node.left, frame), True
        for op, part in zip(node.ops, node.comparators, strict=True):
            other = self.evaluate(part, frame)
            self.charge(value, other)
            found = operations.compare(op, value, other)
            if found is UNKNOWN:
                return UNKNOWN
            result, value = result and bool(found), other
        return result

    def _joined(self, node: ast.JoinedStr, frame: Frame) -> object:
        texts = [self._piece(part, frame) for part in node.values]
        return operations.bounded("".join(map(str, texts))) if None not in texts else UNKNOWN

    def _piece(self, node: ast.expr, frame: Frame) -> str | None:
        match node:
            case ast.Constant(value=str(text)):
                return text
            case ast.FormattedValue(value=value, conversion=-1, format_spec=None):
                return operations.formatted(self.evaluate(value, frame))
            case ast.FormattedValue(
                value=value, conversion=-1, format_spec=ast.JoinedStr(values=[ast.Constant(value=str(written))])
            ):
                return operations.formatted(self.evaluate(value, frame), written)
        return None

    def _subscript(self, node: ast.Subscript, frame: Frame) -> object:
        return operations.subscript(self.evaluate(node.value, frame), self._index_value(node.slice, frame))

    def _index_value(self, node: ast.expr, frame: Frame) -> object:
        if not isinstance(node, ast.Slice):
            return self.evaluate(node, frame)
        ends = [self.evaluate(one, frame) if one else None for one in (node.lower, node.upper, node.step)]
        return slice(*ends) if all(isinstance(one, int | None) for one in ends) else UNKNOWN

    def _conditional(self, node: ast.IfExp, frame: Frame) -> object:
        known = operations.truth(self.evaluate(node.test, frame))
        if known is not None:
            return self.evaluate(node.body if known else node.orelse, frame)
        first, second = self.evaluate(node.body, frame), self.evaluate(node.orelse, frame)
        self.charge(first, second)
        return first if operations.same(first, second) else UNKNOWN

    def _named(self, node: ast.NamedExpr, frame: Frame) -> object:
        value = self.evaluate(node.value, frame)
        self.assign(node.target, value, frame)
        return value

    def _list(self, node: ast.List, frame: Frame) -> object:
        return operations.bounded(self.elements(node.elts, frame))

    def _tuple(self, node: ast.Tuple, frame: Frame) -> object:
        return operations.bounded(tuple(self.elements(node.elts, frame)))

    def _set(self, node: ast.Set, frame: Frame) -> object:
        return operations.function("frozenset", [self.elements(node.elts, frame)])

    def _table(self, node: ast.Dict, frame: Frame) -> object:
        found: dict[object, object] = {}
        for key, part in zip(node.keys, node.values, strict=True):
            name = self.evaluate(key, frame) if key else None
            value = self.evaluate(part, frame)
            if key is None and isinstance(value, dict):
                found.update(value)
                self.step(len(found) // _SIZE_OF_STEP)
            elif key is None or not isinstance(name, str | int | float | None):
                return UNKNOWN
            else:
                found[name] = value
        return operations.bounded(found)

    def _list_comprehension(self, node: ast.ListComp | ast.GeneratorExp, frame: Frame) -> object:
        found = self._turned(lambda inner: self.evaluate(node.elt, inner), node.generators, frame)
        return UNKNOWN if found is None else found

    def _set_comprehension(self, node: ast.SetComp, frame: Frame) -> object:
        found = self._turned(lambda inner: self.evaluate(node.elt, inner), node.generators, frame)
        return UNKNOWN if found is None else operations.function("frozenset", [found])

    def _table_comprehension(self, node: ast.DictComp, frame: Frame) -> object:
        def pair(inner: Frame) -> tuple[object, object]:
            return self.evaluate(node.key, inner), self.evaluate(node.value, inner)

        found = self._turned(pair, node.generators, frame)
        keys = found and all(isinstance(key, str | int | float | None) for key, _ in found)
        return dict(found) if found and keys else UNKNOWN

    def _turned(
        self, element: Callable[[Frame], Any], generators: list[ast.comprehension], frame: Frame
    ) -> list[Any] | None:
        """Return the elements of a comprehension; ``None`` where it is not known which there are."""
        found: list[object] = []
        for inner in self._turns(generators, self.fork(frame)):
            if inner is None or len(found) >= operations.LARGEST_COLLECTION:
                return None
            found.append(element(inner))
        return found

    def _turns(self, generators: list[ast.comprehension], frame: Frame) -> Iterator[Frame | None]:
        if not generators:
            yield frame
            return
        first, *rest = generators
        members = members_of(self.evaluate(first.iter, frame))
        for one in [UNKNOWN] if members is None else members:
            self.step()
            self.assign(first.target, one, frame)
            kept = [operations.truth(self.evaluate(test, frame)) for test in first.ifs]
            if members is None or None in kept:
                yield None
                return
            if all(kept):
                yield from self._turns(rest, frame)

    _kinds: ClassVar[Mapping[type[ast.expr], Callable[[Any, Any, Frame], object]]] = {
        ast.Attribute: lambda evaluator, node, frame: evaluator.attribute(node, frame),
        ast.BinOp: _binary,
        ast.BoolOp: _boolean,
        ast.Call: lambda evaluator, node, frame: evaluator.call(node, frame),
        ast.Compare: _comparison,
        ast.Constant: _constant,
        ast.Dict: _table,
        ast.DictComp: _table_comprehension,
        ast.GeneratorExp: _list_comprehension,
        ast.IfExp: _conditional,
        ast.JoinedStr: _joined,
        ast.List: _list,
        ast.ListComp: _list_comprehension,
        ast.Name: lambda evaluator, node, frame: evaluator.name(node, frame),
        ast.NamedExpr: _named,
        ast.Set: _set,
        ast.SetComp: _set_comprehension,
        ast.Subscript: _subscript,
        ast.Tuple: _tuple,
        ast.UnaryOp: _unary,
    }


def members_of(value: object) -> list[object] | None:
    """Return what a loop over a value goes through; ``None`` where that is not known."""
    match value:
        case list() | tuple() | str() | dict():
            return list(value)
        case frozenset():
            return sorted(value, key=repr)
    return None


def _with_member(table: object, index: object, value: object) -> object:
    """Return a table with one more member, itself unchanged: other ways may still hold it."""
    if not isinstance(table, dict) or not isinstance(index, str | int):
        return UNKNOWN
    return operations.bounded({**table, index: value})
