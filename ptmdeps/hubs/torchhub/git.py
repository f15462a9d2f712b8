"""Git repositories of a server, as far as a hub needs them: refs, commits, trees and files; nothing is checked out.

Git verifies what it fetches: a commit names its tree, a tree its files, each by digest. Objects are fetched by commit,
one commit deep, into a folder that goes when the process does.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import tempfile
import time
import weakref
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

from ptmdeps.errors import (
    AccessDenied,
    HubUnreachable,
    ModelNotFound,
    PtmdepsError,
    RateLimited,
    RevisionNotFound,
    StoreError,
    UnsafeContent,
)
from ptmdeps.hubs.description import Ref, Revision
from ptmdeps.hubs.refusals import AGAIN
from ptmdeps.paths import printable

_COMMIT = re.compile(r"[0-9a-f]{40}")
_SECONDS = 600.0
_MOST_COMMITS = 2000
_ATTEMPTS = 4
_UNCHECKED = ("-c", "fetch.fsckObjects=false")
"""For commits of which nothing but their names, dates and ancestors is read: old ones hold what Git refuses now."""
_LAST_INSTANT = 253_402_300_799
"""Seconds; the end of the year 9999, after which no instant has a spelling."""
_SETTINGS = {
    "protocol.allow": "never",
    "protocol.https.allow": "always",
    # the user's own settings may lead to these (`insteadOf`), no redirect may
    "protocol.http.allow": "user",
    "protocol.ssh.allow": "user",
    "http.lowSpeedLimit": "1000",
    "http.lowSpeedTime": "30",
    "core.hooksPath": os.devnull,
    "core.fsmonitor": "false",
    "gc.auto": "0",
    "maintenance.auto": "false",
    "submodule.recurse": "false",
    "fetch.recurseSubmodules": "false",
    "fetch.fsckObjects": "true",
    # what old versions of Git wrote into honest histories
    "fetch.fsck.badTimezone": "ignore",
    "fetch.fsck.missingEmail": "ignore",
    "fetch.fsck.missingSpaceBeforeDate": "ignore",
    "fetch.fsck.missingSpaceBeforeEmail": "ignore",
    "fetch.fsck.zeroPaddedDate": "ignore",
    "fetch.fsck.zeroPaddedFilemode": "ignore",
    # what is printed is read by a program
    "color.ui": "false",
    "i18n.logOutputEncoding": "UTF-8",
    "log.showSignature": "false",
}
_USERS_OWN = re.compile(
    r"GIT_(?:SSH|SSH_COMMAND|SSH_VARIANT|ASKPASS|EXEC_PATH|CONFIG_(?:GLOBAL|SYSTEM|NOSYSTEM|COUNT|KEY_\d+|VALUE_\d+)"
    r"|SSL_\w+|HTTP_\w+|PROXY_\w+)"
)
"""The variables of Git that say how its user reaches servers; the others are about a repository that is at work."""
_WORTH_ANOTHER_TRY = re.compile(
    r"error: (?:429|5\d\d)|timed out|reset by peer|early EOF|hung up|Empty reply|Connection refused|Failed to connect"
)
_BUSY = re.compile(r"error: 429")
_UNKNOWN = re.compile(r"could not read Username|Authentication failed|error: 401|terminal prompts disabled")
_REFUSED = re.compile(r"error: 403|Permission denied")
_MALFORMED = re.compile(r"^.*\b(?:fsck error|[0-9a-f]{40}: \w+:).*$", re.MULTILINE)
_SECRET = re.compile(r"//[^/@\s']*@")
_ABSENT = re.compile(r"not found|error: 404|does not appear to be a git repository", re.IGNORECASE)
_NO_OBJECT = re.compile(r"not our ref|couldn't find remote ref|unadvertised object|no such remote ref", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Blob:
    """A file of a tree; ``executable`` and ``link`` (a symbolic one) are what its mode says."""

    path: str
    git: str
    size: int
    executable: bool = False
    link: bool = False


class Git:
    """Repositories below one address, ``<endpoint>/<owner>/<name>``; safe to share between threads."""

    def __init__(self, endpoint: str, *, attempts: int = _ATTEMPTS, first_delay: float = 0.5) -> None:
        self.endpoint = endpoint
        self.sent = 0
        plain = {"protocol.http.allow": "always"} if endpoint.startswith("http:") else {}
        self._settings = [part for item in (_SETTINGS | plain).items() for part in ("-c", "=".join(item))]
        self._attempts = attempts
        self._first_delay = first_delay
        self._folder: Path | None = None
        self._mutexes: dict[str, Lock] = {}
        self._opening = Lock()
        self._counting = Lock()

    def refs(self, name: str) -> tuple[Ref, ...]:
        """Branches and tags, each with the commit that it leads to, sorted.

        Raises:
            ModelNotFound, HubUnreachable: what the server said.
        """
        with self._alone(name) as repository:
            listed = self._asking(name, "ls-remote", "--heads", "--tags", self._url(name), at=repository)
        return tuple(sorted(_refs(listed.decode("utf-8", "replace"))))

    def fetch(self, name: str, commit: str) -> None:
        """Bring one commit with its files here, unless it is.

        Raises:
            RevisionNotFound: the server has no such commit, or does not hand it out.
            HubError: as ``refs``.
        """
        with self._alone(name) as repository:
            if not self._has(repository, commit):
                self._asking(name, "fetch", "--quiet", "--depth=1", "--no-tags", self._url(name), commit, at=repository)

    def files(self, name: str, commit: str) -> tuple[Blob, ...]:
        """The files of a commit that was fetched, sorted by path; of other repositories inside of it, nothing."""
        listed = self._run(self._repository(name), "ls-tree", "-r", "-z", "-l", "--full-tree", commit)
        return tuple(sorted(_blobs(listed), key=lambda blob: blob.path))

    def read(self, name: str, blobs: Sequence[Blob]) -> Iterator[bytes]:
        """The contents of files, in their order."""
        command = ["git", "--git-dir", str(self._repository(name)), "cat-file", "--batch"]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=_environment()) as child:
            assert child.stdin is not None  # noqa: S101 - asked for
            assert child.stdout is not None  # noqa: S101
            for blob in blobs:
                child.stdin.write(f"{blob.git}\n".encode())
                child.stdin.flush()
                header = child.stdout.readline().split()
                if len(header) != 3:  # noqa: PLR2004 - digest, kind, size
                    raise HubUnreachable(f"`{printable(blob.path)}` of `{name}` was not fetched", hint="Try again")
                yield child.stdout.read(int(header[2]))
                child.stdout.read(1)
            child.stdin.close()

    def tree(self, name: str, commit: str) -> str:
        """The digest of the commit's tree."""
        return self._run(self._repository(name), "rev-parse", f"{commit}^{{tree}}").decode().strip()

    def committed(self, name: str, commit: str) -> str:
        """When the commit was made: ``2024-02-19T10:57:45Z``; empty for a time of no calendar."""
        shown = self._run(self._repository(name), "show", "-s", "--format=%ct", commit).decode().strip()
        return _instant(int(shown))

    def history(self, name: str, ref: str) -> Iterator[Revision]:
        """The commits that lead to a ref or commit, newest first, without their files.

        Raises:
            HubError: as ``fetch``.
        """
        filters = ("--filter=tree:0", f"--depth={_MOST_COMMITS}", "--no-tags")
        with self._alone(f"{name}#history") as repository:
            self._asking(name, *_UNCHECKED, "fetch", "--quiet", *filters, self._url(name), ref, at=repository)
            tip = self._run(repository, "rev-parse", "FETCH_HEAD").decode().strip()
        listed = self._run(repository, "log", "--format=%H%x00%ct%x00%an%x00%s", tip)
        for line in listed.decode("utf-8", "replace").split("\n"):
            commit, _, rest = line.partition("\0")
            if _COMMIT.fullmatch(commit):
                seconds, author, title = rest.split("\0", 2)
                yield Revision(
                    commit=commit,
                    committed=_instant(int(seconds)),
                    title=printable(title),
                    authors=(printable(author),) if author else (),
                )

    def reachable(self, name: str, commit: str) -> bool:
        """Whether a branch or tag of the repository leads to a commit: the server also knows those of its forks.

        Raises:
            HubError: as ``refs``.
        """
        if any(ref.revision == commit for ref in self.refs(name)):
            return True
        with self._alone(f"{name}#all") as repository:
            everything = ("+refs/heads/*:refs/heads/*", "+refs/tags/*:refs/tags/*")
            wanted = ("--quiet", "--filter=tree:0", self._url(name), *everything)
            self._asking(name, *_UNCHECKED, "fetch", *wanted, at=repository)
            found = self._run(repository, "for-each-ref", "--count=1", "--contains", commit, ok=(0, 1, 128, 129))
        return bool(found.strip())

    def _url(self, name: str) -> str:
        return f"{self.endpoint}/{name}"

    def _repository(self, label: str) -> Path:
        with self._opening:
            if self._folder is None:
                try:
                    self._folder = Path(tempfile.mkdtemp(prefix="ptmdeps-git-"))
                except OSError as error:
                    raise StoreError(
                        f"no temporary folder can be made for Git: {error.strerror}",
                        hint="Free some space, or point `TMPDIR` to a folder that can be written",
                    ) from error
                weakref.finalize(self, shutil.rmtree, self._folder, ignore_errors=True)
            path = self._folder / hashlib.sha256(label.encode()).hexdigest()[:32]
            if not path.is_dir():
                self._run(None, "init", "--quiet", "--bare", "--object-format=sha1", "--template=", str(path))
            return path

    @contextmanager
    def _alone(self, label: str) -> Iterator[Path]:
        """A repository that nobody else changes meanwhile."""
        repository = self._repository(label)
        with self._opening:
            mutex = self._mutexes.setdefault(label, Lock())
        with mutex:
            yield repository

    def _has(self, repository: Path, commit: str) -> bool:
        """Whether a commit is here with everything in it."""
        shallow = repository / "shallow"
        return shallow.is_file() and commit in shallow.read_text(encoding="ascii").split()

    def _asking(self, name: str, *arguments: str, at: Path | None = None) -> bytes:
        """Run a command that asks the server, with patience."""
        for attempt in range(1, self._attempts + 1):
            with self._counting:
                self.sent += 1
            try:
                return self._run(at, *arguments)
            except _Failed as error:
                if attempt == self._attempts or not _WORTH_ANOTHER_TRY.search(error.said):
                    raise _in_our_words(name, error.said) from error
                time.sleep(self._first_delay * 2 ** (attempt - 1))
        raise AssertionError("unreachable")

    def _run(self, repository: Path | None, *arguments: str, ok: tuple[int, ...] = (0,)) -> bytes:
        where = ("--git-dir", str(repository)) if repository else ()
        command = ["git", *self._settings, *where, *arguments]
        try:
            done = subprocess.run(command, capture_output=True, check=False, timeout=_SECONDS, env=_environment())
        except FileNotFoundError as error:
            raise PtmdepsError("PyTorch Hub needs `git`, which is not installed", hint="Install Git") from error
        except subprocess.TimeoutExpired as error:
            raise HubUnreachable("`git` did not come to an end", hint="Check the connection") from error
        if done.returncode not in ok:
            raise _Failed(done.stderr.decode("utf-8", "replace"))
        return done.stdout


