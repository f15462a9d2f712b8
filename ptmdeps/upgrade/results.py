"""What two cards claim differently of evaluations."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from ptmdeps.inspect.evaluations import Result
from ptmdeps.upgrade.change import ResultChange

MAX_RESULTS = 100
"""Figures that are named; of more, only the number is told."""

_Name = tuple[str, str, str, int]


def result_changes(before: Iterable[Result], after: Iterable[Result]) -> tuple[tuple[ResultChange, ...], int]:
    """The figures that differ, by task, dataset and metric, and how many of them are left out.

    Where a card has several of one name, they are told apart by their order.
    """
    old, new = _by_name(before), _by_name(after)
    names = sorted(name for name in old.keys() | new.keys() if old.get(name) != new.get(name))
    kept = (
        ResultChange(task=name[0], dataset=name[1], metric=name[2], before=old.get(name), after=new.get(name))
        for name in names[:MAX_RESULTS]
    )
    return tuple(kept), max(0, len(names) - MAX_RESULTS)


def _by_name(results: Iterable[Result]) -> dict[_Name, str]:
    seen: Counter[tuple[str, str, str]] = Counter()
    found: dict[_Name, str] = {}
    for result in results:
        name = (result.task, result.dataset, result.metric)
        found[(*name, seen[name])] = result.value
        seen[name] += 1
    return found
