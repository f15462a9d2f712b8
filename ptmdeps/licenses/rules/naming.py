"""PTM212: a model's name does not begin as the licence of what it was made of asks."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ptmdeps.findings import Rule
from ptmdeps.licenses.answers import Answer, LicenseRule, answer
from ptmdeps.licenses.bearing import bearing, makes_derivative
from ptmdeps.licenses.lineage import Bond
from ptmdeps.licenses.situation import Situation
from ptmdeps.licenses.terms import License

RULE = Rule(
    identifier="PTM212",
    name="DerivedModelName",
    summary="The licence of what a model was made of asks for a name that begins otherwise.",
    reason="Llama 3 and later want the names of models that are made with them, or with their outputs, to begin with "
    "`Llama`. Who hands the model on must see to it.",
    advice="Use a name that begins so where you hand it on; tell its authors.",
    level="warning",
)

_SIGNS = re.compile(r"[\W_]+")


def named_so(name: str, prefix: str) -> bool:
    """Whether a model's name begins with a prefix, signs and letters' case aside: `Meta-Llama-3` does not."""
    return _SIGNS.sub("", name.rpartition("/")[2]).casefold().startswith(_SIGNS.sub("", prefix).casefold())


def _judge(bond: Bond, license_: License, _: Situation) -> Iterator[Answer]:
    facts = license_.facts
    if facts is None or not facts.name_prefix or named_so(bond.subject.key.name, facts.name_prefix):
        return
    learned = facts.name_prefix_outputs and bond.manner in {"distilled", "data"}
    if makes_derivative(bond, license_) or learned:
        message = f"{bearing(bond, license_)}, so its name must begin with `{facts.name_prefix}`"
        advice = f"Where you hand it on, call it `{facts.name_prefix}…`"
        yield answer(RULE, "warn", bond, license_, message, kind="omission", advice=advice, fact="name_prefix")


NAMING = LicenseRule(RULE, _judge)
