"""From wishes to pins: references + manifest + previous lock → new lock.

A request names exactly one repository and one ref, so this is a map and not a search. What makes it more than
a loop: pins that are still wanted are kept without asking anybody, one model may be wanted under several
names, and models need other models (runtime edges), which are followed until nothing new turns up.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from ptmdeps.clock import latest, now
from ptmdeps.errors import HubUnreachable, IntegrityError, PtmdepsError, ResolutionError
from ptmdeps.hubs import HUBS
from ptmdeps.hubs.places import refuse_collisions
from ptmdeps.hubs.protocol import Hub, PinRequest, Reading
from ptmdeps.identity import ModelKey
from ptmdeps.lockfile.document import model_digest
from ptmdeps.lockfile.model import Edge, LockedModel, Lockfile, Options
from ptmdeps.lockfile.staleness import Wish, reachable
from ptmdeps.requirement import FileSelection, Requirement
from ptmdeps.wanted import Wanted

MODELS_AT_ONCE = 16
LONGEST_CHAIN = 32
"""Models that need models that need models …: no honest chain is longer, a hostile one might never end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Upgrade:
    """Which pins may move: all of them, or those that are meant by name (see ``ptmdeps.lockfile.naming``)."""

    everything: bool = False
    names: frozenset[str] = frozenset()

    def moving(self, lockfile: Lockfile) -> frozenset[Wish]:
        """The pins of a lock that are to be made anew, and those of what models without files of their own lead to."""
        if self.everything:
            return frozenset((model.key, model.ref) for model in lockfile.models)
        named = [model for name in self.names for model in lockfile.named(name)]
        led = [edge for model in named if not model.files for edge in model.runtime_edges]
        found = [lockfile.find(edge.target, edge.ref) for edge in led]
        return frozenset((model.key, model.ref) for model in (*named, *found) if model is not None)


def resolve(
    wishes: Wanted,
    *,
    previous: Lockfile | None,
    options: Options,
    hubs: Callable[[str], Hub | None],
    upgrade: Upgrade = Upgrade(),
    offline: bool = False,
    moment: datetime | None = None,
    project: Path | None = None,
) -> Lockfile:
    """Pin every requirement and everything those models need to be loaded.

    ``moment`` is the present as far as spans of time in the options count back from it; without one they count back
    from now. ``project`` is the folder whose libraries count where a model's name is one of theirs.

    Raises:
        ResolutionError: some could not be pinned, or do not go together; it holds every cause, each with what asked
            for it.
    """
    resolution = _Resolution(
        wishes,
        previous or Lockfile(),
        options,
        hubs,
        upgrade=upgrade,
        moment=moment or now(),
        offline=offline,
        project=project,
    )
    return resolution.run()


@dataclass(frozen=True, slots=True)
class _Group:
    """Everything that leads to one locked model: the names it goes by and the ways it is read."""

    names: frozenset[str]
    readings: frozenset[Reading]

    def __le__(self, other: _Group) -> bool:
        return self.names <= other.names and self.readings <= other.readings


