"""NLTK's packages: ``nltk.download("punkt_tab")``, which ``word_tokenize`` and corpora read.

The index (https://raw.githubusercontent.com/nltk/nltk_data/gh-pages/index.xml, read in 3.10.4) names a file for each
package, its MD5 and SHA-256, and collections of packages. An archive is locked together with what is in it where NLTK
unpacks it, so that an environment has both, as ``nltk.download`` leaves them. The revision is the SHA-256 of the file.
A collection has no files: its edges lead to its packages, and its revision is the SHA-256 of their names.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from packageurl import PackageURL

from ptmdeps.errors import IntegrityError, UnsafeContent
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
)
from ptmdeps.hubs.protocol import Arrived, Exposure, Link, PinRequest, Progress
from ptmdeps.hubs.seen import SeenFile
from ptmdeps.hubs.snapshots import store
from ptmdeps.identity import ModelKey
from ptmdeps.libraries.nltk_data import INDEX, Index, Package, index_in
from ptmdeps.libraries.table import UnknownName
from ptmdeps.lockfile.document import model_digest
from ptmdeps.lockfile.model import Edge, LockedFile, LockedModel, Origin
from ptmdeps.paths import printable, safe_name, safe_path
from ptmdeps.unpacking import Member

ENDPOINT = "PTMDEPS_NLTK_ENDPOINT"
"""The address of another index, as ``python -m nltk.downloader -u`` takes it."""

ROOT = "nltk_data"
COLLECTIONS = f"{ROOT}/collections"
"""Folder of an environment with the names that are in each collection."""

_TABLE = "the index of nltk_data"


class Nltk(ListedHub):
    """See ``ptmdeps.hubs.protocol.Hub``."""

    name = "nltk"

    def pin(self, request: PinRequest) -> LockedModel:
        """A package as the index has it now, or the packages of a collection."""
        key = ModelKey(self.name, safe_name(request.key.name))
        refuse_ref(request, _TABLE)
        if kept := self.kept(request, key):
            return kept
        index = self._index(key)
        packages = _found(index, key)
        model = self._package(key, packages[0]) if key.name in index.packages else _collection(key, packages)
        return refuse_moved(request, model)

    def describe(self, key: ModelKey, ref: str = "", locked: LockedModel | None = None) -> Description:
        """What the index says now; one request."""
        del ref
        index = self._index(key)
        packages = _found(index, key)
        if key.name not in index.packages:
            return Description(key=key, revision=_collection(key, packages).revision)
        state = _state(packages[0])
        if locked is not None and state == locked.origin.etag:
            return as_locked(locked)
        return changed(key, state, locked)

    def page(self, key: ModelKey) -> str:
        """The list of packages: it is one page for all."""
        del key
        return "https://www.nltk.org/nltk_data/"

    def fetch(self, model: LockedModel, file: LockedFile, progress: Progress) -> Arrived:
        """The package, and everything that is in it."""
        return self.fetch_unpacked(model, file, lambda: self._bring(model, progress))

    def expose(self, model: LockedModel) -> Exposure:
        """Where ``nltk.data.find`` looks. NLTK reads nothing through links that lead out of its folders."""
        if not model.files:
            names = "".join(f"{edge.target.name}\n" for edge in model.edges)
            return Exposure(links=(), texts=((f"{COLLECTIONS}/{model.key.name}.txt", names),), folders=(COLLECTIONS,))
        snapshot = store.snapshot_path(self.store(), model)
        links = tuple(
            Link(path=f"{ROOT}/{file.path}", folder=snapshot, file=file.path, sha256=file.sha256, independent=True)
            for file in model.files
        )
        folders = sorted({f"{ROOT}/{file.path.partition('/')[0]}" for file in model.files})
        return Exposure(links=links, texts=(), folders=tuple(folders))

    def variables(self, environment: Path) -> Mapping[str, str]:
        """Where NLTK looks first."""
        return {"NLTK_DATA": str(environment / ROOT)}

    def _index(self, key: ModelKey) -> Index:
        address = os.environ.get(ENDPOINT, "") or self.settings.endpoint or INDEX
        return index_in(self.listing(address, key.name))

    def _package(self, key: ModelKey, package: Package) -> LockedModel:
        piece = _piece(package)
        file = self.obtained(key, piece)
        inside = self._unpacked(key, file) if package.unpacked and piece.path.endswith(".zip") else ()
        purl = PackageURL(
            "generic", "nltk", key.name, None, {"checksum": f"sha256:{file.sha256}", "download_url": piece.address}
        )
        return self.finished(
            LockedModel(
                key=key,
                revision=file.sha256,
                purl=purl.to_string(),
                license=license_of(package.license, "index.xml"),
                requires=("nltk",),
                origin=Origin(url=piece.address, etag=_state(package), table=_TABLE),
                files=self.locked(key, (file, *inside)),
            )
        )

    def _unpacked(self, key: ModelKey, file: SeenFile) -> tuple[SeenFile, ...]:
        """What is in an archive of the store, in the store as well."""
        blob = seen.blob(self, key, file.sha256)
        with self.alone_with(key, file.sha256), _inside(self, key, blob, file.path) as (folder, members):
            for member in members:
                place = seen.blob(self, key, member.sha256)
                if not place.is_file():
                    (folder / member.path).replace(place)
        return tuple(SeenFile(path=_within(file.path, one), size=one.size, sha256=one.sha256) for one in members)

    @contextmanager
    def _bring(self, model: LockedModel, progress: Progress) -> Iterator[Iterable[tuple[LockedFile, Path, str]]]:
        """The package of a locked model, and what is in it."""
        from ptmdeps.hubs.downloads import download

        locked = {file.path: file for file in model.files}
        package = next(file for file in model.files if file.sha256 == model.revision)
        place = self.blob(model, package)
        if not place.is_file() or place.stat().st_size != package.size:
            arriving = place.with_name(f"{package.sha256}.first")
            subject = f"{package.path} of {model.key.name}"
            found = download(self.web, model.origin.url, arriving, subject, progress=progress, largest=package.size)
            _refuse_replaced(model, found.path, found.sha256)
            found.path.replace(place)
        if len(locked) == 1:
            yield ((package, place, package.sha256),)
            return
        with _inside(self, model.key, place, package.path) as (folder, members):
            inside = [(locked.get(_within(package.path, one)), folder / one.path, one.sha256) for one in members]
            files = ((file, path, sha256) for file, path, sha256 in inside if file is not None)
            yield ((package, place, package.sha256), *files)


@contextmanager
def _inside(hub: ListedHub, key: ModelKey, archive: Path, path: str) -> Iterator[tuple[Path, tuple[Member, ...]]]:
    """What is in an archive that stays where it is.

    Raises:
        UnsafeContent: there is something in it that lies outside of the package's own folder.
    """
    from ptmdeps.hubs.archives import unpacked

    copy = archive.with_name(f"{archive.name}.taking-in")
    copy.unlink(missing_ok=True)
    try:
        os.link(archive, copy)
    except OSError:
        shutil.copyfile(archive, copy)
    own = path.rpartition("/")[2].removesuffix(".zip")
    with unpacked(hub, copy, key.name) as (folder, members):
        for member in members:
            if member.path.partition("/")[0] != own or "/" not in member.path:
                raise UnsafeContent(
                    f"the archive of `{key.name}` holds `{printable(member.path)}`, which is not in `{own}`",
                    hint="It would take the place of another package's data: NLTK refuses it, too",
                )
        yield folder, members


def _within(archive: str, member: Member) -> str:
    """Where NLTK puts what is in an archive: beside it."""
    return f"{archive.rpartition('/')[0]}/{member.path}"


def _found(index: Index, key: ModelKey) -> tuple[Package, ...]:
    try:
        return index.find(key.name)
    except UnknownName as error:
        raise not_listed(error) from error


def _piece(package: Package) -> Piece:
    path = safe_path(package.entry.files[0])
    if "/" not in path:
        raise UnsafeContent(
            f"the index of nltk_data has `{printable(path)}` in no folder", hint="Is it the index that you mean?"
        )
    return Piece(path=path, address=package.entry.key.name, claim=package.entry.hash.removeprefix("sha256:").lower())


def _state(package: Package) -> str:
    """What the index calls the bytes of a package."""
    return package.entry.hash or f"size:{package.size}"


def _collection(key: ModelKey, packages: tuple[Package, ...]) -> LockedModel:
    names = sorted({package.name for package in packages})
    edges = (
        Edge(kind="runtime", relation="component", target=ModelKey(key.hub, name), reads="file", evidence=_TABLE)
        for name in names
    )
    model = LockedModel(
        key=key,
        revision=hashlib.sha256("\n".join(names).encode()).hexdigest(),
        purl=PackageURL("generic", "nltk", key.name).to_string(),
        requires=("nltk",),
        origin=Origin(table=_TABLE),
        edges=tuple(sorted(edges)),
    )
    return replace(model, recorded_digest=model_digest(model))


def _refuse_replaced(model: LockedModel, path: Path, sha256: str) -> None:
    """Only what is there now can be had, and it need not be what was locked."""
    if sha256 != model.revision:
        path.unlink()
        hint = f"NLTK's packages have no versions: `ptmdeps lock -P {model.key.label}` takes what is there now"
        raise IntegrityError(f"the package `{model.key.name}`", expected=model.revision, found=sha256, hint=hint)
