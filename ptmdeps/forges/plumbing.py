"""Git itself, where a forge has no request for it: commits from parts, without a working tree or the user's index."""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from ptmdeps.errors import (
    ForgeConflict,
    ForgeDenied,
    ForgeError,
    ForgeNotFound,
    ForgeRefused,
    ForgeUnreachable,
)
from ptmdeps.forges.protocol import Commit, FileEdit
from ptmdeps.paths import printable

AGAIN = "Run the command again: it goes on from what is there"
_SECONDS = 600.0
_LONGEST_COMPLAINT = 400
_OTHERS = re.compile(
    r"GIT_(?:DIR|WORK_TREE|INDEX_FILE|INDEX_VERSION|OBJECT_DIRECTORY|ALTERNATE_\w+|COMMON_DIR|NAMESPACE|PREFIX|\w*_PATHSPECS|CEILING_\w+|QUARANTINE_PATH|GRAFT_FILE|SHALLOW_FILE|REPLACE_REF_BASE|TRACE\w*|CURL_VERBOSE)"
)
"""The variables that say on which repository Git works: this one is told by its folder."""
_SHA = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_PERSON = re.compile(r"(?P<name>.*?) ?<(?P<email>[^<>]*)>")
_MODES = {"100644", "100755"}
_PLAIN = "100644"
_NOT_THERE = re.compile(r"not a git repository|cannot change to|No such file or directory")
_DENIED = re.compile(
    r"Authentication failed|could not read (?:Username|Password)|error: 40[13]|Permission denied|dubious"
)
_MOVED = re.compile(
    r"stale info|\[(?:remote )?rejected\].*(?:fetch first|non-fast-forward|already exists|cannot lock)"
    r"|is at [0-9a-f]+ but expected|reference already exists|unable to resolve reference|unable to lock"
)
_AWAY = re.compile(r"Could not resolve host|Failed to connect|Connection |timed out|unable to access|hung up|early EOF")


