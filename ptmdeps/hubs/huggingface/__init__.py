"""The Hugging Face Hub: models in Git repositories, loaded by transformers and many others."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, BinaryIO, ClassVar, Literal

from ptmdeps.errors import UnsafeContent
from ptmdeps.hubs.huggingface import layout
from ptmdeps.hubs.protocol import Arrived, Exposure, PinRequest, Progress
from ptmdeps.hubs.snapshots import store
from ptmdeps.hubs.snapshots.hub import SnapshotHub
from ptmdeps.identity import ModelKey
from ptmdeps.lockfile.model import Ancestor, LockedFile, LockedModel
from ptmdeps.manifest.hubs import AS_IT_IS, HubSettings
from ptmdeps.paths import safe_path

if TYPE_CHECKING:
    from ptmdeps.hubs.description import Description, Ref, RemoteFile, Revision
    from ptmdeps.hubs.huggingface.client import Client
    from ptmdeps.hubs.huggingface.failures import Patience

_SMALL_FILES_AT_ONCE = 16
_COMMITS_A_PAGE = 100


class HuggingFace(SnapshotHub):
    """See ``ptmdeps.hubs.protocol.Hub``. The official client is imported when the hub itself is first asked."""

    name = "huggingface"
    derived: ClassVar[bool] = False
    conflicting_variables: ClassVar[tuple[str, ...]] = layout.CONFLICTING

    def __init__(
        self,
        *,
        settings: HubSettings = AS_IT_IS,
        endpoint: str | None = None,
        cache: Path | None = None,
        patience: Patience | None = None,
        shared: Sequence[Path] | None = None,
    ) -> None:
        self._settings = settings
        self._shared = store.shared_stores() if shared is None else tuple(shared)
        self._endpoint = endpoint
        self._cache = cache
        self._patience = patience
        self._opened: Client | None = None
        self._opening = Lock()
        self._small_files = ThreadPoolExecutor(_SMALL_FILES_AT_ONCE, thread_name_prefix="small-files")

    def pin(self, request: PinRequest) -> LockedModel:
        """One commit, the files its loaders read, and what those files say."""
        from ptmdeps.hubs.huggingface.pinning import pin

        try:
            return pin(self._client, request, self._small_files)
        except UnsafeContent as error:
            # who read a file knew its path, and not whose it is
            if request.key.name in error.message:
                raise
            raise UnsafeContent(f"in `{request.key.name}`: {error.message}", hint=error.hint) from error

    def describe(self, key: ModelKey, ref: str = "", locked: LockedModel | None = None) -> Description:
        """One request; a ref that is no path is refused before."""
        del locked
        return self._client.describe(key.name, safe_path(ref) if ref else "")

    def ancestor(self, key: ModelKey, kind: Literal["model", "dataset"], ref: str = "") -> Ancestor | None:
        """Models and datasets, which have an interface of their own."""
        from ptmdeps.hubs.huggingface.origins import ancestor

        return ancestor(self._client, key, kind, ref)

    def read(self, described: Description, path: str) -> bytes:
        """From the store, or from the hub without storing it."""
        from ptmdeps.hubs.huggingface.contents import peek

        return peek(self._client, described, path)

    def open(self, described: Description, file: RemoteFile) -> BinaryIO:
        """Range reads."""
        return self._client.open(described.key.name, described.revision, file)

    def foresee(self, described: Description, files: Sequence[RemoteFile]) -> None:
        """Ask for the addresses of many files at once that are about to be opened."""
        self._client.foresee(described.key.name, files)

    def history(self, key: ModelKey, ref: str = "") -> Iterator[Revision]:
        """Pages of a hundred commits."""
        for page in itertools.count():
            revisions = self._client.history_page(key.name, ref, page=page, limit=_COMMITS_A_PAGE)
            yield from revisions
            if len(revisions) < _COMMITS_A_PAGE:
                return

    def refs(self, key: ModelKey) -> tuple[Ref, ...]:
        """Branches and tags."""
        return self._client.refs(key.name)

    def page(self, key: ModelKey) -> str:
        """``https://huggingface.co/org/name``."""
        return self._client.page(key.name)

    def store(self) -> Path:
        """The user's Hugging Face cache."""
        if self._cache is not None:
            return self._cache
        from huggingface_hub import constants

        return Path(constants.HF_HUB_CACHE)

    def shared_stores(self) -> Sequence[Path]:
        """Other Hugging Face caches."""
        return self._shared

    def fetch(self, model: LockedModel, file: LockedFile, progress: Progress) -> Arrived:
        """Large files so that a broken download goes on, the others through the official client."""
        return self._client.fetch(model, file, progress)

    def expose(self, model: LockedModel) -> Exposure:
        """As a repository of an ``HF_HUB_CACHE``."""
        return layout.expose(self.store(), model)

    def variables(self, environment: Path) -> Mapping[str, str]:
        """Read the environment, offline."""
        return layout.variables(environment)

    def requests(self) -> int:
        """Requests of the official client in this process."""
        return self._opened.requests if self._opened else 0

    @property
    def _client(self) -> Client:
        with self._opening:
            if self._opened is None:
                from ptmdeps.hubs.huggingface.client import Client
                from ptmdeps.hubs.huggingface.endpoint import Endpoint, endpoint_of

                asked = Endpoint(address=self._endpoint) if self._endpoint else endpoint_of(self._settings)
                self._opened = Client(
                    endpoint=asked.address, cache=self._cache, patience=self._patience, anonymous=asked.anonymous
                )
            return self._opened
