"""What stands at the forge: read once, before anything is decided."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from ptmdeps.errors import ForgeError, ForgeNotFound
from ptmdeps.forges.protocol import FileEdit, Forge, Issue, PullRequest
from ptmdeps.manifest.pull_requests import BRANCHES, PullRequestSettings
from ptmdeps.paths import printable
from ptmdeps.proposing.dashboard import LABEL, ticked
from ptmdeps.proposing.markers import Marker, Moved, marker_of
from ptmdeps.proposing.messages import LOOKED_AT, edits_digest, signed_digest
from ptmdeps.proposing.naming import prefix_of_base


@dataclass(frozen=True, slots=True, kw_only=True)
class Branch:
    """A branch of the forge.

    Attributes:
        head: its commit.
        ours: nobody but us made a commit of it.
        base: the commit on which it is built; empty where it is not ours.
        edits: digest of what it changes, likewise.
    """

    head: str
    ours: bool
    base: str = ""
    edits: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What there is.

    Attributes:
        base: the branch into which pull requests go.
        parent: its commit.
        prefix: what the names of our branches for it begin with.
        on: digest of the lockfile there.
        pull_requests: ours by name, of this base, newest first.
        markers: of those that have one, by number.
        branches: those that are there, of open pull requests and of what may be proposed, by name.
        issue: the dashboard, if there is one.
        subjects: first lines of the newest commits of the base branch.
    """

    base: str
    parent: str
    prefix: str = BRANCHES
    on: str = ""
    pull_requests: tuple[PullRequest, ...] = ()
    markers: Mapping[int, Marker] = field(default_factory=dict)
    branches: Mapping[str, Branch] = field(default_factory=dict)
    issue: Issue | None = None
    subjects: tuple[str, ...] = ()

    @property
    def open(self) -> tuple[PullRequest, ...]:
        """The pull requests that are open."""
        return tuple(one for one in self.pull_requests if one.state == "open")

    @property
    def forced(self) -> frozenset[str]:
        """The branches whose boxes people ticked on the dashboard."""
        return ticked(self.issue.body) if self.issue and self.issue.state == "open" else frozenset()

    @property
    def refused(self) -> frozenset[Moved]:
        """The upgrades of single models whose pull requests people closed, and did not open again."""
        latest: dict[str, PullRequest] = {}
        for one in self.pull_requests:
            latest.setdefault(one.branch, one)
        markers = [(one, self.markers.get(one.number)) for one in latest.values() if one.state == "closed"]
        return frozenset(
            marker.models[0]
            for _, marker in markers
            if marker and not marker.closed and not marker.group and len(marker.models) == 1
        )


def standing(forge: Forge, settings: PullRequestSettings, lock: str, content: bytes) -> Standing:
    """Read everything but the branches of what is not proposed yet (``with_branches``).

    ``lock`` is the path of the lockfile in the repository, ``content`` the one of this checkout.

    Raises:
        ForgeError: something cannot be read, or the base branch has another lockfile than this checkout.
    """
    default = forge.default_branch()
    base = settings.base or default
    parent = forge.head(base)
    if parent is None:
        raise ForgeNotFound(f"there is no branch `{printable(base)}`", hint="`pr.base` or `--base` names another one")
    there = forge.read(lock, parent)
    if there != content:
        what = "no such file" if there is None else "another one"
        raise ForgeError(
            f"the branch `{printable(base)}` has {what} at `{printable(lock)}`: this is not its checkout",
            hint=f"Commit and push the lock, or check out `{printable(base)}`, and run the command again",
        )
    prefix = prefix_of_base(settings.branch_prefix, base, default)
    found = tuple(one for one in forge.pull_requests(prefix) if one.base == base)
    markers = {one.number: marker for one in found if (marker := marker_of(one.body)) is not None}
    issues = forge.issues(LABEL) if settings.dashboard and forge.dashboards else ()
    return Standing(
        base=base,
        parent=parent,
        prefix=prefix,
        on=hashlib.sha256(content).hexdigest(),
        pull_requests=found,
        markers=markers,
        branches={},
        issue=next((one for one in issues if one.state == "open"), next(iter(issues), None)),
        subjects=forge.messages(base, LOOKED_AT),
    )


def branches(forge: Forge, stands: Standing, names: Iterable[str], lock: str) -> dict[str, Branch]:
    """The branches of open pull requests, of those whose closing was not finished, and of these names.

    Raises:
        ForgeError: something cannot be read.
    """
    markers = {one.branch: stands.markers.get(one.number) for one in reversed(stands.pull_requests)}
    unfinished = {one.branch for one in stands.pull_requests if _unfinished(one, stands)}
    asked = sorted({*(one.branch for one in stands.open), *unfinished, *names})
    found = ((name, _branch(forge, stands.base, name, markers.get(name), lock)) for name in asked)
    return {name: branch for name, branch in found if branch is not None}


def _unfinished(one: PullRequest, stands: Standing) -> bool:
    marker = stands.markers.get(one.number)
    return bool(one.state == "closed" and marker and "branch" in marker.todo)


def _branch(forge: Forge, base: str, name: str, marker: Marker | None, lock: str) -> Branch | None:
    head = forge.head(name)
    if head is None:
        return None
    if marker is not None and marker.head == head:
        return Branch(head=head, ours=True, base=marker.base, edits=marker.edits)
    commits = forge.commits(base, name)
    if not commits:
        # a branch on which nobody has done anything yet
        return Branch(head=head, ours=True)
    if len(commits) != 1 or len(commits[0].parents) != 1:
        return Branch(head=head, ours=False)
    # a commit that we made, and of which no run could write down that it did
    content = forge.read(lock, head)
    edits = edits_digest([FileEdit(path=lock, content=content)])
    ours = signed_digest(commits[0]) == edits
    return Branch(head=head, ours=ours, base=commits[0].parents[0] if ours else "", edits=edits if ours else "")
