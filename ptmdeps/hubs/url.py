"""Files of weights at plain addresses: what ``torch.hub.load_state_dict_from_url`` and its like download.

Nothing makes such a file immutable, so its revision is the SHA-256 of its bytes. Where the address or whoever names it
knows the digest (``resnet50-0676ba61.pth``, a folder of 64 digits), that must be it; otherwise it is taken as it is the
first time. What the server calls its state (``ETag``, ``Last-Modified``) is locked beside it, so that ``outdated`` can
ask without fetching.

A file is kept once for each way of reading it, under the name that its loader looks for: ``torch/<file>`` for PyTorch
Hub's ``checkpoints``, ``whisper/<file>``, ``keras/<file>``, … That is the last part of the address as it is written:
loaders take ``%20`` for what it is.
"""

from __future__ import annotations

import hashlib
import json
import warnings
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO
from urllib.parse import unquote, urlsplit

from packageurl import PackageURL

from ptmdeps.errors import HubUnreachable, IntegrityError, RevisionNotFound, StoreError, UnsafeContent
from ptmdeps.hubs.claims import claims_in, claims_of, refuse_other, whole_digest
from ptmdeps.hubs.description import Description, Facts, RemoteFile
from ptmdeps.hubs.files import locked_file
from ptmdeps.hubs.protocol import Arrived, Exposure, Link, PinRequest, Progress
from ptmdeps.hubs.refusals import http_date
from ptmdeps.hubs.snapshots import store
from ptmdeps.hubs.stored import StoredHub, no_file
from ptmdeps.hubs.web import Head
from ptmdeps.identity import ModelKey
from ptmdeps.inspect.formats import PICKLE_FORMATS, file_format
from ptmdeps.lockfile.document import model_digest
from ptmdeps.lockfile.model import LockedFile, LockedModel, Origin
from ptmdeps.paths import printable, safe_name, safe_path

FOLDERS: Mapping[str, str] = {"torch": "torch/hub/checkpoints", "torchaudio": "torch/hub/torchaudio"}
"""Where the loaders of each kind look by themselves, in an environment; other kinds have ``files/<kind>``.

Those get a file by its address: the start-up hook answers whoever asks for it. ``whisper`` and ``clip`` compare what
their caches hold with the digest in the address before they believe it. ``keras``, ``flair`` and ``ultralytics`` do
not, and read the environment instead (``ptmdeps_hook.fetched``): a variable that leads Keras or flair elsewhere would
lead them away from the user's settings and data sets, too, and ultralytics has none. A plain ``file`` has a folder of
its own: nobody looks for it by its name.
"""

