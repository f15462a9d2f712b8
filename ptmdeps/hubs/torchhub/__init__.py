"""PyTorch Hub: repositories on GitHub with a ``hubconf.py``, whose functions build models and download their weights.

``torch.hub.load("owner/name:ref", "entry")`` downloads the repository at ``ref`` and calls ``entry`` of its
``hubconf.py``. It is pinned to a commit; the weights that the entry point would download are runtime edges to ``url:``
models (``ptmdeps.hubconf`` finds them without executing anything).
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, ClassVar
from urllib.parse import urlsplit

from ptmdeps.hubs.description import Description, Ref, RemoteFile, Revision
from ptmdeps.hubs.protocol import Arrived, Exposure, PinRequest, Progress
from ptmdeps.hubs.stored import StoredHub, no_file
from ptmdeps.hubs.torchhub import layout
from ptmdeps.identity import ModelKey
from ptmdeps.lockfile.model import LockedFile, LockedModel

if TYPE_CHECKING:
    from ptmdeps.hubs.torchhub.git import Git

GITHUB = "https://github.com"


class TorchHub(StoredHub):
    """See ``ptmdeps.hubs.protocol.Hub``."""

    name = "torchhub"
    conflicting_variables: ClassVar[tuple[str, ...]] = ("TORCH_MODEL_ZOO",)

    def pin(self, request: PinRequest) -> LockedModel:
        """One commit, its files, and the weights that the entry points would download."""
        from ptmdeps.hubs.torchhub.pinning import pin

        return pin(self.git, request)

    def describe(self, key: ModelKey, ref: str = "", locked: LockedModel | None = None) -> Description:
        """What the ref leads to; the files are asked for only where that is not the locked commit."""
        from ptmdeps.hubs.torchhub.pinning import described, revision_of

        revision = revision_of(self.git, key.name, ref)
        if locked is not None and locked.revision == revision:
            files = tuple(RemoteFile(path=f.path, size=f.size, git=f.git, sha256=f.sha256) for f in locked.files)
            return Description(key=key, revision=revision, files=files)
        return described(self.git, key, revision)

    def read(self, described: Description, path: str) -> bytes:
        """Of the commit that was fetched."""
        self.git.fetch(described.key.name, described.revision)
        blobs = self.git.files(described.key.name, described.revision)
        for blob in blobs:
            if blob.path == path:
                return next(self.git.read(described.key.name, (blob,)))
        raise no_file(described, path)

    def open(self, described: Description, file: RemoteFile) -> BinaryIO:
        """The whole file: Git knows no part of one."""
        import io

        return io.BytesIO(self.read(described, file.path))

    def history(self, key: ModelKey, ref: str = "") -> Iterator[Revision]:
        """Commits."""
        from ptmdeps.hubs.torchhub.pinning import revision_of

        return self.git.history(key.name, revision_of(self.git, key.name, ref))

    def refs(self, key: ModelKey) -> tuple[Ref, ...]:
        """Branches and tags."""
        return self.git.refs(key.name)

    def page(self, key: ModelKey) -> str:
        """``https://github.com/owner/name``."""
        parts = urlsplit(self.git.endpoint)
        return parts._replace(netloc=parts.netloc.rpartition("@")[2], path=f"{parts.path}/{key.name}").geturl()

    def fetch(self, model: LockedModel, file: LockedFile, progress: Progress) -> Arrived:
        """All files of the commit at once."""
        from ptmdeps.hubs.torchhub.fetching import bring

        return self.fetch_whole(model, file, progress, lambda: bring(self.git, model))

    def expose(self, model: LockedModel) -> Exposure:
        """As ``torch.hub`` names the folders of repositories."""
        return layout.expose(self.store(), model)

    def variables(self, environment: Path) -> Mapping[str, str]:
        """Where ``torch.hub`` keeps repositories and weights."""
        return {"TORCH_HOME": str(environment / "torch")}

    def requests(self) -> int:
        """Runs of ``git`` that asked the server."""
        return self.git.sent

    @cached_property
    def git(self) -> Git:
        """The server: ``$PTMDEPS_GITHUB_ENDPOINT``, else what the manifest names, else GitHub."""
        from ptmdeps.hubs.torchhub.git import Git

        chosen = os.environ.get("PTMDEPS_GITHUB_ENDPOINT", "").rstrip("/")
        return Git(chosen or self.settings.endpoint or GITHUB, first_delay=self.patience.first_delay)
