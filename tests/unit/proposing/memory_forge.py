"""A forge in memory: what the protocol promises, by GitHub's rules, with a log of writes, and accidents on demand."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import ClassVar, Literal

from ptmdeps.errors import ForgeConflict, ForgeError, ForgeNotFound, ForgeRefused, ForgeUnreachable
from ptmdeps.forges.protocol import Commit, FileEdit, Issue, MergeMethod, NewPullRequest, Place, PullRequest

Files = dict[str, bytes]


class MemoryForge:
    """One repository, with ``main``."""

    name: ClassVar[str] = "memory"
    body_limit: ClassVar[int] = 60_000
    title_limit: ClassVar[int] = 250
    dashboards: ClassVar[bool] = True

    def __init__(self, files: Files) -> None:
        self.place = Place(forge="memory", repository="acme/search")
        self.commits_by_sha: dict[str, tuple[Commit, Files]] = {}
        self.branches: dict[str, str] = {}
        self.requests: dict[int, PullRequest] = {}
        self.issues_by_number: dict[int, Issue] = {}
        self.asked: dict[int, dict[str, tuple[str, ...]]] = {}
        self.merging: dict[int, tuple[str, MergeMethod]] = {}
        self.writes: list[str] = []
        self.faults: dict[int, tuple[ForgeError, bool]] = {}
        """By the number of the write, from 0: the error, and whether the write is done all the same."""
        self.refusals: dict[str, ForgeError] = {}
        """By method."""
        self._numbers = iter(range(1, 1000))
        self.push("main", files, "Initial commit", author="ada")

    # what people do

    def push(self, branch: str, files: Files, message: str, *, author: str = "ada") -> str:
        """A commit on a branch."""
        parent = self.branches.get(branch)
        sha = self._make((parent,) if parent else (), message, {**self._files(parent), **files}, author)
        self.branches[branch] = sha
        self._follow(branch)
        return sha

    def close(self, number: int) -> None:
        self.requests[number] = replace(self.requests[number], state="closed")

    def merge(self, number: int) -> None:
        one = self.requests[number]
        self.push(one.base, dict(self._files(self.branches[one.branch])), f"Merge #{number}")
        self.requests[number] = replace(one, state="merged")
        del self.branches[one.branch]

    def edit(self, number: int, change: Callable[[str], str]) -> None:
        one = self.requests[number]
        self.requests[number] = replace(one, body=change(one.body))

    def open_ones(self) -> list[PullRequest]:
        return [one for one in self.requests.values() if one.state == "open"]

    def file(self, branch: str, path: str) -> bytes:
        return self._files(self.branches[branch])[path]

    def state(self) -> object:
        """Everything that people see, without the identities of commits, which differ from run to run."""
        requests = [
            (one.branch, one.title, self._neutral(one.body), one.state, one.labels, self.asked.get(one.number))
            for one in self.requests.values()
        ]
        branches = sorted((name, sorted(self._files(sha).items())) for name, sha in self.branches.items())
        issues = [(one.title, one.body, one.state) for one in self.issues_by_number.values()]
        return requests, branches, issues, sorted(self.merging)

    def _neutral(self, body: str) -> str:
        for sha in self.commits_by_sha:
            body = body.replace(sha, "SHA")
        return body

    # the protocol

    def default_branch(self) -> str:
        return "main"

    def head(self, branch: str) -> str | None:
        return self.branches.get(branch)

    def read(self, path: str, commit: str) -> bytes | None:
        if commit not in self.commits_by_sha:
            raise ForgeNotFound("no such commit")
        return self._files(commit).get(path)

    def pull_requests(self, prefix: str) -> tuple[PullRequest, ...]:
        return tuple(one for one in reversed(self.requests.values()) if one.branch.startswith(prefix))

    def messages(self, branch: str, count: int) -> tuple[str, ...]:
        return tuple(commit.message.split("\n")[0] for commit in self._log(self.branches[branch]))[:count]

    def commits(self, base: str, branch: str) -> tuple[Commit, ...]:
        if base not in self.branches or branch not in self.branches:
            raise ForgeNotFound("no such branch")
        known = {commit.sha for commit in self._log(self.branches[base])}
        return tuple(commit for commit in self._log(self.branches[branch]) if commit.sha not in known)[::-1]

    def commit(self, branch: str, *, parent: str, message: str, edits: Sequence[FileEdit], expected: str | None) -> str:
        with self._write("commit", branch):
            if self.branches.get(branch) != expected:
                raise ForgeConflict(f"`{branch}` is elsewhere")
            files = dict(self._files(parent))
            for edit in edits:
                files.pop(edit.path, None)
                files |= {} if edit.content is None else {edit.path: edit.content}
            sha = self._make((parent,), message, files, "bot")
            self.branches[branch] = sha
            self._follow(branch)
        return self.branches[branch]

    def open(self, new: NewPullRequest) -> PullRequest:
        with self._write("open", new.branch):
            if any(one.branch == new.branch for one in self.open_ones()):
                raise ForgeConflict("there is one already")
            number = next(self._numbers)
            self.requests[number] = PullRequest(
                number=number,
                branch=new.branch,
                base=new.base,
                head=self.branches[new.branch],
                title=new.title,
                body=new.body,
                draft=new.draft,
                url=f"https://forge.example/{number}",
                author="bot",
            )
        return self.requests[number]

    def update(
        self,
        number: int,
        *,
        title: str | None = None,
        body: str | None = None,
        state: Literal["open", "closed"] | None = None,
    ) -> None:
        with self._write("update", str(number)):
            one = self.requests[number]
            self.requests[number] = replace(
                one, title=title or one.title, body=body or one.body, state=state or one.state
            )

    def label(self, number: int, labels: Sequence[str]) -> None:
        with self._write("label", str(number)):
            one = self.requests[number]
            self.requests[number] = replace(one, labels=tuple(sorted({*one.labels, *labels})))

    def reviewers(self, number: int, logins: Sequence[str]) -> None:
        self._ask("reviewers", number, logins)

    def assignees(self, number: int, logins: Sequence[str]) -> None:
        self._ask("assignees", number, logins)

    def merge_when_checks_pass(self, number: int, *, head: str, method: MergeMethod) -> None:
        with self._write("merge", str(number)):
            if self.branches[self.requests[number].branch] != head:
                raise ForgeConflict("it is elsewhere")
            self.merging[number] = (head, method)

    def delete_branch(self, branch: str, *, expected: str) -> None:
        with self._write("delete", branch):
            if self.branches.get(branch, expected) != expected:
                raise ForgeConflict(f"`{branch}` is elsewhere")
            self.branches.pop(branch, None)
            for one in self.open_ones():
                if one.branch == branch:
                    self.close(one.number)

    def issues(self, label: str) -> tuple[Issue, ...]:
        return tuple(one for one in reversed(self.issues_by_number.values()) if label in one.labels)

    def open_issue(self, *, title: str, body: str, labels: Sequence[str]) -> Issue:
        with self._write("open_issue", title):
            number = next(self._numbers)
            self.issues_by_number[number] = Issue(
                number=number, title=title, body=body, labels=tuple(labels), author="bot"
            )
        return self.issues_by_number[number]

    def update_issue(
        self,
        number: int,
        *,
        title: str | None = None,
        body: str | None = None,
        state: Literal["open", "closed"] | None = None,
    ) -> None:
        with self._write("update_issue", str(number)):
            one = self.issues_by_number[number]
            self.issues_by_number[number] = replace(
                one, title=title or one.title, body=body or one.body, state=state or one.state
            )

    # how it is kept

    def _ask(self, what: str, number: int, logins: Sequence[str]) -> None:
        with self._write(what, str(number)):
            if "nobody" in logins:
                raise ForgeRefused("`nobody` is not known here")
            self.asked.setdefault(number, {})[what] = tuple(logins)

    @contextmanager
    def _write(self, method: str, subject: str) -> Iterator[None]:
        count = len(self.writes)
        self.writes.append(f"{method} {subject}")
        if method in self.refusals:
            raise self.refusals[method]
        error, done = self.faults.get(count, (None, True))
        if not done and error:
            raise error
        yield
        if error:
            raise error

    def _make(self, parents: tuple[str, ...], message: str, files: Files, author: str) -> str:
        text = repr((parents, message, sorted(files.items()), author, len(self.commits_by_sha)))
        sha = hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()
        self.commits_by_sha[sha] = (Commit(sha=sha, parents=parents, message=message, author=author), files)
        return sha

    def _files(self, sha: str | None) -> Files:
        return self.commits_by_sha[sha][1] if sha else {}

    def _log(self, sha: str) -> Iterator[Commit]:
        while True:
            commit = self.commits_by_sha[sha][0]
            yield commit
            if not commit.parents:
                return
            sha = commit.parents[0]

    def _follow(self, branch: str) -> None:
        for one in self.open_ones():
            if one.branch == branch:
                self.requests[one.number] = replace(one, head=self.branches[branch])


@dataclass
class Outage:
    """An accident at the n-th write: ``after`` it was done, the answer got lost."""

    at: int
    after: bool
    error: ForgeError = field(default_factory=lambda: ForgeUnreachable("no answer"))

    def of(self, forge: MemoryForge) -> None:
        """Let it happen."""
        forge.faults = {len(forge.writes) + self.at: (self.error, self.after)}
