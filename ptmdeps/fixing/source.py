"""Python files as text that can be changed in places, with every other byte kept."""

from __future__ import annotations

import io
import re
import tokenize
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Self

_LINE_END = re.compile(r"\r\n|\r|\n")


class CannotPin(Exception):
    """A load is left as it is; the message says why, as the end of a sentence about the load."""


@dataclass(frozen=True, slots=True, order=True)
class Splice:
    """New text for the characters from ``start`` to ``end``."""

    start: int
    end: int
    text: str


class Text:
    r"""Text whose lines end with ``\n``, addressed as the parser of Python does: line from 1, column in UTF-8 bytes."""

    def __init__(self, text: str) -> None:
        self.text = text

    @cached_property
    def starts(self) -> tuple[int, ...]:
        """Where each line begins."""
        return (0, *(match.end() for match in re.finditer("\n", self.text)))

    def line(self, number: int) -> str:
        """The text of a line without its end; empty where there is no such line."""
        if not 1 <= number <= len(self.starts):
            return ""
        start = self.starts[number - 1]
        end = self.text.find("\n", start)
        return self.text[start:] if end < 0 else self.text[start:end]

    def offset(self, line: int, column: int) -> int:
        """The character at a place that the parser gave."""
        return self.starts[line - 1] + len(self.line(line).encode()[:column].decode(errors="replace"))


class PythonSource(Text):
    """A Python file: decoded as Python decodes it, and encoded again with its own line ends and byte order mark."""

    def __init__(self, original: str, encoding: str) -> None:
        super().__init__(_LINE_END.sub("\n", original))
        self._original = original
        self._encoding = encoding

    @classmethod
    def read(cls, data: bytes) -> Self:
        """Read a file.

        Raises:
            CannotPin: its encoding is unknown, or does not give the same bytes back.
        """
        try:
            encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
            original = data.decode(encoding)
            is_faithful = original.encode(encoding) == data
        except (SyntaxError, LookupError, ValueError) as error:
            raise CannotPin("the encoding of its file is not known") from error
        if not is_faithful:
            raise CannotPin("its file would not keep every byte")
        return cls(original, encoding)

    def python_lines(self, line: int) -> Iterable[int]:
        """The lines of ``text`` that stand in a line of the file."""
        return (line,)

    def spliced(self, splices: Iterable[Splice]) -> bytes:
        """The bytes of the file with the splices made; new lines end as the first line of the file does."""
        ends = [match[0] for match in _LINE_END.finditer(self._original)]
        pairs = [start for start, end in zip(self.starts[1:], ends, strict=True) if end == "\r\n"]
        newline = ends[0] if ends else "\n"
        moved = (
            Splice(_moved(splice.start, pairs), _moved(splice.end, pairs), splice.text.replace("\n", newline))
            for splice in splices
        )
        return with_splices(self._original, moved).encode(self._encoding)


def with_splices(text: str, splices: Iterable[Splice]) -> str:
    """Make splices that do not overlap; those of one place stay in their order."""
    parts: list[str] = []
    seen = 0
    for splice in sorted(splices, key=lambda splice: splice.start):
        if splice.start < seen:
            raise CannotPin("its changes would overlap")
        parts += [text[seen : splice.start], splice.text]
        seen = splice.end
    return "".join((*parts, text[seen:]))


def _moved(offset: int, pairs: list[int]) -> int:
    """An offset of the text with short line ends, in the text where those before ``pairs`` have two characters."""
    from bisect import bisect_right

    return offset + bisect_right(pairs, offset)
