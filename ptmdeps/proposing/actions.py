"""What to do about each upgrade and each pull request, each with its reason: what a plan consists of."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, get_args

from ptmdeps.forges.protocol import FileEdit, PullRequest
from ptmdeps.proposing.proposal import Proposal

Skipped = Literal[
    "closed",
    "taken-back",
    "ignored",
    "pinned",
    "card-only",
    "cooldown",
    "security-only",
    "limit",
    "theirs",
    "unknown",
    "nothing",
]
"""Why an upgrade is not proposed.

- ``closed``: a person closed the pull request of this revision without merging it.
- ``taken-back``: it was merged, and the base branch is at the old revision again.
- ``ignored``: a rule of the manifest.
- ``pinned``: the project asks for a commit.
- ``card-only``: nothing changed that a loader reads.
- ``cooldown``: the revision is too new.
- ``security-only``: it fixes nothing that was flagged, and the project wants nothing else.
- ``limit``: as many pull requests are open as there may be.
- ``theirs``: somebody else has a branch of that name.
- ``unknown``: the hub did not answer, or the model is gone; nothing that stands is touched.
- ``nothing``: locking it anew changes nothing.
"""

SKIPPED: tuple[Skipped, ...] = get_args(Skipped)


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A proposal, as it is written down at the forge.

    Attributes:
        proposal: what it is about.
        title: of the pull request.
        body: Markdown, without the marker.
        message: of the commit, whole, with the block of what is updated.
        edits: what the commit changes.
        digest: of all of this; the same digest is the same pull request.
    """

    proposal: Proposal
    title: str
    body: str = field(repr=False)
    message: str = field(repr=False)
    edits: tuple[FileEdit, ...] = field(repr=False)
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Open:
    """Open a pull request.

    Attributes:
        offer: what it says.
        head: where its branch is already, left by a run that broke off; ``None``: there is none.
        made: the branch has the right commit already.
        reason: why, for people.
    """

    offer: Offer
    head: str | None = None
    made: bool = False
    reason: str

    @property
    def key(self) -> str:
        """The branch."""
        return self.offer.proposal.branch


@dataclass(frozen=True, slots=True, kw_only=True)
class Update:
    """Bring an open pull request up to date.

    Attributes:
        offer: what it shall say.
        pull_request: as it is.
        head: where its branch is.
        base: the commit on which that is built.
        edits: digest of what that changes.
        rebuild: make its commit anew, on the base branch as it is now; else only the text changes.
        reason: why, for people.
    """

    offer: Offer
    pull_request: PullRequest
    head: str
    base: str
    edits: str
    rebuild: bool
    reason: str

    @property
    def key(self) -> str:
        """The branch."""
        return self.offer.proposal.branch


@dataclass(frozen=True, slots=True, kw_only=True)
class Finish:
    """Do what a run that broke off left to do (labels, people, merging)."""

    offer: Offer
    pull_request: PullRequest
    reason: str

    @property
    def key(self) -> str:
        """The branch."""
        return self.offer.proposal.branch


@dataclass(frozen=True, slots=True, kw_only=True)
class Close:
    """Close a pull request of ours, and delete its branch; one that is closed already waits only for the latter.

    Attributes:
        pull_request: as it is.
        head: where its branch is; ``None``: there is none any more.
        by: the branch that replaces it; empty: nothing does.
        reason: why, for people.
    """

    pull_request: PullRequest
    head: str | None
    by: str = ""
    reason: str

    @property
    def key(self) -> str:
        """The branch."""
        return self.pull_request.branch


@dataclass(frozen=True, slots=True, kw_only=True)
class Leave:
    """Touch nothing of an open pull request: it is what it shall be, or somebody else works on it (``theirs``)."""

    pull_request: PullRequest
    theirs: bool = False
    reason: str

    @property
    def key(self) -> str:
        """The branch."""
        return self.pull_request.branch


@dataclass(frozen=True, slots=True, kw_only=True)
class Skip:
    """Propose nothing.

    Attributes:
        key: the branch that it would have had; empty where there would be none.
        name: model or group, for people.
        to: the revision to which it would have moved, as people quote it; empty for several, or where nobody knows.
        why: the kind of reason.
        reason: the reason, for people.
        forceable: a person who wants it all the same can have it (by a box of the dashboard).
        number: the pull request that is the reason; 0: none.
        url: of that pull request.
    """

    key: str
    name: str
    to: str = ""
    why: Skipped
    reason: str
    forceable: bool = False
    number: int = 0
    url: str = ""


Action = Open | Update | Finish | Close | Leave | Skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Everything that is to be done, in the order in which it is.

    Attributes:
        base: the branch into which the pull requests go.
        parent: the commit of that branch on which they are built.
        on: digest of the lockfile there.
        actions: see ``Action``.
        pending: open pull requests after it, of ours.
        limit: how many there may be; 0: as many as there are.
    """

    base: str
    parent: str
    on: str = ""
    actions: tuple[Action, ...] = ()
    pending: int = 0
    limit: int = 0

    @property
    def writes(self) -> bool:
        """Whether anything of it changes the forge."""
        return any(isinstance(action, Open | Update | Finish | Close) for action in self.actions)
