"""What the rules on licences say of a model, as findings: one adapter for all of them (``ptmdeps.licenses.rules``)."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from ptmdeps.checks.check import Check
from ptmdeps.checks.evidence import Evidence
from ptmdeps.findings import Finding, Rule, Severity
from ptmdeps.licenses.answers import Answer, Outcome
from ptmdeps.licenses.grouping import Group, grouped
from ptmdeps.licenses.rules import RULES
from ptmdeps.manifest.policy import Policy
from ptmdeps.paths import printable

_LONGEST = 2000
_SEVERITY: dict[Outcome, Severity] = {"conflict": "error", "warn": "warning", "unknown": "note", "obligation": "note"}


def _find(rule: Rule, evidence: Evidence) -> Iterator[Finding]:
    """The findings of a rule: one for all models of which it says the same.

    What is to be done, and nothing is wrong with, is none: ``ptmdeps licenses`` lists it.
    """

    def wanted(one: Answer) -> bool:
        matters = one.outcome != "ok" and (one.kind != "duty" or one.outcome != "obligation")
        return one.rule is rule and matters

    for group in grouped(evidence.verdicts, wanted):
        yield _finding(rule, group, evidence)


def _finding(rule: Rule, group: Group, evidence: Evidence) -> Finding:
    first = group.first
    way = (*evidence.ways[group.index], *first.way)
    path = f" ({' → '.join(way)})" if first.way else ""
    return Finding(
        rule=rule,
        severity=_severity(first, evidence.policy),
        message=printable(f"{first.message}{path}{group.others}", limit=_LONGEST),
        models=tuple(sorted({one.key.label for one in group.subjects})),
        where=evidence.place(first.bond.subject),
        hint=first.advice,
        about=f"{first.license} {first.bearer}" if first.way else first.license,
        facts=tuple(_facts(first, way)),
    )


def _facts(one: Answer, way: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    yield ("license", one.license)
    yield ("outcome", one.outcome)
    yield ("kind", one.kind)
    yield ("path", " → ".join(way))
    yield ("evidence", ", ".join(step.edge.evidence for step in one.bond.steps if step.edge.evidence))
    yield ("confidence", "declared" if one.bond.certain else "inferred")
    yield ("clause", one.clause)
    yield ("url", one.url)


def _severity(one: Answer, policy: Policy) -> Severity:
    if one.outcome == "unknown" and (policy.allow or policy.deny):
        return "warning"  # who has a list of licences wants to know of each
    return _SEVERITY[one.outcome]


CHECKS: tuple[Check, ...] = tuple(Check(rule.rule, partial(_find, rule.rule)) for rule in RULES)
"""A check for each rule on licences."""
