"""From a candidate to an offer: the lock that it would mean, what that changes, and how it is written down."""

from __future__ import annotations

import hashlib
import shlex
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from ptmdeps import checks
from ptmdeps import lockfile as lockfiles
from ptmdeps.errors import PtmdepsError
from ptmdeps.forges.protocol import FileEdit
from ptmdeps.graph.building import Code, model_graph, node_of
from ptmdeps.graph.questions import impact
from ptmdeps.graph.uses import Use
from ptmdeps.identity import DEFAULT_REFS
from ptmdeps.lockfile.difference import Added, Changed, Difference, Removed
from ptmdeps.lockfile.model import LockedModel, Lockfile
from ptmdeps.locking import Locked
from ptmdeps.manifest.policy import Policy
from ptmdeps.manifest.pull_requests import PullRequestSettings
from ptmdeps.proposing.actions import Offer, Skip
from ptmdeps.proposing.candidates import Candidate
from ptmdeps.proposing.messages import edits_digest, message
from ptmdeps.proposing.proposal import Affected, Proposal, Upgraded
from ptmdeps.resolve import Upgrade
from ptmdeps.upgrade.locks import Detailed, paired
from ptmdeps.upgrade.movement import Movement
from ptmdeps.upgrade.notable import notable_ancestors, notable_changes
from ptmdeps.upgrade.refs import is_commit
from ptmdeps.upgrade.report import Report, of_difference, of_movement

