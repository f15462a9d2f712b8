"""What a function of a library would fetch, found by following its source with known arguments; nothing is executed.

Libraries compute addresses rather than write them: from a size, a suffix and a table of hashes. A :class:`Tracer` goes
through such a function statement by statement. What is known is computed (:mod:`ptmdeps.libraries.expressions`), what
is not known is ``UNKNOWN``, and where an unknown value decides, both ways are gone. Steps, nesting and sizes are
bounded: of a function that takes more nothing is known.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from ptmdeps.libraries import operations
from ptmdeps.libraries.expressions import Evaluator, Exhausted, Frame, members_of
from ptmdeps.libraries.operations import UNKNOWN
from ptmdeps.libraries.static import Modules

_MAXIMUM_CALLS = 12
"""How many functions are entered, one from the next."""

_MAXIMUM_TURNS = 500
"""How often the body of one loop is gone through."""

Function = ast.FunctionDef | ast.AsyncFunctionDef

End = Literal["", "return", "raise", "loop"]
"""How a block of statements ends: at its end, or before it."""

_ENDS: Mapping[type[ast.stmt], End] = {
    ast.Break: "loop",
    ast.Continue: "loop",
    ast.Raise: "raise",
    ast.Return: "return",
}


@dataclass(frozen=True, slots=True)
class Called:
    """A call that was looked for, with the values of its arguments."""

    name: str
    positional: tuple[object, ...]
    keywords: Mapping[str, object]

    def text(self, position: int, keyword: str) -> str:
        """Return an argument that is a known text; an empty one where it is not."""
        given = self.positional[position] if position < len(self.positional) else UNKNOWN
        value = self.keywords.get(keyword, given)
        return value if isinstance(value, str) else ""


@dataclass(frozen=True, slots=True)
class Named:
    """Something by its dotted name (``collections.OrderedDict``); its module need not be there."""

    name: str


@dataclass(frozen=True, slots=True)
class Body:
    """A function of the library, and the module it stands in."""

    node: Function
    module: str


class Tracer(Evaluator):
    """Follows functions of a library and notes the calls that are looked for.

    Args:
        modules: the library.
        watched: the last parts of the names of the calls to note, such as ``get_file``.
        followed: functions of modules whose names start so are gone through as well; empty: of all that are there.
        answers: what calls give, by the last part of their name.
    """

    def __init__(
        self,
        modules: Modules,
        *,
        watched: Iterable[str] = (),
        followed: str = "",
        answers: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__()
        self.modules = modules
        self._watched = frozenset(watched)
        self._followed = followed
        self._answers = answers or {}
        self._globals: dict[tuple[str, str], object] = {}
        self.noted: list[Called] = []

    def restart(self) -> None:
        """Forget the steps that were taken and the calls that were noted."""
        super().restart()
        self.noted = []

    def value(self, name: str) -> object:
        """Return what a name of a module is (``whisper._MODELS``); unknown where it is not computed from literals."""
        self.restart()
        module, _, last = name.rpartition(".")
        try:
            return self._global(module, last)
        except (Exhausted, RecursionError):
            return UNKNOWN

    def calls(self, name: str, arguments: Mapping[str, object]) -> tuple[Called, ...]:
        """Return the watched calls that a function makes with these arguments, in their order.

        ``name`` may be a method (``module.Class.method``). Parameters that are not given have their defaults, and are
        unknown where they have none. Empty where there is no such function or it cannot be followed to its end.
        """
        self.restart()
        found = self._body_at(name)
        if found is None:
            return ()
        try:
            self._enter(found, [], dict(arguments), complete=True, depth=0)
        except (Exhausted, RecursionError):
            return ()
        return tuple(self.noted)

    def name(self, node: ast.Name, frame: Frame) -> object:
        """Return what a name is, in the body that is gone through or in its module."""
        if node.id in frame.names:
            return frame.names[node.id]
        source = self.modules.source(frame.module)
        if source and node.id in source.bound:
            return self._global(frame.module, node.id)
        return Named(node.id) if node.id in operations.FUNCTIONS or node.id == "isinstance" else UNKNOWN

    def attribute(self, node: ast.Attribute, frame: Frame) -> object:
        """Return what ``a.b`` is, where ``a`` is a module or the object that the method belongs to."""
        if isinstance(node.value, ast.Name) and node.value.id == "self":
            return frame.names.get(f"self.{node.attr}", UNKNOWN)
        owner = self.evaluate(node.value, frame)
        return self._imported(f"{owner.name}.{node.attr}") if isinstance(owner, Named) else UNKNOWN

    def call(self, node: ast.Call, frame: Frame) -> object:
        """Return what a call gives, and note it if it is looked for."""
        positional = self.elements(node.args, frame)
        keywords, complete = self._keywords(node.keywords, frame)
        name = _last_part(node.func)
        if name in self._watched:
            self.noted.append(Called(name, tuple(positional), keywords))
            return UNKNOWN
        if name in self._answers:
            return self._answers[name]
        function = self.evaluate(node.func, frame)
        if function is UNKNOWN and isinstance(node.func, ast.Attribute):
            owner = self.evaluate(node.func.value, frame)
            self.charge(*positional)
            return operations.method(owner, node.func.attr, positional, keywords) if complete else UNKNOWN
        return self.called(function, positional, keywords, complete=complete, depth=frame.depth)

    def called(
        self, function: object, positional: list[object], keywords: dict[str, object], *, complete: bool, depth: int
    ) -> object:
        """Return what a function of the library or of Python gives; ``complete``: no other arguments are given."""
        if isinstance(function, Body):
            return self._followed_call(function, positional, keywords, complete=complete, depth=depth)
        if isinstance(function, Named) and complete and not keywords:
            self.charge(*positional)
            return _of_python(function.name, positional)
        return UNKNOWN

    # What names stand for

    def _body_at(self, name: str) -> Body | None:
        owner, _, last = name.rpartition(".")
        if source := self.modules.source(owner):
            node: ast.AST | None = source.bound.get(last)
        else:
            module, _, class_name = owner.rpartition(".")
            source = self.modules.source(module)
            holder = source.bound.get(class_name) if source else None
            body = holder.body if isinstance(holder, ast.ClassDef) else []
            node = next((one for one in body if isinstance(one, Function) and one.name == last), None)
        return Body(node, source.name) if source and isinstance(node, Function) else None

    def _global(self, module: str, name: str) -> object:
        key = (module, name)
        if key not in self._globals:
            self._globals[key] = UNKNOWN  # while it is computed: a name that needs itself is unknown
            self._globals[key] = self._computed_global(module, name)
        return self._globals[key]

    def _computed_global(self, module: str, name: str) -> object:
        source = self.modules.source(module)
        statement = source.bound.get(name) if source else None
        match statement:
            case ast.Assign(value=value) | ast.AnnAssign(value=ast.expr() as value):
                return self.evaluate(value, Frame(module))
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                return Body(statement, module)
            case ast.Import() | ast.ImportFrom() if source:
                target = source.target(statement, name)
                # `from . import name` in a package names a module of it
                return Named(target) if target == f"{module}.{name}" else self._imported(target)
        return UNKNOWN

    def _imported(self, target: str) -> object:
        """Return what an imported name is: something of a module that is there, or only its name."""
        module, _, last = target.rpartition(".")
        source = self.modules.source(module) if module else None
        return self._global(module, last) if source and last in source.bound else Named(target)

    # Statements

    def run(self, body: list[ast.stmt], frame: Frame) -> End:
        """Go through statements, and say how they end.

        Raises:
            Exhausted: they took too many steps.
        """
        for statement in body:
            self.step()
            if end := self._statement(statement, frame):
                return end
        return ""

    def _statement(self, node: ast.stmt, frame: Frame) -> End:
        if isinstance(node, ast.Return):
            frame.result = self.evaluate(node.value, frame) if node.value else None
        if end := _ENDS.get(type(node)):
            return end
        if isinstance(node, ast.If | ast.For | ast.While | ast.With | ast.Try):
            return self._block(node, frame)
        self._simple_statement(node, frame)
        return ""

    def _block(self, node: ast.If | ast.For | ast.While | ast.With | ast.Try, frame: Frame) -> End:
        match node:
            case ast.If(test=test, body=body, orelse=orelse):
                return self._either(operations.truth(self.evaluate(test, frame)), body, orelse, frame)
            case ast.For(target=target, iter=values, body=body):
                return self._loop(target, self.evaluate(values, frame), body, frame)
            case ast.While(body=body):
                return self._either(None, body, [], frame)
        return self.run(node.body, frame) or self.run(getattr(node, "finalbody", []), frame)

    def _simple_statement(self, node: ast.stmt, frame: Frame) -> None:
        match node:
            case ast.Assign(targets=targets, value=value):
                found = self.evaluate(value, frame)
                for target in targets:
                    self.assign(target, found, frame)
            case ast.AnnAssign(target=target, value=ast.expr() as value):
                self.assign(target, self.evaluate(value, frame), frame)
            case ast.AugAssign(target=target, op=op, value=value):
                found = operations.binary(op, self.evaluate(target, frame), self.evaluate(value, frame))
                self.assign(target, found, frame)
            case ast.Expr(value=value):
                self.evaluate(value, frame)
            case ast.Import(names=aliases) | ast.ImportFrom(names=aliases):
                source = self.modules.source(frame.module)
                for name in (alias.asname or alias.name for alias in aliases):
                    frame.names[name] = self._imported(source.target(node, name)) if source else UNKNOWN
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                frame.names[name] = UNKNOWN

    def _either(self, known: bool | None, body: list[ast.stmt], orelse: list[ast.stmt], frame: Frame) -> End:
        """Go one way, or both where it is not known which: what they leave different is not known afterwards."""
        if known is not None:
            return self.run(body if known else orelse, frame)
        other = self.fork(frame)
        first, second = self.run(body, frame), self.run(orelse, other)
        if first and second:
            self.charge(frame.result, other.result)
            frame.result = frame.result if operations.same(frame.result, other.result) else UNKNOWN
            return first if first == second else "return"
        if first:
            frame.names, frame.result = other.names, other.result
        elif not second:
            self._merge(frame, other)
        return ""

    def _merge(self, frame: Frame, other: Frame) -> None:
        for name, value in frame.names.items():
            if (changed := other.names.get(name)) is not value:
                self.charge(value, changed)
        frame.merge(other)

    def _loop(self, target: ast.expr, values: object, body: list[ast.stmt], frame: Frame) -> End:
        turns = members_of(values)
        if turns is None:
            other = self.fork(frame)
            self.assign(target, UNKNOWN, other)
            self.run(body, other)
            self._merge(frame, other)
            return ""
        for one in turns[:_MAXIMUM_TURNS]:
            self.assign(target, one, frame)
            if (end := self.run(body, frame)) in ("return", "raise"):
                return end
        return ""

    # Calls

    def _keywords(self, nodes: list[ast.keyword], frame: Frame) -> tuple[dict[str, object], bool]:
        """Return the arguments by keyword, and whether they are all."""
        found: dict[str, object] = {}
        complete = True
        for node in nodes:
            value = self.evaluate(node.value, frame)
            if node.arg:
                found[node.arg] = value
            elif isinstance(value, dict):
                found.update({str(name): one for name, one in value.items()})
            else:
                complete = False
        return found, complete

    def _followed_call(
        self, body: Body, positional: list[object], keywords: dict[str, object], *, complete: bool, depth: int
    ) -> object:
        if depth >= _MAXIMUM_CALLS or not f"{body.module}.".startswith(self._followed):
            return UNKNOWN
        return self._enter(body, positional, keywords, complete=complete, depth=depth + 1)

    def _enter(
        self, body: Body, positional: list[object], keywords: dict[str, object], *, complete: bool, depth: int
    ) -> object:
        frame = Frame(body.module, depth=depth)
        arguments = body.node.args
        names = [one.arg for one in (*arguments.posonlyargs, *arguments.args)]
        for name, default in _parameters(arguments):
            value = self.evaluate(default, Frame(body.module)) if default and complete else UNKNOWN
            frame.names[name] = keywords.pop(name, value)
        frame.names.update(zip(names, positional, strict=False))
        if arguments.vararg:
            frame.names[arguments.vararg.arg] = tuple(positional[len(names) :])
        if arguments.kwarg:
            frame.names[arguments.kwarg.arg] = keywords if complete else UNKNOWN
        return frame.result if self.run(body.node.body, frame) in ("", "return") else UNKNOWN


def required(node: Function) -> tuple[str, ...]:
    """Return the parameters of a function that have no default."""
    return tuple(name for name, default in _parameters(node.args) if default is None)


def _parameters(arguments: ast.arguments) -> Iterator[tuple[str, ast.expr | None]]:
    positional = [*arguments.posonlyargs, *arguments.args]
    missing = len(positional) - len(arguments.defaults)
    yield from zip((one.arg for one in positional), [*[None] * missing, *arguments.defaults], strict=True)
    yield from zip((one.arg for one in arguments.kwonlyargs), arguments.kw_defaults, strict=True)


def _of_python(name: str, positional: list[object]) -> object:
    if name == "isinstance":
        return True if positional and isinstance(positional[0], str) else UNKNOWN
    return operations.function(name, positional)


def _last_part(node: ast.expr) -> str:
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""
