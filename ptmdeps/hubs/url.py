"""Files of weights at plain addresses: what ``torch.hub.load_state_dict_from_url`` and its like download.

Nothing makes such a file immutable, so its revision is the SHA-256 of its bytes. Where the address or whoever names it
knows the digest (``resnet50-0676ba61.pth``, a folder of 64 digits), that must be it; otherwise it is taken as it is the
first time. What the server calls its state (``ETag``, ``Last-Modified``) is locked beside it, so that ``outdated`` can
ask without fetching.

A file is kept once for each way of reading it, under the name that its loader looks for: ``torch/<file>`` for PyTorch
Hub's ``checkpoints``, ``whisper/<file>``, ``keras/<file>``, …
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import BinaryIO
from urllib.parse import unquote, urlsplit

from packageurl import PackageURL

from ptmdeps.errors import IntegrityError, RevisionNotFound, StoreError, UnsafeContent
from ptmdeps.hubs.description import Description, RemoteFile
from ptmdeps.hubs.files import locked_file
from ptmdeps.hubs.protocol import Arrived, Exposure, Link, PinRequest, Progress
from ptmdeps.hubs.snapshots import store
from ptmdeps.hubs.stored import StoredHub, no_file
from ptmdeps.hubs.web import Head
from ptmdeps.identity import ModelKey
from ptmdeps.lockfile.document import model_digest
from ptmdeps.lockfile.model import LockedFile, LockedModel, Origin
from ptmdeps.paths import printable, safe_name, safe_path

FOLDERS: Mapping[str, str] = {
    "torch": "torch/hub/checkpoints",
    "whisper": "whisper",
    "clip": "clip",
    "keras": "keras/models",
}
"""Where the loaders of each kind look, in an environment; other kinds have ``files/<kind>``."""

INDEX = "files/index"
"""Folder of an environment with a note for every address: ``<first 32 digits of its SHA-256>.json``."""

_TORCH_HASH = re.compile(r"-([a-f0-9]*)\.")
"""How torch.hub finds the beginning of a SHA-256 in the name of a file (``HASH_REGEX`` of ``torch/hub.py``)."""
_FOLDER_HASH = re.compile(r"/([0-9a-f]{64})/")
_FIRST_HASH = re.compile(r"[0-9a-f]{8,63}")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Bytes:
    """What is known of the bytes at an address; ``path`` is where they are, ``None`` if they were not fetched."""

    size: int
    sha256: str
    head: Head
    path: Path | None = None


class Url(StoredHub):
    """See ``ptmdeps.hubs.protocol.Hub``."""

    name = "url"

    def pin(self, request: PinRequest) -> LockedModel:
        """The digest of the bytes; they are fetched unless the digest is known."""
        url = safe_name(request.key.name)
        if "://" not in url:
            raise UnsafeContent(f"`{printable(url)}` is no address", hint="Write `https://host/path`")
        if request.ref:
            raise RevisionNotFound(
                f"`{printable(url)}` has no `{printable(request.ref)}`: an address has neither branches nor tags",
                hint="Leave out the ref",
            )
        claims = frozenset(claim for claim in (*_claims_of(url), *_claims_in(request), request.revision) if claim)
        found = self._bytes(request.key, claims, request.revision)
        _refuse_other(url, claims, found)
        paths = sorted({_path(url, reading.reads, reading.selection.files) for reading in request.readings})
        opened = self._opener(url, found)
        model = LockedModel(
            key=request.key,
            revision=found.sha256,
            committed=instant(found.head.modified),
            purl=_purl(url, found.sha256),
            origin=_origin(url, found.head),
            files=tuple(locked_file(path, size=found.size, sha256=found.sha256, opened=opened) for path in paths),
        )
        if found.path is not None:
            for file in model.files:
                self.keep(model, file, found.path)
        return replace(model, recorded_digest=model_digest(model))

    def describe(self, key: ModelKey, ref: str = "", locked: LockedModel | None = None) -> Description:
        """One request that fetches nothing; the revision is the locked one as long as the server says so."""
        del ref
        head = self.web.head(key.name, key.name)
        size = head.size or 0
        if locked is not None and _is_same(locked, head):
            files = tuple(RemoteFile(path=f.path, size=f.size, git="", sha256=f.sha256) for f in locked.files)
            return Description(key=key, revision=locked.revision, files=files)
        state = hashlib.sha256(f"{head.etag} {head.modified} {size}".encode()).hexdigest()
        paths = [file.path for file in locked.files] if locked else [_path(key.name, "file", ())]
        files = tuple(RemoteFile(path=path, size=size, git="") for path in paths)
        return Description(key=key, revision=f"state-{state}", files=files)

    def read(self, described: Description, path: str) -> bytes:
        """The whole file."""
        if described.file(path) is None:
            raise no_file(described, path)
        return self.web.get(described.key.name, described.key.name).body

    def open(self, described: Description, file: RemoteFile) -> BinaryIO:
        """Range reads."""
        return self.web.open(described.key.name, described.key.name, file.size)

    def page(self, key: ModelKey) -> str:
        """The address itself."""
        return key.name

    def fetch(self, model: LockedModel, file: LockedFile, progress: Progress) -> Arrived:
        """From the address."""
        return self.fetch_from(model.key.name, model, file, progress)

    def expose(self, model: LockedModel) -> Exposure:
        """The file wherever one of its loaders looks for it, and a note of the address."""
        snapshot = store.snapshot_path(self.store(), model)
        places = [(file, _place(file.path)) for file in model.files]
        links = tuple(Link(path=path, folder=snapshot, file=file.path, sha256=file.sha256) for file, path in places)
        note = {"url": model.key.name, "path": places[0][1], "etag": model.origin.etag}
        folders = {path.rpartition("/")[0] for _, path in places} | {INDEX}
        return Exposure(links=links, texts=((_note(model.key.name), json.dumps(note)),), folders=tuple(sorted(folders)))

    def variables(self, environment: Path) -> Mapping[str, str]:
        """Where PyTorch looks; and Keras, if anything of its is locked: its configuration is in the same folder."""
        keras = environment / "keras"
        settings = {"KERAS_HOME": str(keras)} if keras.is_dir() else {}
        return settings | {"TORCH_HOME": str(environment / "torch")}

    def _bytes(self, key: ModelKey, claims: frozenset[str], kept: str) -> _Bytes:
        """Size and digest of what is at the address now, with as little as possible fetched.

        What was ``kept`` from an earlier lock is taken from the store, whatever the address has become.
        """
        if kept and (noted := self._noted(key, kept)):
            return noted
        head = self.web.head(key.name, key.name)
        known = next((claim for claim in sorted(claims) if len(claim) == 64 and ":" not in claim), "")  # noqa: PLR2004
        if known and head.size is not None:
            stored = self._blob(key, known)
            return _Bytes(size=head.size, sha256=known, head=head, path=stored if stored.is_file() else None)
        if seen := self._seen(key, head):
            return seen
        return self._first(key)

    def _first(self, key: ModelKey) -> _Bytes:
        """Fetch the bytes: from now on they are known."""
        from ptmdeps.hubs.downloads import download

        label = hashlib.sha256(key.name.encode()).hexdigest()[:40]
        found = download(self.web, key.name, self._blob(key, f"{label}.first"), key.name)
        blob = self._blob(key, found.sha256)
        found.path.replace(blob)
        self._remember(key, found.head, found.size, found.sha256)
        return _Bytes(size=found.size, sha256=found.sha256, head=found.head, path=blob)

    def _blob(self, key: ModelKey, name: str) -> Path:
        return self.store() / store.folder_name(key.name) / "blobs" / name

    def _opener(self, url: str, found: _Bytes) -> _Opener:
        return _Opener(self, url, found)

    def _memory(self, key: ModelKey) -> Path:
        return self.notes() / "seen" / store.folder_name(key.name)

    def _remember(self, key: ModelKey, head: Head, size: int, sha256: str) -> None:
        """So that locking again need not fetch again what did not change."""
        path = self._memory(key) / f"{sha256}.json"
        note = {"url": head.url, "etag": head.etag, "modified": head.modified, "size": size}
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps(note), encoding="utf-8")
        except OSError as error:
            raise StoreError(f"`{path}` cannot be written: {error.strerror}", hint="Check its permissions") from error

    def _seen(self, key: ModelKey, head: Head) -> _Bytes | None:
        """What was fetched before, if the server calls it what it called it then."""
        if not head.etag.startswith('"'):
            return None
        for note in sorted(self._memory(key).glob("*.json")):
            found = self._noted(key, note.stem)
            named = (head.etag, head.modified)
            if found and (found.head.etag, found.head.modified) == named and head.size in {None, found.size}:
                return found
        return None

    def _noted(self, key: ModelKey, sha256: str) -> _Bytes | None:
        """What is in the store under a digest, with what the server said when it came."""
        blob = self._blob(key, sha256)
        try:
            note = json.loads((self._memory(key) / f"{sha256}.json").read_bytes())
            headers = {"etag": str(note["etag"]), "last-modified": str(note["modified"])}
            head = Head(url=str(note["url"]), size=int(note["size"]), headers=headers)
            whole = blob.stat().st_size == head.size
        except (OSError, ValueError, TypeError, LookupError):
            return None
        return _Bytes(size=int(note["size"]), sha256=sha256, head=head, path=blob) if whole else None


@dataclass(frozen=True, slots=True)
class _Opener:
    """Opens the bytes of an address: from the store if they are there."""

    hub: Url
    url: str
    found: _Bytes

    def __call__(self) -> BinaryIO:
        if self.found.path is not None:
            return self.found.path.open("rb")
        return self.hub.web.open(self.url, self.url, self.found.size)


def _claims_of(url: str) -> Iterator[str]:
    """What an address says of its bytes: 64 digits, or the first ones as ``sha256-prefix:…``."""
    path = urlsplit(url).path
    if folder := _FOLDER_HASH.search(path):
        yield folder[1]
    named = _TORCH_HASH.search(path.rpartition("/")[2])
    if named and _FIRST_HASH.fullmatch(named[1]):
        yield f"sha256-prefix:{named[1]}"


def _claims_in(request: PinRequest) -> Iterator[str]:
    for reading in request.readings:
        yield reading.digest.removeprefix("sha256:")


def _refuse_other(url: str, claims: Iterable[str], found: _Bytes) -> None:
    for claim in sorted(claims):
        kind, colon, digits = claim.rpartition(":")
        if not colon or kind == "sha256-prefix":
            right, actual = found.sha256.startswith(digits), found.sha256
        else:
            actual = _md5(found)
            right = actual in {"", digits}
        if not right:
            raise IntegrityError(
                f"what is at `{printable(url)}`",
                expected=claim,
                found=actual,
                claim="the digest that its name, or who names it, gives",
                hint="Somebody replaced the file, or the connection did: do not use it before its author explained it",
            )


def _md5(found: _Bytes) -> str:
    """Of the bytes, where they were fetched."""
    if found.path is None:
        return ""
    with found.path.open("rb") as stream:
        return hashlib.file_digest(stream, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()


def _path(url: str, reads: str, files: tuple[str, ...]) -> str:
    """``torch/resnet50-0676ba61.pth``: how it is read, and the name that its loader gives it."""
    name = files[0] if files else unquote(urlsplit(url).path).rpartition("/")[2]
    return safe_path(f"{reads or 'file'}/{name or 'download'}")


def _place(path: str) -> str:
    reads, _, name = path.partition("/")
    return f"{FOLDERS.get(reads, f'files/{reads}')}/{name}"


def _note(url: str) -> str:
    return f"{INDEX}/{hashlib.sha256(url.encode()).hexdigest()[:32]}.json"


def _is_same(locked: LockedModel, head: Head) -> bool:
    """Whether the server calls the file what it called it when it was locked."""
    size = locked.files[0].size if locked.files else None
    if head.size is not None and head.size != size:
        return False
    if locked.origin.etag and head.etag:
        return locked.origin.etag == head.etag
    if locked.origin.modified and head.modified:
        return locked.origin.modified == head.modified
    # a server that names no states: the size is all there is
    return head.size is not None


def _origin(url: str, head: Head) -> Origin:
    # an address that was led to is often signed for some minutes: it would be another one each time
    moved = head.url if head.url != url and not urlsplit(head.url).query else ""
    return Origin(url=moved, etag=head.etag, modified=head.modified)


def instant(modified: str) -> str:
    """``2024-02-19T10:57:45Z`` of an HTTP date; empty for what is none."""
    try:
        return parsedate_to_datetime(modified).strftime("%Y-%m-%dT%H:%M:%SZ")
    except (ValueError, TypeError, IndexError, OverflowError):
        return ""


def _purl(url: str, sha256: str) -> str:
    name = unquote(urlsplit(url).path).rpartition("/")[2] or "download"
    qualifiers = {"checksum": f"sha256:{sha256}", "download_url": url}
    return PackageURL("generic", None, name, None, qualifiers).to_string()