class _Failed(PtmdepsError):
    """``git`` ended with an error; ``said`` is what it printed."""

    def __init__(self, said: str) -> None:
        self.said = _SECRET.sub("//", said)
        super().__init__(f"`git` failed: {_last_line(self.said)}", hint="Look at the disk, and at the version of Git")


def _environment() -> Mapping[str, str]:
    """The user's own, without anything that would ask a question or is about another repository.

    A hook of Git sets variables that lead all of Git to the repository which it belongs to.
    """
    kept = {
        name: text for name, text in os.environ.items() if not name.startswith("GIT_") or _USERS_OWN.fullmatch(name)
    }
    kept.pop("SSH_ASKPASS", None)
    return {**kept, "GIT_TERMINAL_PROMPT": "0", "GCM_INTERACTIVE": "never", "LC_ALL": "C"}


def _refs(listed: str) -> Iterator[Ref]:
    tags: dict[str, str] = {}
    for line in listed.splitlines():
        revision, _, full = line.partition("\t")
        if not _COMMIT.fullmatch(revision):
            continue
        if full.startswith("refs/heads/"):
            yield Ref(kind="branch", name=full.removeprefix("refs/heads/"), revision=revision)
        elif full.startswith("refs/tags/"):
            # an annotated tag is listed twice: itself, and then what it leads to
            tags[full.removeprefix("refs/tags/").removesuffix("^{}")] = revision
    yield from (Ref(kind="tag", name=name, revision=revision) for name, revision in tags.items())


