"""PTM208: a model says that it is free, and what it was made of is not."""

from __future__ import annotations

from collections.abc import Iterator

from ptmdeps.findings import Rule
from ptmdeps.licenses.answers import Answer, LicenseRule, answer
from ptmdeps.licenses.bearing import bearing, keeps, known_licenses, makes_derivative, shown
from ptmdeps.licenses.lineage import Bond, said
from ptmdeps.licenses.situation import Situation
from ptmdeps.licenses.terms import License

RULE = Rule(
    identifier="PTM208",
    name="LicenseRelicensed",
    summary="A model was made of one whose restrictions go on to bind, and declares a licence without them.",
    reason="Nobody can give away more rights than they have: the restrictions of the original hold, and who believes "
    "the card does not keep to them. Where the original had another licence when the model was made, that one holds "
    "for it.",
    advice="Keep to the licence of the original, which the finding names with the way that leads there; tell the "
    "model's authors. An exception in `policy.licenses.exceptions` says that this was looked into.",
    level="error",
)


def _judge(bond: Bond, license_: License, _: Situation) -> Iterator[Answer]:
    facts = license_.facts
    if facts is None or facts.share_alike != "none" or not makes_derivative(bond, license_):
        return
    goes_on = facts.flow_down != "none" or facts.commercial == "no" or facts.research_only
    if not goes_on or not known_licenses(bond.subject):
        return
    if keeps(bond.subject, license_):
        return
    declared = shown(said(bond.subject))
    message = f"{bearing(bond, license_)}, whose restrictions still bind; it declares `{declared}`"
    advice = f"Keep to `{shown(license_.name)}`, and tell the authors of `{bond.subject.key.label}`"
    fact = "flow_down" if facts.flow_down != "none" else "commercial"
    yield answer(RULE, "conflict", bond, license_, message, kind="conflict", advice=advice, fact=fact)


RELICENSED = LicenseRule(RULE, _judge)
