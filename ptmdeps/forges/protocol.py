"""What a forge must be able to do so that upgrades can be proposed there: values in, values out, nothing decided.

A forge is where a project's repository lives and people review: GitHub, GitLab, Gitea and Forgejo, or only the
project's own Git. What to propose is decided in ``ptmdeps.proposing``; here is only what that needs of a forge, and
everything is spoken of in the words of GitHub (a merge request is a pull request).

What every forge promises:

- Reading changes nothing. Every method that changes something says so, and changes one thing: if it fails, nothing
  happened, or it happened and the next reading shows it. So a run that broke off is mended by running again.
- All pages are read; order does not depend on the server (see each method).
- Tokens go to the origin of ``Place.api`` only, are never logged, and are in no error and no ``repr``.
- Texts of others (titles, bodies, names) are returned as they are: hostile until looked at, of any length.
- Every error is a ``ForgeError``; what a server says of a refusal is made printable and cut.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import ClassVar, Literal, Protocol

State = Literal["open", "merged", "closed"]
"""``closed``: without a merge."""

MergeMethod = Literal["merge", "squash", "rebase"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a repository is.

    Attributes:
        forge: a name of ``FORGES``.
        api: address of the API's root, without a slash at the end (``https://api.github.com``,
            ``https://gitlab.example/api/v4``, ``https://codeberg.org/api/v1``); empty for ``local``.
        repository: ``owner/name``, or ``group/subgroup/name``; for ``local`` the path of the folder.
    """

    forge: str
    api: str = ""
    repository: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PullRequest:
    """A pull request, a merge request.

    Attributes:
        number: by which people call it (GitLab: ``iid``).
        branch: where its commits are, without ``refs/heads/``; always of the same repository, never of a fork.
        base: the branch into which it shall go.
        head: the commit at which the forge sees ``branch``; of a closed one, the last that it saw.
        title: as it is now, people may have changed it.
        body: Markdown, likewise, whole.
        state: a draft is open.
        labels: names, sorted.
        draft: not to be merged yet (GitLab: of its own field, ``title`` is without ``Draft:``).
        url: page for people.
        author: login of who opened it; empty where that is not told.
    """

    number: int
    branch: str
    base: str
    head: str
    title: str
    body: str = field(default="", repr=False)
    state: State = "open"
    labels: tuple[str, ...] = ()
    draft: bool = False
    url: str = ""
    author: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPullRequest:
    """A pull request that is to be opened; labels and people come later, by their own methods."""

    branch: str
    base: str
    title: str
    body: str = field(repr=False)
    draft: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FileEdit:
    """One file of a commit: its whole content, or ``None`` to remove it.

    ``path`` is from the root of the repository, with ``/``. The mode of a file that is there stays.
    """

    path: str
    content: bytes | None = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Commit:
    """One commit of a branch. Whether it is ours is decided by ``ptmdeps.proposing``, from its message and content.

    Attributes:
        sha: 40 or 64 hexadecimal digits.
        parents: likewise, the first parent first.
        message: whole, as Git keeps it, without line breaks at its end.
        author: name of the author.
        email: of the author.
    """

    sha: str
    parents: tuple[str, ...]
    message: str
    author: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """An issue: the dashboard is one. ``state`` is ``open`` or ``closed``; ``labels`` are names, sorted."""

    number: int
    title: str
    body: str = field(default="", repr=False)
    state: Literal["open", "closed"] = "open"
    labels: tuple[str, ...] = ()
    url: str = ""
    author: str = ""


