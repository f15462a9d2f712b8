"""What Git says of the folder in which the project is: where in the repository it is, and where that came from."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path

from ptmdeps.errors import PtmdepsError

_SECONDS = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkout:
    """A working tree.

    Attributes:
        root: its top folder.
        prefix: the project's folder in it, ``packages/search/``; empty where they are the same.
        branch: what is checked out; empty for a commit without a branch, as CI has it.
        remote: address of the remote that the branch follows, else of ``origin``; empty where there is none.
    """

    root: Path
    prefix: str = ""
    branch: str = ""
    remote: str = ""


def checkout(folder: Path) -> Checkout | None:
    """The working tree around a folder; ``None`` where there is none, or no Git."""
    root = _git(folder, "rev-parse", "--show-toplevel")
    if not root:
        return None
    branch = _git(folder, "symbolic-ref", "--quiet", "--short", "HEAD")
    follows = _git(folder, "config", "--get", f"branch.{branch}.remote") if branch else ""
    names = dict.fromkeys(name for name in (follows, "origin") if name and name != ".")
    # as it is written, with what `insteadOf` makes of it: the forge's address is wanted
    remotes = (_git(folder, "ls-remote", "--get-url", name) for name in names if _git(folder, "remote"))
    return Checkout(
        root=Path(root),
        prefix=_git(folder, "rev-parse", "--show-prefix"),
        branch=branch,
        remote=next((remote for remote in remotes if "/" in remote or ":" in remote), ""),
    )


def _git(folder: Path, *arguments: str) -> str:
    """What Git answers, without line breaks around it; empty where it has no answer.

    Raises:
        PtmdepsError: it does not come back.
    """
    try:
        answer = subprocess.run(
            ["git", "-C", str(folder), *arguments],
            capture_output=True,
            stdin=subprocess.DEVNULL,
            timeout=_SECONDS,
            check=False,
        )
    except OSError:
        return ""
    except subprocess.TimeoutExpired as error:
        raise PtmdepsError(f"Git did not answer within {_SECONDS} seconds") from error
    return answer.stdout.decode("utf-8", "replace").strip("\r\n") if not answer.returncode else ""
