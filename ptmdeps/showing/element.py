"""One thing to know of a model, and what was found of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ptmdeps.identity import ModelKey
from ptmdeps.showing.evidence import Evidence
from ptmdeps.showing.values import Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A value.

    Attributes:
        value: what is claimed; see ``ptmdeps.showing.values``.
        source: who claims it: files of the model, ``hub``, ``ptm.lock``; several with commas between.
    """

    value: Value
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """No value, and why: where it would have been, or what kept us from looking."""

    reason: str


Answer = Known | Missing


@dataclass(frozen=True, slots=True, kw_only=True)
class Element:
    """One row of the table of information elements.

    Attributes:
        group: such as ``delivery``.
        name: unique.
        meaning: what it tells, for the documentation.
        sources: where it is looked for, for the documentation.
        collect: finds it; never raises for what hubs and models hold.
    """

    group: str
    name: str
    meaning: str
    sources: str
    collect: Callable[[Evidence], Answer]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """Everything that was found out about a model.

    Attributes:
        key: under the hub's own name of it.
        ref: what was asked for; empty for the hub's default.
        revision: the one that is shown.
        locked: whether it is the one of the lock.
        answers: one for each element, in the order of the table.
    """

    key: ModelKey
    ref: str
    revision: str
    locked: bool
    answers: tuple[tuple[Element, Answer], ...]

    @property
    def missing(self) -> tuple[str, ...]:
        """Names of the elements without a value."""
        return tuple(element.name for element, answer in self.answers if isinstance(answer, Missing))
