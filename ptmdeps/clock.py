"""Instants and spans of time: what a manifest may say of them, what a lock records, and what time it is."""

from __future__ import annotations

import os
import re
from datetime import UTC, date, datetime, timedelta

from ptmdeps.errors import PtmdepsError

SPELLING = "Write a date (`2026-10-01`), an instant (`2026-10-01T12:00:00Z`) or a span (`7 days`, `P7D`)"

_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_INSTANT = "%Y-%m-%dT%H:%M:%SZ"
# https://en.wikipedia.org/wiki/ISO_8601#Durations, without years and months, which have no fixed length
_ISO_SPAN = re.compile(r"P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?", re.ASCII)
_WORDS = re.compile(r"(\d+)\s*(week|day|hour|minute|second)s?(?:\s*,?\s+|$)", re.ASCII)
_UNITS = ("week", "day", "hour", "minute", "second")
_SECONDS = {"week": 604_800, "day": 86_400, "hour": 3_600, "minute": 60, "second": 1}
_LONGEST = timedelta(days=36_500)


def now() -> datetime:
    """The present, in UTC; ``$SOURCE_DATE_EPOCH`` (seconds since 1970) where that is set.

    See https://reproducible-builds.org/specs/source-date-epoch/.

    Raises:
        PtmdepsError: the variable holds no number of seconds.
    """
    text = os.environ.get("SOURCE_DATE_EPOCH")
    if not text:
        return datetime.now(UTC)
    try:
        return datetime.fromtimestamp(int(text), UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise PtmdepsError(f"`SOURCE_DATE_EPOCH` must be a number of seconds since 1970, not `{text}`") from error


def instant(moment: datetime) -> str:
    """``2024-02-19T10:57:45Z``: sorts as text as it does in time."""
    return moment.astimezone(UTC).strftime(_INSTANT)


def cutoff(text: str) -> str:
    """A date, an instant or a span of time in its one spelling: ``2026-10-01``, ``2026-10-01T12:00:00Z``, ``P7D``.

    A span stays a span, so that what is recorded does not change from day to day.

    Raises:
        ValueError: it is none of them.
    """
    if _DATE.fullmatch(text):
        return date.fromisoformat(text).isoformat()
    if (span := _span(text)) is not None:
        return _iso(span)
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("it names no time zone")
    try:
        return instant(moment)
    except OverflowError as error:
        raise ValueError("it is no time of this calendar") from error


def latest(cutoff: str, moment: datetime) -> str:
    """The last instant that is not newer than a cut-off (in its one spelling), as seen from ``moment``.

    Of a date, the whole day in UTC counts; a span counts back from ``moment``.
    """
    if _DATE.fullmatch(cutoff):
        return f"{cutoff}T23:59:59Z"
    span = _span(cutoff)
    return cutoff if span is None else instant(moment - span)


def _span(text: str) -> timedelta | None:
    """``None`` for what is no span at all.

    Raises:
        ValueError: it is one of no length, or of centuries.
    """
    if (iso := _ISO_SPAN.fullmatch(text)) and any(iso.groups()):
        counts = list(zip(_UNITS, iso.groups(default="0"), strict=True))
    elif (words := _WORDS.findall(text)) and not _WORDS.sub("", text):
        counts = [(unit, count) for count, unit in words]
    else:
        return None
    seconds = sum(_SECONDS[unit] * int(count) for unit, count in counts)
    if not 0 < seconds <= _LONGEST.total_seconds():
        raise ValueError("a span is longer than nothing and shorter than a century")
    return timedelta(seconds=seconds)


def _iso(span: timedelta) -> str:
    hours, rest = divmod(span.seconds, _SECONDS["hour"])
    minutes, seconds = divmod(rest, _SECONDS["minute"])
    days = f"{span.days}D" if span.days else ""
    time = "".join(f"{count}{unit}" for count, unit in ((hours, "H"), (minutes, "M"), (seconds, "S")) if count)
    return f"P{days}{f'T{time}' if time else ''}"
