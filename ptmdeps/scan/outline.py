"""A syntax tree whose functions and classes are parsed when something looks into them.

Most of a file does not matter to a load: parsing it is what takes the time of a scan. Where the functions and classes
of a file begin and end can be told from the first letters of its lines; the rest is parsed at once, and they are
nodes that know their names and lines, and get everything else from the parser at the first question.
"""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from ptmdeps.scan.lexical import Texts
from ptmdeps.scan.looked import Looked

_HEADER = re.compile(rb"[ \t]*(?:(class)|(async[ \t]+)?def)[ \t]+([^\W\d]\w*)[ \t]*[(:\[]")
_COOKIE = re.compile(rb"(?i)^(?:[^\n]*\n)?[^\n]*coding[=:](?![ \t]*utf[-_]?8\b)|^\xef\xbb\xbf")
"""A declaration of another encoding than that of source without one: parts of the text would be read in a wrong one."""

_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_CODE = re.compile(rb"[^\s#)\]}]")
_SMALL = 200
"""Bytes of a function or class that are parsed sooner than put aside."""


@dataclass(frozen=True, slots=True)
class Region:
    """A function or class: where it begins and ends in the text, and the line of its first letter."""

    start: int
    end: int
    line: int
    indent: bytes


class OutlinedText:
    """The text of a file, with what it takes to find regions in it: where its strings and comments are.

    ``looked`` is where it is noted which of the regions somebody looks into.
    """

    def __init__(self, texts: Texts, looked: Looked | None = None) -> None:
        self.data = texts.data
        self.looked = looked or Looked()
        self._texts = texts
        self._opened: list[Deferred] = []

    def look_anew(self, looked: Looked) -> None:
        """Put aside again what was looked into, so that the next look at it is noted, too."""
        for node in self._opened:
            _close(node)
        self._opened.clear()
        self.looked = looked

    def note(self, node: Deferred, *, entire: bool) -> None:
        """Note that somebody looks into a function or class; what it is may depend on the ``entire`` text."""
        self._opened.append(node)
        self.looked.places.add(node.region.start)
        self.looked.entire |= entire

    def is_quoted(self, place: int) -> bool:
        """Whether the first letter of a line lies inside of a text, which then began on a line before."""
        span = self._texts.long_at(place)
        return span is not None and span[0] < place

    def is_continued(self, place: int) -> bool:
        """Whether the line that begins at a place goes on with the statement of the line before."""
        return self.data[max(place - 2, 0) : place] == b"\\\n" and self._texts.span_at(place - 2) is None

    @cached_property
    def whole(self) -> dict[int, ast.stmt]:
        """Every function and class by its line, as the parser sees them in all of the text at once."""
        tree = _parse_quietly(self.data)
        nodes = ast.walk(tree) if tree is not None else ()
        return {node.lineno: node for node in nodes if isinstance(node, _DEFINITIONS)}

    def regions(self, start: int, end: int, line: int, indent: bytes) -> Iterator[tuple[Region, re.Match[bytes]]]:
        """Yield the functions and classes of a block, each with its header; ``line`` is that of ``start``."""
        # A line end in front is found faster than a line's begin; the first line of all has none.
        lines = re.compile(rb"\n" + indent + rb"[^\s#)\]}]").finditer(self.data, start, end)
        begins = [match.start() + 1 for match in lines]
        if start == 0 and not indent and _CODE.match(self.data):
            begins.insert(0, 0)
        places = [place for place in begins if not self.is_quoted(place + len(indent)) and not self.is_continued(place)]
        decorated: int | None = None
        for place, following in zip(places, (*places[1:], end), strict=False):
            if self.data[place + len(indent)] == ord("@"):
                decorated = place if decorated is None else decorated
                continue
            header = _HEADER.match(self.data, place)
            if header is None and decorated is not None:
                continue  # a decorator of several lines, or what it decorates is written in an unusual way
            first, decorated = place if decorated is None else decorated, None
            if header is not None and following - first >= _SMALL:
                line += self.data.count(b"\n", start, first)
                start = first
                yield Region(first, following, line, indent), header