class Git:
    """One repository on this machine; ``settings`` are Git's, for its commands only, and may hold secrets."""

    def __init__(self, folder: Path, settings: Mapping[str, str] | None = None) -> None:
        self.folder = folder
        self._settings = dict(settings or {})

    def __repr__(self) -> str:
        """Its folder: the settings may hold a token."""
        return f"Git({os.fspath(self.folder)!r})"

    def run(
        self,
        *arguments: str,
        given: bytes = b"",
        fine: Sequence[int] = (0,),
        environment: Mapping[str, str] | None = None,
    ) -> bytes:
        """What Git writes; ``fine`` are the statuses that are no error.

        Raises:
            ForgeError: Git is not there, or says no; its kind says why.
        """
        variables = {**self._variables(), **(environment or {})}
        try:
            done = subprocess.run(
                ["git", "-C", os.fspath(self.folder), *arguments],
                input=given,
                capture_output=True,
                check=False,
                env=variables,
                timeout=_SECONDS,
            )
        except FileNotFoundError as error:
            raise ForgeError("Git is not installed", hint="Install it: https://git-scm.com") from error
        except subprocess.TimeoutExpired as error:
            raise ForgeUnreachable(f"`git {arguments[0]}` does not come to its end", hint=AGAIN) from error
        except (OSError, ValueError) as error:
            raise ForgeError(f"`git {arguments[0]}` cannot be run: {printable(str(error))}") from error
        if done.returncode not in fine:
            raise _refusal(arguments[0], done.stderr.decode("utf-8", "replace"))
        return done.stdout

    def line(self, *arguments: str, fine: Sequence[int] = (0,)) -> str:
        """What Git writes, as one text without line breaks at its end; empty for nothing."""
        return self.run(*arguments, fine=fine).decode("utf-8", "replace").rstrip("\n")

    def tip(self, ref: str) -> str | None:
        """Where a ref (its whole name) is; ``None`` where there is none."""
        return self.line("rev-parse", "--verify", "--quiet", ref, fine=(0, 1)) or None

    def is_commit(self, sha: str) -> bool:
        """Whether there is such a commit."""
        if not _SHA.fullmatch(sha):
            return False
        return self.line("rev-parse", "--verify", "--quiet", f"{sha}^{{commit}}", fine=(0, 1, 128)) != ""

    def entry(self, path: str, commit: str) -> tuple[str, str] | None:
        """Mode and object of a file of a commit; ``None`` where it has no such file, or a folder there."""
        listed = self.run("ls-tree", "-z", "--full-tree", commit, "--", path).decode("utf-8", "surrogateescape")
        for line in listed.split("\0"):
            facts, tab, name = line.partition("\t")
            mode, kind, sha = facts.split(" ") if tab else ("", "", "")
            if kind == "blob" and name == path:
                return mode, sha
        return None

    def tree(self, parent: str, edits: Sequence[FileEdit]) -> str:
        """The tree of a commit with some files changed. Only trees of ``parent`` have to be here, no contents."""
        wanted: dict[str, tuple[str, str] | None] = {}
        for edit in edits:
            before = self.entry(edit.path, parent)
            if edit.content is None:
                wanted |= {edit.path: None} if before else {}
                continue
            sha = self.run("hash-object", "-w", "--stdin", given=edit.content).decode().strip()
            mode = before[0] if before else _PLAIN
            if mode not in _MODES:
                raise ForgeRefused(f"`{printable(edit.path)}` is a link there and is not written")
            wanted[edit.path] = (mode, sha)
        with tempfile.TemporaryDirectory(prefix="ptmdeps-") as folder:
            index = {"GIT_INDEX_FILE": os.fspath(Path(folder, "index"))}
            self.run("read-tree", parent, environment=index)
            gone = ("0", "0" * len(parent))
            lines = (f"{' '.join(entry or gone)}\t{path}\0" for path, entry in wanted.items())
            text = "".join(lines).encode("utf-8", "surrogateescape")
            self.run("update-index", "-z", "--replace", "--index-info", given=text, environment=index)
            made = self.run("write-tree", "--missing-ok", environment=index).decode().strip()
        for path, entry in wanted.items():
            if self.entry(path, made) != entry:  # Git leaves out what it thinks dangerous, without an error
                raise ForgeRefused(f"Git does not write `{printable(path)}`", hint="It would lead out of the project")
        return made

    def commit(
        self, parent: str, message: str, edits: Sequence[FileEdit], person: Mapping[str, str] | None = None
    ) -> str:
        """Make a commit, on no branch yet; ``person`` are Git's variables about its author where it knows none."""
        tree = self.tree(parent, edits)
        given = message.rstrip("\n").encode("utf-8", "replace") + b"\n"
        return self.run("commit-tree", tree, "-p", parent, "-F", "-", given=given, environment=person).decode().strip()

    def commits(self, base: str, head: str, most: int = 100) -> tuple[Commit, ...]:
        """What ``head`` has and ``base`` has not, oldest first; both are shas."""
        shas = self.line("rev-list", "--reverse", f"--max-count={most}", head, f"^{base}", "--").split()
        return tuple(read_commit(sha, self.run("cat-file", "commit", sha)) for sha in shas)

    def push(self, remote: str, branch: str, new: str, expected: str | None) -> None:
        """Let a branch of a remote be at ``new`` (empty: be gone) if it is at ``expected`` (``None``: not there).

        Raises:
            ForgeConflict: it is elsewhere.
            ForgeError: the remote refuses, or is away.
        """
        ref = f"refs/heads/{branch}"
        lease = f"--force-with-lease={ref}:{expected or ''}"
        self.run("push", "--quiet", "--no-verify", lease, remote, f"{new}:{ref}")

    def _variables(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not _OTHERS.fullmatch(name)}
        kept |= {"LC_ALL": "C", "GIT_TERMINAL_PROMPT": "0", "GIT_OPTIONAL_LOCKS": "0", "GIT_NO_REPLACE_OBJECTS": "1"}
        count = kept.get("GIT_CONFIG_COUNT", "0")
        start = int(count) if count.isascii() and count.isdecimal() else 0
        for number, (key, value) in enumerate(self._settings.items(), start):
            kept |= {f"GIT_CONFIG_KEY_{number}": key, f"GIT_CONFIG_VALUE_{number}": value}
        return {**kept, "GIT_CONFIG_COUNT": str(start + len(self._settings))} if self._settings else kept


def read_commit(sha: str, raw: bytes) -> Commit:
    """A commit as Git keeps it (gitformat-commit), whatever its message holds."""
    head, _, message = raw.decode("utf-8", "replace").partition("\n\n")
    fields = [line.partition(" ") for line in head.split("\n")]
    person = _PERSON.match(next((value for name, _, value in fields if name == "author"), ""))
    return Commit(
        sha=sha,
        parents=tuple(value for name, _, value in fields if name == "parent"),
        message=message.rstrip("\n"),
        author=person["name"] if person else "",
        email=person["email"] if person else "",
    )


def _refusal(command: str, complaint: str) -> ForgeError:
    said = printable(" ".join(complaint.split()), limit=_LONGEST_COMPLAINT)
    text = f"`git {command}` failed: {said}" if said else f"`git {command}` failed"
    if _MOVED.search(complaint):
        return ForgeConflict(text, hint=AGAIN)
    if _DENIED.search(complaint):
        return ForgeDenied(text, hint="Whoever runs this needs the right to write there")
    if _AWAY.search(complaint):
        return ForgeUnreachable(text, hint=AGAIN)
    if _NOT_THERE.search(complaint):
        return ForgeNotFound(text, hint="Run it inside a Git repository, or give its folder")
    return ForgeError(text)
