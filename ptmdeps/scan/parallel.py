"""Work spread over the processors of this machine."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar

Task = TypeVar("Task")
Result = TypeVar("Result")

_MOST = 8
"""Processes at most: each keeps syntax trees of its own in memory."""

_forked: Callable[[Any], Any] | None = None
"""What the processes do; they have it because they are copies of this one."""


def processors() -> int:
    """Return how many processes can work at a time here; one where processes cannot be copied."""
    if not hasattr(os, "fork") or sys.platform == "darwin":
        return 1  # macOS can copy a process, but its own libraries do not survive that
    count = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(count, _MOST)


def spread(work: Callable[[Task], Result], tasks: Sequence[Task]) -> Iterator[Result]:
    """Yield what ``work`` gives for each task, in the order of the tasks.

    Several processes share the tasks. Tasks and results are handed over as pickles; whatever else ``work`` uses is
    copied with the process. If a process is killed, as for want of memory, this one does the rest.
    """
    count = min(processors(), len(tasks))
    if count <= 1:
        yield from map(work, tasks)
        return
    from concurrent.futures import ProcessPoolExecutor
    from concurrent.futures.process import BrokenProcessPool
    from multiprocessing import get_context

    global _forked  # noqa: PLW0603 - functions with what they hold cannot be pickled
    _forked = work
    done = 0
    try:
        with ProcessPoolExecutor(count, mp_context=get_context("fork")) as pool:
            for result in pool.map(_work, tasks):
                yield result
                done += 1
    except BrokenProcessPool:
        yield from map(work, tasks[done:])
    finally:
        _forked = None


def _work(task: Any) -> Any:  # noqa: ANN401 - whatever the tasks are
    assert _forked is not None  # noqa: S101 - set before the processes are made
    return _forked(task)
