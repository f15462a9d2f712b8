"""Rates as people write them, and a line that is shared."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from ptmdeps.bandwidth import FULL_SPEED, Limiter, Pace, chosen_pace, parse_rate
from ptmdeps.errors import PtmdepsError


@pytest.mark.parametrize(
    ("text", "rate"),
    [
        ("20MB/s", 20_000_000),
        ("512k", 512_000),
        ("1.5 MiB/s", 1_572_864),
        ("300", 300),
        ("300 B/s", 300),
        ("2g", 2_000_000_000),
        (" 1KiB ", 1024),
    ],
)
def test_rates_are_read(text: str, rate: int) -> None:
    assert parse_rate(text) == rate


@pytest.mark.parametrize("text", ["", "fast", "-1MB", "0", "0.1", "20 Mbit/s", "1e6"])
def test_what_is_no_rate_is_refused(text: str) -> None:
    with pytest.raises(PtmdepsError, match="is no rate") as caught:
        parse_rate(text)
    assert "20MB/s" in str(caught.value.hint)


def test_the_option_goes_before_the_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    assert chosen_pace() == FULL_SPEED
    monkeypatch.setenv("PTMDEPS_LIMIT_RATE", "1MB/s")
    monkeypatch.setenv("PTMDEPS_CONCURRENT_DOWNLOADS", "3")
    assert chosen_pace() == Pace(at_once=3, rate=1_000_000)
    assert chosen_pace("2MB/s") == Pace(at_once=3, rate=2_000_000)


@pytest.mark.parametrize("text", ["0", "-1", "many", "65", "1.5", "²"])
def test_what_is_no_number_of_downloads_is_refused(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv("PTMDEPS_CONCURRENT_DOWNLOADS", text)
    with pytest.raises(PtmdepsError, match="PTMDEPS_CONCURRENT_DOWNLOADS"):
        chosen_pace()


def test_threads_share_the_rate() -> None:
    limiter = Limiter(1_000_000)
    limiter.take(1_000_000)  # what an idle line has earned
    begun = time.monotonic()
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(limiter.take, [50_000] * 8))
    assert 0.3 < time.monotonic() - begun < 2.0


def test_no_limit_and_bytes_that_are_taken_back_cost_nothing() -> None:
    begun = time.monotonic()
    Limiter(0).take(10**12)
    Limiter(1).take(-(10**12))
    assert time.monotonic() - begun < 0.2