def parse_outline(text: OutlinedText) -> ast.Module:
    """Return the tree of a file; functions and classes in it are parsed when they are looked into.

    Where the text does not fall into such parts, all of it is parsed. What is wrong inside of a function or class
    that nobody looks into is not noticed; one that cannot be parsed is empty.

    Raises:
        SyntaxError, ValueError, RecursionError, MemoryError: as ``ast.parse`` does.
    """
    data = text.data
    deferred = outer_regions(text)
    if deferred is not None:
        try:
            tree = ast.parse(_without(data, 0, len(data), deferred))
        except SyntaxError:
            if not deferred:
                raise
        else:
            tree.body = _merged(tree.body, deferred)
            return tree
    text.looked.entire = True
    return ast.parse(data)


def outer_regions(text: OutlinedText) -> list[Deferred] | None:
    """Return the functions and classes of a file that are put aside; ``None`` where its text is not put together so."""
    if _COOKIE.match(text.data) or b"\f" in text.data:  # a form feed is an indentation of its own kind
        return None
    return [_deferred(text, *found) for found in text.regions(0, len(text.data), 1, b"")]


def _without(data: bytes, start: int, end: int, deferred: list[Deferred], filler: bytes = b"") -> bytes:
    """Return a part of the text with empty lines in place of what is put aside."""
    pieces: list[bytes] = []
    for node in deferred:
        region = node.region
        pieces.append(data[start : region.start])
        pieces.append(filler + b"\n" * data.count(b"\n", region.start, region.end))
        start = region.end
    return b"".join([*pieces, data[start:end]])


def _merged(body: list[ast.stmt], deferred: list[Deferred]) -> list[ast.stmt]:
    """Return the statements of a block in order, without what stood in for those that were put aside."""
    stand_ins = {node.region.line for node in deferred}
    statements = [one for one in body if not (isinstance(one, ast.Pass) and one.lineno in stand_ins)]
    return sorted([*statements, *deferred], key=lambda one: one.lineno)


class Deferred(ast.stmt):
    """A function or class that was not parsed yet."""

    name: str
    region: Region
    text: OutlinedText

    def __getattr__(self, name: str) -> object:
        """Parse it, when anything but its name and place is asked for."""
        if "text" not in self.__dict__:
            raise AttributeError(name)
        _parse(self)
        return getattr(self, name)


class _Late:
    """A field that the classes of ``ast`` have a default for, so that ``__getattr__`` is never asked for it."""

    def __set_name__(self, _: type, name: str) -> None:
        self._name = name

    def __get__(self, node: ast.stmt, _: type) -> object:
        return Deferred.__getattr__(node, self._name)  # type: ignore[arg-type]


class _DeferredFunction(Deferred, ast.FunctionDef):
    returns = _Late()  # type: ignore[assignment]
    type_comment = _Late()  # type: ignore[assignment]


class _DeferredAsyncFunction(Deferred, ast.AsyncFunctionDef):
    returns = _Late()  # type: ignore[assignment]
    type_comment = _Late()  # type: ignore[assignment]


class _DeferredClass(Deferred, ast.ClassDef):
    pass


def _deferred(text: OutlinedText, region: Region, header: re.Match[bytes]) -> Deferred:
    node_type = _DeferredClass if header[1] else _DeferredAsyncFunction if header[2] else _DeferredFunction
    node = node_type.__new__(node_type)  # without the fields that ast's constructor would make up
    lines = text.data.count(b"\n", region.start, region.end)
    line = region.line + text.data.count(b"\n", region.start, header.start())
    last = region.line + lines - (text.data[region.end - 1 : region.end] == b"\n")
    place = {"lineno": line, "col_offset": len(region.indent), "end_lineno": last, "end_col_offset": 0}
    node.__dict__.update(place, name=header[3].decode(), region=region, text=text)
    return node


