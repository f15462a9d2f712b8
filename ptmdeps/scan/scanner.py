"""From a folder to everything its code loads.

What it takes to look at files anew is imported only when there are any.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from ptmdeps.scan.cache import Memory, Record, ScanCache
from ptmdeps.scan.changes import Changes, changes_of
from ptmdeps.scan.dependencies import Dependencies, outside_of
from ptmdeps.scan.files import ProjectFile, is_included, project_files, single_file
from ptmdeps.scan.fingerprints import Fingerprint, unread_of
from ptmdeps.scan.references import LocalReference, Outcome, Reference, ScanResult, Scope, UnresolvedReference
from ptmdeps.scan.serialization import ForeignError, dependencies_of, outcomes_of

if TYPE_CHECKING:
    from ptmdeps.scan.loaders import Loader

ALL_SCOPES: tuple[Scope, ...] = ("main", "test", "example", "doc")


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanOptions:
    """How a scan is done.

    Attributes:
        include: shell patterns of the only relative paths whose loads are reported, files or whole folders; empty:
            all. Values are looked up in the other files, too.
        exclude: shell patterns of relative paths that are left out.
        scopes: the kinds of code whose loads are reported.
        loaders: the rows of the catalogue; those that ptmdeps ships if none are given.
    """

    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    scopes: tuple[Scope, ...] = ALL_SCOPES
    loaders: tuple[Loader, ...] | None = None


def scan(root: Path, *, options: ScanOptions | None = None, cache: ScanCache | None = None) -> ScanResult:
    """Find every load of a model in the code under a folder, or in one file.

    Nothing of the project is imported or run, no network is used, and only files under ``root`` are read. A file that
    cannot be read or parsed is not an error. The result is the same for the same content, in every order of files.

    Raises:
        ScanError: ``root`` does not exist, or cannot be listed.
    """
    options = options or ScanOptions()
    if root.is_dir():
        folder, files = root, project_files(root, exclude=options.exclude)
    else:
        from ptmdeps.scan.looking import is_read

        folder, files = root.parent, (single_file(root, wanted=is_read),)
    with _without_collector():
        before = cache.load(options.loaders) if cache else Memory()
        try:
            after = _scan(folder, files, before, options.loaders)
            result = _result(after, options)
        except ForeignError:  # what was kept is damaged: nothing of it counts
            after = _scan(folder, files, Memory(), options.loaders)
            result = _result(after, options)
    if cache and after is not before:
        cache.save(after, options.loaders)
    return result


@contextmanager
def _without_collector() -> Iterator[None]:
    """Pause the collector of cycles: trees are many small objects without cycles, visited over and over."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _scan(folder: Path, files: tuple[ProjectFile, ...], before: Memory, loaders: tuple[Loader, ...] | None) -> Memory:
    """Return what is known after the scan: what was known before, where nothing changed that it depends on.

    Raises:
        ForeignError: what was known before is damaged.
    """
    fingerprints = _fingerprints(folder, files, before, loaders)
    changes = _changes(folder, fingerprints, before)
    if before.fingerprints and changes.none(before.outside):
        return before if fingerprints is before.fingerprints else replace(before, fingerprints=fingerprints)
    fingerprints = dict(fingerprints)
    for path, parts in changes.parts():
        fingerprints[path] = replace(fingerprints[path], parts=parts)
    dependencies: dict[str, Dependencies] = {}
    records: dict[str, Record] = {}
    for path, kept, record in _kept(before, fingerprints, changes):
        dependencies[path], records[path] = kept, record
    asked = set(before.asked)
    stale = [path for path, one in fingerprints.items() if one.candidate and path not in records]
    if stale:
        from ptmdeps.scan.looking import look_at

        for seen in look_at(folder, stale, fingerprints, loaders):
            records[seen.path] = seen.record
            dependencies[seen.path] = dependencies_of(seen.record.dependencies)
            asked |= seen.asked
            for path, parts in seen.parts.items():
                if fingerprints[path].parts != parts:
                    fingerprints[path] = replace(fingerprints[path], parts=parts)
    return Memory(
        fingerprints=fingerprints,
        records=dict(sorted(records.items())),
        outside=outside_of(dependencies.values()),
        asked=tuple(sorted(asked)),
        versions=_versions(folder, tuple(sorted(asked))),
    )


def _kept(
    before: Memory, fingerprints: Mapping[str, Fingerprint], changes: Changes
) -> Iterator[tuple[str, Dependencies, Record]]:
    """Yield the files of which what was known before holds, each with what that depends on.

    Raises:
        ForeignError: what was known before is damaged.
    """
    for path, record in before.records.items():
        dependencies = dependencies_of(record.dependencies)
        if path not in fingerprints or not fingerprints[path].candidate or changes.concern(path, dependencies):
            continue
        differences = changes.differences(dependencies)
        if not differences:
            yield path, dependencies, record
            continue
        from ptmdeps.scan.places import moved  # most files that change are looked into from nowhere

        outcomes = moved(record.outcomes, differences)
        if outcomes is not None:
            yield path, dependencies, replace(record, outcomes=outcomes)


def _fingerprints(
    folder: Path, files: tuple[ProjectFile, ...], before: Memory, loaders: tuple[Loader, ...] | None
) -> dict[str, Fingerprint]:
    """Return what every file is, those that may have changed read anew; the very same as before if there are none."""
    unread = unread_of(files, before.fingerprints, written=before.written)
    if not unread and len(files) == len(before.fingerprints):
        return before.fingerprints
    fresh: dict[str, Fingerprint] = {}
    if unread:
        from ptmdeps.scan.looking import read

        fresh = dict(read(folder, unread, before.fingerprints, loaders))
    return {file.path: fresh.get(file.path) or before.fingerprints[file.path] for file in files}


def _changes(folder: Path, after: Mapping[str, Fingerprint], before: Memory) -> Changes:
    if not before.fingerprints:
        return Changes(folder, {}, ())
    changed = dict(changes_of(folder, after, before.fingerprints))
    moved = after.keys() ^ before.fingerprints.keys()
    return Changes(folder, changed, moved, versions=_versions(folder, before.asked) != before.versions)


def _versions(folder: Path, asked: tuple[str, ...]) -> str:
    """Return the state of the files that say which versions of libraries the project uses."""
    if not asked:
        return ""
    from ptmdeps.scan.defaults import state_of

    return state_of(folder, asked)


def _result(memory: Memory, options: ScanOptions) -> ScanResult:
    every = outcomes_of(
        record.outcomes
        for path, record in memory.records.items()
        if not options.include or is_included(path, options.include)
    )
    outcomes = [outcome for outcome in every if outcome.scope in options.scopes]
    outcomes.sort(key=lambda outcome: (outcome.location.path, outcome.location.line, outcome.loader))
    outcomes = list({_identity(outcome): outcome for outcome in reversed(outcomes)}.values())[::-1]
    return ScanResult(
        references=tuple(outcome for outcome in outcomes if isinstance(outcome, Reference)),
        unresolved=tuple(outcome for outcome in outcomes if isinstance(outcome, UnresolvedReference)),
        local=tuple(outcome for outcome in outcomes if isinstance(outcome, LocalReference)),
    )


def _identity(outcome: Outcome) -> object:
    """Return what makes two outcomes the same: a call of a wrapper counts once a model, however much it loads."""
    match outcome:
        case Reference(wraps=wraps) if wraps:
            return outcome.location, outcome.loader, outcome.key, outcome.ref
        case UnresolvedReference(wraps=wraps) if wraps:
            return outcome.location, outcome.loader, outcome.reason
    return id(outcome)
