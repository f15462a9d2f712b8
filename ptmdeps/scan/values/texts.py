"""Texts put together from parts, as far as the parts are known."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence

from ptmdeps.identity import Location
from ptmdeps.scan.values.evaluator import MAXIMUM_VALUES
from ptmdeps.scan.values.value import (
    HOLE,
    Constant,
    External,
    Local,
    Object,
    Text,
    Unknown,
    Value,
    Values,
    World,
    expression_of,
    least_direct,
    together,
    within,
)
from ptmdeps.unguarded import replace

MAXIMUM_LENGTH = 2_000
"""Characters of a text that can still be a name, an address or a path."""

_MOST_PARTIAL = 32
"""Texts with unknown parts that one expression may have."""


def written(value: Value) -> str | None:
    """Return how a value looks inside a text."""
    match value:
        case Text(text=text):
            return text
        case Constant(value=number) if number is not None:  # nobody means the word "None"
            return str(number)
    return None


def combined(parts: Sequence[Values], node: ast.AST, location: Location | None = None) -> Values:
    """Return every text that the parts can form together, as far as their choices agree."""
    found: list[Text] = [Text(text="", resolution="literal")]
    rest: list[Value] = []
    for part in parts:
        longer: list[Text] = []
        for start in found:
            for value in part:
                addition = written(value)
                world = together(start.world, value.world)
                if addition is None:
                    rest.append(value)
                elif world is not None and len(start.text) + len(addition) <= MAXIMUM_LENGTH:
                    longer.append(_longer(start, value, addition, world))
        found = longer
        if len(found) > MAXIMUM_VALUES:
            reason = f"it has more than {MAXIMUM_VALUES} values"
            return (Unknown(reason=reason, expression=expression_of(node)),)
    texts = (_computed(text, location) for text in found) if parts else ()
    return (*texts, *(_with_partial(_blocking(rest), parts, node, location) if rest else ()))


def _with_partial(blocking: Values, parts: Sequence[Values], node: ast.AST, location: Location | None) -> Values:
    """Return what blocks a text with what is known of it; beside a path that is only kept for a command line."""
    partial = _partial(parts, location)
    match blocking:
        case (Unknown() as unknown,):
            return (replace(unknown, partial=partial),)
        case (Local() as path,) if any(" " in text.text for text in partial):
            reason = "a path of the disk is a part of it"
            return (path, Unknown(reason=reason, expression=expression_of(node), partial=partial))
    return blocking


def _partial(parts: Sequence[Values], location: Location | None) -> tuple[Text, ...]:
    """Return the texts that the parts form together where one of them is not known."""
    found: list[tuple[Text, bool]] = [(Text(text=""), False)]
    for part in parts:
        pieces = [(piece, piece is not value) for value in part for piece in _pieces(value)]
        found = [
            (_longer(start, piece, addition, world), is_partial or not_known)
            for start, is_partial in found
            for piece, not_known in pieces
            if (world := together(start.world, piece.world)) is not None
            and len(addition := written(piece) or "") + len(start.text) <= MAXIMUM_LENGTH
        ][:_MOST_PARTIAL]
    return tuple(_computed(text, location) for text, is_partial in found if is_partial)


def _pieces(value: Value) -> Values:
    """Return what a value adds to a text of which not everything is known."""
    match value:
        case Text() | Constant():
            return (value,)
        case Unknown(partial=partial, world=world) if partial:
            return within(partial, world)
    return (Text(text=HOLE, world=value.world),)


def _longer(start: Text, value: Value, addition: str, world: World) -> Text:
    resolution, evidence = start.resolution, start.evidence
    if isinstance(value, Text):
        resolution = least_direct(resolution, value.resolution)
        evidence = (*evidence, *(place for place in value.evidence if place not in evidence))
    return Text(text=start.text + addition, resolution=resolution, evidence=evidence, world=world)


def _computed(text: Text, location: Location | None) -> Text:
    evidence = text.evidence if location is None or location in text.evidence else (location, *text.evidence)
    return replace(text, resolution=least_direct(text.resolution, "computed"), evidence=evidence)


def _blocking(rest: Iterable[Value]) -> Values:
    """Return what says why a text could not be put together; a text with a local path in it is a local path."""
    for value in rest:
        match value:
            case Unknown() | Local():
                return (value,)
            case External(name=name) | Object(name=name):
                return (Unknown(reason=f"a part of it comes from `{name}`, outside the project", expression=name),)
            case Constant(value=None):
                reason = "a part of it is None unless somebody outside the project gives it"
                return (Unknown(reason=reason, expression="None"),)
    return tuple(Unknown(reason="part of the text is not a text", expression=type(value).__name__) for value in rest)[
        :1
    ]
