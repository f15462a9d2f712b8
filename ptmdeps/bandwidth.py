"""How much of the line downloads may take."""

from __future__ import annotations

import os
import re
import threading
import time
from dataclasses import dataclass

from ptmdeps.errors import PtmdepsError

FILES_AT_ONCE = 8
_MOST_AT_ONCE = 64
_RATE = re.compile(r"([0-9]+(?:\.[0-9]+)?)\s*([kmgt]?)(i?)b?(?:/s)?", re.IGNORECASE)
_POWERS = {"": 0, "k": 1, "m": 2, "g": 3, "t": 4}


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How fast to fetch.

    Attributes:
        at_once: files that are fetched at the same time.
        rate: bytes a second of all of them together; 0 is no limit.
    """

    at_once: int = FILES_AT_ONCE
    rate: int = 0


FULL_SPEED = Pace()
"""As fast as the line allows."""


def chosen_pace(limit_rate: str | None = None) -> Pace:
    """What the user wants: ``limit_rate``, else ``$PTMDEPS_LIMIT_RATE``, and ``$PTMDEPS_CONCURRENT_DOWNLOADS``.

    Raises:
        PtmdepsError: one of them is no rate, or no sensible number.
    """
    text = limit_rate or os.environ.get("PTMDEPS_LIMIT_RATE", "")
    number = os.environ.get("PTMDEPS_CONCURRENT_DOWNLOADS", "") or str(FILES_AT_ONCE)
    if not (number.isascii() and number.isdecimal() and 1 <= int(number) <= _MOST_AT_ONCE):
        raise PtmdepsError(f"`PTMDEPS_CONCURRENT_DOWNLOADS` must be a number from 1 to {_MOST_AT_ONCE}, not `{number}`")
    return Pace(at_once=int(number), rate=parse_rate(text) if text else 0)


def parse_rate(text: str) -> int:
    """Bytes a second of ``20MB/s``, ``512k``, ``1.5 MiB/s``: decimal units, binary ones with an ``i``.

    Raises:
        PtmdepsError: it is none, or too little to get anywhere.
    """
    match = _RATE.fullmatch(text.strip())
    rate = int(float(match[1]) * (1024 if match[3] else 1000) ** _POWERS[match[2].lower()]) if match else 0
    if not rate:
        raise PtmdepsError(f"`{text}` is no rate", hint="Write bytes a second, such as `20MB/s` or `512KiB/s`")
    return rate


class Limiter:
    """Makes whoever reports bytes wait until they fit the rate; shared by all threads that fetch.

    A line that was idle earns no more than a second's worth, so that a burst does not follow a pause.
    """

    def __init__(self, rate: int) -> None:
        self._rate = rate
        self._free_at = 0.0
        self._lock = threading.Lock()

    def take(self, size: int) -> None:
        """Wait as long as ``size`` bytes are to take; bytes that are taken back cost nothing."""
        if not self._rate or size <= 0:
            return
        with self._lock:
            now = time.monotonic()
            self._free_at = max(self._free_at, now - 1.0) + size / self._rate
            wait = self._free_at - now
        if wait > 0:
            time.sleep(wait)
