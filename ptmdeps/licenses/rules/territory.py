"""PTM214: a licence does not hold where the project is used."""

from __future__ import annotations

from collections.abc import Iterator

from ptmdeps.findings import Rule
from ptmdeps.licenses.answers import Answer, LicenseRule, Outcome, answer
from ptmdeps.licenses.bearing import bearing, binds
from ptmdeps.licenses.lineage import Bond
from ptmdeps.licenses.situation import Situation
from ptmdeps.licenses.terms import License

RULE = Rule(
    identifier="PTM214",
    name="LicenseTerritory",
    summary="A licence leaves out countries in which the project is used.",
    reason="There nobody has any right to use the model.",
    advice="Use another model there. The policy says with `territory` where the project is used.",
    level="error",
)

_UNION = frozenset(
    {"AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IT", "LT", "LU", "LV"}
    | {"MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK"}
)
"""Members of the European Union, https://european-union.europa.eu/principles-countries-history/eu-countries_en."""


def _judge(bond: Bond, license_: License, situation: Situation) -> Iterator[Answer]:
    used = frozenset(situation.policy.territory)
    for territory in license_.facts.territory if license_.facts and binds(bond, license_) else ():
        where = [region for region in territory.excluded if not used or _meets(region, used)]
        if not where:
            continue
        models = f" of {territory.models}" if territory.models else ""
        who = f" to {territory.who}" if territory.who else ""
        message = f"{bearing(bond, license_)}, which licenses no use{models}{who} in {', '.join(where)}"
        if used:
            # to some models, or some people, it does not apply: which, the lock does not know
            outcome: Outcome = "warn" if territory.models else "conflict"
            advice = "Use another model there" + (f", unless this one is none of {territory.models}" if models else "")
            yield answer(RULE, outcome, bond, license_, message, kind="gate", advice=advice, fact="territory")
        else:
            advice = "Say `territory` in the policy"
            yield answer(RULE, "obligation", bond, license_, message, kind="gate", advice=advice, fact="territory")


def _meets(excluded: str, used: frozenset[str]) -> bool:
    """Whether the project is used where a licence leaves out: the Union has members, and is itself no country."""
    meant = _UNION | {"EU"} if excluded == "EU" else {excluded}
    return bool(meant & used) or ("EU" in used and excluded in _UNION)


TERRITORY = LicenseRule(RULE, _judge)