def _parse(node: Deferred) -> None:
    """Give a node everything that the parser finds; its own functions and classes are put aside in turn."""
    aside = dict(node.__dict__)
    text, region, before = node.text, node.region, aside.pop("opened", None)
    node.__dict__.pop("opened", None)
    del node.__dict__["text"]
    if before is None:
        inner = inner_regions(text, region) if isinstance(node, ast.ClassDef) else []
        parsed = _parsed(text.data, region, inner)
        if entire := parsed is None:
            parsed = _parsed(text.data, region, []) or text.whole.get(node.lineno) or _empty(node)
        elif inner and isinstance(parsed, ast.ClassDef):
            parsed.body = _merged(parsed.body, inner)
            parsed.end_lineno, parsed.end_col_offset = node.end_lineno, node.end_col_offset
        before = {**parsed.__dict__, "entire": entire}
    node.__dict__.update(before, aside=aside)
    text.note(node, entire=before["entire"])


def _close(node: Deferred) -> None:
    """Put a node aside again, with what the parser found."""
    opened = dict(node.__dict__)
    aside = opened.pop("aside")
    node.__dict__.clear()
    node.__dict__.update(aside, opened=opened)


def look_into(node: ast.AST) -> None:
    """Note that somebody looks into a node of which a table is known already."""
    if "text" in node.__dict__:
        _parse(node)  # type: ignore[arg-type]


def inner_regions(text: OutlinedText, region: Region) -> list[Deferred]:
    """Return the functions and classes of a class."""
    indent = _indent_of_body(text, region)
    if len(indent) <= len(region.indent):
        return []
    return [_deferred(text, *found) for found in text.regions(region.start, region.end, region.line, indent)]


def _indent_of_body(text: OutlinedText, region: Region) -> bytes:
    """Return the least indentation of the code inside of a class: no statement of it is indented less."""
    least = next(_indents(text, region, rb"+"), b"")
    more = len(least) - len(region.indent) - 1
    shorter = _indents(text, region, b"{1,%d}" % more) if more > 0 else iter(())
    return min(shorter, key=len, default=least)


def _indents(text: OutlinedText, region: Region, much: bytes) -> Iterator[bytes]:
    """Yield the indentation of the lines of code that are indented by so much more than a region."""
    deeper = re.compile(rb"\n(" + region.indent + rb"[ \t]" + much + rb")[^\s#)\]}]")
    for match in deeper.finditer(text.data, region.start, region.end):
        if not text.is_quoted(match.end() - 1) and not text.is_continued(match.start() + 1):
            yield match[1]


def _parsed(data: bytes, region: Region, inner: list[Deferred]) -> ast.stmt | None:
    """Return what the parser makes of a region at its own lines; ``None`` if it cannot."""
    filler = (inner[0].region.indent + b"pass") if inner else b""
    code = _without(data, region.start, region.end, inner, filler)
    if not region.indent:
        tree: Any = _parse_quietly(b"\n" * (region.line - 1) + code)
    else:
        around = _parse_quietly(b"\n" * (region.line - 2) + b"class _:\n" + code)
        tree = around.body[0] if around else None
    return tree.body[0] if tree and len(tree.body) == 1 else None


def _parse_quietly(code: bytes) -> ast.Module | None:
    """Return the tree of some code, ``None`` if it has none."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _empty(node: ast.stmt) -> ast.stmt:
    """Return a function or class of the same name and place with nothing in it."""
    name = getattr(node, "name", "_")
    header = f"class {name}: pass" if isinstance(node, ast.ClassDef) else f"def {name}(): pass"
    made = ast.parse(header).body[0]
    return ast.copy_location(made, node)


def first_line(statement: ast.stmt) -> int:
    """Return the line on which a statement begins, with its decorators."""
    if "text" in statement.__dict__:
        return statement.__dict__["region"].line  # type: ignore[no-any-return]
    decorators: list[ast.expr] = getattr(statement, "decorator_list", [])
    return min(statement.lineno, *(decorator.lineno for decorator in decorators)) if decorators else statement.lineno
