"""PTM104: the lock says that a model needs something that is no requirement."""

from __future__ import annotations

from collections.abc import Iterator

from ptmdeps.checks.check import Check
from ptmdeps.checks.evidence import Evidence
from ptmdeps.distributions.needs import unreadable
from ptmdeps.findings import Finding, Rule
from ptmdeps.paths import printable

RULE = Rule(
    identifier="PTM104",
    name="PythonRequirementUnreadable",
    summary="The lock names something as a Python requirement that is none, or that leads to an address.",
    reason="`ptmdeps lock` writes requirements by name only (PEP 508). Something else wrote this; it is not followed.",
    advice="Lock the model again: `ptmdeps lock --upgrade-model NAME`.",
    level="warning",
)


def _find(evidence: Evidence) -> Iterator[Finding]:
    for model in evidence.lockfile.models:
        for text in unreadable(model):
            yield Finding(
                rule=RULE,
                severity="warning",
                message=f"`{model.key.label}` is said to need `{printable(text, limit=80)}`, which is not followed",
                models=(model.key.label,),
                where=evidence.place(model),
                hint=f"Run `ptmdeps lock --upgrade-model {model.key.label}`",
                about=text,
            )


CHECK = Check(RULE, _find)
