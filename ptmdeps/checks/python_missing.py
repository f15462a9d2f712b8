"""PTM101: a distribution that a model needs is not there."""

from __future__ import annotations

from collections.abc import Iterator

from ptmdeps.checks.check import Check
from ptmdeps.checks.comparing import Subject, Words, compared, grouped, unknown
from ptmdeps.checks.evidence import Evidence
from ptmdeps.distributions.needs import Unmet
from ptmdeps.distributions.sources import label
from ptmdeps.findings import Finding, Rule
from ptmdeps.inspect.requirements import ITSELF, LISTED

RULE = Rule(
    identifier="PTM101",
    name="PythonRequirementMissing",
    summary="A Python distribution that a model needs is missing.",
    reason="Loading the model fails with an import error, often only after gigabytes were fetched. An environment and "
    "a complete lock must have it; where there are only lists that need not be complete, one of them should name it.",
    advice="Install it (`ptmdeps install --python`), or add it to the project's dependencies and lock them.",
    level="error",
)


def _find(evidence: Evidence) -> Iterator[Finding]:
    absent = [problem for problem in compared(evidence) if problem.found is None]
    missing = [problem for problem in absent if problem.need.extra not in {ITSELF, LISTED}]
    needed = [problem for problem in missing if problem.need.firmness == "needed"]
    said = [problem for problem in missing if problem.need.firmness == "said"]
    yield from grouped(needed, evidence, RULE, "error", _words("needs", "need"))
    yield from grouped(said, evidence, RULE, "warning", _words("may need", "may need"))
    names = ", ".join(f"`{label(source)}`" for source in evidence.sources)
    unnamed = [Unmet(need=need, source=evidence.sources[0]) for need in unknown(evidence)]
    yield from grouped(
        unnamed,
        evidence,
        RULE,
        "warning",
        lambda _, models, wanted: f"{models.does('needs', 'need')} {wanted}, of which nothing is said in {names}",
    )


def _words(verb: str, verbs: str) -> Words:
    def sentence(one: Unmet, models: Subject, wanted: str) -> str:
        return f"{models.does(verb, verbs)} {wanted}, which `{label(one.source)}` does not have"

    return sentence


CHECK = Check(RULE, _find)
