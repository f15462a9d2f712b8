"""Rules about what is locked: one rule a file, all of them in one list. Pure: evidence in, findings out."""

from __future__ import annotations

from ptmdeps.checks import (
    license_denied,
    license_unknown,
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

CHECKS: tuple[Check, ...] = (
    python_missing.CHECK,
    python_conflict.CHECK,
    python_older.CHECK,
    python_unreadable.CHECK,
    license_denied.CHECK,
    license_unknown.CHECK,
    remote_code.CHECK,
    pickle.CHECK,
    lock_tampered.CHECK,
)
"""Every rule, by identifier."""

__all__ = ["CHECKS", "Check", "Evidence", "Finding", "findings", "gather"]


def findings(evidence: Evidence) -> tuple[Finding, ...]:
    """What every rule has to say, in the order of the rules."""
    return tuple(finding for check in CHECKS for finding in check.find(evidence))
