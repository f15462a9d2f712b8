"""Imported by the Python of a command under test: makes its file system behave as network file systems may.

``BREAK_BELOW`` is the folder that is concerned. ``BREAK_RENAME=<errno>`` lets every rename in it fail; with
``BREAK_RENAME_AT=n`` only the n-th, and with ``BREAK_RENAME_DONE=1`` it was done all the same, as when an answer is
lost and the request sent again. ``BREAK_FLOCK=<errno>`` lets every lock in it fail. ``BREAK_EXCHANGE=1`` takes away
the exchange of two folders in one step. ``BREAK_CLOCK=<seconds>`` shifts the clock, for this process only.
"""

from __future__ import annotations

import ctypes
import fcntl
import itertools
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

_below = os.environ.get("BREAK_BELOW", "")
_rename = int(os.environ.get("BREAK_RENAME", "0"))
_at = int(os.environ.get("BREAK_RENAME_AT", "0"))
_done = os.environ.get("BREAK_RENAME_DONE", "") == "1"
_flock = int(os.environ.get("BREAK_FLOCK", "0"))
_exchange = os.environ.get("BREAK_EXCHANGE", "") == "1"
_clock = int(os.environ.get("BREAK_CLOCK", "0"))
_counter = itertools.count(1)


def _breaking(real: Callable[..., None]) -> Callable[..., None]:
    def rename(source: Any, target: Any, **keywords: Any) -> None:
        concerned = os.fspath(target).startswith(_below + os.sep) and isinstance(target, (str, os.PathLike))
        if concerned and (not _at or next(_counter) == _at):
            if _done:
                real(source, target, **keywords)
            raise OSError(_rename, os.strerror(_rename), os.fspath(source), None, os.fspath(target))
        real(source, target, **keywords)

    return rename


def _locking(real: Callable[..., None]) -> Callable[..., None]:
    def flock(file: Any, operation: int) -> None:
        number = file if isinstance(file, int) else file.fileno()
        if str(Path(f"/proc/self/fd/{number}").readlink()).startswith(_below + os.sep):
            raise OSError(_flock, os.strerror(_flock))
        real(file, operation)

    return flock


class _WithoutExchange(ctypes.CDLL):
    def __getattr__(self, name: str) -> Any:
        if name == "renameat2":
            raise AttributeError(name)
        return super().__getattr__(name)


def _shifted(real: Callable[[], Any], unit: int) -> Callable[[], Any]:
    return lambda: real() + _clock * unit


if _exchange:
    ctypes.CDLL = _WithoutExchange  # type: ignore[misc]
if _clock:
    time.time, time.time_ns = _shifted(time.time, 1), _shifted(time.time_ns, 1_000_000_000)
if _below and _rename:
    os.rename = _breaking(os.rename)
    os.replace = _breaking(os.replace)
if _flock:
    fcntl.flock = _locking(fcntl.flock)
