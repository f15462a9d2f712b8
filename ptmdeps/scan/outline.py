"""A syntax tree whose functions and classes are parsed when something looks into them.

Most of a file does not matter to a load: parsing it is what takes the time of a scan. Where the functions and classes
of a file begin and end can be told from the first letters of its lines; the rest is parsed at once, and they are
nodes that know their names and lines, and get everything else from the parser at the first question.
"""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterable
from functools import cached_property

from ptmdeps.scan.layout import Block, Layout, Region
from ptmdeps.scan.lexical import Texts
from ptmdeps.scan.looked import Looked

_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


class OutlinedText:
    """The text of a file with its functions and classes.

    ``looked`` is where it is noted which of them somebody looks into, ``parsed`` how many bytes the parser saw.
    """

    def __init__(self, texts: Texts, layout: Layout | None = None) -> None:
        self.data = texts.data
        self.layout = layout or Layout(texts)
        self.looked = Looked()
        self.parsed = 0
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

    def inside(self, region: Region) -> list[Deferred]:
        """Return the functions and classes of a class, put aside."""
        return [_deferred(self, block) for block in self.layout.inner(region)]

    @cached_property
    def whole(self) -> dict[int, ast.stmt]:
        """Every function and class by its line, as the parser sees them in all of the text at once."""
        tree = _parse_quietly(self.data)
        nodes = ast.walk(tree) if tree is not None else ()
        return {node.lineno: node for node in nodes if isinstance(node, _DEFINITIONS)}


def parse_outline(text: OutlinedText) -> ast.Module:
    """Return the tree of a file; functions and classes in it are parsed when they are looked into.

    Where the text does not fall into such parts, all of it is parsed. What is wrong inside of a function or class
    that nobody looks into is not noticed; one that cannot be parsed is empty.

    Raises:
        SyntaxError, ValueError, RecursionError, MemoryError: as ``ast.parse`` does.
    """
    data, blocks = text.data, text.layout.outer
    if blocks is not None:
        deferred = [_deferred(text, block) for block in blocks]
        text.parsed = len(data) - sum(block.region.end - block.region.start for block in blocks)
        try:
            tree = ast.parse(_without(data, 0, len(data), deferred))
        except SyntaxError:
            if not deferred:
                raise
        else:
            tree.body = _merged(tree.body, deferred)
            return tree
    text.looked.entire = True
    text.parsed = len(data)
    return ast.parse(data)


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


_KINDS: dict[type[ast.stmt], type[Deferred]] = {
    ast.FunctionDef: _DeferredFunction,
    ast.AsyncFunctionDef: _DeferredAsyncFunction,
    ast.ClassDef: _DeferredClass,
}


def _deferred(text: OutlinedText, block: Block) -> Deferred:
    kind = _KINDS[block.kind]
    node = kind.__new__(kind)  # without the fields that ast's constructor would make up
    region = block.region
    node.__dict__.update(
        lineno=block.lineno,
        col_offset=len(region.indent),
        end_lineno=block.end_lineno,
        end_col_offset=0,
        name=block.name,
        region=region,
        text=text,
    )
    return node


def _parse(node: Deferred) -> None:
    """Give a node everything that the parser finds; its own functions and classes are put aside in turn."""
    aside = dict(node.__dict__)
    text, region, before = node.text, node.region, aside.pop("opened", None)
    node.__dict__.pop("opened", None)
    del node.__dict__["text"]
    if before is None:
        inner = text.inside(region) if isinstance(node, ast.ClassDef) else []
        parsed = _parsed(text.data, region, inner)
        if entire := parsed is None:
            parsed = _parsed(text.data, region, []) or text.whole.get(node.lineno) or _empty(node)
        elif inner and isinstance(parsed, ast.ClassDef):
            parsed.body = _merged(parsed.body, inner)
            parsed.end_lineno, parsed.end_col_offset = node.end_lineno, node.end_col_offset
        text.parsed += region.end - region.start - sum(one.region.end - one.region.start for one in inner)
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


def parse_together(statements: Iterable[ast.stmt]) -> None:
    """Let the parser see at once what of some statements of a block are functions that will be looked into.

    It takes a while to come to a line, and is asked less often so. What it cannot tell apart is parsed one by one.
    """
    waiting = [one for one in statements if isinstance(one, _FUNCTIONS) and one.__dict__.keys() >= _UNSEEN]
    waiting = [one for one in waiting if "opened" not in one.__dict__]
    if len(waiting) < 2:  # noqa: PLR2004 - one alone is parsed when it is looked into
        return
    begin = waiting[0].region
    pieces, line = [], begin.line
    for node in waiting:
        code = node.text.data[node.region.start : node.region.end]
        pieces += [b"\n" * (node.region.line - line), code]
        line = node.region.line + code.count(b"\n")
    found = _statements_at(begin, b"".join(pieces))
    if len(found) != len(waiting) or any(map(_is_other, found, waiting)):
        return
    for node, parsed in zip(waiting, found, strict=True):
        node.__dict__["opened"] = {**parsed.__dict__, "entire": False}
        node.text.parsed += node.region.end - node.region.start


_FUNCTIONS = (_DeferredFunction, _DeferredAsyncFunction)
_UNSEEN = {"text", "region"}


def _is_other(parsed: ast.stmt, node: Deferred) -> bool:
    return (parsed.lineno, getattr(parsed, "name", "")) != (node.lineno, node.name)


def _parsed(data: bytes, region: Region, inner: list[Deferred]) -> ast.stmt | None:
    """Return what the parser makes of a region at its own lines; ``None`` if it cannot."""
    filler = (inner[0].region.indent + b"pass") if inner else b""
    found = _statements_at(region, _without(data, region.start, region.end, inner, filler))
    return found[0] if len(found) == 1 else None


def _statements_at(region: Region, code: bytes) -> list[ast.stmt]:
    """Return the statements of code that begins where a region does; none if it does not parse."""
    if not region.indent:
        tree = _parse_quietly(b"\n" * (region.line - 1) + code)
        return tree.body if tree else []
    around = _parse_quietly(b"\n" * (region.line - 2) + b"class _:\n" + code)
    return around.body[0].body if around and isinstance(around.body[0], ast.ClassDef) else []


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
    if "region" in statement.__dict__:
        return statement.__dict__["region"].line  # type: ignore[no-any-return]
    decorators: list[ast.expr] = getattr(statement, "decorator_list", [])
    return min(statement.lineno, *(decorator.lineno for decorator in decorators)) if decorators else statement.lineno
