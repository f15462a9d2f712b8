"""Findings as Markdown, for the summary of a job or a comment on a pull request."""

from __future__ import annotations

from collections.abc import Iterator

from ptmdeps.checks import Finding
from ptmdeps.render.checks.report import Report, checked, total
from ptmdeps.render.markdown import code_cell, prose_cell, table_row

MAX_CHARACTERS = 60_000
"""GitHub takes 65,536 characters in a comment."""

_MARKS = {"error": "❌", "warning": "⚠️", "note": "ℹ️"}  # noqa: RUF001 - the sign that forges show in blue


def as_markdown(report: Report) -> str:
    """What was found as a table, the worst first; what to do about it below, once."""
    head = f"## Models\n\n{prose_cell(checked(report.evidence))}. {total(report.findings)}.\n"
    if not report.findings:
        return head
    order = list(_MARKS)
    findings = sorted(report.findings, key=lambda finding: order.index(finding.severity))
    hints = "".join(f"- {prose_cell(hint)}\n" for hint in dict.fromkeys(one.hint for one in findings if one.hint))
    below = f"\n### What to do\n\n{hints}" if hints else ""
    room = MAX_CHARACTERS - len(head) - 200
    table = "".join(_within(findings, room))
    return f"{head}\n{table}{below if len(table) + len(below) < room else ''}"


def _within(findings: list[Finding], room: int) -> Iterator[str]:
    """The rows of a table that fit, and how many did not."""
    for row in (table_row(("", "Rule", "Finding", "At")), table_row(["---"] * 4)):
        yield f"{row}\n"
    for index, finding in enumerate(findings):
        row = f"{_row(finding)}\n"
        room -= len(row)
        if room < 0:
            yield f"\n{len(findings) - index} more do not fit here: `ptmdeps check` shows everything.\n"
            return
        yield row


def _row(finding: Finding) -> str:
    mark = f"{_MARKS[finding.severity]} {finding.severity}"
    return table_row((mark, finding.rule.identifier, prose_cell(finding.message), code_cell(str(finding.where))))
