"""One repository: git as the first hub keeps it, and what GitHub knows of it beside git."""

from __future__ import annotations

import hashlib
import threading
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from embedded_hub.large_files import GitFile
from embedded_hub.repository import Content, Repository, Settings

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from pathlib import Path

    from embedded_hub.git_objects import Commit


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What the API tells of a repository; `license` is an SPDX identifier, `parent` the number of what it forks."""

    number: int
    created_at: datetime
    default_branch: str = "main"
    description: str | None = None
    license: str | None = None
    stars: int = 0
    private: bool = False
    archived: bool = False
    readers: tuple[str, ...] = ()
    parent: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Asset:
    """A file of a release; `digest` is what the API says of it since 2025, `sha256:<hex>`."""

    number: int
    name: str
    content: bytes
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """A release: the tag it is made of, and its files."""

    number: int
    tag: str
    name: str
    prerelease: bool
    assets: tuple[Asset, ...]

    def asset(self, name: str) -> Asset | None:
        """Return the file of this name."""
        return next((asset for asset in self.assets if asset.name == name), None)


class GitHubRepository:
    """A bare git repository with GitHub's operations on it. Safe to use from many threads."""

    def __init__(self, name: str, git: Repository, facts: Facts) -> None:
        self.name = name
        self.git = git
        self.facts = facts
        self.releases: tuple[Release, ...] = ()
        """Newest first."""
        self._lock = threading.RLock()
        self._point_head()

    @classmethod
    def create(cls, name: str, directory: Path, facts: Facts, objects: Path | None = None) -> GitHubRepository:
        """Make an empty repository on disk; `objects` are those of the repository that this one forks."""
        created = facts.created_at.isoformat()
        settings = Settings(identifier=f"{facts.number:024x}", repo_type="model", created_at=created)
        git = Repository.create(name, directory, settings)
        if objects is not None:
            # GitHub keeps the objects of a repository and of all its forks in one place.
            for folder in sorted((directory / "objects").iterdir()):
                folder.rmdir()
            (directory / "objects").rmdir()
            (directory / "objects").symlink_to(objects, target_is_directory=True)
        return cls(name, git, facts)

    @property
    def owner(self) -> str:
        """The login of the owner."""
        return self.name.partition("/")[0]

    def update(self, **changes: Any) -> None:  # noqa: ANN401 - the fields of Facts
        """Change facts: `default_branch="trunk"`, `private=True`, `license=None` and so on."""
        with self._lock:
            self.facts = replace(self.facts, **changes)
            self._point_head()

    def commit(
        self,
        files: Mapping[str, Content | None],
        *,
        branch: str | None = None,
        message: str = "Update",
        author: str | None = None,
        date: datetime | None = None,
        whole: bool = False,
    ) -> str:
        """Add a commit to a branch (the default one when left out) and return its id.

        Bytes go into git whatever their name or size; `LfsFile` asks for Git LFS. A new branch starts at the default
        one. The other arguments are those of `embedded_hub.Repository.commit`.
        """
        with self._lock:
            name = self._reference(branch or self.facts.default_branch)
            known = self.git.refs()
            start = known.get(self._reference(self.facts.default_branch))
            if name not in known and start is not None:
                self.git.move(name, start)
            author = author or self.owner
            return self.git.commit(
                _contents(files), branch=name, message=message, author=author, date=date, whole=whole
            )

    def tag(self, name: str, target: str | None = None, *, message: str | None = None) -> str:
        """Tag a revision (the default branch when left out) and return its commit; a message makes it annotated."""
        return self.git.tag(name, target or self.facts.default_branch, message=message)

    def branch(self, name: str, target: str | None = None) -> str:
        """Create a branch at a revision (the default branch when left out) and return its commit."""
        return self.move(name, target or self.facts.default_branch)

    def move(self, branch: str, target: str) -> str:
        """Point a branch (or full ref) at a revision, creating or force-pushing it; return the commit."""
        return self.git.move(branch, target)

    def delete(self, ref: str) -> None:
        """Delete a full ref such as `refs/heads/dev` or `refs/tags/v1`."""
        self.git.delete_ref(ref)

    def pull_request(self, number: int, files: Mapping[str, Content | None], *, message: str = "Fix") -> str:
        """Add a commit to `refs/pull/<number>/head`, which starts at the default branch, and return its id."""
        return self.commit(files, branch=f"refs/pull/{number}/head", message=message)

    def lose(self, commit: str) -> None:
        """Forget a commit, as after a force-push and garbage collection; move its branches away first."""
        self.git.lose(commit)

    def release(
        self, tag: str, assets: Mapping[str, bytes], *, name: str | None = None, prerelease: bool = False
    ) -> Release:
        """Publish files under a tag, which is made if it is missing; a release of the same tag is replaced."""
        with self._lock:
            if f"refs/tags/{tag}" not in self.git.refs():
                self.tag(tag)
            number = 1 + max((release.number for release in self.releases), default=0)
            files = tuple(_asset(number, index, *item) for index, item in enumerate(assets.items(), start=1))
            release = Release(number=number, tag=tag, name=name or tag, prerelease=prerelease, assets=files)
            self.releases = (release, *(other for other in self.releases if other.tag != tag))
            return release

    def resolve(self, revision: str) -> str:
        """Return the commit of a branch, a tag, a full ref or a commit id of 7 to 40 digits.

        Raises:
            embedded_hub.repository.RevisionMissingError: nothing has this name.
        """
        return self.git.resolve(revision)

    def branches(self) -> dict[str, str]:
        """Return all branches with their commits."""
        return self._below("refs/heads/")

    def tags(self) -> dict[str, str]:
        """Return all tags with the commits they lead to, the last name first, as GitHub lists them."""
        return dict(reversed(self._below("refs/tags/").items()))

    def contains(self, commit: str) -> bool:
        """Tell whether a branch or a tag leads to a commit: what cannot be said of the commits of forks."""
        heads = {*self.branches().values(), *self.tags().values()}
        return any(commit == ancestor.id for head in sorted(heads) for ancestor in self.git.history(head))

    def pushed(self) -> Commit | None:
        """Return the newest commit at the end of a branch."""
        heads = [self.git.objects.read_commit(commit) for commit in self.branches().values()]
        return max(heads, key=lambda commit: (commit.date, commit.id), default=None)

    def _below(self, start: str) -> dict[str, str]:
        return {name.removeprefix(start): commit for name, commit in self.git.refs().items() if name.startswith(start)}

    def _reference(self, branch: str) -> str:
        return branch if branch.startswith("refs/") else f"refs/heads/{branch}"

    def _point_head(self) -> None:
        (self.git.directory / "HEAD").write_text(f"ref: refs/heads/{self.facts.default_branch}\n")


def _contents(files: Mapping[str, Content | None]) -> dict[str, Content | None]:
    return {path: GitFile(content) if isinstance(content, bytes) else content for path, content in files.items()}


def _asset(release: int, index: int, name: str, content: bytes) -> Asset:
    digest = f"sha256:{hashlib.sha256(content).hexdigest()}"
    return Asset(number=1000 * release + index, name=name, content=content, digest=digest)
