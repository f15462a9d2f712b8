"""``lock``: from the project's code and manifest to ``ptm.lock``, or to the reasons why it is stale."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from ptmdeps import lockfile as lockfiles
from ptmdeps import manifest as manifests
from ptmdeps.atomic import remove_leftovers
from ptmdeps.errors import PtmdepsError
from ptmdeps.hubs import HUBS
from ptmdeps.hubs.protocol import Hub
from ptmdeps.lockfile.conflicts import loads_merged
from ptmdeps.lockfile.difference import Difference, diff
from ptmdeps.lockfile.model import Lockfile
from ptmdeps.lockfile.staleness import Staleness, staleness, tampered
from ptmdeps.lockfile.text import CONFLICT_MARKER, dumps, read_text
from ptmdeps.manifest import Manifest
from ptmdeps.project import Project, cache_folder
from ptmdeps.resolve import Upgrade, Wanted, resolve, wanted
from ptmdeps.scan.references import ScanResult


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


def gather(project: Project) -> Inputs:
    """Scan the project and read its manifest: no network, and nothing of the project is run.

    Raises:
        ManifestError: the manifest cannot be read.
    """
    from ptmdeps.scan import ScanCache, ScanOptions, scan
    from ptmdeps.scan.catalogues import with_declared

    manifest = manifests.read(project.root)
    cache = ScanCache(cache_folder() / "scan" / project.identifier)
    loaders = with_declared(manifest.loaders)
    result = scan(project.root, options=ScanOptions(exclude=manifest.exclude, loaders=loaders), cache=cache)
    return Inputs(manifest=manifest, scan=result, wanted=wanted(result.references, manifest, HUBS))


def check(project: Project) -> tuple[Inputs, tuple[Staleness, ...] | None]:
    """Every reason why the lock is stale, offline; ``None`` where there is no lock.

    Raises:
        LockfileError, ManifestError: one of them cannot be read.
    """
    lockfile = lockfiles.read(project.lockfile)
    inputs = gather(project)
    if lockfile is None:
        return inputs, None
    return inputs, staleness(lockfile, inputs.wanted.requirements, inputs.manifest.options)


def lock(
    project: Project,
    *,
    hubs: Callable[[str], Hub | None],
    upgrade: Upgrade = Upgrade(),
    offline: bool = False,
    dry_run: bool = False,
) -> Locked:
    """Bring ``ptm.lock`` up to date; the caller holds the project's mutex unless it is a dry run.

    Raises:
        LockfileError, ManifestError: one of them cannot be read; nothing was written.
        ResolutionError: some models could not be pinned; nothing was written.
    """
    if not dry_run:
        remove_leftovers(project.root, project.lockfile.name)
    text = read_text(project.lockfile)
    merge = loads_merged(text) if text is not None else None
    before = merge.lockfile if merge else None
    inputs = gather(project)
    _refuse_unknown_names(upgrade, before, inputs)
    if before is not None and not _due(upgrade) and not _stale(before, text or "", inputs):
        return Locked(inputs=inputs, before=before, after=before, changes=(), written=False)
    after = resolve(
        inputs.wanted,
        previous=_trustworthy(before),
        options=inputs.manifest.options,
        hubs=hubs,
        upgrade=upgrade,
        offline=offline,
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


def _due(upgrade: Upgrade) -> bool:
    return upgrade.everything or bool(upgrade.names)


def _stale(before: Lockfile, text: str, inputs: Inputs) -> bool:
    """Whether the file must be written anew: its contents, or only its spelling after a merge or an older ptmdeps."""
    reasons = staleness(before, inputs.wanted.requirements, inputs.manifest.options)
    return bool(reasons) or CONFLICT_MARKER.search(text) is not None or dumps(before) != text


def _trustworthy(before: Lockfile | None) -> Lockfile | None:
    """The earlier lock without entries that somebody else changed: those are pinned anew."""
    if before is None:
        return None
    broken = [reason.model for reason in tampered(before)]
    return replace(before, models=tuple(model for model in before.models if model not in broken))


def _refuse_unknown_names(upgrade: Upgrade, before: Lockfile | None, inputs: Inputs) -> None:
    """``-P`` with a name that nothing knows is a typing error, and must not pass as "nothing to do"."""
    known = {requirement.key.name for requirement in inputs.wanted.requirements}
    known |= {str(requirement.key) for requirement in inputs.wanted.requirements}
    if before is not None:
        known |= {name for model in before.models for name in (*model.names, str(model.key))}
    if unknown := sorted(upgrade.names - known):
        raise PtmdepsError(
            f"`{unknown[0]}` is neither locked nor wanted by this project", hint="`ptmdeps list` shows what is locked"
        )
