"""PTM103: a model was saved with a newer library than the project has."""

from __future__ import annotations

from collections.abc import Iterator

from ptmdeps.checks.check import Check
from ptmdeps.checks.comparing import Subject, compared, grouped, minor, place_in, said_by
from ptmdeps.checks.evidence import Evidence
from ptmdeps.distributions.needs import Unmet, best, has, satisfies
from ptmdeps.distributions.sources import label
from ptmdeps.findings import Finding, Rule

RULE = Rule(
    identifier="PTM103",
    name="PythonLibraryOlder",
    summary="A model was saved with a newer minor version of a library than the project has.",
    reason="Libraries write their own version into every configuration that they save, needed or not, and mostly read "
    "what newer ones wrote; settings that they do not know yet are ignored without a word. A version that does not "
    "know the kind of model at all is PTM102.",
    advice="Move the library to that version or later, or compare the model's outputs with those that its authors "
    "show.",
    level="warning",
)


def _find(evidence: Evidence) -> Iterator[Finding]:
    yield from grouped(_older(evidence), evidence, RULE, "warning", _words)


def _older(evidence: Evidence) -> Iterator[Unmet]:
    """Patch releases do not count: they change no format; nor what is a conflict already."""
    conflicts = {(id(one.need.model), one.found.name, label(one.source)) for one in compared(evidence) if one.found}
    for need in evidence.needs:
        if need.firmness != "saved-with":
            continue
        name, (_, allowed) = need.requirements[0].name, minor(need.requirements[0].specifier)
        for source in evidence.sources:
            found = has(source, name)
            if (id(need.model), name, label(source)) in conflicts:
                continue
            if found and not any(satisfies(one, allowed) for one in found):
                yield Unmet(need=need, source=source, found=best(found))


def _words(problem: Unmet, models: Subject, _: str) -> str:
    requirement = problem.need.requirements[0]
    version = minor(requirement.specifier)[0]
    where = place_in(problem.source, problem.found)
    saved = f"{requirement.name} {version}{said_by(problem.need)}"
    return f"{models.does('was', 'were')} saved with {saved}, and `{where}` has the older {problem.found}"


CHECK = Check(RULE, _find)
