"""What became of every locked model at its hub: one request a model, and more only where something moved."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Literal, TypeVar, get_args

from ptmdeps.errors import (
    AccessDenied,
    HubUnreachable,
    ModelDisabled,
    ModelNotFound,
    PtmdepsError,
    RateLimited,
    RevisionNotFound,
)
from ptmdeps.hubs.description import Description, Ref, Revision
from ptmdeps.hubs.protocol import Hub
from ptmdeps.identity import ModelKey
from ptmdeps.lockfile.model import LockedFile, LockedModel
from ptmdeps.upgrade.change import Comparison
from ptmdeps.upgrade.comparison import compare
from ptmdeps.upgrade.news import MAX_COMMITS, News, news_since
from ptmdeps.upgrade.refs import is_commit, newest_tag, version_of
from ptmdeps.upgrade.side import Side
from ptmdeps.upgrade.verdict import SAME, Verdict, judge

MODELS_AT_ONCE = 16

_T = TypeVar("_T")

State = Literal[
    "gone",
    "ref-gone",
    "disabled",
    "denied",
    "recreated",
    "owner-changed",
    "tag-moved",
    "rewritten",
    "renamed",
    "gated",
    "moved",
    "pinned",
    "current",
    "unreachable",
]
"""See ``Movement.states``."""

STATES: tuple[State, ...] = get_args(State)
"""Every state, in the order in which people are told."""

_QUIET = frozenset({"current", "pinned", "unreachable"})
_VERSION_IN_NAME = frozenset({"tfhub"})
"""Hubs whose names may hold a version, as a tag elsewhere: there may be a newer one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Movement:
    """What became of one locked model.

    Attributes:
        model: as it is locked.
        states: one or more of these, in the order of ``STATES``.

            - ``gone``: the hub has no such model, or does not show it any more.
            - ``ref-gone``: the model is there, the branch or tag is not.
            - ``disabled``: the hub took it out of circulation.
            - ``denied``: the hub does not let this user see it.
            - ``recreated``: another repository has its name now.
            - ``owner-changed``: the hub gives it a name of another user or organisation.
            - ``tag-moved``: its ref is a tag, and leads to another revision than when it was locked.
            - ``rewritten``: the locked commit is no ancestor of the ref, or is lost.
            - ``renamed``: the hub gives it another name.
            - ``gated``: the hub asks for consent now and did not when it was locked.
            - ``moved``: its ref leads to another revision.
            - ``pinned``: its ref is a commit; ``latest`` is the default branch, which holds another one.
            - ``current``: its ref leads to the locked revision.
            - ``unreachable``: nobody knows, see ``error``.
        latest: what its ref leads to now; for a ref that is a commit or gone, what the default branch does.
        committed: when that revision was made; empty where it was not asked.
        news: the commits since the locked one; ``None`` where it did not move or was not asked.
        comparison: what changed; ``None`` where nothing did or it was not asked.
        newest: a newer tag, or the default branch where the ref is a tag and there is no newer one.
        waiting: commits that ``exclude-newer`` holds back.
        error: why nothing is known.
        doubts: what could not be found out, for people.
    """

    model: LockedModel
    states: tuple[State, ...]
    latest: Description | None = None
    committed: str = ""
    news: News | None = None
    comparison: Comparison | None = None
    newest: Ref | None = None
    waiting: int = 0
    error: PtmdepsError | None = None
    doubts: tuple[str, ...] = ()

    @property
    def verdict(self) -> Verdict:
        """What moving to ``latest`` comes to; of a model that did not move, what became of it at its hub."""
        moved = self.latest is not None and self.latest.revision != self.model.revision
        return judge(self.comparison if moved else SAME, states=self.states)

    @property
    def outdated(self) -> bool:
        """Whether there is something that an upgrade or a person should see to."""
        return not _QUIET.issuperset(self.states)


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """How closely to look.

    Attributes:
        brief: one request a model: no history, no comparison.
        not_after: the instant after which commits of a model are too new to count; empty: none.
    """

    brief: bool = False
    not_after: Callable[[ModelKey], str] = lambda _: ""


