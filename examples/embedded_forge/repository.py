"""The Git of a forge: one bare repository, whose refs are git's and whose merges git computes."""

from __future__ import annotations

import os
import re
import subprocess
import threading
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from embedded_hub.git_objects import DIRECTORY_MODE, FILE_MODE, ObjectMissingError, ObjectStore, TreeEntry

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

NOTHING = "0" * 40
"""What git calls a ref that is not there."""
SUBMODULE_MODE = "160000"
_PERSON = re.compile(r"(?P<name>.*?) ?<(?P<email>[^<>]*)> (?P<seconds>\d+) [+-]\d{4}")
_NAMES = {"GIT_AUTHOR_NAME": "forge", "GIT_AUTHOR_EMAIL": "forge@forge.example"}
_QUIET = {
    **_NAMES,
    **{name.replace("AUTHOR", "COMMITTER"): value for name, value in _NAMES.items()},
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    "LC_ALL": "C",
}


class MovedError(Exception):
    """A ref is not where it was expected, or would lose commits."""


class GitRefusedError(Exception):
    """Git does not do it; the message is git's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Who wrote a commit, and when."""

    name: str
    email: str
    date: datetime

    def line(self) -> str:
        """Return how git writes it."""
        return f"{self.name} <{self.email}> {int(self.date.timestamp())} +0000"


@dataclass(frozen=True, slots=True, kw_only=True)
class Commit:
    """A commit; `message` is without the line breaks at its end."""

    sha: str
    tree: str
    parents: tuple[str, ...]
    author: Person
    committer: Person
    message: str


