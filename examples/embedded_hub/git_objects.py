"""Git's loose objects, read and written in this process.

A hub answers thousands of requests about immutable objects; starting `git` for each would cost more than the answer.
What is written here is ordinary git (the tests run `git fsck` and `git clone` on it). Objects that git itself has put
into packs are read through `git cat-file`. Format: git-scm.com/docs/gitformat-pack and "Git Internals - Git Objects".
"""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import threading
import zlib
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

COMMIT_ID_LENGTH = 40
"""Hex digits of a whole id."""

DIRECTORY_MODE = "40000"
FILE_MODE = "100644"

_IDENTITY = re.compile(rb"(?P<name>.*) <(?P<mail>.*)> (?P<seconds>\d+) [+-]\d{4}")


class ObjectMissingError(LookupError):
    """The store has no object with this id (or none with this abbreviated id)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TreeEntry:
    """One line of a tree: a file or a directory directly below it."""

    mode: str
    name: str
    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Commit:
    """A commit; `date` is its author date in UTC, `message` the whole text without the last newline."""

    id: str
    tree: str
    parents: tuple[str, ...]
    author: str
    date: datetime
    message: str

    @property
    def title(self) -> str:
        """The first line of the message."""
        return self.message.partition("\n")[0]

    @property
    def body(self) -> str:
        """The message without its title."""
        return self.message.partition("\n")[2].strip("\n")


Parsed = Commit | tuple[TreeEntry, ...] | str
"""A commit, the entries of a tree, or the id of the object that a tag points at."""


def object_id(kind: str, content: bytes) -> str:
    """Return the SHA-1 that git gives an object."""
    return hashlib.sha1(_header(kind, content) + content, usedforsecurity=False).hexdigest()


class ObjectStore:
    """The `objects` folder of one bare repository. Safe to use from many threads."""

    def __init__(self, repository: Path) -> None:
        self._repository = repository
        self._directory = repository / "objects"
        self._parsed: dict[str, Parsed] = {}

    def write(self, kind: str, content: bytes) -> str:
        """Store an object of kind `blob`, `tree`, `commit` or `tag` and return its id."""
        name = object_id(kind, content)
        path = self._path(name)
        if not path.exists():
            path.parent.mkdir(exist_ok=True)
            beside = path.with_name(f"{path.name}.{threading.get_ident()}")
            beside.write_bytes(zlib.compress(_header(kind, content) + content, 1))
            beside.replace(path)
        return name

    def write_tree(self, files: Mapping[str, str]) -> str:
        """Store the nested trees that hold `files` (path -> blob id) and return the id of the root."""
        directories: dict[str, dict[str, str]] = {}
        entries: list[tuple[str, str, str]] = []
        for path, blob in files.items():
            head, slash, rest = path.partition("/")
            if slash:
                directories.setdefault(head, {})[rest] = blob
            else:
                entries.append((head, FILE_MODE, blob))
        entries += [(name, DIRECTORY_MODE, self.write_tree(below)) for name, below in directories.items()]
        # Git sorts a directory as if its name ended with a slash.
        entries.sort(key=lambda entry: (entry[0] + "/" if entry[1] == DIRECTORY_MODE else entry[0]).encode())
        return self.write(
            "tree", b"".join(f"{mode} {name}".encode() + b"\0" + bytes.fromhex(i) for name, mode, i in entries)
        )

    def write_commit(self, *, tree: str, parents: Iterable[str], author: str, date: datetime, message: str) -> str:
        """Store a commit by `author` at `date` (whole seconds, UTC) and return its id."""
        signature = f"{author} <{author}@users.noreply.example> {int(date.timestamp())} +0000"
        lines = [f"tree {tree}", *(f"parent {parent}" for parent in parents)]
        lines += [f"author {signature}", f"committer {signature}", "", message]
        return self.write("commit", ("\n".join(lines) + "\n").encode())

    def write_tag(self, *, name: str, target: str, author: str, date: datetime, message: str) -> str:
        """Store an annotated tag that points at the commit `target` and return its id."""
        signature = f"{author} <{author}@users.noreply.example> {int(date.timestamp())} +0000"
        text = f"object {target}\ntype commit\ntag {name}\ntagger {signature}\n\n{message}\n"
        return self.write("tag", text.encode())

    def read(self, name: str) -> tuple[str, bytes]:
        """Return kind and content of the object `name` (40 hex digits).

        Raises:
            ObjectMissingError: there is none.
        """
        try:
            raw = zlib.decompress(self._path(name).read_bytes())
        except FileNotFoundError:
            return self._read_packed(name)
        header, _, content = raw.partition(b"\0")
        return header.split()[0].decode(), content

    def read_tree(self, name: str) -> tuple[TreeEntry, ...]:
        """Return the entries of a tree, in git's order."""
        parsed = self._parse(name)
        if not isinstance(parsed, tuple):
            raise ObjectMissingError(name)
        return parsed

    def read_commit(self, name: str) -> Commit:
        """Return the commit `name`; an annotated tag is followed to its commit."""
        parsed = self._parse(name)
        if isinstance(parsed, str):
            return self.read_commit(parsed)
        if isinstance(parsed, tuple):
            raise ObjectMissingError(name)
        return parsed

    def expand(self, prefix: str) -> str:
        """Return the only object whose id starts with `prefix` (7 to 40 hex digits).

        Raises:
            ObjectMissingError: none or several do.
        """
        if len(prefix) == COMMIT_ID_LENGTH:
            return prefix
        folder = self._directory / prefix[:2]
        found = [prefix[:2] + path.name for path in folder.glob(f"{prefix[2:]}*")] if folder.is_dir() else []
        if len(found) != 1:
            raise ObjectMissingError(prefix)
        return found[0]

    def remove(self, name: str) -> None:
        """Lose an object, as a force-push followed by garbage collection does."""
        self._path(name).unlink(missing_ok=True)
        self._parsed.pop(name, None)

    def _path(self, name: str) -> Path:
        return self._directory / name[:2] / name[2:]

    def _parse(self, name: str) -> Parsed:
        found = self._parsed.get(name)
        if found is None:
            kind, content = self.read(name)
            found = self._parsed[name] = _PARSERS[kind](name, content)
        return found

    def _read_packed(self, name: str) -> tuple[str, bytes]:
        if not any(self._directory.glob("pack/*.idx")):
            raise ObjectMissingError(name)
        command = ["git", "-C", os.fspath(self._repository), "cat-file", "--batch"]
        answer = subprocess.run(command, input=f"{name}\n".encode(), capture_output=True, check=True).stdout
        header, _, content = answer.partition(b"\n")
        if header.endswith(b"missing"):
            raise ObjectMissingError(name)
        return header.split()[1].decode(), content[:-1]


