"""What is read besides Python: one row for each kind of file."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ptmdeps.identity import Location
from ptmdeps.scan import commands, configurations, javascript
from ptmdeps.scan.references import Outcome, Scope

if TYPE_CHECKING:
    from ptmdeps.scan.values import Evaluator


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """How one kind of file is read.

    Attributes:
        reads: whether a file is of this kind, by its relative path.
        words: what must stand in a file for it to matter.
        outcomes_of: the loads in a file, by its path and bytes; the evaluator, which is made when it is asked for, is
            for Python that stands in it.
    """

    reads: Callable[[str], bool]
    words: re.Pattern[bytes]
    outcomes_of: Callable[[str, bytes, Callable[[], Evaluator]], Iterator[Outcome]]


def _of_commands(path: str, data: bytes, evaluator: Callable[[], Evaluator]) -> Iterator[Outcome]:
    def outcomes_of_code(text: str, location: Location, scope: Scope) -> Iterable[Outcome]:
        from ptmdeps.scan.python import code_reader  # most scripts hold no Python

        return code_reader(evaluator())(text, location, scope)

    return commands.outcomes_of(path, data, python=outcomes_of_code)


def _of_configurations(path: str, data: bytes, _: Callable[[], Evaluator]) -> Iterator[Outcome]:
    return configurations.outcomes_of(path, data)


def _of_javascript(path: str, data: bytes, _: Callable[[], Evaluator]) -> Iterator[Outcome]:
    return javascript.outcomes_of(path, data)


READERS: tuple[Reader, ...] = (
    Reader(reads=commands.reads, words=commands.WORDS, outcomes_of=_of_commands),
    Reader(reads=configurations.reads, words=configurations.WORDS, outcomes_of=_of_configurations),
    Reader(reads=javascript.reads, words=javascript.WORDS, outcomes_of=_of_javascript),
)
"""Every kind; a file may be of several."""
