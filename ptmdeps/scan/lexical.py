"""Where in Python source a pattern hits code, found without parsing: comments and strings do not count."""

from __future__ import annotations

import re
import string
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from functools import cached_property

_QUOTED = re.compile(
    rb'"""[^"\\]*+(?:(?:\\.|"(?!""))[^"\\]*+)*+(?:""")?'
    rb"|'''[^'\\]*+(?:(?:\\.|'(?!''))[^'\\]*+)*+(?:''')?"
    rb'|"[^"\\\n]*+(?:\\.[^"\\\n]*+)*+"?'
    rb"|'[^'\\\n]*+(?:\\.[^'\\\n]*+)*+'?"
    rb"|#[^\n]*+",
    re.DOTALL,
)
"""A string of any kind, or a comment; one that nothing ends goes on to the end of the line, or of the text.

Nothing is looked at twice, so that time is in proportion to length for any bytes.
"""

_CLASS = re.compile(rb"class(?<![A-Za-z0-9_]class)(?=[ \t]+([^\W\d]\w*)[ \t]*\(([^)]{0,1000})\))")
"""A class with its bases, of which only the first word is taken, because bases may be text with a class in it."""
_WORD = re.compile(rb"[^\W\d]\w*")
_LETTERS = frozenset(bytes([letter]) for letter in (string.ascii_letters + string.digits + "_").encode())
_PREFIX = re.compile(rb"[rR]?[fFtT][rR]?\Z")

_BEGINS = (b'"""', b"'''", b"\\\n")
"""What stands in every string that goes on after the end of its line."""

Span = tuple[int, int]


def quoted_spans(data: bytes) -> list[Span]:
    """Return where strings and comments begin and end, ascending; the letters before a string's quotes are left out."""
    return [match.span() for match in _QUOTED.finditer(data)]


class Texts:
    """Where the strings and comments of some Python are, found out only where it is asked for.

    A line that begins in no string can be read without those before it. So what is found in all of the text are the
    few strings that go on after the end of a line, as ``starts`` and ``ends``; of a line with a place that is asked
    for, the rest.
    """

    def __init__(self, data: bytes) -> None:
        self.data = data
        self._long = list(_long_strings(data))
        self.starts = [start for start, _ in self._long]
        self.ends = [end for _, end in self._long]

    @cached_property
    def has_continued(self) -> bool:
        """Whether a line may go on with the statement of the line before, because that ends with a backslash."""
        return b"\\\n" in self.data

    def long_at(self, place: int) -> Span | None:
        """Return where the string of several lines begins and ends that covers a place."""
        index = bisect_right(self.starts, place) - 1
        return self._long[index] if index >= 0 and place < self._long[index][1] else None

    def long_between(self, start: int, end: int) -> list[Span]:
        """Return where the strings of several lines begin and end that overlap a part of the text, ascending."""
        return self._long[bisect_right(self.ends, start) : bisect_left(self.starts, end)]

    def span_at(self, place: int) -> Span | None:
        """Return where the string or comment begins and ends that covers a place; ``None`` where there is none."""
        return self._next_at(place, 0)[0]

    def lines_of_code(self, places: Iterable[int]) -> list[int]:
        """Return the numbers of the lines of ascending places outside of strings and comments, ascending.

        What is in a string that may hold code, as ``f"…"`` does between its braces, counts.
        """
        numbers: list[int] = []
        line, seen, begin = 1, 0, 0
        span: Span | None = None
        for place in places:
            if span is None or place >= span[1]:
                span, begin = self._next_at(place, begin)
            if span is not None and not _may_hold_code(self.data, span[0]):
                continue
            line += self.data.count(b"\n", seen, place)
            seen = place
            if not numbers or numbers[-1] != line:
                numbers.append(line)
        return numbers

    def _next_at(self, place: int, begin: int) -> tuple[Span | None, int]:
        """Return the span that covers a place, and from where on to look at the next place.

        ``begin`` is a place before it, outside of strings: nothing is looked at twice, however long a line is.
        """
        index = bisect_right(self.starts, place) - 1
        if index >= 0:
            span = self._long[index]
            if place < span[1]:
                return span, span[1]
            begin = max(begin, span[1])
        begin = max(begin, self.data.rfind(b"\n", begin, place) + 1)
        return _covering(self.data, begin, place)


def _long_strings(data: bytes) -> Iterator[Span]:
    """Yield where each string that goes on after the end of its line begins and ends."""
    place = 0
    nexts = [(first, text) for text in _BEGINS if (first := data.find(text)) >= 0]
    while nexts:
        first, text = min(nexts)
        if first < place:
            nexts.remove((first, text))
            if (later := data.find(text, place)) >= 0:
                nexts.append((later, text))
            continue
        span, _ = _covering(data, max(place, data.rfind(b"\n", place, first) + 1), first)
        if span is None:  # a backslash of code
            place = first + 1
            continue
        place = span[1]
        if data.find(b"\n", *span) >= 0:
            yield span


def _covering(data: bytes, begin: int, place: int) -> tuple[Span | None, int]:
    """Return the string or comment that covers a place, and from where on to look at the next place.

    ``begin`` is outside of strings, on the same line or at the end of a string that ends there.
    """
    before = data[begin:place]
    if b'"' not in before and b"'" not in before and b"#" not in before:
        match = _QUOTED.match(data, place)
        return (match.span(), match.end()) if match else (None, place)
    # Two letters say whether a string goes on at a place; more of the text may be very much.
    for match in _QUOTED.finditer(data, begin, place + 2):
        if match.start() > place:
            break
        if match.end() > place:
            whole = _QUOTED.match(data, match.start())
            assert whole is not None  # noqa: S101 - a part of it was found already
            return whole.span(), whole.end()
    return None, place


def _may_hold_code(data: bytes, start: int) -> bool:
    """Whether a string is one like ``f"…"``, by the letters before its quotes."""
    letters = (b"f", b"F", b"t", b"T", b"r", b"R")
    return data[start - 1 : start] in letters and _PREFIX.search(data, max(0, start - 2), start) is not None


def places_of(data: bytes, word: bytes) -> Iterator[int]:
    """Yield where a word stands as a whole, ascending; cheaper than a pattern that is used once."""
    end = -1
    while (start := data.find(word, end + 1)) >= 0:
        end = start + len(word)
        if data[end : end + 1] not in _LETTERS and (start == 0 or data[start - 1 : start] not in _LETTERS):
            yield start


def all_places_of(data: bytes, text: bytes) -> Iterator[int]:
    """Yield where a text stands, alone or in a word, ascending."""
    place = data.find(text)
    while place >= 0:
        yield place
        place = data.find(text, place + 1)


def is_called(data: bytes, word: bytes) -> bool:
    """Whether text says that a function or class is called, or handed to ``partial``."""
    for start in places_of(data, word):
        after = data[start + len(word) : start + len(word) + 8].lstrip(b" \t")
        if after.startswith(b"(") or b"partial(" in data[max(0, start - 80) : start]:
            return True
    return False


def bases_in(data: bytes) -> dict[str, frozenset[str]]:
    """Return the words between the parentheses of each class, by its name."""
    return {
        match[1].decode(errors="replace"): frozenset(word.decode(errors="replace") for word in _WORD.findall(match[2]))
        for match in _CLASS.finditer(data)
    }
