"""The state of following code: how far it got, what is on the stack, and what was found.

The rules of the language are in ``statements``, ``expressions``, ``calls``, ``classes``, ``attributes``, ``containers``
and ``modules``; what libraries do in ``natives``, ``texts``, ``libraries``, ``files`` and ``downloads``. Nothing of the
repository is ever executed: each of them computes with values of :mod:`ptmdeps.hubconf.values`.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from ptmdeps.hubconf import values as v
from ptmdeps.hubconf.limits import MAX_IMPORT_STEPS, ExhaustedError, RaisedError
from ptmdeps.hubconf.model import OtherModel, Unknown, WeightFile
from ptmdeps.hubconf.reaching import Reach
from ptmdeps.hubconf.repository import ROOT, Repository
from ptmdeps.hubconf.values import Scope, Value

_SHOWN = 8


@dataclass(slots=True)
class Frame:
    """A call on the stack: the file, the line that it has come to, and what was called with what."""

    path: str
    line: int
    function: object = None
    arguments: tuple[Hashable, ...] = ()


@dataclass(slots=True)
class Findings:
    """What a call would download; the first evidence of each thing is kept."""

    files: dict[tuple[str, str, str], WeightFile] = field(default_factory=dict)
    models: dict[tuple[object, str, str], OtherModel] = field(default_factory=dict)
    unknown: dict[tuple[str, str], Unknown] = field(default_factory=dict)
    unplaced: WeightFile | None = None


class Machine:
    """Follows the code of one repository; see :meth:`evaluate`, :meth:`run` and :meth:`call`."""

    def __init__(self, repository: Repository, rules: Rules) -> None:
        self.repository = repository
        self.modules: dict[str, v.Module] = {}
        self.roots = v.Items([ROOT])
        self.steps = 0
        self.limit = MAX_IMPORT_STEPS
        self.uncertain = 0
        self.stack: list[Frame] = []
        self.shown_from = 0
        self.found = Findings()
        self.created: set[str] = set()
        self.calling: ast.Call | None = None
        self.generators: dict[ast.AST, bool] = {}
        self.remembered: dict[Hashable, Value] = {}
        self.reach = Reach()
        self.reaches: dict[ast.AST, bool] = {}
        self.followed: dict[ast.AST, bool] = {}
        self.patience = MAX_IMPORT_STEPS
        self._rules = rules
        self._kept: dict[int, tuple[object, object]] | None = None

    # following

    def evaluate(self, node: ast.AST, scope: Scope) -> Value:
        """Return what an expression can be.

        Raises:
            RaisedError: it raises an exception in any case.
            ExhaustedError: there are no steps left.
        """
        self.steps += 1
        if self.steps > self.limit:
            raise ExhaustedError
        rule = self._rules.expressions.get(type(node))
        return rule(self, node, scope) if rule else v.UNKNOWN

    def run(self, block: Sequence[ast.stmt], scope: Scope) -> str | None:
        """Follow statements; ``return``, ``break`` or ``continue`` if the block is left by it in any case."""
        statements = self._rules.statements
        frame = self.stack[-1]
        for node in block:
            self.steps += 1
            if self.steps > self.limit:
                raise ExhaustedError
            frame.line = node.lineno
            rule = statements.get(type(node))
            signal = rule(self, node, scope) if rule else None
            if signal is not None:
                return signal
        return None

    def call(self, function: Value, arguments: v.Arguments) -> Value:
        """Return what a call can return."""
        return self._rules.call(self, function, arguments)

    def external(self, name: str, arguments: v.Arguments, *, decorating: bool = False) -> Value:
        """Return what calling a function of a library gives, and remember what it downloads."""
        return self._rules.external(self, name, arguments, decorating)

    def outside(self, name: str) -> Value:
        """Return what a dotted name of a library stands for."""
        return self._rules.outside(self, name)

    def bind(self, target: ast.expr, value: Value, scope: Scope) -> None:
        """Give a value to the target of an assignment."""
        self._rules.assign(self, target, value, scope)

    def fork(self, scope: Scope, *ways: Callable[[], str | None]) -> str | None:
        """Follow each of several ways of which one is taken, and put together what is known after them.

        Raises:
            RaisedError: each of them raises an exception.
        """
        before = dict(scope.names)
        self.steps += len(before) // 8
        ends: list[tuple[str | None, dict[str, Value]]] = []
        error: RaisedError | None = None
        with self.perhaps():
            for way in ways:
                _replace(scope.names, before)
                try:
                    ends.append((way(), dict(scope.names)))
                except RaisedError as raised:
                    error = raised
        return self._merge(scope, ends, error)

    def _merge(
        self, scope: Scope, ends: list[tuple[str | None, dict[str, Value]]], error: RaisedError | None
    ) -> str | None:
        going = [(signal, names) for signal, names in ends if signal != "return"]
        if not ends:
            raise error or RaisedError("Exception")
        if scope.call is not None and any(signal in {"return", "break"} for signal, _ in ends):
            scope.call.perhaps_left = True
        if not going:
            return "return"
        _replace(scope.names, _joined([names for _, names in going]))
        signals = {signal for signal, _ in going}
        if signals <= {"break", "continue"}:
            return "break" if signals == {"break"} else "continue"
        return None

    @contextmanager
    def perhaps(self) -> Iterator[None]:
        """What happens inside happens only perhaps."""
        self.uncertain += 1
        try:
            yield
        finally:
            self.uncertain -= 1

    def each(self, value: Value, function: Callable[[Value], Value]) -> Value:
        """Return what a function makes of all that a value can be; what raises an exception is left out.

        Raises:
            RaisedError: everything does.
        """
        if not isinstance(value, v.Choice):
            return function(value)
        results: list[Value] = []
        error = RaisedError("Exception")
        with self.perhaps():
            for one in value.values:
                try:
                    results.append(function(one))
                except RaisedError as raised:
                    error = raised
        if not results:
            raise error
        return v.join(results)

    # values

    def items(self, values: Iterable[Value], kind: str = "list", *, more: bool = False) -> v.Items:
        """Return a new list, tuple or set."""
        made = v.Items(list(values), kind, more, self.uncertain)
        self.steps += len(made.values) // 8
        return made

    def table(self, entries: dict[Any, Value], rest: Value = None, *, attributes: bool = False) -> v.Table:
        """Return a new dictionary; its keys are what :func:`values.key_of` gives."""
        self.steps += len(entries) // 8
        return v.Table(entries, rest, attributes, self.uncertain)

    def assign(self, table: dict[str, Value], name: str, value: Value, level: int) -> None:
        """Set a name of an object: perhaps, if the object is older than the branch that is followed."""
        if self.uncertain > level and name in table:
            value = v.join((table[name], value))
        table[name] = value

    # places and findings

    @property
    def place(self) -> str:
        """The line that is followed: ``path:line``."""
        frame = self.stack[-1]
        return f"{frame.path}:{frame.line}"

    @property
    def evidence(self) -> str:
        """The lines that led here."""
        places = list(dict.fromkeys(f"{frame.path}:{frame.line}" for frame in self.stack[self.shown_from :]))
        if len(places) > _SHOWN:
            places = [*places[: _SHOWN // 2], "…", *places[-_SHOWN // 2 :]]
        return " → ".join(places)

    def written(self, node: ast.AST | None) -> str:
        """The source text of an expression of the file that is followed."""
        return self.repository.segment(self.stack[-1].path, node) if node is not None else ""

    def miss(self, expression: str, reason: str, *, once: bool = False) -> None:
        """Remember that something may be downloaded here that cannot be named; ``once``: one such place is enough."""
        place = "" if once else self.place
        self.found.unknown.setdefault(
            (expression if place else "", place or reason),
            Unknown(expression=expression, reason=reason, evidence=self.evidence),
        )

    # one call must not change what another one finds

    def protect(self) -> None:
        """From now on remember how objects were before they change, for :meth:`restore`."""
        self._kept = {}
        self._loaded = set(self.modules)

    def keep(self, thing: v.Items | v.Table | v.Class | v.Instance | v.Function | v.Module) -> None:
        """Say that an object is about to change."""
        if self._kept is None:
            return
        match thing:
            case v.Items():
                if id(thing) not in self._kept:
                    self._kept[id(thing)] = (thing, list(thing.values))
                return
            case v.Table():
                holder: dict[Any, Value] = thing.entries
            case v.Class() | v.Module():
                holder = thing.names
            case _:
                holder = thing.attributes
        if id(holder) not in self._kept:
            self._kept[id(holder)] = (holder, dict(holder))

    def restore(self) -> None:
        """Put back what has changed since :meth:`protect`, and forget the modules that were imported."""
        for thing, before in (self._kept or {}).values():
            if isinstance(thing, v.Items) and isinstance(before, list):
                thing.values = before
            elif isinstance(thing, dict) and isinstance(before, dict):
                _replace(thing, before)
        self._kept = {}
        for name in set(self.modules) - self._loaded:
            del self.modules[name]
        self.found = Findings()
        self.created = set()
        self.remembered = {}


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules of the language, one for each kind of node."""

    expressions: dict[type[ast.AST], Callable[[Machine, Any, Scope], Value]]
    statements: dict[type[ast.AST], Callable[[Machine, Any, Scope], str | None]]
    assign: Callable[[Machine, ast.expr, Value, Scope], None]
    call: Callable[[Machine, Value, v.Arguments], Value]
    external: Callable[[Machine, str, v.Arguments, bool], Value]
    outside: Callable[[Machine, str], Value]


def _replace(names: dict[str, Value], others: dict[str, Value]) -> None:
    names.clear()
    names.update(others)


def _joined(ends: list[dict[str, Value]]) -> dict[str, Value]:
    if len(ends) == 1:
        return ends[0]
    first, *others = ends
    joined = dict(first)
    for names in others:
        for name, value in names.items():
            known = joined.get(name, value)
            joined[name] = value if known is value else v.join((known, value))
    return joined
