"""Hubs whose models stand in a list on the net: NLTK, gensim, stanza (``ptmdeps.libraries.listed`` reads the lists).

Such a list changes at any time, and so may the files that it names. What it knows of their bytes (an MD5, mostly) is
compared when they arrive; what is locked is their SHA-256.
"""

from __future__ import annotations

import hashlib
import warnings
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

from ptmdeps.errors import IntegrityError, ModelNotFound, RevisionNotFound
from ptmdeps.hubs import seen
from ptmdeps.hubs.claims import refuse_other
from ptmdeps.hubs.description import Description, RemoteFile
from ptmdeps.hubs.files import locked_file
from ptmdeps.hubs.protocol import PinRequest
from ptmdeps.hubs.seen import Seen, SeenFile
from ptmdeps.hubs.stored import StoredHub, no_file, not_apart
from ptmdeps.hubs.web import Page, Patience
from ptmdeps.identity import ModelKey
from ptmdeps.inspect.licenses import spdx_expression
from ptmdeps.libraries.lists import MAXIMUM_BYTES
from ptmdeps.libraries.table import UnknownName
from ptmdeps.lockfile.document import model_digest
from ptmdeps.lockfile.model import License, LockedFile, LockedModel, Origin
from ptmdeps.manifest.hubs import AS_IT_IS, HubSettings
from ptmdeps.paths import printable

