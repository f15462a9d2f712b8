"""Bringing files of a bundle into the store: all of them are beside their places, and verified, before one is there."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path

from ptmdeps.bundle.layout import Content, contents
from ptmdeps.bundle.reading import Bundle
from ptmdeps.bundle.transfer import copied, linked, settled
from ptmdeps.errors import IntegrityError, StoreError
from ptmdeps.fetching import Item, Reporter
from ptmdeps.hashing import sha256_of
from ptmdeps.hubs.protocol import Hub
from ptmdeps.verification import Verified

FILES_AT_ONCE = 4


def absent(items: Sequence[Item], bundle: Bundle) -> tuple[Item, ...]:
    """The items whose content the bundle does not have."""
    held = {content.sha256 for content in contents(bundle.lockfile)}
    return tuple(item for item in items if item.file.sha256 not in held)


def take_in(
    items: Sequence[Item],
    bundle: Bundle,
    hubs: Mapping[str, Hub],
    verified: Verified,
    reporter: Reporter,
    *,
    owner: str,
    link_mode: str,
) -> None:
    """Put the content of every item, all of which the bundle has, into the store.

    Args:
        items: the files that the store lacks or holds damaged.
        bundle: where they come from; each is hashed, whatever the record of hashed files says: the bundle's file
            system was made by somebody else, and could show any number and time.
        hubs: whose stores take them.
        verified: remembers what was hashed.
        reporter: hears of bytes.
        owner: who takes in; what an earlier, killed run of the same owner left is deleted.
        link_mode: how files of a folder come into the store.

    Raises:
        IntegrityError: a file of the bundle is damaged.
        StoreError: the store is read-only or full, or the bundle cannot be read.
        In both cases the store is as it was.
    """
    # a revision that is locked for several refs is stored once
    items = tuple({hubs[item.model.key.hub].stored_path(item.model, item.file): item for item in items}.values())
    staged: dict[int, Path] = {}
    with _staging(staged, hubs, items):
        for index, item in enumerate(items):
            place = hubs[item.model.key.hub].arrival(item.model, item.file, owner)
            place.unlink(missing_ok=True)
            staged[index] = place
        _check_space(items, bundle, hubs, link_mode)
        reporter.begin("Reading", sum(item.file.size for item in items))
        try:
            with ThreadPoolExecutor(FILES_AT_ONCE, thread_name_prefix="bundle") as pool:
                waiting = [
                    pool.submit(_bring, item, staged[index], bundle, verified, reporter=reporter, link_mode=link_mode)
                    for index, item in enumerate(items)
                ]
                try:
                    for future in waiting:
                        future.result()
                except BaseException:
                    pool.shutdown(cancel_futures=True)
                    raise
        finally:
            reporter.end()
        for index, item in enumerate(items):
            hub = hubs[item.model.key.hub]
            if item.state == "damaged":
                hub.discard(item.model, item.file)
            hub.take_in(item.model, item.file, staged[index])


@contextmanager
def _staging(staged: Mapping[int, Path], hubs: Mapping[str, Hub], items: Sequence[Item]) -> Iterator[None]:
    """Whatever happens, nothing stays beside the store's files."""
    try:
        yield
    except OSError as error:
        stores = ", ".join(f"`{hubs[name].store()}`" for name in sorted({item.model.key.hub for item in items}))
        raise StoreError(
            f"{stores} cannot be written: {error.strerror}",
            hint="Free some space or check the permissions, or point `HF_HUB_CACHE` to another disk",
        ) from error
    finally:
        for place in staged.values():
            with suppress(OSError):  # it harms nobody: stores clear away what nobody writes to any more
                place.unlink(missing_ok=True)


def _bring(item: Item, place: Path, bundle: Bundle, verified: Verified, *, reporter: Reporter, link_mode: str) -> None:
    """One file, verified, at its place beside the store's own."""
    content = Content(sha256=item.file.sha256, size=item.file.size)
    source = bundle.file(content)
    if source is not None and linked(source, place, link_mode):
        found = sha256_of(place)
        reporter.advance(content.size)
    else:
        with bundle.open(content) as stream, place.open("xb") as target:
            found = copied(stream, target, content.size, reporter.advance)
            settled(target)
    if found != content.sha256:
        raise IntegrityError(
            f"`{item.file.path}` of `{item.model.key.label}@{item.model.revision[:12]}` in the bundle `{bundle.path}`",
            expected=f"sha256:{content.sha256} ({content.size:,} bytes)",
            found=f"sha256:{found}",
            hint="The bundle was damaged or changed: copy it again, or export it again; nothing was changed",
        )
    verified.copied(place, found)


def _check_space(items: Sequence[Item], bundle: Bundle, hubs: Mapping[str, Hub], link_mode: str) -> None:
    """Better to say it now than after forty gigabytes; files that are linked take none."""
    for name in sorted({item.model.key.hub for item in items}):
        store = hubs[name].store()
        linking = bundle.offsets is None and link_mode != "copy" and bundle.path.stat().st_dev == store.stat().st_dev
        total = sum(item.file.size for item in items if item.model.key.hub == name)
        free = shutil.disk_usage(store).free
        if not linking and free < total:
            raise StoreError(
                f"{total:,} bytes are to be taken in, `{store}` has {free:,} left",
                hint="Free some space, or point `HF_HUB_CACHE` to a larger disk",
            )
