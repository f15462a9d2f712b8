"""Bringing what the store lacks into it: many files at once, each verified before it counts."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Literal, Protocol

from ptmdeps.errors import HubUnreachable, IntegrityError, PtmdepsError, ResolutionError, StoreError
from ptmdeps.following import WORTH_FOLLOWING, Follower
from ptmdeps.hubs.protocol import Hub
from ptmdeps.lockfile.model import LockedFile, LockedModel
from ptmdeps.verification import Verified

FILES_AT_ONCE = 8

State = Literal["stored", "missing", "damaged"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One file of one locked model, and what the store has of it; ``found`` is the hash of damaged bytes."""

    model: LockedModel
    file: LockedFile
    state: State
    found: str = ""


class Reporter(Protocol):
    """Hears how far a sync is; called from several threads."""

    def begin(self, what: str, total: int) -> None:
        """``total`` bytes are about to be worked on."""

    def advance(self, size: int) -> None:
        """``size`` bytes of them are done."""

    def end(self) -> None:
        """All are done, or it was given up."""


def fetch(
    items: tuple[Item, ...], hubs: Mapping[str, Hub], verified: Verified, reporter: Reporter, *, offline: bool
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
    total = sum(item.file.size for item in items)
    _check_space(items, hubs, total)
    reporter.begin("Fetching", total)
    try:
        with ThreadPoolExecutor(FILES_AT_ONCE, thread_name_prefix="fetch") as pool:
            # large files first: the last one to finish decides how long it takes
            ordered = sorted(items, key=lambda item: (-item.file.size, item.model.key, item.file.path))
            failures = [
                error for error in pool.map(lambda item: _fetch_one(item, hubs, verified, reporter), ordered) if error
            ]
    finally:
        reporter.end()
        verified.save()
    if len(failures) == 1:
        raise failures[0]
    if failures:
        raise ResolutionError(f"{len(failures)} files could not be fetched", causes=failures)


def _fetch_one(item: Item, hubs: Mapping[str, Hub], verified: Verified, reporter: Reporter) -> PtmdepsError | None:
    """Fetch and verify one file, twice if its first bytes are wrong; failures are values, so that others go on."""
    hub = hubs[item.model.key.hub]
    found = item.found
    try:
        for _ in range(2):
            if found:
                hub.discard(item.model, item.file)
            found = _fetched(item, hub, verified, reporter)
            if found == item.file.sha256:
                return None
        hub.discard(item.model, item.file)
    except PtmdepsError as error:
        return error
    return IntegrityError(
        f"`{item.file.path}` of `{item.model.key.name}@{item.model.revision[:12]}`",
        expected=f"sha256:{item.file.sha256} ({item.file.size:,} bytes)",
        found=f"sha256:{found}",
        hint="The hub, or something between, sent these bytes twice: they were thrown away, the old environment stays. "
        "Try again from another network; if that does not help, ask the model's author",
    )


def _fetched(item: Item, hub: Hub, verified: Verified, reporter: Reporter) -> str:
    """Fetch one file and say what its bytes hash to."""
    if item.file.size < WORTH_FOLLOWING:
        return verified.hash(hub.fetch(item.model, item.file, reporter.advance))
    follower = Follower(lambda: hub.arriving(item.model, item.file))

    def advance(size: int) -> None:
        if size < 0:
            follower.spoil()
        reporter.advance(size)

    try:
        path = hub.fetch(item.model, item.file, advance)
    except BaseException:
        follower.give_up()
        raise
    # bytes that were written in another order than they were followed in say nothing against the file
    if follower.finish(path) == item.file.sha256:
        verified.copied(path, item.file.sha256)
    return verified.hash(path)


def _unavailable(items: tuple[Item, ...]) -> HubUnreachable:
    names = sorted({item.model.key.name for item in items})
    size = sum(item.file.size for item in items)
    return HubUnreachable(
        f"{size:,} bytes of {', '.join(f'`{name}`' for name in names)} are missing or damaged in the store, "
        "and `--offline` was given",
        hint="Run `ptmdeps sync` once with a connection",
    )


def _check_space(items: Iterable[Item], hubs: Mapping[str, Hub], total: int) -> None:
    """Better to say it now than after forty gigabytes."""
    for name in sorted({item.model.key.hub for item in items}):
        folder = hubs[name].store()
        while not folder.exists() and folder != folder.parent:
            folder = folder.parent
        free = shutil.disk_usage(folder).free
        if free < total:
            raise StoreError(
                f"{total:,} bytes are to be fetched, `{folder}` has {free:,} left",
                hint="Free some space, or point `HF_HUB_CACHE` to a larger disk",
            )
