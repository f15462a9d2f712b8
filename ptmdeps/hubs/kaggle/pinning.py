"""Pinning a model of Kaggle: one version, and those of its files that are read."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Iterator
from dataclasses import replace
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from packageurl import PackageURL

from ptmdeps.errors import FileNotInModel, ModelNotFound, RevisionNotFound, UnsafeContent
from ptmdeps.hubs import seen
from ptmdeps.hubs.files import locked_file
from ptmdeps.hubs.kaggle.client import Client, Instance, Listed, download_path
from ptmdeps.hubs.kaggle.endpoint import KAGGLE
from ptmdeps.hubs.kaggle.fetching import brought, draft
from ptmdeps.hubs.kaggle.licences import concluded
from ptmdeps.hubs.kaggle.names import Name, name_of, version_of
from ptmdeps.hubs.saved_models import SAVED_MODEL, entrypoints
from ptmdeps.hubs.seen import SeenFile
from ptmdeps.identity import ModelKey
from ptmdeps.lockfile.document import model_digest
from ptmdeps.lockfile.model import NOWHERE_ELSE, Edge, License, LockedFile, LockedModel, Origin
from ptmdeps.paths import printable, safe_name

if TYPE_CHECKING:
    from ptmdeps.hubs.protocol import PinRequest, Reading
    from ptmdeps.hubs.stored import StoredHub

_SOURCE = "Kaggle"
"""What says so: its interface, and no file of the model."""
_HUGGING_FACE = frozenset({"huggingface.co", "www.huggingface.co", "hf.co"})
_OWNER_AND_NAME = 2


def pin(hub: StoredHub, client: Client, request: PinRequest) -> LockedModel:
    """Fetch the files of a version, unless the store has them, and describe it.

    Raises:
        HubError, UnsafeContent, IntegrityError, StoreError: see ``ptmdeps.hubs.protocol.Hub.pin``.
    """
    name = name_of(request.key.name)
    key = ModelKey(hub.name, str(name))
    instance = client.instance(name)
    version = _version(client, name, instance, request)
    listed = client.files(name, version)
    readings = request.readings
    whole = request.options.files == "all" or any(not reading.selection.files for reading in readings)
    chosen = _chosen(listed, request, f"{name}/{version}")
    with hub.alone(draft(key)):
        files = brought(hub, client, name, version, chosen)
    model = LockedModel(
        key=key,
        aliases=_spellings(request, key),
        ref=request.ref,
        revision=str(version),
        identifier=instance.identifier,
        committed=max((file.created for file in listed), default=""),
        purl=_purl(name, version),
        license=_license(instance),
        entrypoints=_entrypoints(hub, key, files),
        edges=tuple(_lineage(instance)),
        origin=Origin(url=f"{KAGGLE}{download_path(name, version)}") if whole else NOWHERE_ELSE,
        files=tuple(_locked(hub, key, file) for file in files),
    )
    for file in model.files:
        hub.keep(model, file, hub.blob(model, file))
    return replace(model, recorded_digest=model_digest(model))


def _version(client: Client, name: Name, instance: Instance, request: PinRequest) -> int:
    if wanted := request.revision or request.ref:
        return version_of(name, wanted)
    if not request.not_after:
        return instance.version
    for version in client.versions(name):
        created = client.created(name, version)
        if created and created <= request.not_after:
            return version
    raise RevisionNotFound(
        f"`{name}` has no version that is old enough for `exclude-newer` ({request.not_after})",
        hint=f'Set a later `exclude-newer`, or `exclude-newer-model = {{ "kaggle:{name}" = false }}`',
    )


def _chosen(listed: tuple[Listed, ...], request: PinRequest, subject: str) -> tuple[Listed, ...]:
    """The files that the readings take together."""
    paths = {file.path for file in listed}
    wanted: set[str] = set()
    for reading in request.readings:
        wanted |= {*(reading.selection.files or _matching(paths, reading))}
    if request.options.files == "all":
        wanted |= paths
    missing = ", ".join(f"`{printable(path)}`" for path in sorted(wanted - paths))
    if missing and not wanted & paths:
        raise FileNotInModel(f"`{subject}` does not hold {missing}", hint="Check the name of the file")
    if missing:
        warnings.warn(f"`{subject}` does not hold {missing}: loading it may fail", UserWarning, stacklevel=2)
    chosen = tuple(file for file in listed if file.path in wanted)
    if not chosen:
        raise FileNotInModel(f"`{subject}` holds no files that are read", hint="Look at its page on Kaggle")
    return chosen


def _matching(paths: Iterable[str], reading: Reading) -> Iterator[str]:
    allow, ignore = reading.selection.allow, reading.selection.ignore
    for path in paths:
        wanted = not allow or any(fnmatchcase(path, pattern) for pattern in allow)
        if wanted and not any(fnmatchcase(path, pattern) for pattern in ignore):
            yield path


def _spellings(request: PinRequest, key: ModelKey) -> tuple[str, ...]:
    """Other spellings of the handle, and addresses by which ``tensorflow_hub`` asks for it."""
    written = {request.key.name, *(reading.selection.handle for reading in request.readings)} - {"", key.name}
    return tuple(sorted(safe_name(handle) for handle in written))


def _locked(hub: StoredHub, key: ModelKey, file: SeenFile) -> LockedFile:
    blob = seen.blob(hub, key, file.sha256)
    return locked_file(file.path, size=file.size, sha256=file.sha256, opened=lambda: blob.open("rb"))


def _entrypoints(hub: StoredHub, key: ModelKey, files: tuple[SeenFile, ...]) -> tuple[str, ...]:
    graph = next((file for file in files if file.path == SAVED_MODEL), None)
    return entrypoints(seen.blob(hub, key, graph.sha256), key.name) if graph else ()


def _license(instance: Instance) -> License | None:
    if not instance.licence:
        return None
    return License(declared=instance.licence, concluded=concluded(instance.licence), evidence=_SOURCE)


def _lineage(instance: Instance) -> Iterator[Edge]:
    """The base model, as far as it has a name that a lockfile can hold."""
    if target := _base(instance.base):
        yield Edge(kind="lineage", relation="base-model", target=target, evidence=_SOURCE)


def _base(written: str) -> ModelKey | None:
    try:
        if "://" not in written:
            return ModelKey("kaggle", str(name_of(written))) if written else None
        address = urlsplit(safe_name(written))
    except (ModelNotFound, UnsafeContent, ValueError):
        return None
    parts = address.path.strip("/").split("/")
    if address.hostname in _HUGGING_FACE and len(parts) >= _OWNER_AND_NAME:
        return ModelKey("huggingface", "/".join(parts[:_OWNER_AND_NAME]))
    return ModelKey("url", written)


def _purl(name: Name, version: int) -> str:
    where = {"download_url": f"{KAGGLE}{download_path(name, version)}"}
    space = f"{name.owner}/{name.model}/{name.framework}"
    return PackageURL("generic", space, name.variation, str(version), where).to_string()
