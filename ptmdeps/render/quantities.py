"""Numbers for people."""

from __future__ import annotations

_UNITS = ("bytes", "KB", "MB", "GB", "TB", "PB")
_STEP = 1000


def size(count: int) -> str:
    """``512 bytes``, ``4.2 MB``: decimal units, as the hubs and disks count."""
    value = float(count)
    for unit in _UNITS:
        if value < _STEP or unit == _UNITS[-1]:
            return f"{count} {unit}" if unit == _UNITS[0] else f"{value:.1f} {unit}"
        value /= _STEP
    raise AssertionError("unreachable")


def counted(number: int, noun: str, plural: str | None = None) -> str:
    """``1 model``, ``3 models``."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def short(revision: str) -> str:
    """A commit as people quote it."""
    return revision[:12]
