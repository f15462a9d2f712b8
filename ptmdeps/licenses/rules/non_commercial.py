"""PTM205: a licence forbids commercial use, or allows research alone."""

from __future__ import annotations

from collections.abc import Iterator

from ptmdeps.findings import Rule
from ptmdeps.licenses.answers import Answer, LicenseRule, answer
from ptmdeps.licenses.bearing import bearing, binds
from ptmdeps.licenses.lineage import Bond
from ptmdeps.licenses.situation import Situation
from ptmdeps.licenses.terms import License

RULE = Rule(
    identifier="PTM205",
    name="LicenseNonCommercial",
    summary="A project is commercial, and a licence that bears on a model is not for that.",
    reason="Licences for research or non-commercial use go on to bind what is made of the model, whatever its own card "
    "says.",
    advice="Use another model, buy a licence, or say `commercial = false` in the policy if that is true.",
    level="error",
)


def _judge(bond: Bond, license_: License, situation: Situation) -> Iterator[Answer]:
    facts = license_.facts
    if facts is None or not binds(bond, license_):
        return
    commercial = situation.policy.commercial
    use = bearing(bond, license_)
    if facts.commercial == "no" or facts.research_only:
        allows = "is for research only" if facts.research_only else "forbids commercial use"
        fact = "research_only" if facts.research_only else "commercial"
        if commercial:
            advice = "Use another model, or get a commercial licence and add an exception for it"
            yield answer(
                RULE, "conflict", bond, license_, f"{use}, which {allows}", kind="conflict", advice=advice, fact=fact
            )
        elif commercial is None:
            message = f"{use}, which {allows}: if the project is commercial, it may not be used"
            advice = "Say `commercial` in the policy"
            yield answer(RULE, "obligation", bond, license_, message, kind="gate", advice=advice, fact=fact)
        elif facts.research_only:
            yield answer(RULE, "obligation", bond, license_, f"{use}, which {allows}", kind="gate", fact=fact)
    elif facts.commercial == "conditional" and commercial is not False:
        condition = facts.commercial_terms or "under conditions that the text says"
        message = f"{use}, which allows commercial use {condition}"
        yield answer(RULE, "obligation", bond, license_, message, kind="gate", fact="commercial")


NON_COMMERCIAL = LicenseRule(RULE, _judge)
