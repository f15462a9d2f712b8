"""TensorFlow Hub: SavedModels at addresses, as ``tensorflow_hub`` 0.16.1 loads them (tfhub.dev, and any other host).

The protocol (https://www.tensorflow.org/hub/hosting) is one question, ``<handle>?tf-hub-format=compressed``, whose
answer is an archive. There are no digests: what is locked is what came the first time. The revision is the version at
the end of the handle, or at the end of the address at Kaggle to which it leads, or the SHA-256 of the archive.
"""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, ClassVar

from ptmdeps.errors import ModelNotFound, RevisionNotFound
from ptmdeps.hubs.description import Description, Facts, Ref, RemoteFile, Revision
from ptmdeps.hubs.protocol import Arrived, Exposure, PinRequest, Progress
from ptmdeps.hubs.snapshots import store
from ptmdeps.hubs.stored import StoredHub, no_file, not_apart
from ptmdeps.hubs.tfhub import addresses, layout
from ptmdeps.identity import ModelKey
from ptmdeps.lockfile.model import LockedFile, LockedModel
from ptmdeps.paths import printable

if TYPE_CHECKING:
    from ptmdeps.hubs.tfhub.archive import Fetched, State, Target

_MOST_VERSIONS = 100
"""That are asked for in a row; no model of TensorFlow Hub came to so many."""


class TfHub(StoredHub):
    """See ``ptmdeps.hubs.protocol.Hub``."""

    name = "tfhub"
    conflicting_variables: ClassVar[tuple[str, ...]] = ("TFHUB_MODEL_LOAD_FORMAT",)

    def pin(self, request: PinRequest) -> LockedModel:
        """One version, fetched as a whole."""
        from ptmdeps.hubs.tfhub.pinning import pin

        return pin(self, request)

    def describe(self, key: ModelKey, ref: str = "", locked: LockedModel | None = None) -> Description:
        """One request that fetches nothing; files are known of what is locked, or was fetched here before."""
        from ptmdeps.hubs.tfhub.archive import known, state_of, target_of
        from ptmdeps.hubs.url import instant

        handle = addresses.canonical(key.name)
        if ref and not addresses.is_version(ref):
            return self._of_store(key, handle, ref)
        target = target_of(self, handle, ref)
        try:
            state = state_of(self, handle, target)
        except ModelNotFound as error:
            if target.address == handle:
                raise
            raise RevisionNotFound(f"`{handle}` has no version {ref}", hint="It may have been taken away") from error
        if locked is not None and _is_same(locked, state):
            return Description(key=key, revision=locked.revision, files=_files(locked))
        if state.version and (before := known(self, ModelKey(key.hub, handle), state.version)):
            return Description(key=key, revision=state.version, files=_fetched_files(before))
        # only its archive would tell the files: those that were locked stand for them, with bytes that nobody knows
        files = tuple(RemoteFile(path=f.path, size=f.size, git="") for f in locked.files) if locked else ()
        facts = Facts(modified=instant(state.origin.modified))
        return Description(key=key, revision=state.version or _name_of(state), files=files, facts=facts)

    def read(self, described: Description, path: str) -> bytes:
        """Of what the store has: an archive is fetched as a whole, or not at all."""
        with self.open(described, _listed(described, path)) as stream:
            return stream.read()

    def open(self, described: Description, file: RemoteFile) -> BinaryIO:
        """Likewise."""
        listed = _listed(described, file.path)
        blob = self.store() / store.folder_name(addresses.canonical(described.key.name)) / "blobs" / listed.sha256
        if not listed.sha256 or not blob.is_file():
            raise not_apart(described.key)
        return blob.open("rb")

    def history(self, key: ModelKey, ref: str = "") -> Iterator[Revision]:
        """Versions, as far as numbers are known; of a handle with a version it is the only one.

        Nobody lists them: each is asked for, from the newest or from ``ref`` on.
        """
        from ptmdeps.hubs.tfhub.archive import Target, newest_known, state_of

        handle = addresses.canonical(key.name)
        own = addresses.version_of(handle)
        first = state_of(self, handle, Target(address=handle, version=own))
        if own or not first.version:
            before = None if own else newest_known(self, ModelKey(key.hub, handle), first)
            if revision := own or (before.revision if before and ref in {"", before.revision} else ""):
                yield _revision(revision, first)
            return
        last = int(ref) if addresses.is_version(ref) else 0 if ref else int(first.version)
        for version in map(str, range(last, max(0, last - _MOST_VERSIONS), -1)):
            address = addresses.with_version(first.origin.url or handle, version)
            with contextlib.suppress(ModelNotFound):  # some are taken away
                yield _revision(version, state_of(self, handle, Target(address=address, version=version)))

    def refs(self, key: ModelKey) -> tuple[Ref, ...]:
        """The newest version as a tag, for a handle with a version and as far as Kaggle's addresses tell it."""
        from ptmdeps.hubs.tfhub.archive import Target, state_of

        handle = addresses.canonical(key.name)
        own = addresses.version_of(handle)
        if not own:
            return ()
        mine = state_of(self, handle, Target(address=handle, version=own)).origin.url
        latest = addresses.without_version(handle)
        newest = state_of(self, latest, Target(address=latest, version="")).origin.url
        if not mine or addresses.kaggle_name(mine) != addresses.kaggle_name(newest):
            return ()
        before, after = (addresses.version_of(address) for address in (mine, newest))
        if int(after) <= int(before):
            return ()
        # Kaggle counts anew for some models: then its own name says which version is meant
        name = after if before == own else f"{addresses.kaggle_name(newest)}/{after}"
        return (Ref(kind="tag", name=name, revision=after),)

    def page(self, key: ModelKey) -> str:
        """The handle is an address that people can open, too."""
        return key.name

    def fetch(self, model: LockedModel, file: LockedFile, progress: Progress) -> Arrived:
        """All files of the archive at once."""
        return self.fetch_unpacked(model, file, lambda: self._bring(model, progress))

    def expose(self, model: LockedModel) -> Exposure:
        """As ``tensorflow_hub`` names folders, for whoever asks without a ref: a handle has no other way to ask."""
        handles = model.names if not model.ref or model.default else ()
        return layout.expose(self.store(), model, handles)

    def variables(self, environment: Path) -> Mapping[str, str]:
        """Where ``tensorflow_hub`` looks first."""
        return {"TFHUB_CACHE_DIR": str(environment / layout.ROOT)}

    @contextlib.contextmanager
    def _bring(self, model: LockedModel, progress: Progress) -> Iterator[Iterator[tuple[LockedFile, Path, str]]]:
        from ptmdeps.hubs.tfhub.archive import arriving, draft

        locked = {file.path: file for file in model.files}
        with (
            self.alone(draft(model.key)),
            arriving(self, model.key, _target_of(model), progress) as (_, folder, members),
        ):
            yield ((locked[one.path], folder / one.path, one.sha256) for one in members if one.path in locked)

    def _of_store(self, key: ModelKey, handle: str, revision: str) -> Description:
        """Bytes that were locked by their digest: no server can be asked for them, only the store."""
        from ptmdeps.hubs.tfhub.archive import known

        if (before := known(self, ModelKey(key.hub, handle), revision)) is None:
            raise RevisionNotFound(
                f"`{handle}` has no `{printable(revision[:12])}`", hint="Versions are numbers: 1, 2, 3, …"
            )
        return Description(key=key, revision=revision, files=_fetched_files(before))


