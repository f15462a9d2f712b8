"""YAML front matter of a Markdown file, read event by event so that nothing in it can grow.

No alias is followed, no tag is obeyed, and only the entries that are asked for are built.
"""

from __future__ import annotations

import re
from enum import Enum
from typing import TYPE_CHECKING, TypeAlias

from ptmdeps.paths import printable

if TYPE_CHECKING:
    from collections.abc import Container, Iterator

    from yaml.events import Event

MAX_FRONT_MATTER = 1024 * 1024
"""Longest front matter that is read, in bytes; benchmark tables make it 300 000 in real cards."""

MAX_DEPTH = 64
"""Deepest nesting that is followed: YAML parsers take quadratic time to fail on much deeper ones."""

_BEGIN = re.compile(r"\s*^---[ \t]*\r?\n", re.MULTILINE)
_END = re.compile(r"^---[ \t]*\r?$", re.MULTILINE)
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})


class Shape(Enum):
    """What stands for values that no field of a card may have: aliases."""

    OTHER = "other"


Value: TypeAlias = "str | list[Value] | dict[str, Value] | Shape | None"
"""Text as it is written, a list, a mapping, or null."""


class UnreadableFrontMatterError(ValueError):
    """The rest of the front matter cannot be read; the message says why, fit to print."""


def front_matter(document: bytes) -> str:
    """The YAML between the first two lines ``---`` of a Markdown document; empty if it does not begin with one.

    Raises:
        UnreadableFrontMatterError: there is no second line, or it comes too late.
    """
    text = document[:MAX_FRONT_MATTER].decode("utf-8-sig", errors="replace")
    begin = _BEGIN.match(text)
    if begin is None:
        return ""
    end = _END.search(text, begin.end())
    if end is None and len(document) > MAX_FRONT_MATTER:
        raise UnreadableFrontMatterError(f"it is longer than {MAX_FRONT_MATTER} bytes")
    if end is None:
        raise UnreadableFrontMatterError("it has no end")
    return text[begin.end() : end.start()]


def entries(text: str, wanted: Container[str]) -> Iterator[tuple[str, Value]]:
    """Entries of the mapping in ``text`` whose key is wanted, in order, repeated ones repeatedly.

    Raises:
        UnreadableFrontMatterError: while iterating, at the place that is no YAML, nests too deep or is no mapping.
    """
    from yaml.events import DocumentStartEvent, MappingEndEvent, MappingStartEvent, StreamEndEvent, StreamStartEvent

    events = _events(text)
    root = next(event for event in events if not isinstance(event, StreamStartEvent | DocumentStartEvent))
    if isinstance(root, StreamEndEvent):
        return
    if not isinstance(root, MappingStartEvent):
        raise UnreadableFrontMatterError("it is not a mapping")
    while not isinstance(event := next(events), MappingEndEvent):
        key = _value(event, events)
        value = _value(next(events), events)
        if isinstance(key, str) and key in wanted:
            yield key, value


def document(text: str) -> Value:
    """All of a small YAML document, such as a list of results; null where it is empty.

    Raises:
        UnreadableFrontMatterError: it is no YAML, nests too deep, or is longer than ``MAX_FRONT_MATTER`` characters.
    """
    from yaml.events import DocumentStartEvent, StreamEndEvent, StreamStartEvent

    if len(text) > MAX_FRONT_MATTER:
        raise UnreadableFrontMatterError(f"it is longer than {MAX_FRONT_MATTER} characters")
    events = _events(text)
    root = next(event for event in events if not isinstance(event, StreamStartEvent | DocumentStartEvent))
    return None if isinstance(root, StreamEndEvent) else _value(root, events)


def _events(text: str) -> Iterator[Event]:
    import yaml
    from yaml.events import CollectionEndEvent, CollectionStartEvent

    depth = 0
    try:
        # the parser in C where there is one: it is 20 times faster
        for event in yaml.parse(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
            depth += isinstance(event, CollectionStartEvent) - isinstance(event, CollectionEndEvent)
            if depth > MAX_DEPTH:
                raise UnreadableFrontMatterError(f"it is nested deeper than {MAX_DEPTH} levels")
            yield event
    except yaml.YAMLError as error:
        raise UnreadableFrontMatterError(printable(" ".join(str(error).split()))) from None


def _value(event: Event, events: Iterator[Event]) -> Value:
    """The value that begins with ``event``; all of it is taken from ``events``."""
    from yaml.events import MappingEndEvent, MappingStartEvent, ScalarEvent, SequenceEndEvent, SequenceStartEvent

    match event:
        case ScalarEvent():
            return None if event.implicit[0] and event.value in _NULLS else str(event.value)
        case SequenceStartEvent():
            return [_value(item, events) for item in _until(SequenceEndEvent, events)]
        case MappingStartEvent():
            pairs = ((_value(key, events), _value(next(events), events)) for key in _until(MappingEndEvent, events))
            return {key: value for key, value in pairs if isinstance(key, str)}
    return Shape.OTHER


def _until(end: type[Event], events: Iterator[Event]) -> Iterator[Event]:
    """Events up to the next ``end``; whoever takes one that begins a collection takes all of it."""
    while not isinstance(event := next(events), end):
        yield event
