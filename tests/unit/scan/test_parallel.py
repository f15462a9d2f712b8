"""Work that is spread over processes: in order, each task once, whatever happens to a process."""

from __future__ import annotations

import multiprocessing
import os
import signal

import pytest

from ptmdeps.scan import parallel
from ptmdeps.scan.parallel import _bounds, _Rows, spread


@pytest.mark.parametrize("tasks", [0, 1, 2, 3, 50])
@pytest.mark.parametrize("processes", [1, 2, 3])
def test_results_come_in_the_order_of_the_tasks(tasks: int, processes: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parallel, "processors", lambda: processes)
    assert list(spread(lambda task: task * task, range(tasks))) == [task * task for task in range(tasks)]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="processes cannot be copied here")
def test_what_a_killed_process_had_to_do_is_done(monkeypatch: pytest.MonkeyPatch) -> None:
    here = os.getpid()

    def work(task: int) -> int:
        if task == 3 and os.getpid() != here:
            os.kill(os.getpid(), signal.SIGKILL)
        return task

    monkeypatch.setattr(parallel, "processors", lambda: 2)
    assert list(spread(work, range(10))) == list(range(10))


@pytest.mark.parametrize(("length", "count"), [(5, 2), (7, 3), (2, 2), (9, 8)])
def test_rows_are_neighbours_and_all_of_them(length: int, count: int) -> None:
    bounds = _bounds(length, count)
    rows = [range(bounds[2 * row], bounds[2 * row + 1]) for row in range(count)]
    assert [task for row in rows for task in row] == list(range(length))
    assert max(map(len, rows)) - min(map(len, rows)) <= 1


def test_who_is_done_helps_from_the_end_of_the_longest_row() -> None:
    rows = _Rows(multiprocessing.Array("l", [0, 2, 2, 8, 8, 12]))
    first = rows.take(0)
    assert [next(first) for _ in range(4)] == [0, 1, 7, 6]
    assert list(rows.take(1)) == [2, 3, 4, 5, 11, 10, 9, 8]
    assert list(first) == []
