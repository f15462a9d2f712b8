"""Markdown in which what others wrote cannot become markup, a link, a mention or the end of a table's cell."""

from __future__ import annotations

import re
from collections.abc import Iterable

from ptmdeps.paths import printable

_TICKS = re.compile(r"`+")
_PLAIN = re.compile(r"[A-Za-z0-9._/:@+~%=,# -]+")
_NOT_LETTER = re.compile(r"[^A-Za-z0-9 ]")
_NOT_PROSE = re.compile(r"[^A-Za-z0-9 ,.;()/-]")


def code_span(text: str) -> str:
    """``text`` as code within a line, whatever is in it."""
    text = printable(text)
    ticks = "`" * (max((len(run) for run in _TICKS.findall(text)), default=0) + 1)
    pad = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{ticks}{pad}{text}{pad}{ticks}"


def code_block(lines: Iterable[str], language: str = "text") -> str:
    """Lines as a block of code, whatever is in them."""
    content = "\n".join(lines)
    fence = "`" * max(3, max((len(run) for run in _TICKS.findall(content)), default=0) + 1)
    return f"{fence}{language}\n{content}\n{fence}\n"


def code_cell(text: str) -> str:
    """``text`` as code in a cell of a table."""
    shown = printable(text.strip())
    return f"`{shown}`" if _PLAIN.fullmatch(shown) else f"<code>{_encoded(shown, _NOT_LETTER)}</code>"


def prose_cell(text: str, *, limit: int = 1000) -> str:
    """A sentence of ours in a cell of a table: what stands between backticks becomes code, the rest plain text.

    What others wrote must stand between backticks, or be so that it cannot matter.
    """
    parts = printable(text, limit=limit).split("`")
    # a backtick that is never closed is one, and no code
    return "".join(
        code_cell(part) if index % 2 and index + 1 < len(parts) and part.strip() else _encoded(part, _NOT_PROSE)
        for index, part in enumerate(parts)
    )


def table_row(cells: Iterable[str]) -> str:
    """One line of a table, from cells that are Markdown."""
    return f"| {' | '.join(cells)} |"


def _encoded(text: str, unsafe: re.Pattern[str]) -> str:
    return unsafe.sub(lambda match: f"&#{ord(match[0])};", text)