class _Resolution:
    """One run: grows the set of wishes until no pinned model brings a new one."""

    def __init__(
        self,
        wishes: Wanted,
        previous: Lockfile,
        options: Options,
        hubs: Callable[[str], Hub | None],
        *,
        upgrade: Upgrade,
        moment: datetime,
        offline: bool,
        project: Path | None,
    ) -> None:
        self._wishes = wishes
        self._previous = previous
        self._options = options
        self._open = hubs
        self._hubs: dict[str, Hub | None] = {}
        self._moving = upgrade.moving(self._previous)
        self._moment = moment
        self._offline = offline
        self._project = project
        self._before = _groups(previous.requirements, previous.models)
        self._led: dict[Wish, Wish] = {}
        self._pinned: dict[Wish, tuple[_Group, LockedModel]] = {}
        self._kept: set[Wish] = set()

    def run(self) -> Lockfile:
        due: dict[Wish, _Group] = {}
        for _ in range(LONGEST_CHAIN):
            models = [model for _, model in self._pinned.values()]
            groups = _groups(self._wishes.requirements, (*models, *self._kept_names()), self._chosen)
            due = {wish: group for wish, group in groups.items() if not self._settled(wish, group)}
            due = due or self._wanted_less(groups)
            if not due:
                return self._lockfile(models)
            self._pin(due)
        deepest = max((self._because(wish) for wish in due), key=len)
        error = ResolutionError(
            f"models need each other in a chain of more than {LONGEST_CHAIN}, which no honest one has",
            causes=(),
            hint=f"Look at what `{deepest[-1]}` names as its base; `ignore` in `[tool.ptmdeps]` leaves models out",
        )
        error.because = (*deepest[:3], "…", deepest[-1])
        raise error

    def _kept_names(self) -> Iterator[LockedModel]:
        """Earlier pins: they know under which names the hub's models go, before anybody asks the hub."""
        for model in self._previous.models:
            if (model.key, model.ref) not in self._moving and (model.key, model.ref) not in self._pinned:
                # their edges count only once the models themselves are wanted again
                yield replace(self._flagged(model), edges=())

    def _chosen(self, wish: Wish) -> Wish:
        """Who asks without a ref for a model that the manifest names at one asks for that."""
        key, ref = self._led.get(wish, wish)
        return (key, ref or self._wishes.defaults.get(key, ""))

    def _flagged(self, model: LockedModel) -> LockedModel:
        """The model, saying of itself whether it is what the manifest chose."""
        keys = {ModelKey(model.key.hub, name) for name in model.names}
        default = bool(model.ref) and model.ref in {self._wishes.defaults.get(key) for key in keys}
        return model if model.default == default else _with_digest(replace(model, default=default))

    def _settled(self, wish: Wish, group: _Group) -> bool:
        return wish in self._pinned and self._pinned[wish][0] == group

    def _wanted_less(self, groups: Mapping[Wish, _Group]) -> dict[Wish, _Group]:
        """Earlier pins that were kept and turn out to be read in fewer ways than before: their files are fewer too."""
        less = {wish: groups[wish] for wish in sorted(self._kept) if groups.get(wish) != self._before.get(wish)}
        self._kept.clear()
        return {wish: group for wish, group in less.items() if wish in self._pinned}

    def _pin(self, due: Mapping[Wish, _Group]) -> None:
        from concurrent.futures import ThreadPoolExecutor

        for name in sorted({wish[0].hub for wish in due} - self._hubs.keys()):
            self._hubs[name] = self._open(name)
        failures: dict[Wish, PtmdepsError] = {}
        with ThreadPoolExecutor(MODELS_AT_ONCE, thread_name_prefix="pin") as pool:
            futures = {
                wish: pool.submit(self._pin_one, wish, group) for wish, group in sorted(due.items(), key=_by_wish)
            }
            for wish, future in futures.items():
                try:
                    model = future.result()
                except PtmdepsError as error:
                    error.because = self._because(wish)
                    failures[wish] = error
                else:
                    self._settle(wish, due[wish], model)
        if failures:
            count = len(failures)
            subject = "one model" if count == 1 else f"{count} models"
            raise ResolutionError(
                f"{subject} could not be pinned", causes=[failures[wish] for wish in sorted(failures)]
            )

    def _settle(self, wish: Wish, group: _Group, model: LockedModel) -> None:
        """Record a pin under the hub's own name; a model to which two names led is due once more, for both."""
        canonical = (model.key, model.ref)
        if (chosen := self._chosen(canonical)) != canonical:
            # an old name led to a model for which the manifest chose a ref: that is wanted instead
            self._led[wish] = chosen
            self._pinned.pop(wish, None)
            return
        names = group.names | (self._pinned[canonical][0].names if canonical in self._pinned else frozenset())
        self._pinned.pop(wish, None)
        # a pin that was kept has all its names already, those included that turn up only later
        self._pinned[canonical] = (group, model if canonical in self._kept else self._flagged(_named(model, names)))

    def _pin_one(self, wish: Wish, group: _Group) -> LockedModel:
        if self._hub(wish).derived:
            return _named(self._hub(wish).pin(self._request(wish, group, revision="")), group.names)
        earlier = self._pinned[wish][1] if wish in self._pinned else None
        prior = self._prior(wish)
        undecided = earlier is None or wish in self._kept
        if undecided and prior is not None and (prior.key, prior.ref) not in self._moving:
            before = self._before.get((prior.key, prior.ref))
            if before is not None and group <= before and self._previous.options.files == self._options.files:
                self._kept.add((prior.key, prior.ref))
                return self._flagged(prior)
            self._kept.discard(wish)
            earlier = prior
        if self._offline:
            known = f" (other files of it are, at {earlier.revision[:12]})" if earlier else ""
            raise HubUnreachable(
                f"`{wish[0].name}` is not locked as it is needed now{known}, and `--offline` was given",
                hint="Run the command without `--offline`",
            )
        request = self._request(wish, group, revision=earlier.revision if earlier else "")
        pinned = self._hub(wish).pin(request)
        if prior is not None:
            _refuse_other_bytes(prior, pinned)
        return _named(pinned, group.names)

    def _prior(self, wish: Wish) -> LockedModel | None:
        """What the earlier lock pinned at exactly this ref."""
        key, ref = wish
        same_hub = (model for model in self._previous.models if (model.key.hub, model.ref) == (key.hub, ref))
        return next((model for model in same_hub if key.name in model.names), None)

    def _request(self, wish: Wish, group: _Group, *, revision: str) -> PinRequest:
        readings = tuple(sorted(group.readings))
        cutoff = self._options.cutoff(wish[0])
        return PinRequest(
            key=wish[0],
            ref=wish[1],
            readings=readings,
            revision=revision,
            not_after=latest(cutoff, self._moment) if cutoff else "",
            options=self._options,
            project=self._project,
        )

    def _hub(self, wish: Wish) -> Hub:
        hub = self._hubs[wish[0].hub]
        if hub is None:
            raise PtmdepsError(
                f"models of the hub `{wish[0].hub}` cannot be locked, and `{wish[0]}` is one",
                hint=f"Take it out of the manifest; known are {', '.join(sorted(HUBS))}",
            )
        return hub

    def _because(self, wish: Wish, seen: frozenset[Wish] = frozenset()) -> tuple[str, ...]:
        """``app.py:12 → org/adapter``: a way from the project to the wish, itself left out."""
        for name in self._names(wish):
            if site := self._wishes.sites.get((ModelKey(wish[0].hub, name), wish[1])):
                return (site,)
        for origin, (_, model) in sorted(self._pinned.items(), key=_by_wish):
            if origin not in seen and any((edge.target, edge.ref) == wish for edge in model.runtime_edges):
                return (*self._because(origin, seen | {wish}), model.key.label)
        return ()

    def _names(self, wish: Wish) -> tuple[str, ...]:
        """Every name under which the model of a wish is asked for, as far as known."""
        return (wish[0].name, *sorted(self._pinned[wish][0].names if wish in self._pinned else ()))

    def _lockfile(self, models: Iterable[LockedModel]) -> Lockfile:
        ordered = tuple(sorted(models, key=lambda model: (model.key, model.ref)))
        lockfile = Lockfile(options=self._options, requirements=self._wishes.requirements, models=ordered)
        needed = {id(model) for model in reachable(lockfile)[0]}
        kept = tuple(model for model in ordered if id(model) in needed)
        exposed = [(model, self._hub((model.key, model.ref)).expose(model)) for model in kept]
        refuse_collisions(exposed, because=lambda model: self._because((model.key, model.ref)))
        return replace(lockfile, models=kept)