def _blobs(listed: bytes) -> Iterator[Blob]:
    for line in listed.split(b"\0"):
        facts, _, path = line.partition(b"\t")
        match facts.split():
            case [mode, b"blob", git, size]:
                yield Blob(
                    path=path.decode("utf-8", "surrogateescape"),
                    git=git.decode("ascii"),
                    size=int(size),
                    executable=mode == b"100755",
                    link=mode == b"120000",
                )


def _instant(seconds: int) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds)) if 0 <= seconds <= _LAST_INSTANT else ""


def _last_line(said: str) -> str:
    return printable(" ".join(said.strip().rpartition("\n")[2].split()))


def _in_our_words(name: str, said: str) -> PtmdepsError:
    line = _last_line(said)
    if malformed := _MALFORMED.search(said):
        return UnsafeContent(
            f"Git refuses what `{name}` holds: {printable(malformed[0].strip())}",
            hint="The repository is damaged or hostile: do not use it before its author explained this",
        )
    if _NO_OBJECT.search(said):
        return RevisionNotFound(
            f"`{name}` has no such commit any more: {line}",
            hint=f"Its history was rewritten; `ptmdeps lock -P torchhub:{name}` pins what is there now",
        )
    if _UNKNOWN.search(said) or _ABSENT.search(said):
        # GitHub asks for a password where there is nothing, so as not to say what is private
        return ModelNotFound(
            f"there is no repository `{name}`, or it is not shown to you",
            hint="Check its name; Git asks with its own credentials",
        )
    if _REFUSED.search(said):
        return AccessDenied(f"`{name}` is refused: {line}", hint="Git asks with its own credentials: check these")
    if _BUSY.search(said):
        return RateLimited(f"too many requests, at last for `{name}` (429)", hint=f"Wait a while. {AGAIN}")
    return HubUnreachable(f"no answer for `{name}`: {line}", hint=f"Check the connection. {AGAIN}")
