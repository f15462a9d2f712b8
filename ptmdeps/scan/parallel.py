"""Work spread over the processors of this machine."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from itertools import pairwise
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from multiprocessing.sharedctypes import SynchronizedArray

Task = TypeVar("Task")
Result = TypeVar("Result")

_MOST = 8
"""Processes at most: each keeps syntax trees of its own in memory."""

_forked: Callable[[int], Any] | None = None
"""What the processes do; they have it because they are copies of this one."""


def processors() -> int:
    """Return how many processes can work at a time here; one where processes cannot be copied."""
    if not hasattr(os, "fork") or sys.platform == "darwin":
        return 1  # macOS can copy a process, but its own libraries do not survive that
    count = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(count, _MOST)


def spread(work: Callable[[Task], Result], tasks: Sequence[Task]) -> Iterator[Result]:
    """Yield what ``work`` gives for each task, in the order of the tasks.

    Several processes share the tasks: each has a row of neighbours, because they look into the same files, and when it
    is done helps the one that has most left. Results are handed over as pickles; whatever else ``work`` uses is copied
    with the process. If a process is killed, as for want of memory, this one does the rest.
    """
    count = min(processors(), len(tasks))
    if count <= 1:
        yield from map(work, tasks)
        return
    from concurrent.futures import ProcessPoolExecutor
    from concurrent.futures.process import BrokenProcessPool
    from multiprocessing import get_context

    context = get_context("fork")
    rows = _Rows(context.Array("l", _bounds(len(tasks), count)))

    def work_off(row: int) -> list[tuple[int, Result]]:
        return [(index, work(tasks[index])) for index in rows.take(row)]

    global _forked  # noqa: PLW0603 - functions with what they hold cannot be pickled
    _forked = work_off
    found: dict[int, Result] = {}
    try:
        # what a killed process (memory) takes with it is worked off below, in this one
        with suppress(BrokenProcessPool), ProcessPoolExecutor(count, mp_context=context) as pool:
            for results in pool.map(_work, range(count)):
                found.update(results)
    finally:
        _forked = None
    for index, task in enumerate(tasks):
        yield found.pop(index) if index in found else work(task)


def _work(row: int) -> Any:  # noqa: ANN401 - whatever the results are
    assert _forked is not None  # noqa: S101 - set before the processes are made
    return _forked(row)


def _bounds(length: int, count: int) -> list[int]:
    """Return where each of some rows of about the same length begins and ends, one after the other."""
    ends = [length * row // count for row in range(count + 1)]
    return [bound for pair in pairwise(ends) for bound in pair]


class _Rows:
    """What is left of each row of tasks: two numbers a row, in memory that the processes share."""

    def __init__(self, bounds: SynchronizedArray[int]) -> None:
        self._bounds = bounds

    def take(self, row: int) -> Iterator[int]:
        """Yield the tasks of a row from its begin, then those of the longest others from their ends."""
        while (index := self._next(row)) is not None:
            yield index

    def _next(self, row: int) -> int | None:
        bounds = self._bounds
        with bounds.get_lock():
            first, end = bounds[2 * row : 2 * row + 2]
            if first < end:
                bounds[2 * row] = first + 1
                return first
            longest = max(range(0, len(bounds), 2), key=lambda one: bounds[one + 1] - bounds[one])
            if bounds[longest] == bounds[longest + 1]:
                return None
            bounds[longest + 1] -= 1
            return bounds[longest + 1]
