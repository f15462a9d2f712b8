"""Findings for people at a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from ptmdeps.paths import printable
from ptmdeps.render.checks.report import Report

_COLOURS = {"error": "31", "warning": "33", "note": "36"}


def as_text(report: Report) -> str:
    """A sentence a finding; what to do about it below, once."""
    return "".join(f"{line}\n" for line in _lines(report))


def _lines(report: Report) -> Iterator[str]:
    shown: set[str] = set()
    for finding in report.findings:
        head = f"{finding.severity}[{finding.rule.identifier}]"
        if report.color:
            head = f"\x1b[1;{_COLOURS[finding.severity]}m{head}\x1b[0m"
        yield f"{head}: {printable(finding.message, limit=2000)}"
        if finding.hint and finding.hint not in shown:
            shown.add(finding.hint)
            yield f"  hint: {printable(finding.hint, limit=500)}"
