"""PTM219: a hub gives a model only to those who accept its terms."""

from __future__ import annotations

from collections.abc import Iterator

from ptmdeps.findings import Rule
from ptmdeps.licenses.answers import Answer, LicenseRule, answer
from ptmdeps.licenses.lineage import Bond
from ptmdeps.licenses.situation import Situation, title
from ptmdeps.licenses.terms import License
from ptmdeps.paths import printable

RULE = Rule(
    identifier="PTM219",
    name="LicenseAcceptance",
    summary="A model is given only to those who accept its terms at the hub.",
    reason="The account whose token fetches it is who has agreed: each person and each machine needs that.",
    advice="Let somebody accept who may do so for the project, and write down who it was.",
    level="note",
)


def _judge(bond: Bond, license_: License, _: Situation) -> Iterator[Answer]:
    if bond.manner == "own" and bond.subject.gated:
        message = f"`{printable(title(bond.subject))}` is given only to those who accept its terms at the hub"
        advice = "Note who accepted them for the project"
        yield answer(RULE, "obligation", bond, license_, message, kind="duty", advice=advice)


GATED = LicenseRule(RULE, _judge)
