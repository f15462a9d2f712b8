"""Progress is drawn where it can be seen, said where it is logged, and kept where it is unwanted."""

from __future__ import annotations

from threading import Thread

import pytest

from ptmdeps.fetching import Reporter
from ptmdeps.render.progress import BarReporter, LineReporter, SilentReporter


def work(reporter: Reporter) -> None:
    reporter.begin("Fetching", 4_000_000)
    threads = [Thread(target=reporter.advance, args=(1_000_000,)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    reporter.end()


def test_a_log_gets_one_line() -> None:
    lines: list[str] = []
    work(LineReporter(lines.append))
    assert lines == ["Fetching 4.0 MB"]


def test_quiet_is_quiet(capfd: pytest.CaptureFixture[str]) -> None:
    work(SilentReporter())
    assert capfd.readouterr() == ("", "")


def test_a_terminal_gets_a_bar_that_counts_every_byte(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "120")
    work(BarReporter())
    shown = capfd.readouterr()
    assert shown.out == ""
    assert "Fetching" in shown.err
    assert "4.0/4.0 MB" in shown.err


def test_a_bar_that_never_began_can_be_moved_and_ended() -> None:
    bar = BarReporter()
    bar.advance(1)
    bar.end()
