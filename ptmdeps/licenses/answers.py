"""What the rules on licences answer, and with what evidence."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from ptmdeps.findings import Rule
from ptmdeps.licenses.facts import LicenseFacts
from ptmdeps.licenses.lineage import Bond
from ptmdeps.licenses.situation import Situation, title
from ptmdeps.licenses.terms import License

Outcome = Literal["ok", "obligation", "warn", "unknown", "conflict"]
OUTCOMES: tuple[Outcome, ...] = ("ok", "obligation", "warn", "unknown", "conflict")
"""From mildest to worst: what nobody knows can be as bad as anything."""

Kind = Literal["conflict", "omission", "drift", "gate", "duty", "unknown", "policy"]
"""Two licences that cannot both be kept; one that is not mentioned any more; sources that disagree; a condition on who
uses the model, or for what; something to be done; nothing known; a rule of the project's own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One thing that a rule has to say of one model.

    Attributes:
        rule: the rule.
        outcome: how bad it is.
        kind: what kind of thing it is.
        bond: which licence bears on which model, and how.
        license: the licence; empty where there is none.
        message: one sentence for people, without a full stop.
        advice: what to do next, likewise.
        clause: where in the text of the licence that stands; empty where nothing in one says it.
        url: address of that text.
        checked: whether what the licence asks for was read in that text, and is not from hearsay.
        accepted: the reason of the exception that the policy makes; empty where it makes none.
    """

    rule: Rule
    outcome: Outcome
    kind: Kind
    bond: Bond
    license: str
    message: str
    advice: str = ""
    clause: str = ""
    url: str = ""
    checked: bool = True
    accepted: str = ""

    @property
    def subject(self) -> str:
        """The model that it is about: ``org/name`` or ``org/name@ref``."""
        return title(self.bond.subject)

    @property
    def bearer(self) -> str:
        """Who has the licence."""
        return title(self.bond.bearer)

    @property
    def way(self) -> tuple[str, ...]:
        """What comes after the subject on the way to the bearer, who is the last of them."""
        names = tuple(title(step.holder) for step in self.bond.steps)
        return names if not names or names[-1] == self.bearer else (*names, "…", self.bearer)


Judge = Callable[[Bond, License, Situation], Iterator[Answer]]
"""What a rule says of a licence that bears on a model; never raises, whatever a lock holds."""


@dataclass(frozen=True, slots=True)
class LicenseRule:
    """A rule, and the function that judges."""

    rule: Rule
    judge: Judge


def answer(
    rule: Rule,
    outcome: Outcome,
    bond: Bond,
    license_: License,
    message: str,
    *,
    kind: Kind,
    advice: str = "",
    fact: str = "",
) -> Answer:
    """An answer about a bond; ``fact`` is the field of the licence's facts that it rests on."""
    facts = license_.facts if fact else None
    return Answer(
        rule=rule,
        outcome="warn" if outcome == "conflict" and not bond.certain else outcome,
        kind=kind,
        bond=bond,
        license=license_.name,
        message=message,
        advice=advice,
        clause=_clause(facts, fact) if facts else "",
        url=license_.url if facts else "",
        checked=license_.facts is None or license_.facts.checked,
    )


def _clause(facts: LicenseFacts, fact: str) -> str:
    """Where the text says it; what flows down mostly stands where the copy of the licence is asked for."""
    where = {one.fact: one.where for one in facts.clauses}
    return where.get(fact) or (where.get("copy_required", "") if fact == "flow_down" else "")


def worst(answers: tuple[Answer, ...]) -> Outcome:
    """The worst outcome of several; ``ok`` of none."""
    return max((one.outcome for one in answers), key=OUTCOMES.index, default="ok")
