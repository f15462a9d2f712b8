"""Git trees as no honest program writes them."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from embedded_github import GitHubRepository

FILE, EXECUTABLE, LINK, FOLDER, SUBMODULE = "100644", "100755", "120000", "40000", "160000"
_WHEN = {"GIT_AUTHOR_DATE": "1704067200 +0000", "GIT_COMMITTER_DATE": "1704067200 +0000"}
_WHO = {f"GIT_{role}_{what}": "acme@a.example" for role in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}

Entry = tuple[str, str, bytes | list["Entry"]]
"""Mode, name, and content: bytes of a file, entries of a folder, the digits of a submodule's commit."""


def plant(repository: GitHubRepository, entries: Iterable[Entry], *, branch: str = "main") -> str:
    """Let a branch lead to a commit of these entries, written as they are, and return it."""
    folder = repository.git.directory
    tree = _tree(folder, entries)
    commit = git(folder, "commit-tree", "-m", "planted", tree).decode().strip()
    repository.move(branch, commit)
    return commit


def git(folder: Path, *arguments: str, given: bytes = b"", **variables: str) -> bytes:
    """Run git in a bare repository, without anybody's settings, and return what it prints."""
    quiet = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"} | _WHEN | _WHO | variables
    others = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    command = ["git", "--git-dir", str(folder), *arguments]
    return subprocess.run(command, input=given, capture_output=True, check=True, env=others | quiet).stdout


def _tree(folder: Path, entries: Iterable[Entry]) -> str:
    rows = []
    for mode, name, content in entries:
        if mode == SUBMODULE and isinstance(content, bytes):
            digits = content.decode()
        elif isinstance(content, bytes):
            digits = _write(folder, "blob", content)
        else:
            digits = _tree(folder, content)
        rows.append((f"{name}/" if mode == FOLDER else name, f"{mode} {name}\0".encode() + bytes.fromhex(digits)))
    return _write(folder, "tree", b"".join(row for _, row in sorted(rows)))


@cache
def _write(folder: Path, kind: str, content: bytes) -> str:
    return git(folder, "hash-object", "-w", "--literally", "-t", kind, "--stdin", given=content).decode().strip()
