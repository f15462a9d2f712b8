"""Copyright lines of a licence or notice file."""

from __future__ import annotations

import re

MAX_TEXT = 1024 * 1024
"""Bytes of a file that are looked at; the longest licences have some 60 000."""

MAX_LINES = 200
"""Copyright lines that are kept of one file."""

_MAX_LINE = 300
_SIGN = r"(?:\(c\)|©|&copy;)"
_NO_NOTICE = (
    r"(?:licen[cs]e|notice|holder|owner|statement|law|act|interest|right|protect|treat|assign|grant|and|or|in|of)"
)
_LINE = re.compile(
    rf".*?\b(?P<signed>copyright\s+{_SIGN}\s*\S.*)"
    rf"|[\s#*/;>-]*(?P<plain>(?:portions\s+|parts\s+)?copyright(?!\w)[\s:,]+(?!{_NO_NOTICE}\b).*\b(?:19|20)\d\d\b.*)"
    rf"|[\s#*/;>-]*(?P<short>{_SIGN}\s*(?:19|20)\d\d\b.*)",
    re.IGNORECASE,
)
# what licences ship to be filled in, and the sentences in which they speak of copyright
_TEMPLATE = re.compile(r"[\[{<](?:yyyy|year|name)|(?:name of (?:copyright owner|author))|19xx|20xx", re.IGNORECASE)


def copyright_lines(data: bytes) -> tuple[str, ...]:
    """Lines such as ``Copyright 2023 The Authors``, without repetition, in the order in which they stand there.

    A line counts from the word on if ``(c)`` follows it, or if it begins the line and a year comes after. Templates
    to be filled in, and clauses about copyright, do not.
    """
    found: dict[str, None] = {}
    for line in data[:MAX_TEXT].decode("utf-8-sig", errors="replace").splitlines():
        match = _LINE.match(line[: 2 * _MAX_LINE])
        if match and not _TEMPLATE.search(line[: 2 * _MAX_LINE]):
            found.setdefault(" ".join(match[str(match.lastgroup)].split())[:_MAX_LINE])
        if len(found) == MAX_LINES:
            break
    return tuple(found)
