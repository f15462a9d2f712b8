"""What is known of a value: texts, numbers, booleans, ``None`` and ``...`` stand for themselves, the rest is here.

Mutable values are compared by identity, as Python compares objects; ``level`` tells how many undecided branches
enclosed the place where the value was made: what happens to it in a deeper one happens only perhaps.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

from ptmdeps.hubconf.limits import MAX_ALTERNATIVES

if TYPE_CHECKING:
    from ptmdeps.hubconf.machine import Machine

Value: TypeAlias = object
"""A constant of Python, or one of the classes of this module."""

FunctionNode: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda

CONSTANTS = (str, int, float, complex, bytes, type(None), type(...))


@dataclass(frozen=True, slots=True)
class Opaque:
    """A value that is not known, and why; ``likely`` is its truth on a machine that has downloaded nothing yet."""

    reason: str
    likely: bool | None = None


@dataclass(frozen=True, slots=True)
class External:
    """Something of a library that is not in the repository, by its full dotted name."""

    name: str


@dataclass(frozen=True, slots=True)
class PathText:
    """A ``pathlib.Path``."""

    text: str


@dataclass(frozen=True, slots=True, eq=False)
class Choice:
    """One of several values; never one of it again, never less than two."""

    values: tuple[Value, ...]


@dataclass(slots=True, eq=False)
class Items:
    """A ``list``, ``tuple`` or ``set`` (``kind``); ``open`` if more may follow that are not known."""

    values: list[Value]
    kind: str = "list"
    open: bool = False
    level: int = 0


@dataclass(slots=True, eq=False)
class Table:
    """A ``dict``; ``rest`` is the value of any other key, ``attributes`` tells that keys are attributes too."""

    entries: dict[Any, Value]
    rest: Value | None = None
    attributes: bool = False
    level: int = 0


@dataclass(slots=True, eq=False)
class Scope:
    """Names and their values: of a module, a class body, a function call or a comprehension."""

    names: dict[str, Value]
    module: Module
    parent: Scope | None = None
    kind: str = "function"
    call: Call | None = None
    outer: dict[str, Scope] = field(default_factory=dict)
    owner: Class | None = None
    receiver: Value = None


@dataclass(slots=True, eq=False)
class Call:
    """A function while it is followed: what it has returned and yielded so far."""

    returns: list[Value] = field(default_factory=list)
    yields: list[Value] = field(default_factory=list)
    perhaps_left: bool = False


@dataclass(slots=True, eq=False)
class Module:
    """A module of the repository; ``stars`` names the libraries of which it imports everything."""

    name: str
    path: str
    package: bool
    names: dict[str, Value] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    stars: list[str] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class Function:
    """A function of the repository with the values of its defaults, by the name of the parameter."""

    name: str
    node: FunctionNode
    scope: Scope
    defaults: dict[str, Value]
    owner: Class | None = None
    attributes: dict[str, Value] = field(default_factory=dict)
    wraps: Value = None


@dataclass(frozen=True, slots=True, eq=False)
class Bound:
    """A function with the object that it is called on."""

    function: Value
    receiver: Value


@dataclass(frozen=True, slots=True, eq=False)
class Descriptor:
    """A function in a class that is not called like the others: ``kind`` is static, class or property."""

    kind: str
    function: Value


@dataclass(slots=True, eq=False)
class Class:
    """A class of the repository; ``order`` is itself and its bases as Python looks through them."""

    name: str
    bases: tuple[Value, ...]
    names: dict[str, Value]
    module: Module
    line: int
    order: tuple[Value, ...] = ()
    fields: tuple[str, ...] = ()
    kind: str = ""
    documentation: str = ""
    level: int = 0


@dataclass(slots=True, eq=False)
class Instance:
    """An object of a class of the repository; ``payload`` is what its base ``dict``, ``list`` or ``str`` holds."""

    of: Class
    attributes: dict[str, Value]
    payload: Value = None
    level: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class Super:
    """What ``super()`` gives: attributes of ``receiver`` that come after ``owner``."""

    owner: Class
    receiver: Value


@dataclass(frozen=True, slots=True, eq=False)
class Partial:
    """``functools.partial``."""

    function: Value
    arguments: Arguments


@dataclass(frozen=True, slots=True, eq=False)
class Native:
    """A function of Python or its library that is followed in ``call``."""

    name: str
    call: Callable[[Machine, Arguments], Value]


@dataclass(frozen=True, slots=True, eq=False)
class OpenFile:
    """A file of the repository that was opened."""

    path: str


@dataclass(frozen=True, slots=True, eq=False)
class Reply:
    """What a web server answers, or a part of it: the address, and the keys that lead to the part."""

    url: str
    keys: tuple[Hashable, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Arguments:
    """What a call gives; ``open`` if it opens a list or dictionary that is not known."""

    positional: tuple[Value, ...] = ()
    keywords: dict[str, Value] = field(default_factory=dict)
    open: bool = False

    def get(self, position: int, name: str, default: Value = None) -> Value:
        """Return an argument by position or by name."""
        if position < len(self.positional):
            return self.positional[position]
        return self.keywords.get(name, default)

    def has(self, position: int, name: str) -> bool:
        """Whether an argument is given."""
        return position < len(self.positional) or name in self.keywords

    def after(self, *first: Value) -> Arguments:
        """Return these with others before them."""
        return Arguments((*first, *self.positional), self.keywords, self.open)


UNKNOWN = Opaque("it is computed when the code runs")


def alternatives(value: Value) -> tuple[Value, ...]:
    """Return all that a value can be."""
    return value.values if isinstance(value, Choice) else (value,)


def join(values: Iterable[Value]) -> Value:
    """Return a value that is one of several, what is the same only once."""
    found: dict[Hashable, Value] = {}
    for value in values:
        for one in alternatives(value):
            found.setdefault(identity(one), one)
    if not found:
        return UNKNOWN
    if len(found) == 1:
        return next(iter(found.values()))
    if len(found) > MAX_ALTERNATIVES:
        return Opaque(f"it can be more than {MAX_ALTERNATIVES} things")
    return Choice(tuple(found.values()))


def identity(value: Value) -> Hashable:
    """Return what is equal for two values that are the same as far as can be told."""
    if isinstance(value, Opaque):
        return Opaque
    if isinstance(value, (*CONSTANTS, External, PathText)):
        return (type(value), value)
    return id(value)


def key_of(value: Value) -> Hashable:
    """Return what a dictionary finds a value by.

    Raises:
        LookupError: it is not known.
    """
    if isinstance(value, Items) and value.kind == "tuple" and not value.open:
        return tuple(key_of(item) for item in value.values)
    if isinstance(value, Opaque | Choice | Items | Table | Reply):
        raise LookupError  # noqa: TRY004 - of a kind that is known, and yet not found
    return value


def value_of(key: Hashable) -> Value:
    """Return the value that a key of a dictionary stands for."""
    return Items([value_of(part) for part in key], "tuple") if isinstance(key, tuple) else key
