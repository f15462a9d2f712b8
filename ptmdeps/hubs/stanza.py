"""stanza's models: ``stanza.Pipeline("en")``, ``stanza.download("en")`` (read in 1.15.0).

Every version of stanza has a list of its own (``resources_1.15.0.json``): the models of each language with their MD5,
what a package of the language takes of them, and which embeddings they need. A name is a language, or
``language/package``. What the list says of the models that are locked is locked with them, as
``<language>/resources-<package>.json``: stanza reads its list before it loads anything, and the start-up hook hands it
these. So several languages, each locked at its time, go together.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from packageurl import PackageURL

from ptmdeps.errors import UnsafeContent
from ptmdeps.hubs.description import Description
from ptmdeps.hubs.listed import ListedHub, Piece, as_locked, changed, not_listed, refuse_moved, refuse_ref, revision_of
from ptmdeps.hubs.protocol import Arrived, Exposure, Link, PinRequest, Progress
from ptmdeps.hubs.snapshots import store
from ptmdeps.hubs.tables import python_of
from ptmdeps.identity import ModelKey
from ptmdeps.libraries.listed import list_of
from ptmdeps.libraries.lists import table_at, table_in, text_at
from ptmdeps.libraries.stanza_models import entries_of
from ptmdeps.libraries.table import Entry, UnknownName
from ptmdeps.lockfile.model import LockedFile, LockedModel, Origin
from ptmdeps.paths import safe_name, safe_path

ENDPOINT = "STANZA_RESOURCES_URL"
"""Where the lists are, as stanza itself takes it: ``<endpoint>/resources_1.15.0.json``."""

ROOT = "stanza"

_HUGGING_FACE = "https://huggingface.co"
_WHAT = "the list of stanza's models"
_DEFAULT = "default"
_PACKAGES = "packages"
_SINGLE = (_PACKAGES, "default_processors", "default_dependencies")
"""Tables of a language that are no processors."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """What a list says of a name: where the list is, whose it is, the models, and what is locked of the list."""

    address: str
    table: str
    language: str
    package: str
    pieces: tuple[Piece, ...]
    resources: bytes

    @property
    def name(self) -> str:
        """The language's own code, and the package where it is not the usual one."""
        return self.language if self.package == _DEFAULT else f"{self.language}/{self.package}"

    @property
    def path(self) -> str:
        """Where what the list says is, in the model."""
        return f"{self.language}/resources-{self.package}.json"


class Stanza(ListedHub):
    """See ``ptmdeps.hubs.protocol.Hub``."""

    name = "stanza"

    def pin(self, request: PinRequest) -> LockedModel:
        """The models of a language, as the list of the project's stanza has them now."""
        refuse_ref(request, _WHAT)
        asked = safe_name(request.key.name)
        if kept := self.kept(request, request.key):
            return kept
        found = self._find(asked, *self._list_of(request.project))
        key = ModelKey(self.name, found.name)
        files = (
            *(self.obtained(key, piece) for piece in found.pieces),
            self.made(key, found.path, found.resources),
        )
        model = LockedModel(
            key=key,
            aliases=() if asked == key.name else (asked,),
            revision=revision_of(files),
            purl=PackageURL("generic", "stanza", found.name, None, {"download_url": found.address}).to_string(),
            requires=("stanza",),
            origin=Origin(url=_base(found), table=found.table),
            files=self.locked(key, files),
        )
        return refuse_moved(request, self.finished(model))

    def describe(self, key: ModelKey, ref: str = "", locked: LockedModel | None = None) -> Description:
        """What the list says now that the locked models are of; one request."""
        del ref
        address, table = (_listed_at(locked), locked.origin.table) if locked else self._list_of(None)
        found = self._find(key.name, self._own(address), table)
        digest = hashlib.sha256(found.resources).hexdigest()
        if locked is not None and any(file.sha256 == digest for file in locked.files):
            return as_locked(locked)
        return changed(ModelKey(key.hub, found.name), digest, locked)

    def page(self, key: ModelKey) -> str:
        """The list of models: it is one page for all."""
        del key
        return "https://stanfordnlp.github.io/stanza/available_models.html"

    def fetch(self, model: LockedModel, file: LockedFile, progress: Progress) -> Arrived:
        """One model, or what the list says."""
        language, _, path = file.path.partition("/")
        if path.startswith("resources-"):
            return self.fetch_whole(model, file, progress, lambda: ((file, self._resources_now(model)),))
        del language
        return self.fetch_from(f"{model.origin.url}/{path}", model, file, progress)

    def expose(self, model: LockedModel) -> Exposure:
        """Where stanza keeps what it downloaded."""
        snapshot = store.snapshot_path(self.store(), model)
        links = tuple(
            Link(path=f"{ROOT}/{file.path}", folder=snapshot, file=file.path, sha256=file.sha256)
            for file in model.files
        )
        folders = sorted({f"{ROOT}/{file.path.partition('/')[0]}" for file in model.files})
        return Exposure(links=links, texts=(), folders=tuple(folders))

    def variables(self, environment: Path) -> Mapping[str, str]:
        """Where stanza looks."""
        return {"STANZA_RESOURCES_DIR": str(environment / ROOT)}

    def _list_of(self, project: Path | None) -> tuple[str, str]:
        """Where the list of the project's stanza is, and what that is called in messages."""
        try:
            found = list_of(self.name, python_of(project or Path()))
        except UnknownName as error:
            raise not_listed(error) from error
        return self._own(found.address), found.table

    def _own(self, address: str) -> str:
        """The same list, where the user or the project has it."""
        own = os.environ.get(ENDPOINT, "").rstrip("/") or self.settings.endpoint
        return f"{own}/{address.rpartition('/')[2]}" if own else address

    def _find(self, name: str, address: str, table: str) -> _Found:
        data = self.listing(address, name)
        try:
            entries = entries_of(data, name, address)
        except UnknownName as error:
            raise not_listed(error) from error
        language = _language(table_in(data, _WHAT), name.lower().partition("/")[0])
        pieces = tuple(_piece(entry, language) for entry in entries)
        package = name.lower().partition("/")[2] or _DEFAULT
        return _Found(
            address=address,
            table=table,
            language=safe_path(language),
            package=package,
            pieces=pieces,
            resources=_resources(table_in(data, _WHAT), language, package, [piece.path for piece in pieces]),
        )

    def _resources_now(self, model: LockedModel) -> bytes:
        return self._find(model.key.name, self._own(_listed_at(model)), model.origin.table).resources


