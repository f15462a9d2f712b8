"""gensim's data: ``gensim.downloader.load("glove-wiki-gigaword-50")`` (read in 4.4.0).

A name of the list (https://raw.githubusercontent.com/RaRe-Technologies/gensim-data/master/list.json) is a release of
that repository: ``<name>.gz``, of which the list has the MD5, or its parts, which gensim joins, and a Python module,
``__init__.py``, of which it has nothing. gensim runs that module to load the file: it is locked as code.

What the list says of the name is locked with it, as ``information.json``: gensim asks the list before it loads
anything, and the start-up hook answers with that.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path

from packageurl import PackageURL

from ptmdeps.errors import ModelNotFound
from ptmdeps.hubs import seen
from ptmdeps.hubs.description import Description
from ptmdeps.hubs.listed import (
    ListedHub,
    Piece,
    as_locked,
    changed,
    license_of,
    not_listed,
    refuse_moved,
    refuse_ref,
    revision_of,
)
from ptmdeps.hubs.protocol import Arrived, Exposure, Link, PinRequest, Progress
from ptmdeps.hubs.seen import Seen, SeenFile
from ptmdeps.hubs.snapshots import store
from ptmdeps.identity import ModelKey
from ptmdeps.libraries.gensim_data import LIST, entries_of
from ptmdeps.libraries.lists import table_at, table_in, text_at
from ptmdeps.libraries.table import Entry, UnknownName
from ptmdeps.lockfile.model import LockedFile, LockedModel, Origin
from ptmdeps.paths import safe_name

ENDPOINT = "PTMDEPS_GENSIM_ENDPOINT"
"""The address of a mirror: ``<endpoint>/list.json``, ``<endpoint>/<name>/<file>``."""

ROOT = "gensim-data"
INFORMATION = "information.json"

_RELEASES = "https://github.com/RaRe-Technologies/gensim-data/releases/download"
_TABLE = "the list of gensim-data"
_KINDS = ("corpora", "models")
_MODULE = "__init__.py"
_FIRST_PART = "_00"
_SUM = re.compile(r"checksum(?:-\d)?", re.ASCII)


class Gensim(ListedHub):
    """See ``ptmdeps.hubs.protocol.Hub``."""

    name = "gensim"

    def pin(self, request: PinRequest) -> LockedModel:
        """The release of a name as it is now."""
        key = ModelKey(self.name, safe_name(request.key.name))
        refuse_ref(request, _TABLE)
        if kept := self.kept(request, key):
            return kept
        data = self._list(key.name)
        module, *parts = (self._piece(entry) for entry in _entries(data, key.name))
        files = (self.obtained(key, module), self._data(key, parts), self._information(key, data))
        said = _said(data, key.name)
        model = LockedModel(
            key=key,
            revision=revision_of(files),
            purl=PackageURL("generic", "gensim", key.name, None, {"download_url": parts[0].address}).to_string(),
            license=license_of(text_at(said, "license"), "list.json"),
            remote_code=True,
            requires=("gensim",),
            origin=Origin(url=parts[0].address, table=_TABLE),
            files=self.locked(key, files),
        )
        return refuse_moved(request, self.finished(model))

    def describe(self, key: ModelKey, ref: str = "", locked: LockedModel | None = None) -> Description:
        """What the list says now; one request. It says nothing of the module."""
        del ref
        data = self._list(key.name)
        _entries(data, key.name)
        state = information(data, key.name)
        digest = hashlib.sha256(state).hexdigest()
        if locked is not None and any(file.sha256 == digest for file in locked.files):
            return as_locked(locked)
        return changed(key, digest, locked)

    def page(self, key: ModelKey) -> str:
        """Of the release."""
        return f"https://github.com/RaRe-Technologies/gensim-data/releases/tag/{key.name}"

    def fetch(self, model: LockedModel, file: LockedFile, progress: Progress) -> Arrived:
        """A file of the release, joined of its parts where it has some; or what the list says."""
        folder, _, first = model.origin.url.rpartition("/")
        name = file.path.rpartition("/")[2]
        if name == INFORMATION:
            return self.fetch_whole(model, file, progress, lambda: ((file, self._said_now(model.key.name)),))
        if name != _MODULE and first.endswith(_FIRST_PART):
            return self._fetch_parts(model, file, progress)
        return self.fetch_from(f"{folder}/{name}", model, file, progress)

    def expose(self, model: LockedModel) -> Exposure:
        """A folder of ``GENSIM_DATA_DIR``."""
        snapshot = store.snapshot_path(self.store(), model)
        links = tuple(
            Link(path=f"{ROOT}/{file.path}", folder=snapshot, file=file.path, sha256=file.sha256)
            for file in model.files
        )
        return Exposure(links=links, texts=(), folders=(f"{ROOT}/{model.key.name}",))

    def variables(self, environment: Path) -> Mapping[str, str]:
        """Where gensim keeps what it downloaded."""
        return {"GENSIM_DATA_DIR": str(environment / ROOT)}

    @property
    def _mirror(self) -> str:
        return os.environ.get(ENDPOINT, "").rstrip("/") or self.settings.endpoint

    def _list(self, name: str) -> bytes:
        return self.listing(f"{self._mirror}/list.json" if self._mirror else LIST, name)

    def _piece(self, entry: Entry) -> Piece:
        address = entry.key.name
        if self._mirror:
            address = f"{self._mirror}{address.removeprefix(_RELEASES)}"
        return Piece(path=entry.files[0], address=address, claim=entry.hash)

    def _data(self, key: ModelKey, parts: list[Piece]) -> SeenFile:
        """The file, joined of its parts, which are not kept."""
        if len(parts) == 1:
            return self.obtained(key, parts[0])
        path = parts[0].path.removesuffix(_FIRST_PART)
        label = hashlib.sha256("".join(f"{part.claim} {part.address}\n" for part in parts).encode()).hexdigest()
        with self.alone_with(key, label):
            before = seen.recall(self, key, label) if all(part.claim for part in parts) else None
            if before and before.files:
                return before.files[0]
            found = [seen.blob(self, key, self.obtained(key, part).sha256) for part in parts]
            joined = seen.blob(self, key, f"{label}.joined")
            sha256, size = _join(found, joined)
            file = SeenFile(path=path, size=size, sha256=sha256)
            joined.replace(seen.blob(self, key, sha256))
            for part in {*found} - {seen.blob(self, key, sha256)}:
                part.unlink()
            seen.remember(self, key, label, Seen(facts={}, files=(file,)))
        return file

    def _information(self, key: ModelKey, data: bytes) -> SeenFile:
        return self.made(key, f"{key.name}/{INFORMATION}", information(data, key.name))

    def _said_now(self, name: str) -> bytes:
        data = self._list(name)
        _entries(data, name)
        return information(data, name)

    def _fetch_parts(self, model: LockedModel, file: LockedFile, progress: Progress) -> Arrived:
        """As many parts as the locked size takes."""
        from ptmdeps.hubs.downloads import download

        stem = model.origin.url.removesuffix(_FIRST_PART)
        blob, subject = self.blob(model, file), f"{file.path} of {model.key.name}"
        with self.alone(model, file):
            if not blob.is_file() or blob.stat().st_size != file.size:
                parts: list[Path] = []
                missing = file.size
                while missing > 0:
                    target = blob.with_name(f"{file.sha256}.part-{len(parts)}")
                    address = f"{stem}_0{len(parts)}"
                    found = download(self.web, address, target, subject, progress=progress, largest=missing)
                    parts.append(found.path)
                    missing -= max(found.size, 1)
                joined = blob.with_name(f"{file.sha256}.joined")
                sha256, _ = _join(parts, joined)
                for part in parts:
                    part.unlink()
                if sha256 != file.sha256:
                    joined.unlink()
                    return Arrived(path=self.stored_path(model, file), sha256=sha256)
                joined.replace(blob)
            self.keep(model, file, blob)
        return Arrived(path=self.stored_path(model, file), sha256=file.sha256)


def information(data: bytes, name: str) -> bytes:
    """What a list says of a name and gensim wants to know, in the shape of the whole list.

    Raises:
        UnsafeContent: the list is none.
    """
    document = table_in(data, _TABLE)
    found: dict[str, dict[str, object]] = {kind: {} for kind in _KINDS}
    kind = next((kind for kind in _KINDS if name in table_at(document, kind)), "models")
    said = table_at(document, kind, name)
    sums = {key: value for key, value in sorted(said.items()) if _SUM.fullmatch(key) and isinstance(value, str)}
    found[kind][name] = {"file_name": f"{name}.gz", "parts": said.get("parts", 1), **sums}
    return json.dumps(found, indent=1, sort_keys=True).encode() + b"\n"


def _said(data: bytes, name: str) -> Mapping[str, object]:
    document = table_in(data, _TABLE)
    return next((table_at(document, kind, name) for kind in _KINDS if name in table_at(document, kind)), {})


def _entries(data: bytes, name: str) -> tuple[Entry, ...]:
    try:
        entries = entries_of(data, name)
    except UnknownName as error:
        raise not_listed(error) from error
    if len({entry.key.name for entry in entries}) != len(entries):
        raise ModelNotFound(f"the list of gensim-data has no files for `{name}`", hint="Look at the spelling")
    return entries


def _join(parts: Iterable[Path], target: Path) -> tuple[str, int]:
    """Write files one after the other; SHA-256 and size of the whole."""
    with target.open("wb") as writer:
        for part in parts:
            with part.open("rb") as reader:
                shutil.copyfileobj(reader, writer, 1024 * 1024)
    with target.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest(), target.stat().st_size
