"""What the formats of findings are made from, and the sentences that say what was looked at and found."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from ptmdeps.checks import Evidence, Finding
from ptmdeps.distributions.sources import label
from ptmdeps.findings import SEVERITIES, Severity
from ptmdeps.paths import printable
from ptmdeps.render.quantities import counted


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What was looked at, and what the rules have to say.

    Attributes:
        evidence: what was looked at.
        findings: in the order of the rules.
        failing: the severities for which the command fails.
        color: whether text may be coloured.
    """

    evidence: Evidence
    findings: tuple[Finding, ...]
    failing: tuple[Severity, ...] = ("error",)
    color: bool = False


def checked(evidence: Evidence) -> str:
    """``Checked 5 models against 2 sources (.venv, uv.lock)``."""
    models = counted(len(evidence.lockfile.models), "model")
    if not evidence.sources:
        return f"Checked {models} against nothing: the project has neither an environment nor a lock for Python"
    names = ", ".join(printable(label(source)) for source in evidence.sources)
    return f"Checked {models} against {counted(len(evidence.sources), 'source')} ({names})"


def total(findings: Iterable[Finding]) -> str:
    """``Found 2 errors and 1 warning``."""
    counts = Counter(finding.severity for finding in findings)
    parts = [counted(counts[severity], severity) for severity in SEVERITIES if counts[severity]]
    return f"Found {' and '.join(parts)}" if parts else "Found nothing wrong"