def _language(document: Mapping[str, object], asked: str) -> str:
    """The code of a language; ``entries_of`` has seen to it that other names for it come to an end."""
    while alias := text_at(table_at(document, asked), "alias"):
        asked = alias
    return asked


def _piece(entry: Entry, language: str) -> Piece:
    """Of a repository at the Hugging Face Hub its address: stanza asks for nothing else there, either."""
    if entry.key.hub == "url":
        return Piece(path=entry.files[0], address=entry.key.name, claim=entry.hash)
    endpoint = os.environ.get("HF_ENDPOINT", "").rstrip("/") or _HUGGING_FACE
    path = entry.files[0]
    address = f"{endpoint}/{entry.key.name}/resolve/{entry.ref}/{path}"
    return Piece(path="/".join((language, *path.split("/")[-2:])), address=address, claim=entry.hash)


def _resources(document: Mapping[str, object], language: str, package: str, paths: Iterable[str]) -> bytes:
    """What a list says of some models, in the shape of the whole list, with every other name for the language."""
    said = table_at(document, language)
    chosen = {tuple(path.removesuffix(".pt").split("/")[1:]) for path in paths}
    own: dict[str, object] = {}
    for name, value in said.items():
        if name == _PACKAGES:
            own[name] = {package: table_at(said, _PACKAGES, package)} if package in table_at(said, _PACKAGES) else {}
        elif isinstance(value, str) or name in _SINGLE:
            own[name] = value
        elif isinstance(value, dict) and (kept := {one: value[one] for one in value if (name, one) in chosen}):
            own[name] = kept
    others = {name: {"alias": language} for name in _aliases(document, language)}
    whole = {"url": text_at(document, "url"), language: own, **others}
    return json.dumps(whole, indent=1, sort_keys=True).encode() + b"\n"


def _aliases(document: Mapping[str, object], language: str) -> Iterator[str]:
    for name in sorted(document):
        if text_at(table_at(document, name), "alias") == language:
            yield name


def _base(found: _Found) -> str:
    """What the addresses of all models begin with."""
    bases = {piece.address.removesuffix(f"/{piece.path.partition('/')[2]}") for piece in found.pieces}
    if len(bases) != 1:
        raise UnsafeContent(f"{_WHAT} has the models of `{found.name}` in several places", hint="Try again later")
    return bases.pop()


def _listed_at(model: LockedModel) -> str:
    """The address of the list that a pin is of."""
    qualifiers = PackageURL.from_string(model.purl).qualifiers
    return str(qualifiers.get("download_url", "")) if isinstance(qualifiers, dict) else ""
