"""A project whose models move, without hubs: what the planner sees, and a run of `pr` from reading to writing."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, cast

from ptmdeps import lockfile as lockfiles
from ptmdeps.errors import PtmdepsError
from ptmdeps.hubs.description import Description
from ptmdeps.lockfile.difference import diff
from ptmdeps.lockfile.document import model_digest
from ptmdeps.lockfile.model import LockedFile, LockedModel, Lockfile
from ptmdeps.locking import Locked
from ptmdeps.manifest import PullRequestSettings
from ptmdeps.manifest.policy import Policy
from ptmdeps.manifest.pull_requests import AS_USUAL
from ptmdeps.proposing.actions import Action, Plan
from ptmdeps.proposing.apply import Done, applied, room, write_dashboard
from ptmdeps.proposing.candidates import Candidate, candidates
from ptmdeps.proposing.dashboard import box
from ptmdeps.proposing.messages import prefix_of
from ptmdeps.proposing.offering import Workshop, Writing
from ptmdeps.proposing.plan import afterwards, planned
from ptmdeps.proposing.proposal import Proposal
from ptmdeps.proposing.settling import settling
from ptmdeps.proposing.standing import branches, standing
from ptmdeps.requirement import Requirement
from ptmdeps.resolve import Upgrade
from ptmdeps.upgrade.change import Comparison, FileChange
from ptmdeps.upgrade.locks import Detailed
from ptmdeps.upgrade.movement import Movement, State
from tests.unit.proposing.memory_forge import MemoryForge
from tests.worlds import key

MOMENT = datetime(2026, 11, 20, 12, tzinfo=UTC)
LOCK = "ptm.lock"


def commit(letter: str) -> str:
    return letter * 40


def model(name: str, revision: str, *, ref: str = "", format_: str = "safetensors", **facts: Any) -> LockedModel:
    digest = hashlib.sha256(f"{name}{revision}".encode()).hexdigest()
    file = LockedFile(path=f"model.{format_}", size=10, sha256=digest, format=format_)
    made = LockedModel(key=key(name), ref=ref, revision=revision, files=(file,), **facts)
    return replace(made, recorded_digest=model_digest(made))


def lock_of(*models: LockedModel) -> Lockfile:
    wishes = [Requirement(key=one.key, ref=one.ref, used_in=("app.py",)) for one in models]
    ordered = sorted(models, key=lambda one: (one.key, one.ref))
    return Lockfile(requirements=tuple(sorted(wishes)), models=tuple(ordered))


@dataclass
class ProjectOf:
    """A project at a forge; ``upstream`` is where models are now, by name."""

    lock: Lockfile
    settings: PullRequestSettings = AS_USUAL
    upstream: dict[str, LockedModel] = field(default_factory=dict)
    states: dict[str, tuple[State, ...]] = field(default_factory=dict)
    documents: set[str] = field(default_factory=set)
    committed: str = "2026-11-01T00:00:00Z"
    together: str = ""
    failing: set[str] = field(default_factory=set)
    words: str = ""
    locks: int = 0
    """How often something was locked."""

    def __post_init__(self) -> None:
        self.forge = MemoryForge({LOCK: lockfiles.content(self.lock)})

    def moves(self, name: str, revision: str, **facts: Any) -> None:
        self.upstream[name] = model(name, revision, **facts)

    def pulled(self) -> None:
        """Check out the base branch as it is now."""
        head = self.forge.head("main")
        content = self.forge.read(LOCK, head) if head else None
        assert content is not None
        self.lock = lockfiles.loads(content.decode(), source=LOCK)

    def run(self) -> list[Done]:
        """All of it; an error of the forge is raised as the command would."""
        stands, plan, workshop = self._planned()
        assert workshop
        done = applied(plan, self.forge, self.settings)
        if self.settings.dashboard:
            kept = {one.action.key: one.pull_request for one in done if one.pull_request and not one.error}
            write_dashboard(self.forge, stands, dashboard(afterwards(plan, kept)))
        return list(done)

    def plan(self) -> Plan:
        plan: Plan = self._planned()[1]
        return plan

    def movements(self) -> tuple[Movement, ...]:
        return tuple(self._movement(one) for one in self.lock.models)

    def _planned(self) -> Any:
        content = lockfiles.content(self.lock)
        stands = standing(self.forge, self.settings, LOCK, content)
        found = candidates(
            self.movements(),
            self.settings,
            MOMENT,
            prefix=stands.prefix,
            together=self.together,
            refused=stands.refused,
        )
        names = [one.branch for one in found if isinstance(one, Candidate)]
        stands = replace(stands, branches=branches(self.forge, stands, names, LOCK))
        workshop = self.workshop(stands.base, prefix_of(self.settings.title_prefix, stands.subjects))
        settled = settling(self.lock, self.movements(), self.settings, MOMENT)
        return stands, planned(found, stands, self.settings, workshop.offer, settled), workshop

    def workshop(self, base: str, prefix: str) -> Workshop:
        return Workshop(
            lock=self._locked,
            look=lambda difference: Detailed(difference=difference),
            policy=Policy(),
            settings=self.settings,
            writing=Writing(base=base, prefix=prefix, path=LOCK, title=title, body=self._body),
        )

    def _body(self, proposal: Proposal) -> str:
        text = "\n".join(f"{one.before.key.name} {one.before.revision} {one.after.revision}" for one in proposal.models)
        return f"{text}\n{self.words}\n{proposal.automerge}"[: room(self.forge)]

    def _movement(self, locked: LockedModel) -> Movement:
        latest = self.upstream.get(locked.key.name, locked)
        states = self.states.get(locked.key.name, ("moved",) if latest.revision != locked.revision else ("current",))
        return Movement(
            model=locked,
            states=states,
            latest=None if "gone" in states else Description(key=latest.key, revision=latest.revision),
            committed=self.committed,
            comparison=self._comparison(locked, latest),
        )

    def _comparison(self, before: LockedModel, after: LockedModel) -> Comparison:
        documents = before.key.name in self.documents
        path = "README.md" if documents else "config.json"
        return Comparison(
            before=before.revision,
            after=after.revision,
            classes=("card",) if documents else ("configuration",),
            files=(
                FileChange(
                    kind="changed",
                    path=path,
                    before=1,
                    after=2,
                    of="card" if documents else "configuration",
                    affects=not documents,
                ),
            ),
        )

    def _locked(self, upgrade: Upgrade) -> Locked:
        self.locks += 1
        moving = upgrade.moving(self.lock)
        for one in self.lock.models:
            if (one.key, one.ref) in moving and one.key.name in self.failing:
                raise PtmdepsError(f"`{one.key.label}` cannot be pinned")
        after = replace(
            self.lock,
            models=tuple(
                replace(self.upstream.get(one.key.name, one), ref=one.ref) if (one.key, one.ref) in moving else one
                for one in self.lock.models
            ),
        )
        inputs = cast("Any", None)  # what code and manifest say is nobody's business here
        return Locked(inputs=inputs, before=self.lock, after=after, changes=diff(self.lock, after), written=False)


def title(proposal: Proposal) -> str:
    one = proposal.models[0]
    subject = proposal.group or one.after.key.name
    return f"{proposal.prefix}update {subject} {one.before.revision[:7]} → {one.after.revision[:7]}"


def dashboard(plan: Plan) -> str:
    return "\n".join(f"{box(action.key)} {kind(action)}: {action.reason}" for action in plan.actions)


def kind(action: Action) -> str:
    return type(action).__name__


def kinds(done: Collection[Done | Action], which: Callable[[Action], bool] = lambda _: True) -> list[str]:
    actions = [one.action if isinstance(one, Done) else one for one in done]
    return [kind(action) for action in actions if which(action)]
