"""All repositories and users of the hub, and the names that lead to them."""

from __future__ import annotations

import hashlib
import json
import shutil
import threading
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Literal

from embedded_hub.large_files import ATTRIBUTES
from embedded_hub.repository import Content, Repository, Settings

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

RepoType = Literal["model", "dataset", "space"]

FIRST_DAY = datetime(2024, 1, 1, tzinfo=UTC)
"""When repositories are made unless a date is given; a name that is made again is a day younger each time."""

_NAMES = "names.json"
_SUFFIX = ".git"


class Repositories:
    """The repositories below one folder: `<root>/<type>s/<owner>/<name>.git`. Safe to use from many threads."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.users: dict[str, str] = {}
        """Access token -> user name. A token that is not here is refused."""
        self._lock = threading.RLock()
        self._repositories: dict[tuple[str, str], Repository] = {}
        self._moved: dict[tuple[str, str], str] = {}
        self._made: dict[tuple[str, str], int] = {}
        self._load()

    def __iter__(self) -> Iterator[Repository]:
        """Iterate over all repositories, sorted by type and name."""
        return iter([repository for _, repository in sorted(self._repositories.items())])

    def __getitem__(self, name: str) -> Repository:
        """Return the model repository of exactly this name."""
        return self._repositories["model", name]

    def get(self, name: str, repo_type: str = "model") -> Repository | None:
        """Return the repository of exactly this name, or None."""
        return self._repositories.get((repo_type, name))

    def moved_to(self, name: str, repo_type: str = "model") -> str | None:
        """Return the present name of a repository that used to have this one, or None."""
        found = self._moved.get((repo_type, name))
        return found if found is None else self.moved_to(found, repo_type) or found

    def create(
        self,
        name: str,
        files: Mapping[str, Content] | None = None,
        *,
        repo_type: RepoType = "model",
        gated: Literal[False, "auto", "manual"] = False,
        private: bool = False,
        created_at: datetime | None = None,
        message: str = "Upload model",
    ) -> Repository:
        """Make a repository as the hub does: an initial commit with `.gitattributes`, then one with `files`.

        Raises:
            FileExistsError: there is one of this name.
        """
        with self._lock:
            key = (repo_type, name)
            if key in self._repositories:
                raise FileExistsError(name)
            date = created_at or FIRST_DAY + timedelta(days=self._made.get(key, 0))
            settings = Settings(
                identifier=identifier(name, date),
                repo_type=repo_type,
                created_at=date.isoformat(),
                gated=gated,
                private=private,
            )
            repository = Repository.create(name, self._path(key), settings)
            self._repositories[key] = repository
            self._made[key] = self._made.get(key, 0) + 1
            self._moved.pop(key, None)
            self._save()
        repository.commit({".gitattributes": ATTRIBUTES}, message="initial commit")
        if files:
            repository.commit(files, message=message)
        return repository

    def rename(self, old: str, new: str, *, repo_type: RepoType = "model") -> None:
        """Give a repository another name; the old one redirects to it."""
        with self._lock:
            repository = self._repositories.pop((repo_type, old))
            target = self._path((repo_type, new))
            target.parent.mkdir(parents=True, exist_ok=True)
            repository.directory.rename(target)
            self._repositories[repo_type, new] = Repository(new, target)
            self._moved.pop((repo_type, new), None)
            self.alias(old, new, repo_type=repo_type)

    def alias(self, legacy: str, name: str, *, repo_type: RepoType = "model") -> None:
        """Let a name redirect to another, as `gpt2` does to `openai-community/gpt2`."""
        with self._lock:
            self._moved[repo_type, legacy] = name
            self._save()

    def delete(self, name: str, *, repo_type: RepoType = "model") -> None:
        """Delete a repository; one made later under the same name has another identifier."""
        with self._lock:
            repository = self._repositories.pop((repo_type, name))
            shutil.rmtree(repository.directory)

    def _path(self, key: tuple[str, str]) -> Path:
        return self.root.joinpath(f"{key[0]}s", *f"{key[1]}{_SUFFIX}".split("/"))

    def _load(self) -> None:
        self.root.mkdir(parents=True, exist_ok=True)
        for settings in sorted(self.root.glob(f"*/**/*{_SUFFIX}/hub.json")):
            folder = settings.parent
            parts = folder.relative_to(self.root).parts
            key = (parts[0].removesuffix("s"), "/".join(parts[1:]).removesuffix(_SUFFIX))
            self._repositories[key] = Repository(key[1], folder)
        if (self.root / _NAMES).exists():
            stored = json.loads((self.root / _NAMES).read_bytes())
            self._moved = {(kind, old): new for kind, old, new in stored["moved"]}
            self._made = {(kind, name): count for kind, name, count in stored["made"]}

    def _save(self) -> None:
        moved = [[*key, new] for key, new in sorted(self._moved.items())]
        made = [[*key, count] for key, count in sorted(self._made.items())]
        (self.root / _NAMES).write_text(json.dumps({"moved": moved, "made": made}, indent=1))


def identifier(name: str, created_at: datetime) -> str:
    """Return 24 hex digits as the hub's database gives: eight of the time, the rest here of the name."""
    digest = hashlib.sha256(f"{name}@{created_at.isoformat()}".encode()).hexdigest()
    return f"{int(created_at.timestamp()):08x}{digest[:16]}"
