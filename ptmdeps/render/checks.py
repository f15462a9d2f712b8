"""Findings → text, JSON, SARIF."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ptmdeps.checks import CHECKS, Evidence, Finding
from ptmdeps.distributions.environment import Environment
from ptmdeps.distributions.sources import Source, label
from ptmdeps.findings import SEVERITIES
from ptmdeps.paths import printable
from ptmdeps.render.models import as_json
from ptmdeps.render.quantities import counted
from ptmdeps.render.sarif import document, fingerprint, place, plain

_COLOURS = {"error": "31", "warning": "33", "note": "36"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What was looked at, and what the rules have to say."""

    evidence: Evidence
    findings: tuple[Finding, ...]
    color: bool = False


def text(report: Report) -> str:
    """A sentence a finding; what to do about it below, once."""
    return "".join(f"{line}\n" for line in _lines(report))


def as_document(report: Report) -> str:
    """JSON: what was looked at, and every finding."""
    findings = [_finding(finding) for finding in report.findings]
    sources = [_source(source) for source in report.evidence.sources]
    models = len(report.evidence.lockfile.models)
    return as_json({"version": 1, "models": models, "sources": sources, "findings": findings})


def sarif(report: Report) -> str:
    """SARIF for code scanning; addresses are relative to the project's folder."""
    rules = tuple(check.rule for check in CHECKS)
    seen: Counter[str] = Counter()
    results = []
    for finding in report.findings:
        same = json.dumps([finding.rule.identifier, finding.models, finding.about])
        seen[same] += 1
        results.append(
            {
                "ruleId": finding.rule.identifier,
                "ruleIndex": rules.index(finding.rule),
                "level": finding.severity,
                "message": {"text": plain(f"{finding.message}.{f' {finding.hint}.' if finding.hint else ''}")},
                "locations": [{"physicalLocation": place(finding.where.path, finding.where.line)}],
                "partialFingerprints": {"ptmdepsFinding/v1": fingerprint(f"{same}{seen[same]}")},
                "properties": {"models": list(finding.models), **dict(finding.facts)},
            }
        )
    return document(rules, results, root="The folder of the project.")


def checked(evidence: Evidence) -> str:
    """``Checked 5 models against 2 sources (.venv, uv.lock)``."""
    models = counted(len(evidence.lockfile.models), "model")
    if not evidence.sources:
        return f"Checked {models} against nothing: the project has neither an environment nor a lock for Python"
    names = ", ".join(printable(label(source)) for source in evidence.sources)
    return f"Checked {models} against {counted(len(evidence.sources), 'source')} ({names})"


def total(findings: tuple[Finding, ...]) -> str:
    """``Found 2 errors and 1 warning``."""
    counts = Counter(finding.severity for finding in findings)
    parts = [counted(counts[severity], severity) for severity in SEVERITIES if counts[severity]]
    return f"Found {' and '.join(parts)}" if parts else "Found nothing wrong"


FORMATS: Mapping[str, Callable[[Report], str]] = {"text": text, "json": as_document, "sarif": sarif}


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


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "rule": finding.rule.identifier,
        "severity": finding.severity,
        "message": finding.message,
        "models": list(finding.models),
        "location": {"path": finding.where.path, "line": finding.where.line},
        "hint": finding.hint or None,
        "facts": {name: value or None for name, value in finding.facts},
    }


def _source(source: Source) -> dict[str, Any]:
    if isinstance(source, Environment):
        return {"kind": "environment", "path": label(source), "distributions": len(source.installed)}
    kind = "lock" if source.whole else "list"
    return {"kind": kind, "path": label(source), "distributions": len(source.stated)}
