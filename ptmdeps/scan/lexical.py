"""Where in Python source a pattern hits code, found without parsing: comments and strings do not count."""

from __future__ import annotations

import re

_QUOTED = re.compile(
    rb'"""[^"\\]*(?:(?:\\.|"(?!""))[^"\\]*)*"""'
    rb"|'''[^'\\]*(?:(?:\\.|'(?!''))[^'\\]*)*'''"
    rb'|"[^"\\\n]*(?:\\.[^"\\\n]*)*"'
    rb"|'[^'\\\n]*(?:\\.[^'\\\n]*)*'"
    rb"|#[^\n]*",
    re.DOTALL,
)
"""A string of any kind, or a comment; each alternative takes time in proportion to its length."""

_PREFIX = re.compile(rb"[rR]?[fF][rR]?\Z")

Spans = list[tuple[int, int]]


def quoted_spans(data: bytes) -> Spans:
    """Return where strings and comments begin and end, ascending; strings that hold code (``f"…"``) are left out."""
    return [
        match.span()
        for match in _QUOTED.finditer(data)
        if data[match.start() - 1 : match.start()] not in (b"f", b"F", b"r", b"R") or not _holds_code(data, match)
    ]


def _holds_code(data: bytes, match: re.Match[bytes]) -> bool:
    """Whether a string has a prefix by which its braces hold code."""
    start = match.start()
    return _PREFIX.search(data, max(0, start - 2), start) is not None


def lines_of_code(data: bytes, pattern: re.Pattern[bytes], spans: Spans) -> list[int]:
    """Return the numbers of the lines on which ``pattern`` begins a hit outside of ``spans``, ascending."""
    numbers: list[int] = []
    line, seen, index = 1, 0, 0
    for match in pattern.finditer(data):
        start = match.start()
        while index < len(spans) and spans[index][1] <= start:
            index += 1
        if index < len(spans) and spans[index][0] <= start:
            continue
        line += data.count(b"\n", seen, start)
        seen = start
        if not numbers or numbers[-1] != line:
            numbers.append(line)
    return numbers
