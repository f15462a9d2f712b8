"""ModelScope (https://modelscope.cn): repositories like those of the Hugging Face Hub, read by ``modelscope``.

Its client keeps a model under the text by which it was asked for: ``models/<owner>--<name>/snapshots/<revision>``. It
asks the hub what there is before it looks there, and has no setting that keeps it from that; the hook of an environment
answers in its place (``ptmdeps_hook/modelscope.py``).
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Literal

from ptmdeps.errors import HubUnreachable
from ptmdeps.hubs.description import Description, Facts, Ref, RemoteFile
from ptmdeps.hubs.protocol import Arrived, Exposure, Link, PinRequest, Progress
from ptmdeps.hubs.snapshots import store
from ptmdeps.hubs.stored import StoredHub, no_file
from ptmdeps.identity import ModelKey
from ptmdeps.lockfile.model import Ancestor, LockedFile, LockedModel

if TYPE_CHECKING:
    from ptmdeps.hubs.modelscope.client import Client

ROOT = "modelscope"
"""Folder of an environment that is a cache of the client."""


class ModelScope(StoredHub):
    """See ``ptmdeps.hubs.protocol.Hub``."""

    name = "modelscope"

    def pin(self, request: PinRequest) -> LockedModel:
        """One revision, and the files that its readings take."""
        from ptmdeps.hubs.modelscope.pinning import pin

        return pin(self, request)

    def ancestor(self, key: ModelKey, kind: Literal["model", "dataset"], ref: str = "") -> Ancestor | None:
        """Models only: its datasets tell no digests of their files."""
        from ptmdeps.hubs.modelscope.pinning import ancestor

        return ancestor(self, key, ref) if kind == "model" else None

    def describe(self, key: ModelKey, ref: str = "", locked: LockedModel | None = None) -> Description:
        """What the ref leads to now."""
        from ptmdeps.hubs.modelscope.client import DIGEST
        from ptmdeps.hubs.modelscope.pinning import DEFAULT

        del locked
        asked = self._described.get((key.name, ref), ref) or DEFAULT
        if DIGEST.fullmatch(asked):
            raise HubUnreachable(
                f"ModelScope tells no commit by which to ask for `{key.name}` as it was at {asked[:12]}",
                hint="Look into the store for what was locked",
            )
        listing = self.client.listing(key.name, asked)
        self._described[key.name, listing.revision] = asked
        facts = Facts(author=key.name.partition("/")[0], modified=listing.committed)
        return Description(key=key, revision=listing.revision, files=listing.files, facts=facts)

    def read(self, described: Description, path: str) -> bytes:
        """Compared with what was listed."""
        file = described.file(path)
        if file is None:
            raise no_file(described, path)
        return self.client.read(described.key.name, self._where(described), file)

    def open(self, described: Description, file: RemoteFile) -> BinaryIO:
        """Range reads."""
        if described.file(file.path) is None:
            return io.BytesIO(self.read(described, file.path))
        return self.client.open(described.key.name, self._where(described), file)

    def refs(self, key: ModelKey) -> tuple[Ref, ...]:
        """Branches and tags, each with the revision that it leads to."""
        return tuple(
            sorted(
                Ref(kind=one.kind, name=one.name, revision=self.client.listing(key.name, one.name).revision)
                for one in self.client.named(key.name)
            )
        )

    def page(self, key: ModelKey) -> str:
        """``https://modelscope.cn/models/owner/name``."""
        return self.client.page(key.name)

    def fetch(self, model: LockedModel, file: LockedFile, progress: Progress) -> Arrived:
        """File by file."""
        from ptmdeps.hubs.modelscope.pinning import where

        url = self.client.url(model.key.name, where(model), file.path)
        return self.fetch_from(url, model, file, progress, headers=self.client.headers)

    def expose(self, model: LockedModel) -> Exposure:
        """As the client of 1.38 and later keeps it, under every name and ref by which it is asked for."""
        from ptmdeps.hubs.modelscope.pinning import DEFAULT

        snapshot = store.snapshot_path(self.store(), model)
        refs = {model.ref or DEFAULT} | ({DEFAULT} if model.default else set())
        folders = sorted(f"{ROOT}/models/{name.replace('/', '--')}" for name in model.names)
        links = tuple(
            Link(path=f"{folder}/snapshots/{ref}/{file.path}", folder=snapshot, file=file.path, sha256=file.sha256)
            for folder in folders
            for ref in sorted(refs)
            for file in model.files
        )
        return Exposure(links=links, texts=(), folders=tuple(folders))

    def variables(self, environment: Path) -> Mapping[str, str]:
        """Where the client looks."""
        return {"MODELSCOPE_CACHE": str(environment / ROOT)}

    @cached_property
    def _described(self) -> dict[tuple[str, str], str]:
        """By which ref a revision was described whose commit is not known."""
        return {}

    @cached_property
    def client(self) -> Client:
        """The server that the user's environment names, else the manifest, else ModelScope."""
        from ptmdeps.hubs.modelscope.client import Client
        from ptmdeps.hubs.modelscope.endpoint import endpoint_of

        return Client(self.web, endpoint_of(self.settings))

    def _where(self, described: Description) -> str:
        """What to ask for to get at the files of a description."""
        from ptmdeps.hubs.modelscope.client import COMMIT
        from ptmdeps.hubs.modelscope.pinning import DEFAULT

        if COMMIT.fullmatch(described.revision):
            return described.revision
        return self._described.get((described.key.name, described.revision), DEFAULT)
