"""A repository of ModelScope: commits and the names that move over them, in memory."""

from __future__ import annotations

import hashlib
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from embedded_hub.large_files import is_large

if TYPE_CHECKING:
    from collections.abc import Mapping

DEFAULT_BRANCH = "master"
_EPOCH = 1_767_261_600  # 2026-01-01, 10:00 UTC; a commit a day, so that the same calls give the same answers
_DAY = 86_400


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A file of a commit, with the commit that last changed it."""

    content: bytes
    sha256: str
    commit: str
    message: str
    date: int
    """Seconds since 1970."""
    large: bool
    """Whether its bytes are in storage instead of git."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Commit:
    """A commit: all its files, by path."""

    id: str
    message: str
    date: int
    files: Mapping[str, File]


@dataclass(slots=True, kw_only=True)
class Repository:
    """A model's repository. Safe to use from many threads.

    `private` hides it from everybody but its owner; `gated` refuses its files to who is not in `granted`.
    """

    name: str
    private: bool = False
    gated: bool = False
    granted: set[str] = field(default_factory=set)
    fields: dict[str, object] = field(default_factory=dict)
    branches: dict[str, str] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)
    _commits: dict[str, Commit] = field(default_factory=dict)
    _lock: threading.RLock = field(default_factory=threading.RLock)

    @property
    def owner(self) -> str:
        """The part of the name before the slash."""
        return self.name.partition("/")[0]

    @property
    def head(self) -> str:
        """The commit of `master`."""
        return self.branches[DEFAULT_BRANCH]

    def describe(self, **fields: object) -> None:
        """Set fields of the model by their names in the answer, such as `License`, `Description` and `Tags`."""
        self.fields |= fields

    def commit(
        self, files: Mapping[str, bytes | None], *, branch: str = DEFAULT_BRANCH, message: str = "Update"
    ) -> str:
        """Add a commit that writes files, and removes those given as None; return its id."""
        with self._lock:
            parent = self._commits.get(self.branches.get(branch, ""))
            date = _EPOCH + _DAY * len(self._commits)
            told = [parent.id if parent else "", message, str(date)]
            told += [f"{path}={_sha256(content)}" for path, content in sorted(files.items())]
            identifier = hashlib.sha1("\n".join(told).encode(), usedforsecurity=False).hexdigest()
            kept = dict(parent.files) if parent else {}
            for path, content in files.items():
                if content is None:
                    kept.pop(path, None)
                    continue
                kept[path] = File(
                    content=content,
                    sha256=_sha256(content),
                    commit=identifier,
                    message=message,
                    date=date,
                    large=is_large(path, content),
                )
            self._commits[identifier] = Commit(id=identifier, message=message, date=date, files=kept)
            self.branches[branch] = identifier
        return identifier

    def tag(self, name: str, commit: str) -> None:
        """Create or move a tag."""
        self.tags[name] = commit

    def move(self, branch: str, commit: str) -> None:
        """Create or force-push a branch."""
        self.branches[branch] = commit

    def lose(self, commit: str) -> None:
        """Forget a commit, as after a force-push."""
        with self._lock:
            del self._commits[commit]

    def find(self, revision: str) -> Commit | None:
        """Return the commit of a branch, a tag, or a full id; None for anything else."""
        with self._lock:
            return self._commits.get(self.branches.get(revision) or self.tags.get(revision) or revision)


def _sha256(content: bytes | None) -> str:
    return "" if content is None else hashlib.sha256(content).hexdigest()
