"""PTM210: the text beside a model is another licence than the one that its card declares."""

from __future__ import annotations

from collections.abc import Iterator

from ptmdeps.findings import Rule
from ptmdeps.licenses.answers import Answer, LicenseRule, answer
from ptmdeps.licenses.bearing import shown
from ptmdeps.licenses.expressions import names
from ptmdeps.licenses.lineage import Bond, said
from ptmdeps.licenses.situation import Situation, title
from ptmdeps.licenses.terms import License, base_name
from ptmdeps.paths import printable

RULE = Rule(
    identifier="PTM210",
    name="LicenseTextDiffers",
    summary="The text of a licence beside a model is not that of the licence which its card declares.",
    reason="One of the two is wrong, and a court may take the stricter one.",
    advice="Read both, keep to the stricter one, and ask the authors which is meant.",
    level="warning",
)


def _judge(bond: Bond, license_: License, _: Situation) -> Iterator[Answer]:
    found = bond.subject.license
    if bond.manner != "own" or found is None or not found.declared or not found.recognized:
        return
    stated = {base_name(name) for name in names(said(bond.subject))}
    if base_name(found.recognized) in stated:
        return
    measure = "" if found.likeness >= 100 else f", to {found.likeness} %"  # noqa: PLR2004 - per cent
    message = (
        f"`{printable(title(bond.subject))}` declares `{shown(found.declared)}`, and `{printable(found.text)}` "
        f"is the text of `{shown(found.recognized)}`{measure}"
    )
    advice = "Keep to both, or ask its authors which of them is meant"
    yield answer(RULE, "warn", bond, license_, message, kind="drift", advice=advice)


TEXT_DIFFERS = LicenseRule(RULE, _judge)
