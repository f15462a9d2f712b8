"""What the locked models came from, up to the roots: lineage edges followed through the hubs, for licences.

Nothing of an ancestor is fetched but its card and the small files beside it. What the earlier lock knows is kept
without asking anybody, unless something that came from it is upgraded.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace
from operator import attrgetter

from ptmdeps.errors import AccessDenied, ModelNotFound, PtmdepsError, ResolutionError, RevisionNotFound
from ptmdeps.hubs.protocol import Hub
from ptmdeps.lockfile.ancestors import targets
from ptmdeps.lockfile.model import Ancestor, Edge, LockedModel, Lockfile, Target
from ptmdeps.lockfile.staleness import Wish

MOST_LOOKUPS = 1000
"""Ancestors that one run asks hubs for: two requests each and more, of the 500 or 1,000 that the hub allows at once."""
LONGEST_LINE = 32
"""Generations: no honest line is longer, a hostile one might never end."""
_AT_ONCE = 16
_MOST_NAMED = 5


def traced(
    lockfile: Lockfile,
    *,
    previous: Iterable[Ancestor],
    moving: Collection[Wish],
    hubs: Callable[[str], Hub | None],
    offline: bool = False,
) -> Lockfile:
    """The lockfile with everything that its models came from, or with nothing of it where the options say so.

    ``previous`` is what the earlier lock knew. It is not asked for again, except by way of the models of ``moving``
    (key and ref). What is not there or not allowed is recorded as such. ``offline``, what is unknown stays unknown, and
    a warning says so.

    Raises:
        ResolutionError: a hub does not answer; it holds every cause, each with what came from there.
    """
    if not lockfile.options.lineage:
        return replace(lockfile, ancestors=())
    known = {target: ancestor for ancestor in previous for target in targets(ancestor)}
    trace = _Trace(lockfile, hubs, offline=offline)
    trace.follow((model for model in lockfile.models if (model.key, model.ref) in moving), {})
    trace.follow((model for model in lockfile.models if (model.key, model.ref) not in moving), known)
    return replace(lockfile, ancestors=trace.ancestors())


class _Trace:
    """One run: from generation to generation, each side by side."""

    def __init__(self, lockfile: Lockfile, hubs: Callable[[str], Hub | None], *, offline: bool) -> None:
        self._lockfile = lockfile
        self._open = hubs
        self._hubs: dict[str, Hub | None] = {}
        self._offline = offline
        self._left = MOST_LOOKUPS
        self._found: dict[Target, Ancestor] = {}
        self._names: dict[Target, set[str]] = {}
        self._by: dict[Target, str] = {}
        self._left_out: set[Target] = set()
        self._unknown: set[Target] = set()

    def follow(self, models: Iterable[LockedModel], known: Mapping[Target, Ancestor]) -> None:
        """From these models to their roots; what is ``known`` is taken from there."""
        due = self._due((model.title, model.lineage_edges) for model in models)
        for _ in range(LONGEST_LINE):
            if not due:
                return
            kept = {target: known[target] for target in due if target in known}
            asked = [target for target in due if target not in known]
            fresh = self._looked_up(asked)
            settled = [self._settle(target, one) for target, one in sorted((kept | fresh).items())]
            due = self._due((one.key.label, one.edges) for one in settled if one is not None)
        self._leave_out(due)

    def ancestors(self) -> tuple[Ancestor, ...]:
        """Everything that was found, each by the names by which edges lead to it; sorted."""
        self._warn()
        unique = {ancestor.identity: ancestor for ancestor in self._found.values()}
        named = (
            replace(one, aliases=tuple(sorted(self._names[one.identity] - {one.key.name})), edges=self._kept(one.edges))
            for one in unique.values()
        )
        return tuple(sorted(named, key=attrgetter("identity")))

    def _due(self, descendants: Iterable[tuple[str, tuple[Edge, ...]]]) -> list[Target]:
        """What edges lead to and nothing is known of yet, sorted."""
        due: set[Target] = set()
        for title, edges in descendants:
            for edge in edges:
                kind, key, ref = target = edge.leads_to
                if target in self._found or target in self._unknown or target in self._left_out:
                    continue
                if kind == "dataset" or self._lockfile.find(key, ref) is None:
                    due.add(target)
                    self._by.setdefault(target, title)
        return sorted(due)

    def _settle(self, target: Target, ancestor: Ancestor) -> Ancestor | None:
        """Record what a target is; ``None`` where its own edges were followed already, or are by way of its lock."""
        first = self._found.get(ancestor.identity)
        self._found[target] = self._found[ancestor.identity] = first or ancestor
        self._names.setdefault(ancestor.identity, set()).add(target[1].name)
        locked = ancestor.kind == "model" and self._lockfile.find(ancestor.key, ancestor.ref) is not None
        return None if first or locked else ancestor

    def _looked_up(self, asked: list[Target]) -> dict[Target, Ancestor]:
        from concurrent.futures import ThreadPoolExecutor

        if self._offline:
            self._unknown.update(asked)
            return {}
        for name in sorted({key.hub for _, key, _ in asked} - self._hubs.keys()):
            self._hubs[name] = self._open(name)
        self._leave_out(asked[self._left :])
        asked = asked[: self._left]
        self._left -= len(asked)
        found: dict[Target, Ancestor] = {}
        failures: dict[Target, PtmdepsError] = {}
        with ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="ancestry") as pool:
            for target, future in [(target, pool.submit(self._ask, target)) for target in asked]:
                try:
                    found[target] = future.result()
                except PtmdepsError as error:
                    error.because = (self._by[target],)
                    failures[target] = error
        if failures:
            raise _unanswered(failures)
        return found

    def _ask(self, target: Target) -> Ancestor:
        kind, key, ref = target
        hub = self._hubs[key.hub]
        try:
            found = hub.ancestor(key, kind, ref) if hub is not None else None
        except (ModelNotFound, RevisionNotFound):
            return _missing(target, "not-found")
        except AccessDenied:
            return _missing(target, "denied")
        return found or _missing(target, "unsupported")

    def _leave_out(self, due: Iterable[Target]) -> None:
        """Say of these that nobody asked; a hostile hub may name more than a lock shall hold."""
        for target in due:
            self._left_out.add(target)
            if len(self._left_out) <= MOST_LOOKUPS:
                self._settle(target, _missing(target, "left-out"))

    def _kept(self, edges: tuple[Edge, ...]) -> tuple[Edge, ...]:
        """The edges but for those that lead to what not even is recorded as left out."""
        return tuple(edge for edge in edges if edge.leads_to in self._found or edge.leads_to not in self._left_out)

    def _warn(self) -> None:
        if self._left_out:
            warnings.warn(
                f"{len(self._left_out):,} models and datasets that the locked ones came from were not looked up: "
                f"a lock follows at most {MOST_LOOKUPS:,} of them, and {LONGEST_LINE} generations",
                UserWarning,
                stacklevel=2,
            )
        if self._unknown:
            names = [_title(target) for target in sorted(self._unknown)]
            more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
            warnings.warn(
                f"what models came from is not known offline: {', '.join(names[:_MOST_NAMED])}{more}; "
                "`ptmdeps lock` without `--offline` looks it up",
                UserWarning,
                stacklevel=2,
            )


def _missing(target: Target, why: str) -> Ancestor:
    kind, key, ref = target
    return Ancestor(key=key, kind=kind, ref=ref, missing=why)


def _title(target: Target) -> str:
    kind, key, ref = target
    name = f"{key.label}@{ref}" if ref else key.label
    return f"{name} (dataset)" if kind == "dataset" else name


def _unanswered(failures: Mapping[Target, PtmdepsError]) -> ResolutionError:
    subject = "one ancestor" if len(failures) == 1 else f"{len(failures)} ancestors"
    return ResolutionError(
        f"{subject} of the locked models could not be looked up",
        causes=[failures[target] for target in sorted(failures)],
        hint="Try again later, or set `lineage = false` in `[tool.ptmdeps]` to lock without what models came from",
    )
