"""What is not as it was in a project when results were kept, and whether that can matter to one of them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from ptmdeps.scan.dependencies import Dependencies, Inside, Outside, Query, is_folder
from ptmdeps.scan.files import scope_of
from ptmdeps.scan.fingerprints import Fingerprint, read_bytes, state_of
from ptmdeps.scan.words import Words, words_of

if TYPE_CHECKING:
    from ptmdeps.scan.differences import Difference


@dataclass(frozen=True, kw_only=True)
class Change:
    """A file that is not as it was: its path, its content now with its words, and what is known of what it was."""

    path: str
    data: bytes
    words: Words
    before: Fingerprint | None

    @cached_property
    def words_before(self) -> Words:
        """The words that it had."""
        return words_of(self.before.words) if self.before else Words()

    @cached_property
    def difference(self) -> Difference | None:
        """What it has in common with what it was; ``None`` where nothing can be said."""
        if not self.before or not self.before.parts:
            return None
        from ptmdeps.scan.differences import difference_of  # few files that change are looked into from others

        return difference_of(self.path, self.data, self.before.parts)

    @cached_property
    def bases(self) -> frozenset[str]:
        """The words that classes derive from, here and not before or the other way round; all if that is not known."""
        now, then = self.words.bases, self.words_before.bases
        return now | then if self.difference is None else now ^ then

    @property
    def counts_for_others(self) -> bool:
        """Whether other files look for callers and derived classes here."""
        return scope_of(self.path) != "test"

    def answers(self, query: Query) -> bool:
        """Whether it may be an answer to a search that it was not before, or the other way round."""
        word, names = query
        now, then = (not names.isdisjoint(words.imports) for words in (self.words, self.words_before))
        if not now and not then:
            return False
        if now != then:  # what a package imports decides by which names others get at it
            return then or self.path.endswith("__init__.py") or word.encode() in self.data
        return word.encode() in self.data if self.difference is None else self.difference.uses(word)


class Changes:
    """Everything in a project that is not as it was when results were kept.

    ``changed`` are the files with another content, new ones among them; ``moved`` the paths that are new or gone;
    ``versions`` tells that the project may use other versions of libraries.
    """

    def __init__(
        self, root: Path, changed: Mapping[str, Change], moved: Collection[str], *, versions: bool = False
    ) -> None:
        self._root = root
        self._versions = versions
        self._changed = changed
        self._touched = {*changed, *moved}
        self._moved = {last_part(path) for path in moved}
        self._has_package = any(path.endswith("__init__.py") for path in moved)
        self._searched = [change for change in changed.values() if change.counts_for_others]
        self._bases = frozenset[str]().union(*(change.bases for change in self._searched))
        self._answers: dict[Query, bool] = {}
        self._states: dict[str, str] = {}
        self._folders: dict[str, bool] = {}

    def none(self, outside: Outside) -> bool:
        """Whether nothing at all is different, so that no result needs to be looked at."""
        return not self._touched and not self._versions and self._as_known(outside.folders, outside.others)

    def concern(self, path: str, dependencies: Dependencies) -> bool:
        """Whether the result of the file ``path`` may be another one now.

        A file that answered a search before was read then, or is found by the same search now.
        """
        if path in self._changed or not dependencies.paths.isdisjoint(self._touched):
            return True
        if self._versions and dependencies.versions:
            return True
        if self._moved and (self._has_package or not dependencies.sought.isdisjoint(self._moved)):
            return True
        if not self._as_known(dependencies.folders, dependencies.others):
            return True
        if any(self._is_different(other, dependencies.inside[other]) for other in self._looked_into(dependencies)):
            return True
        is_derived = not dependencies.derived.isdisjoint(self._bases)
        return is_derived or any(self._is_answered(query) for query in dependencies.queries)

    def differences(self, dependencies: Dependencies) -> dict[str, Difference]:
        """Return how the files changed that a result depends on which they do not concern."""
        changes = ((other, self._changed[other].difference) for other in self._looked_into(dependencies))
        return {other: difference for other, difference in changes if difference is not None}

    def parts(self) -> Iterator[tuple[str, str]]:
        """Yield the files with other parts than before, and those."""
        for path, change in self._changed.items():
            if change.difference is not None:
                yield path, change.difference.parts

    def _looked_into(self, dependencies: Dependencies) -> list[str]:
        return [other for other in dependencies.inside if other in self._touched]

    def _is_different(self, path: str, inside: Inside) -> bool:
        change = self._changed.get(path)
        return change is None or change.difference is None or change.difference.concerns(inside)

    def _as_known(self, folders: Mapping[str, bool | None], others: Mapping[str, str | None]) -> bool:
        """Whether what is outside of the scanned files is as it was."""
        return all(self._is_folder(folder) == known for folder, known in folders.items()) and all(
            self._state(other) == known for other, known in others.items()
        )

    def _is_folder(self, folder: str) -> bool:
        if folder not in self._folders:
            self._folders[folder] = is_folder(self._root, folder)
        return self._folders[folder]

    def _state(self, path: str) -> str:
        if path not in self._states:
            self._states[path] = state_of(self._root / path)
        return self._states[path]

    def _is_answered(self, query: Query) -> bool:
        """Whether one of the changed files may give another answer to a search now."""
        if query not in self._answers:
            self._answers[query] = any(change.answers(query) for change in self._searched)
        return self._answers[query]


def changes_of(
    folder: Path, after: Mapping[str, Fingerprint], before: Mapping[str, Fingerprint]
) -> Iterator[tuple[str, Change]]:
    """Yield the files that are new or have another content, with their content now."""
    for path, fingerprint in after.items():
        known = before.get(path)
        if known is None or known.digest != fingerprint.digest:
            data = read_bytes(folder / path)
            yield path, Change(path=path, data=data, words=words_of(fingerprint.words), before=known)


def last_part(path: str) -> str:
    """Return the last part of the import name of a file: its own name, or for a package that of its folder."""
    pure = PurePosixPath(path)
    return pure.parent.name if pure.stem == "__init__" else pure.stem
