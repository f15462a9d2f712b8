"""All repositories and users, the names that lead to them, and who may see what."""

from __future__ import annotations

import base64
import binascii
import shutil
import threading
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from embedded_github.repository import Facts, GitHubRepository

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from embedded_hub.exchange import Request
    from embedded_hub.repository import Content

FIRST_DAY = datetime(2024, 1, 1, tzinfo=UTC)
"""When repositories are made."""


class UnknownTokenError(LookupError):
    """No user has this access token."""


class Repositories:
    """The repositories below one folder, `<root>/<number>.git`; names are the same in any case of their letters."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.users: dict[str, str] = {}
        """Access token -> login. A token that is not here is refused."""
        self._lock = threading.RLock()
        self._numbers: dict[str, int] = {}
        self._repositories: dict[int, GitHubRepository] = {}
        self._made = 0
        root.mkdir(parents=True, exist_ok=True)

    def __getitem__(self, name: str) -> GitHubRepository:
        """Return the repository that has this name now."""
        found = self.get(name)
        if found is None or found.name.lower() != name.lower():
            raise KeyError(name)
        return found

    def get(self, name: str) -> GitHubRepository | None:
        """Return the repository of this name, or that had it and was renamed; its `name` tells which."""
        return self._repositories.get(self._numbers.get(name.lower(), 0))

    def numbered(self, number: int) -> GitHubRepository | None:
        """Return the repository with this number, which it keeps under any name."""
        return self._repositories.get(number)

    def forks(self, repository: GitHubRepository) -> int:
        """Return how many forks a repository has."""
        return sum(other.facts.parent == repository.facts.number for other in list(self._repositories.values()))

    def create(
        self,
        name: str,
        files: Mapping[str, Content] | None = None,
        *,
        message: str = "Initial commit",
        **facts: Any,  # noqa: ANN401 - the fields of Facts
    ) -> GitHubRepository:
        """Make a repository, with one commit on its default branch where `files` are given.

        Raises:
            FileExistsError: there is one of this name.
        """
        repository = self._make(name, None, facts)
        if files is not None:
            repository.commit(files, message=message)
        return repository

    def fork(self, parent: str, name: str) -> GitHubRepository:
        """Make a repository with the branches and tags of another, sharing its objects with it."""
        source = self[parent]
        known = source.facts
        facts = {"parent": known.number, "license": known.license, "default_branch": known.default_branch}
        fork = self._make(name, source, facts)
        for ref, commit in source.git.refs().items():
            if ref.startswith(("refs/heads/", "refs/tags/")):
                fork.move(ref, commit)
        return fork

    def rename(self, old: str, new: str) -> None:
        """Give a repository another name; the old one redirects to it."""
        with self._lock:
            repository = self[old]
            repository.name = new
            self._numbers[new.lower()] = repository.facts.number

    def delete(self, name: str) -> None:
        """Delete a repository; of one with forks the objects stay."""
        with self._lock:
            repository = self._repositories.pop(self[name].facts.number)
            self._numbers = {key: number for key, number in self._numbers.items() if number in self._repositories}
            if not self.forks(repository):
                shutil.rmtree(repository.git.directory)

    def user_of(self, request: Request) -> str | None:
        """Return who asks, None for nobody in particular.

        Raises:
            UnknownTokenError: a token came along that nobody has.
        """
        token = _token(request)
        if token is None:
            return None
        if token not in self.users:
            raise UnknownTokenError
        return self.users[token]

    def visible(self, repository: GitHubRepository | None, user: str | None) -> GitHubRepository | None:
        """Return a repository if this user may see it."""
        if repository is None or not repository.facts.private:
            return repository
        return repository if user in (repository.owner, *repository.facts.readers) else None

    def _make(self, name: str, source: GitHubRepository | None, facts: Mapping[str, Any]) -> GitHubRepository:
        with self._lock:
            present = self.get(name)
            if present is not None and present.name.lower() == name.lower():
                raise FileExistsError(name)
            self._made += 1
            known = Facts(**{"number": self._made, "created_at": FIRST_DAY, **facts})
            objects = source.git.directory / "objects" if source else None
            repository = GitHubRepository.create(name, self.root / f"{known.number}.git", known, objects)
            self._repositories[known.number] = repository
            self._numbers[name.lower()] = known.number
            return repository


def _token(request: Request) -> str | None:
    scheme, _, value = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return value.strip() or None
    try:
        user, _, password = base64.b64decode(value, validate=True).decode(errors="replace").partition(":")
    except binascii.Error:
        return value
    return password or user
