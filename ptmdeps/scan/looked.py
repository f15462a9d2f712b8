"""What is looked at of a file while values are found: less than all of it, mostly."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field


@dataclass(slots=True)
class Looked:
    """What was looked at of one file of Python.

    Attributes:
        places: where the functions and classes begin in the text that were looked into.
        names: names that the file itself was asked for; ``*`` stands for what a star brings.
        around: whether any statement outside of its larger functions and classes may matter.
        words: words that were looked for in all of the text.
        patterns: patterns that were, with their flags.
        entire: whether what was found may depend on anything in the file.
    """

    places: set[int] = field(default_factory=set)
    names: set[str] = field(default_factory=set)
    around: bool = False
    words: set[str] = field(default_factory=set)
    patterns: set[tuple[bytes, int]] = field(default_factory=set)
    entire: bool = False

    def for_words(self, words: Iterable[str]) -> None:
        """Note that words are looked for."""
        self.words.update(words)

    def for_pattern(self, pattern: re.Pattern[bytes]) -> None:
        """Note that a pattern is looked for."""
        self.patterns.add((pattern.pattern, pattern.flags))
