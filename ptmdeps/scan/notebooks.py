"""Notebooks as Python text.

The cells of a notebook become one module, so that a name set in one cell is known in the next. The line of anything
found is the line *in the .ipynb file* where that line of source stands, so that an editor can jump there. Commands
and magics become the calls that IPython makes of them (IPython 9, ``core/inputtransformer2.py``).
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+', re.DOTALL)
_COMMAND = re.compile(r"(?P<indent>\s*)(?P<target>\w+(?:\s*,\s*\w+)*\s*=\s*)?(?P<mark>!!?|%)(?P<rest>.*)", re.DOTALL)
_TIMED = re.compile(
    r"(?P<indent>\s*)%(?:time|timeit|prun|memit|mprun|lprun)\b(?:[ \t]+-\w+(?:[ \t]+\d+)?)*[ \t]*(?P<rest>.*)"
)
_INSTALL = re.compile(r"(?P<indent>\s*)(?P<rest>(?:pip|conda|mamba)[ \t]+install[ \t].*)")
_HELP = re.compile(r"^(\s*)(?:\?|.*\?\s*$)")
_CELL_OF_PYTHON = ("%%time", "%%timeit", "%%capture", "%%prun", "%%debug")
_CELL_OF_SHELL = re.compile(r"(?:%%(?P<magic>bash|sh|script|sx|system|!)|%sh)(?![^\s])(?P<line>.*)")
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
    start = next((number for number, (text, _) in enumerate(cell) if text.strip()), 0)
    first = cell[start][0].strip() if cell else ""
    if shell := _CELL_OF_SHELL.fullmatch(first):
        return [*(("", line) for _, line in cell[:start]), *_shell_cell(shell, cell[start:])]
    if first.startswith("%%") and not first.startswith(_CELL_OF_PYTHON):
        return [("", line) for _, line in cell]
    if _parses(cell):
        return cell
    cleaned = list(_translated(cell))
    return cleaned if _parses(cleaned) else [("", line) for _, line in cell]


def _shell_cell(match: re.Match[str], cell: list[tuple[str, int]]) -> Iterator[tuple[str, int]]:
    """Yield the call that runs a cell of shell text, each line of the text on a line of its own."""
    yield f"get_ipython().run_cell_magic({match['magic'] or 'sh'!r}, {match['line'].strip()!r}, '\\n'", cell[0][1]
    for number, (text, line) in enumerate(cell[1:], 2):
        yield repr(f"{text}\n") + (")" if number == len(cell) else ""), line
    if len(cell) == 1:
        yield ")", cell[0][1]


def _translated(cell: list[tuple[str, int]]) -> Iterator[tuple[str, int]]:
    """Yield the lines of a cell as Python; a command that goes on after a backslash keeps its lines."""
    lines = iter(cell)
    for text, line in lines:
        text = _TIMED.sub(r"\g<indent>\g<rest>", text) if _TIMED.match(text) else text  # noqa: PLW2901
        match = _COMMAND.fullmatch(text) or _INSTALL.fullmatch(text)
        if match is None:
            yield _HELP.sub(r"\1pass", text) if _HELP.match(text) else text, line
            continue
        opening, rest = _opening(match)
        yield f"{opening}{_without_backslash(rest)!r}", line
        places = [line]
        while rest.endswith("\\") and (following := next(lines, None)) is not None:
            rest, place = following
            places.append(place)
            yield f" {_without_backslash(rest)!r}", place
        yield ")", places[-1]


def _opening(match: re.Match[str]) -> tuple[str, str]:
    """Return the call of a command up to its text, and the first line of the text."""
    found = match.groupdict()
    indent, rest = match["indent"], match["rest"]
    start = f"{indent}{found.get('target') or ''}get_ipython()."
    if found.get("mark", "%") != "%":
        method = "getoutput" if found["target"] or found["mark"] == "!!" else "system"
        return f"{start}{method}(", rest
    name, _, line = rest.strip().partition(" ")
    return f"{start}run_line_magic({name!r}, ", line


def _without_backslash(text: str) -> str:
    return f"{text[:-1]} " if text.endswith("\\") else text


def _parses(cell: list[tuple[str, int]]) -> bool:
    try:
        ast.parse("\n".join(text for text, _ in cell))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True
