"""Where in Python source a pattern hits code, found without parsing: comments and strings do not count."""

from __future__ import annotations

import re
import string
from collections.abc import Iterable, Iterator

_QUOTED = re.compile(
    rb'"""[^"\\]*+(?:(?:\\.|"(?!""))[^"\\]*+)*+(?:""")?'
    rb"|'''[^'\\]*+(?:(?:\\.|'(?!''))[^'\\]*+)*+(?:''')?"
    rb'|"[^"\\\n]*+(?:\\.[^"\\\n]*+)*+"?'
    rb"|'[^'\\\n]*+(?:\\.[^'\\\n]*+)*+'?"
    rb"|#[^\n]*+",
    re.DOTALL,
)
"""A string of any kind, or a comment; one that nothing ends goes on to the end of the line, or of the file.

Nothing is looked at twice, so that time is in proportion to length for any bytes.
"""

_CLASS = re.compile(rb"class[ \t]+([^\W\d]\w*)[ \t]*\(([^)]{0,1000})\)")
_WORD = re.compile(rb"[^\W\d]\w*")
_LETTERS = frozenset(bytes([letter]) for letter in (string.ascii_letters + string.digits + "_").encode())
_PREFIX = re.compile(rb"[rR]?[fFtT][rR]?\Z")

Spans = list[tuple[int, int]]


def quoted_spans(data: bytes) -> Spans:
    """Return where strings and comments begin and end, ascending; the letters before a string's quotes are left out."""
    return [match.span() for match in _QUOTED.finditer(data)]


def without_code(data: bytes, spans: Spans) -> Spans:
    """Return the strings and comments that hold no code, as ``f"…"`` does between its braces."""
    letters = (b"f", b"F", b"t", b"T", b"r", b"R")
    return [
        (start, end)
        for start, end in spans
        if data[start - 1 : start] not in letters or not _PREFIX.search(data, max(0, start - 2), start)
    ]


def lines_of_code(data: bytes, places: Iterable[int], spans: Spans) -> list[int]:
    """Return the numbers of the lines of ascending places that lie outside of ``spans``, ascending."""
    numbers: list[int] = []
    line, seen, index = 1, 0, 0
    for start in places:
        while index < len(spans) and spans[index][1] <= start:
            index += 1
        if index < len(spans) and spans[index][0] <= start:
            continue
        line += data.count(b"\n", seen, start)
        seen = start
        if not numbers or numbers[-1] != line:
            numbers.append(line)
    return numbers


def places_of(data: bytes, word: bytes) -> Iterator[int]:
    """Yield where a word stands as a whole, ascending; cheaper than a pattern that is used once."""
    end = -1
    while (start := data.find(word, end + 1)) >= 0:
        end = start + len(word)
        if data[end : end + 1] not in _LETTERS and (start == 0 or data[start - 1 : start] not in _LETTERS):
            yield start


def is_called(data: bytes, word: bytes) -> bool:
    """Whether text says that a function or class is called, or handed to ``partial``."""
    for start in places_of(data, word):
        after = data[start + len(word) : start + len(word) + 8].lstrip(b" \t")
        if after.startswith(b"(") or b"partial(" in data[max(0, start - 80) : start]:
            return True
    return False


def bases_in(data: bytes) -> dict[str, frozenset[str]]:
    """Return the words between the parentheses of each class, by its name."""
    places = (_CLASS.match(data, place) for place in places_of(data, b"class"))
    return {
        match[1].decode(errors="replace"): frozenset(word.decode(errors="replace") for word in _WORD.findall(match[2]))
        for match in places
        if match
    }
