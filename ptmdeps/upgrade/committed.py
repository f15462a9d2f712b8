"""The lockfile as it was last committed to Git."""

from __future__ import annotations

import subprocess

from ptmdeps.errors import LockfileError, PtmdepsError
from ptmdeps.lockfile.model import Lockfile
from ptmdeps.lockfile.text import loads
from ptmdeps.paths import printable
from ptmdeps.project import Project

_SECONDS = 30
_HINT = "Name a model: `ptmdeps diff MODEL` shows what changed since it was locked"


def committed_lockfile(project: Project, commit: str = "HEAD") -> Lockfile:
    """The project's ``ptm.lock`` in a commit of the Git repository that the project is in.

    Raises:
        PtmdepsError: there is no Git, no repository, no commit, or no lockfile in it.
        LockfileError: what was committed is no lockfile.
    """
    if not _git(project, "rev-parse", "--is-inside-work-tree").stdout.startswith(b"true"):
        raise PtmdepsError(f"`{project.root}` is in no Git repository, so that no earlier lock is known", hint=_HINT)
    # the bytes as they are: `git show` could be told to run filters
    answer = _git(project, "cat-file", "blob", f"{commit}:./{project.lockfile.name}")
    if answer.returncode:
        raise PtmdepsError(f"no `{project.lockfile.name}` is committed in `{printable(commit)}`", hint=_HINT)
    try:
        return loads(answer.stdout.decode(), source=f"{commit}:{project.lockfile.name}")
    except UnicodeDecodeError as error:
        raise LockfileError(f"`{commit}:{project.lockfile.name}` is not UTF-8 (byte {error.start})") from error


def _git(project: Project, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    try:
        return subprocess.run(
            ["git", "-C", str(project.root), *arguments],
            capture_output=True,
            stdin=subprocess.DEVNULL,
            timeout=_SECONDS,
            check=False,
        )
    except FileNotFoundError as error:
        raise PtmdepsError("Git is not installed, so that no earlier lock is known", hint=_HINT) from error
    except subprocess.TimeoutExpired as error:
        raise PtmdepsError(f"Git did not answer within {_SECONDS} seconds") from error