class Forge(Protocol):
    """The repository of one project at its forge."""

    name: ClassVar[str]
    """As in ``FORGES``."""
    body_limit: ClassVar[int]
    """Characters that a description may have; of those of the forge, the smaller one of pull request and issue."""
    title_limit: ClassVar[int]
    """Characters that a title may have."""
    dashboards: ClassVar[bool]
    """Whether it has issues: ``False`` for ``local``.

    ``local`` keeps branches only. There, each branch with a description (``git config branch.NAME.description``: the
    title, an empty line, the body) is a pull request, ``open`` and ``update`` write that description, and closing one
    deletes branch and description. Labels, people, auto-merge and issues are not asked of it.
    """

    @property
    def place(self) -> Place:
        """Where it is."""
        ...

    def default_branch(self) -> str:
        """The branch into which pull requests go unless somebody says otherwise.

        Raises:
            ForgeNotFound: there is no such repository, or it is hidden from this token.
        """
        ...

    def head(self, branch: str) -> str | None:
        """The commit of a branch; ``None`` where there is no such branch."""
        ...

    def read(self, path: str, commit: str) -> bytes | None:
        """A file of a commit, whole, as bytes; ``None`` where the commit has no such file (or a folder there).

        Raises:
            ForgeNotFound: there is no such commit.
        """
        ...

    def pull_requests(self, prefix: str) -> tuple[PullRequest, ...]:
        """Those whose branch is of this repository and begins with ``prefix``, in every state, newest number first.

        Never those of forks, whatever their branch is called: anybody can make one. Closed ones count for as long as
        their branch was called so, even where the branch is gone by now. At most the newest 1,000 closed ones.
        """
        ...

    def messages(self, branch: str, count: int) -> tuple[str, ...]:
        """The subjects (first lines) of the newest ``count`` (≤ 100) commits of a branch, newest first."""
        ...

    def commits(self, base: str, branch: str) -> tuple[Commit, ...]:
        """What ``branch`` has and ``base`` has not (``git log base..branch``), oldest first; ≤ 100 are enough.

        Raises:
            ForgeNotFound: one of the branches is not there.
        """
        ...

    def commit(self, branch: str, *, parent: str, message: str, edits: Sequence[FileEdit], expected: str | None) -> str:
        """Make one commit on ``parent`` and let ``branch`` be there; all of it or nothing. Returns its sha.

        ``expected`` is where the branch is now, which is given up for the new commit (a push with lease and force);
        ``None``: there is no such branch yet. The author is whom the token belongs to.

        Raises:
            ForgeConflict: the branch is not where it was expected; nothing was changed.
            ForgeDenied: the token may not write.
        """
        ...

    def open(self, new: NewPullRequest) -> PullRequest:
        """Open a pull request.

        Raises:
            ForgeConflict: there is an open one of this branch already.
            ForgeDenied: the token may not.
        """
        ...

    def update(
        self,
        number: int,
        *,
        title: str | None = None,
        body: str | None = None,
        state: Literal["open", "closed"] | None = None,
    ) -> None:
        """Change what is given of a pull request, in one request: all of it or nothing."""
        ...

    def label(self, number: int, labels: Sequence[str]) -> None:
        """Add these labels to a pull request or an issue; make those that the repository does not have yet."""
        ...

    def reviewers(self, number: int, logins: Sequence[str]) -> None:
        """Ask these people for a review, and keep those who were asked. GitHub: ``org/team`` is a team.

        Raises:
            ForgeRefused: one of them is not known there, or may not review.
        """
        ...

    def assignees(self, number: int, logins: Sequence[str]) -> None:
        """Assign these people to a pull request, and keep those who are.

        Raises:
            ForgeRefused: one of them is not known there.
        """
        ...

    def merge_when_checks_pass(self, number: int, *, head: str, method: MergeMethod) -> None:
        """Have the forge merge a pull request as soon as its rules are met; one that is so already merges now.

        ``head`` is the commit that was looked at: any other one is not merged. Asked twice is asked once.

        Raises:
            ForgeRefused: the repository does not allow it, see the message.
        """
        ...

    def delete_branch(self, branch: str, *, expected: str) -> None:
        """Delete a branch that is at ``expected``; one that is not there is deleted.

        Raises:
            ForgeConflict: it is at another commit.
        """
        ...

    def issues(self, label: str) -> tuple[Issue, ...]:
        """The issues (no pull requests) that bear a label, in every state, newest number first.

        By label and not by a text in the body: anybody can open an issue, and only the project's people can label it.
        """
        ...

    def open_issue(self, *, title: str, body: str, labels: Sequence[str]) -> Issue:
        """Open an issue that bears these labels from the start; make those that the repository does not have yet.

        Raises:
            ForgeRefused: the repository has no issues.
        """
        ...

    def update_issue(
        self,
        number: int,
        *,
        title: str | None = None,
        body: str | None = None,
        state: Literal["open", "closed"] | None = None,
    ) -> None:
        """Change what is given of an issue, in one request."""
        ...
