"""PTM201: the policy does not allow a licence that bears on a model."""

from __future__ import annotations

from collections.abc import Iterator

from ptmdeps.findings import Rule
from ptmdeps.licenses.allowing import allowed
from ptmdeps.licenses.answers import Answer, LicenseRule, answer
from ptmdeps.licenses.bearing import bearing, effective, shown
from ptmdeps.licenses.lineage import Bond, said
from ptmdeps.licenses.situation import Situation, title
from ptmdeps.licenses.terms import License
from ptmdeps.paths import printable

RULE = Rule(
    identifier="PTM201",
    name="LicenseNotAllowed",
    summary="A licence that bears on a model is not one that the policy allows.",
    reason="`policy.licenses` in the manifest says which licences the project may use. The licence of an adapter is "
    "also that of its base, and what goes on to bind what is made of a model binds here, too.",
    advice="Use another model, or, if the licence was read and accepted, add an exception with a reason to "
    "`policy.licenses.exceptions`.",
    level="error",
)


def _judge(bond: Bond, license_: License, situation: Situation) -> Iterator[Answer]:
    if not situation.policy.allow and not situation.policy.deny:
        return
    text = license_.name or said(bond.bearer)
    if not text or not effective(bond, license_) or allowed(text, situation.policy):
        return
    verb = "is denied" if situation.policy.deny and not situation.policy.allow else "is not allowed"
    if bond.manner == "own":
        file = bond.subject.license.evidence if bond.subject.license else ""
        evidence = f" ({printable(file)})" if file else ""
        message = f"`{printable(title(bond.subject))}` has the licence `{shown(text)}`{evidence}, which {verb}"
    else:
        message = f"{bearing(bond, license_)}, which {verb}"
    advice = "Use another model, or add an exception with a reason to `policy.licenses.exceptions`"
    yield answer(RULE, "conflict", bond, license_, message, kind="policy", advice=advice)


DENIED = LicenseRule(RULE, _judge)
