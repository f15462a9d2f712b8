"""In which line of a TOML text a key stands, which ``tomllib`` does not tell: for messages about mistakes.

The text is one that ``tomllib`` has read without complaint, so that nothing is checked here.
https://toml.io/en/v1.0.0
"""

from __future__ import annotations

import bisect
import re
import tomllib

from ptmdeps.manifest.fields import KeyPath

_SPACE = re.compile(r"[ \t]*")
_GAP = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+", re.ASCII)
_BASIC = re.compile(r'"(?:[^"\\\n]|\\.)*"')
_LITERAL = re.compile(r"'[^'\n]*'")
_LONG_BASIC = re.compile(r'"""(?:[^"\\]|\\.|"{1,2}(?!"))*"{3,5}', re.DOTALL)
_LONG_LITERAL = re.compile(r"'''(?:[^']|'{1,2}(?!'))*'{3,5}", re.DOTALL)
_STRINGS = (_LONG_BASIC, _LONG_LITERAL, _BASIC, _LITERAL)
_PLAIN = re.compile(r"[^,\]}\n#]*")


def line_of(text: str, path: KeyPath) -> int | None:
    """The line, counted from 1, of a value, or else of the innermost table around it that is written down."""
    try:
        lines = key_lines(text)
    except (RecursionError, IndexError, AttributeError):  # what tomllib takes and this does not is no reason to fail
        return None
    return next((lines[path[:length]] for length in range(len(path), 0, -1) if path[:length] in lines), None)


def key_lines(text: str) -> dict[KeyPath, int]:
    """The line of every key, and of every item of an array, by its path."""
    return _Locator(text).run()


def header_lines(text: str) -> list[int]:
    """The lines of all headers of tables (``[table]``, ``[[table]]``), in their order."""
    locator = _Locator(text)
    locator.run()
    return locator.headers


class _Locator:
    """Walks through a text once, and notes where each value begins to be named."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._ends = [found.start() for found in re.finditer("\n", text)]
        self._at = 0
        self._counts: dict[KeyPath, int] = {}
        self._lines: dict[KeyPath, int] = {}
        self.headers: list[int] = []

    def run(self) -> dict[KeyPath, int]:
        table: KeyPath = ()
        self._skip(_GAP)
        while self._at < len(self._text):
            if self._text.startswith("[", self._at):
                table = self._header()
            else:
                self._pair(table)
            self._skip(_GAP)
        return self._lines

    def _header(self) -> KeyPath:
        line = self._line()
        self.headers.append(line)
        array = self._text.startswith("[[", self._at)
        self._at += 2 if array else 1
        keys = self._keys()
        self._at += 2 if array else 1
        path: KeyPath = ()
        for key in keys[:-1]:
            # inside an array of tables, a name means its last one
            path = self._last((*path, key))
            self._lines.setdefault(path, line)
        path = (*path, keys[-1])
        if array:
            self._lines.setdefault(path, line)
            index = self._counts.get(path, 0)
            self._counts[path] = index + 1
            path = (*path, index)
        self._lines[path] = line
        return path

    def _last(self, path: KeyPath) -> KeyPath:
        return (*path, self._counts[path] - 1) if path in self._counts else path

    def _pair(self, table: KeyPath) -> None:
        line, path = self._line(), table
        for key in self._keys():
            path = (*path, key)
            self._lines.setdefault(path, line)
        self._at += 1  # the sign of equality
        self._skip(_SPACE)
        self._value(path)

    def _keys(self) -> list[str]:
        """Return the parts of a dotted key, and stop after the spaces that follow it."""
        keys = []
        while True:
            self._skip(_SPACE)
            keys.append(self._key())
            self._skip(_SPACE)
            if not self._text.startswith(".", self._at):
                return keys
            self._at += 1

    def _key(self) -> str:
        for pattern in (_BARE_KEY, _BASIC, _LITERAL):
            if found := pattern.match(self._text, self._at):
                self._at = found.end()
                written = found[0]
                return str(tomllib.loads(f"key = {written}")["key"]) if pattern is not _BARE_KEY else written
        raise IndexError(self._at)

    def _value(self, path: KeyPath) -> None:
        match self._text[self._at]:
            case "[":
                self._items(path, "]")
            case "{":
                self._items(path, "}")
            case '"' | "'":
                found = next(found for pattern in _STRINGS if (found := pattern.match(self._text, self._at)))
                self._at = found.end()
            case _:
                self._skip(_PLAIN)

    def _items(self, path: KeyPath, end: str) -> None:
        """Walk through an array or an inline table."""
        self._at += 1
        index = 0
        while True:
            self._skip(_GAP)
            if self._text[self._at] == end:
                self._at += 1
                return
            if self._text[self._at] == ",":
                self._at += 1
            elif end == "}":
                self._pair(path)
            else:
                self._lines[*path, index] = self._line()
                self._value((*path, index))
                index += 1

    def _skip(self, pattern: re.Pattern[str]) -> None:
        found = pattern.match(self._text, self._at)
        self._at = found.end() if found else self._at

    def _line(self) -> int:
        return bisect.bisect_left(self._ends, self._at) + 1
