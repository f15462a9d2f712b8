"""What is read besides Python: one row for each kind of file."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from ptmdeps.scan import commands, configurations, javascript
from ptmdeps.scan.references import Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """How one kind of file is read.

    Attributes:
        reads: whether a file is of this kind, by its relative path.
        words: what must stand in a file for it to matter.
        outcomes_of: the loads in a file, by its path and bytes.
    """

    reads: Callable[[str], bool]
    words: re.Pattern[bytes]
    outcomes_of: Callable[[str, bytes], Iterator[Outcome]]


READERS: tuple[Reader, ...] = (
    Reader(reads=commands.reads, words=commands.WORDS, outcomes_of=commands.outcomes_of),
    Reader(reads=configurations.reads, words=configurations.WORDS, outcomes_of=configurations.outcomes_of),
    Reader(reads=javascript.reads, words=javascript.WORDS, outcomes_of=javascript.outcomes_of),
)
"""Every kind; a file may be of several."""
