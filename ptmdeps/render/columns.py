"""Tables of many rows as aligned text; rich needs half a second for five hundred rows of a table."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.cells import cell_len

_GAP = "  "
_BOLD = "\x1b[1m{}\x1b[0m"


def aligned(headings: Sequence[str], rows: Iterable[Sequence[str]], *, right: frozenset[str], color: bool) -> str:
    """One line a row, every column as wide as its widest cell; columns named in ``right`` end together.

    Cells are shown as they are: make them printable before.
    """
    table = [tuple(headings), *map(tuple, rows)]
    widths = [max(map(cell_len, column)) for column in zip(*table, strict=True)]
    lines = [_line(row, headings, widths, right) for row in table]
    if color:
        lines[0] = _BOLD.format(lines[0])
    return "".join(f"{line}\n" for line in lines)


def _line(row: Sequence[str], headings: Sequence[str], widths: Sequence[int], right: frozenset[str]) -> str:
    cells = []
    for cell, heading, width in zip(row, headings, widths, strict=True):
        space = " " * (width - cell_len(cell))
        cells.append(space + cell if heading in right else cell + space)
    return _GAP.join(cells).rstrip()
