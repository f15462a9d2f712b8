"""Findings for programs: JSON, and SARIF for code scanning."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

from ptmdeps.checks import CHECKS, Finding
from ptmdeps.distributions.environment import Environment
from ptmdeps.distributions.sources import Source, label
from ptmdeps.render.checks.report import Report
from ptmdeps.render.models import as_json
from ptmdeps.render.sarif import document, fingerprint, place, plain


def as_document(report: Report) -> str:
    """JSON: what was looked at, and every finding."""
    findings = [_finding(finding) for finding in report.findings]
    sources = [_source(source) for source in report.evidence.sources]
    models = len(report.evidence.lockfile.models)
    return as_json({"version": 1, "models": models, "sources": sources, "findings": findings})


def as_sarif(report: Report) -> str:
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