INDEX = "files/index"
"""Folder of an environment with a note for every address: ``<first 32 digits of its SHA-256>.json``."""


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
        paths = sorted({_path(url, reading.reads, reading.selection.files) for reading in request.readings})
        found = self._bytes(request, frozenset({*claims_of(url), *claims_in(request.readings)}), paths)
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
        if head.size is None and not (head.etag or head.modified):
            raise HubUnreachable(
                f"the server of `{printable(key.name)}` says neither how large the file is nor when it was changed",
                hint=f"`ptmdeps upgrade {key.name}` fetches it and compares",
            )
        if locked is not None and _is_same(locked, head):
            files = tuple(RemoteFile(path=f.path, size=f.size, git="", sha256=f.sha256) for f in locked.files)
            return Description(key=key, revision=locked.revision, files=files)
        size = head.size or 0
        state = hashlib.sha256(f"{head.etag} {head.modified} {size}".encode()).hexdigest()
        paths = [file.path for file in locked.files] if locked else [_path(key.name, "file", ())]
        files = tuple(RemoteFile(path=path, size=size, git="") for path in paths)
        facts = Facts(modified=instant(head.modified))
        return Description(key=key, revision=f"state-{state}", files=files, facts=facts)

    def read(self, described: Description, path: str) -> bytes:
        """The whole file."""
        file = described.file(path)
        if file is None:
            raise no_file(described, path)
        content = self.web.get(described.key.name, described.key.name).body
        found = hashlib.sha256(content).hexdigest()
        if file.sha256 and found != file.sha256:
            raise IntegrityError(f"what is at `{described.key.name}`", expected=file.sha256, found=found)
        return content

    def open(self, described: Description, file: RemoteFile) -> BinaryIO:
        """Range reads."""
        return self.web.open(described.key.name, described.key.name, file.size)

    def page(self, key: ModelKey) -> str:
        """The address itself."""
        return key.name

    def fetch(self, model: LockedModel, file: LockedFile, progress: Progress) -> Arrived:
        """From the address; that the file was replaced is told from bytes that came damaged."""
        arrived = self.fetch_from(model.key.name, model, file, progress)
        if arrived.sha256 in {"", file.sha256} or _is_same(model, self.web.head(model.key.name, model.key.name)):
            return arrived
        raise IntegrityError(
            f"what is at `{model.key.name}`",
            expected=f"sha256:{file.sha256} ({file.size:,} bytes)",
            found=f"sha256:{arrived.sha256}",
            hint="Its server says that the file was replaced since it was locked. Find out who did that, and why; "
            f"`ptmdeps lock -P {model.key.name}` pins what is there now",
        )

    def expose(self, model: LockedModel) -> Exposure:
        """The file wherever one of its loaders looks for it, and a note of the address."""
        snapshot = store.snapshot_path(self.store(), model)
        places = [(file, _place(model.key.name, file.path)) for file in model.files]
        links = tuple(Link(path=path, folder=snapshot, file=file.path, sha256=file.sha256) for file, path in places)
        note = {"url": model.key.name, "path": places[0][1], "etag": model.origin.etag}
        folders = {path.rpartition("/")[0] for _, path in places} | {INDEX}
        return Exposure(links=links, texts=((_note(model.key.name), json.dumps(note)),), folders=tuple(sorted(folders)))

    def variables(self, environment: Path) -> Mapping[str, str]:
        """Where PyTorch looks."""
        return {"TORCH_HOME": str(environment / "torch")}

    def _bytes(self, request: PinRequest, claims: frozenset[str], paths: list[str]) -> _Bytes:
        """Size and digest of what is at the address now, with as little as possible fetched.

        What was kept from an earlier lock is taken from the store, whatever the address has become.
        """
        key, kept = request.key, request.revision
        if kept and (noted := self._noted(key, kept)):
            return noted
        head = self.web.head(key.name, key.name)
        if not (kept or claims):
            _refuse_newer(request, head)
        known = whole_digest(claims)
        if known and head.size and kept in {"", known} and _is_enough(head, paths):
            stored = self._blob(key, known)
            path = stored if stored.is_file() and stored.stat().st_size == head.size else None
            found = _Bytes(size=head.size, sha256=known, head=head, path=path)
            refuse_other(key.name, claims, known, lambda: _md5(found))
            return found
        found = self._fetched(key, head, claims)
        if kept not in {"", found.sha256}:
            raise RevisionNotFound(
                f"what is at `{printable(key.name)}` now is not what was locked, and the store of this machine does "
                "not have that",
                hint=f"`ptmdeps lock -P {key.name}` pins what is there now",
            )
        return found

    def _fetched(self, key: ModelKey, head: Head, claims: frozenset[str]) -> _Bytes:
        """The bytes: from now on they are known. They are not fetched where the server says that they still are."""
        with self.alone_with(key, _label(key.name)):
            if found := self._seen(key, head):
                refuse_other(key.name, claims, found.sha256, lambda: _md5(found))
                return found
            return self._first(key, head, claims)

    def _first(self, key: ModelKey, head: Head, claims: frozenset[str]) -> _Bytes:
        from ptmdeps.hubs.downloads import download

        place = self._blob(key, f"{_label(key.name)}.first")
        found = download(self.web, key.name, place, key.name, notes=self.mutexes(key))
        try:
            refuse_other(key.name, claims, found.sha256, lambda: found.md5)
        except IntegrityError:
            found.path.unlink()
            raise
        blob = self._blob(key, found.sha256)
        found.path.replace(blob)
        # the answer to a question for the rest of a file may leave out its date
        said = head if head.etag and head.etag == found.head.etag else found.head
        self._remember(key, said, found.size, found.sha256)
        return _Bytes(size=found.size, sha256=found.sha256, head=said, path=blob)

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


