"""What ``sync`` does, for every command that syncs: ``install``, ``remove``, ``upgrade``, ``run``, ``export``."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ptmdeps.cli.console import Console
from ptmdeps.errors import CheckFailed, HubUnreachable, LockfileError, PtmdepsError

if TYPE_CHECKING:
    from ptmdeps.bundle import Bundle
    from ptmdeps.fetching import Item
    from ptmdeps.hubs.protocol import Hub
    from ptmdeps.identity import ModelKey
    from ptmdeps.lockfile import Lockfile
    from ptmdeps.lockfile.groups import GroupSelection
    from ptmdeps.render.missing import Sites
    from ptmdeps.sync import Synced, SyncPlan
    from ptmdeps.verification import Verified


OFFLINE = "the store lacks {}, and `--offline` was given"


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncOptions:
    """How to sync, for the commands that do: ``sync``, ``run`` and ``install``.

    With a ``bundle``, what the store lacks comes from there, and its lock serves where the project has none. Without
    ``groups``, the whole lock is meant; with ``keep_groups``, locked models of other groups that an earlier sync
    brought stay.
    """

    offline: bool = False
    inexact: bool = False
    rehash: bool = False
    link_mode: str | None = None
    limit_rate: str | None = None
    bundle: Bundle | None = None
    groups: GroupSelection | None = None
    keep_groups: bool = False


def synchronize(
    console: Console,
    options: SyncOptions,
    *,
    lockfile: Lockfile | None = None,
    writing: Callable[[], AbstractContextManager[None]] = nullcontext,
) -> Synced:
    """Sync to ``lockfile``, or to the lock as it is; the caller holds the mutex.

    ``writing`` is entered when everything is in the store and the new environment is about to take its place.
    """
    from ptmdeps import manifest as manifests
    from ptmdeps import sync
    from ptmdeps.bandwidth import chosen_pace
    from ptmdeps.caching import registry

    project, pace = console.project, chosen_pace(options.limit_rate)
    with prepared(console, options, lockfile) as (whole, hubs, verified):
        part = _selected(console, whole, options)
        # before the store is looked at, so that no clean-up takes away what is found there
        registry.claim(project, whole.models, hubs, console.say)
        plan = sync.plan(project, part, hubs, verified, exact=not options.inexact, whole=whole)
        _say_plan(console, plan, keeping=options.inexact)
        if options.offline:
            _refuse_missing(console, options, part, plan.to_fetch)
        if options.bundle is not None:
            _take_in(console, options, plan, hubs, verified)
            _take_lock(console, options)
            plan = sync.plan(project, part, hubs, verified, exact=not options.inexact, whole=whole)
        for name, hub in sorted(hubs.items()):
            console.detail(f"store of {name}: {hub.store()}")
        for item in plan.items:
            console.detail(f"  {item.state:<7} {item.model.key.label} {item.file.path} ({item.file.size:,} bytes)")
        link_mode = options.link_mode or manifests.read(project.root).link_mode
        room = sync.room(plan, project, link_mode)
        sync.obtain(plan, hubs, verified, reporter=console.reporter, offline=options.offline, pace=pace, room=room)
        return sync.build(
            plan,
            project,
            hubs,
            verified,
            link_mode=link_mode,
            keep_surplus=options.inexact,
            swapping=writing,
        )


def say_synced(console: Console, synced: Synced) -> None:
    """What was done."""
    from ptmdeps.render.quantities import counted, size

    for warning in synced.warnings:
        console.warn(warning)
    models = counted(len(synced.plan.wanted.models), "model")
    if not synced.rebuilt:
        console.say(f"`.ptm` is up to date ({models})")
        return
    fetched = synced.plan.to_fetch
    stored = len(synced.plan.items) - len(fetched)
    sources = [f"{counted(stored, 'file')} from the store"] if stored else []
    if fetched:
        sources.append(f"{counted(len(fetched), 'file')} ({size(sum(item.file.size for item in fetched))}) fetched")
    console.say(f"Synced {models} in `.ptm`: {', '.join(sources) or 'nothing to hold'}, all verified")


def opened_bundle(path: Path | None) -> Bundle | None:
    """The bundle at ``path``, looked through and found whole; ``None`` where none is given."""
    if path is None:
        return None
    from ptmdeps.bundle import opened

    return opened(path)


def takes_lock(console: Console, options: SyncOptions) -> bool:
    """Whether the project has no lock and takes that of the bundle."""
    return options.bundle is not None and not console.project.lockfile.exists()


def _take_in(
    console: Console, options: SyncOptions, plan: SyncPlan, hubs: Mapping[str, Hub], verified: Verified
) -> None:
    """Bring what the store lacks out of the bundle."""
    from ptmdeps.bundle import take_in
    from ptmdeps.render.quantities import counted, size

    if options.bundle is None or not plan.to_fetch:
        return
    take_in(
        plan.to_fetch,
        options.bundle,
        hubs,
        verified,
        console.reporter,
        owner=console.project.identifier,
        # a store that leads into the bundle would be lost with it
        link_mode="copy" if options.link_mode == "copy" else "auto",
    )
    total = size(sum(item.file.size for item in plan.to_fetch))
    console.say(f"Took {counted(len(plan.to_fetch), 'file')} ({total}) from the bundle, all verified")


def _take_lock(console: Console, options: SyncOptions) -> None:
    """Where the project has no lock, the bundle's becomes its own, once nothing in the bundle can disappoint."""
    from ptmdeps import lockfile as lockfiles
    from ptmdeps.render.quantities import counted

    if options.bundle is not None and takes_lock(console, options):
        lockfile = options.bundle.lockfile
        lockfiles.write(lockfile, console.project.lockfile)
        console.say(f"There was no `ptm.lock`: the bundle's was taken ({counted(len(lockfile.models), 'model')})")


