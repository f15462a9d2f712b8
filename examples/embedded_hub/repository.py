"""One repository of the hub: a bare git repository, its large files and the hub's own settings for it."""

from __future__ import annotations

import heapq
import json
import os
import re
import subprocess
import threading
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal

from embedded_hub.git_objects import COMMIT_ID_LENGTH, DIRECTORY_MODE, Commit, ObjectMissingError, ObjectStore
from embedded_hub.large_files import (
    GitFile,
    LargeFileStore,
    LfsFile,
    Pointer,
    SimulatedFile,
    is_large,
    parse_pointer,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

Content = bytes | LfsFile | GitFile | SimulatedFile

_SETTINGS = "hub.json"
_REVISION = re.compile(r"(?!.*(?:\.\.|//|@\{|\.lock(?:/|$)))[^\x00-\x20~^:?*\[\\/.-][^\x00-\x20~^:?*\[\\]*")
_HEX = re.compile(r"[0-9a-f]{7,40}")


class RevisionMissingError(LookupError):
    """Neither a branch, a tag, a full ref nor a commit has this name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What the hub knows of a repository beside git; kept in `hub.json` inside it.

    `identifier` is the 24 hex digits that survive a rename but not a delete; `readers` are users with access to it;
    `security` maps a path to a scan level other than `safe`.
    """

    identifier: str
    repo_type: str
    created_at: str
    gated: Literal[False, "auto", "manual"] = False
    private: bool = False
    disabled: bool = False
    downloads: int = 0
    likes: int = 0
    readers: tuple[str, ...] = ()
    security: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A file or directory of a commit: `id` is its git id, `size` the size of the file itself (0 for a directory)."""

    path: str
    kind: Literal["file", "directory"]
    id: str
    size: int
    lfs: Pointer | None = None


class Repository:
    """A bare git repository with the hub's operations on it. Safe to use from many threads."""

    def __init__(self, name: str, directory: Path) -> None:
        self.name = name
        self.directory = directory
        self.objects = ObjectStore(directory)
        self.large_files = LargeFileStore(directory)
        self._lock = threading.RLock()
        stored = json.loads((directory / _SETTINGS).read_bytes())
        tuples = {key: tuple(map(_tuple, value)) for key, value in stored.items() if isinstance(value, list)}
        self.settings = Settings(**stored | tuples)
        self._blobs: dict[str, tuple[int, Pointer | None]] = {}
        self._listings: dict[str, dict[str, Entry]] = {}
        self._histories: dict[str, tuple[Commit, ...]] = {}
        self.facts: dict[str, Any] = {}
        """Whatever was worked out about a commit, by its id; commits never change."""

    @classmethod
    def create(cls, name: str, directory: Path, settings: Settings) -> Repository:
        """Make an empty repository on disk."""
        command = ["git", "init", "--quiet", "--bare", "--template=", "--initial-branch=main", os.fspath(directory)]
        subprocess.run(command, check=True, capture_output=True, env=_quiet_environment())
        (directory / _SETTINGS).write_text(json.dumps(asdict(settings), indent=1))
        return cls(name, directory)

    def update(self, **changes: Any) -> None:  # noqa: ANN401 - the fields of Settings
        """Change settings: `gated="auto"`, `private=True`, `disabled=True`, `readers=("ada",)` and so on."""
        with self._lock:
            self.settings = replace(self.settings, **changes)
            (self.directory / _SETTINGS).write_text(json.dumps(asdict(self.settings), indent=1))

    def gate(self, mode: Literal[False, "auto", "manual"] = "auto") -> None:
        """Ask users for access before they get files; False opens the repository again."""
        self.update(gated=mode)

    def grant(self, user: str) -> None:
        """Give a user access to a gated or private repository."""
        self.update(readers=(*self.settings.readers, user))

    def commit(
        self,
        files: Mapping[str, Content | None],
        *,
        branch: str = "main",
        message: str = "Upload files",
        author: str | None = None,
        date: datetime | None = None,
        whole: bool = False,
    ) -> str:
        """Add a commit to a branch and return its id.

        Args:
            files: path -> new content, or None to remove it. Plain bytes go to LFS where the hub would put them there.
            branch: a branch name, or a full ref such as `refs/pr/1`; a new one starts at `main` if there is a `main`.
            message: title, and after an empty line the body.
            author: user name; the owner of the repository when left out.
            date: the author date; an hour after the parent's when left out, so that ids are the same on every run.
            whole: the commit holds exactly `files`, nothing of its parent.
        """
        with self._lock:
            ref = branch if branch.startswith("refs/") else f"refs/heads/{branch}"
            parent = self._read_ref(ref) or self._read_ref("refs/heads/main")
            kept = (
                {}
                if whole or parent is None
                else {e.path: e.id for e in self.listing(parent).values() if e.kind == "file"}
            )
            for path, content in files.items():
                kept.pop(path, None)
                if content is not None:
                    kept[path] = self._write(path, content)
            commit = self.objects.write_commit(
                tree=self.objects.write_tree(kept),
                parents=() if parent is None else (parent,),
                author=author or self.name.partition("/")[0],
                date=date or self._next_date(parent),
                message=message,
            )
            self.move(ref, commit)
            return commit

    def move(self, branch: str, target: str) -> str:
        """Point a branch (or full ref) at a revision, creating or force-pushing it; return the commit."""
        commit = target if len(target) == COMMIT_ID_LENGTH else self.resolve(target)
        self._write_ref(branch if branch.startswith("refs/") else f"refs/heads/{branch}", commit)
        return commit

    def tag(self, name: str, target: str = "main", *, message: str | None = None) -> str:
        """Tag a revision and return its commit; with a message the tag is an annotated one."""
        commit = self.objects.read_commit(self.resolve(target))
        pointed = commit.id
        if message is not None:
            author = self.name.partition("/")[0]
            pointed = self.objects.write_tag(
                name=name, target=commit.id, author=author, date=commit.date, message=message
            )
        self._write_ref(f"refs/tags/{name}", pointed)
        return commit.id

    def pull_request(
        self, number: int, files: Mapping[str, Content | None], *, message: str = "Open a pull request"
    ) -> str:
        """Add a commit to `refs/pr/<number>`, which starts at `main`, and return its id."""
        return self.commit(files, branch=f"refs/pr/{number}", message=message)

    def delete_ref(self, ref: str) -> None:
        """Delete a full ref such as `refs/heads/dev` or `refs/tags/v1`."""
        environment = _quiet_environment()
        subprocess.run(["git", "-C", os.fspath(self.directory), "update-ref", "-d", ref], check=True, env=environment)

    def lose(self, commit: str) -> None:
        """Forget a commit, as after a force-push and garbage collection; move its branches away first."""
        with self._lock:
            self.objects.remove(commit)
            for cache in (self._listings, self._histories, self.facts):
                cache.clear()

    def refs(self) -> dict[str, str]:
        """Return all refs with the commits they lead to, annotated tags peeled, sorted by name."""
        names = {name for name, _ in self._packed_refs()}
        root = self.directory / "refs"
        for folder, _, files in os.walk(root):
            below = os.path.relpath(folder, self.directory).replace(os.sep, "/")
            names.update(f"{below}/{file}" for file in files if not file.endswith(".lock"))
        commits = {name: self._read_ref(name) for name in sorted(names)}
        return {name: commit for name, commit in commits.items() if commit is not None}

    def resolve(self, revision: str) -> str:
        """Return the commit that a branch, a tag, a full ref or a (7 to 40 digit) commit id names, in this order.

        Raises:
            RevisionMissingError: nothing has this name.
        """
        if _REVISION.fullmatch(revision) is None or revision.endswith("/"):
            raise RevisionMissingError(revision)
        # A whole commit id is by far the most common revision, and no branch of a hub may be called like one.
        if len(revision) != COMMIT_ID_LENGTH or _HEX.fullmatch(revision) is None:
            refs = [f"refs/heads/{revision}", f"refs/tags/{revision}"] + [revision] * revision.startswith("refs/")
            found = next(filter(None, map(self._read_ref, refs)), None)
            if found is not None:
                return found
        if _HEX.fullmatch(revision) is None:
            raise RevisionMissingError(revision)
        try:
            return self.objects.read_commit(self.objects.expand(revision)).id
        except ObjectMissingError:
            raise RevisionMissingError(revision) from None

    def listing(self, commit: str) -> dict[str, Entry]:
        """Return everything a commit holds by path: directories first, then files, each sorted."""
        found = self._listings.get(commit)
        if found is None:
            entries = sorted(self._walk(self.objects.read_commit(commit).tree, ""), key=lambda e: (e.kind, e.path))
            found = self._listings[commit] = {entry.path: entry for entry in entries}
        return found

    def history(self, commit: str) -> tuple[Commit, ...]:
        """Return a commit and all its ancestors, newest first."""
        found = self._histories.get(commit)
        if found is None:
            found = self._histories[commit] = tuple(self._ancestors(commit))
        return found

    def last_commits(self, commit: str) -> dict[str, Commit]:
        """Return for each path of a commit the newest commit on its first-parent line that changed it."""
        current = self.objects.read_commit(commit)
        pending = {path: entry.id for path, entry in self.listing(commit).items()}
        found: dict[str, Commit] = {}
        while pending:
            parent = self.objects.read_commit(current.parents[0]) if current.parents else None
            before = self.listing(parent.id) if parent else {}
            changed = [path for path, name in pending.items() if path not in before or before[path].id != name]
            found |= dict.fromkeys(changed, current)
            pending = {path: name for path, name in pending.items() if path not in found}
            current = parent or current
        return found

    def content(self, entry: Entry) -> bytes | Path:
        """Return the bytes of a file, or for a large file where they are."""
        return self.large_files.path(entry.lfs.sha256) if entry.lfs else self.objects.read(entry.id)[1]

    def _write(self, path: str, content: Content) -> str:
        match content:
            case LfsFile(content=data):
                return self.objects.write("blob", self.large_files.write(data))
            case GitFile(content=data):
                return self.objects.write("blob", data)
            case SimulatedFile():
                return self.objects.write("blob", self.large_files.simulate(content))
            case _ if is_large(path, content):
                return self.objects.write("blob", self.large_files.write(content))
            case _:
                return self.objects.write("blob", content)

    def _next_date(self, parent: str | None) -> datetime:
        if parent is None:
            return datetime.fromisoformat(self.settings.created_at).astimezone(UTC)
        return self.objects.read_commit(parent).date + timedelta(hours=1)

    def _walk(self, tree: str, above: str) -> list[Entry]:
        entries = []
        for entry in self.objects.read_tree(tree):
            path = above + entry.name
            if entry.mode == DIRECTORY_MODE:
                entries.append(Entry(path=path, kind="directory", id=entry.id, size=0))
                entries += self._walk(entry.id, path + "/")
            else:
                size, pointer = self._blob(entry.id)
                entries.append(Entry(path=path, kind="file", id=entry.id, size=size, lfs=pointer))
        return entries

    def _blob(self, name: str) -> tuple[int, Pointer | None]:
        found = self._blobs.get(name)
        if found is None:
            content = self.objects.read(name)[1]
            pointer = parse_pointer(content)
            found = self._blobs[name] = (pointer.size if pointer else len(content), pointer)
        return found

    def _ancestors(self, commit: str) -> list[Commit]:
        newest = self.objects.read_commit(commit)
        heap = [(-newest.date.timestamp(), newest.id)]
        seen = {newest.id}
        ordered = []
        while heap:
            current = self.objects.read_commit(heapq.heappop(heap)[1])
            ordered.append(current)
            for parent in current.parents:
                if parent not in seen:
                    seen.add(parent)
                    heapq.heappush(heap, (-self.objects.read_commit(parent).date.timestamp(), parent))
        return ordered

    def _packed_refs(self) -> list[tuple[str, str]]:
        try:
            text = (self.directory / "packed-refs").read_text()
        except FileNotFoundError:
            return []
        lines = [line.split(" ") for line in text.splitlines() if line[0] not in "#^"]
        return [(name, commit) for commit, name in lines]

    def _read_ref(self, ref: str) -> str | None:
        try:
            found: str | None = (self.directory / ref).read_text().strip()
        except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
            found = dict(self._packed_refs()).get(ref)
        try:
            return self.objects.read_commit(found).id if found else None
        except ObjectMissingError:
            return None

    def _write_ref(self, ref: str, target: str) -> None:
        path = self.directory / ref
        path.parent.mkdir(parents=True, exist_ok=True)
        beside = path.with_name(f"{path.name}.{threading.get_ident()}.lock")
        beside.write_text(target + "\n")
        beside.replace(path)


def _tuple(value: Any) -> Any:  # noqa: ANN401 - JSON
    return tuple(value) if isinstance(value, list) else value


def _quiet_environment() -> dict[str, str]:
    others = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    return others | {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
