from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ptmdeps.clock import cutoff, instant, latest, now
from ptmdeps.errors import PtmdepsError

NOON = datetime(2026, 10, 8, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("written", "spelling", "last"),
    [
        ("2026-10-01", "2026-10-01", "2026-10-01T23:59:59Z"),
        ("2026-10-01T12:00:00Z", "2026-10-01T12:00:00Z", "2026-10-01T12:00:00Z"),
        ("2026-10-01 14:30:00+02:00", "2026-10-01T12:30:00Z", "2026-10-01T12:30:00Z"),
        ("7 days", "P7D", "2026-10-01T12:00:00Z"),
        ("1 week", "P7D", "2026-10-01T12:00:00Z"),
        ("P1W", "P7D", "2026-10-01T12:00:00Z"),
        ("P1DT12H", "P1DT12H", "2026-10-07T00:00:00Z"),
        ("36 hours", "P1DT12H", "2026-10-07T00:00:00Z"),
        ("1 day, 90 minutes", "P1DT1H30M", "2026-10-07T10:30:00Z"),
        ("PT90S", "PT1M30S", "2026-10-08T11:58:30Z"),
        ("1second", "PT1S", "2026-10-08T11:59:59Z"),
    ],
)
def test_times_have_one_spelling_and_one_meaning(written: str, spelling: str, last: str) -> None:
    assert cutoff(written) == spelling
    assert latest(spelling, NOON) == last


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", "soon", "P", "PT", "7", "7 months", "P1M", "P1Y", "-7 days", "7 days ago", "0 days", "PT0S"),
        *("2026-13-01", "2026-02-30", "2026-10-01T12:00:00", "9" * 5000 + " days", "200 years", "P36501D"),
        *("0001-01-01T00:00:00+14:00", "\u0667 days"),
    ],
)
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        cutoff(text)


@given(st.timedeltas(timedelta(seconds=1), timedelta(days=36_500)))
def test_a_spelling_is_its_own(span: timedelta) -> None:
    whole = timedelta(days=span.days, seconds=span.seconds)
    if not whole:
        return
    spelling = cutoff(f"{whole.days} days {whole.seconds} seconds" if whole.days else f"{whole.seconds} seconds")
    assert cutoff(spelling) == spelling
    assert latest(spelling, NOON) == instant(NOON - whole)


def test_the_present_can_be_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    assert abs(now() - datetime.now(UTC)) < timedelta(minutes=1)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "0")
    assert instant(now()) == "1970-01-01T00:00:00Z"
    for text in ("yesterday", "9" * 30):
        monkeypatch.setenv("SOURCE_DATE_EPOCH", text)
        with pytest.raises(PtmdepsError, match="must be a number of seconds since 1970"):
            now()
