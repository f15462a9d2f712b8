"""PTM207: a model was made of one under a share-alike licence, and is under another one."""

from __future__ import annotations

from collections.abc import Iterator

from ptmdeps.findings import Rule
from ptmdeps.licenses.answers import Answer, LicenseRule, Outcome, answer
from ptmdeps.licenses.bearing import bearing, known_licenses, makes_derivative, shown
from ptmdeps.licenses.compatibility import compatible
from ptmdeps.licenses.lineage import Bond, said
from ptmdeps.licenses.situation import Situation
from ptmdeps.licenses.terms import License

RULE = Rule(
    identifier="PTM207",
    name="LicenseShareAlike",
    summary="A model was made of one under a share-alike licence, and its own is no compatible one.",
    reason="What is made of such a model must be under the same licence, or one that this one names as compatible. The "
    "share-alike licence goes on to hold for what was taken over.",
    advice="Keep to both licences, use the original, or ask the authors to correct theirs. Changed files alone are "
    "meant by some (`MPL`, `EPL`): that is a warning.",
    level="error",
)


def _judge(bond: Bond, license_: License, _: Situation) -> Iterator[Answer]:
    facts = license_.facts
    if facts is None or facts.share_alike == "none" or not makes_derivative(bond, license_):
        return
    own = known_licenses(bond.subject)
    if not own or any(compatible(license_.name, one.name) for one in own):
        return  # what says nothing omits it: that is another rule
    outcome: Outcome = "warn" if facts.share_alike == "files" else "conflict"
    message = f"{bearing(bond, license_)}, which must stay; `{shown(said(bond.subject))}` is no compatible licence"
    advice = f"Treat it as being under `{shown(license_.name)}`, and tell its authors"
    yield answer(RULE, outcome, bond, license_, message, kind="conflict", advice=advice, fact="share_alike")


SHARE_ALIKE = LicenseRule(RULE, _judge)
