"""What a file of Python consists of, so that of two versions of it can be told what is the same.

A file is its larger functions and classes, as ``outline`` puts them aside, and the statements around them. Of each of
these *nodes* there is a digest that is the same for the same code: comments and empty lines that stand alone do not
count, and of the nodes that stand in another one it has only kinds and names. Of the statements, only those matter that
mention a name which somebody asked for. The text falls without a gap into *pieces*, which tell where it changed.
"""

from __future__ import annotations

import ast
import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Container, Iterable, Iterator, Sequence
from hashlib import blake2b
from itertools import pairwise

from ptmdeps.scan.layout import Block, Kind, Layout
from ptmdeps.scan.lexical import Texts
from ptmdeps.unguarded import unguarded

DIGEST = 12
"""Letters of a digest: 48 bits, to tell apart what the functions of one file have ever been."""

AROUND = -1
"""The place of the node that holds all others."""

_IDLE = re.compile(rb"\n(?<!\\\n)[ \t]*(?:#[^\n]*)?(?=\n)")
"""An empty line or a comment that stands alone, with the end of the line before, which does not continue it."""


@unguarded(frozen=True, slots=True)
class Piece:
    """A part of the text: where it begins and ends, the line of its first byte, and digests of its code and bytes."""

    start: int
    end: int
    line: int
    code: str
    bytes: str


@unguarded(frozen=True, slots=True)
class Member:
    """What stands in the first column of a file: a statement with its code, or the name of a node put aside."""

    code: bytes
    digest: str
    node: str = ""


class Parts:
    """What a file consists of.

    Attributes:
        nodes: the digests of the nodes by where they begin.
        pieces: the pieces in order.
        members: what stands in the first column, in order.
    """

    def __init__(self) -> None:
        self.nodes: dict[int, str] = {}
        self.pieces: list[Piece] = []
        self.members: list[Member] = []
        self._mentioning: dict[str, frozenset[int]] = {}

    def around(self, names: Iterable[str], nodes: frozenset[str]) -> str:
        """Return a digest of the statements that mention one of some names, in their order among some nodes.

        ``nodes`` are digests.
        """
        places = {place for place, member in enumerate(self.members) if member.node in nodes}
        places.update(*map(self._places_mentioning, names))
        return _digest("", " ".join([self.members[place].digest for place in sorted(places)]).encode())

    def _places_mentioning(self, name: str) -> frozenset[int]:
        """Return which members mention a name; letters that are not of ASCII can be another way to write it."""
        if name not in self._mentioning:
            text = name.encode()
            self._mentioning[name] = frozenset(
                place for place, member in enumerate(self.members) if text in member.code or not member.code.isascii()
            )
        return self._mentioning[name]


def parts_of(texts: Texts, layout: Layout, lines: Container[int]) -> Parts | None:
    """Return the parts of a file; ``None`` where its text does not fall into any.

    ``lines`` are those on which the statements of the file begin.
    """
    if layout.outer is None:
        return None
    parts = Parts()
    division = _Division(texts, layout, parts)
    parts.nodes[AROUND] = division.divide_file(layout.outer, list(layout.places_of_lines(lines)))
    return parts


class _Division:
    """The text of a file on the way into its parts; each piece begins where the one before it ends."""

    def __init__(self, texts: Texts, layout: Layout, parts: Parts) -> None:
        self._texts = texts
        self._layout = layout
        self._parts = parts
        self._line = 1

    def divide_file(self, blocks: Sequence[Block], statements: Sequence[int]) -> str:
        """Divide all of it into its statements and nodes, and return the digest of the file."""
        members = self._parts.members
        seen: Counter[str] = Counter()
        start = 0
        for block in blocks:
            self._statements(start, block.region.start, statements, seen)
            seen[block.name] += 1
            name = f".{block.name} {seen[block.name]}"
            node = self._parts.nodes[block.region.start] = self._divide_block(block, name)
            members.append(Member(block.name.encode(), f"{_WORDS[block.kind]}{name}", node))
            start = block.region.end
        self._statements(start, len(self._texts.data), statements, seen)
        return _digest("", " ".join([member.digest for member in members]).encode())

    def _statements(self, start: int, end: int, statements: Sequence[int], seen: Counter[str]) -> None:
        """Note each statement of the file between two nodes; of equal ones each has another digest."""
        data = self._texts.data
        ends = statements[bisect_right(statements, start) : bisect_left(statements, end)]
        for begin, stop in pairwise((start, *ends, end)):
            if begin == stop:  # one node follows the other
                continue
            piece = data[begin:stop]
            lines = piece.count(b"\n")
            code = b"\n" + piece if begin and lines == 1 else b"".join(self._code(begin, stop))
            told = told_bytes = self._told(_digest("", code), seen)
            if len(code) != len(piece) + 1:  # something of it is no code
                told_bytes = self._told(_digest("=", piece), seen)
            self._parts.members.append(Member(code, told))
            self._parts.pieces.append(Piece(begin, stop, self._line, told, told_bytes))
            self._line += lines

    def _told(self, digest: str, seen: Counter[str]) -> str:
        """Return the digest of a statement, of which there may be equal ones before it."""
        seen[digest] += 1
        return digest if seen[digest] == 1 else _digest(digest, b"%d" % seen[digest])

    def divide(self, start: int, end: int, inner: Sequence[Block], name: str) -> str:
        """Divide what holds other nodes, and return its digest; ``name`` leads to it."""
        code: list[str] = []
        seen: Counter[str] = Counter()
        for block in inner:
            code.append(self._piece(start, block.region.start, f"{name} {len(code)}"))
            seen[block.name] += 1
            within = f"{name}.{block.name} {seen[block.name]}"
            code.append(f"{_WORDS[block.kind]} {block.name}")
            self._parts.nodes[block.region.start] = self._divide_block(block, within)
            start = block.region.end
        code.append(self._piece(start, end, f"{name} {len(code)}"))
        return _digest(name, "\n".join(code).encode())

    def _divide_block(self, block: Block, name: str) -> str:
        region = block.region
        inner = self._layout.inner(region) if block.kind is ast.ClassDef else []
        if inner:
            return self.divide(region.start, region.end, inner, name)
        return self._piece(region.start, region.end, name)

    def _piece(self, start: int, end: int, name: str) -> str:
        """Note a piece, and return the digest of its code."""
        data = self._texts.data[start:end]
        code = _digest(name, b"".join(self._code(start, end)))
        self._parts.pieces.append(Piece(start, end, self._line, code, _digest(name, data)))
        self._line += data.count(b"\n")
        return code

    def _code(self, start: int, end: int) -> Iterator[bytes]:
        """Yield what is left without empty lines and lines of comments; strings are left as they are."""
        data, begin = self._texts.data, b"\n"  # the first line may be empty, too
        for first, last in self._texts.long_between(start, end):
            yield _IDLE.sub(b"", begin + data[start:first])
            yield data[first:last]
            start, begin = last, b""
        yield _IDLE.sub(b"", begin + data[start:end])


_WORDS: dict[Kind, str] = {ast.ClassDef: "class", ast.AsyncFunctionDef: "async def", ast.FunctionDef: "def"}


def _digest(name: str, data: bytes) -> str:
    """Return the digest of a part; its name goes into it, because functions of different names may be alike."""
    return blake2b(name.encode() + b"\n" + data, digest_size=6).hexdigest()