def _groups(
    requirements: Iterable[Requirement],
    models: Iterable[LockedModel],
    chosen: Callable[[Wish], Wish] = lambda wish: wish,
) -> dict[Wish, _Group]:
    """The wishes of requirements and runtime edges, by the model (as far as known) that they lead to."""
    models = tuple(models)
    canonical = {wish: (m.key, m.ref) for m in models for wish in m.wishes}
    names: dict[Wish, set[str]] = {}
    readings: dict[Wish, set[Reading]] = {}
    wishes = [((r.key, r.ref), Reading(reads=r.reads, selection=r.selection)) for r in requirements]
    wishes += [((e.target, e.ref), _reading_of(e)) for m in models for e in m.runtime_edges]
    for wish, reading in wishes:
        target = chosen(canonical.get(wish, wish))
        names.setdefault(target, set()).add(wish[0].name)
        readings.setdefault(target, set()).add(reading)
    return {wish: _Group(frozenset(names[wish]), frozenset(readings[wish])) for wish in names}


def _reading_of(edge: Edge) -> Reading:
    return Reading(
        reads=edge.reads, selection=FileSelection(files=edge.files, entrypoint=edge.entrypoint), digest=edge.digest
    )


def _refuse_other_bytes(before: LockedModel, after: LockedModel) -> None:
    """One revision is one set of bytes; where a hub only numbers its versions, nobody else looks whether that holds."""
    if (before.key, before.revision) != (after.key, after.revision):
        return
    locked = {file.path: file.sha256 for file in before.files}
    for file in after.files:
        if file.path in locked and locked[file.path] != file.sha256:
            raise IntegrityError(
                f"`{file.path}` of `{after.key.label}@{after.revision[:12]}`",
                expected=f"sha256:{locked[file.path]}",
                found=f"sha256:{file.sha256}",
                hint="The hub gave other bytes the same version: ask its author. To take them, remove the model and "
                "install it again",
            )


def _named(model: LockedModel, names: frozenset[str]) -> LockedModel:
    # of its own accord a hub adds what its loaders call the model where that is no name, such as the handle of TF Hub
    named = replace(model, aliases=tuple(sorted(names.union(model.aliases) - {model.key.name})))
    return _with_digest(named)


def _with_digest(model: LockedModel) -> LockedModel:
    return replace(model, recorded_digest=model_digest(model))


def _by_wish(item: tuple[Wish, object]) -> Wish:
    return item[0]
