"""Reading every byte of a store again, on all cores, and comparing it with what locks and the store say of it.

The record of hashed files is what makes ``sync`` quick, and it is not asked here: this finds what it cannot see.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from ptmdeps.caching.needs import Needs
from ptmdeps.errors import IntegrityError, PtmdepsError
from ptmdeps.fetching import Item, Reporter, fetch
from ptmdeps.hubs.protocol import Hub
from ptmdeps.hubs.stock import StoredFile, StoredModel
from ptmdeps.identity import ModelKey
from ptmdeps.lockfile.model import LockedFile, LockedModel
from ptmdeps.verification import Verified

_BLOCK = 1024 * 1024
_STEP = 32 * _BLOCK
State = Literal["whole", "damaged", "unreadable"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """One file of a store that is to have a digest.

    Attributes:
        expected: ``sha256:…`` or ``git:…``.
        by: the lock that says so, empty where it is the store's own name for the file.
        locked: the model as that lock has it.
    """

    hub: str
    model: str
    revision: str
    file: StoredFile
    expected: str
    by: str = ""
    locked: LockedModel | None = None

    @property
    def name(self) -> str:
        """What people call the model."""
        return ModelKey(self.hub, self.model).label


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What became of one file; ``found`` is its digest, or why it could not be read."""

    subject: Subject
    state: State
    found: str


def subjects(stock: Iterable[StoredModel], needed: Needs) -> Iterator[Subject]:
    """Every file of a store that has a digest, each blob once."""
    locked = _locked(needed)
    found: dict[tuple[Path, str], Subject] = {}
    for model in stock:
        for subject in _of_model(model, locked):
            found.setdefault((subject.file.blob, subject.expected), subject)
    yield from found.values()


def chosen(found: Iterable[Subject], names: Iterable[str] = ()) -> tuple[Subject, ...]:
    """Those of the named models, or all, the largest first.

    Raises:
        PtmdepsError: no store has anything of a name.
    """
    everything = list(found)
    wanted = frozenset(names)
    if missing := sorted(wanted - {name for subject in everything for name in (subject.model, subject.name)}):
        raise PtmdepsError(
            f"the store has no {', '.join(f'`{name}`' for name in missing)}",
            hint="`ptmdeps cache list` shows what it has",
        )
    kept = (subject for subject in everything if not wanted or wanted & {subject.model, subject.name})
    return tuple(sorted(kept, key=lambda subject: (-subject.file.size, str(subject.file.place))))


def verify(found: Iterable[Subject], verified: Verified, reporter: Reporter) -> tuple[Finding, ...]:
    """Hash them with as many threads as there are cores; gives what is not whole, and updates the record."""
    todo = tuple(found)
    reporter.begin("Verifying", sum(subject.file.size for subject in todo))
    try:
        with ThreadPoolExecutor(os.cpu_count() or 1, thread_name_prefix="verify") as pool:
            findings = tuple(pool.map(lambda subject: _finding(subject, reporter), todo))
    finally:
        reporter.end()
    for finding in findings:
        if finding.found.startswith("sha256:"):
            verified.copied(finding.subject.file.blob, finding.found.removeprefix("sha256:"))
    return tuple(finding for finding in findings if finding.state != "whole")


def repair(
    findings: Iterable[Finding], hubs: Mapping[str, Hub], verified: Verified, reporter: Reporter
) -> tuple[PtmdepsError, ...]:
    """Put damaged files into quarantine and fetch them again; gives what could not be done."""
    failures: list[PtmdepsError] = []
    for finding in findings:
        try:
            _repair(finding, hubs[finding.subject.hub], verified, reporter)
        except PtmdepsError as error:
            failures.append(error)
    return tuple(failures)


def _locked(needed: Needs) -> dict[tuple[str, str, str], tuple[str, str, LockedModel]]:
    """Model, revision and path → what the first lock says, which lock that is, and the model as it has it."""
    return {
        (model.key.name, model.revision, file.path): (file.sha256, path, model)
        for path, lockfile in reversed(needed.locks.items())
        for model in lockfile.models
        for file in model.files
    }


def _of_model(
    model: StoredModel, locked: Mapping[tuple[str, str, str], tuple[str, str, LockedModel]]
) -> Iterator[Subject]:
    for revision in model.revisions:
        for file in revision.files:
            sha256, lock, pin = locked.get((model.name, revision.revision, file.path), ("", "", None))
            if expected := f"sha256:{sha256}" if sha256 else file.digest:
                yield Subject(
                    hub=model.hub,
                    model=model.name,
                    revision=revision.revision,
                    file=file,
                    expected=expected,
                    by=lock,
                    locked=pin,
                )


def _finding(subject: Subject, reporter: Reporter) -> Finding:
    kind = subject.expected.partition(":")[0]
    try:
        found = f"{kind}:{_digest(subject.file.blob, kind, reporter)}"
    except OSError as error:
        return Finding(subject=subject, state="unreadable", found=error.strerror or type(error).__name__)
    return Finding(subject=subject, state="whole" if found == subject.expected else "damaged", found=found)


def _digest(path: Path, kind: str, reporter: Reporter) -> str:
    """SHA-256, or Git's digest of a blob (https://git-scm.com/book/en/v2/Git-Internals-Git-Objects)."""
    with path.open("rb", buffering=0) as stream:
        size = os.fstat(stream.fileno()).st_size
        digest = hashlib.sha256() if kind == "sha256" else hashlib.sha1(b"blob %d\0" % size, usedforsecurity=False)
        block = memoryview(bytearray(min(_BLOCK, size) or 1))
        told = position = 0
        while count := stream.readinto(block):
            digest.update(block[:count])
            position += count
            if position - told >= _STEP:
                reporter.advance(position - told)
                told = position
    reporter.advance(position - told)
    return digest.hexdigest()


def _repair(finding: Finding, hub: Hub, verified: Verified, reporter: Reporter) -> None:
    subject, found = finding.subject, finding.found.partition(":")[2]
    kind, _, expected = subject.expected.partition(":")
    # hubs that hand out models as a whole need to know all of it
    model = subject.locked or LockedModel(key=ModelKey(hub.name, subject.model), revision=subject.revision)
    if kind == "sha256":
        file = LockedFile(path=subject.file.path, size=subject.file.size, sha256=expected)
        item = Item(model=model, file=file, state="damaged", found=found)
        fetch((item,), {hub.name: hub}, verified, reporter, offline=False)
        return
    file = LockedFile(path=subject.file.path, size=subject.file.size, sha256=found.ljust(64, "0"), git=expected)
    hub.put_aside(model, file, found)
    arrived = hub.fetch(model, file, reporter.advance).path
    again = _finding(replace(subject, file=replace(subject.file, blob=arrived)), reporter)
    if again.state != "whole":
        hub.discard(model, file)
        raise IntegrityError(
            f"`{subject.file.path}` of `{subject.model}@{subject.revision[:12]}`",
            expected=subject.expected,
            found=again.found,
            claim="the store's own name for it",
        )
