"""All rules on all models of a lock."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import product

from ptmdeps.licenses.answers import OUTCOMES, Answer, Outcome, worst
from ptmdeps.licenses.bearing import effective
from ptmdeps.licenses.expressions import Alternative, Term, spelled
from ptmdeps.licenses.lineage import MANNERS, Bond, bonds
from ptmdeps.licenses.rules import RULES
from ptmdeps.licenses.situation import Situation
from ptmdeps.licenses.terms import License, canonical, license_of
from ptmdeps.lockfile.model import LockedModel, Lockfile
from ptmdeps.manifest.policy import Level

NOTHING = License("")
"""Of what declares none, or one of which nothing is known."""

_OUTCOME_OF: dict[Level, Outcome] = {"error": "conflict", "warning": "warn", "note": "obligation"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What the rules say of one model.

    Attributes:
        model: the model.
        effective: its own licence and those that bind it besides, an SPDX expression; empty where its own is unknown
            and nothing else binds.
        answers: what every rule says, in the order of the rules.
        bonds: every licence that bears on it, with the alternative of it that is mildest here; closest first.
    """

    model: LockedModel
    effective: str
    answers: tuple[Answer, ...]
    bonds: tuple[tuple[Bond, Alternative], ...]

    @property
    def outcome(self) -> Outcome:
        """The worst of its answers; ``ok`` where there is none."""
        return worst(self.answers)


def judge(lockfile: Lockfile, situation: Situation) -> tuple[Verdict, ...]:
    """What the rules say of every locked model, in the order of the lock."""
    mentioned = {canonical(name) for name in (*situation.policy.allow, *situation.policy.deny)}

    def known(name: str) -> bool:
        return license_of(name).facts is not None or (bool(mentioned) and canonical(name) in mentioned)

    found = bonds(lockfile, known, situation.apart)
    return tuple(_verdict(model, found[index], situation) for index, model in enumerate(lockfile.models))


def _verdict(model: LockedModel, found: tuple[Bond, ...], situation: Situation) -> Verdict:
    chosen = [(bond, *_mildest(bond, situation)) for bond in found]
    # the model's own licence comes first
    answers = {
        (one.rule.identifier, MANNERS.index(one.bond.manner), one.message): one for _, _, said in chosen for one in said
    }
    return Verdict(
        model=model,
        effective=_effective(chosen),
        answers=tuple(answers[same] for same in sorted(answers)),
        bonds=tuple((bond, alternative) for bond, alternative, _ in chosen),
    )


def _mildest(bond: Bond, situation: Situation) -> tuple[Alternative, tuple[Answer, ...]]:
    """The alternative that one would choose here, and what the rules say of it."""
    best: tuple[Alternative, tuple[Answer, ...]] | None = None
    for alternative in bond.term or ((),):
        licenses = tuple(map(license_of, alternative)) or (NOTHING,)
        said = tuple(_weighed(bond, licenses, situation))
        if best is None or _badness(said) < _badness(best[1]):
            best = alternative, said
    assert best is not None  # noqa: S101 - there is at least the empty alternative
    return best


def _weighed(bond: Bond, licenses: tuple[License, ...], situation: Situation) -> Iterator[Answer]:
    """What the rules say of licences that hold together, as the policy sees it."""
    exception = situation.exception(bond)
    levels = dict(situation.policy.severity)
    for license_, rule in product(licenses, RULES):
        for one in rule.judge(bond, license_, situation):
            level = levels.get(one.rule.identifier)
            if exception is not None and one.kind != "duty":
                yield replace(one, outcome="ok", accepted=exception.reason or "an exception of the policy")
            elif level is None:
                yield one
            elif level != "ignore":
                yield replace(one, outcome=_OUTCOME_OF[level])


def _badness(said: tuple[Answer, ...]) -> tuple[int, int]:
    return OUTCOMES.index(worst(said)), len(said)


def _effective(chosen: list[tuple[Bond, Alternative, tuple[Answer, ...]]]) -> str:
    """The licences that hold for a model, its own first; what is only inferred is left out."""
    parts: list[Term] = []
    for bond, alternative, _ in chosen:
        licenses = map(license_of, alternative)
        if bond.certain and bond.term and any(effective(bond, one) for one in licenses):
            parts.append(bond.term)
    return spelled(tuple(dict.fromkeys(parts)))
