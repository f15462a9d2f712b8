"""What an expression can be: a set of values, each with the way it was found and the choices it depends on."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from dataclasses import field
from typing import Any

from ptmdeps.identity import Location
from ptmdeps.scan.reaching import Owner
from ptmdeps.scan.source import Module
from ptmdeps.unguarded import replace, unguarded

RESOLUTIONS = (
    "literal",
    "constant",
    "computed",
    "registry",
    "attribute",
    "argument",
    "default",
    "option",
    "environment",
    "config",
    "default-model",
    "text",
)
"""How a value was found, from the most direct to the least; the least direct step of a chain names the chain."""

_DIRECTNESS = {resolution: index for index, resolution in enumerate(RESOLUTIONS)}

World = Mapping[Any, int]
"""Choices that a value depends on: which element of a loop, which caller, which branch.

Two values can only meet in one load if they agree on every choice that both made; so an id and its revision that
come from the same row of a table stay together.
"""

NOWHERE: World = {}

HOLE = "\ufffc"
"""What stands in a text for a part that cannot be known."""


@unguarded(frozen=True, slots=True, kw_only=True)
class Frame:
    """From where an expression is looked at.

    Attributes:
        module: the file.
        owners: the file, class and functions around, innermost last.
        statement: the statement of the innermost owner that holds the expression; ``None``: after all of them.
        called: the function whose parameters have known arguments.
        arguments: gives those arguments by name.
        variables: what comprehensions and lambdas around bind.
        depth: how many callers and calls were followed to come here.
    """

    module: Module
    owners: tuple[Owner, ...]
    statement: ast.stmt | None = None
    called: ast.AST | None = None
    arguments: Callable[[str], tuple[Value, ...]] | None = None
    variables: Mapping[str, tuple[Value, ...]] = field(default_factory=dict)
    depth: int = 0

    @property
    def owner(self) -> Owner:
        """The innermost owner."""
        return self.owners[-1]


@unguarded(frozen=True, slots=True)
class Lazy:
    """An expression and from where to look at it."""

    node: ast.expr
    frame: Frame


@unguarded(frozen=True, slots=True)
class LazyCall:
    """A call and from where to look at it."""

    node: ast.Call
    frame: Frame


@unguarded(frozen=True, slots=True)
class Handing:
    """A call that hands a value on to a function of the project, by its place and the function's name."""

    location: Location
    name: str


@unguarded(frozen=True, slots=True, kw_only=True)
class Text:
    """A string; ``evidence`` leads from the expression to the place where the text stands.

    ``member_of`` is the enum that it is a member of, ``handed`` are the calls that handed it on.
    """

    text: str
    resolution: str = "literal"
    evidence: tuple[Location, ...] = ()
    member_of: Definition | None = None
    handed: tuple[Handing, ...] = ()
    world: World = field(default_factory=dict)


@unguarded(frozen=True, slots=True, kw_only=True)
class Constant:
    """``None``, a truth value or a number."""

    value: bool | float | None
    world: World = field(default_factory=dict)


@unguarded(frozen=True, slots=True, kw_only=True)
class Local:
    """A path of the local file system.

    ``path`` is its text where that is known, or its expression. ``file`` is where it is, as far as that is known:
    from the project's folder on if it starts with a slash, else from wherever the program runs.
    """

    path: str
    file: str | None = None
    world: World = field(default_factory=dict)


@unguarded(frozen=True, slots=True, kw_only=True)
class Collection:
    """A list, tuple or set; each item is an expression, or the values that it can have.

    ``unordered`` tells that where an item stands says nothing.
    """

    items: tuple[Lazy | tuple[Value, ...], ...]
    unordered: bool = False
    world: World = field(default_factory=dict)


@unguarded(frozen=True, slots=True, kw_only=True)
class Table:
    """A dictionary, or an object whose attributes are one: keys and values; ``key`` is ``None`` for ``**other``.

    ``sections`` tells that it is a ``ConfigParser``, whose ``get`` takes a section and a key; ``partial`` that its
    entries may not have been given, so that what was there before still counts.
    """

    entries: tuple[tuple[Lazy | tuple[Value, ...] | None, Lazy | tuple[Value, ...]], ...]
    sections: bool = False
    partial: bool = False
    world: World = field(default_factory=dict)


@unguarded(frozen=True, slots=True, kw_only=True)
class Content:
    """What a file of the project holds that the code opens; ``path`` is relative to the project."""

    path: str
    world: World = field(default_factory=dict)


@unguarded(frozen=True, slots=True, kw_only=True)
class External:
    """Something of another library, by its dotted name."""

    name: str
    world: World = field(default_factory=dict)


@unguarded(frozen=True, slots=True, kw_only=True)
class Object:
    """What a call of another library gave; ``name`` is the dotted name of its class as far as that is known."""

    name: str
    call: LazyCall
    world: World = field(default_factory=dict)


@unguarded(frozen=True, slots=True, kw_only=True)
class File:
    """A module of the project."""

    module: Module
    world: World = field(default_factory=dict)


@unguarded(frozen=True, slots=True, kw_only=True)
class Definition:
    """A class or function of the project; ``owners`` are what stands around it, the file first."""

    module: Module
    node: ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
    owners: tuple[Owner, ...]
    world: World = field(default_factory=dict)

    @property
    def identity(self) -> tuple[str, int, str]:
        """The same for the same definition, even when its file was parsed again."""
        return self.module.path, self.node.lineno, self.node.name


