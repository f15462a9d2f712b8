"""PTM217: the project gives models away under its own licence, and theirs does not let it."""

from __future__ import annotations

from collections.abc import Iterator

from ptmdeps.findings import Rule
from ptmdeps.licenses.answers import Answer, LicenseRule, Outcome, answer
from ptmdeps.licenses.bearing import bearing, effective, shown
from ptmdeps.licenses.compatibility import compatible
from ptmdeps.licenses.expressions import names
from ptmdeps.licenses.lineage import Bond
from ptmdeps.licenses.situation import Situation
from ptmdeps.licenses.terms import License, base_name, license_of

RULE = Rule(
    identifier="PTM217",
    name="ProjectLicense",
    summary="A project hands on models, or serves them, and its own licence drops what theirs ask for.",
    reason="Loading a model is use, and asks nothing of the licence of the code. Giving the weights away, in a wheel, "
    "an image or a bundle, is what share-alike and the restrictions that flow down are about; the AGPL also speaks of "
    "those who use it over a network.",
    advice="Hand the weights on under their own licence, not under the project's: `ptmdeps licenses --notice` writes "
    "the file that says so. An exception in `policy.licenses.exceptions` says that this is done.",
    level="error",
)

_ADVICE = "Say in a notice that the model is under its own licence (`ptmdeps licenses --notice`), and add an exception"


def _judge(bond: Bond, license_: License, situation: Situation) -> Iterator[Answer]:
    facts = license_.facts
    if facts is None or not effective(bond, license_):
        return
    yield from _served(bond, license_, situation)
    copyleft = facts.share_alike in {"derivatives", "network"} and facts.family != "weak-copyleft"
    restricted = facts.commercial == "no" or (facts.flow_down != "none" and facts.share_alike == "none")
    if situation.policy.distributes is False or not (copyleft or restricted):
        return
    use = bearing(bond, license_)
    asks = "must stay under that licence" if copyleft else "passes its restrictions on to whoever gets it"
    if situation.policy.distributes is None:
        message = f"{use}: if the project hands it on, it {asks}"
        yield answer(RULE, "obligation", bond, license_, message, kind="gate", advice="Say `distributes` in the policy")
    elif not situation.license:
        message = f"{use}, which {asks}; the project that hands it on has no licence"
        yield answer(RULE, "warn", bond, license_, message, kind="omission", advice=_ADVICE)
    elif not _keeps(situation.license, license_):
        own = [license_of(name) for name in sorted(names(situation.license))]
        known = all(one.facts is not None for one in own)
        outcome: Outcome = "conflict" if known else "warn"
        message = f"{use}, which {asks}; the project is under `{shown(situation.license)}`"
        yield answer(RULE, outcome, bond, license_, message, kind="conflict", advice=_ADVICE)


def _keeps(project: str, license_: License) -> bool:
    """Whether the project's licence keeps what the model's asks for."""
    own = names(project)
    if any(base_name(name) == base_name(license_.name) for name in own):
        return True
    copyleft = license_.facts is not None and license_.facts.share_alike != "none"
    return copyleft and any(compatible(license_.name, name) for name in own)


def _served(bond: Bond, license_: License, situation: Situation) -> Iterator[Answer]:
    """The AGPL, where others use the model over a network."""
    if license_.facts is None or license_.facts.share_alike != "network" or situation.policy.saas is False:
        return
    use = bearing(bond, license_)
    asks = "who use it over a network must be offered what was made of it"
    if situation.policy.saas:
        advice = "Offer its users the model, and the program if it was changed; or use another model"
        message = f"{use}: those {asks}"
        yield answer(RULE, "warn", bond, license_, message, kind="gate", advice=advice, fact="share_alike")
    else:
        message = f"{use}: if it is served, those {asks}"
        advice = "Say `saas` in the policy"
        yield answer(RULE, "obligation", bond, license_, message, kind="gate", advice=advice, fact="share_alike")


PROJECT = LicenseRule(RULE, _judge)
