"""``show`` for people: a table with one row an element, and a line that says how much of it is known."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ptmdeps.paths import printable
from ptmdeps.render.models import Style
from ptmdeps.render.quantities import short
from ptmdeps.render.show.lines import in_one_line, lines
from ptmdeps.showing.element import Answer, Known, Shown

if TYPE_CHECKING:
    from rich.text import Text

SHOWN_LINES = 8
"""Lines of a value that are shown unless everything is asked for."""

SHOWN_WORDS = 20
"""Items of a list of words that are shown unless everything is asked for."""

LONGEST_LINE = 300
"""Characters of a line that are shown unless everything is asked for."""

_LONGEST = 4000
_SOURCE = 33


def show_text(shown: Shown, style: Style, *, everything: bool = False) -> str:
    """Groups of rows: name, source, value. What hubs and models say is made printable, and cut where it is long."""
    from rich.table import Table
    from rich.text import Text

    from ptmdeps.render.console import drawn

    width = max(len(text) for element, _ in shown.answers for text in (element.name, element.group))
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(width=width, no_wrap=True)
    table.add_column(overflow="fold", max_width=_SOURCE)
    table.add_column(overflow="fold", ratio=1 if style.fit else None)
    group = ""
    for element, answer in shown.answers:
        if element.group != group:
            if group:
                table.add_row()
            table.add_row(Text(element.group.capitalize(), style="bold"))
            group = element.group
        table.add_row(Text(element.name), Text(_source(answer), style="dim"), _value(answer, everything=everything))
    parts = (Text(_title(shown), style="bold"), table, Text(_summary(shown)))
    return "\n".join(drawn(part, color=style.color, fit=style.fit) for part in parts)


def _title(shown: Shown) -> str:
    name = f"{shown.key.label}@{shown.ref}" if shown.ref else shown.key.label
    return printable(f"{name} {short(shown.revision)} ({'locked' if shown.locked else 'not locked'})")


def _source(answer: Answer) -> str:
    return printable(answer.source, limit=100) if isinstance(answer, Known) else "-"


def _value(answer: Answer, *, everything: bool) -> Text:
    from rich.text import Text

    if not isinstance(answer, Known):
        return Text(f"missing: {printable(answer.reason, limit=LONGEST_LINE)}", style="yellow")
    words = in_one_line(answer.value)
    most = SHOWN_WORDS if words else SHOWN_LINES
    shown = [printable(line, limit=_LONGEST if everything else LONGEST_LINE) for line in words or lines(answer.value)]
    left = len(shown) - most
    # one more takes as much room as to say so
    more = [f"… and {left:,} more; --all shows them"] if left > 1 and not everything else []
    shown = [*shown[:most], *more] if more else shown
    return Text(", ".join(shown) if words else "\n".join(shown))


def _summary(shown: Shown) -> str:
    of, missing = len(shown.answers), shown.missing
    named = f"; missing: {', '.join(missing)}" if missing else ""
    return f"{of - len(missing)} of {of} elements known{named}"
