"""Asking the hub, the store and the lock: the only part of showing that reads anything."""

from __future__ import annotations

import contextlib
import hashlib
import itertools
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

from ptmdeps.errors import HubUnreachable, PtmdepsError, RateLimited, UnsafeContent
from ptmdeps.hubs.description import Description, Ref, RemoteFile, Revision
from ptmdeps.hubs.protocol import Hub
from ptmdeps.inspect.card import model_card
from ptmdeps.inspect.pickles import Limits, pickle_facts
from ptmdeps.lockfile.model import LockedFile, LockedModel, Lockfile, PickleRecord
from ptmdeps.paths import printable
from ptmdeps.showing.evidence import CARD, Evidence, History, Weights
from ptmdeps.showing.headers import Open, read_weights
from ptmdeps.showing.selecting import MAX_PICKLES, MAX_TEXT, REQUIREMENTS, one_copy, pickle_files, small_files
from ptmdeps.showing.wish import Wish

OFFLINE = "offline"

MAX_NEWER = 1000
"""Commits that are looked through for the revision that is shown."""

MAX_PAST = 100
"""Commits that led to it: as many as one page of a history has."""

_AT_ONCE = 8
_PICKLE_LIMITS = Limits(opcodes=2_000_000)
_STORED_TEXTS = ("LICENSE", "LICENSE.txt", "LICENSE.md", "NOTICE", "NOTICE.txt", "NOTICE.md")


def collect(hub: Hub, wish: Wish, lockfile: Lockfile | None, *, offline: bool = False) -> Evidence:
    """Everything that the elements need. Of a locked model that the hub does not show, what lock and store hold.

    Raises:
        HubError: the model is not locked, and the hub does not show it.
        HubUnreachable: it is not locked, and ``offline`` is set.
    """
    unasked, trouble = OFFLINE if offline else "", ""
    described: Description | None = None
    if not offline:
        try:
            described = hub.describe(wish.key, wish.locked.revision if wish.locked else wish.ref, wish.locked)
        except PtmdepsError as error:
            if wish.locked is None:
                raise
            silent = isinstance(error, HubUnreachable | RateLimited)
            unasked = "the hub does not answer" if silent else "the hub does not show it"
            trouble = error.message
        if described and wish.locked and described.revision != wish.locked.revision:
            # one without history has only what is there now
            described, unasked = None, "the hub has something else there by now"
    elif wish.locked is None:
        raise HubUnreachable(
            f"`{wish.key.label}` is not locked, and nothing else is known of it offline",
            hint="Leave `--offline` out; `ptmdeps list` shows what is locked",
        )
    page = hub.page(wish.key)
    if described is not None:
        return _from_hub(hub, wish, lockfile, described, page)
    return replace(_from_store(hub, wish, lockfile, unasked, page), trouble=trouble)


@dataclass(slots=True)
class _Read:
    """Small files as they were read, or why they were not."""

    contents: dict[str, bytes]
    unread: dict[str, str]

    def take(self, path: str, future: Future[bytes]) -> None:
        try:
            self.contents[path] = future.result()
        except PtmdepsError as error:
            self.unread[path] = error.message


def _from_hub(hub: Hub, wish: Wish, lockfile: Lockfile | None, described: Description, page: str) -> Evidence:
    files = {file.path: file for file in described.files}
    chosen = _safetensors(wish.locked) if wish.locked else one_copy(files)
    pickles = [] if wish.locked else pickle_files(files)

    def opener(path: str) -> Open:
        return lambda: hub.open(described, files[path])

    with ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="show") as pool:
        asked = pool.submit(_refs_and_history, hub, wish, described)
        small = {path: pool.submit(_small, hub, described, files[path]) for path in small_files(files)}
        looked = {path: pool.submit(_look, opener(path)) for path in pickles[:MAX_PICKLES]}
        sizes = [(path, files[path].size, opener(path)) for path in chosen if path in files]
        weights = read_weights(sizes, pool.map)
        read = _Read({}, {})
        for path, future in small.items():
            read.take(path, future)
        records = {path: record for path, future in looked.items() if (record := future.result()) is not None}
        refs, history, unknown = asked.result()
    return Evidence(
        key=described.key,
        ref=wish.ref,
        revision=described.revision,
        locked=wish.locked,
        lockfile=lockfile,
        described=described,
        page=page,
        contents=read.contents,
        unread=read.unread,
        refs=refs,
        history=history,
        unknown=unknown,
        card=model_card(read.contents[CARD]) if CARD in read.contents else None,
        weights=weights,
        pickles=_recorded(wish.locked) if wish.locked else records,
        unlooked=tuple(path for path in pickles if path not in records),
    )


