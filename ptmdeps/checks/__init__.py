"""Rules about what is locked: one rule a file, all of them in one list. Pure: evidence in, findings out."""

from __future__ import annotations

from dataclasses import replace

from ptmdeps.checks import (
    licenses,
    lock_stale,
    lock_tampered,
    pickle,
    python_conflict,
    python_missing,
    python_older,
    python_unreadable,
    remote_code,
)
from ptmdeps.checks.check import Check
from ptmdeps.checks.evidence import Evidence, gather
from ptmdeps.findings import Finding
from ptmdeps.manifest.policy import Level

CHECKS: tuple[Check, ...] = (
    python_missing.CHECK,
    python_conflict.CHECK,
    python_older.CHECK,
    python_unreadable.CHECK,
    *licenses.CHECKS[:2],
    remote_code.CHECK,
    pickle.CHECK,
    *licenses.CHECKS[2:],
    lock_tampered.CHECK,
    lock_stale.CHECK,
)
"""Every rule, by identifier."""

__all__ = ["CHECKS", "Check", "Evidence", "Finding", "findings", "gather"]


def findings(evidence: Evidence) -> tuple[Finding, ...]:
    """What every rule has to say, in the order of the rules, and as bad as the policy makes it."""
    levels = dict(evidence.policy.severity)
    found = (finding for check in CHECKS for finding in check.find(evidence))
    weighed = (_weighed(finding, levels.get(finding.rule.identifier)) for finding in found)
    return tuple(finding for finding in weighed if finding is not None)


def _weighed(finding: Finding, level: Level | None) -> Finding | None:
    if level == "ignore":
        return None
    return finding if level is None else replace(finding, severity=level)