def _refuse_missing(console: Console, options: SyncOptions, lockfile: Lockfile, items: Sequence[Item]) -> None:
    """Name all that is missing, and who needs it, before anything is done."""
    if options.bundle is not None:
        from ptmdeps.bundle.taking_in import absent

        items = absent(items, options.bundle)
        path = str(options.bundle.path).replace("{", "{{").replace("}", "}}")
        what = f"neither the store nor the bundle `{path}` has {{}}"
        hint = "Export it again with `ptmdeps export`, from the `ptm.lock` that this project has"
    else:
        what = OFFLINE
        hint = "Run `ptmdeps sync` once with a connection, or `ptmdeps export` there and `ptmdeps sync --from` here"
    if items:
        raise missing(console, lockfile, items, what=what, hint=hint)


def missing(console: Console, lockfile: Lockfile, items: Sequence[Item], *, what: str, hint: str) -> HubUnreachable:
    """The error that names every file that is to be had, with the lines of code that lead to it."""
    from ptmdeps.render.missing import unavailable

    return unavailable(lockfile, items, _sites(console), what=what, hint=hint)


def _sites(console: Console) -> Sites:
    """Where the project asks for models, as far as it can be read: if not, the lock knows the files at least."""
    from ptmdeps.locking import gather
    from ptmdeps.wanted import requirement_of

    sites: dict[tuple[ModelKey, str], list[str]] = {}
    with suppress(PtmdepsError):
        inputs = gather(console.project)
        for found in inputs.scan.references:
            if not found.soft and found.scope in inputs.manifest.options.scopes:
                wish = requirement_of(found)
                sites.setdefault((wish.key, wish.ref), []).append(str(found.location))
        for asked, site in inputs.wanted.sites.items():
            sites.setdefault(asked, [site])
    return sites


def _selected(console: Console, whole: Lockfile, options: SyncOptions) -> Lockfile:
    """The part of the lock that is asked for; see ``ptmdeps.lockfile.groups``."""
    if options.groups is None:
        return whole
    from ptmdeps import manifest as manifests
    from ptmdeps.environment import recorded
    from ptmdeps.identity import ModelKey
    from ptmdeps.lockfile.groups import keeping, narrowed

    part = narrowed(whole, options.groups, manifests.read(console.project.root).default_groups)
    if not options.keep_groups or part is whole:
        return part
    entries = recorded(console.project.environment).get("models", [])
    held = [entry for entry in entries if isinstance(entry, dict)]
    return keeping(
        part,
        whole,
        {(ModelKey(str(one.get("hub")), str(one.get("name"))), str(one.get("ref", ""))) for one in held},
    )


@contextmanager
def prepared(
    console: Console, options: SyncOptions, lockfile: Lockfile | None = None
) -> Iterator[tuple[Lockfile, dict[str, Hub], Verified]]:
    """The lock (of the project, if none is given), hubs and the record of hashed files, which is kept in any case."""
    from ptmdeps import lockfile as lockfiles
    from ptmdeps import manifest as manifests
    from ptmdeps import sync
    from ptmdeps.hubs import opened
    from ptmdeps.project import cache_folder
    from ptmdeps.verification import Verified

    if lockfile is None:
        lockfile = lockfiles.read(console.project.lockfile)
    if lockfile is None and options.bundle is not None:
        lockfile = options.bundle.lockfile
    if lockfile is None:
        raise LockfileError("there is no `ptm.lock`", hint="Run `ptmdeps lock`")
    sync.refuse_tampered(lockfile)
    manifest = manifests.read(console.project.root)
    hubs = sync.open_hubs(lockfile, opened({model.key.hub for model in lockfile.models}, manifest.hub))
    verified = Verified.open(cache_folder(), trust=not options.rehash)
    try:
        yield lockfile, hubs, verified
    finally:
        verified.save()


def preview(console: Console, options: SyncOptions, *, failing: bool) -> None:
    """Say what a sync would do, and do nothing; ``failing`` raises CheckFailed if that is anything."""
    from ptmdeps import sync
    from ptmdeps.render.quantities import counted, size

    with prepared(console, options) as (whole, hubs, verified):
        lockfile = _selected(console, whole, options)
        plan = sync.plan(console.project, lockfile, hubs, verified, exact=not options.inexact, whole=whole)
    _say_plan(console, plan, keeping=options.inexact)
    if options.offline:
        _refuse_missing(console, options, lockfile, plan.to_fetch)
    if plan.current:
        console.say(f"`.ptm` is up to date ({counted(len(plan.wanted.models), 'model')})")
        return
    if failing:
        raise CheckFailed("`.ptm` does not match the lock", hint="Run `ptmdeps sync`")
    fetch = plan.to_fetch
    verb = "fetching" if options.bundle is None else "taking from the bundle"
    console.say(
        f"Would sync {counted(len(plan.wanted.models), 'model')}, "
        f"{verb} {counted(len(fetch), 'file')} ({size(sum(item.file.size for item in fetch))})"
    )


def _say_plan(console: Console, plan: SyncPlan, *, keeping: bool) -> None:
    if plan.current:
        return
    from ptmdeps.environment import recorded
    from ptmdeps.render.changes import environment_lines

    before = recorded(console.project.environment)
    console.changes(environment_lines(before, plan.wanted.models, keeping=keeping))
    for item in plan.items:
        if item.state == "damaged":
            console.warn(
                f"`{item.file.path}` of `{item.model.key.label}` is damaged in the store\n"
                f"  expected: sha256:{item.file.sha256}\n  found:    sha256:{item.found}"
            )
