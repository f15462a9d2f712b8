"""What the words of a command may be: variables with all values that the file gives them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice, product

from ptmdeps.identity import Location
from ptmdeps.scan.commands.shell import Opaque, Part, Variable, Word, word_of

_MOST = 32
_DEEPEST = 4
_LONGEST = 10_000
_RANKS = ("literal", "constant", "option", "environment")


@dataclass(frozen=True, slots=True)
class Value:
    """One text that a word may be.

    ``text`` is ``None`` where only running tells; ``missing`` is then the part that is not known, and ``partial`` the
    text with its unknown parts as they are written.
    """

    text: str | None
    resolution: str = "literal"
    evidence: tuple[Location, ...] = ()
    missing: str = ""
    partial: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Argument:
    """One word of a command line: what it may be, and where it stands."""

    values: tuple[Value, ...]
    location: Location
    source: str = ""

    @property
    def text(self) -> str | None:
        """The text, where there is only one."""
        return self.values[0].text if len(self.values) == 1 else None

    @property
    def missing(self) -> str:
        """What is not known of it."""
        return next((value.missing for value in self.values if value.text is None), "")


def plain(text: str, location: Location) -> Argument:
    """Return the argument that is exactly ``text``."""
    return Argument(values=(Value(text),), location=location)


@dataclass(slots=True)
class Variables:
    """The variables of one file, as far as it sets them. ``outer`` holds for names that are not set here."""

    names: dict[str, tuple[Value, ...]] = field(default_factory=dict)
    lists: dict[str, tuple[Value, ...]] = field(default_factory=dict)
    outer: Variables | None = None

    def get(self, name: str) -> tuple[Value, ...] | None:
        """Return what a variable may be; ``None`` if the file does not set it."""
        scope: Variables | None = self
        while scope is not None:
            if name in scope.names:
                return scope.names[name]
            scope = scope.outer
        return None

    def items(self, name: str) -> tuple[Value, ...] | None:
        """Return the words of an array."""
        scope: Variables | None = self
        while scope is not None:
            if name in scope.lists:
                return scope.lists[name]
            scope = scope.outer
        return None

    def set(self, name: str, values: Iterable[Value], *, add: bool = False) -> None:
        """Set a variable; with ``add`` it may also be what it was before."""
        before = self.names.get(name, ()) if add else ()
        self.names[name] = _distinct((*before, *values))

    def set_items(self, name: str, values: Iterable[Value], *, add: bool = False) -> None:
        """Set an array, or with ``add`` extend it."""
        before = (self.items(name) or ()) if add else ()
        self.lists[name] = _distinct((*before, *values))

    def expand(self, word: Word, depth: int = 0) -> tuple[Value, ...]:
        """Return every text that a word may be."""
        if word.text is not None:
            return (Value(word.text),)
        choices = [self._of_part(part, depth) for part in word.parts]
        return _distinct(_joined(choice) for choice in islice(product(*choices), _MOST))

    def _of_part(self, part: Part, depth: int) -> tuple[Value, ...]:
        match part:
            case str():
                return (Value(part),)
            case Opaque(source):
                return (Value(None, missing=source),)
            case Variable():
                return self._of_variable(part, depth)

    def _of_variable(self, variable: Variable, depth: int) -> tuple[Value, ...]:
        known = self.items(variable.name) if variable.index else self.get(variable.name)
        if known is None and not variable.index:
            known = self.items(variable.name)
        if variable.operator == "+":
            return self.expand(word_of(variable.operand, 0), depth + 1) if depth < _DEEPEST else (_unset(variable),)
        if variable.operator in {"-", "="} and depth < _DEEPEST and not any(value.text for value in known or ()):
            values = self.expand(word_of(variable.operand, 0), depth + 1)
            overridable = "option" if variable.name.isdigit() else "environment"
            return tuple(Value(value.text, overridable, value.evidence, value.missing) for value in values)
        if known is None:
            return (_unset(variable),)
        return tuple(Value(v.text, _later("constant", v.resolution), v.evidence, v.missing) for v in known)


def _unset(variable: Variable) -> Value:
    return Value(None, missing=f"${variable.name}")


def _later(*resolutions: str) -> str:
    """Return the one that says most about how a value came about."""
    return max(resolutions, key=lambda name: _RANKS.index(name) if name in _RANKS else 0)


def _joined(choice: tuple[Value, ...]) -> Value:
    missing = next((value.missing for value in choice if value.text is None), "")
    evidence = tuple(dict.fromkeys(place for value in choice for place in value.evidence))
    resolution = _later("literal", *(value.resolution for value in choice))
    text = "".join(value.text or "" for value in choice)
    if missing or len(text) > _LONGEST:
        partial = "".join(value.missing if value.text is None else value.text for value in choice)
        return Value(None, resolution, evidence, missing or "a text that is too long", partial[:_LONGEST])
    return Value(text, resolution, evidence)


def _distinct(values: Iterable[Value]) -> tuple[Value, ...]:
    """Keep the first value of each text."""
    found: dict[tuple[str | None, str], Value] = {}
    for value in values:
        found.setdefault((value.text, value.missing), value)
        if len(found) >= _MOST:
            break
    return tuple(found.values())


def split(word: Word, variables: Variables, location: Location, source: str) -> Iterator[Argument]:
    """Yield the arguments that a word becomes: one, or several where the shell splits what a variable holds."""
    if word.text is not None:
        yield Argument(values=(Value(word.text),), location=location)
        return
    match word.parts:
        case (Variable(name=name, index=("@" | "*"), operator=""),):
            items = variables.items(name)
            if items is not None:
                for item in items:
                    yield Argument(values=(item,), location=location, source=source)
                return
    values = variables.expand(word)
    single = len(word.parts) == 1 and isinstance(word.parts[0], Variable) and not word.parts[0].quoted
    if single and any(
        value.text is not None and (not value.text or re.search(r"\s", value.text.strip())) for value in values
    ):
        for value in values:
            for text in [None] if value.text is None else value.text.split():
                part = Value(text, value.resolution, value.evidence, value.missing)
                yield Argument(values=(part,), location=location, source=source)
        return
    yield Argument(values=values, location=location, source=source)
