"""What two versions of a file of Python have in common, for results that depend on a part of it."""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import cache
from itertools import chain

from ptmdeps.scan.dependencies import Inside
from ptmdeps.scan.lexical import is_called, places_of
from ptmdeps.scan.parts import DIGEST, Parts
from ptmdeps.scan.source import read_source

_COMMENT = re.compile(rb"^[ \t]*#.*$", re.MULTILINE)
_NEAR = 88
"""Bytes after a piece that can say that a word at its end is called, or the other way round (see ``is_called``)."""


def line_of_parts(parts: Parts) -> str:
    """Return the digests of pieces as a line, each with the line where it begins."""
    return " ".join(f"{piece.code}{piece.bytes}{piece.line}" for piece in parts.pieces)


def difference_of(path: str, data: bytes, before: str) -> Difference | None:
    """Return what a file has in common with what it was, of which ``line_of_parts`` is known.

    ``None`` where nothing can be said.
    """
    module = read_source(path, data).parse()
    try:
        return None if module is None or module.parts is None else Difference(before, module.parts, module.data)
    except ValueError:  # the line is damaged
        return None


class Difference:
    """A version of a file, seen from the one before it.

    Attributes:
        parts: the line of its parts.
        has_word: whether a word stands in code that is new.
        uses: whether something of a name is called in text that is new, or decorates.
    """

    def __init__(self, before: str, parts: Parts, data: bytes) -> None:
        self.parts = line_of_parts(parts)
        pieces = before.split(" ")
        self._old = [piece[DIGEST : 2 * DIGEST] for piece in pieces]
        self._old_lines = [int(piece[2 * DIGEST :]) for piece in pieces]
        self._new = {piece.bytes: piece.line for piece in parts.pieces}
        self._nodes = frozenset(parts.nodes.values())
        self._around = parts.around
        self._data = data
        bytes_before, code_before = frozenset(self._old), frozenset(piece[:DIGEST] for piece in pieces)
        new = [piece for piece in parts.pieces if piece.bytes not in bytes_before]
        changed = [piece for piece in new if piece.code not in code_before]
        comments = (_COMMENT.findall(data, piece.start, piece.end) for piece in new if piece.code in code_before)
        text = [data[piece.start : piece.end + _NEAR] for piece in changed]
        self._text = b"\n".join([*text, *chain.from_iterable(comments)])
        self._code = b"\n".join(data[piece.start : piece.end] for piece in changed)
        self.has_word = cache(self._has_word)
        self.uses = cache(self._uses)

    def concerns(self, inside: Inside) -> bool:
        """Whether what was looked at in the file may be something else now.

        It is the same as long as every node that was looked into is, and nothing new is found by what was looked for:
        what was found before stands in a node that was looked into.
        """
        if not inside.nodes <= self._nodes or self._around(inside.names, inside.nodes) != inside.around:
            return True
        if any(map(self.has_word, inside.words)):
            return True
        if not all(is_called(self._data, word.encode()) for word in inside.called):
            return True
        return any(re.search(pattern, self._code, flags) for pattern, flags in inside.patterns)

    def _has_word(self, word: str) -> bool:
        return next(places_of(self._code, word.encode()), None) is not None

    def _uses(self, word: str) -> bool:
        decorates = rb"@\s*(?:\w+\.)*%b\b" % re.escape(word.encode())
        return is_called(self._text, word.encode()) or re.search(decorates, self._text) is not None

    def line(self, line: int) -> int | None:
        """Return which line is the one that was ``line``; ``None`` if something changed around it."""
        index = bisect_right(self._old_lines, line) - 1
        begin = self._new.get(self._old[index]) if index >= 0 else None
        return None if begin is None else begin + line - self._old_lines[index]
