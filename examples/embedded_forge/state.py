"""What every forge keeps: projects over real Git, pull requests, issues, labels and people; and what follows from what.

Here are the rules that GitHub, GitLab and Gitea have in common, in GitHub's words: a pull request follows its branch,
is closed when the branch goes, and is merged when its commits arrive in the base. Each forge says it in its own words.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal

from embedded_forge.repository import NOTHING, Bare, Person

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

Verdict = Literal["pending", "success", "failure"]
Method = Literal["merge", "squash", "rebase"]
EVERYTHING = frozenset({"contents", "pull_requests", "issues"})
"""What a token may be allowed to write. Reading is allowed with every token that is known."""


class RefusedError(Exception):
    """What no forge does; `code` says why: `no-head`, `no-base`, `nothing-new`, `exists`, `moved`, `conflict` or so."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """Whom a token belongs to, and what may be written with it (see `EVERYTHING`)."""

    login: str
    may: frozenset[str] = EVERYTHING
    app: bool = False
    """Whether it is that of an app, such as `GITHUB_TOKEN`: what it opens starts no CI."""


@dataclass(slots=True, kw_only=True)
class Label:
    """A label of a project."""

    id: int
    name: str
    color: str = "ededed"
    description: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment:
    """What somebody said."""

    id: int
    author: str
    body: str
    created: datetime


@dataclass(slots=True, kw_only=True)
class Issue:
    """An issue, and what a pull request has in common with one."""

    id: int
    number: int
    title: str
    body: str
    author: str
    created: datetime
    updated: datetime
    state: Literal["open", "closed"] = "open"
    closed: datetime | None = None
    labels: set[str] = field(default_factory=set)
    assignees: set[str] = field(default_factory=set)
    comments: list[Comment] = field(default_factory=list)


@dataclass(slots=True, kw_only=True)
class PullRequest(Issue):
    """A pull request; `head` follows its branch while it is open.

    `fork` is the owner of the repository of the branch where that is another one; `merge_commit` is there when it was
    merged, `auto_merge` the method when it shall be as soon as its checks pass.
    """

    branch: str
    base: str
    head: str
    base_sha: str
    fork: str = ""
    draft: bool = False
    merge_commit: str = ""
    merged_at: datetime | None = None
    merged_by: str = ""
    reviewers: set[str] = field(default_factory=set)
    teams: set[str] = field(default_factory=set)
    auto_merge: Method | None = None
    auto_merge_by: str = ""

    @property
    def merged(self) -> bool:
        """Return whether it was merged."""
        return bool(self.merge_commit)


class Project:
    """One repository with what people and bots do around it.

    Attributes that tests may set: `default_branch`, `people` (who may be assigned or review), `teams`, `private`,
    `has_issues`, `archived`, `allow_auto_merge`, `checks_required` (a pull request is merged only when every check of
    its head passed, and there is one), `protected` (branches into which nobody pushes).
    """

    def __init__(self, forge: State, name: str, number: int, directory: Path) -> None:
        self.forge, self.name, self.number = forge, name, number
        self.git = Bare(directory)
        self.lock = self.git.lock
        self.default_branch = "main"
        self.people: set[str] = set()
        self.teams: set[str] = set()
        self.labels: dict[str, Label] = {}
        self.issues: dict[int, Issue] = {}
        self.pulls: dict[int, PullRequest] = {}
        self.checks: dict[str, dict[str, Verdict]] = {}
        self.private = self.archived = False
        self.has_issues = self.allow_auto_merge = True
        self.checks_required = False
        self.protected: set[str] = set()
        self._settled: dict[int, tuple[str | None, str | None]] = {}
        self.created = forge.now()

    @property
    def owner(self) -> str:
        """The part of the name before its last slash."""
        return self.name.rpartition("/")[0]

    # -- Git -----------------------------------------------------------------------------------------------------------

    def person(self, login: str) -> Person:
        """Return how somebody signs commits now."""
        return Person(name=login, email=f"{login}@users.noreply.example", date=self.forge.now())

    def push(
        self,
        branch: str,
        files: Mapping[str, bytes | None],
        *,
        message: str = "Change",
        author: str = "ada",
        parent: str | None = None,
    ) -> str:
        """Commit as somebody does who works there: on top of the branch, or from `parent` with force."""
        with self.lock:
            start = parent or self.git.head(branch)
            tree = self.git.edited(self.git.read_commit(start).tree if start else None, files)
            new = self.git.commit(
                tree=tree, parents=(start,) if start else (), message=message, author=self.person(author)
            )
            self.move(branch, new, force=parent is not None)
            return new

    def move(self, branch: str, new: str, *, expected: str | None = None, force: bool = False) -> None:
        """Let a branch be at a commit; see `Bare.set_ref`."""
        with self.lock:
            self.git.set_ref(f"refs/heads/{branch}", new, expected=expected, force=force)
            self.settle()

    def create_branch(self, branch: str, at: str) -> None:
        """Make a branch that is not there yet."""
        self.move(branch, at, expected=NOTHING)

    def delete_branch(self, branch: str) -> None:
        """Delete a branch; its open pull requests are closed."""
        with self.lock:
            self.git.delete_ref(f"refs/heads/{branch}")
            self.settle()

    def settle(self) -> None:
        """Let every open pull request follow its branch; called after each push."""
        with self.lock:
            heads = self.git.refs()
            for pull in self.pulls.values():
                ends = (heads.get(f"refs/heads/{pull.branch}"), heads.get(f"refs/heads/{pull.base}"))
                if pull.state == "open" and not pull.fork and self._settled.get(pull.number) != ends:
                    self._follow(pull, *ends)
                    self._settled[pull.number] = ends

    def _follow(self, pull: PullRequest, head: str | None, base: str | None) -> None:
        if head and base and pull.head == head and self.git.is_ancestor(head, base):
            self._merged(pull, base, "")  # its commits arrived in the base by a push
        elif head is None or base is None:
            self._close(pull)
        elif head != pull.head:
            pull.head, pull.updated = head, self.forge.now()
            if self.git.is_ancestor(head, base):
                self._close(pull)
            self._merge_if_asked(pull)

    # -- pull requests -------------------------------------------------------------------------------------------------

    def open(
        self, *, branch: str, base: str, title: str, body: str, author: str, draft: bool = False, fork: str = ""
    ) -> PullRequest:
        """Open a pull request. With `fork` it is of that owner's repository, where `branch` is called the same.

        Raises:
            RefusedError: `no-head`, `no-base`, `nothing-new` or `exists`.
        """
        with self.lock:
            head, onto = self.git.head(branch) or "", self.git.head(base) or ""
            if fork:
                head = head or onto
            if not head or not onto:
                raise RefusedError("no-base" if head else "no-head", base if head else branch)
            if not fork and self.git.is_ancestor(head, onto):
                raise RefusedError("nothing-new", branch)
            same = (pull for pull in self.pulls.values() if pull.state == "open")
            if any((pull.branch, pull.base, pull.fork) == (branch, base, fork) for pull in same):
                raise RefusedError("exists", branch)
            common = self._common(title, body, author)
            pull = PullRequest(**common, branch=branch, base=base, head=head, base_sha=onto, fork=fork, draft=draft)
            self.pulls[pull.number] = pull
            return pull

    def reopen(self, pull: PullRequest) -> None:
        """Open a closed one again.

        Raises:
            RefusedError: `merged`, `exists`, or `branch-changed`: its branch is gone or was rewritten since.
        """
        with self.lock:
            if pull.merged:
                raise RefusedError("merged")
            if any(
                other is not pull and other.state == "open" and (other.branch, other.base) == (pull.branch, pull.base)
                for other in self.pulls.values()
            ):
                raise RefusedError("exists", pull.branch)
            now = self.git.head(pull.branch)
            if now is None or not self.git.is_ancestor(pull.head, now):
                raise RefusedError("branch-changed", pull.branch)
            pull.state, pull.closed, pull.head, pull.updated = "open", None, now, self.forge.now()

    def close(self, item: Issue) -> None:
        """Close a pull request or an issue without a merge."""
        with self.lock:
            if item.state == "open":
                self._close(item)

    def mergeable(self, pull: PullRequest) -> bool:
        """Return whether it can be merged without a conflict."""
        base = self.git.head(pull.base)
        return base is not None and self.git.merged_tree(base, pull.head) is not None

    def verdict(self, sha: str) -> Verdict | None:
        """Return what the checks of a commit come to; None where there are none."""
        found = set(self.checks.get(sha, {}).values())
        if not found:
            return None
        return "failure" if "failure" in found else "pending" if "pending" in found else "success"

    def check(self, sha: str, verdict: Verdict, *, name: str = "test") -> None:
        """Let a check of a commit come to a verdict, as CI does; what waits for it is merged."""
        with self.lock:
            self.checks.setdefault(sha, {})[name] = verdict
            for pull in list(self.pulls.values()):
                if pull.state == "open" and pull.head == sha:
                    self._merge_if_asked(pull)

    def rules_met(self, pull: PullRequest) -> bool:
        """Return whether it may be merged now."""
        checked = not self.checks_required or self.verdict(pull.head) == "success"
        return checked and not pull.draft and self.mergeable(pull)

    def merge(self, pull: PullRequest, *, by: str, method: Method = "merge", expected: str = "") -> str:
        """Merge, and return the commit that the base is at then.

        Raises:
            RefusedError: `closed`, `moved` (it is not at `expected`), `draft`, `checks` or `conflict`.
        """
        with self.lock:
            if pull.state != "open":
                raise RefusedError("closed")
            if expected and expected != pull.head:
                raise RefusedError("moved", pull.head)
            if pull.draft:
                raise RefusedError("draft")
            if self.checks_required and self.verdict(pull.head) != "success":
                raise RefusedError("checks")
            base = self.git.head(pull.base) or ""
            tree = self.git.merged_tree(base, pull.head) if base else None
            if tree is None:
                raise RefusedError("conflict")
            new = self.git.commit(
                tree=tree,
                parents=(base, pull.head) if method == "merge" else (base,),
                message=f"Merge #{pull.number}" if method == "merge" else f"{pull.title} (#{pull.number})",
                author=self.person(by),
            )
            self._merged(pull, new, by)
            self.git.set_ref(f"refs/heads/{pull.base}", new)
            self.settle()
            return new

    def _merge_if_asked(self, pull: PullRequest) -> None:
        if pull.auto_merge and pull.state == "open" and self.rules_met(pull):
            self.merge(pull, by=pull.auto_merge_by, method=pull.auto_merge)

    def _merged(self, pull: PullRequest, commit: str, by: str) -> None:
        pull.merge_commit, pull.merged_at, pull.merged_by = commit, self.forge.now(), by
        self._close(pull)

    def _close(self, item: Issue) -> None:
        item.state, item.closed, item.updated = "closed", self.forge.now(), self.forge.now()
        if isinstance(item, PullRequest):
            item.auto_merge = None

    # -- issues, labels, comments --------------------------------------------------------------------------------------

    def open_issue(self, *, title: str, body: str, author: str, labels: Iterable[str] = ()) -> Issue:
        """Open an issue; labels that are not there yet are made."""
        with self.lock:
            issue = Issue(**self._common(title, body, author))
            issue.labels |= {self.label(name).name for name in labels}
            self.issues[issue.number] = issue
            return issue

    def ticket(self, number: int) -> Issue | None:
        """Return the issue or the pull request of a number."""
        return self.pulls.get(number) or self.issues.get(number)

    def label(self, name: str, *, color: str = "ededed", description: str = "") -> Label:
        """Return the label of a name (whatever its case), made where it is not there yet."""
        with self.lock:
            for label in self.labels.values():
                if label.name.lower() == name.lower():
                    return label
            made = Label(id=self.forge.next_id(), name=name, color=color, description=description)
            self.labels[name] = made
            return made

    def comment(self, item: Issue, *, author: str, body: str) -> Comment:
        """Say something."""
        with self.lock:
            made = Comment(id=self.forge.next_id(), author=author, body=body, created=self.forge.now())
            item.comments.append(made)
            item.updated = made.created
            return made

    def touch(self, item: Issue) -> None:
        """Tell that something was changed."""
        item.updated = self.forge.now()

    def _common(self, title: str, body: str, author: str) -> dict[str, Any]:
        now = self.forge.now()
        number = 1 + max([0, *self.pulls, *self.issues])
        return {
            "id": self.forge.next_id(),
            "number": number,
            "title": title,
            "body": body,
            "author": author,
            "created": now,
            "updated": now,
        }


class State:
    """All projects of a forge, and who may do what.

    `tokens` maps a token to its `Access`; a token that is not there is refused. Time goes on by a second for whatever
    happens, from the same instant each time.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self.projects: dict[str, Project] = {}
        self.tokens: dict[str, Access] = {}
        self._lock = threading.Lock()
        self._ids = 0
        self._now = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)

    def create(self, name: str, files: Mapping[str, bytes] | None = None, *, branch: str = "main") -> Project:
        """Make a repository `owner/name` (or deeper) with a first commit on its default branch."""
        number = len(self.projects) + 1
        project = Project(self, name, number, self.root / f"{number}.git")
        project.default_branch = branch
        project.push(branch, dict(files or {"README.md": b"# A project\n"}), message="Initial commit")
        project.git.git("symbolic-ref", "HEAD", f"refs/heads/{branch}")
        self.projects[name] = project
        return project

    def project(self, name: str) -> Project | None:
        """Return a project by its name, whatever its case."""
        return next((found for key, found in self.projects.items() if key.lower() == name.lower()), None)

    def now(self) -> datetime:
        """Return the time, which goes on by a second."""
        with self._lock:
            self._now += timedelta(seconds=1)
            return self._now

    def next_id(self) -> int:
        """Return a number that nothing has yet."""
        with self._lock:
            self._ids += 1
            return self._ids


def instant(moment: datetime) -> str:
    """Return a time as the APIs write it."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
