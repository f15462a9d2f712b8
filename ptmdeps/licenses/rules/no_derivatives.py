"""PTM206: a model was made of one that must not be changed."""

from __future__ import annotations

from collections.abc import Iterator

from ptmdeps.findings import Rule
from ptmdeps.licenses.answers import Answer, LicenseRule, answer
from ptmdeps.licenses.bearing import bearing, makes_derivative
from ptmdeps.licenses.lineage import Bond
from ptmdeps.licenses.situation import Situation
from ptmdeps.licenses.terms import License

RULE = Rule(
    identifier="PTM206",
    name="LicenseNoDerivatives",
    summary="A model was made of one whose licence does not let changed copies be given away.",
    reason="Fine-tuning, merging and quantizing change it; who got the result has no licence for it.",
    advice="Use the original, or a model of which its authors agreed to the change.",
    level="error",
)


def _judge(bond: Bond, license_: License, situation: Situation) -> Iterator[Answer]:
    if license_.facts is None or not license_.facts.no_derivatives:
        return
    use = bearing(bond, license_)
    if makes_derivative(bond, license_):
        message = f"{use}, which lets nobody give away what was made of it"
        advice = f"Use `{bond.bearer.key.label}` itself, or ask its authors"
        fact = "no_derivatives"
        yield answer(RULE, "conflict", bond, license_, message, kind="conflict", advice=advice, fact=fact)
    elif bond.manner == "own" and situation.policy.distributes is not False:
        condition = "" if situation.policy.distributes else "if the project hands it on: "
        message = f"{use}, {condition}only unchanged copies may be given away"
        yield answer(RULE, "obligation", bond, license_, message, kind="gate", fact="no_derivatives")


NO_DERIVATIVES = LicenseRule(RULE, _judge)
