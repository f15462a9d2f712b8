"""Lines of styled text; rich is only imported where there is colour."""

from __future__ import annotations

from collections.abc import Iterable

Span = tuple[str, str]
"""Text and its style, one of rich's."""

Line = tuple[Span, ...]


def drawn_lines(lines: Iterable[Line], *, color: bool) -> str:
    """The lines, each ended."""
    if not color:
        return "".join(f"{''.join(text for text, _ in line)}\n" for line in lines)
    from rich.text import Text

    from ptmdeps.render.console import drawn

    return drawn(Text("\n").join(Text.assemble(*line) for line in lines), color=True, fit=False)
