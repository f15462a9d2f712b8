"""The words of a file of Python by which files find each other."""

from __future__ import annotations

from dataclasses import dataclass

from ptmdeps.scan.imports import words_of_imports
from ptmdeps.scan.lexical import bases_in


@dataclass(frozen=True, slots=True)
class Words:
    """The words of import statements, and those between the parentheses of classes."""

    imports: frozenset[str] = frozenset()
    bases: frozenset[str] = frozenset()


def words_in(data: bytes) -> Words:
    """Return the words of Python source, found without parsing it."""
    return Words(words_of_imports(data), frozenset[str]().union(*bases_in(data).values()))


def line_of_words(words: Words) -> str:
    """Return words as a line; they hold no white space of ASCII, so that it can stand between them."""
    return f"{' '.join(sorted(words.imports))}\t{' '.join(sorted(words.bases))}"


def words_of(line: str) -> Words:
    """Return the words of a line; any text is one."""
    imports, _, bases = line.partition("\t")
    return Words(frozenset(filter(None, imports.split(" "))), frozenset(filter(None, bases.split(" "))))


NO_WORDS = line_of_words(Words())
"""The line of a file that holds no Python."""
