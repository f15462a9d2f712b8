"""Kaggle Models: ``owner/model/framework/variation``, each with versions 1, 2, 3, …, as ``kagglehub`` 1.0.3 has it.

A version never changes, says Kaggle, but its interface gives no digests: what is locked is what came the first time.
The revision is the number of the version.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from ptmdeps.hubs.description import Description, Ref, RemoteFile, Revision
from ptmdeps.hubs.kaggle import layout
from ptmdeps.hubs.kaggle.names import name_of, version_of
from ptmdeps.hubs.protocol import Arrived, Exposure, PinRequest, Progress
from ptmdeps.hubs.stored import StoredHub, no_file
from ptmdeps.identity import ModelKey
from ptmdeps.lockfile.model import LockedFile, LockedModel

if TYPE_CHECKING:
    from ptmdeps.hubs.kaggle.client import Client

MANY = 25
"""Files; where more are missing, the archive of the version is fetched. ``kagglehub`` does it so."""


class Kaggle(StoredHub):
    """See ``ptmdeps.hubs.protocol.Hub``."""

    name = "kaggle"

    def pin(self, request: PinRequest) -> LockedModel:
        """One version, and those of its files that are read."""
        from ptmdeps.hubs.kaggle.pinning import pin

        return pin(self, self.client, request)

    def describe(self, key: ModelKey, ref: str = "", locked: LockedModel | None = None) -> Description:
        """One request; another for the files, where that is not the locked version."""
        name = name_of(key.name)
        canonical = ModelKey(key.hub, str(name))
        identifier = ""
        if ref:
            version = version_of(name, ref)
        else:
            instance = self.client.instance(name)
            identifier, version = instance.identifier, instance.version
        if locked is not None and locked.revision == str(version):
            if ref:
                self.client.created(name, version)  # it may have been deleted
            files = tuple(RemoteFile(path=f.path, size=f.size, git=f.git, sha256=f.sha256) for f in locked.files)
            return Description(key=canonical, revision=str(version), identifier=identifier, files=files)
        return Description(
            key=canonical, revision=str(version), identifier=identifier, files=self._listed(canonical, version)
        )

    def read(self, described: Description, path: str) -> bytes:
        """From the store, if it was fetched before."""
        from ptmdeps.hubs import seen
        from ptmdeps.hubs.kaggle.fetching import access

        if (file := described.file(path)) is None:
            raise no_file(described, path)
        blob = seen.blob(self, described.key, file.sha256)
        if file.sha256 and blob.is_file():
            return blob.read_bytes()
        name = name_of(described.key.name)
        url = self.client.download(name, version_of(name, described.revision), path)
        with access(self.client, name):
            return self.web.get(url, f"{path} of {name}", self.client.endpoint.headers).body

    def open(self, described: Description, file: RemoteFile) -> BinaryIO:
        """Range reads, each led to the storage anew."""
        from ptmdeps.hubs import seen

        blob = seen.blob(self, described.key, file.sha256)
        if file.sha256 and blob.is_file():
            return blob.open("rb")
        name = name_of(described.key.name)
        url = self.client.download(name, version_of(name, described.revision), file.path)
        return self.web.open(url, f"{file.path} of {name}", file.size, self.client.endpoint.headers)

    def history(self, key: ModelKey, ref: str = "") -> Iterator[Revision]:
        """Versions; Kaggle tells the notes of the newest only."""
        name = name_of(key.name)
        last = version_of(name, ref) if ref else None
        versions = self.client.versions(name)
        for version in itertools.dropwhile(lambda one: last is not None and one > last, versions):
            title = self.client.notes(name, version) if version == versions[0] else ""
            yield Revision(commit=str(version), committed=self.client.created(name, version), title=title)

    def refs(self, key: ModelKey) -> tuple[Ref, ...]:
        """Each version, as a tag."""
        versions = map(str, self.client.versions(name_of(key.name)))
        return tuple(sorted(Ref(kind="tag", name=version, revision=version) for version in versions))

    def page(self, key: ModelKey) -> str:
        """``https://www.kaggle.com/models/owner/model/framework/variation``."""
        from ptmdeps.hubs.kaggle.refusals import page

        return page(name_of(key.name))

    def fetch(self, model: LockedModel, file: LockedFile, progress: Progress) -> Arrived:
        """One file, or the archive where many are missing."""
        from ptmdeps.hubs.kaggle.fetching import access

        name = name_of(model.key.name)
        version = version_of(name, model.revision)
        if self._many_missing(model, file):
            return self.fetch_unpacked(model, file, lambda: self._bring(model, progress))
        url = self.client.download(name, version, file.path)
        with access(self.client, name):
            return self.fetch_from(url, model, file, progress, self.client.endpoint.headers)

    def expose(self, model: LockedModel) -> Exposure:
        """As ``kagglehub`` names folders, and ``tensorflow_hub`` where an address was asked for."""
        return layout.expose(self.store(), model)

    def variables(self, environment: Path) -> Mapping[str, str]:
        """Where ``kagglehub`` looks first."""
        return {"KAGGLEHUB_CACHE": str(environment / layout.ROOT)}

    @cached_property
    def client(self) -> Client:
        """The server, asked with the user's credentials if it may have them."""
        from ptmdeps.hubs.kaggle.client import Client
        from ptmdeps.hubs.kaggle.endpoint import endpoint_of

        return Client(self.web, endpoint_of(self.settings))

    @contextmanager
    def _bring(self, model: LockedModel, progress: Progress) -> Iterator[Iterator[tuple[LockedFile, Path, str]]]:
        from ptmdeps.hubs.kaggle.fetching import arriving, draft

        name = name_of(model.key.name)
        version = version_of(name, model.revision)
        locked = {file.path: file for file in model.files}
        with self.alone(draft(model.key)), arriving(self, self.client, name, version, progress) as (folder, members):
            yield ((locked[one.path], folder / one.path, one.sha256) for one in members if one.path in locked)

    def _many_missing(self, model: LockedModel, file: LockedFile) -> bool:
        missing = (one for one in model.files if not self.blob(model, one).is_file())
        return not self.blob(model, file).is_file() and len(tuple(itertools.islice(missing, MANY + 1))) > MANY

    def _listed(self, key: ModelKey, version: int) -> tuple[RemoteFile, ...]:
        """The files of a version, with the digests of those that were fetched before."""
        from ptmdeps.hubs import seen

        before = seen.recall(self, key, str(version))
        known = {file.path: file.sha256 for file in before.files} if before else {}
        files = self.client.files(name_of(key.name), version)
        return tuple(RemoteFile(path=f.path, size=f.size, git="", sha256=known.get(f.path, "")) for f in files)


__all__ = ["Kaggle"]
