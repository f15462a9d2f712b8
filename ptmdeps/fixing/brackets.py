"""Where one more item belongs between brackets, so that it looks as if the author had written it."""

from __future__ import annotations

import io
import re
import tokenize
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ptmdeps.fixing.source import CannotPin, Splice

_CLOSING = {")": "(", "]": "[", "}": "{"}
_NO_CODE = frozenset(
    {tokenize.NL, tokenize.NEWLINE, tokenize.COMMENT, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER}
)
_BLANK = " \t\f"


@dataclass(frozen=True, slots=True, kw_only=True)
class Brackets:
    """A pair of brackets in a text.

    Attributes:
        opening: offset of the opening one.
        closing: offset of the closing one.
        last: offset after the last code between them; after the opening one where there is none.
        has_comma: whether that code is a comma.
    """

    opening: int
    closing: int
    last: int
    has_comma: bool

    @property
    def is_empty(self) -> bool:
        """Whether there is no code between them."""
        return self.last == self.opening + 1


def brackets_at(text: str, start: int, end: int) -> Brackets:
    """The brackets that close at the end of the expression ``text[start:end]``.

    Raises:
        CannotPin: the expression does not end with a bracket.
    """
    opened: list[int] = []
    pair, last = (start, start), ("", start)
    previous = last
    for word, first, after in _code(text[start:end]):
        previous, last = last, (word, start + after)
        if word in _CLOSING.values():
            opened.append(start + first)
        elif word in _CLOSING and opened:
            pair = (opened.pop(), start + first)
    if pair[1] != end - 1:
        raise CannotPin("its call cannot be read")
    return Brackets(opening=pair[0], closing=pair[1], last=previous[1], has_comma=previous[0] == ",")


def _code(expression: str) -> Iterator[tuple[str, int, int]]:
    """The words of an expression that are code, with their offsets."""
    # brackets around it, because its lines may only belong together inside brackets that are not ours
    enclosed = f"({expression})"
    starts = [0, *(match.end() for match in re.finditer("\n", enclosed))]
    try:
        for token in tokenize.generate_tokens(io.StringIO(enclosed).readline):
            if token.type not in _NO_CODE:
                first, after = (starts[row - 1] + column - 1 for row, column in (token.start, token.end))
                if first >= 0 and after <= len(expression):
                    yield token.string, first, after
    except (tokenize.TokenError, SyntaxError) as error:
        raise CannotPin("its call cannot be read") from error


def appended(text: str, brackets: Brackets, last_item: int, items: Sequence[str]) -> tuple[Splice, ...]:
    """Items after the last one, which begins at ``last_item``: on lines of their own if it has one, else beside it."""
    at = brackets.last
    start, indent, is_first = _line_of(text, last_item)
    line_end = text.find("\n", at)
    is_closed_later = 0 <= line_end < brackets.closing
    if brackets.is_empty:
        return (Splice(at, at, ", ".join(items)),)
    if not is_first or start <= brackets.opening or (is_closed_later and text[at:line_end].endswith("\\")):
        joined = ", ".join(items)
        return (Splice(at, at, f" {joined}," if brackets.has_comma else f", {joined}"),)
    joined = f",\n{indent}".join(items) + ("," if brackets.has_comma else "")
    place = line_end if is_closed_later else at
    added = Splice(place, place, f"\n{indent}{joined}")
    return (added,) if brackets.has_comma else (Splice(at, at, ","), added)


def before(text: str, place: int, items: Sequence[str]) -> tuple[Splice, ...]:
    """Items in front of the one that begins at ``place``."""
    _, indent, is_first = _line_of(text, place)
    end = f",\n{indent}" if is_first else ", "
    return (Splice(place, place, "".join(f"{item}{end}" for item in items)),)


def _line_of(text: str, place: int) -> tuple[int, str, bool]:
    """Where the line of ``place`` begins, its indentation, and whether the item at ``place`` is the first in it."""
    start = text.rfind("\n", 0, place) + 1
    line = text[start:place]
    indent = line[: len(line) - len(line.lstrip(_BLANK))]
    return start, indent, not line.strip(f"{_BLANK}(")
