"""PTM209: a model does not say that the licence of what it was made of binds."""

from __future__ import annotations

from collections.abc import Iterator

from ptmdeps.findings import Rule
from ptmdeps.licenses.answers import Answer, LicenseRule, answer
from ptmdeps.licenses.bearing import bearing, known_licenses, makes_derivative
from ptmdeps.licenses.lineage import Bond
from ptmdeps.licenses.situation import Situation
from ptmdeps.licenses.terms import License

RULE = Rule(
    identifier="PTM209",
    name="LicenseOmitted",
    summary="A model declares no licence that is known, and what it was made of has one that goes on to bind.",
    reason="Who looks at this model alone does not learn of it.",
    advice="Keep to the licence of the original, which the finding names.",
    level="warning",
)


def _judge(bond: Bond, license_: License, _: Situation) -> Iterator[Answer]:
    if not license_.binding or not makes_derivative(bond, license_) or known_licenses(bond.subject):
        return
    message = f"{bearing(bond, license_)}, which binds though the model does not mention it"
    advice = f"Keep to the licence of `{bond.bearer.key.label}`"
    yield answer(RULE, "warn", bond, license_, message, kind="omission", advice=advice, fact="flow_down")


OMITTED = LicenseRule(RULE, _judge)
