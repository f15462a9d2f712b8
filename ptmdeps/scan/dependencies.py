"""What the result of one file depends on besides itself, and whether a change elsewhere can matter to it."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from ptmdeps.scan.fingerprints import Fingerprint, read_bytes, state_of
from ptmdeps.scan.words import Words, words_of

Query = tuple[str, frozenset[str]]
"""Which files have a word in their text and one of some words in their import statements."""


@dataclass(slots=True)
class Dependencies:
    """What was looked at to find a result.

    Attributes:
        paths: files that were read, or would have been if they existed.
        others: those of them that are not scanned themselves, with their states.
        queries: searches over all files.
        derived: names whose derived classes were looked for in all files.
        sought: last parts of the names of modules that were looked for.
        folders: whether the project has a folder of that relative path.
        versions: whether the versions of libraries matter, which decide what is loaded where no model is named.
    """

    paths: set[str] = field(default_factory=set)
    others: dict[str, str] = field(default_factory=dict)
    queries: set[Query] = field(default_factory=set)
    derived: set[str] = field(default_factory=set)
    sought: set[str] = field(default_factory=set)
    folders: dict[str, bool] = field(default_factory=dict)
    versions: bool = False


@dataclass(frozen=True, slots=True)
class Outside:
    """What results depend on that is no file which is scanned: folders, and other files with their states.

    ``None`` where results say different things, because it changed while the scan ran.
    """

    folders: dict[str, bool | None] = field(default_factory=dict)
    others: dict[str, str | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A file that is not as it was: its content now, with its words."""

    data: bytes
    words: Words


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
        self._bases = frozenset[str]().union(*(change.words.bases for change in changed.values()))
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
        is_derived = not dependencies.derived.isdisjoint(self._bases)
        return is_derived or any(self._is_answered(query) for query in dependencies.queries)

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
        """Whether one of the changed files is an answer to a search now."""
        if query not in self._answers:
            word, names = query
            encoded = word.encode()
            self._answers[query] = any(
                not names.isdisjoint(change.words.imports) and encoded in change.data
                for change in self._changed.values()
            )
        return self._answers[query]


def outside_of(every: Iterable[Dependencies]) -> Outside:
    """Return what some results together depend on besides files that are scanned."""
    outside = Outside()
    for dependencies in every:
        for folder, there in dependencies.folders.items():
            if outside.folders.setdefault(folder, there) != there:
                outside.folders[folder] = None
        for path, state in dependencies.others.items():
            if outside.others.setdefault(path, state) != state:
                outside.others[path] = None
    return outside


def changes_of(
    folder: Path, after: Mapping[str, Fingerprint], before: Mapping[str, Fingerprint]
) -> Iterator[tuple[str, Change]]:
    """Yield the files that are new or have another content, with their content now."""
    for path, fingerprint in after.items():
        known = before.get(path)
        if known is None or known.digest != fingerprint.digest:
            yield path, Change(data=read_bytes(folder / path), words=words_of(fingerprint.words))


def last_part(path: str) -> str:
    """Return the last part of the import name of a file: its own name, or for a package that of its folder."""
    pure = PurePosixPath(path)
    return pure.parent.name if pure.stem == "__init__" else pure.stem


def is_folder(root: Path, text: str) -> bool:
    """Whether ``text`` is the relative path of a folder under ``root``."""
    parts = [part for part in text.split("/") if part not in ("", ".")]
    if not parts or ".." in parts or text.startswith("/"):
        return False
    return os.path.isdir(f"{root}/{text}")  # noqa: PTH112 - hundreds are looked at in every scan
