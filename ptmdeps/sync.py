"""Making store and environment match the lock: a plan first, then bytes, verified, then ``.ptm/``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext, suppress
from dataclasses import dataclass
from pathlib import Path

from ptmdeps import environment as environments
from ptmdeps import space
from ptmdeps.bandwidth import FULL_SPEED, Pace
from ptmdeps.caching import registry
from ptmdeps.errors import IntegrityError, LockfileError, StoreError
from ptmdeps.fetching import Item, Reporter, adopt, fetch, needs
from ptmdeps.hubs.protocol import Hub
from ptmdeps.lockfile.model import LockedFile, LockedModel, Lockfile
from ptmdeps.lockfile.staleness import tampered
from ptmdeps.project import Project
from ptmdeps.space import Need
from ptmdeps.verification import Verified

HASHES_AT_ONCE = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncPlan:
    """What a sync would do.

    Attributes:
        wanted: what the environment shall hold.
        current: the environment is that already.
        items: every file, with what the store has of it; empty where the environment is current.
        locked: every model of the lock, of groups that are not wanted now, too: the store is to keep them.
    """

    wanted: environments.Contents
    current: bool
    items: tuple[Item, ...] = ()
    locked: tuple[LockedModel, ...] = ()

    @property
    def to_fetch(self) -> tuple[Item, ...]:
        """The files that the store lacks or holds damaged."""
        return tuple(item for item in self.items if item.state != "stored")


@dataclass(frozen=True, slots=True, kw_only=True)
class Synced:
    """What a sync did: whether the environment was made anew, what was fetched, and what could not be done."""

    plan: SyncPlan
    rebuilt: bool
    warnings: tuple[str, ...] = ()


def open_hubs(lockfile: Lockfile, hubs: Mapping[str, Hub | None]) -> dict[str, Hub]:
    """The hubs of every locked model.

    Raises:
        LockfileError: a model is of a hub that this ptmdeps cannot sync.
    """
    opened = {name: hub for name, hub in hubs.items() if hub is not None}
    for index, model in enumerate(lockfile.models):
        if model.key.hub not in opened:
            raise LockfileError(f"this ptmdeps knows no hub `{model.key.hub}`", context=f"model[{index}].hub")
    return opened


def refuse_tampered(lockfile: Lockfile) -> None:
    """Raise IntegrityError for the first entry that was changed by something else than ``ptmdeps lock``."""
    for reason in tampered(lockfile):
        from ptmdeps.lockfile.document import model_digest

        model = reason.model
        raise IntegrityError(
            f"the entry of `{model.key.label}` in `ptm.lock`",
            expected=model.recorded_digest,
            found=model_digest(model),
            claim="its own digest",
            hint=f"It was changed without locking again; run `ptmdeps lock -P {model.key.label}`",
        )


def plan(
    project: Project,
    lockfile: Lockfile,
    hubs: Mapping[str, Hub],
    verified: Verified,
    *,
    exact: bool,
    whole: Lockfile | None = None,
) -> SyncPlan:
    """Compare lock, environment and store; reads (and hashes) files, changes nothing.

    ``whole`` is the lock of which ``lockfile`` is a part, where it is one.
    """
    locked = (whole or lockfile).models
    wanted = environments.contents(lockfile, hubs)
    if not any(environments.mismatches(project.environment, wanted, verified.sha256, exact=exact)):
        return SyncPlan(wanted=wanted, current=True, locked=locked)
    items = stored_items(lockfile, hubs, verified)
    stored = all(item.state == "stored" for item in items)
    # what was touched or is new here may still be the right bytes: now that the store is hashed, look again
    current = stored and not any(environments.mismatches(project.environment, wanted, _hash_of(verified), exact=exact))
    return SyncPlan(wanted=wanted, current=current, items=() if current else items, locked=locked)


def apply(
    plan: SyncPlan,
    project: Project,
    hubs: Mapping[str, Hub],
    verified: Verified,
    *,
    reporter: Reporter,
    link_mode: str,
    offline: bool = False,
    keep_surplus: bool = False,
    pace: Pace = FULL_SPEED,
) -> Synced:
    """Fetch, verify and build; the caller holds the project's mutex. Nothing changes where the plan is current.

    Raises:
        HubError, IntegrityError, StoreError: see ``obtain`` and ``build``. The environment is then as it was.
    """
    needed = room(plan, project, link_mode)
    obtain(plan, hubs, verified, reporter=reporter, offline=offline, pace=pace, room=needed)
    return build(plan, project, hubs, verified, link_mode=link_mode, keep_surplus=keep_surplus)


def room(plan: SyncPlan, project: Project, link_mode: str) -> tuple[Need, ...]:
    """The room that building the environment will take, for ``obtain`` to look at before."""
    return () if plan.current else (environments.room(project.environment, plan.wanted, link_mode),)


def obtain(
    plan: SyncPlan,
    hubs: Mapping[str, Hub],
    verified: Verified,
    *,
    reporter: Reporter,
    offline: bool = False,
    pace: Pace = FULL_SPEED,
    room: tuple[Need, ...] = (),
) -> None:
    """Bring what the plan lacks into the store, verified; nothing of the project changes.

    ``room`` is what will be needed afterwards: that it is too little is said before anything is fetched.

    Raises:
        IntegrityError: bytes that the hub sends differ from the lock, twice.
        HubError, StoreError: a file cannot be had or cannot be stored.
    """
    if not plan.current and not (offline and plan.to_fetch):
        space.check((*needs(plan.to_fetch, hubs), *room))
        adopt(plan.items, hubs, verified)
    fetch(plan.to_fetch, hubs, verified, reporter, offline=offline, pace=pace)


def build(
    plan: SyncPlan,
    project: Project,
    hubs: Mapping[str, Hub],
    verified: Verified,
    *,
    link_mode: str,
    keep_surplus: bool = False,
    swapping: environments.Swapping = nullcontext,
) -> Synced:
    """Make the environment from the store, which holds everything; the caller holds the project's mutex.

    ``swapping`` is what else changes when the new one takes its place, also where the old one is that already.

    Raises:
        StoreError: the project's folder cannot be written. The environment is then as it was.
    """
    environments.remove_leftovers(project.environment)
    if plan.current:
        with swapping():
            pass
        # a sync that was killed after the swap had not come to this; what cannot be done was said when it was built
        tuple(_protect(plan.locked, hubs, project))
        return Synced(plan=plan, rebuilt=False)
    wanted = environments.relocated(plan.wanted, _elsewhere(plan, hubs))
    environments.build(project.environment, wanted, link_mode=link_mode, keep_surplus=keep_surplus, swapping=swapping)
    for link in plan.wanted.links:
        verified.copied(project.environment / link.path, link.sha256)
    return Synced(plan=plan, rebuilt=True, warnings=tuple(_protect(plan.locked, hubs, project)))


def _hash_of(verified: Verified) -> environments.Hasher:
    def sha256(path: Path | str) -> str | None:
        return verified.hash(Path(path)) if Path(path).is_file() else None

    return sha256


def stored_items(lockfile: Lockfile, hubs: Mapping[str, Hub], verified: Verified) -> tuple[Item, ...]:
    """Every file of a lock, in its order, with what the store has of it; files that are not known are hashed."""
    pairs = [(model, file) for model in lockfile.models for file in model.files]
    with ThreadPoolExecutor(HASHES_AT_ONCE, thread_name_prefix="hash") as pool:
        return tuple(pool.map(lambda pair: _item(pair[0], pair[1], hubs, verified), pairs))


def _item(model: LockedModel, file: LockedFile, hubs: Mapping[str, Hub], verified: Verified) -> Item:
    """The first level that has the file whole counts: the user's own store, then those that are only read."""
    hub = hubs[model.key.hub]
    path, found = hub.stored_path(model, file), ""
    if path.is_file():
        found = verified.hash(path)
        if found == file.sha256:
            return Item(model=model, file=file, state="stored")
    elif blob := _whole(hub.blobs(model, file), file, verified):
        return Item(model=model, file=file, state="stored", blob=blob)
    if shared := _whole(hub.shared_paths(model, file), file, verified):
        return Item(model=model, file=file, state="stored", source=shared)
    return Item(model=model, file=file, state="damaged" if found else "missing", found=found)


def _whole(paths: Iterable[Path], file: LockedFile, verified: Verified) -> Path | None:
    """The first of several places that has the file whole; what may not be read there is as good as absent."""
    for path in paths:
        with suppress(StoreError):
            if _has_size(path, file.size) and verified.hash(path) == file.sha256:
                return path
    return None


def _has_size(path: Path, size: int) -> bool:
    try:
        return path.stat().st_size == size and path.is_file()
    except OSError:
        return False


def _elsewhere(plan: SyncPlan, hubs: Mapping[str, Hub]) -> dict[Path, Path]:
    """Where the files of shared stores are, by the place that they would have in the user's own."""
    return {
        hubs[item.model.key.hub].stored_path(item.model, item.file): item.source for item in plan.items if item.source
    }


def _protect(models: tuple[LockedModel, ...], hubs: Mapping[str, Hub], project: Project) -> Iterator[str]:
    """From the clean-up of other tools and of our own; what this project pinned before is free."""
    for name, hub in sorted(hubs.items()):
        if hub.derived:
            continue
        try:
            hub.protect([model for model in models if model.key.hub == name], project.identifier)
            registry.settle(project, models, hub)
        except StoreError as error:
            yield f"{error.message}. {error.hint}"
