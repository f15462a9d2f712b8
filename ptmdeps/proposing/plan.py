"""What to do: every candidate and every pull request that stands, judged in a fixed order. Nothing is written here."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from ptmdeps.forges.protocol import PullRequest
from ptmdeps.manifest.pull_requests import PullRequestSettings
from ptmdeps.proposing.actions import Action, Close, Finish, Leave, Offer, Open, Plan, Skip, Skipped, Update
from ptmdeps.proposing.candidates import Candidate
from ptmdeps.proposing.markers import Marker, Moved, rebase_wished
from ptmdeps.proposing.messages import edits_digest
from ptmdeps.proposing.standing import Branch, Standing

AS_IT_SHALL_BE = "it is what it shall be"
"""Why most pull requests are left as they are."""
SOMEBODY = "somebody else committed to its branch"

Make = Callable[[Candidate], Offer | Skip]
"""Locks a candidate anew, in a dry run, and writes down what that means; a ``Skip`` where that cannot be done."""

Settled = Callable[[Moved], str]
"""Why an open pull request need not move a model any more; empty where it does, or where nobody knows."""


def planned(
    found: Iterable[Candidate | Skip],
    stands: Standing,
    settings: PullRequestSettings,
    make: Make,
    settled: Settled = lambda _: "",
) -> Plan:
    """Judge every candidate; those that have a pull request first, and the ones that people ticked before all."""
    found = tuple(found)
    candidates = [one for one in found if isinstance(one, Candidate)]
    planner = _Planner(stands, settings, make, frozenset(one.branch for one in candidates))
    actions = [planner.judge(candidate) for candidate in sorted(candidates, key=planner.rank)]
    actions += planner.others(settled)
    actions += [one for one in found if isinstance(one, Skip)]
    return Plan(
        base=stands.base,
        parent=stands.parent,
        on=stands.on,
        actions=tuple(sorted(actions, key=_order)),
        pending=planner.pending,
        limit=settings.limit,
    )


def _order(action: Action) -> tuple[int, str, str]:
    """What replaces something stands before that is closed; what is not done comes last. The same in every run."""
    kinds: tuple[type[Action], ...] = (Update, Finish, Open, Close, Leave, Skip)
    name = action.name if isinstance(action, Skip) else ""
    return next(index for index, kind in enumerate(kinds) if isinstance(action, kind)), action.key, name


@dataclass
class _Planner:
    """The judgements about one project, one after the other: each pull request that is opened counts for the next."""

    stands: Standing
    settings: PullRequestSettings
    make: Make
    names: frozenset[str]

    def __post_init__(self) -> None:
        self.pending = sum(one.number in self.stands.markers for one in self.stands.open)
        self._opened = 0
        self._standing: dict[str, Candidate] = {}
        self._replaced: set[int] = set()

    def rank(self, candidate: Candidate) -> tuple[bool, bool]:
        """What people ticked, then what is open, then the others."""
        return (candidate.branch not in self.stands.forced, self._open(candidate.branch) is None)

    def judge(self, candidate: Candidate) -> Action:
        """What to do about one candidate."""
        pull_request = self._open(candidate.branch)
        branch = self.stands.branches.get(candidate.branch)
        action = self._maintained(candidate, pull_request, branch) if pull_request else self._new(candidate, branch)
        if isinstance(action, Open | Update | Finish | Leave):
            self._standing[candidate.branch] = candidate
        return action

    def others(self, settled: Settled) -> Iterator[Action]:
        """What to do about the pull requests that belong to no candidate."""
        for one in self.stands.pull_requests:
            marker = self.stands.markers.get(one.number)
            branch = self.stands.branches.get(one.branch)
            if one.state == "closed" and marker and "branch" in marker.todo:
                ours = branch is not None and branch.ours and not self._open(one.branch)
                yield Close(
                    pull_request=one,
                    head=branch.head if branch and ours else None,
                    reason="its branch was to be deleted",
                )
            elif one.state == "open" and marker and one.branch not in self.names:
                yield self._other(one, marker, branch, settled)

    def _open(self, branch: str) -> PullRequest | None:
        return next((one for one in self.stands.open if one.branch == branch), None)

    def _maintained(self, candidate: Candidate, pull_request: PullRequest, branch: Branch | None) -> Action:
        if branch is None or not branch.ours:
            return Leave(pull_request=pull_request, theirs=True, reason=SOMEBODY)
        offer = self.make(candidate)
        if isinstance(offer, Skip):
            return Leave(pull_request=pull_request, reason=offer.reason)
        marker = self.stands.markers.get(pull_request.number, Marker())
        why = self._rebuilding(pull_request, marker, branch, offer)
        if why or marker.digest != offer.digest or marker.head != branch.head:
            return Update(
                offer=offer,
                pull_request=pull_request,
                head=branch.head,
                base=branch.base,
                edits=branch.edits,
                rebuild=bool(why),
                reason=why or "its text was out of date",
            )
        if marker.todo:
            return Finish(offer=offer, pull_request=pull_request, reason="an earlier run broke off")
        return Leave(pull_request=pull_request, reason=AS_IT_SHALL_BE)

    def _rebuilding(self, pull_request: PullRequest, marker: Marker, branch: Branch, offer: Offer) -> str:
        """Why its commit is to be made anew; empty: it is not."""
        if rebase_wished(pull_request.body):
            return "somebody ticked its box"
        moved = branch.base != self.stands.parent
        conflicting = moved and (marker.on != self.stands.on or branch.base != marker.base)
        different = branch.edits != edits_digest(offer.edits)
        if self.settings.rebase == "never":
            return "it locks something else now" if different and not conflicting else ""
        if different or conflicting:
            return "the lock of the base branch changed" if conflicting else "it locks something else now"
        return "the base branch moved" if moved and self.settings.rebase == "behind" else ""

    def _new(self, candidate: Candidate, branch: Branch | None) -> Action:
        forced = candidate.branch in self.stands.forced
        replaced = [one for one in self._replacing(candidate) if one.number not in self._replaced]
        full = None if forced or replaced else self._full(candidate)
        refused = self._refused(candidate, branch, full, forced=forced)
        if refused is not None:
            return refused
        offer = self.make(candidate)
        if isinstance(offer, Skip):
            return offer
        fixes = any(one.fixes for one in offer.proposal.models)
        unwanted = full if forced or fixes else candidate.doubt or full
        if unwanted is not None:
            return unwanted
        self.pending += 1 - len(replaced)
        self._replaced.update(one.number for one in replaced)
        self._opened += not replaced
        reason = "somebody ticked its box on the dashboard" if forced else "there is a newer revision"
        if branch is None:
            return Open(offer=offer, reason=reason)
        made = branch.edits == edits_digest(offer.edits) and branch.base == self.stands.parent
        return Open(offer=offer, head=branch.head, made=made, reason=reason)

    def _refused(self, candidate: Candidate, branch: Branch | None, full: Skip | None, *, forced: bool) -> Skip | None:
        """Why it is not proposed, as far as that is known before it is locked anew."""
        if not forced and (earlier := self._earlier(candidate)):
            return earlier
        if branch is not None and not branch.ours:
            return self._skip(candidate, "theirs", f"somebody else has a branch `{candidate.branch}`")
        if forced or candidate.doubt is None:
            return full
        # what is only too new, or not about security, may take away something that was flagged: that has to be seen
        return candidate.doubt if candidate.doubt.why == "card-only" else None

    def _earlier(self, candidate: Candidate) -> Skip | None:
        """Whether people have decided about it already: the newest pull request of the same branch counts."""
        one = next((one for one in self.stands.pull_requests if one.branch == candidate.branch), None)
        if one is None:
            return None
        if one.state == "merged":
            reason = f"#{one.number} was merged, and `{self.stands.base}` took it back"
            return self._skip(candidate, "taken-back", reason, one)
        marker = self.stands.markers.get(one.number)
        if marker and marker.closed:
            return None
        return self._skip(candidate, "closed", f"#{one.number} was closed without merging it", one)

    def _full(self, candidate: Candidate) -> Skip | None:
        limit, per_run = self.settings.limit, self.settings.limit_per_run
        if limit and self.pending >= limit:
            return self._skip(candidate, "limit", f"{limit} pull requests are open, and there may be no more")
        if per_run and self._opened >= per_run:
            return self._skip(candidate, "limit", f"a run opens {per_run} at most: the next one goes on")
        return None

    def _replacing(self, candidate: Candidate) -> Iterator[PullRequest]:
        """The open pull requests that are closed once this candidate has its own."""
        wishes = {move.wish for move in candidate.moved}
        for one in self.stands.open:
            marker = self.stands.markers.get(one.number)
            branch = self.stands.branches.get(one.branch)
            if marker is None or one.branch in self.names or branch is None or not branch.ours:
                continue
            same = bool(marker.group) and marker.group == candidate.group
            inside = not marker.more and {move.wish for move in marker.models} <= wishes
            if same or (inside and marker.models):
                yield one

    def _other(self, one: PullRequest, marker: Marker, branch: Branch | None, settled: Settled) -> Action:
        if branch is None or not branch.ours:
            return Leave(pull_request=one, theirs=True, reason=SOMEBODY)
        by = self._replacement(marker, settled)
        if by:
            if one.number not in self._replaced:
                self.pending -= 1
            return Close(pull_request=one, head=branch.head, by=by, reason=f"`{by}` replaces it")
        reasons = [settled(move) for move in marker.models]
        if marker.models and not marker.more and all(reasons):
            self.pending -= 1
            return Close(pull_request=one, head=branch.head, reason=reasons[0])
        return Leave(pull_request=one, reason="nothing newer replaces it")

    def _replacement(self, marker: Marker, settled: Settled) -> str:
        """The branch of a pull request that stands, and with others moves all that this one still has to; or empty."""
        if marker.group:
            for branch, candidate in self._standing.items():
                if candidate.group == marker.group:
                    return branch
        if marker.more:
            return ""
        pending = [move.wish for move in marker.models if not settled(move)]
        moving = {move.wish: branch for branch, candidate in self._standing.items() for move in candidate.moved}
        return moving[pending[0]] if pending and all(wish in moving for wish in pending) else ""

    def _skip(self, candidate: Candidate, why: Skipped, reason: str, one: PullRequest | None = None) -> Skip:
        return Skip(
            key=candidate.branch,
            name=candidate.name,
            to=candidate.to,
            why=why,
            reason=reason,
            forceable=why in {"closed", "taken-back", "limit"},
            number=one.number if one else 0,
            url=one.url if one else "",
        )


def afterwards(plan: Plan, opened: dict[str, PullRequest]) -> Plan:
    """A plan as the next run would have it once this one is carried out; ``opened`` are pull requests by branch."""
    return replace(plan, actions=tuple(sorted(_afterwards(plan.actions, opened), key=_order)))


def _afterwards(actions: Iterable[Action], opened: dict[str, PullRequest]) -> Iterator[Action]:
    for action in actions:
        match action:
            case Open(offer=offer):
                if offer.proposal.branch in opened:
                    yield Leave(pull_request=opened[offer.proposal.branch], reason=AS_IT_SHALL_BE)
            case Update(pull_request=one, offer=offer):
                yield Leave(pull_request=replace(one, title=offer.title), reason=AS_IT_SHALL_BE)
            case Finish(pull_request=one):
                yield Leave(pull_request=one, reason=AS_IT_SHALL_BE)
            case Leave() | Skip():
                yield action