_ABOUT_MODELS = "PTM2"
"""Rules whose findings are about models, and not about the project or its Python packages."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Writing:
    """How an offer is written down.

    Attributes:
        base: the branch into which it shall go.
        prefix: what titles begin with.
        path: of the lockfile, from the root of the repository.
        title: of a proposal.
        body: likewise, Markdown without a marker.
    """

    base: str
    prefix: str
    path: str
    title: Callable[[Proposal], str]
    body: Callable[[Proposal], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Workshop:
    """What it takes to lock a candidate anew, and to know what that means. Nothing of the project is written.

    Attributes:
        lock: locks with these pins moving, in a dry run.
        look: looks into a model that changes along.
        uses: where the project's code asks for models.
        policy: what the project allows itself.
        settings: of pull requests.
        writing: how it is written down.
    """

    lock: Callable[[Upgrade], Locked]
    look: Callable[[Difference], Detailed]
    uses: tuple[Use, ...] = ()
    policy: Policy
    settings: PullRequestSettings
    writing: Writing

    def offer(self, candidate: Candidate) -> Offer | Skip:
        """The offer of a candidate; a ``Skip`` where it cannot be locked, or where that changes nothing."""
        names = frozenset(written(movement.model) for movement in candidate.movements)
        try:
            locked = self.lock(Upgrade(names=names))
        except PtmdepsError as error:
            causes = getattr(error, "causes", ())
            reason = causes[0].message if causes else error.message
            return _skip(candidate, "unknown", f"it cannot be locked: {reason}")
        if locked.before is None or not any(_moves(locked, movement) for movement in candidate.movements):
            return _skip(candidate, "nothing", "locking it anew changes nothing")
        proposal = self._proposal(candidate, locked, locked.before)
        edits = (FileEdit(path=self.writing.path, content=lockfiles.content(locked.after)),)
        title, body = self.writing.title(proposal), self.writing.body(proposal)
        digest = hashlib.sha256("\0".join((title, body, edits_digest(edits))).encode()).hexdigest()
        return Offer(
            proposal=proposal,
            title=title,
            body=body,
            message=message(title, proposal, edits),
            edits=edits,
            digest=digest,
        )

    def _proposal(self, candidate: Candidate, locked: Locked, before: Lockfile) -> Proposal:
        movements = {(one.model.key, one.model.ref): one for one in candidate.movements}
        differences = paired(locked.changes)
        flagged = _flagged(before, self.policy) - _flagged(locked.after, self.policy)
        models = tuple(
            self._upgraded(one, movements.get((one.before.key, one.before.ref)), before, flagged)
            for one in differences
            if isinstance(one, Changed)
        )
        ordered = tuple(sorted(models, key=lambda one: (one.along, one.after.key, one.after.ref)))
        return Proposal(
            group=candidate.group,
            models=ordered,
            added=tuple(one.model for one in differences if isinstance(one, Added)),
            removed=tuple(one.model for one in differences if isinstance(one, Removed)),
            ancestors=notable_ancestors(before, locked.after),
            branch=candidate.branch,
            base=self.writing.base,
            prefix=self.writing.prefix,
            automerge=automerge(ordered, differences, self.settings),
            lock=self.writing.path,
        )

    def _upgraded(
        self, difference: Changed, movement: Movement | None, lockfile: Lockfile, flagged: frozenset[tuple[str, str]]
    ) -> Upgraded:
        before, after = difference.before, difference.after
        if movement is not None and movement.latest is not None and movement.latest.revision == after.revision:
            report = replace(of_movement(movement), notables=notable_changes(before, after))
        else:
            # it changes along, or its ref moved on since it was asked for
            report = of_difference(self.look(difference))
        return Upgraded(
            before=before,
            after=after,
            report=_of_nobodys_machine(report, after),
            affected=affected(lockfile, before, self.uses),
            rollback=rollback(before),
            fixes=tuple(sorted(text for label, text in flagged if label == before.key.label)),
            along=movement is None,
        )


def automerge(models: Iterable[Upgraded], differences: Iterable[Difference], settings: PullRequestSettings) -> str:
    """Why a proposal may merge itself, by what the project trusts; empty: it may not.

    Not where models come or go, what is not known is in doubt, or a person agreed to something that changed.
    """
    models = tuple(models)
    if not settings.automerge or not all(isinstance(one, Changed) for one in differences):
        return ""
    verdicts = [model.report.verdict for model in models]
    doubts = any(model.report.doubts for model in models)
    if doubts or not models or not all(one.mergeable(settings.automerge) for one in verdicts):
        return ""
    kinds = sorted({kind for one in verdicts for kind in one.kinds}, key=settings.automerge.index)
    return f"nothing but {' and '.join(kinds)} changed" if kinds else ""


def affected(lockfile: Lockfile, model: LockedModel, uses: tuple[Use, ...]) -> Affected:
    """What of the project a locked model touches."""
    graph = model_graph(lockfile, lineage=True, project=True, code=Code(uses=uses))
    node = node_of(model)
    found = impact(graph, lockfile, node)
    return Affected(
        places=tuple(sorted({str(place) for place in (*found.places, *found.alternatives)})),
        requirements=tuple(sorted({path for wish in found.requirements for path in wish.used_in})),
        dependents=tuple(sorted(str(one) for one in found.models)),
        descendants=tuple(sorted(str(one) for one in found.descendants)),
        groups=tuple(sorted({wish.group for wish in found.requirements})),
        roles=tuple(sorted({wish.role for wish in found.requirements if wish.role})),
    )


def rollback(model: LockedModel) -> str:
    """The command that pins a model to where it was; empty where its hub has no such refs."""
    if not is_commit(model.revision):
        return ""
    return f"ptmdeps upgrade {shlex.quote(written(model))} --to {model.revision}"


def written(model: LockedModel) -> str:
    """A locked model as an argument that means this one, and the same model at no other ref."""
    if model.ref or model.key.hub in DEFAULT_REFS:
        return next(text for text in model.key.spellings(model.ref) if text not in {model.key.label, str(model.key)})
    return str(model.key)


def _moves(locked: Locked, movement: Movement) -> bool:
    """Whether a model that shall move is locked at another revision."""
    model = movement.model
    after = {(one.key, one.ref): one.revision for one in locked.after.models}
    return after.get((model.key, model.ref)) != model.revision


def _of_nobodys_machine(report: Report, after: LockedModel) -> Report:
    """The same report, in which nothing depends on what the store of this machine happens to hold."""
    if report.comparison is None:
        return report
    changed = {one.path for one in report.comparison.files if one.affects and one.kind in {"added", "changed"}}
    fetched = sum(file.size for file in after.files if file.path in changed)
    return replace(report, comparison=replace(report.comparison, download=fetched))


def _flagged(lockfile: Lockfile, policy: Policy) -> frozenset[tuple[str, str]]:
    """What the rules find in a lock: the model, and what is wrong with it in a few words."""
    found = checks.findings(checks.gather(lockfile, "", policy, ()))
    return frozenset(_named(found))


def _named(found: Iterable[checks.Finding]) -> Iterator[tuple[str, str]]:
    for finding in found:
        if finding.rule.identifier.startswith(_ABOUT_MODELS) and finding.severity != "note":
            for model in finding.models:
                yield model, f"{finding.rule.identifier} {finding.rule.summary.rstrip('.')}"


def _skip(candidate: Candidate, why: str, reason: str) -> Skip:
    return Skip(
        key=candidate.branch,
        name=candidate.name,
        to=candidate.to,
        why="unknown" if why == "unknown" else "nothing",
        reason=reason,
    )
