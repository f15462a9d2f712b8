"""PTM213: who has many users, or much revenue, needs more than the licence."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from ptmdeps.findings import Rule
from ptmdeps.licenses.answers import Answer, LicenseRule, answer
from ptmdeps.licenses.bearing import bearing, binds
from ptmdeps.licenses.facts import Gate
from ptmdeps.licenses.lineage import Bond
from ptmdeps.licenses.situation import Situation
from ptmdeps.licenses.terms import License
from ptmdeps.manifest.policy import Policy

RULE = Rule(
    identifier="PTM213",
    name="LicenseGate",
    summary="A licence holds only up to a number of users, or an amount of revenue.",
    reason="Beyond that the licensor must be asked, or paid, or named.",
    advice="Say `users` and `revenue` in the policy, and ask the licensor where they are above the gate.",
    level="error",
)

Passed = Literal["yes", "no", "unsaid"]

_MONTHS = 12
_BEYOND = {
    "ask": "another licence of the licensor is needed",
    "pay": "a paid licence is needed",
    "display": "the model's name must be displayed",
}
_KEYS = {"monthly-active-users": "users", "annual-revenue": "revenue", "monthly-revenue": "revenue"}


_ASK = "Ask the licensor, and add an exception with what was agreed; or use another model"


def _judge(bond: Bond, license_: License, situation: Situation) -> Iterator[Answer]:
    for gate in license_.facts.gates if license_.facts and binds(bond, license_) else ():
        passed = _passed(gate, situation.policy)
        if passed == "yes" and gate.beyond != "display":
            message = f"{bearing(bond, license_)}; with {_size(gate)}, {_BEYOND[gate.beyond]}"
            yield answer(RULE, "conflict", bond, license_, message, kind="gate", advice=_ASK, fact="gates")
        elif passed != "no":
            condition = "with" if passed == "yes" else "if the project has"
            message = f"{bearing(bond, license_)}; {condition} {_size(gate)}, {_BEYOND[gate.beyond]}"
            advice = "" if passed == "yes" else f"Say `{_KEYS[gate.measure]}` in the policy"
            yield answer(RULE, "obligation", bond, license_, message, kind="gate", advice=advice, fact="gates")


def _passed(gate: Gate, policy: Policy) -> Passed:
    of_users = gate.measure == "monthly-active-users"
    have = policy.users if of_users else policy.revenue
    if have is None or (not of_users and gate.currency not in {"", "USD"}):
        return "unsaid"
    above = gate.above * _MONTHS if gate.measure == "monthly-revenue" else gate.above
    return "yes" if have > above or (gate.inclusive and have == above) else "no"


def _size(gate: Gate) -> str:
    amount = f"{gate.above:,} or more" if gate.inclusive else f"more than {gate.above:,}"
    when = " (counted when the model was released)" if gate.on_release else ""
    match gate.measure:
        case "monthly-active-users":
            return f"{amount} monthly users{when}"
        case "annual-revenue":
            return f"{amount} {gate.currency or 'USD'} of revenue a year{when}"
        case "monthly-revenue":
            return f"{amount} {gate.currency or 'USD'} of revenue a month{when}"


GATES = LicenseRule(RULE, _judge)