def _revision(commit: str, state: State) -> Revision:
    from ptmdeps.hubs.url import instant

    return Revision(commit=commit, committed=instant(state.origin.modified))


def _target_of(model: LockedModel) -> Target:
    """Where the bytes of a locked model are: a handle without a version leads on, but not its address at Kaggle."""
    from ptmdeps.hubs.tfhub.archive import Target

    handle = model.key.name
    if addresses.version_of(handle) or not addresses.is_version(model.revision):
        return Target(address=handle, version=addresses.version_of(handle))
    return Target(address=addresses.with_version(model.origin.url or handle, model.revision), version=model.revision)


def _files(locked: LockedModel) -> tuple[RemoteFile, ...]:
    return tuple(RemoteFile(path=f.path, size=f.size, git=f.git, sha256=f.sha256) for f in locked.files)


def _fetched_files(fetched: Fetched) -> tuple[RemoteFile, ...]:
    return tuple(RemoteFile(path=f.path, size=f.size, git="", sha256=f.sha256) for f in fetched.files)


def _listed(described: Description, path: str) -> RemoteFile:
    if (file := described.file(path)) is None:
        raise no_file(described, path)
    return file


def _is_same(locked: LockedModel, state: State) -> bool:
    """Whether a server has what is locked: by its version, or by what it calls the bytes.

    A server that calls them nothing cannot be asked: then they are taken for the same.
    """
    if state.version or addresses.is_version(locked.revision):
        return state.version == locked.revision
    before, now = locked.origin, state.origin
    if before.etag and now.etag:
        return before.etag == now.etag
    return before.modified == now.modified


def _name_of(state: State) -> str:
    origin = state.origin
    return f"state-{hashlib.sha256(f'{origin.etag} {origin.modified} {state.size}'.encode()).hexdigest()}"


__all__ = ["TfHub"]
