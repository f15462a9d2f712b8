"""Turning rich's tables and trees into text; imported only when something is drawn."""

from __future__ import annotations

import io
import re
import shutil

from rich.console import Console, RenderableType

_TRAILING = re.compile(r"[ \t]+$", re.MULTILINE)
_UNLIMITED = 10_000


def drawn(renderable: RenderableType, *, color: bool, fit: bool) -> str:
    """The text of a renderable: no wider than the terminal if ``fit``, never wrapped otherwise."""
    width = shutil.get_terminal_size().columns if fit else _UNLIMITED
    console = Console(
        file=io.StringIO(),
        width=width,
        force_terminal=color,
        no_color=not color,
        color_system="standard" if color else None,
        highlight=False,
        markup=False,
        emoji=False,
        legacy_windows=False,
    )
    with console.capture() as capture:
        console.print(renderable)
    return _TRAILING.sub("", capture.get())
