"""Carrying out a plan, so that a run that breaks off anywhere leaves what the next one recognises and completes.

Each pull request goes through the same steps: commit, open with a marker that names what is left to do, do that, take
it off the marker. The next run finds a branch without a pull request, a commit that its marker does not know, or a
marker with something left to do, and goes on from there.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from ptmdeps.errors import ForgeConflict, ForgeDenied, ForgeError, ForgeNotFound, ForgeRefused
from ptmdeps.forges.protocol import Forge, NewPullRequest, PullRequest
from ptmdeps.manifest.pull_requests import PullRequestSettings
from ptmdeps.proposing.actions import Action, Close, Finish, Leave, Offer, Open, Plan, Skip, Update
from ptmdeps.proposing.dashboard import LABEL, TITLE
from ptmdeps.proposing.markers import TODOS, Marker, Todo, marked, marker_of, moved, unmarked
from ptmdeps.proposing.messages import edits_digest
from ptmdeps.proposing.proposal import MARKER_ROOM, Proposal
from ptmdeps.proposing.standing import Standing


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What became of one action.

    Attributes:
        action: the action.
        pull_request: that was opened or updated; ``None`` for others.
        error: why it could not be done; what was done of it stays, and the next run goes on.
        remarks: what was left out of it, for people.
    """

    action: Action
    pull_request: PullRequest | None = None
    error: ForgeError | None = None
    remarks: tuple[str, ...] = ()


def applied(
    plan: Plan, forge: Forge, settings: PullRequestSettings, tell: Callable[[Done], None] = lambda _: None
) -> tuple[Done, ...]:
    """Carry out a plan; ``tell`` hears of each action as soon as it is done.

    What the forge refuses for one action hinders no other.

    Raises:
        ForgeError: the forge does not answer, has enough of us, or does not let this token do anything.
    """
    work = _Work(plan, forge, settings)
    done: list[Done] = []
    for action in plan.actions:
        one = work.do(action)
        done.append(one)
        tell(one)
    return tuple(done)


def write_dashboard(forge: Forge, stands: Standing, text: str) -> bool:
    """Bring the dashboard up to date; whether anything was written. A person who closed it wants none.

    Raises:
        ForgeError: the forge does not let us.
    """
    if stands.issue is None:
        forge.open_issue(title=TITLE, body=text, labels=(LABEL,))
        return True
    if stands.issue.state == "closed" or _plain(stands.issue.body) == _plain(text):
        return False
    forge.update_issue(stands.issue.number, body=text)
    return True


def room(forge: Forge) -> int:
    """Characters that a body may have without its marker."""
    return forge.body_limit - MARKER_ROOM


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n").strip()


