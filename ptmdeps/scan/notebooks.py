"""Notebooks as Python text.

The cells of a notebook become one module, so that a name set in one cell is known in the next. The line of anything
found is the line *in the .ipynb file* where that line of source stands, so that an editor can jump there.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+', re.DOTALL)
_MAGIC = re.compile(r"^(\s*)(?:[!%?]|.*\?\s*$)")
_CAPTURE = re.compile(r"^(\s*)(\w+(?:\s*,\s*\w+)*)\s*=\s*[!%].*")
_CELL_OF_PYTHON = ("%%time", "%%timeit", "%%capture", "%%prun", "%%debug")
_DEPTH = 4
"""``cells``, the number of the cell, ``source``, the number of the line: deeper values are no source."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NotebookText:
    """Python text, and for each of its lines the line of the file."""

    text: str
    lines: tuple[int, ...]


def notebook_text(data: bytes) -> NotebookText | None:
    """Return the Python of a notebook; ``None`` if the file is no notebook or holds another language."""
    try:
        raw = data.decode("utf-8-sig")
        document = json.loads(raw)
    except (ValueError, RecursionError):
        return None
    if not isinstance(document, dict) or not isinstance(document.get("cells"), list) or not _is_python(document):
        return None
    kinds = [cell.get("cell_type") if isinstance(cell, dict) else None for cell in document["cells"]]
    cells: list[list[tuple[str, int]]] = [[] for _ in kinds]
    for cell, text, line in _sources(raw):
        if cell < len(kinds) and kinds[cell] == "code":
            cells[cell].extend((part, line) for part in text.replace("\r\n", "\n").removesuffix("\n").split("\n"))
    lines = [line for cell in cells for line in _python_lines(cell)]
    return NotebookText(text="".join(f"{text}\n" for text, _ in lines), lines=tuple(number for _, number in lines))


def _is_python(document: dict[str, object]) -> bool:
    """Whether the notebook's kernel runs Python, as far as the notebook says."""
    metadata = document.get("metadata")
    if not isinstance(metadata, dict):
        return True
    for section, key in (("kernelspec", "language"), ("language_info", "name")):
        part = metadata.get(section)
        if isinstance(part, dict) and isinstance(part.get(key), str):
            return "python" in part[key].lower()
    return True


def _sources(raw: str) -> Iterator[tuple[int, str, int]]:
    """Yield (number of the cell, text, line of the file) for every piece of source in valid JSON text."""
    path: list[str | int] = []
    waiting_for_key = False
    line, seen = 1, 0
    for token in _TOKEN.finditer(raw):
        text = token[0]
        if text in "{[":
            path.append("" if text == "{" else 0)
            waiting_for_key = text == "{"
        elif text in "}]":
            path.pop()
            waiting_for_key = False
        elif text == ",":
            top = path[-1]
            path[-1] = top + 1 if isinstance(top, int) else ""
            waiting_for_key = not isinstance(top, int)
        elif text != ":" and waiting_for_key:
            path[-1] = text[1:-1]
            waiting_for_key = False
        elif text.startswith('"') and (cell := _cell_of_source(path)) is not None:
            line += raw.count("\n", seen, token.start())
            seen = token.start()
            yield cell, json.loads(text, strict=False), line


def _cell_of_source(path: list[str | int]) -> int | None:
    """Return the number of the cell whose source stands at ``path`` (as one text, or as a list of lines)."""
    if len(path) not in (_DEPTH - 1, _DEPTH) or path[0] != "cells" or path[2] != "source":
        return None
    return path[1] if isinstance(path[1], int) else None


def _python_lines(cell: list[tuple[str, int]]) -> list[tuple[str, int]]:
    """Turn what only a notebook understands into Python; a cell that still does not parse becomes empty lines."""
    first = next((text.strip() for text, _ in cell if text.strip()), "")
    if first.startswith("%%") and not first.startswith(_CELL_OF_PYTHON):
        return [("", line) for _, line in cell]
    if _parses(cell):
        return cell
    cleaned = [(_neutral(text), line) for text, line in cell]
    return cleaned if _parses(cleaned) else [("", line) for _, line in cell]


def _neutral(text: str) -> str:
    """Replace a line that only a notebook understands by Python that does nothing."""
    if match := _CAPTURE.match(text):
        return f"{match[1]}{match[2]} = None"
    if match := _MAGIC.match(text):
        return f"{match[1]}pass"
    return text


def _parses(cell: list[tuple[str, int]]) -> bool:
    try:
        ast.parse("\n".join(text for text, _ in cell))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True
