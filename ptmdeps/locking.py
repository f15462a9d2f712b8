"""``lock``: from the project's code and manifest to ``ptm.lock``, or to the reasons why it is stale."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from ptmdeps import lockfile as lockfiles
from ptmdeps import manifest as manifests
from ptmdeps.ancestry import traced
from ptmdeps.atomic import remove_leftovers
from ptmdeps.clock import instant, now
from ptmdeps.errors import PtmdepsError
from ptmdeps.hubs import HUBS, open_hub
from ptmdeps.hubs.protocol import Hub, PinRequest, Reading
from ptmdeps.libraries.rows import LIBRARIES
from ptmdeps.libraries.table import UnknownName
from ptmdeps.lockfile import memory
from ptmdeps.lockfile.conflicts import loads_merged
from ptmdeps.lockfile.difference import Difference, diff
from ptmdeps.lockfile.document import trust_digests
from ptmdeps.lockfile.known import with_known
from ptmdeps.lockfile.model import Lockfile
from ptmdeps.lockfile.naming import Candidate, meant, nearest
from ptmdeps.lockfile.staleness import LibraryChanged, Staleness, Wish, staleness, tampered
from ptmdeps.lockfile.text import conflicted, dumps, read_text
from ptmdeps.manifest import HubSettings, Manifest
from ptmdeps.manifest.ignoring import ended_warnings
from ptmdeps.manifest.reading import Edits
from ptmdeps.project import Project, cache_folder
from ptmdeps.resolve import Upgrade, resolve
from ptmdeps.scan.references import ScanResult
from ptmdeps.wanted import Wanted, wanted

_DATE = len("2026-12-31")


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """What a project's code and manifest say today."""

    manifest: Manifest
    scan: ScanResult
    wanted: Wanted


@dataclass(frozen=True, slots=True, kw_only=True)
class Locked:
    """The outcome of a lock.

    Attributes:
        inputs: what was asked for.
        before: the lockfile as it was; ``None`` where there was none.
        after: the lockfile as it is, or with ``dry_run`` as it would be.
        changes: what differs between them.
        written: whether the file's bytes changed.
        disputed: models that two sides of a Git merge locked differently, pinned anew.
    """

    inputs: Inputs
    before: Lockfile | None
    after: Lockfile
    changes: tuple[Difference, ...]
    written: bool
    disputed: tuple[str, ...] = ()

    @property
    def differs(self) -> bool:
        """Whether the lock says something else than before, if only who asks for a model."""
        return self.before != self.after


def gather(
    project: Project, *, exclude_newer: str = "", moment: datetime | None = None, edits: Edits | None = None
) -> Inputs:
    """Scan the project and read its manifest: no network, and nothing of the project is run.

    ``exclude_newer`` (see ``ptmdeps.clock``) counts instead of the manifest's. ``moment`` is the present: rules of the
    manifest end. ``edits`` are manifests that are not written yet.

    Raises:
        ManifestError: the manifest cannot be read.
    """
    from ptmdeps.scan import ScanCache, ScanOptions, scan
    from ptmdeps.scan.catalogues import with_declared

    manifest = manifests.read_workspace(project.root, edits or {})
    if exclude_newer:
        manifest = replace(manifest, options=replace(manifest.options, exclude_newer=exclude_newer))
    today = instant(moment or now())[:_DATE]
    for ended in ended_warnings(manifest.ignore, today):
        warnings.warn(ended, UserWarning, stacklevel=2)
    cache = ScanCache(cache_folder() / "scan" / project.identifier)
    options = ScanOptions(include=manifest.include, exclude=manifest.exclude, loaders=with_declared(manifest.loaders))
    result = scan(project.root, options=options, cache=cache)
    return Inputs(manifest=manifest, scan=result, wanted=wanted(result.references, manifest, HUBS, today=today))


def check(project: Project, *, exclude_newer: str = "") -> tuple[Inputs, tuple[Staleness, ...] | None]:
    """Every reason why the lock is stale, offline; ``None`` where there is no lock.

    Raises:
        LockfileError, ManifestError: one of them cannot be read.
    """
    lockfile = lockfiles.read(project.lockfile)
    inputs = gather(project, exclude_newer=exclude_newer)
    if lockfile is None:
        return inputs, None
    reasons = staleness(lockfile, inputs.wanted.requirements, inputs.manifest.options)
    return inputs, (*reasons, *_changed_libraries(lockfile, project.root))


def _changed_libraries(lockfile: Lockfile, root: Path) -> Iterator[LibraryChanged]:
    """Models whose names the project's libraries understand in another way than when they were locked."""
    models = [model for model in lockfile.models if model.origin.table and model.key.hub in LIBRARIES]
    hubs = {name: open_hub(name) for name in {model.key.hub for model in models}}
    readings = _readings(lockfile) if models else {}
    for model in models:
        hub = hubs[model.key.hub]
        if hub is None:
            continue
        read = sorted({reading for wish in model.wishes for reading in readings.get(wish, ())})
        try:
            now = hub.pin(PinRequest(key=model.key, ref=model.ref, readings=tuple(read), project=root))
        except UnknownName:
            yield LibraryChanged(model=model, table="")
        else:
            if now.edges != model.edges:
                yield LibraryChanged(model=model, table=now.origin.table)


