"""Answers that say the same of several models, put together: a project of forty adapters has one base."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from ptmdeps.licenses.answers import Answer
from ptmdeps.licenses.bearing import bearing
from ptmdeps.licenses.judging import Verdict
from ptmdeps.licenses.terms import license_of
from ptmdeps.lockfile.model import LockedModel

_NAMED = 3


@dataclass(frozen=True, slots=True)
class Group:
    """Answers that say the same.

    Attributes:
        first: one of them: of the model that has the licence itself, if that is among them.
        index: place of its model among the verdicts.
        subjects: the models that they are about, the first one's first.
    """

    first: Answer
    index: int
    subjects: tuple[LockedModel, ...]

    @property
    def others(self) -> str:
        """``; likewise `org/b` and 2 more`` for what follows the first; empty for nothing."""
        rest = self.subjects[1:]
        more = f" and {len(rest) - _NAMED:,} more" if len(rest) > _NAMED else ""
        return f"; likewise {', '.join(f'`{one.title}`' for one in rest[:_NAMED])}{more}" if rest else ""


def predicate(one: Answer) -> str:
    """What the message says of the licence, whoever has it: ``give a copy of the licence``."""
    beginning = bearing(one.bond, license_of(one.license))
    return one.message.removeprefix(beginning).lstrip(",:; ").replace(f"`{one.subject}` ", "", 1)


def from_one(one: Answer) -> str:
    """The same, of the same bearer."""
    return f"{one.bearer} {predicate(one)}"


def grouped(
    verdicts: Iterable[Verdict], wanted: Callable[[Answer], bool], same: Callable[[Answer], str] = from_one
) -> tuple[Group, ...]:
    """The wanted answers, those that are the same together, in the order in which they first come."""
    found: dict[tuple[str, str, str, str], list[tuple[int, Answer]]] = {}
    for index, verdict in enumerate(verdicts):
        for one in filter(wanted, verdict.answers):
            found.setdefault((one.rule.identifier, one.license, one.outcome, same(one)), []).append((index, one))
    return tuple(map(_group, found.values()))


def _group(many: list[tuple[int, Answer]]) -> Group:
    index, first = min(many, key=lambda pair: (pair[1].bond.manner != "own", pair[0]))
    subjects = {one.subject: one.bond.subject for one in (first, *(one for _, one in many))}
    return Group(first, index, tuple(subjects.values()))
