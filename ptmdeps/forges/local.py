"""Only the project's own Git: a branch with a commit for each upgrade, for whoever reviews without a forge.

The files and the index of the user are never touched: commits are made from parts, and a branch that somebody has
checked out is left alone. A pull request is a branch with a description (``git branch --edit-description``), whose
first line is the title; ``branch.NAME.ptmdepsbase`` and ``branch.NAME.ptmdepsdraft`` keep what else one has. Git
forgets all of it with the branch.
"""

# ruff: noqa: ARG002 - what Git has not is refused, whatever the arguments

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar, Literal

from ptmdeps.errors import ForgeConflict, ForgeError, ForgeNotFound, ForgeRefused
from ptmdeps.forges.plumbing import AGAIN, Git
from ptmdeps.forges.protocol import Commit, FileEdit, Issue, MergeMethod, NewPullRequest, Place, PullRequest
from ptmdeps.paths import printable

_NAME, _EMAIL = "ptmdeps", "ptmdeps@localhost"
"""Who commits where Git knows nobody."""
_USUAL = ("main", "master", "trunk")


class Local:
    """The Git repository of a folder; with ``remote``, its branches are pushed there, too (with a lease).

    A push that fails leaves the branch as it was. Commits are not signed, hooks are not run.
    """

    name: ClassVar[str] = "local"
    body_limit: ClassVar[int] = 30_000
    """One argument of a program has at most 128 KiB on Linux, and a character up to four bytes."""
    title_limit: ClassVar[int] = 255
    dashboards: ClassVar[bool] = False

    def __init__(self, place: Place, token: str = "", *, remote: str = "") -> None:
        del token  # Git knows by itself how its user reaches a remote
        self._place = place
        self._remote = remote
        self._git = Git(Path(place.repository))

    @property
    def place(self) -> Place:
        """Where it is."""
        return self._place

    def default_branch(self) -> str:
        """That of ``origin``; else what Git calls new ones, or one of the usual names; else what is checked out."""
        git = self._git
        told = git.line("symbolic-ref", "--quiet", "refs/remotes/origin/HEAD", fine=(0, 1))
        if told.startswith("refs/remotes/origin/"):
            return told.removeprefix("refs/remotes/origin/")
        names = [git.line("config", "--get", "init.defaultBranch", fine=(0, 1)), *_USUAL]
        found = next((name for name in names if name and git.tip(f"refs/heads/{name}")), "")
        found = found or git.line("symbolic-ref", "--quiet", "--short", "HEAD", fine=(0, 1))
        if not found:
            raise ForgeNotFound("it is not known which branch is the default one", hint="Give `--base`")
        return found

    def head(self, branch: str) -> str | None:
        """The commit of a branch; of the default branch that of ``origin`` where there is none here, as in CI."""
        found = self._git.tip(f"refs/heads/{branch}")
        if found is None and branch == self.default_branch():
            return self._git.tip(f"refs/remotes/origin/{branch}")
        return found

    def read(self, path: str, commit: str) -> bytes | None:
        """A file of a commit."""
        if not self._git.is_commit(commit):
            raise ForgeNotFound(f"there is no commit `{printable(commit)}`")
        found = self._git.entry(path, commit)
        return self._git.run("cat-file", "blob", found[1]) if found else None

    def pull_requests(self, prefix: str) -> tuple[PullRequest, ...]:
        """Branches with a description; one whose commits are all in its base was merged."""
        raw = self._git.run("config", "--null", "--get-regexp", r"^branch\..*\.description$", fine=(0, 1))
        found: list[PullRequest] = []
        for item in raw.decode("utf-8", "replace").split("\0"):
            key, _, description = item.partition("\n")
            branch = key.removeprefix("branch.").removesuffix(".description")
            head = self._git.tip(f"refs/heads/{branch}") if branch and branch.startswith(prefix) else None
            if head is not None:
                found.append(self._pull_request(branch, head, description))
        return tuple(sorted(found, key=lambda one: one.number, reverse=True))

    def messages(self, branch: str, count: int) -> tuple[str, ...]:
        """The subjects of the newest commits."""
        tip = self._known(branch)
        raw = self._git.run("log", "-z", "--no-show-signature", f"--max-count={count}", "--format=%s", tip, "--")
        return tuple(raw.decode("utf-8", "replace").removesuffix("\0").split("\0"))

    def commits(self, base: str, branch: str) -> tuple[Commit, ...]:
        """What ``branch`` has and ``base`` has not, oldest first."""
        return self._git.commits(self._known(base), self._known(branch))

    def commit(self, branch: str, *, parent: str, message: str, edits: Sequence[FileEdit], expected: str | None) -> str:
        """Make one commit on ``parent`` and let ``branch`` be there."""
        if self._git.line("check-ref-format", "--branch", branch, fine=(0, 128)) != branch or not branch:
            raise ForgeRefused(f"`{printable(branch)}` is no name for a branch")
        self._is_free(branch)
        if not self._git.is_commit(parent):
            raise ForgeNotFound(f"there is no commit `{printable(parent)}`")
        new = self._git.commit(parent, message, edits, self._person())
        self._move(branch, new, expected)
        try:
            self._push(branch, new, expected)
        except ForgeError:
            self._move(branch, expected or "", new)
            raise
        return new

    def open(self, new: NewPullRequest) -> PullRequest:
        """Describe a branch."""
        head = self._git.tip(f"refs/heads/{new.branch}")
        if head is None:
            raise ForgeNotFound(f"there is no branch `{printable(new.branch)}`", hint=AGAIN)
        if self._setting(new.branch, "description"):
            raise ForgeConflict(f"the branch `{printable(new.branch)}` has a description already", hint=AGAIN)
        self._set(new.branch, "ptmdepsbase", new.base)
        self._set(new.branch, "ptmdepsdraft", "true" if new.draft else "false")
        description = _description(new.title, new.body)
        self._set(new.branch, "description", description)  # last: with it, there is one
        return self._pull_request(new.branch, head, description)

    def update(
        self,
        number: int,
        *,
        title: str | None = None,
        body: str | None = None,
        state: Literal["open", "closed"] | None = None,
    ) -> None:
        """Write its description anew; a closed one is deleted with its branch."""
        found = next((one for one in self.pull_requests("") if one.number == number), None)
        if found is None:
            raise ForgeNotFound(f"there is no branch with a description that has the number {number}", hint=AGAIN)
        if state == "closed":
            self.delete_branch(found.branch, expected=found.head)
            return
        new = _description(found.title if title is None else title, found.body if body is None else body)
        self._set(found.branch, "description", new)

    def label(self, number: int, labels: Sequence[str]) -> None:
        """Git has no labels."""
        raise _no("labels")

    def reviewers(self, number: int, logins: Sequence[str]) -> None:
        """Git has no reviewers."""
        raise _no("reviewers")

    def assignees(self, number: int, logins: Sequence[str]) -> None:
        """Git has no assignees."""
        raise _no("assignees")

    def merge_when_checks_pass(self, number: int, *, head: str, method: MergeMethod) -> None:
        """Git has no checks."""
        raise _no("checks to wait for")

    def delete_branch(self, branch: str, *, expected: str) -> None:
        """Delete a branch and what Git knows of it."""
        ref = f"refs/heads/{branch}"
        if self._git.tip(ref) is None:
            return
        self._is_free(branch)
        self._push(branch, "", expected)
        self._move(branch, "", expected)
        self._git.run("config", "--remove-section", f"branch.{branch}", fine=(0, 128))

    def issues(self, label: str) -> tuple[Issue, ...]:
        """Git has none."""
        del label
        return ()

    def open_issue(self, *, title: str, body: str, labels: Sequence[str]) -> Issue:
        """Git has no issues."""
        raise _no("issues")

    def update_issue(
        self,
        number: int,
        *,
        title: str | None = None,
        body: str | None = None,
        state: Literal["open", "closed"] | None = None,
    ) -> None:
        """Git has no issues."""
        raise _no("issues")

    def _pull_request(self, branch: str, head: str, description: str) -> PullRequest:
        title, _, body = description.partition("\n")
        base = self._setting(branch, "ptmdepsbase") or self.default_branch()
        onto = self.head(base)
        merged = onto is not None and not self._git.line("rev-list", "--max-count=1", head, f"^{onto}", "--")
        return PullRequest(
            number=_number(branch),
            branch=branch,
            base=base,
            head=head,
            title=title,
            body=body.removeprefix("\n"),
            state="merged" if merged else "open",
            draft=self._setting(branch, "ptmdepsdraft") == "true",
        )

    def _known(self, branch: str) -> str:
        tip = self.head(branch)
        if tip is None:
            raise ForgeNotFound(f"there is no branch `{printable(branch)}`", hint="Give another one by `--base`")
        return tip

    def _is_free(self, branch: str) -> None:
        """Refuse to move what somebody has checked out: their files and index would be of another commit."""
        listed = self._git.run("worktree", "list", "--porcelain", "-z").decode("utf-8", "replace").split("\0")
        if f"branch refs/heads/{branch}" in listed:
            raise ForgeConflict(
                f"the branch `{printable(branch)}` is checked out", hint="Switch to another branch, and run it again"
            )

    def _move(self, branch: str, new: str, expected: str | None) -> None:
        """Let a branch be at ``new`` (empty: be gone) if it is at ``expected`` (``None`` or empty: not there)."""
        ref = f"refs/heads/{branch}"
        if new:
            self._git.run("update-ref", "--create-reflog", "-m", "ptmdeps", ref, new, expected or "")
        else:
            self._git.run("update-ref", "-d", ref, expected or "")

    def _push(self, branch: str, new: str, expected: str | None) -> None:
        """Likewise at the remote, where a branch that was never pushed is as good as one at ``expected``."""
        if not self._remote:
            return
        listed = self._git.line("ls-remote", self._remote, f"refs/heads/{branch}").split()
        there = listed[0] if listed else None
        if there is None and not new:
            return
        self._git.push(self._remote, branch, new, expected if there else None)

    def _person(self) -> dict[str, str]:
        """Variables for what Git does not know of its user."""
        known = {name: self._git.line("config", "--get", f"user.{name}", fine=(0, 1)) for name in ("name", "email")}
        given = {"name": _NAME, "email": _EMAIL}
        return {
            f"GIT_{role}_{name.upper()}": known[name] or given[name]
            for role in ("AUTHOR", "COMMITTER")
            for name in given
            if not known[name]
        }

    def _setting(self, branch: str, name: str) -> str:
        raw = self._git.run("config", "--null", "--get", f"branch.{branch}.{name}", fine=(0, 1))
        return raw.decode("utf-8", "replace").removesuffix("\0")

    def _set(self, branch: str, name: str, value: str) -> None:
        self._git.run("config", "--replace-all", f"branch.{branch}.{name}", value.replace("\0", ""))


def _description(title: str, body: str) -> str:
    return f"{' '.join(title.split())}\n\n{body}" if body else " ".join(title.split())


def _number(branch: str) -> int:
    """A number that a branch has for as long as it is called so."""
    return int.from_bytes(hashlib.sha256(branch.encode()).digest()[:4])


def _no(what: str) -> ForgeRefused:
    return ForgeRefused(f"the project's own Git has no {what}", hint="Name a forge by `--forge`")
