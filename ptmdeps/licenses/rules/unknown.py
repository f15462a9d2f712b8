"""PTM202: nobody knows under which licence a model is, or what that licence says."""

from __future__ import annotations

from collections.abc import Iterator

from ptmdeps.findings import Rule
from ptmdeps.licenses.answers import Answer, LicenseRule, answer
from ptmdeps.licenses.bearing import shown
from ptmdeps.licenses.lineage import Bond, Holder, said
from ptmdeps.licenses.situation import Situation, title
from ptmdeps.licenses.terms import License
from ptmdeps.lockfile.model import Ancestor
from ptmdeps.paths import printable

RULE = Rule(
    identifier="PTM202",
    name="LicenseUnknown",
    summary="A model, or one that it came from, declares no licence, or one of which nothing is known.",
    reason="What has no licence may not be used; and a family such as `cc` or `gpl` without a version, or a licence of "
    "its authors' own, can ask for anything.",
    advice="Read what its authors say, or ask them; an exception in `policy.licenses.exceptions` says that it was "
    "looked into. With `policy.licenses.strict`, or a list of what is allowed, this is an error.",
    level="note",
)

_LACKING = {
    "not-found": "is not at its hub, so that nobody knows its licence",
    "denied": "is not shown to everybody, so that nobody knows its licence",
    "unsupported": "is at a hub that does not say under which licence it is",
    "left-out": "was not looked at: there were too many to look at",
}


def _judge(bond: Bond, license_: License, situation: Situation) -> Iterator[Answer]:
    text, policy = said(bond.bearer), situation.policy
    if license_.facts is not None or bond.manner == "data" or (text and policy.allow):
        return  # what a list of licences names was read by somebody, and another rule says what it does not name
    lacks, advice = lacking(bond.bearer, situation)
    subject = f"`{printable(title(bond.subject))}`"
    message = f"{subject} {lacks}"
    if bond.manner != "own":
        guess = "comes" if bond.certain else "seems to come"
        message = f"{subject} {guess} from `{printable(title(bond.bearer))}`, which {lacks}"
    fails = policy.strict or (bool(policy.allow) and bond.manner == "own")
    yield answer(RULE, "conflict" if fails else "unknown", bond, license_, message, kind="unknown", advice=advice)


def lacking(bearer: Holder, situation: Situation) -> tuple[str, str]:
    """What is not known of a licence, and why, after "which"; and what to do about it."""
    ask = "Ask its authors, or add an exception with a reason to `policy.licenses.exceptions`"
    if isinstance(bearer, Ancestor) and bearer.missing == "unrecorded":
        hint = "Run `ptmdeps lock`" if situation.lineage else "Set `lineage` to true, and run `ptmdeps lock`"
        return "the lock does not know", hint
    if isinstance(bearer, Ancestor) and bearer.missing:
        return _LACKING.get(bearer.missing, "is not known"), ask
    text = said(bearer)
    if not text:
        beside = bearer.license.text if bearer.license else ""
        if beside:
            return f"declares no licence, and has a text of its own (`{printable(beside)}`)", ask
        return "declares no licence", ask
    return f"declares `{shown(text)}`, of which nothing is known", f"Read it. {ask}"


UNKNOWN_LICENSE = LicenseRule(RULE, _judge)
