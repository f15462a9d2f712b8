"""Reading what the facts of locked models are found in: the only part of the bill that touches stores and hubs.

A byte counts only if the lock knows its SHA-256: configurations and texts as locked files, the card by the digest that
the lock has of it. So the same lock gives the same facts wherever the bytes come from.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from ptmdeps.errors import HubError, IntegrityError, PtmdepsError, UnsafeContent
from ptmdeps.hubs.description import Description
from ptmdeps.hubs.protocol import Hub
from ptmdeps.identity import ModelKey
from ptmdeps.inspect.card import model_card
from ptmdeps.lockfile.model import LockedModel, Lockfile
from ptmdeps.showing.collecting import collect
from ptmdeps.showing.evidence import CARD, Evidence, Weights
from ptmdeps.showing.selecting import MAX_TEXT, small_files
from ptmdeps.showing.wish import Wish

_AT_ONCE = 8
_NO_CARD = "the lock knows of no card"
_ANOTHER = "the store has another one than the lock"
_NOT_STORED = "offline, and the store does not have it"
_ONLY_LOCKED = "only locked files count"

Place = tuple[ModelKey, str]
"""A locked model: its key, and its ref."""


def gather(
    lockfile: Lockfile, hub: Callable[[str], Hub | None], *, offline: bool = True
) -> tuple[Mapping[Place, Evidence], tuple[str, ...]]:
    """The evidence of every locked model, and what went wrong, for people; what went wrong leaves facts out.

    What the store does not hold is asked of the hubs unless ``offline`` is set; nothing of it is stored.
    """
    hubs = {name: hub(name) for name in sorted({model.key.hub for model in lockfile.models})}
    with ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="bom") as pool:
        answers = pool.map(lambda model: _of_model(hubs[model.key.hub], model, lockfile, offline), lockfile.models)
        found = {(model.key, model.ref): answer for model, answer in zip(lockfile.models, answers, strict=True)}
    troubles = dict.fromkeys(evidence.trouble for evidence in found.values() if evidence.trouble)
    return found, tuple(troubles)


def _of_model(hub: Hub | None, model: LockedModel, lockfile: Lockfile, offline: bool) -> Evidence:
    if hub is None:
        return Evidence(
            key=model.key, ref=model.ref, revision=model.revision, locked=model, unasked="no such hub is known"
        )
    stored = collect(hub, Wish(key=model.key, ref=model.ref, locked=model), lockfile, offline=True)
    digests = _digests(model)
    contents = {path: data for path, data in stored.contents.items() if _is_known(path, data, digests)}
    unread = {path: _ANOTHER for path in stored.contents.keys() & digests.keys() if path not in contents}
    lacking = sorted(digests.keys() - contents.keys())
    if offline:
        unread |= {path: _NOT_STORED for path in lacking if path not in unread}
    weights = _weights(hub, model, stored)
    evidence = replace(stored, contents=contents, unread=unread, weights=weights, unasked=_ONLY_LOCKED)
    if lacking and not offline:
        evidence = _with_hub(hub, model, evidence, lacking, digests)
    if CARD not in digests:
        evidence = replace(evidence, unread={**evidence.unread, CARD: _NO_CARD})
    card = evidence.contents.get(CARD)
    return replace(evidence, card=model_card(card) if card is not None else None)


def _digests(model: LockedModel) -> dict[str, str]:
    """The small files that facts stand in, as far as the lock knows their SHA-256."""
    locked = {file.path: file.sha256 for file in model.files}
    found = {path: locked[path] for path in small_files(locked)}
    if model.card:
        found[CARD] = model.card
    if model.license and model.license.text and model.license.sha256:
        found[model.license.text] = model.license.sha256
    return found


def _is_known(path: str, data: bytes, digests: Mapping[str, str]) -> bool:
    return digests.get(path) == hashlib.sha256(data).hexdigest()


def _weights(hub: Hub, model: LockedModel, stored: Evidence) -> Weights:
    """What the headers say, where the files have the sizes of the lock; to hash them takes as long as a sync."""
    files = [(hub.stored_path(model, file), file.size) for file in model.files if file.path in stored.weights.paths]
    same = all(path.stat().st_size == size for path, size in files if path.is_file())
    return stored.weights if same else Weights(doubt=_ANOTHER)


def _with_hub(
    hub: Hub, model: LockedModel, evidence: Evidence, lacking: Iterable[str], digests: Mapping[str, str]
) -> Evidence:
    """What the hub still hands out with the locked digests."""
    try:
        described = hub.describe(model.key, model.revision, model)
    except PtmdepsError as error:
        return replace(evidence, unread=_all(lacking, "the hub does not show it", evidence), trouble=error.message)
    if described.revision != model.revision:
        return replace(evidence, unread=_all(lacking, "the hub has something else there by now", evidence))
    contents, unread = dict(evidence.contents), dict(evidence.unread)

    for path in lacking:
        try:
            data = _read(hub, described, path)
        except (HubError, IntegrityError, UnsafeContent) as error:
            unread[path] = error.message
            continue
        if _is_known(path, data, digests):
            contents[path] = data
            unread.pop(path, None)
        else:
            unread[path] = "the hub has another one than the lock"
    return replace(evidence, contents=contents, unread=unread)


def _all(paths: Iterable[str], reason: str, evidence: Evidence) -> dict[str, str]:
    return {**dict.fromkeys(paths, f"{reason}, and the store does not have it"), **evidence.unread}


def _read(hub: Hub, described: Description, path: str) -> bytes:
    file = described.file(path)
    if file is None or file.size > MAX_TEXT:
        raise UnsafeContent(f"the hub has no `{path}`" if file is None else f"`{path}` is too large to read")
    return hub.read(described, path)
