"""From bytes to a syntax tree: encodings, notebooks, and files that cannot be parsed."""

from __future__ import annotations

import ast
import io
import re
import tokenize
import warnings
from bisect import bisect_left
from functools import cached_property
from pathlib import PurePosixPath

from ptmdeps.identity import Location
from ptmdeps.scan.files import scope_of
from ptmdeps.scan.notebooks import notebook_text
from ptmdeps.scan.symbols import Scopes

MAXIMUM_PARSED = 4_000_000
"""Bytes of Python above which a file is only searched as text: no person wrote it."""


class Module:
    r"""One parsed file.

    Attributes:
        path: POSIX path relative to the project.
        data: its Python as UTF-8 bytes or in the encoding it declares, lines ended by ``\\n``.
        tree: what the parser made of it.
        scopes: its symbol tables, made when they are asked for.
    """

    def __init__(self, path: str, data: bytes, tree: ast.Module, lines: tuple[int, ...] | None = None) -> None:
        self.path = path
        self.data = data
        self.tree = tree
        self.scope = scope_of(path)
        self.scopes = Scopes(tree, has_named_expressions=b":=" in data)
        self._lines = lines

    @cached_property
    def is_package(self) -> bool:
        """Whether relative imports start at its own folder."""
        return PurePosixPath(self.path).stem == "__init__"

    def location(self, node: ast.AST) -> Location:
        """Return the place of a node in the file, which for a notebook is the line of the .ipynb file."""
        line: int = getattr(node, "lineno", 1)
        if self._lines is not None:
            line = self._lines[min(line, len(self._lines)) - 1] if self._lines else 1
        return Location(self.path, line)

    def lines_with(self, pattern: re.Pattern[bytes]) -> list[int]:
        """Return the numbers of the lines that ``pattern`` hits, ascending."""
        numbers: list[int] = []
        line, seen = 1, 0
        for match in pattern.finditer(self.data):
            line += self.data.count(b"\n", seen, match.start())
            seen = match.start()
            if not numbers or numbers[-1] != line:
                numbers.append(line)
        return numbers


def python_of(path: str, data: bytes) -> tuple[bytes, tuple[int, ...] | None]:
    """Return the Python of a file, and the line map if it is a notebook."""
    if not path.endswith(".ipynb"):
        return (data.replace(b"\r\n", b"\n").replace(b"\r", b"\n") if b"\r" in data else data), None
    notebook = notebook_text(data)
    return (b"", None) if notebook is None else (notebook.text.encode("utf-8", "replace"), notebook.lines)


def parse(path: str, data: bytes) -> Module | None:
    """Return the parsed file, or ``None`` if this Python cannot parse it."""
    python, lines = python_of(path, data)
    if len(python) > MAXIMUM_PARSED:
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what the project's own strings escape is not our subject
            tree = ast.parse(python if lines is None else python.decode())
    except (SyntaxError, ValueError, RecursionError, MemoryError, LookupError):
        return None
    return Module(path, python, tree, lines)


def text_of(path: str, data: bytes) -> str:
    """Return a file as text as well as it can be read."""
    python, _ = python_of(path, data)
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(python).readline)
        return python.decode(encoding, "replace").lstrip("\ufeff")
    except (SyntaxError, LookupError):
        return python.decode("utf-8", "replace")


def has_line_between(numbers: list[int], first: int, last: int) -> bool:
    """Whether one of the ascending ``numbers`` lies in the closed interval."""
    index = bisect_left(numbers, first)
    return index < len(numbers) and numbers[index] <= last
