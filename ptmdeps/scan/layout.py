"""Where the functions and classes of a file of Python begin and end, told from the first letters of its lines."""

from __future__ import annotations

import ast
import re
from bisect import bisect_left
from collections.abc import Container, Iterator
from functools import cached_property, lru_cache

from ptmdeps.scan.lexical import Texts
from ptmdeps.unguarded import unguarded

_HEADER = re.compile(rb"[ \t]*(?:(class)|(async[ \t]+)?def)[ \t]+([^\W\d]\w*)[ \t]*[(:\[]")
_COOKIE = re.compile(rb"(?i)^(?:[^\n]*\n)?[^\n]*coding[=:](?![ \t]*utf[-_]?8\b)|^\xef\xbb\xbf")
"""A declaration of another encoding than that of source without one: parts of the text would be read in a wrong one."""

_CODE = re.compile(rb"[^\s#)\]}]")
_SMALL = 200
"""Bytes of a function or class that are parsed sooner than put aside."""

Kind = type[ast.FunctionDef] | type[ast.AsyncFunctionDef] | type[ast.ClassDef]


@unguarded(frozen=True, slots=True)
class Region:
    """A function or class: where it begins and ends in the text, and the line of its first letter."""

    start: int
    end: int
    line: int
    indent: bytes


@unguarded(frozen=True, slots=True)
class Block:
    """A function or class with what its header says: the line of ``def`` or ``class``, and the last line."""

    kind: Kind
    name: str
    region: Region
    lineno: int
    end_lineno: int


class Layout:
    """The functions and classes of a text, each level found out when it is asked for, and once."""

    def __init__(self, texts: Texts) -> None:
        self.data = texts.data
        self._texts = texts
        self._inner: dict[int, list[Block]] = {}

    @cached_property
    def begins(self) -> list[int]:
        """Where the lines begin that have code, or a part of a text, in their first column."""
        # A line end in front is found faster than a line's begin; the first line of all has none.
        found = [match.start() + 1 for match in _lines_of_code(b"").finditer(self.data)]
        return [0, *found] if _CODE.match(self.data) else found

    @cached_property
    def outer(self) -> list[Block] | None:
        """The functions and classes of the file that are put aside; ``None`` where its text is not put together so."""
        if _COOKIE.match(self.data) or b"\f" in self.data:  # a form feed is an indentation of its own kind
            return None
        places = self._begins_of_statements(self.begins, 0)
        return list(self._blocks(places, len(self.data), Region(0, len(self.data), 1, b""), b""))

    def places_of_lines(self, lines: Container[int]) -> Iterator[int]:
        """Yield where some lines begin, of those that have code in their first column."""
        line, seen = 1, 0
        for place in self.begins:
            line += self.data.count(b"\n", seen, place)
            seen = place
            if line in lines:
                yield place

    def inner(self, region: Region) -> list[Block]:
        """Return the functions and classes of a class that are put aside."""
        if region.start not in self._inner:
            self._inner[region.start] = self._inner_of(region)
        return self._inner[region.start]

    def _inner_of(self, region: Region) -> list[Block]:
        indent = self._indent_of_body(region)
        if len(indent) <= len(region.indent):
            return []
        lines = _lines_of_code(indent).finditer(self.data, region.start, region.end)
        begins = self._begins_of_statements([match.start() + 1 for match in lines], len(indent))
        return list(self._blocks(begins, region.end, region, indent))

    def _blocks(self, places: list[int], end: int, around: Region, indent: bytes) -> Iterator[Block]:
        """Yield the functions and classes among statements that begin at some places."""
        data, column = self.data, len(indent)
        start, line = around.start, around.line
        decorated: int | None = None
        for place, following in zip(places, (*places[1:], end), strict=False):
            letter = data[place + column]
            if letter == _AT:
                decorated = place if decorated is None else decorated
                continue
            header = _HEADER.match(data, place) if letter in _FIRST else None
            if header is None and decorated is not None:
                continue  # a decorator of several lines, or what it decorates is written in an unusual way
            first, decorated = place if decorated is None else decorated, None
            if header is not None and following - first >= _SMALL:
                line += data.count(b"\n", start, first)
                start = first
                yield self._block(Region(first, following, line, indent), header)

    def _block(self, region: Region, header: re.Match[bytes]) -> Block:
        data = self.data
        kind: Kind = ast.ClassDef if header[1] else ast.AsyncFunctionDef if header[2] else ast.FunctionDef
        before = data.count(b"\n", region.start, header.start())
        lines = before + data.count(b"\n", header.start(), region.end)
        last = region.line + lines - (data[region.end - 1 : region.end] == b"\n")
        return Block(kind, header[3].decode(), region, region.line + before, last)

    def _begins_of_statements(self, begins: list[int], column: int) -> list[int]:
        """Return the lines that are not inside of a text and do not go on with the statement of the line before."""
        starts, ends = self._texts.starts, self._texts.ends
        places = [
            place
            for place in begins
            if not ((before := bisect_left(starts, place + column)) and ends[before - 1] > place + column)
        ]
        return [place for place in places if not self.is_continued(place)] if self._texts.has_continued else places

    def is_quoted(self, place: int) -> bool:
        """Whether a letter lies inside of a text that began before it, and goes on after the end of a line."""
        before = bisect_left(self._texts.starts, place)
        return before > 0 and self._texts.ends[before - 1] > place

    def is_continued(self, place: int) -> bool:
        """Whether the line that begins at a place goes on with the statement of the line before."""
        return self.data[max(place - 2, 0) : place] == b"\\\n" and self._texts.span_at(place - 2) is None

    def _indent_of_body(self, region: Region) -> bytes:
        """Return the least indentation of the code inside of a class: no statement of it is indented less."""
        least = next(self._indents(region, b"+"), b"")
        more = len(least) - len(region.indent) - 1
        shorter = self._indents(region, b"{1,%d}" % more) if more > 0 else iter(())
        return min(shorter, key=len, default=least)

    def _indents(self, region: Region, much: bytes) -> Iterator[bytes]:
        """Yield the indentation of the lines of code that are indented by so much more than a region."""
        for match in _deeper(region.indent, much).finditer(self.data, region.start, region.end):
            if not self.is_quoted(match.end() - 1) and not self.is_continued(match.start() + 1):
                yield match[1]


_AT = ord("@")
_FIRST = b"acd"
"""The first letters of ``async``, ``class`` and ``def``."""


@lru_cache(maxsize=64)
def _lines_of_code(indent: bytes) -> re.Pattern[bytes]:
    return re.compile(rb"\n" + indent + rb"[^\s#)\]}]")


@lru_cache(maxsize=64)
def _deeper(indent: bytes, much: bytes) -> re.Pattern[bytes]:
    return re.compile(rb"\n(" + indent + rb"[ \t]" + much + rb")[^\s#)\]}]")