_LABEL = 40
_LONGEST_LICENSE = 200
_FACTS = ("purl", "url", "etag", "modified", "table", "license", "evidence")


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A file that a list names.

    Attributes:
        path: in the model.
        address: where it is.
        claim: what the list knows of its bytes: 64 digits of a SHA-256, ``md5:…``, or nothing.
    """

    path: str
    address: str
    claim: str


class ListedHub(StoredHub):
    """What the three have in common."""

    def __init__(
        self,
        *,
        settings: HubSettings = AS_IT_IS,
        cache: Path | None = None,
        patience: Patience | None = None,
        shared: Sequence[Path] | None = None,
    ) -> None:
        super().__init__(settings=settings, cache=cache, patience=patience, shared=shared)
        self._lists: dict[str, Page] = {}

    def read(self, described: Description, path: str) -> bytes:
        """Of what the store has: what a list names is fetched when it is pinned."""
        with self.open(described, _listed(described, path)) as stream:
            return stream.read()

    def open(self, described: Description, file: RemoteFile) -> BinaryIO:
        """Likewise."""
        listed = _listed(described, file.path)
        blob = seen.blob(self, described.key, listed.sha256 or "nothing")
        if not blob.is_file():
            raise not_apart(described.key)
        return blob.open("rb")

    def listing(self, address: str, name: str) -> bytes:
        """The list as it is now, for the sake of one name; it is sent again only if it changed.

        Raises:
            HubError, UnsafeContent: as ``Web.get``.
        """
        page = self.web.renewed(self._lists.get(address), address, f"{name} in its list", limit=MAXIMUM_BYTES)
        self._lists[address] = page
        return page.body

    def obtained(self, key: ModelKey, piece: Piece) -> SeenFile:
        """The bytes of a file in the store; not fetched again while the list says the same of them.

        Raises:
            HubError, StoreError: they cannot be had.
            IntegrityError: they are not what the list says; they are not kept.
        """
        from ptmdeps.hubs.downloads import download

        label = _label(piece)
        with self.alone_with(key, label):
            before = seen.recall(self, key, label) if piece.claim else None
            if before and before.files:
                return replace(before.files[0], path=piece.path)
            subject = f"{piece.path} of {key.name}"
            found = download(self.web, piece.address, seen.blob(self, key, f"{label}.first"), subject)
            try:
                refuse_other(piece.address, (piece.claim,) if piece.claim else (), found.sha256, lambda: found.md5)
            except IntegrityError:
                found.path.unlink()
                raise
            file = SeenFile(path=piece.path, size=found.size, sha256=found.sha256)
            found.path.replace(seen.blob(self, key, found.sha256))
            seen.remember(self, key, label, Seen(facts={}, files=(file,)))
            return file

    def made(self, key: ModelKey, path: str, content: bytes) -> SeenFile:
        """A file that is made of what a list says, in the store."""
        file = SeenFile(path=path, size=len(content), sha256=hashlib.sha256(content).hexdigest())
        place = seen.blob(self, key, file.sha256)
        with self.alone_with(key, file.sha256):
            place.parent.mkdir(parents=True, exist_ok=True)
            temporary = place.with_name(f"{file.sha256}.new")
            temporary.write_bytes(content)
            temporary.replace(place)
        return file

    def finished(self, model: LockedModel) -> LockedModel:
        """A pin whose bytes are all in the store: with its digest, and noted, so that it can be kept."""
        for file in model.files:
            self.keep(model, file, self.blob(model, file))
        files = tuple(SeenFile(path=file.path, size=file.size, sha256=file.sha256) for file in model.files)
        origin, license_ = model.origin, model.license or License(declared="")
        values = (model.purl, origin.url, origin.etag, origin.modified, origin.table)
        facts = dict(zip(_FACTS, (*values, license_.declared, license_.evidence), strict=True))
        facts |= {"files": str(len(files)), "requires": " ".join(model.requires), "code": "code" * model.remote_code}
        seen.remember(self, model.key, model.revision, Seen(facts=facts, files=files))
        return replace(model, recorded_digest=model_digest(model))

    def kept(self, request: PinRequest, key: ModelKey, aliases: tuple[str, ...] = ()) -> LockedModel | None:
        """The revision that a request wants to keep, if it is here whole, as ``finished`` noted it."""
        note = seen.recall(self, key, request.revision) if request.revision else None
        if note is None or note.facts.get("files") != str(len(note.files)):
            return None
        said = {name: note.facts.get(name, "") for name in (*_FACTS, "requires", "code")}
        return self.finished(
            LockedModel(
                key=key,
                aliases=aliases,
                revision=request.revision,
                purl=said["purl"],
                license=license_of(said["license"], said["evidence"]),
                remote_code=bool(said["code"]),
                requires=tuple(said["requires"].split()),
                origin=Origin(url=said["url"], etag=said["etag"], modified=said["modified"], table=said["table"]),
                files=self.locked(key, note.files),
            )
        )

    def locked(self, key: ModelKey, files: Iterable[SeenFile]) -> tuple[LockedFile, ...]:
        """Files of the store as a lock describes them, sorted."""
        return tuple(self._locked(key, file) for file in sorted(files))

    def _locked(self, key: ModelKey, file: SeenFile) -> LockedFile:
        blob = seen.blob(self, key, file.sha256)
        return locked_file(file.path, size=file.size, sha256=file.sha256, opened=lambda: blob.open("rb"))


def _listed(described: Description, path: str) -> RemoteFile:
    if (file := described.file(path)) is None:
        raise no_file(described, path)
    return file


def _label(piece: Piece) -> str:
    return hashlib.sha256(f"{piece.claim} {piece.address}".encode()).hexdigest()[:_LABEL]


def revision_of(files: Iterable[SeenFile]) -> str:
    """The digest over all files of a model, where none of them stands for the others."""
    lines = (f"{file.path} {file.sha256}\n" for file in sorted(files))
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def as_locked(model: LockedModel) -> Description:
    """What is locked, of a list that still says the same of it."""
    files = (RemoteFile(path=file.path, size=file.size, git=file.git, sha256=file.sha256) for file in model.files)
    return Description(key=model.key, revision=model.revision, files=tuple(files))


def changed(key: ModelKey, state: str, locked: LockedModel | None) -> Description:
    """What a list says now where it is not known which bytes that is: files that were locked stand for the new ones."""
    files = tuple(RemoteFile(path=file.path, size=file.size, git="") for file in locked.files) if locked else ()
    return Description(key=key, revision=f"state-{hashlib.sha256(state.encode()).hexdigest()}", files=files)


def license_of(declared: str, evidence: str) -> License | None:
    """What a list says of a licence, which anybody may have written; ``None`` where it says nothing."""
    text = printable(" ".join(declared.split()), _LONGEST_LICENSE)
    return License(declared=text, concluded=spdx_expression(text) or "", evidence=evidence) if text else None


def not_listed(error: UnknownName) -> ModelNotFound:
    """The error for a name that is in no list."""
    return ModelNotFound(error.message, hint=error.hint)


def refuse_ref(request: PinRequest, what: str) -> None:
    """Lists know no versions: neither refs, nor what was there at an earlier time.

    Raises:
        RevisionNotFound: a ref is asked for.
    """
    name = printable(request.key.name)
    if request.ref:
        raise RevisionNotFound(
            f"`{name}` has no `{printable(request.ref)}`: {what} has no versions", hint="Leave it out"
        )
    if request.not_after:
        message = f"`{name}`: {what} does not say when it was changed, so `exclude-newer` says nothing of it"
        warnings.warn(message, UserWarning, stacklevel=2)


def refuse_moved(request: PinRequest, model: LockedModel) -> LockedModel:
    """A pin, unless another one was to be kept.

    Raises:
        RevisionNotFound: the list names other bytes by now.
    """
    if request.revision in {"", model.revision}:
        return model
    name = request.key.label
    raise RevisionNotFound(
        f"`{name}` is not what it was when it was locked, and the store of this machine does not have that",
        hint=f"`ptmdeps lock -P {name}` pins what is there now",
    )
