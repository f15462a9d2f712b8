"""All rows together: which words a file must hold to matter, and which row a call belongs to."""

from __future__ import annotations

import re
from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cached_property

from ptmdeps.scan.imports import words_of_imports
from ptmdeps.scan.loaders.convention import row_by_convention
from ptmdeps.scan.loaders.loader import Loader

_CAMEL = re.compile(r"[a-z][A-Z]")
_LONGEST_NAME = 400
_BY_TEXT = ("getattr", "__dict__")
"""How code gets at one of many names of a module by a text."""


@dataclass(frozen=True, slots=True)
class _Words:
    """Words that can name a load in a file that speaks of a library and of these modules of it."""

    modules: tuple[str, ...]
    words: frozenset[str]

    def matter_in(self, data: bytes, imported: AbstractSet[str]) -> bool:
        """Whether a file gets at these modules: it imports them, or names them as a part of something."""
        return all(module in imported or b".%b" % module.encode() in data for module in self.modules)


class Catalogue:
    """Rows, indexed by library and the last word of their names; the first row that matches wins."""

    def __init__(self, loaders: tuple[Loader, ...]) -> None:
        self.loaders = loaders
        self._found: dict[str, Loader | None] = {}
        self._rows: dict[tuple[str, str], list[Loader]] = {}
        for loader in loaders:
            for word in loader.words:
                self._rows.setdefault((loader.library, word), []).append(loader)

    @cached_property
    def libraries(self) -> frozenset[str]:
        """Every top-level package that has rows."""
        return frozenset(loader.library for loader in self.loaders)

    @cached_property
    def _everywhere(self) -> frozenset[str]:
        """Words that matter in every file: methods that load whatever their receiver is."""
        return frozenset(word for row in self.loaders if row.by_method for word in row.words)

    @cached_property
    def _exported_again(self) -> frozenset[str]:
        """Names like no other, which matter wherever a file brings them from another file of the project."""
        rows = (row for row in self.loaders if not row.names and not row.by_method)
        return frozenset(word for row in rows for word in row.words if _CAMEL.search(word))

    @cached_property
    def _with_library(self) -> dict[str, tuple[_Words, ...]]:
        """For each library, the words that matter only in a file that speaks of it."""
        found: dict[str, dict[tuple[str, ...], set[str]]] = {}
        for loader in self.loaders:
            words = found.setdefault(loader.library, {}).setdefault(loader.modules, set())
            words.update(loader.words, _BY_TEXT if loader.names else ())
        return {
            library: tuple(_Words(modules, frozenset(words)) for modules, words in groups.items())
            for library, groups in found.items()
        }

    def words_in(self, data: bytes, imports: frozenset[str] | None = None) -> frozenset[str]:
        """Return the words that can name a load in a file, by the libraries that its import statements speak of.

        ``imports`` are the words of those statements, where they are known already.
        """
        imported = words_of_imports(data) if imports is None else imports
        found = set(self._everywhere)
        found |= self._exported_again if "*" in imported else self._exported_again & imported
        for library in self.libraries & imported:
            for group in self._with_library[library]:
                if group.matter_in(data, imported):
                    found |= group.words
        return frozenset(found)

    def is_candidate(self, data: bytes, imports: frozenset[str] | None = None) -> bool:
        """Whether a file may hold a load at all; answered without parsing it."""
        if any(begin in data and any(word in data for word in words) for begin, words in self._everywhere_encoded):
            return True
        return any(word.encode() in data for word in self.words_in(data, imports) - self._everywhere)

    @cached_property
    def _everywhere_encoded(self) -> tuple[tuple[bytes, tuple[bytes, ...]], ...]:
        """Those words by how they begin: few files have none of them, but many have no word with some begin."""
        found: dict[bytes, list[bytes]] = {}
        for word in sorted(self._everywhere):
            begin = word[: word.find("_") + 1] or word
            found.setdefault(begin.encode(), []).append(word.encode())
        return tuple((begin, tuple(words)) for begin, words in found.items())

    def find(self, name: str) -> Loader | None:
        """Return the row for the dotted name of a call."""
        if len(name) > _LONGEST_NAME:
            return None
        rows = self._rows.get((name.partition(".")[0], name.rpartition(".")[2]), ())
        return next((row for row in rows if row.pattern.fullmatch(name)), None)

    def find_by_convention(self, name: str) -> Loader | None:
        """Return the row for the dotted name of a call of a library that has no rows, by what its method is called."""
        return None if name.partition(".")[0] in self.libraries else row_by_convention(name)

    def has_class(self, name: str) -> bool:
        """Whether a class, by its dotted name, or one of its methods has a row."""
        words = self._methods_of_libraries.get(name.partition(".")[0], ())
        return self.find(name) is not None or any(self.find(f"{name}.{word}") is not None for word in words)

    @cached_property
    def _methods_of_libraries(self) -> dict[str, frozenset[str]]:
        found: dict[str, set[str]] = {}
        for row in self.loaders:
            if _is_of_class(row):
                found.setdefault(row.library, set()).update(row.words)
        return {library: frozenset(words) for library, words in found.items()}

    @cached_property
    def functions(self) -> frozenset[str]:
        """Words that only functions and classes of modules have: never methods of objects."""
        methods = {word for row in self.loaders if _is_method(row) for word in row.words}
        return frozenset(word for row in self.loaders for word in row.words) - methods

    def by_method(self, word: str, libraries: Iterable[str]) -> Loader | None:
        """Return the most general row for a method of an unknown receiver in a file that imports ``libraries``."""
        among = frozenset(libraries)
        return next((row for row in self._methods.get(word, ()) if row.library in among), None)

    @cached_property
    def _methods(self) -> dict[str, list[Loader]]:
        found: dict[str, list[Loader]] = {}
        for loader in self.loaders:
            for word in loader.words if loader.by_method else ():
                found.setdefault(word, []).append(loader)
        return found


def _is_method(loader: Loader) -> bool:
    """Whether a row is for a method, by the spelling of what stands before its last part.

    The methods of quiet rows are those of everyday objects (``session.get``): not worth to look at every one.
    """
    return not loader.quiet and _is_of_class(loader)


def _is_of_class(loader: Loader) -> bool:
    return loader.by_method or any("*" in part or part[:1].isupper() for part in loader.call.split(".")[1:-1])
