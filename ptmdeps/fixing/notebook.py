"""Notebooks as text that can be changed in places: only the texts of the JSON that hold changed lines change."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import Self

from ptmdeps.fixing.source import CannotPin, Splice, Text, with_splices
from ptmdeps.scan.notebooks import notebook_text

_LITERAL = re.compile(r'"(?:[^"\\]|\\.)*"')
_CHARACTER = re.compile(
    r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\.|.", re.DOTALL
)


class NotebookSource(Text):
    """The Python of a notebook, and the way back into its JSON."""

    def __init__(self, raw: str, text: str, lines: tuple[int, ...]) -> None:
        super().__init__(text)
        self._raw = raw
        self._file = Text(raw)
        self._lines = lines

    @classmethod
    def read(cls, data: bytes) -> Self:
        """Read a notebook.

        Raises:
            CannotPin: it is none.
        """
        notebook = notebook_text(data)
        if notebook is None:
            raise CannotPin("its notebook cannot be read")
        return cls(data.decode("utf-8"), notebook.text, notebook.lines)

    def python_lines(self, line: int) -> Iterable[int]:
        """The lines of ``text`` that stand in a line of the file: all lines of a cell that is one text of JSON."""
        return [number for number, place in enumerate(self._lines, 1) if place == line]

    def spliced(self, splices: Iterable[Splice]) -> bytes:
        """The bytes of the notebook with the splices made.

        Raises:
            CannotPin: a changed line cannot be told from others on the same line of the file.
        """
        return with_splices(self._raw, map(self._in_file, splices)).encode()

    def _in_file(self, splice: Splice) -> Splice:
        number = self.text.count("\n", 0, splice.start) + 1
        start = self.starts[number - 1]
        literal, inside, is_list = self._literal(number)
        first, last = (_raw_offset(literal[0], inside + offset - start) for offset in (splice.start, splice.end))
        text = json.dumps(splice.text)[1:-1]
        if is_list and "\n" in splice.text:
            text = text.replace("\\n", f'\\n",{self._line_end(literal)}"')
        return Splice(literal.start() + first, literal.start() + last, text)

    def _line_end(self, literal: re.Match[str]) -> str:
        """The line end and indentation between two lines of a list."""
        start = self._raw.rfind("\n", 0, literal.start()) + 1
        between = self._raw[start : literal.start()]
        end = "\r\n" if self._raw[:start].endswith("\r\n") else "\n"
        return f"{end}{between}" if not between.strip() else " "

    def _literal(self, number: int) -> tuple[re.Match[str], int, bool]:
        """The literal with a line of the text, where in its value that line begins, and whether it is a list's."""
        place = self._lines[number - 1]
        begin = self._file.starts[place - 1]
        end = begin + len(self._file.line(place))
        found = [
            (literal, offset, _is_one_line(literal[0]))
            for literal in _LITERAL.finditer(self._raw, begin, end)
            for offset in _offsets_of(self.line(number), literal[0])
        ]
        if len(found) != 1:
            raise CannotPin("its line cannot be told from others in the notebook")
        return found[0]


def _offsets_of(line: str, literal: str) -> Iterator[int]:
    """Where a whole line begins in the value of a literal."""
    offset = 0
    for part in json.loads(literal, strict=False).split("\n"):
        if part == line:
            yield offset
        offset += len(part) + 1


def _is_one_line(literal: str) -> bool:
    return "\n" not in json.loads(literal, strict=False).removesuffix("\n")


def _raw_offset(literal: str, offset: int) -> int:
    """Where a character of the value stands in the literal, whose quote comes first."""
    position = 1
    for _ in range(offset):
        match = _CHARACTER.match(literal, position)
        position = match.end() if match else position
    return position