def _refuse_newer(request: PinRequest, head: Head) -> None:
    """An address has no past: where it is too new for ``exclude-newer``, nothing of it can be pinned."""
    if not request.not_after:
        return
    name, modified = printable(request.key.name), instant(head.modified)
    if modified > request.not_after:
        raise RevisionNotFound(
            f"`{name}` was changed at {modified}, which is too new for `exclude-newer` ({request.not_after})",
            hint=f'Set a later `exclude-newer`, or `exclude-newer-model = {{ "{name}" = false }}`',
        )
    if not modified:
        warnings.warn(
            f"`{name}`: its server does not say when it was changed, so `exclude-newer` says nothing of it",
            UserWarning,
            stacklevel=2,
        )


def _is_enough(head: Head, paths: list[str]) -> bool:
    """Whether a file need not be fetched to be described: of what may be a pickle, some parts are read."""
    return head.headers.get("accept-ranges") == "bytes" or not any(
        file_format(path) in PICKLE_FORMATS for path in paths
    )


def _md5(found: _Bytes) -> str:
    """Of the bytes, where they were fetched."""
    if found.path is None:
        return ""
    with found.path.open("rb") as stream:
        return hashlib.file_digest(stream, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()


def _path(url: str, reads: str, files: tuple[str, ...]) -> str:
    """``torch/resnet50-0676ba61.pth``: how it is read, and the name that its loader gives it."""
    name = files[0] if files else urlsplit(url).path.rpartition("/")[2]
    return safe_path(f"{reads or 'file'}/{name or 'download'}")


def _place(url: str, path: str) -> str:
    reads, _, name = path.partition("/")
    if reads == "file":
        return f"files/file/{_label(url)}/{name}"
    return f"{FOLDERS.get(reads, f'files/{reads}')}/{name}"


def _label(url: str) -> str:
    return hashlib.sha256(url.encode()).hexdigest()[:32]


def _note(url: str) -> str:
    return f"{INDEX}/{_label(url)}.json"


def _is_same(locked: LockedModel, head: Head) -> bool:
    """Whether the server calls the file what it called it when it was locked."""
    size = locked.files[0].size if locked.files else None
    if head.size is not None and head.size != size:
        return False
    if locked.origin.etag and head.etag:
        # a delivery network that compresses on the way calls a state weak that is the same
        return locked.origin.etag.removeprefix("W/") == head.etag.removeprefix("W/")
    if locked.origin.modified and head.modified:
        return locked.origin.modified == head.modified
    # a server that names no states: the size is all there is
    return head.size is not None


def _origin(url: str, head: Head) -> Origin:
    # an address that was led to is often signed for some minutes: it would be another one each time
    moved = head.url if head.url != url and not urlsplit(head.url).query else ""
    try:
        safe_name(moved or url)
    except UnsafeContent:
        moved = ""
    return Origin(url=moved, etag=head.etag, modified=head.modified)


def instant(modified: str) -> str:
    """``2024-02-19T10:57:45Z`` of an HTTP date; empty for what is none."""
    moment = http_date(modified)
    return "" if moment is None else f"{moment.replace(tzinfo=None).isoformat(timespec='seconds')}Z"


def _purl(url: str, sha256: str) -> str:
    name = unquote(urlsplit(url).path).rpartition("/")[2] or "download"
    qualifiers = {"checksum": f"sha256:{sha256}", "download_url": url}
    return PackageURL("generic", None, name, None, qualifiers).to_string()
