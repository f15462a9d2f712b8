"""Files that are looked at: what each of them is, and what is found in those that can hold a load.

Few files change between two scans. So what reads Python, and what reads all else, is imported where a file needs it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from ptmdeps.scan.cache import Record
from ptmdeps.scan.catalogues import catalogue_of
from ptmdeps.scan.dependencies import Dependencies
from ptmdeps.scan.files import ProjectFile, is_python
from ptmdeps.scan.fingerprints import Fingerprint, fingerprint_of, state_of
from ptmdeps.scan.parallel import spread
from ptmdeps.scan.places import in_order
from ptmdeps.scan.project import Project
from ptmdeps.scan.references import Outcome
from ptmdeps.scan.serialization import line_of_dependencies, line_of_outcomes
from ptmdeps.scan.words import Words, words_of

if TYPE_CHECKING:
    from ptmdeps.scan.loaders import Loader
    from ptmdeps.scan.readers import Reader
    from ptmdeps.scan.values import Evaluator

_FILES = 256
"""Files that one process reads at a time."""

_BYTES = 400_000
"""Bytes of source that one process looks at before it takes more; files side by side use the same others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What is found in one file.

    ``asked`` are the paths where versions of libraries were looked for, ``parts`` the lines of the parts of the files
    that were looked into.
    """

    path: str
    record: Record
    asked: frozenset[str]
    parts: Mapping[str, str]


def read(
    folder: Path,
    files: Sequence[ProjectFile],
    before: Mapping[str, Fingerprint],
    loaders: tuple[Loader, ...] | None,
) -> Iterator[tuple[str, Fingerprint]]:
    """Yield what each of some files is; ``before`` is what files were when they were read last."""

    def is_candidate(path: str, data: bytes, words: Words) -> bool:
        if is_python(path):
            from ptmdeps.scan import starters

            imports = words.imports
            return catalogue_of(loaders).is_candidate(data, imports) or starters.is_candidate(path, data, imports)
        return any(reader.words.search(data) for reader in _readers_of(path))

    def read_share(share: Sequence[ProjectFile]) -> list[Fingerprint]:
        return [fingerprint_of(folder, file, before.get(file.path), is_candidate) for file in share]

    wanted = [file for file in files if is_read(file.path)]
    shares = [wanted[start : start + _FILES] for start in range(0, len(wanted), _FILES)]
    if len(shares) > 1:
        is_candidate(".py", b"", Words())  # so that what it needs is imported once for all processes
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
    from ptmdeps.scan.readers import READERS

    return [reader for reader in READERS if reader.reads(path)]


def look_at(
    folder: Path, paths: list[str], fingerprints: Mapping[str, Fingerprint], loaders: tuple[Loader, ...] | None
) -> Iterator[Seen]:
    """Yield what is found in each file."""
    from ptmdeps.scan.differences import line_of_parts  # which brings the parser of Python

    words = _WordsOfFiles(fingerprints)
    project = Project(folder, fingerprints, words)

    @cache
    def evaluator() -> Evaluator:
        from ptmdeps.scan.values import new_evaluator

        return new_evaluator(project, catalogue_of(loaders))

    @cache
    def state(path: str) -> str:
        return state_of(folder / path)

    @cache
    def line_of(path: str) -> str:
        parts = project.parts(path)
        return line_of_parts(parts) if parts else ""

    def look(share: list[str]) -> list[Seen]:
        found: list[Seen] = []
        for path in share:
            outcomes, dependencies = scan_file(path, project, evaluator)
            dependencies.others = {path: state(path) for path in dependencies.paths if path not in fingerprints}
            asked = project.defaults.files() if dependencies.versions else ()
            record = Record(line_of_outcomes(outcomes), line_of_dependencies(dependencies))
            parts = {other: line_of(other) for other in dependencies.inside}
            found.append(Seen(path=path, record=record, asked=frozenset(asked), parts=parts))
        return found

    shares = list(_shares(paths, fingerprints))
    if len(shares) > 1:
        from ptmdeps.scan import python  # noqa: F401 - once for all processes, like the rest

        evaluator()
        project.index()
    for found in spread(look, shares):
        yield from found


class _WordsOfFiles(Mapping[str, Words]):
    """The words of each file, read from their lines when they are asked for: a change of one file may need none."""

    def __init__(self, fingerprints: Mapping[str, Fingerprint]) -> None:
        self._fingerprints = fingerprints

    def __getitem__(self, path: str) -> Words:
        return words_of(self._fingerprints[path].words)

    def __iter__(self) -> Iterator[str]:
        return iter(self._fingerprints)

    def __len__(self) -> int:
        return len(self._fingerprints)


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


def scan_file(path: str, project: Project, evaluator: Callable[[], Evaluator]) -> tuple[list[Outcome], Dependencies]:
    """Return what is found in one file, and what else that depends on."""
    project.begin()

    @cache
    def begun() -> Evaluator:
        """Return what looks at the Python of this file, which most files of other kinds do not have."""
        evaluator().begin_file(path)
        return evaluator()

    found = _outcomes_of_python(path, begun()) if is_python(path) else _outcomes_of_others(path, project, begun)
    return in_order(found), project.end(path)


def _outcomes_of_python(path: str, evaluator: Evaluator) -> Iterator[Outcome]:
    from ptmdeps.scan.python import outcomes_of_python

    return outcomes_of_python(path, evaluator)


def _outcomes_of_others(path: str, project: Project, evaluator: Callable[[], Evaluator]) -> Iterator[Outcome]:
    data = project.text(path)
    for reader in _readers_of(path):
        if reader.words.search(data):
            yield from reader.outcomes_of(path, data, evaluator)
