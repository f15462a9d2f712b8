"""What a file of Python consists of, so that of two versions of it can be told what is the same.

A file is its larger functions and classes, as ``outline`` puts them aside, and what stands around them. Of each of
these *nodes* there is a digest that is the same for the same code: comments and empty lines that stand alone do not
count, and of the nodes that stand in another one it has only kinds and names. The text falls without a gap into
*pieces*, which tell where it changed.
"""

from __future__ import annotations

import ast
import re
from base64 import urlsafe_b64encode
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b

from ptmdeps.scan.lexical import Texts
from ptmdeps.scan.outline import Deferred, OutlinedText, inner_regions, outer_regions

DIGEST = 8
"""Letters of a digest: 48 bits, to tell apart what the functions of one file have ever been."""

AROUND = -1
"""The place of the node that holds all others."""

_IDLE = re.compile(rb"^[ \t]*(?:#[^\n]*)?\n", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of the text: where it begins and ends, the line of its first byte, and digests of its code and bytes."""

    start: int
    end: int
    line: int
    code: str
    bytes: str


@dataclass(frozen=True, slots=True)
class Parts:
    """The digests of the nodes by where they begin, and the pieces in order."""

    nodes: dict[int, str] = field(default_factory=dict)
    pieces: list[Piece] = field(default_factory=list)


def parts_of(texts: Texts) -> Parts | None:
    """Return the parts of a file; ``None`` where its text does not fall into any."""
    text = OutlinedText(texts)
    outer = outer_regions(text)
    if outer is None:
        return None
    parts = Parts()
    division = _Division(text, parts)
    parts.nodes[AROUND] = division.divide(0, len(text.data), outer, "")
    return parts


class _Division:
    """The text of a file on the way into its parts; each piece begins where the one before it ends."""

    def __init__(self, text: OutlinedText, parts: Parts) -> None:
        self._text = text
        self._parts = parts
        self._line = 1

    def divide(self, start: int, end: int, inner: Sequence[Deferred], name: str) -> str:
        """Divide what holds other nodes, and return its digest; ``name`` leads to it."""
        code: list[bytes] = []
        seen: Counter[str] = Counter()
        for node in inner:
            code.append(self._piece(start, node.region.start, f"{name} {len(code)}"))
            seen[node.name] += 1
            within = f"{name}.{node.name} {seen[node.name]}"
            code.append(f"\0{_kind(node)} {node.name}\0".encode())
            self._parts.nodes[node.region.start] = self._divide_node(node, within)
            start = node.region.end
        code.append(self._piece(start, end, f"{name} {len(code)}"))
        return _digest(name, b"".join(code))

    def _divide_node(self, node: Deferred, name: str) -> str:
        region = node.region
        inner = inner_regions(self._text, region) if isinstance(node, ast.ClassDef) else []
        if inner:
            return self.divide(region.start, region.end, inner, name)
        return _digest(name, self._piece(region.start, region.end, name))

    def _piece(self, start: int, end: int, name: str) -> bytes:
        """Note a piece, and return its code."""
        data = self._text.data[start:end]
        code = b"".join(self._code(start, end))
        self._parts.pieces.append(Piece(start, end, self._line, _digest(name, code), _digest(name, data)))
        self._line += data.count(b"\n")
        return code

    def _code(self, start: int, end: int) -> Iterator[bytes]:
        """Yield the lines that are not empty and no comments."""
        text = self._text
        for match in _IDLE.finditer(text.data, start, end):
            if not text.is_quoted(match.start()) and not text.is_continued(match.start()):
                yield text.data[start : match.start()]
                start = match.end()
        yield text.data[start:end]


def _kind(node: Deferred) -> str:
    kinds = {ast.ClassDef: "class", ast.AsyncFunctionDef: "async def", ast.FunctionDef: "def"}
    return next(word for kind, word in kinds.items() if isinstance(node, kind))


def _digest(name: str, data: bytes) -> str:
    """Return the digest of a part; its name goes into it, because functions of different names may be alike."""
    return urlsafe_b64encode(blake2b(name.encode() + b"\n" + data, digest_size=6).digest()).decode()
