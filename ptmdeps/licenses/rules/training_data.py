"""PTM216: a model was trained with data whose licence is restrictive, or unknown."""

from __future__ import annotations

from collections.abc import Iterator

from ptmdeps.findings import Rule
from ptmdeps.licenses.answers import Answer, LicenseRule, Outcome, answer
from ptmdeps.licenses.bearing import bearing
from ptmdeps.licenses.lineage import Bond, kind_of
from ptmdeps.licenses.rules.unknown import lacking
from ptmdeps.licenses.situation import Situation, title
from ptmdeps.licenses.terms import License
from ptmdeps.paths import printable

RULE = Rule(
    identifier="PTM216",
    name="TrainingDataLicense",
    summary="A model was trained with data whose licence forbids commercial use or changes, or is unknown.",
    reason="Whether the licence of data binds what was trained with it is not settled in law. Who must be careful "
    "wants to know.",
    advice="`policy.licenses.datasets` says what it means: `ignore`, `warn` or `error`.",
    level="warning",
)

_ADVICE = "`policy.licenses.datasets` decides what licences of training data mean"


def _judge(bond: Bond, license_: License, situation: Situation) -> Iterator[Answer]:
    strictness = situation.policy.datasets
    if bond.manner != "data" or kind_of(bond.bearer) != "dataset" or strictness == "ignore":
        return
    outcome: Outcome = "conflict" if strictness == "error" else "warn"
    facts, use = license_.facts, bearing(bond, license_)
    if facts is None:
        subject, bearer = printable(title(bond.subject)), printable(title(bond.bearer))
        message = f"`{subject}` was trained with the data set `{bearer}`, which {lacking(bond.bearer, situation)[0]}"
        yield answer(RULE, outcome, bond, license_, message, kind="unknown", advice=_ADVICE)
    elif situation.policy.commercial is not False and (facts.commercial == "no" or facts.research_only):
        message = f"{use}, which forbids commercial use"
        yield answer(RULE, outcome, bond, license_, message, kind="conflict", advice=_ADVICE, fact="commercial")
    elif facts.no_derivatives:
        message = f"{use}, which forbids changed copies"
        yield answer(RULE, outcome, bond, license_, message, kind="conflict", advice=_ADVICE, fact="no_derivatives")


TRAINING_DATA = LicenseRule(RULE, _judge)
