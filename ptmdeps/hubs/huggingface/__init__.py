"""The Hugging Face Hub: models in Git repositories, loaded by transformers and many others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, ClassVar

from ptmdeps.errors import UnsafeContent
from ptmdeps.hubs.huggingface import layout, store
from ptmdeps.hubs.protocol import Exposure, PinRequest, Progress
from ptmdeps.lockfile.model import LockedFile, LockedModel

if TYPE_CHECKING:
    from ptmdeps.hubs.huggingface.client import Client
    from ptmdeps.hubs.huggingface.failures import Patience

_SMALL_FILES_AT_ONCE = 16


class HuggingFace:
    """See ``ptmdeps.hubs.protocol.Hub``. The official client is imported when the hub itself is first asked."""

    name: ClassVar[str] = "huggingface"
    conflicting_variables: ClassVar[tuple[str, ...]] = layout.CONFLICTING

    def __init__(
        self, *, endpoint: str | None = None, cache: Path | None = None, patience: Patience | None = None
    ) -> None:
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

    def store(self) -> Path:
        """The user's Hugging Face cache."""
        if self._cache is not None:
            return self._cache
        from huggingface_hub import constants

        return Path(constants.HF_HUB_CACHE)

    def stored_path(self, model: LockedModel, file: LockedFile) -> Path:
        """The file in its snapshot."""
        return store.stored_path(self.store(), model, file)

    def fetch(self, model: LockedModel, file: LockedFile, progress: Progress) -> Path:
        """Download through the official client."""
        return self._client.download(model.key.name, model.revision, file.path, progress)

    def arriving(self, model: LockedModel, file: LockedFile) -> Path | None:
        """The client's unfinished blob."""
        return store.arriving(self.store(), model, file)

    def discard(self, model: LockedModel, file: LockedFile) -> None:
        """Remove the snapshot's entry and its blob."""
        store.discard(self.stored_path(model, file), self.store())

    def protect(self, models: Sequence[LockedModel], owner: str) -> None:
        """Keep ``hf cache prune`` off the pinned snapshots."""
        store.protect(self.store(), models, owner)

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

                self._opened = Client(endpoint=self._endpoint, cache=self._cache, patience=self._patience)
            return self._opened
