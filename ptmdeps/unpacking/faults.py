"""What can be wrong with an archive, and how a person hears of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ptmdeps.errors import IntegrityError, UnsafeContent
from ptmdeps.paths import printable

HOSTILE = "the archive may be hostile: do not use it before its author has explained this"
DAMAGED = "delete the archive and fetch it again; if it stays so, tell its author"
UNKNOWN = "tar archives, also in gzip, bzip2 or xz, and zip archives with stored and deflated members can be unpacked"


class Fault(ValueError):
    """An archive that cannot be unpacked: what is wrong with it, and as ``hint`` what to do."""

    def __init__(self, reason: str, hint: str = HOSTILE) -> None:
        super().__init__(reason)
        self.hint = hint


class Mismatch(Fault):
    """An archive says one thing of ``subject``, and holds another."""

    def __init__(self, subject: str, *, expected: str, found: str) -> None:
        super().__init__(f"{subject} is not what it says", DAMAGED)
        self.subject = subject
        self.expected = expected
        self.found = found


def ends_within(what: str) -> Fault:
    """An archive that was cut off."""
    return Fault(f"it ends within {what}", DAMAGED)


@contextmanager
def explained(archive: Path) -> Iterator[None]:
    """Let faults be errors that name the archive.

    Raises:
        UnsafeContent: for a fault.
        IntegrityError: for a mismatch.
    """
    name = printable(archive.name)
    try:
        yield
    except Mismatch as fault:
        raise IntegrityError(
            f"{fault.subject} in `{name}`",
            expected=fault.expected,
            found=fault.found,
            hint=fault.hint,
            claim="what the archive says of it",
        ) from None
    except Fault as fault:
        raise UnsafeContent(f"`{name}` is not unpacked: {fault}", hint=fault.hint) from None
