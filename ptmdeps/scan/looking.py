"""Files that are looked at: what each of them is, and what is found in those that can hold a load."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from ptmdeps.scan import starters
from ptmdeps.scan.cache import Record
from ptmdeps.scan.catalogues import catalogue_of
from ptmdeps.scan.dependencies import Dependencies
from ptmdeps.scan.files import ProjectFile, is_python
from ptmdeps.scan.fingerprints import Fingerprint, fingerprint_of, state_of
from ptmdeps.scan.loaders import Loader
from ptmdeps.scan.parallel import spread
from ptmdeps.scan.project import Project
from ptmdeps.scan.python import outcomes_of_python
from ptmdeps.scan.references import Outcome
from ptmdeps.scan.values import Evaluator, new_evaluator
from ptmdeps.scan.words import Words

if TYPE_CHECKING:
    from ptmdeps.scan.readers import Reader

_FILES = 256
"""Files that one process reads at a time."""

_BYTES = 400_000
"""Bytes of source that one process looks at before it takes more; files side by side use the same others."""


def read(
    folder: Path,
    files: Sequence[ProjectFile],
    before: Mapping[str, Fingerprint],
    loaders: tuple[Loader, ...] | None,
) -> Iterator[tuple[str, Fingerprint]]:
    """Yield what each of some files is; ``before`` is what files were when they were read last."""
    catalogue = catalogue_of(loaders)

    def is_candidate(path: str, data: bytes, words: Words) -> bool:
        if is_python(path):
            return catalogue.is_candidate(data, words.imports) or starters.is_candidate(path, data)
        return any(reader.words.search(data) for reader in _readers_of(path))

    def read_share(share: Sequence[ProjectFile]) -> list[Fingerprint]:
        return [fingerprint_of(folder, file, before.get(file.path), is_candidate) for file in share]

    wanted = [file for file in files if is_read(file.path)]
    shares = [wanted[start : start + _FILES] for start in range(0, len(wanted), _FILES)]
    for share, found in zip(shares, spread(read_share, shares), strict=True):
        yield from zip((file.path for file in share), found, strict=True)
    for file in files:
        if not is_read(file.path):
            yield file.path, Fingerprint(file.size, file.changed, "", candidate=False)


@cache
def is_read(path: str) -> bool:
    """Whether anything reads files of that name."""
    return is_python(path) or bool(_readers_of(path))


def _readers_of(path: str) -> list[Reader]:
    from ptmdeps.scan.readers import READERS  # which bring much that a change of Python does not need

    return [reader for reader in READERS if reader.reads(path)]


def look_at(
    folder: Path, paths: list[str], fingerprints: Mapping[str, Fingerprint], loaders: tuple[Loader, ...] | None
) -> Iterator[tuple[str, Record, frozenset[str]]]:
    """Yield each file with what is found in it, and the paths where versions of libraries were looked for."""
    words = {path: one.words for path, one in fingerprints.items() if is_python(path)}
    project = Project(folder, fingerprints, words)
    evaluator = new_evaluator(project, catalogue_of(loaders))

    @cache
    def state(path: str) -> str:
        return state_of(folder / path)

    def look(share: list[str]) -> list[tuple[str, Record, frozenset[str]]]:
        found: list[tuple[str, Record, frozenset[str]]] = []
        for path in share:
            record = scan_file(path, evaluator)
            unscanned = record.dependencies.paths - fingerprints.keys()
            record.dependencies.others = {path: state(path) for path in unscanned}
            asked = project.defaults.files() if record.dependencies.versions else ()
            found.append((path, record, frozenset(asked)))
        return found

    shares = list(_shares(paths, fingerprints))
    if len(shares) > 1:
        project.index()  # once for all processes
    for found in spread(look, shares):
        yield from found


def _shares(paths: list[str], fingerprints: Mapping[str, Fingerprint]) -> Iterator[list[str]]:
    """Yield the paths in shares of about the same amount of work."""
    share: list[str] = []
    size = 0
    for path in paths:
        share.append(path)
        size += fingerprints[path].size
        if size > _BYTES:
            yield share
            share, size = [], 0
    if share:
        yield share


def scan_file(path: str, evaluator: Evaluator) -> Record:
    """Return what is found in one file, with what it depends on."""
    evaluator.project.dependencies = dependencies = Dependencies()
    evaluator.begin_file(path)
    found = outcomes_of_python(path, evaluator) if is_python(path) else _outcomes_of_others(path, evaluator)
    return Record(tuple(sorted(set(found), key=_order)), dependencies)


def _outcomes_of_others(path: str, evaluator: Evaluator) -> Iterator[Outcome]:
    data = evaluator.project.text(path)
    for reader in _readers_of(path):
        if reader.words.search(data):
            yield from reader.outcomes_of(path, data, evaluator)


def _order(outcome: Outcome) -> tuple[str, int, str, str]:
    return outcome.location.path, outcome.location.line, outcome.loader, repr(outcome)
