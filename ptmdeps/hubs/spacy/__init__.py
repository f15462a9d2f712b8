"""spaCy's own models: packages of Python, released at https://github.com/explosion/spacy-models.

``spacy.load("en_core_web_sm")`` imports a package of that name. A version of it is a wheel; what is locked are the
files of that wheel, and what is made of them in an environment is a folder for ``PYTHONPATH`` (see
``ptmdeps.running.python_path``), in which the program finds the package as if it were installed.
"""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from typing import BinaryIO

from ptmdeps.errors import ModelNotFound
from ptmdeps.hubs.description import Description, Ref, RemoteFile, Revision
from ptmdeps.hubs.protocol import Arrived, Exposure, Link, PinRequest, Progress
from ptmdeps.hubs.snapshots import store
from ptmdeps.hubs.stored import StoredHub, no_file
from ptmdeps.identity import ModelKey
from ptmdeps.lockfile.model import LockedFile, LockedModel

RELEASES = "https://github.com/explosion/spacy-models/releases/download"
ENDPOINT = "PTMDEPS_SPACY_ENDPOINT"
COMPATIBILITY = "PTMDEPS_SPACY_COMPATIBILITY"

ROOT = "spacy"
"""Folder of an environment that goes into ``PYTHONPATH``."""


class Spacy(StoredHub):
    """See ``ptmdeps.hubs.protocol.Hub``."""

    name = "spacy"

    def pin(self, request: PinRequest) -> LockedModel:
        """One version, and the files of its wheel."""
        from ptmdeps.hubs.spacy.pinning import no_version, pin

        try:
            return pin(self, request)
        except ModelNotFound as error:
            # the list knows whether it is the model or only this version that is not there
            wanted = request.revision or request.ref
            if not error.status or not wanted:
                raise
            from ptmdeps.hubs.spacy import choosing

            name = choosing.package(request.key.name)
            raise no_version(name, wanted, self.listing(name)) from error

    def describe(self, key: ModelKey, ref: str = "", locked: LockedModel | None = None) -> Description:
        """The version that the list has now for the spaCy that the locked one was chosen for."""
        from ptmdeps.hubs.spacy import choosing

        name = choosing.package(key.name)
        if ref:
            version = choosing.version_of(name, ref)
        elif locked is not None and not locked.origin.table:
            # the project's own lock for Python chose it, and chooses again
            version = locked.revision
        else:
            spacy = locked.origin.table.partition(" ")[2] if locked else ""
            version = choosing.for_spacy(self.listing(name), name, spacy).versions[0]
        own = ModelKey(key.hub, name)
        if locked is not None and locked.revision == version:
            files = tuple(RemoteFile(path=f.path, size=f.size, git="", sha256=f.sha256) for f in locked.files)
            return Description(key=own, revision=version, files=files)
        from ptmdeps.hubs.spacy.remote import files_of

        return Description(key=own, revision=version, files=files_of(self._stream(name, version), f"{name} {version}"))

    def read(self, described: Description, path: str) -> bytes:
        """Out of the wheel, of which no more than that is fetched."""
        from ptmdeps.hubs.spacy.remote import content_of

        if described.file(path) is None:
            raise no_file(described, path)
        name, version = described.key.name, described.revision
        return content_of(self._stream(name, version), f"{name} {version}", path)

    def open(self, described: Description, file: RemoteFile) -> BinaryIO:
        """The whole file: it is packed."""
        return io.BytesIO(self.read(described, file.path))

    def history(self, key: ModelKey, ref: str = "") -> Iterator[Revision]:
        """The versions that the list knows, down from one."""
        from ptmdeps.hubs.spacy import choosing

        name = choosing.package(key.name)
        versions = choosing.releases(self.listing(name), name)
        for version in versions[versions.index(ref) if ref in versions else 0 :]:
            yield Revision(commit=version, title=f"{name} {version}")

    def refs(self, key: ModelKey) -> tuple[Ref, ...]:
        """Versions."""
        from ptmdeps.hubs.spacy import choosing

        name = choosing.package(key.name)
        versions = choosing.releases(self.listing(name), name)
        return tuple(sorted(Ref(kind="tag", name=version, revision=version) for version in versions))

    def page(self, key: ModelKey) -> str:
        """``https://spacy.io/models/en#en_core_web_sm``."""
        from ptmdeps.hubs.spacy import choosing

        name = choosing.package(key.name)
        return f"https://spacy.io/models/{name.partition('_')[0]}#{name}"

    def fetch(self, model: LockedModel, file: LockedFile, progress: Progress) -> Arrived:
        """All files of the wheel at once."""
        from ptmdeps.hubs.spacy.pinning import brought

        arrived = self.fetch_unpacked(model, file, lambda: brought(self, model))
        progress(file.size)
        return arrived

    def expose(self, model: LockedModel) -> Exposure:
        """The package and its metadata, in the folder that is on the program's path of modules."""
        snapshot = store.snapshot_path(self.store(), model)
        links = tuple(
            Link(path=f"{ROOT}/{file.path}", folder=snapshot, file=file.path, sha256=file.sha256)
            for file in model.files
        )
        folders = sorted({f"{ROOT}/{file.path.partition('/')[0]}" for file in model.files})
        return Exposure(links=links, texts=(), folders=tuple(folders))

    def wheel_url(self, name: str, version: str) -> str:
        """Where the wheel of a version is, for this user."""
        return _wheel(os.environ.get(ENDPOINT, "").rstrip("/") or self.settings.endpoint or RELEASES, name, version)

    def published_at(self, name: str, version: str) -> str:
        """The same for everybody who has the project: what the user's own environment names is not in a lock."""
        return _wheel(self.settings.endpoint or RELEASES, name, version)

    def listing(self, name: str) -> bytes:
        """The list of compatible versions, for the sake of one package."""
        from ptmdeps.libraries.lists import MAXIMUM_BYTES

        return self.web.get(self._compatibility, f"{name} in the list of spacy-models", limit=MAXIMUM_BYTES).body

    def _stream(self, name: str, version: str) -> BinaryIO:
        url, subject = self.wheel_url(name, version), f"{name} {version}"
        head = self.web.head(url, subject)
        return self.web.open(url, subject, head.size or 0)

    @property
    def _compatibility(self) -> str:
        from ptmdeps.libraries.spacy_models import LIST

        return os.environ.get(COMPATIBILITY, "") or LIST


def _wheel(endpoint: str, name: str, version: str) -> str:
    release = f"{name}-{version}"
    return f"{endpoint}/{release}/{release}-py3-none-any.whl"