class Bare:
    """A bare repository. Refs may be changed from many threads, and by `git push` besides."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        directory.mkdir(parents=True, exist_ok=True)
        self.lock = threading.RLock()
        self.git("init", "--quiet", "--bare", "--initial-branch=main", ".")
        self.objects = ObjectStore(directory)

    def git(self, *arguments: str, given: bytes = b"", fine: tuple[int, ...] = (0,)) -> str:
        """Return what git writes.

        Raises:
            GitRefusedError: it ended with another status than those of `fine`.
        """
        others = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
        command = ["git", "-C", os.fspath(self.directory), *arguments]
        done = subprocess.run(command, input=given, capture_output=True, check=False, env=others | _QUIET)
        if done.returncode not in fine:
            raise GitRefusedError(done.stderr.decode("utf-8", "replace").strip())
        return done.stdout.decode("utf-8", "replace")

    # -- refs ----------------------------------------------------------------------------------------------------------

    def refs(self, prefix: str = "refs/heads/") -> dict[str, str]:
        """Return every ref below `prefix` (its whole name, sorted) and where it is."""
        lines = self.git("for-each-ref", "--format=%(refname) %(objectname)", prefix.rstrip("/")).splitlines()
        return dict(line.split(" ") for line in lines)

    def head(self, branch: str) -> str | None:
        """Return where a branch is, or None."""
        return self.ref(f"refs/heads/{branch}")

    def ref(self, name: str) -> str | None:
        """Return where a ref (its whole name) is, or None."""
        return self.git("rev-parse", "--verify", "--quiet", name, fine=(0, 1, 128)).strip() or None

    def resolve(self, revision: str) -> str | None:
        """Return the commit of a branch, a tag, or a whole commit id; None where there is none."""
        if not revision or revision.startswith("-") or re.search(r"[\s~^:?*\[\\]|\.\.|@\{", revision):
            return None
        names = [f"refs/heads/{revision}", f"refs/tags/{revision}"]
        names += [revision] if re.fullmatch(r"[0-9a-f]{40}", revision) or revision.startswith("refs/") else []
        for name in names:
            found = self.git("rev-parse", "--verify", "--quiet", f"{name}^{{commit}}", fine=(0, 1, 128)).strip()
            if found:
                return found
        return None

    def set_ref(self, name: str, new: str, *, expected: str | None = None, force: bool = False) -> None:
        """Let a ref (its whole name) be at a commit. `expected` is where it has to be now, `NOTHING` if nowhere.

        Raises:
            MovedError: it is elsewhere; or without `force`, the commit does not follow the one that it is at.
            GitRefusedError: it is no name for a ref, or there is no such commit.
        """
        with self.lock:
            now = self.ref(name)
            if expected is not None and expected != (now or NOTHING):
                raise MovedError(name)
            if now and not force and not self.is_ancestor(now, new):
                raise MovedError(name)
            self.git("update-ref", name, new, now or NOTHING)

    def delete_ref(self, name: str) -> None:
        """Delete a ref.

        Raises:
            GitRefusedError: there is none.
        """
        with self.lock:
            if self.ref(name) is None:
                raise GitRefusedError(f"Reference does not exist: {name}")
            self.git("update-ref", "-d", name)

    # -- objects -------------------------------------------------------------------------------------------------------

    def kind(self, sha: str) -> str | None:
        """Return the kind of an object, or None where there is none."""
        try:
            return self.objects.read(sha)[0] if re.fullmatch(r"[0-9a-f]{40}", sha) else None
        except (ObjectMissingError, OSError):
            return None

    def blob(self, content: bytes) -> str:
        """Store some bytes."""
        return self.objects.write("blob", content)

    def content(self, sha: str) -> bytes:
        """Return the bytes of a blob.

        Raises:
            ObjectMissingError: there is none.
        """
        kind, content = self.objects.read(sha)
        if kind != "blob":
            raise ObjectMissingError(sha)
        return content

    def files(self, tree: str) -> dict[str, TreeEntry]:
        """Return the files of a tree with all below it, by their paths; `name` of an entry is its last part."""
        found: dict[str, TreeEntry] = {}
        for entry in self.objects.read_tree(tree):
            if entry.mode == DIRECTORY_MODE:
                found |= {f"{entry.name}/{path}": below for path, below in self.files(entry.id).items()}
            else:
                found[entry.name] = entry
        return found

    def tree(self, files: Mapping[str, TreeEntry]) -> str:
        """Store the tree of these files, by their paths, with all trees below it."""
        below: dict[str, dict[str, TreeEntry]] = {}
        entries: list[tuple[str, str, str]] = []
        for path, entry in files.items():
            first, slash, rest = path.partition("/")
            if slash:
                below.setdefault(first, {})[rest] = entry
            else:
                entries.append((first, entry.mode, entry.id))
        entries += [(name, DIRECTORY_MODE, self.tree(inside)) for name, inside in below.items()]
        entries.sort(key=lambda one: (one[0] + "/" if one[1] == DIRECTORY_MODE else one[0]).encode())
        raw = b"".join(f"{mode} {name}".encode() + b"\0" + bytes.fromhex(sha) for name, mode, sha in entries)
        return self.objects.write("tree", raw)

    def edited(self, tree: str | None, edits: Mapping[str, bytes | None]) -> str:
        """Store a tree with some files written, or removed (None); the mode of a file that is there stays."""
        files = self.files(tree) if tree else {}
        for path, content in edits.items():
            if content is None:
                files.pop(path, None)
                continue
            mode = files[path].mode if path in files else FILE_MODE
            files[path] = TreeEntry(mode=mode, name=path.rpartition("/")[2], id=self.blob(content))
        return self.tree(files)

    def commit(
        self, *, tree: str, parents: tuple[str, ...], message: str, author: Person, committer: Person | None = None
    ) -> str:
        """Store a commit."""
        lines = [f"tree {tree}", *(f"parent {parent}" for parent in parents)]
        lines += [f"author {author.line()}", f"committer {(committer or author).line()}", "", message.rstrip("\n")]
        return self.objects.write("commit", ("\n".join(lines) + "\n").encode())

    def read_commit(self, sha: str) -> Commit:
        """Return a commit.

        Raises:
            ObjectMissingError: there is none.
        """
        kind, content = self.objects.read(sha)
        if kind != "commit":
            raise ObjectMissingError(sha)
        head, _, message = content.decode("utf-8", "replace").partition("\n\n")
        fields = [line.split(" ", 1) for line in head.split("\n") if not line.startswith(" ")]
        people = {key: _person(value) for key, value in fields if key in {"author", "committer"}}
        return Commit(
            sha=sha,
            tree=next(value for key, value in fields if key == "tree"),
            parents=tuple(value for key, value in fields if key == "parent"),
            author=people["author"],
            committer=people["committer"],
            message=message.rstrip("\n"),
        )

    def read(self, path: str, commit: str) -> bytes | None:
        """Return a file of a commit, or None where it has no such file."""
        entry = self.entry(path, commit)
        blob = entry is not None and entry.mode not in {DIRECTORY_MODE, SUBMODULE_MODE}
        return self.content(entry.id) if entry and blob else None

    def entry(self, path: str, commit: str) -> TreeEntry | None:
        """Return a file or a directory of a commit, or None."""
        tree = self.read_commit(commit).tree
        *folders, last = path.strip("/").split("/")
        for folder in folders:
            found = {entry.name: entry for entry in self.objects.read_tree(tree)}.get(folder)
            if found is None or found.mode != DIRECTORY_MODE:
                return None
            tree = found.id
        return {entry.name: entry for entry in self.objects.read_tree(tree)}.get(last)

    # -- history -------------------------------------------------------------------------------------------------------

    def log(self, *arguments: str) -> list[str]:
        """Return the commits that `git rev-list` finds, newest first."""
        return self.git("rev-list", *arguments, "--").split()

    def merge_base(self, one: str, other: str) -> str | None:
        """Return the newest commit that both have, or None."""
        return self.git("merge-base", one, other, fine=(0, 1)).strip() or None

    def is_ancestor(self, old: str, new: str) -> bool:
        """Return whether `new` has `old`."""
        return self.git("merge-base", old, new, fine=(0, 1)).strip() == old

    def merged_tree(self, base: str, head: str) -> str | None:
        """Return the tree of a merge, or None where it conflicts."""
        said = self.git("merge-tree", "--write-tree", base, head, fine=(0, 1)).splitlines()
        # A conflict is told in more lines than the id of the tree.
        return said[0] if len(said) == 1 else None


def _person(text: str) -> Person:
    found = _PERSON.fullmatch(text)
    if found is None:
        raise ValueError(text)
    return Person(name=found["name"], email=found["email"], date=datetime.fromtimestamp(int(found["seconds"]), UTC))
