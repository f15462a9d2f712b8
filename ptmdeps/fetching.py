"""Bringing what the store lacks into it: many files at once, each verified before it counts."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

from ptmdeps.bandwidth import FULL_SPEED, Limiter, Pace
from ptmdeps.errors import HubUnreachable, IntegrityError, PtmdepsError, ResolutionError
from ptmdeps.hubs.protocol import Hub
from ptmdeps.lockfile.model import LockedFile, LockedModel
from ptmdeps.space import Need
from ptmdeps.verification import Verified

_log = logging.getLogger(__name__)

State = Literal["stored", "missing", "damaged"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One file of one locked model, and what the store has of it.

    Attributes:
        state: of the file in the store.
        found: the hash of damaged bytes.
        source: where it is, if that is a store of others that is only read; ``None`` for the user's own.
        blob: where the user's own store has it, if only from another revision; see ``adopt``.
    """

    model: LockedModel
    file: LockedFile
    state: State
    found: str = ""
    source: Path | None = None
    blob: Path | None = None


class Reporter(Protocol):
    """Hears how far a sync is; called from several threads."""

    def begin(self, what: str, total: int) -> None:
        """``total`` bytes are about to be worked on."""

    def advance(self, size: int) -> None:
        """``size`` bytes of them are done."""

    def end(self) -> None:
        """All are done, or it was given up."""


class _Course:
    """How far one file is: what comes over the line waits for its turn, what was there before does not."""

    def __init__(self, reporter: Reporter, limiter: Limiter, *, known: int) -> None:
        self._reporter = reporter
        self._limiter = limiter
        self._told = 0
        self._tell(known)

    def advance(self, size: int) -> None:
        self._limiter.take(size)
        self._tell(size)

    def end(self, size: int) -> None:
        """So much of the file is of use, however it came here."""
        self._tell(size - self._told)

    def _tell(self, size: int) -> None:
        if size:
            self._told += size
            self._reporter.advance(size)


def needs(items: tuple[Item, ...], hubs: Mapping[str, Hub]) -> Iterator[Need]:
    """The room that fetching takes, without what interrupted downloads brought already."""
    for name in sorted({item.model.key.hub for item in items}):
        missing = (item for item in items if item.model.key.hub == name)
        size = sum(item.file.size - _known(item, hubs[name]) for item in missing)
        yield Need(folder=hubs[name].store(), size=size, kind="fetched")


def adopt(items: tuple[Item, ...], hubs: Mapping[str, Hub], verified: Verified) -> None:
    """Give what the store has from other revisions its place in the locked ones, too.

    Raises:
        StoreError: the store is read-only or full.
    """
    for item in items:
        if item.blob is not None:
            hub = hubs[item.model.key.hub]
            hub.adopt(item.model, item.file, item.blob)
            verified.copied(hub.stored_path(item.model, item.file), item.file.sha256)


def fetch(
    items: tuple[Item, ...],
    hubs: Mapping[str, Hub],
    verified: Verified,
    reporter: Reporter,
    *,
    offline: bool,
    pace: Pace = FULL_SPEED,
) -> None:
    """Bring every item into the store, verified; what was fetched before a failure stays.

    Raises:
        HubUnreachable: something is missing, and ``offline`` was asked for.
        IntegrityError: bytes that the hub sends differ from the lock, twice.
        HubError, StoreError: a file cannot be had or cannot be stored.
        ResolutionError: several of these; it holds every cause.
    """
    if not items:
        return
    if offline:
        raise _unavailable(items)
    limiter = Limiter(pace.rate)
    reporter.begin("Fetching", sum(item.file.size for item in items))
    try:
        with ThreadPoolExecutor(pace.at_once, thread_name_prefix="fetch") as pool:
            # large files first: the last one to finish decides how long it takes
            ordered = sorted(items, key=lambda item: (-item.file.size, item.model.key, item.file.path))
            ends = pool.map(lambda item: _fetch_one(item, hubs, verified, reporter, limiter), ordered)
            failures = [error for error in ends if error]
    finally:
        reporter.end()
        verified.save()
    if len(failures) == 1:
        raise failures[0]
    if failures:
        raise ResolutionError(f"{len(failures)} files could not be fetched", causes=failures)


def _fetch_one(
    item: Item, hubs: Mapping[str, Hub], verified: Verified, reporter: Reporter, limiter: Limiter
) -> PtmdepsError | None:
    """Fetch and verify one file, twice if its first bytes are wrong; failures are values, so that others go on."""
    hub = hubs[item.model.key.hub]
    try:
        if item.found:
            _put_aside(item, hub)
        for _ in range(2):
            found = _fetched(item, hub, verified, reporter, limiter)
            if found == item.file.sha256:
                return None
            hub.discard(item.model, item.file)
    except PtmdepsError as error:
        return error
    return IntegrityError(
        f"`{item.file.path}` of `{item.model.key.label}@{item.model.revision[:12]}`",
        expected=f"sha256:{item.file.sha256} ({item.file.size:,} bytes)",
        found=f"sha256:{found}",
        hint="The hub, or something between, sent these bytes twice: they were thrown away, the old environment stays. "
        "Try again from another network; if that does not help, ask the model's author",
    )


def _put_aside(item: Item, hub: Hub) -> None:
    """Damaged bytes of the store are kept: somebody may have changed them on purpose."""
    aside = hub.put_aside(item.model, item.file, item.found)
    if aside is not None:
        _log.warning(
            "the damaged `%s` of `%s` is kept as `%s` until `ptmdeps cache prune`",
            item.file.path,
            item.model.key.label,
            aside,
        )


def _fetched(item: Item, hub: Hub, verified: Verified, reporter: Reporter, limiter: Limiter) -> str:
    """Fetch one file and say what its bytes hash to."""
    course = _Course(reporter, limiter, known=_known(item, hub))
    arrived = hub.fetch(item.model, item.file, course.advance)
    found = arrived.sha256 or verified.hash(arrived.path)
    whole = found == item.file.sha256
    course.end(item.file.size if whole else 0)
    if whole and arrived.sha256:
        verified.copied(arrived.path, found)
    return found


def _known(item: Item, hub: Hub) -> int:
    """Bytes that need not be fetched."""
    return min(hub.arrived(item.model, item.file), item.file.size)


def _unavailable(items: tuple[Item, ...]) -> HubUnreachable:
    names = sorted({item.model.key.label for item in items})
    size = sum(item.file.size for item in items)
    return HubUnreachable(
        f"{size:,} bytes of {', '.join(f'`{name}`' for name in names)} are missing or damaged in the store, "
        "and `--offline` was given",
        hint="Run `ptmdeps sync` once with a connection",
    )
