"""How what is loaded moves through one function, or the top of one file: a small, honest reading of Python.

Names and dotted names hold what was assigned to them before; of branches both may have happened, and an assignment
hides an earlier one only where nothing can go past it. What goes round a loop, comes in as a parameter, is kept in a
container under a name of its own, or goes through another function of the project, is not followed: a hand-off that is
not seen is better than one that is made up. The tree is read and never run, and never walked by recursion.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from ptmdeps.graph.model import Confidence
from ptmdeps.identity import ModelKey

Loaded = tuple[ModelKey, str]
"""A model as it is asked for, and its ref."""

_SAME_OBJECT = frozenset(
    {
        "to",
        "cuda",
        "cpu",
        "half",
        "float",
        "bfloat16",
        "eval",
        "train",
        "requires_grad_",
        "compile",
        "to_bettertransformer",
    }
)
"""Methods that give back the object they are called on."""

_EITHER = "either "
"""How the names of arms begin of which only one is gone through."""

_LARGEST_JOIN = 25
"""Pairs of models that one call connects; more of them say that the names are not known, and not what goes where."""

_FARTHEST = 100
"""Assignments of one name that are looked back at, where each may have happened."""

_NAMED_MODEL = "model"
_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


@dataclass(frozen=True, slots=True)
class Held:
    """What an expression holds: objects that were loaded, and what they gave when they were called."""

    objects: frozenset[Loaded] = frozenset()
    outputs: frozenset[Loaded] = frozenset()

    def __or__(self, other: Held) -> Held:
        if other is NOTHING:
            return self
        return other if self is NOTHING else Held(self.objects | other.objects, self.outputs | other.outputs)


NOTHING = Held()


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """That one model, or what it gave, goes into another at a call or an assignment."""

    source: Loaded
    target: Loaded
    line: int
    through: str
    confidence: Confidence


Block = tuple[tuple[int, str], ...]
"""Where a statement stands: the compound statements around it, each with the arm."""


@dataclass(frozen=True, slots=True)
class _Definition:
    block: Block
    held: Held


@dataclass(slots=True)
class _Names:
    """What names of one scope were given, in order; and those of the file around it."""

    given: defaultdict[str, list[_Definition]] = field(default_factory=lambda: defaultdict(list))
    outer: _Names | None = None
    final: dict[str, Held] = field(default_factory=dict)

    def at(self, name: str, block: Block) -> Held:
        """What a name holds where it is used."""
        definitions = self.given.get(name)
        if definitions is None:
            return self.outer.anywhere(name) if self.outer else NOTHING
        held = NOTHING
        for definition in reversed(definitions[-_FARTHEST:]):
            if _excludes(definition.block, block):
                continue
            held |= definition.held
            if definition.block == block[: len(definition.block)]:
                break
        return held

    def anywhere(self, name: str) -> Held:
        """What a name of the file may hold when one of its functions runs."""
        if name not in self.final:
            held = NOTHING
            for definition in self.given.get(name, ()):
                held |= definition.held
            self.final[name] = held
        return self.final[name]


def flows(tree: ast.Module, loads: Callable[[ast.Call], frozenset[Loaded]]) -> Iterator[Flow]:
    """Every flow between two different models in a file; ``loads`` tells what a call loads."""
    top = _Names()
    # names of the file are read before what its functions do with them
    scopes: list[tuple[Sequence[ast.stmt], _Names]] = [(tree.body, top)]
    for body, names in scopes:
        for statement, block in _statements(body):
            if isinstance(statement, _FUNCTIONS):
                scopes.append((statement.body, _Names(given=_parameters(statement), outer=top)))
            else:
                yield from _in_statement(statement, block, names, loads)


def _in_statement(
    statement: ast.stmt, block: Block, names: _Names, loads: Callable[[ast.Call], frozenset[Loaded]]
) -> Iterator[Flow]:
    held: dict[ast.AST, Held] = {}
    for node in _expressions(statement):
        held[node] = _held(node, held, names, block, loads)
        if isinstance(node, ast.Call):
            yield from _into_call(node, held, loads)
    yield from _assigned(statement, held, names, block)


def _statements(body: Sequence[ast.stmt]) -> Iterator[tuple[ast.stmt, Block]]:
    """Every statement of a scope with its block, in order, without those of functions inside."""
    pending: list[tuple[ast.stmt, Block]] = [(statement, ()) for statement in reversed(body)]
    while pending:
        statement, block = pending.pop()
        yield statement, block
        if isinstance(statement, _FUNCTIONS):
            continue
        inner: list[tuple[ast.stmt, Block]] = []
        for arm, value in ast.iter_fields(statement):
            # a `with` and the body of a class are gone through whatever happens
            always = isinstance(statement, (ast.With, ast.AsyncWith, ast.ClassDef))
            for index, one in enumerate(value if isinstance(value, list) else ()):
                if isinstance(one, ast.stmt):
                    name = f"{_EITHER}{arm}" if isinstance(statement, ast.If) else arm
                    inner.append((one, block if always else (*block, (id(statement), name))))
                elif isinstance(one, (ast.ExceptHandler, ast.match_case)):
                    name = f"{_EITHER}{index}" if isinstance(one, ast.match_case) else f"{arm}{index}"
                    inner += [(child, (*block, (id(statement), name))) for child in one.body]
        pending += reversed(inner)


def _excludes(defined: Block, used: Block) -> bool:
    """Whether two statements stand in different arms of one ``if`` or ``match``, of which only one is gone through."""
    for one, other in zip(defined, used, strict=False):
        if one != other:
            return one[0] == other[0] and one[1].startswith(_EITHER) and other[1].startswith(_EITHER)
    return False


def _expressions(statement: ast.stmt) -> Iterator[ast.AST]:
    """The expressions of a statement, each after those inside it; not of statements inside, nor of functions."""
    pending: list[tuple[ast.AST, bool]] = [(statement, False)]
    while pending:
        node, opened = pending.pop()
        if opened:
            yield node
            continue
        if node is not statement:
            pending.append((node, True))
        if isinstance(node, _SCOPES):
            continue
        children = [one for one in ast.iter_child_nodes(node) if isinstance(one, (ast.expr, ast.keyword, ast.withitem))]
        pending += [(child, False) for child in reversed(children)]


def _held(  # noqa: PLR0911 - one answer a kind of expression
    node: ast.AST,
    held: dict[ast.AST, Held],
    names: _Names,
    block: Block,
    loads: Callable[[ast.Call], frozenset[Loaded]],
) -> Held:
    """What an expression holds, when what is inside it is known."""
    match node:
        case ast.Name(id=name):
            return names.at(name, block)
        case ast.Attribute(value=value):
            dotted = _dotted(node)
            return names.at(dotted, block) if dotted and dotted in names.given else held.get(value, NOTHING)
        case ast.Call():
            loaded = loads(node)
            return Held(objects=loaded) if loaded else _called(node, held)
        case ast.Compare() | ast.Constant() | ast.Lambda():
            return NOTHING
        case ast.List() | ast.Tuple() | ast.Set() | ast.Dict() | ast.ListComp() | ast.DictComp() | ast.SetComp():
            return Held(outputs=_inside(node, held).outputs)
        case ast.NamedExpr(target=ast.Name(id=name), value=value):
            names.given[name].append(_Definition(block, held[value]))
            return held[value]
    return _inside(node, held)


def _called(call: ast.Call, held: dict[ast.AST, Held]) -> Held:
    """What a call gives that loads nothing itself."""
    callee = held.get(call.func, NOTHING)
    if callee.objects:
        same = isinstance(call.func, ast.Attribute) and call.func.attr in _SAME_OBJECT
        return callee if same else Held(outputs=callee.objects)
    given = NOTHING
    for argument in _arguments(call):
        given |= held[argument]
    outputs = given.outputs | callee.outputs
    return Held(objects=given.objects if _makes_object(call) else frozenset(), outputs=outputs)


def _inside(node: ast.AST, held: dict[ast.AST, Held]) -> Held:
    found = NOTHING
    for child in ast.iter_child_nodes(node):
        found |= held.get(child, NOTHING)
    return found


def _into_call(
    call: ast.Call, held: dict[ast.AST, Held], loads: Callable[[ast.Call], frozenset[Loaded]]
) -> Iterator[Flow]:
    """What goes into another model at a call."""
    loaded = loads(call)
    callee = held.get(call.func, NOTHING).objects
    arguments = [(argument, held[argument]) for argument in _arguments(call)]
    if loaded:
        for argument, given in arguments:
            yield from _pairs(given.objects, loaded, call, _through(call, argument), "declared")
        yield from _pairs(loaded, callee, call, _through(call), "declared")
    elif callee:
        for argument, given in arguments:
            yield from _pairs(given.objects, callee, call, _through(call, argument), "declared")
            yield from _pairs(given.outputs, callee, call, _through(call, argument), "inferred")
    elif _makes_object(call) and (receiver := _receiver(call, arguments)) is not None:
        for argument, given in arguments:
            if argument is not receiver:
                yield from _pairs(given.objects, held[receiver].objects, call, _through(call, argument), "declared")


def _receiver(call: ast.Call, arguments: Sequence[tuple[ast.expr | ast.keyword, Held]]) -> ast.AST | None:
    """The argument that what is made is about: the one called ``model``, of a ``pipeline`` else the first object."""
    objects = [argument for argument, given in arguments if given.objects]
    named = [one for one in objects if isinstance(one, ast.keyword) and one.arg == _NAMED_MODEL]
    first = objects if last_name(call.func) == "pipeline" else []
    return next(iter((*named, *first)), None)


def _makes_object(call: ast.Call) -> bool:
    """Whether a call makes something of its arguments, by its name: a class, or ``pipeline`` of transformers."""
    name = last_name(call.func)
    return name == "pipeline" or name[:1].isupper()


def _pairs(
    sources: frozenset[Loaded], targets: frozenset[Loaded], node: ast.expr | ast.stmt, through: str, found: Confidence
) -> Iterator[Flow]:
    """The flows from each to each; where there are several, nobody says which goes where."""
    pairs = [(source, target) for source in sorted(sources) for target in sorted(targets) if source != target]
    if len(pairs) <= _LARGEST_JOIN:
        confidence: Confidence = found if len(pairs) == 1 else "inferred"
        for source, target in pairs:
            yield Flow(source=source, target=target, line=node.lineno, through=through, confidence=confidence)


def _assigned(statement: ast.stmt, held: dict[ast.AST, Held], names: _Names, block: Block) -> Iterator[Flow]:
    """Note what a statement gives names, and yield what it puts into an object: ``pipe.vae = vae``."""
    for target, value, given in _assignments(statement, held):
        name = _dotted(target)
        if name:
            names.given[name].append(_Definition(block, given))
        if isinstance(target, ast.Attribute):
            receiver = held.get(target.value, NOTHING).objects
            yield from _pairs(given.objects, receiver, value, f".{target.attr} =", "declared")


def _assignments(statement: ast.stmt, held: dict[ast.AST, Held]) -> Iterator[tuple[ast.expr, ast.expr, Held]]:
    """Every single target of a statement, the expression it gets its value from, and what that holds."""
    pending: list[tuple[ast.expr, ast.expr, Held]] = []
    match statement:
        case ast.Assign(targets=targets, value=value):
            pending = [(target, value, held[value]) for target in targets]
        case ast.AnnAssign(target=target, value=ast.expr() as value):
            pending = [(target, value, held[value])]
        case ast.For(target=target, iter=value) | ast.AsyncFor(target=target, iter=value):
            pending = [(target, value, Held(outputs=held[value].outputs))]
        case ast.With(items=items) | ast.AsyncWith(items=items):
            pairs = ((item.optional_vars, item.context_expr) for item in items)
            pending = [(target, value, held[value]) for target, value in pairs if target is not None]
    while pending:
        target, value, given = pending.pop()
        if not isinstance(target, (ast.Tuple, ast.List)):
            yield target, value, given
        elif isinstance(value, (ast.Tuple, ast.List)) and len(value.elts) == len(target.elts):
            pending += [(one, part, held[part]) for one, part in zip(target.elts, value.elts, strict=True)]
        else:
            pending += [(one, value, given) for one in target.elts]


def _arguments(call: ast.Call) -> tuple[ast.expr | ast.keyword, ...]:
    return (*call.args, *call.keywords)


def _parameters(function: ast.FunctionDef | ast.AsyncFunctionDef) -> defaultdict[str, list[_Definition]]:
    """The names that are given by who calls a function, of which nothing is known."""
    given = function.args
    parameters = (*given.posonlyargs, *given.args, *given.kwonlyargs, given.vararg, given.kwarg)
    found: defaultdict[str, list[_Definition]] = defaultdict(list)
    found.update({parameter.arg: [] for parameter in parameters if parameter is not None})
    return found


def _through(call: ast.Call, argument: ast.expr | ast.keyword | None = None) -> str:
    """``pipeline(tokenizer=)``: the call, and the keyword that something is given as."""
    last = last_name(call.func)
    name = _dotted(call.func) or (f"….{last}" if last else "…")
    return f"{name}({argument.arg}=)" if isinstance(argument, ast.keyword) and argument.arg else f"{name}()"


def last_name(function: ast.expr) -> str:
    """The last part of what is called."""
    match function:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""


def _dotted(node: ast.expr) -> str:
    """``a.b.c``; empty for anything else."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name):
        return ""
    return ".".join((node.id, *reversed(parts)))
