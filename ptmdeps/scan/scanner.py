"""From a folder to everything its code loads."""

from __future__ import annotations

import ast
import gc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ptmdeps.scan.cache import Fingerprint, Memory, Record, ScanCache, digest_of
from ptmdeps.scan.files import ProjectFile, project_files, single_file
from ptmdeps.scan.loaders import LOADERS, Catalogue, Loader
from ptmdeps.scan.outcomes import outcomes_of
from ptmdeps.scan.project import Dependencies, Project, is_folder
from ptmdeps.scan.references import LocalReference, Outcome, Reference, ScanResult, Scope, UnresolvedReference
from ptmdeps.scan.sites import candidates_in, imported_libraries, site_at
from ptmdeps.scan.source import Module
from ptmdeps.scan.text import outcomes_of_text
from ptmdeps.scan.values import Evaluator, new_evaluator
from ptmdeps.scan.values.value import expression_of
from ptmdeps.scan.walk import Place

ALL_SCOPES: tuple[Scope, ...] = ("main", "test", "example", "doc")


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
    files = project_files(root, exclude=options.exclude) if root.is_dir() else (single_file(root),)
    folder = root if root.is_dir() else root.parent
    catalogue = Catalogue(options.loaders)
    before = cache.load(catalogue) if cache else Memory()
    with _without_collector():
        after, is_new = _scan(Project(folder, files), files, before, catalogue)
    if cache and is_new:
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


def _scan(
    project: Project, files: tuple[ProjectFile, ...], before: Memory, catalogue: Catalogue
) -> tuple[Memory, bool]:
    """Return what is known after the scan, and whether that is more than before."""
    after = Memory()
    changed: dict[str, bytes] = {}
    fresh = False
    for file in files:
        known = before.fingerprints.get(file.path)
        if known and (known.size, known.changed) == (file.size, file.changed) and file.changed < before.written:
            after.fingerprints[file.path] = known
            continue
        fresh = True
        data = project.read(file.path)
        digest = digest_of(data)
        if known is None or known.digest != digest:
            changed[file.path] = data
        candidate = catalogue.is_candidate(data)
        after.fingerprints[file.path] = Fingerprint(file.size, file.changed, digest, candidate)
    same_files = after.fingerprints.keys() == before.fingerprints.keys()
    evaluator = new_evaluator(project, catalogue)
    for path, fingerprint in after.fingerprints.items():
        if fingerprint.candidate:
            record = before.records.get(path) if same_files else None
            if record is None or _is_stale(record, path, changed, project.root):
                record = _scan_file(path, project, evaluator, catalogue)
                fresh = True
            after.records[path] = record
    return after, fresh or not same_files


def _is_stale(record: Record, path: str, changed: dict[str, bytes], root: Path) -> bool:
    """Whether something that a record depends on is not as it was."""
    dependencies = record.dependencies
    if path in changed or not dependencies.paths.isdisjoint(changed):
        return True
    if any(is_folder(root, folder) != known for folder, known in dependencies.folders.items()):
        return True
    return any(word.encode() in data for data in changed.values() for word in dependencies.words)


def _scan_file(path: str, project: Project, evaluator: Evaluator, catalogue: Catalogue) -> Record:
    """Return what is found in one file, with what it depends on."""
    project.dependencies = dependencies = Dependencies()
    evaluator.begin_file(path)
    module = project.module(path)
    if module is None:
        outcomes: Iterator[Outcome] = outcomes_of_text(path, project.read(path), catalogue)
    else:
        outcomes = _outcomes(module, evaluator)
    found = sorted(set(outcomes), key=_order)
    return Record(tuple(found), dependencies)


def _outcomes(module: Module, evaluator: Evaluator) -> Iterator[Outcome]:
    libraries = imported_libraries(module, evaluator)
    for call, place in candidates_in(module, evaluator):
        try:
            found = _outcomes_of_call(module, evaluator, call, place, libraries)
        except RecursionError:
            found = [_too_deep(module, call)]
        yield from found


def _outcomes_of_call(
    module: Module, evaluator: Evaluator, call: ast.Call, place: Place, libraries: frozenset[str]
) -> list[Outcome]:
    evaluator.begin_load()
    site = site_at(module, call, place, evaluator, libraries)
    return list(outcomes_of(site, evaluator)) if site else []


def _too_deep(module: Module, call: ast.Call) -> UnresolvedReference:
    return UnresolvedReference(
        loader=expression_of(call.func),
        location=module.location(call),
        reason="the code is nested too deeply to follow",
        expression=expression_of(call),
        scope=module.scope,
    )


def _order(outcome: Outcome) -> tuple[str, int, str, str]:
    return outcome.location.path, outcome.location.line, outcome.loader, repr(outcome)


def _result(memory: Memory, options: ScanOptions) -> ScanResult:
    outcomes = [
        outcome for record in memory.records.values() for outcome in record.outcomes if outcome.scope in options.scopes
    ]
    outcomes.sort(key=_order)
    return ScanResult(
        references=tuple(outcome for outcome in outcomes if isinstance(outcome, Reference)),
        unresolved=tuple(outcome for outcome in outcomes if isinstance(outcome, UnresolvedReference)),
        local=tuple(outcome for outcome in outcomes if isinstance(outcome, LocalReference)),
    )