class _Work:
    """One run."""

    def __init__(self, plan: Plan, forge: Forge, settings: PullRequestSettings) -> None:
        self._plan = plan
        self._forge = forge
        self._settings = settings

    def do(self, action: Action) -> Done:
        """One action. What is refused, or changed under our hands, is of this action alone."""
        try:
            match action:
                case Open():
                    return self._open(action)
                case Update():
                    return self._update(action)
                case Finish():
                    return self._finished(action, action.pull_request)
                case Close():
                    return self._close(action)
                case Leave() | Skip():
                    return Done(action=action)
        except (ForgeConflict, ForgeRefused) as error:
            return Done(action=action, error=error)

    def _open(self, action: Open) -> Done:
        offer = action.offer
        head = action.head if action.made and action.head else self._commit(offer, action.head)
        marker = replace(self._marker(offer, head, self._plan.parent), todo=self._todo(offer.proposal))
        opened = self._forge.open(
            NewPullRequest(
                branch=offer.proposal.branch,
                base=offer.proposal.base,
                title=offer.title,
                body=marked(offer.body, marker),
                draft=self._settings.draft,
            )
        )
        # what the forge made of it does not count: the marker is the one that was sent
        return self._finished(action, replace(opened, head=head, body=marked(offer.body, marker)))

    def _update(self, action: Update) -> Done:
        offer, one = action.offer, action.pull_request
        head = self._commit(offer, action.head) if action.rebuild else action.head
        base = self._plan.parent if action.rebuild else action.base
        earlier = marker_of(one.body) or Marker()
        todo = {*earlier.todo} & {*self._todo(offer.proposal)}
        if action.rebuild and offer.proposal.automerge and self._forge.dashboards:
            # forges take back that they shall merge when a branch is given another commit
            todo.add("merge")
        marker = self._marker(offer, head, base)
        if not action.rebuild:
            on = {earlier.base: earlier.on, self._plan.parent: self._plan.on}.get(base, "")
            marker = replace(marker, edits=action.edits, on=on)
        marker = replace(marker, todo=tuple(step for step in TODOS if step in todo))
        body = marked(offer.body, marker)
        self._forge.update(one.number, title=offer.title, body=body)
        return self._finished(action, replace(one, title=offer.title, body=body, head=head))

    def _close(self, action: Close) -> Done:
        one = action.pull_request
        marker = marker_of(one.body) or Marker()
        text = unmarked(one.body)
        if one.state == "open":
            note = f"> **Closed by ptmdeps:** {action.reason}.\n\n"
            closed = replace(marker, closed="superseded" if action.by else "settled", todo=("branch",))
            text = self._fitting(note + text)
            self._forge.update(one.number, body=marked(text, closed), state="closed")
            marker = closed
        if action.head is not None:
            self._forge.delete_branch(one.branch, expected=action.head)
        if self._forge.dashboards:
            self._forge.update(one.number, body=marked(text, replace(marker, todo=())))
        return Done(action=action, pull_request=one)

    def _fitting(self, body: str) -> str:
        return body if len(body) <= room(self._forge) else body[: room(self._forge) - 2] + "…\n"

    def _finished(self, action: Action, one: PullRequest) -> Done:
        """Everything that follows the opening, and then a marker that has nothing left to do."""
        marker = marker_of(one.body) or Marker()
        if not marker.todo:
            return Done(action=action, pull_request=one)
        remarks = tuple(remark for step in marker.todo if (remark := self._step(step, one)))
        body = marked(unmarked(one.body), replace(marker, todo=()))
        self._forge.update(one.number, body=body)
        labels = tuple(sorted({*one.labels, *self._settings.labels}))
        return Done(action=action, pull_request=replace(one, body=body, labels=labels), remarks=remarks)

    def _step(self, step: Todo, one: PullRequest) -> str:
        """One of the things that follow; what went wrong with it, for people. It is not tried again in every run."""
        settings = self._settings
        try:
            match step:
                case "labels":
                    self._forge.label(one.number, settings.labels)
                case "reviewers":
                    self._forge.reviewers(one.number, settings.reviewers)
                case "assignees":
                    self._forge.assignees(one.number, settings.assignees)
                case "merge":
                    self._forge.merge_when_checks_pass(one.number, head=one.head, method=settings.merge_method)
                case "branch":
                    pass
        except (ForgeRefused, ForgeDenied, ForgeNotFound, ForgeConflict) as error:
            return f"{step}: {error.message}"
        return ""

    def _todo(self, proposal: Proposal) -> tuple[Todo, ...]:
        if not self._forge.dashboards:
            return ()
        settings = self._settings
        wanted: dict[Todo, object] = {
            "labels": settings.labels,
            "reviewers": settings.reviewers,
            "assignees": settings.assignees,
            "merge": proposal.automerge,
        }
        return tuple(step for step in TODOS if wanted.get(step))

    def _commit(self, offer: Offer, expected: str | None) -> str:
        return self._forge.commit(
            offer.proposal.branch,
            parent=self._plan.parent,
            message=offer.message,
            edits=offer.edits,
            expected=expected,
        )

    def _marker(self, offer: Offer, head: str, base: str) -> Marker:
        return Marker(
            models=moved(offer.proposal),
            group=offer.proposal.group,
            digest=offer.digest,
            edits=edits_digest(offer.edits),
            head=head,
            base=base,
            on=self._plan.on,
        )
