"""Pinning a model of TensorFlow Hub: one version, and the files of its archive."""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from packageurl import PackageURL

from ptmdeps.errors import ModelNotFound, RevisionNotFound
from ptmdeps.hubs import seen
from ptmdeps.hubs.files import locked_file
from ptmdeps.hubs.saved_models import SAVED_MODEL, entrypoints
from ptmdeps.hubs.seen import SeenFile
from ptmdeps.hubs.tfhub import addresses
from ptmdeps.hubs.tfhub.archive import Fetched, draft, known, pinned, target_of
from ptmdeps.hubs.url import instant
from ptmdeps.identity import ModelKey
from ptmdeps.inspect.licenses import conclude
from ptmdeps.lockfile.document import model_digest
from ptmdeps.lockfile.model import License, LockedFile, LockedModel
from ptmdeps.paths import printable, safe_name

if TYPE_CHECKING:
    from ptmdeps.hubs.protocol import PinRequest, Reading
    from ptmdeps.hubs.stored import StoredHub

LOAD_FORMAT = "TFHUB_MODEL_LOAD_FORMAT"
_LIVE = "UNCOMPRESSED"
_GRAPHS = frozenset({SAVED_MODEL, "saved_model.pbtxt"})
_LICENSES = ("LICENSE", "LICENSE.txt", "LICENSE.md")
_LARGEST_TEXT = 1024 * 1024


def pin(hub: StoredHub, request: PinRequest) -> LockedModel:
    """Fetch the archive of a handle, unless the store has it, and describe it.

    Raises:
        HubError, UnsafeContent, IntegrityError, StoreError: see ``ptmdeps.hubs.protocol.Hub.pin``.
    """
    _warn_of_live_reading()
    key = ModelKey(request.key.hub, addresses.canonical(request.key.name))
    with hub.alone(draft(key)):
        fetched = _obtain(hub, key, request)
    model = LockedModel(
        key=key,
        aliases=_handles(request.key.name, request.readings, key),
        ref=request.ref,
        revision=fetched.revision,
        committed=instant(fetched.state.origin.modified),
        purl=_purl(key.name, fetched.revision),
        origin=fetched.state.origin,
        license=_license(hub, key, fetched.files),
        entrypoints=_entrypoints(hub, key, fetched.files),
        files=tuple(_locked(hub, key, file) for file in fetched.files),
    )
    for file in model.files:
        hub.keep(model, file, hub.blob(model, file))
    return replace(model, recorded_digest=model_digest(model))


def _locked(hub: StoredHub, key: ModelKey, file: SeenFile) -> LockedFile:
    blob = seen.blob(hub, key, file.sha256)
    return locked_file(file.path, size=file.size, sha256=file.sha256, opened=lambda: blob.open("rb"))


def _obtain(hub: StoredHub, key: ModelKey, request: PinRequest) -> Fetched:
    """The archive; a revision that is kept comes from the store, if that has it."""
    kept = request.revision
    if kept and (before := known(hub, key, kept)):
        return before
    # by its digest nobody can be asked for it: it may still be what the address leads to
    wanted = (
        request.ref if kept and not addresses.is_version(kept) else kept or request.ref or _old_enough(hub, request)
    )
    target = target_of(hub, key.name, wanted)
    try:
        fetched = pinned(hub, key, target)
    except ModelNotFound as error:
        if target.address == key.name:
            raise
        raise RevisionNotFound(
            f"`{key.name}` has no version {target.version}", hint="Older versions may have been taken away"
        ) from error
    if kept and fetched.revision != kept:
        raise RevisionNotFound(
            f"`{key.name}` is not what it was when it was locked ({kept[:12]}): an address without a version leads to "
            "the newest only",
            hint=f"`ptmdeps lock -P {key}` takes what is there now; a handle with a version stays where it is",
        )
    return fetched


def _old_enough(hub: StoredHub, request: PinRequest) -> str:
    """The newest version that ``exclude-newer`` allows; empty where that is the newest, or nobody knows versions."""
    handle = addresses.canonical(request.key.name)
    if not request.not_after or addresses.version_of(handle):
        return ""
    newest = ""
    for revision in hub.history(ModelKey(request.key.hub, handle)):
        newest = newest or revision.commit
        if not revision.committed or revision.committed <= request.not_after:
            return revision.commit if revision.commit != newest else ""
    if not newest:
        return ""
    raise RevisionNotFound(
        f"`{handle}` has no version that is old enough for `exclude-newer` ({request.not_after})",
        hint=f'Set a later `exclude-newer`, or `exclude-newer-model = {{ "tfhub:{handle}" = false }}`',
    )


def _handles(asked: str, readings: Iterable[Reading], key: ModelKey) -> tuple[str, ...]:
    """Every spelling by which code asks for the model: the loader keeps each in a folder of its own."""
    written = {asked, *(reading.selection.handle for reading in readings)} - {"", key.name}
    return tuple(sorted(safe_name(handle) for handle in written))


def _entrypoints(hub: StoredHub, key: ModelKey, files: tuple[SeenFile, ...]) -> tuple[str, ...]:
    if _GRAPHS.isdisjoint(file.path for file in files):
        held = ", ".join(f"`{printable(file.path)}`" for file in files[:3])
        warnings.warn(
            f"`{key.name}` holds no SavedModel, which `tensorflow_hub` loads: there is no `{SAVED_MODEL}` in it, but "
            f"{held or 'nothing at all'}",
            UserWarning,
            stacklevel=2,
        )
    graph = next((file for file in files if file.path == SAVED_MODEL), None)
    return entrypoints(seen.blob(hub, key, graph.sha256), key.name) if graph else ()


def _license(hub: StoredHub, key: ModelKey, files: tuple[SeenFile, ...]) -> License | None:
    """What a text of that name in the archive says; the protocol itself knows no licences."""
    for file in files:
        if file.path in _LICENSES and file.size <= _LARGEST_TEXT:
            content = seen.blob(hub, key, file.sha256).read_bytes()
            concluded = conclude((), text=content.decode("utf-8", "replace")).concluded
            return License(declared=concluded or file.path, concluded=concluded, evidence=file.path)
    return None


def _purl(handle: str, revision: str) -> str:
    path = urlsplit(addresses.without_version(handle)).path
    name = path.rpartition("/")[2] or "model"
    return PackageURL("generic", None, name, revision, {"download_url": handle}).to_string()


def _warn_of_live_reading() -> None:
    if os.environ.get(LOAD_FORMAT, "").upper() == _LIVE:
        warnings.warn(
            f"`{LOAD_FORMAT}={_LIVE}` lets TensorFlow read models from their bucket as they are at that moment, which "
            "cannot be pinned: under `ptmdeps run` it does not count, and the locked archive is loaded",
            UserWarning,
            stacklevel=2,
        )
