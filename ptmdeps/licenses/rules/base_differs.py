"""PTM211: a copy, or something of the same family, declares another licence than the model it was made of."""

from __future__ import annotations

from collections.abc import Iterator

from ptmdeps.findings import Rule
from ptmdeps.licenses.answers import Answer, LicenseRule, answer
from ptmdeps.licenses.bearing import bearing, carries, known_licenses, makes_derivative, of_family, shown
from ptmdeps.licenses.lineage import Bond, said
from ptmdeps.licenses.situation import Situation
from ptmdeps.licenses.terms import License

RULE = Rule(
    identifier="PTM211",
    name="LicenseOfBaseDiffers",
    summary="A model declares another licence than the one it was made of, though it should be the same.",
    reason="A quantized copy is the same model; and a licence of the same family in another version is another "
    "licence. Either the copy is wrong, or the original moved to another licence after it was made.",
    advice="Compare with the revision that it was made of, and keep to the stricter one.",
    level="warning",
)


def _judge(bond: Bond, license_: License, _: Situation) -> Iterator[Answer]:
    facts = license_.facts
    if facts is None or not makes_derivative(bond, license_) or carries(bond.subject, license_):
        return
    if not known_licenses(bond.subject):
        return
    passed_on = facts.flow_down == "agreement" and of_family(bond.subject, license_)
    copied = len(bond.steps) == 1 and bond.steps[0].edge.relation == "quantized" and license_.free
    if passed_on or copied:
        message = f"{bearing(bond, license_)}, and declares `{shown(said(bond.subject))}`"
        advice = "Ask its authors which of the two is meant; the licence of the original may have changed since"
        yield answer(RULE, "warn", bond, license_, message, kind="drift", advice=advice, fact="flow_down")


BASE_DIFFERS = LicenseRule(RULE, _judge)
