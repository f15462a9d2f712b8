"""PTM215: a model was trained on outputs of one whose licence does not let them train others."""

from __future__ import annotations

from collections.abc import Iterator

from ptmdeps.findings import Rule
from ptmdeps.licenses.answers import Answer, LicenseRule, answer
from ptmdeps.licenses.bearing import bearing, of_family
from ptmdeps.licenses.lineage import Bond, kind_of
from ptmdeps.licenses.rules.naming import named_so
from ptmdeps.licenses.situation import Situation
from ptmdeps.licenses.terms import License

RULE = Rule(
    identifier="PTM215",
    name="LicenseOutputs",
    summary="A model was distilled from one, or trained with data that one made, whose licence forbids or restricts "
    "that.",
    reason="Some licences let outputs improve no other model, or only those of the same family, or only under a name.",
    advice="Use another model, or ask the licensor.",
    level="error",
)


def _judge(bond: Bond, license_: License, _: Situation) -> Iterator[Answer]:
    facts = license_.facts
    if facts is None or bond.manner not in {"distilled", "data"} or kind_of(bond.bearer) == "dataset":
        return
    use = bearing(bond, license_)
    advice = "Use another model, or ask the licensor"
    match facts.outputs:
        case "no":
            message = f"{use}, whose outputs may train no other model"
            yield answer(RULE, "conflict", bond, license_, message, kind="conflict", advice=advice, fact="outputs")
        case "own-family" if not of_family(bond.subject, license_):
            message = f"{use}, whose outputs may only train models under its own licence"
            yield answer(RULE, "conflict", bond, license_, message, kind="conflict", advice=advice, fact="outputs")
        case "with-naming" if not named_so(bond.subject.key.name, facts.name_prefix):
            message = f"{use}, whose outputs may only train models called `{facts.name_prefix}…`"
            yield answer(RULE, "warn", bond, license_, message, kind="omission", advice=advice, fact="outputs")
        case "with-display":
            words = next((one.words for one in facts.attribution if one.occasion == "train"), "its name")
            message = f"{use}; what its outputs trained must display `{words}`"
            yield answer(RULE, "obligation", bond, license_, message, kind="duty", fact="outputs")
        case "not-competing":
            message = f"{use}, whose outputs may not train models that compete with it: {facts.note or 'see the text'}"
            yield answer(RULE, "warn", bond, license_, message, kind="gate", advice=advice, fact="outputs")


OUTPUTS = LicenseRule(RULE, _judge)
