"""PTM302: the lock does not say what code and manifest ask for."""

from __future__ import annotations

from collections.abc import Iterator

from ptmdeps.checks.check import Check
from ptmdeps.checks.evidence import Evidence
from ptmdeps.findings import Finding, Rule
from ptmdeps.identity import Location
from ptmdeps.lockfile.explained import explained
from ptmdeps.lockfile.model import FILENAME
from ptmdeps.lockfile.staleness import (
    LibraryChanged,
    OptionsChanged,
    Orphaned,
    Pending,
    Staleness,
    Tampered,
    Unneeded,
    Unpinned,
    Unrelated,
    Untraced,
    UsedElsewhere,
)

RULE = Rule(
    identifier="PTM302",
    name="LockStale",
    summary="The lock does not say what code and manifest ask for.",
    reason="What is not locked is loaded as it is that day, and is in no report; what is locked and not asked for is "
    "fetched and checked for nothing.",
    advice="Run `ptmdeps lock`, and commit `ptm.lock`.",
    level="error",
)


def _find(evidence: Evidence) -> Iterator[Finding]:
    for reason in evidence.stale:
        # an entry that was edited is PTM301
        if not isinstance(reason, Tampered):
            _, text = explained(reason)
            yield Finding(
                rule=RULE,
                severity="error",
                message=text[:1].upper() + text[1:] if text.startswith("the ") else text,
                models=_models(reason),
                where=_place(reason, evidence),
                hint="Run `ptmdeps lock`",
                about=text,
            )


def _models(reason: Staleness) -> tuple[str, ...]:
    match reason:
        case Pending(requirement=requirement) | Orphaned(requirement=requirement) | UsedElsewhere(after=requirement):
            return (requirement.key.label,)
        case Unpinned(wish=(key, _)):
            return (key.label,)
        case Unneeded(model=model) | LibraryChanged(model=model) | Tampered(model=model):
            return (model.key.label,)
        case Untraced(edge=edge):
            return (edge.target.label,)
        case Unrelated(ancestor=ancestor):
            return (ancestor.key.label,)
        case OptionsChanged():
            return ()


def _place(reason: Staleness, evidence: Evidence) -> Location:
    """The file that asks for what is not locked; else the lock."""
    match reason:
        case Pending(requirement=requirement) | UsedElsewhere(after=requirement) if requirement.used_in:
            return Location(requirement.used_in[0], 1)
        case Unneeded(model=model) | LibraryChanged(model=model):
            return evidence.place(model)
        case _:
            return Location(FILENAME, 1)


CHECK = Check(RULE, _find)
"""Reasons come from ``ptmdeps.locking.check``, which scans the project."""
