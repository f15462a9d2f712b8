"""Making store and environment match the lock: a plan first, then bytes, verified, then ``.ptm/``."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

from ptmdeps import environment as environments
from ptmdeps.errors import HubUnreachable, IntegrityError, LockfileError, PtmdepsError, ResolutionError, StoreError
from ptmdeps.hubs.protocol import Hub
from ptmdeps.lockfile.model import LockedFile, LockedModel, Lockfile
from ptmdeps.lockfile.staleness import tampered
from ptmdeps.project import Project
from ptmdeps.verification import Verified

FILES_AT_ONCE = 8
HASHES_AT_ONCE = 4

State = Literal["stored", "missing", "damaged"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One file of one locked model, and what the store has of it; ``found`` is the hash of damaged bytes."""

    model: LockedModel
    file: LockedFile
    state: State
    found: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncPlan:
    """What a sync would do.

    Attributes:
        wanted: what the environment shall hold.
        current: the environment is that already.
        items: every file, with what the store has of it; empty where the environment is current.
    """

    wanted: environments.Contents
    current: bool
    items: tuple[Item, ...] = ()

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


class Reporter(Protocol):
    """Hears how far a sync is; called from several threads."""

    def begin(self, what: str, total: int) -> None:
        """``total`` bytes are about to be worked on."""

    def advance(self, size: int) -> None:
        """``size`` bytes of them are done."""

    def end(self) -> None:
        """All are done, or it was given up."""


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
            f"the entry of `{model.key.name}` in `ptm.lock`",
            expected=model.recorded_digest,
            found=model_digest(model),
            hint=f"It was changed without locking again; run `ptmdeps lock -P {model.key.name}`",
        )


def plan(project: Project, lockfile: Lockfile, hubs: Mapping[str, Hub], verified: Verified, *, exact: bool) -> SyncPlan:
    """Compare lock, environment and store; reads (and hashes) files, changes nothing."""
    wanted = environments.contents(lockfile, hubs)
    if not any(environments.mismatches(project.environment, wanted, verified.sha256, exact=exact)):
        return SyncPlan(wanted=wanted, current=True)
    items = _inspect(lockfile, hubs, verified)
    stored = all(item.state == "stored" for item in items)
    # what was touched or is new here may still be the right bytes: now that the store is hashed, look again
    current = stored and not any(environments.mismatches(project.environment, wanted, _hash_of(verified), exact=exact))
    return SyncPlan(wanted=wanted, current=current, items=() if current else items)


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
) -> Synced:
    """Fetch, verify and build; the caller holds the project's mutex. Nothing changes where the plan is current.

    Raises:
        IntegrityError: bytes that the hub sends differ from the lock, twice.
        HubError, StoreError: a file cannot be had or cannot be stored. The environment is then as it was.
    """
    if plan.current:
        return Synced(plan=plan, rebuilt=False)
    _fetch(plan.to_fetch, hubs, verified, reporter, offline=offline)
    environments.build(project.environment, plan.wanted, link_mode=link_mode, keep_surplus=keep_surplus)
    for link in plan.wanted.links:
        verified.copied(project.environment / link.path, link.sha256)
    return Synced(plan=plan, rebuilt=True, warnings=tuple(_protect(plan.wanted.models, hubs, project)))


def _hash_of(verified: Verified) -> environments.Hasher:
    def sha256(path: Path) -> str | None:
        return verified.hash(path) if path.is_file() else None

    return sha256


def _inspect(lockfile: Lockfile, hubs: Mapping[str, Hub], verified: Verified) -> tuple[Item, ...]:
    pairs = [(model, file) for model in lockfile.models for file in model.files]
    with ThreadPoolExecutor(HASHES_AT_ONCE, thread_name_prefix="hash") as pool:
        return tuple(pool.map(lambda pair: _item(pair[0], pair[1], hubs, verified), pairs))


def _item(model: LockedModel, file: LockedFile, hubs: Mapping[str, Hub], verified: Verified) -> Item:
    path = hubs[model.key.hub].stored_path(model, file)
    if not path.is_file():
        return Item(model=model, file=file, state="missing")
    found = verified.hash(path)
    if found == file.sha256:
        return Item(model=model, file=file, state="stored")
    return Item(model=model, file=file, state="damaged", found=found)


def _fetch(
    items: tuple[Item, ...], hubs: Mapping[str, Hub], verified: Verified, reporter: Reporter, *, offline: bool
) -> None:
    if not items:
        return
    if offline:
        raise _unavailable(items)
    total = sum(item.file.size for item in items)
    _check_space(items, hubs, total)
    reporter.begin("Fetching", total)
    try:
        with ThreadPoolExecutor(FILES_AT_ONCE, thread_name_prefix="fetch") as pool:
            # large files first: the last one to finish decides how long it takes
            ordered = sorted(items, key=lambda item: (-item.file.size, item.model.key, item.file.path))
            failures = [
                error for error in pool.map(lambda item: _fetch_one(item, hubs, verified, reporter), ordered) if error
            ]
    finally:
        reporter.end()
        verified.save()
    if len(failures) == 1:
        raise failures[0]
    if failures:
        raise ResolutionError(f"{len(failures)} files could not be fetched", causes=failures)


def _fetch_one(item: Item, hubs: Mapping[str, Hub], verified: Verified, reporter: Reporter) -> PtmdepsError | None:
    """Fetch and verify one file, twice if its first bytes are wrong; failures are values, so that others go on."""
    hub = hubs[item.model.key.hub]
    found = item.found
    try:
        for _ in range(2):
            if found:
                hub.discard(item.model, item.file)
            path = hub.fetch(item.model, item.file, reporter.advance)
            found = verified.hash(path)
            if found == item.file.sha256:
                return None
        hub.discard(item.model, item.file)
    except PtmdepsError as error:
        return error
    return IntegrityError(
        f"`{item.file.path}` of `{item.model.key.name}@{item.model.revision[:12]}`",
        expected=f"sha256:{item.file.sha256} ({item.file.size:,} bytes)",
        found=f"sha256:{found}",
        hint="The hub sent these bytes twice and they were thrown away; the environment is as it was",
    )


def _unavailable(items: tuple[Item, ...]) -> HubUnreachable:
    names = sorted({item.model.key.name for item in items})
    size = sum(item.file.size for item in items)
    return HubUnreachable(
        f"{size:,} bytes of {', '.join(f'`{name}`' for name in names)} are missing or damaged in the store, "
        "and `--offline` was given",
        hint="Run `ptmdeps sync` once with a connection",
    )


def _check_space(items: Iterable[Item], hubs: Mapping[str, Hub], total: int) -> None:
    """Better to say it now than after forty gigabytes."""
    for name in sorted({item.model.key.hub for item in items}):
        folder = hubs[name].store()
        while not folder.exists() and folder != folder.parent:
            folder = folder.parent
        free = shutil.disk_usage(folder).free
        if free < total:
            raise StoreError(
                f"{total:,} bytes are to be fetched, `{folder}` has {free:,} left",
                hint="Free some space, or point `HF_HUB_CACHE` to a larger disk",
            )


def _protect(models: tuple[LockedModel, ...], hubs: Mapping[str, Hub], project: Project) -> Iterator[str]:
    for name, hub in sorted(hubs.items()):
        try:
            hub.protect([model for model in models if model.key.hub == name], project.identifier)
        except StoreError as error:
            yield f"{error.message}. {error.hint}"
