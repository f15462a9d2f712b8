"""From a folder to everything its code loads."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache as cache_of_function
from pathlib import Path

from ptmdeps.scan import starters
from ptmdeps.scan.cache import Memory, Record, ScanCache
from ptmdeps.scan.dependencies import Changes, Dependencies, changes_of
from ptmdeps.scan.files import ProjectFile, is_python, project_files, single_file
from ptmdeps.scan.fingerprints import Fingerprint, fingerprints_of, state_of
from ptmdeps.scan.loaders import LOADERS, Catalogue, Loader
from ptmdeps.scan.parallel import spread
from ptmdeps.scan.project import Project
from ptmdeps.scan.python import outcomes_of_python
from ptmdeps.scan.readers import READERS
from ptmdeps.scan.references import LocalReference, Outcome, Reference, ScanResult, Scope, UnresolvedReference
from ptmdeps.scan.values import Evaluator, new_evaluator
from ptmdeps.scan.words import Words

ALL_SCOPES: tuple[Scope, ...] = ("main", "test", "example", "doc")

_SHARE = 400_000
"""Bytes of source that one process looks at before it takes more; files side by side use the same others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanOptions:
    """How a scan is done.

    Attributes:
        exclude: shell patterns of relative paths that are left out.
        scopes: the kinds of code whose loads are reported.
        loaders: the rows of the catalogue.
    """

    exclude: tuple[str, ...] = ()
    scopes: tuple[Scope, ...] = ALL_SCOPES
    loaders: tuple[Loader, ...] = LOADERS


def scan(root: Path, *, options: ScanOptions | None = None, cache: ScanCache | None = None) -> ScanResult:
    """Find every load of a model in the code under a folder, or in one file.

    Nothing of the project is imported or run, no network is used, and only files under ``root`` are read. A file that
    cannot be read or parsed is not an error. The result is the same for the same content, in every order of files.

    Raises:
        ScanError: ``root`` does not exist, or cannot be listed.
    """
    options = options or ScanOptions()
    if root.is_dir():
        folder, files = root, project_files(root, exclude=options.exclude, wanted=_is_read)
    else:
        folder, files = root.parent, (single_file(root, wanted=_is_read),)
    catalogue = Catalogue(options.loaders)
    before = cache.load(catalogue) if cache else Memory()
    with _without_collector():
        after = _scan(folder, files, before, catalogue)
    if cache and (after.fingerprints != before.fingerprints or after.records != before.records):
        cache.save(after, catalogue)
    return _result(after, options)


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


def _is_read(path: str) -> bool:
    return is_python(path) or any(reader.reads(path) for reader in READERS)


def _scan(folder: Path, files: tuple[ProjectFile, ...], before: Memory, catalogue: Catalogue) -> Memory:
    """Return what is known after the scan: what was known before, where nothing changed that it depends on."""

    def is_candidate(path: str, data: bytes, words: Words) -> bool:
        if is_python(path):
            return catalogue.is_candidate(data, words.imports) or starters.is_candidate(path, data)
        return any(reader.reads(path) and reader.words.search(data) for reader in READERS)

    fingerprints = fingerprints_of(
        folder, files, before.fingerprints, written=before.written, is_candidate=is_candidate
    )
    changes = _changes(folder, fingerprints, before)
    records = {
        path: record
        for path, record in before.records.items()
        if path in fingerprints and fingerprints[path].candidate and not changes.concern(path, record.dependencies)
    }
    stale = [path for path, one in fingerprints.items() if one.candidate and path not in records]
    asked = set(before.asked)
    for share, found in _looked_at(folder, stale, fingerprints, catalogue):
        records.update(zip(share, found.records, strict=True))
        asked |= found.asked
    return Memory(
        fingerprints=fingerprints,
        records=dict(sorted(records.items())),
        asked=tuple(sorted(asked)),
        versions=_versions(folder, tuple(sorted(asked))),
    )


def _changes(folder: Path, after: Mapping[str, Fingerprint], before: Memory) -> Changes:
    if not before.records:
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


@dataclass(frozen=True, slots=True)
class _Found:
    """What is found in a share of the files, in their order, and where versions of libraries were looked for."""

    records: list[Record]
    asked: set[str]


def _looked_at(
    folder: Path, paths: list[str], fingerprints: Mapping[str, Fingerprint], catalogue: Catalogue
) -> Iterator[tuple[list[str], _Found]]:
    """Yield the files share by share, with what is found in each."""
    words = {path: one.words for path, one in fingerprints.items() if is_python(path)}
    project = Project(folder, fingerprints, words)
    evaluator = new_evaluator(project, catalogue)

    @cache_of_function
    def state(path: str) -> str:
        return state_of(folder / path)

    def look(share: list[str]) -> _Found:
        records = [_scan_file(path, evaluator) for path in share]
        for record in records:
            unscanned = record.dependencies.paths - fingerprints.keys()
            record.dependencies.others = {path: state(path) for path in unscanned}
        uses_versions = any(record.dependencies.versions for record in records)
        return _Found(records, set(project.defaults.files()) if uses_versions else set())

    shares = list(_shares(paths, fingerprints))
    yield from zip(shares, spread(look, shares), strict=True)


def _shares(paths: list[str], fingerprints: Mapping[str, Fingerprint]) -> Iterator[list[str]]:
    """Yield the paths in shares of about the same amount of work."""
    share: list[str] = []
    size = 0
    for path in paths:
        share.append(path)
        size += fingerprints[path].size
        if size > _SHARE:
            yield share
            share, size = [], 0
    if share:
        yield share


def _scan_file(path: str, evaluator: Evaluator) -> Record:
    """Return what is found in one file, with what it depends on."""
    evaluator.project.dependencies = dependencies = Dependencies()
    evaluator.begin_file(path)
    found = outcomes_of_python(path, evaluator) if is_python(path) else _outcomes_of_others(path, evaluator)
    return Record(tuple(sorted(set(found), key=_order)), dependencies)


def _outcomes_of_others(path: str, evaluator: Evaluator) -> Iterator[Outcome]:
    data = evaluator.project.text(path)
    for reader in READERS:
        if reader.reads(path) and reader.words.search(data):
            yield from reader.outcomes_of(path, data, evaluator)


def _order(outcome: Outcome) -> tuple[str, int, str, str]:
    return outcome.location.path, outcome.location.line, outcome.loader, repr(outcome)


def _result(memory: Memory, options: ScanOptions) -> ScanResult:
    outcomes = [
        outcome for record in memory.records.values() for outcome in record.outcomes if outcome.scope in options.scopes
    ]
    outcomes.sort(key=_order)
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
    return outcome
