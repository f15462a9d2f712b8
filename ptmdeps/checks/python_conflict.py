"""PTM102: a distribution that a model needs is there in a version that will not do."""

from __future__ import annotations

from collections.abc import Iterator

from ptmdeps.checks.check import Check
from ptmdeps.checks.comparing import Subject, Words, compared, grouped, place_in
from ptmdeps.checks.evidence import Evidence
from ptmdeps.distributions.needs import Unmet
from ptmdeps.findings import Finding, Rule

RULE = Rule(
    identifier="PTM102",
    name="PythonRequirementConflict",
    summary="A Python distribution has a version that a model cannot work with.",
    reason="The model's files, or its kind (`model_type`), are not known to that version, or the model's own code asks "
    "for another one: loading fails.",
    advice="Move the distribution to a version that the model allows, or lock a model that works with yours.",
    level="error",
)


def _find(evidence: Evidence) -> Iterator[Finding]:
    conflicts = [problem for problem in compared(evidence) if problem.found is not None]
    needed = [problem for problem in conflicts if problem.need.firmness == "needed"]
    said = [problem for problem in conflicts if problem.need.firmness == "said"]
    yield from grouped(needed, evidence, RULE, "error", _words("needs", "need"))
    yield from grouped(said, evidence, RULE, "warning", _words("asks for", "ask for"))


def _words(verb: str, verbs: str) -> Words:
    def sentence(one: Unmet, models: Subject, wanted: str) -> str:
        return f"{models.does(verb, verbs)} {wanted}, but `{place_in(one.source, one.found)}` has {one.found}"

    return sentence


CHECK = Check(RULE, _find)
