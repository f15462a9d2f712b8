"""Comparisons as Markdown, for the text of a pull request.

Whatever comes from a hub stands in code: there, forges make no links, mentions, images or HTML of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ptmdeps.paths import printable
from ptmdeps.render.markdown import code_block, code_span
from ptmdeps.render.models import Style
from ptmdeps.render.quantities import counted, short, size
from ptmdeps.render.upgrade.details import sections, summary_lines
from ptmdeps.render.upgrade.lines import labels
from ptmdeps.upgrade.report import Report

MAX_CHARACTERS = 60_000
"""GitHub takes 65,536 characters in the text of a pull request."""

MAX_LINES = 50
"""Lines of one text that are quoted."""

_CUT = "\n*More changed than fits here: `ptmdeps diff` shows everything.*\n"


def diff_markdown(reports: Sequence[Report], _: Style) -> str:
    """A heading, what changed and the details of each model; what a forge would not take is left out, and that said."""
    room = MAX_CHARACTERS - len(_CUT)
    blocks: list[str] = []
    cut = False
    for head in map(_head, reports):
        room -= len(head) + 1
        cut |= room < 0
        if room >= 0:
            blocks.append(head)
    # every model is told before the details of any
    for index, report in enumerate(reports[: len(blocks)]):
        for section in _details(report):
            cut |= len(section) > room
            if len(section) <= room:
                room -= len(section)
                blocks[index] += section
    return "\n".join(blocks) + (_CUT if cut else "")


def _head(report: Report) -> str:
    name = code_span(f"{report.key.label}@{report.ref}" if report.ref else report.key.label)
    revisions = " → ".join(code_span(short(revision)) for revision in (report.before, report.after) if revision)
    lines = [f"### {name} {revisions}", ""]
    match report.change:
        case "added":
            lines.append("Locked for the first time.")
        case "removed":
            lines.append("Locked no more.")
        case "same":
            lines.append("Nothing changed." if report.unchanged else "No other revision.")
        case _:
            lines.append(_verdict(report))
    text = "\n".join(lines) + "\n"
    if report.notables:
        text += "\n**To be looked at:**\n\n" + code_block(notable.text for notable in report.notables)
    if summary := list(summary_lines(report)):
        text += "\n" + code_block(summary)
    return text


def _verdict(report: Report) -> str:
    comparison = report.comparison
    if comparison is None:
        return "What changed is not known."
    download = f", {size(comparison.download)} to download" if comparison.download else ""
    verdict = report.verdict
    if comparison.documents_only and verdict.severity != "major":
        return f"Nothing that a loader reads changed ({labels(comparison.classes) or 'no locked file'}){download}."
    weights = "" if "weights" in comparison.classes or comparison.unread else " The weights are identical."
    changed = labels(comparison.classes) or "no file"
    return f"Changed: **{changed}**{download}. Suggested severity: **{verdict.severity}**.{weights}"


def _details(report: Report) -> Iterator[str]:
    for title, body in sections(report):
        lines = body[:MAX_LINES]
        if len(body) > MAX_LINES:
            lines.append(f"… and {counted(len(body) - MAX_LINES, 'more line')}")
        yield f"\n<details><summary>{_summary(title)}</summary>\n\n{code_block(lines, 'diff')}\n</details>\n"


def _summary(title: str) -> str:
    """A heading that may be the name of a file of somebody else's: in HTML, where Markdown's code does not count."""
    escaped = "".join(f"&#{ord(char)};" if not (char.isalnum() or char == " ") else char for char in printable(title))
    return f"<code>{escaped}</code>"