def _header(kind: str, content: bytes) -> bytes:
    return f"{kind} {len(content)}\0".encode()


def _parse_tree(_name: str, content: bytes) -> tuple[TreeEntry, ...]:
    entries = []
    position = 0
    while position < len(content):
        end = content.index(b"\0", position)
        mode, _, name = content[position:end].partition(b" ")
        position = end + 21
        entries.append(TreeEntry(mode=mode.decode(), name=name.decode(), id=content[end + 1 : position].hex()))
    return tuple(entries)


def _parse_commit(name: str, content: bytes) -> Commit:
    head, _, message = content.partition(b"\n\n")
    fields = [line.partition(b" ")[::2] for line in head.split(b"\n")]
    author = next(_IDENTITY.fullmatch(value) for key, value in fields if key == b"author")
    if author is None:
        raise ObjectMissingError(name)
    return Commit(
        id=name,
        tree=next(value.decode() for key, value in fields if key == b"tree"),
        parents=tuple(value.decode() for key, value in fields if key == b"parent"),
        author=author["name"].decode(),
        date=datetime.fromtimestamp(int(author["seconds"]), UTC),
        message=message.decode().rstrip("\n"),
    )


def _parse_tag(_name: str, content: bytes) -> str:
    return content.partition(b"\n")[0].split()[1].decode()


def _parse_blob(name: str, _content: bytes) -> str:
    raise ObjectMissingError(name)


_PARSERS: dict[str, Callable[[str, bytes], Parsed]] = {
    "tree": _parse_tree,
    "commit": _parse_commit,
    "tag": _parse_tag,
    "blob": _parse_blob,
}