def movements(
    models: Iterable[LockedModel],
    hubs: Callable[[str], Hub],
    question: Question = Question(),
) -> tuple[Movement, ...]:
    """Ask the hub of every model, many at a time; the answers are in the order of the models.

    Never raises for what a hub says: a model whose hub does not answer is ``unreachable``.
    """
    with ThreadPoolExecutor(MODELS_AT_ONCE, thread_name_prefix="movement") as pool:
        return tuple(pool.map(lambda model: movement(model, hubs(model.key.hub), question), models))


def movement(model: LockedModel, hub: Hub, question: Question = Question()) -> Movement:
    """What became of one model."""
    try:
        return _Inquiry(model, hub, question).run()
    except ModelNotFound as error:
        return Movement(model=model, states=("gone",), error=error)
    except ModelDisabled as error:
        return Movement(model=model, states=("disabled",), error=error)
    except (HubUnreachable, RateLimited) as error:
        return Movement(model=model, states=("unreachable",), error=error)
    except AccessDenied as error:
        return Movement(model=model, states=("denied",), error=error)
    except PtmdepsError as error:
        return Movement(model=model, states=("unreachable",), error=error)


class _Inquiry:
    """The questions about one model, in the order in which they become necessary."""

    def __init__(self, model: LockedModel, hub: Hub, question: Question) -> None:
        self._model = model
        self._hub = hub
        self._question = question
        self._fixed = is_commit(model.ref)
        self._states: set[State] = set()
        self._doubts: list[str] = []
        self._waiting = 0
        self._committed = ""

    def run(self) -> Movement:
        model = self._model
        latest, ref = self._latest()
        refs = self._refs(latest.key)
        if latest.revision != model.revision:
            latest = self._old_enough(latest, ref)
        self._judge(latest)
        moved = latest.revision != model.revision
        if moved and any(found.kind == "tag" and found.name == model.ref for found in refs) and ref == model.ref:
            self._states.add("tag-moved")
        news = comparison = None
        if moved and not self._question.brief:
            news = self._news(latest)
            comparison = self._comparison(latest)
        if moved:
            self._states.add("pinned" if self._fixed else "moved")
        states = self._states or {"current"}
        return Movement(
            model=model,
            states=tuple(state for state in STATES if state in states),
            latest=latest,
            committed=self._committed if moved else model.committed,
            news=news,
            comparison=comparison,
            newest=self._newest(refs),
            waiting=self._waiting,
            doubts=tuple(self._doubts),
        )

    def _latest(self) -> tuple[Description, str]:
        """Where the ref leads, and the ref: the default one for a commit, and for a ref that is gone."""
        ref = "" if self._fixed else self._model.ref
        try:
            return self._hub.describe(self._model.key, ref, self._model), ref
        except RevisionNotFound:
            if not ref:
                raise
            self._states.add("ref-gone")
            return self._hub.describe(self._model.key), ""

    def _refs(self, key: ModelKey) -> tuple[Ref, ...]:
        """Branches and tags, for a ref that is none of the hub's default."""
        if not (self._model.ref or key.hub in _VERSION_IN_NAME) or self._question.brief:
            return ()
        return self._told(lambda: self._hub.refs(key), "its tags") or ()

    def _old_enough(self, latest: Description, ref: str) -> Description:
        """The newest revision that ``exclude-newer`` allows; the locked one counts as allowed, however new it is."""
        limit = self._question.not_after(self._model.key)
        if not limit:
            return latest
        count = -1
        for count, revision in enumerate(self._hub.history(latest.key, ref)):
            if revision.commit == self._model.revision or (revision.committed and revision.committed <= limit):
                self._waiting = count
                return latest if not count else self._hub.describe(latest.key, revision.commit)
            if count >= MAX_COMMITS:
                break
        if count < 0 and latest.facts.modified and latest.facts.modified <= limit:
            return latest  # a hub without history, which says when this was changed
        one = "no commit is old enough" if count >= 0 else "what is there now is not known to be old enough"
        self._doubts.append(f"{one} for `exclude-newer`")
        return replace(latest, revision=self._model.revision)

    def _judge(self, latest: Description) -> None:
        """What the description says by itself."""
        model = self._model
        self._states |= identity_states(model.key, model.identifier, latest.key, latest.identifier)
        if latest.gated and not model.gated:
            self._states.add("gated")
        if latest.disabled:
            self._states.add("disabled")

    def _news(self, latest: Description) -> News | None:
        # of the revision and not of the ref, which may have moved on meanwhile
        commits = self._hub.history(latest.key, latest.revision)
        news = self._told(lambda: news_since(_first_dated(commits, self._date), self._model.revision), "its history")
        if news and not news.count and news.exhausted:
            # a hub that keeps no history: nobody rewrote it
            self._committed = latest.facts.modified
            return None
        if news and news.rewritten and not self._fixed and "recreated" not in self._states:
            self._states.add("rewritten")
        return news

    def _date(self, revision: Revision) -> None:
        self._committed = revision.committed

    def _comparison(self, latest: Description) -> Comparison | None:
        """What changed; where the hub lost the locked revision, as far as the lock and the store know."""
        model, hub = self._model, self._hub
        try:
            before = Side.of_revision(model, hub.describe(latest.key, model.revision), hub)
        except RevisionNotFound:
            if "recreated" not in self._states:
                self._states.add("rewritten")
            before = Side.of_lock(model, hub)
        except PtmdepsError as error:
            self._doubts.append(f"what changed: {error.message}")
            return None
        comparison = compare(before, Side.of_hub(latest, hub))
        return replace(comparison, download=lacking(comparison, latest, model, hub))

    def _newest(self, refs: tuple[Ref, ...]) -> Ref | None:
        """For a ref that is a tag or a commit: a newer tag, else the default branch."""
        followed = any(ref.kind == "branch" and ref.name == self._model.ref for ref in refs)
        if not refs or followed:
            return None
        newest, own = newest_tag(refs), version_of(self._model.ref)
        if newest and newest.revision != self._model.revision:
            version = version_of(newest.name)
            if own is None or (version and version > own):
                return newest
        main = next((ref for ref in refs if ref.kind == "branch" and ref.name == "main"), None)
        return main if main and main.revision != self._model.revision else None

    def _told(self, ask: Callable[[], _T], what: str) -> _T | None:
        """An answer that is good to have: without it, the rest is worth telling."""
        try:
            return ask()
        except PtmdepsError as error:
            self._doubts.append(f"{what}: {error.message}")
            return None


def identity_states(before: ModelKey, old: str, after: ModelKey, new: str) -> set[State]:
    """Whether it is still the same repository under the same name; ``old`` and ``new`` are the hub's identifiers."""
    states: set[State] = set()
    if after != before:
        states.add("renamed")
        if after.name.rpartition("/")[0] != before.name.rpartition("/")[0]:
            states.add("owner-changed")
    if old and new and old != new:
        states.add("recreated")
    return states


def lacking(comparison: Comparison, latest: Description, model: LockedModel, hub: Hub) -> int:
    """Bytes that a sync to ``latest`` would fetch: files that are taken, and that neither lock nor store has."""
    at_latest = replace(model, key=latest.key, revision=latest.revision)
    total = 0
    for change in comparison.files:
        remote = latest.file(change.path) if change.affects and change.kind in {"added", "changed"} else None
        if remote is not None:
            file = LockedFile(path=remote.path, size=remote.size, sha256=remote.sha256, git=remote.git)
            total += 0 if hub.stored_path(at_latest, file).is_file() else remote.size
    return total


def _first_dated(history: Iterable[Revision], tell: Callable[[Revision], None]) -> Iterator[Revision]:
    for count, revision in enumerate(history):
        if not count:
            tell(revision)
        yield revision
