"""What ``licenses`` shows, and how a licence's way to a model is written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from ptmdeps.licenses.answers import OUTCOMES, Answer
from ptmdeps.licenses.judging import Verdict
from ptmdeps.licenses.situation import title
from ptmdeps.lockfile.model import LockedModel
from ptmdeps.render.quantities import counted


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What the rules say.

    Attributes:
        verdicts: of each model that is asked for.
        ways: how the project gets to each of them.
        color: whether text may be coloured.
    """

    verdicts: tuple[Verdict, ...]
    ways: tuple[tuple[str, ...], ...]
    color: bool = False


def declared(model: LockedModel) -> str:
    """What its authors wrote; empty where they wrote nothing."""
    return model.license.declared if model.license else ""


def path(one: Answer, way: Sequence[str]) -> str:
    """``app.py:12 → org/adapter → org/base (adapter_config.json)``: how the licence comes into the project."""
    steps = [f"{title(step.holder)} ({step.edge.evidence or step.edge.relation})" for step in one.bond.steps]
    if one.way and one.way[-2:-1] == ("…",):
        steps += ["…", one.bearer]
    return " → ".join((*way, *steps))


def total(verdicts: Sequence[Verdict]) -> str:
    """``4 models: 1 conflict, 3 ok``."""
    counts = Counter(verdict.outcome for verdict in verdicts)
    plain = {"ok": "ok", "unknown": "unknown"}
    parts = [
        f"{counts[outcome]:,} {plain[outcome]}" if outcome in plain else counted(counts[outcome], _NOUNS[outcome])
        for outcome in reversed(OUTCOMES)
        if counts[outcome]
    ]
    return f"{counted(len(verdicts), 'model')}: {', '.join(parts)}" if parts else counted(0, "model")


_NOUNS = {"conflict": "conflict", "warn": "warning", "obligation": "obligation"}