def _readings(lockfile: Lockfile) -> dict[Wish, set[Reading]]:
    """How everything that a lock asks for is read."""
    found: dict[Wish, set[Reading]] = {}
    for requirement in lockfile.requirements:
        found.setdefault((requirement.key, requirement.ref), set()).add(Reading(reads=requirement.reads))
    for model in lockfile.models:
        for edge in model.runtime_edges:
            found.setdefault((edge.target, edge.ref), set()).add(Reading(reads=edge.reads))
    return found


def lock(
    project: Project,
    *,
    hubs: Callable[[str, HubSettings], Hub | None],
    upgrade: Upgrade = Upgrade(),
    offline: bool = False,
    dry_run: bool = False,
    exclude_newer: str = "",
    moment: datetime | None = None,
    edits: Edits | None = None,
    known: Lockfile | None = None,
) -> Locked:
    """Bring ``ptm.lock`` up to date; the caller holds the project's mutex unless it is a dry run.

    See ``gather`` for ``exclude_newer``, ``moment`` and ``edits``. ``hubs`` opens a hub as the manifest sets it. New
    wishes are pinned as in ``known``, where they are there.

    Raises:
        LockfileError, ManifestError: one of them cannot be read; nothing was written.
        ResolutionError: some models could not be pinned; nothing was written.
    """
    if not dry_run:
        remove_leftovers(project.root, project.lockfile.name)
    text = read_text(project.lockfile)
    merge = loads_merged(text) if text is not None else None
    before = merge.lockfile if merge else None
    if before is not None and memory.known(project.lockfile, text or ""):
        trust_digests(before)
    inputs = gather(project, exclude_newer=exclude_newer, moment=moment, edits=edits)
    _refuse_unknown_names(upgrade, before, inputs)
    if before is not None and not _due(upgrade) and not _stale(before, text or "", project.lockfile, inputs):
        return Locked(inputs=inputs, before=before, after=before, changes=(), written=False)
    previous = _trustworthy(before)
    after = _pinned(
        inputs,
        project.root,
        with_known(previous, known) if known else previous,
        hub=lambda name: hubs(name, inputs.manifest.hub(name)),
        upgrade=upgrade,
        offline=offline,
        moment=moment,
    )
    written = False
    if not dry_run:
        written = lockfiles.write(after, project.lockfile)
    return Locked(
        inputs=inputs,
        before=before,
        after=after,
        changes=diff(before, after),
        written=written,
        disputed=merge.disputed if merge else (),
    )


def _pinned(
    inputs: Inputs,
    root: Path,
    previous: Lockfile | None,
    *,
    hub: Callable[[str], Hub | None],
    upgrade: Upgrade,
    offline: bool,
    moment: datetime | None,
) -> Lockfile:
    """Pin what is wanted, and look up what that came from."""
    resolved = resolve(
        inputs.wanted,
        previous=previous,
        options=inputs.manifest.options,
        hubs=hub,
        upgrade=upgrade,
        offline=offline,
        moment=moment,
        project=root,
    )
    return traced(
        resolved,
        previous=previous.ancestors if previous and not upgrade.everything else (),
        moving=upgrade.moving(previous) if previous else (),
        hubs=hub,
        offline=offline,
    )


def _due(upgrade: Upgrade) -> bool:
    return upgrade.everything or bool(upgrade.names)


def _stale(before: Lockfile, text: str, path: Path, inputs: Inputs) -> bool:
    """Whether the file must be written anew: its contents, or only its spelling after a merge or an older ptmdeps."""
    if staleness(before, inputs.wanted.requirements, inputs.manifest.options):
        return True
    if any(_changed_libraries(before, path.parent)):
        return True
    if memory.known(path, text):
        return False
    if conflicted(text) or dumps(before) != text:
        return True
    memory.remember(path, text)
    return False


def _trustworthy(before: Lockfile | None) -> Lockfile | None:
    """The earlier lock without entries that somebody else changed: those are pinned anew."""
    if before is None:
        return None
    broken = [reason.model for reason in tampered(before)]
    return replace(before, models=tuple(model for model in before.models if model not in broken))


def _refuse_unknown_names(upgrade: Upgrade, before: Lockfile | None, inputs: Inputs) -> None:
    """``-P`` with a name that nothing knows is a typing error, and must not pass as "nothing to do"."""
    known: list[Candidate[object]] = [(wish, (wish.key,), wish.ref) for wish in inputs.wanted.requirements]
    known += [(model, model.keys, model.ref) for model in (before.models if before else ())]
    for name in sorted(upgrade.names):
        if not meant(name, known):
            raise PtmdepsError(f"`{name}` is neither locked nor wanted by this project", hint=nearest(name, known))