def _from_store(hub: Hub, wish: Wish, lockfile: Lockfile | None, unasked: str, page: str) -> Evidence:
    model = wish.locked
    assert model is not None  # noqa: S101 - the caller has refused the rest
    contents = dict(_stored(hub, model))
    weights = [file for file in model.files if file.format == "safetensors"]
    stored = [(file.path, file.size, hub.stored_path(model, file)) for file in weights]
    if all(path.is_file() for _, _, path in stored):
        found = read_weights([(name, size, _opening(path)) for name, size, path in stored], map)
    else:
        found = Weights(doubt=f"{unasked}, and the store does not hold the weights")
    return Evidence(
        key=model.key,
        ref=model.ref,
        revision=model.revision,
        locked=model,
        lockfile=lockfile,
        unasked=unasked,
        page=page,
        contents=contents,
        unknown=unasked,
        card=model_card(contents[CARD]) if CARD in contents else None,
        weights=found,
        pickles=_recorded(model),
    )


def _opening(path: Path) -> Open:
    return lambda: path.open("rb")


def _stored(hub: Hub, model: LockedModel) -> Iterator[tuple[str, bytes]]:
    """Small files of the store. Those of the lock are compared with it; the card and texts beside them cannot be."""
    locked = {file.path: file for file in model.files}
    for name in sorted({CARD, REQUIREMENTS, *_STORED_TEXTS, *small_files(locked)}):
        file = locked.get(name) or LockedFile(path=name, size=0, sha256="")
        path = hub.stored_path(model, file)
        with contextlib.suppress(OSError):
            content = path.read_bytes() if path.is_file() and path.stat().st_size <= MAX_TEXT else None
            if content is not None and file.sha256 in {"", hashlib.sha256(content).hexdigest()}:
                yield name, content


def _small(hub: Hub, described: Description, file: RemoteFile) -> bytes:
    if file.size > MAX_TEXT:
        raise UnsafeContent(f"`{printable(file.path)}` has {file.size:,} bytes, which is too much to read")
    return hub.read(described, file.path)


def _look(open_: Open) -> PickleRecord | None:
    """What a pickle names; ``None`` for what is none, or cannot be read."""
    try:
        with open_() as stream:
            facts = pickle_facts(stream, limits=_PICKLE_LIMITS)
    except (PtmdepsError, OSError):
        return None
    return PickleRecord(globals=facts.globals, called=facts.called, incomplete="; ".join(facts.unresolved))


def _refs_and_history(
    hub: Hub, wish: Wish, described: Description
) -> tuple[tuple[Ref, ...] | None, History | None, str]:
    """Branches and tags, the commits around the revision, and why one of them is not known."""
    refs: tuple[Ref, ...] | None = None
    try:
        refs = hub.refs(described.key)
        ref = wish.ref if any(ref.kind == "branch" and ref.name == wish.ref for ref in refs) else ""
        history = _history(hub, described, ref)
    except PtmdepsError as error:
        return refs, None, error.message
    return refs, history, ""


def _history(hub: Hub, described: Description, branch: str) -> History:
    """One walk along the branch; another one only where that does not come by the revision."""
    newer: list[Revision] = []
    commits = hub.history(described.key, branch)
    for commit in itertools.islice(commits, MAX_NEWER):
        if commit.commit == described.revision:
            past = (commit, *itertools.islice(commits, MAX_PAST - 1))
            return History(branch=branch, newer=tuple(newer), past=past)
        newer.append(commit)
    more = next(commits, None) is not None
    past = tuple(itertools.islice(hub.history(described.key, described.revision), MAX_PAST))
    return History(branch=branch, newer=tuple(newer), more=more, holds=False, past=past)


def _safetensors(model: LockedModel) -> tuple[str, ...]:
    return tuple(file.path for file in model.files if file.format == "safetensors")


def _recorded(model: LockedModel) -> Mapping[str, PickleRecord]:
    return {file.path: file.pickle for file in model.files if file.pickle is not None}
