"""PTM218: what a licence asks to be done: words, copies, marks, a policy of use to keep to."""

from __future__ import annotations

from collections.abc import Iterator

from ptmdeps.findings import Rule
from ptmdeps.licenses.answers import Answer, LicenseRule, answer
from ptmdeps.licenses.bearing import bearing, binds
from ptmdeps.licenses.facts import LicenseFacts
from ptmdeps.licenses.lineage import Bond
from ptmdeps.licenses.situation import Situation
from ptmdeps.licenses.terms import License
from ptmdeps.manifest.policy import Policy

RULE = Rule(
    identifier="PTM218",
    name="LicenseDuties",
    summary="A licence asks for something to be done.",
    reason="Most do: to keep to a policy of use, and where a model is handed on, to name its authors, to give a copy "
    "of the licence, to mark changes.",
    advice="`ptmdeps licenses --notice` writes the file that has the words; hand it on with the models.",
    level="note",
)


def _judge(bond: Bond, license_: License, situation: Situation) -> Iterator[Answer]:
    facts = license_.facts
    if facts is None or not binds(bond, license_):
        return
    policy = situation.policy
    if facts.use_policy != "none":
        where = f" ({facts.use_policy_url})" if facts.use_policy_url else ""
        message = f"{bearing(bond, license_)}: keep to the uses that it forbids{where}"
        yield answer(RULE, "obligation", bond, license_, message, kind="duty", fact="use_policy")
    if duties := tuple(owed(facts, policy)):
        unsaid = policy.distributes is None or (not policy.distributes and policy.saas is None)
        condition = "if the project hands it on or serves it, " if unsaid else ""
        message = f"{bearing(bond, license_)}: {condition}{'; '.join(duties)}"
        advice = "`ptmdeps licenses --notice` writes what is owed"
        yield answer(RULE, "obligation", bond, license_, message, kind="duty", advice=advice, fact="attribution")


def owed(facts: LicenseFacts, policy: Policy) -> Iterator[str]:
    """What is to be done in this project, in a few words each; nothing where the project surely does nothing of it."""
    hands_on, serves = policy.distributes is not False, policy.saas is not False
    if facts.copy_required and hands_on:
        yield "give a copy of the licence"
    for words in facts.attribution:
        served = words.occasion == "distribute-or-serve" and (hands_on or serves)
        if words.required and (served or (words.occasion == "distribute" and hands_on)):
            verb = "display" if words.place == "display" else f"say in the {words.place}"
            yield f"{verb} `{words.words}`"
    if facts.mark_changes and hands_on:
        yield "mark changed files"


DUTIES = LicenseRule(RULE, _judge)