@unguarded(frozen=True, slots=True, kw_only=True)
class Method:
    """A function of a class, looked up at an instance or the class itself."""

    definition: Definition
    receiver: Instance | Definition
    world: World = field(default_factory=dict)


@unguarded(frozen=True, slots=True, kw_only=True)
class Instance:
    """An object of a class of the project.

    ``call`` made it, where that is known; ``fields`` are the dictionaries that gave it values after that, by name.
    """

    definition: Definition
    call: LazyCall | None = None
    fields: tuple[Table, ...] = ()
    world: World = field(default_factory=dict)


@unguarded(frozen=True, slots=True, kw_only=True)
class Partial:
    """A function with some arguments given already."""

    function: tuple[Value, ...]
    call: LazyCall
    world: World = field(default_factory=dict)


@unguarded(frozen=True, slots=True, kw_only=True)
class Options:
    """What a command-line parser gives; ``sources`` are the owners whose ``add_argument`` calls fill it.

    ``fields`` are the dictionaries that gave it values after that, by name.
    """

    sources: tuple[Frame, ...]
    fields: tuple[Table, ...] = ()
    world: World = field(default_factory=dict)


@unguarded(frozen=True, slots=True, kw_only=True)
class Unknown:
    """What cannot be known, why, and the expression where it ended.

    ``outside`` tells that somebody outside the code decides (a user, a caller, the environment), which is a better
    answer than one that says where the search for it ended. ``passed_on`` tells that it is a caller. ``partial`` are
    the texts that a text may be of which only parts cannot be known: a ``HOLE`` stands for each of those.
    """

    reason: str
    expression: str
    outside: bool = False
    passed_on: bool = False
    partial: tuple[Text, ...] = ()
    handed: tuple[Handing, ...] = ()
    world: World = field(default_factory=dict)


Value = (
    Text
    | Constant
    | Local
    | Content
    | Collection
    | Table
    | External
    | Object
    | File
    | Definition
    | Method
    | Instance
    | Partial
    | Options
    | Unknown
)
Values = tuple[Value, ...]
Item = Lazy | tuple[Value, ...]
"""What stands in a container: an expression, or the values that it can have."""


def together(first: World, second: World) -> World | None:
    """Return the choices of both, or ``None`` if they contradict each other."""
    if not second or first is second:
        return first
    if not first:
        return second
    if any(first.get(key, choice) != choice for key, choice in second.items()):
        return None
    return {**first, **second}


def within(values: Values, world: World) -> Values:
    """Return the values that can be where ``world`` holds, with its choices added."""
    if not world:
        return values
    found: list[Value] = []
    for value in values:
        both = together(value.world, world)
        if both is not None:
            found.append(replace(value, world=both))
    return tuple(found)


def found_by(values: Values, resolution: str, location: Location | None = None) -> Values:
    """Return the values with one step added in front of the way they were found."""
    return tuple([_found_by(value, resolution, location) if isinstance(value, Text) else value for value in values])


def found_at(values: Values, resolution: str, node: ast.AST, frame: Frame) -> Values:
    """Return the same for the place of a node; of most values nobody asks how they were found."""
    for value in values:
        if isinstance(value, Text):
            return found_by(values, resolution, frame.module.location(node))
    return values


def _found_by(value: Text, resolution: str, location: Location | None) -> Text:
    evidence = value.evidence
    if location is not None and (not evidence or evidence[0] != location):
        evidence = (location, *evidence)
    return Text(  # written out, because it is hot
        text=value.text,
        resolution=least_direct(value.resolution, resolution),
        evidence=evidence,
        member_of=value.member_of,
        handed=value.handed,
        world=value.world,
    )


def handed_on(values: Values, handing: Handing) -> Values:
    """Return the values with a call in front of those that handed them on."""
    return tuple(
        replace(value, handed=(handing, *value.handed)) if isinstance(value, (Text, Unknown)) else value
        for value in values
    )


def least_direct(first: str, second: str) -> str:
    """Return the one of two ways that names the chain."""
    return first if _DIRECTNESS[first] >= _DIRECTNESS[second] else second


def made_of(definition: Definition, tables: tuple[Table, ...], node: ast.AST, frame: Frame) -> Instance:
    """Return an object of a class whose fields dictionaries give; the rest is as its class says."""
    name = ast.copy_location(ast.Name(id=definition.node.name, ctx=ast.Load()), node)
    call = ast.copy_location(ast.Call(func=name, args=[], keywords=[]), node)
    return Instance(definition=definition, call=LazyCall(call, frame), fields=tables)


def expression_of(node: ast.AST, limit: int = 120) -> str:
    """Return the source of a node in one standard spelling, cut after ``limit`` characters."""
    if (name := _dotted(node)) is not None:
        return name if len(name) <= limit else f"{name[: limit - 1]}…"
    try:
        text = " ".join(ast.unparse(node).split())
    except (RecursionError, ValueError):
        text = type(node).__name__
    return text if len(text) <= limit else f"{text[: limit - 1]}…"


def _dotted(node: ast.AST) -> str | None:
    """Return the source of ``a.b.c``, which most expressions are that are written out; ``None`` for others."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    return ".".join((node.id, *reversed(parts))) if isinstance(node, ast.Name) else None
