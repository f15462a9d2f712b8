"""The import statements of Python source, found without parsing it."""

from __future__ import annotations

import re
import string
from collections.abc import Iterator

_COMMENT = re.compile(rb"#[^\n]*")
_NAMES = (string.ascii_letters + string.digits + "_*").encode() + bytes(range(128, 256))
_SEPARATORS = bytes(byte if byte in _NAMES else ord(" ") for byte in range(256))
"""A table that leaves of names, dots and commas only the names, and the star that stands for all."""

_LONG = 4_000
"""Bytes of a line before and after the word ``import`` that can be those of its statement."""


def imports_in(data: bytes) -> Iterator[tuple[str, list[str]]]:
    """Yield for each import statement the package, if it names one, and the other words.

    Statements after a semicolon are left out, and text that looks like a statement is taken for one: this only
    decides where to look.
    """
    end = 0
    while (start := data.find(b"import", end)) >= 0:
        end = start + 6
        if data[end : end + 1] not in (b" ", b"\t", b"("):
            if data.startswith((b"_module", b"__"), end):  # import_module("name"), __import__("name")
                yield "", _words(data[end : _end_of_line(data, end)].partition(b"(")[2])
            continue
        first = max(start - _LONG, 0)
        before = data[max(data.rfind(b"\n", first, start) + 1, first) : start]
        match before.rpartition(b'"')[2].split(None, 2):  # the lines of a notebook stand in quotes
            case []:
                package = b""
            case [b"from", package]:
                pass
            case _:
                continue
        is_long = data[end : end + 2].lstrip()[:1] == b"("
        last = data.find(b")", end) if is_long else _end_of_line(data, end)
        names = data[end:] if last < 0 else data[end:last]
        end += len(names)
        yield package.decode(errors="replace"), _words(names)


def _end_of_line(data: bytes, start: int) -> int:
    """Return where a line ends, or where no name of a library can stand any more."""
    end = data.find(b"\n", start, start + _LONG)
    return min(start + _LONG, len(data)) if end < 0 else end


def _words(text: bytes) -> list[str]:
    text = _COMMENT.sub(b"", text) if b"#" in text else text
    return [word.decode(errors="replace") for word in text.translate(_SEPARATORS).split()]


def words_of_imports(data: bytes) -> frozenset[str]:
    """Return every word of the import statements, ``*`` among them where everything is imported."""
    found: set[str] = set()
    for package, names in imports_in(data):
        found.update(package.split("."), names)
    found.discard("")
    return frozenset(found)
