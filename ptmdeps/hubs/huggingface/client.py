"""The calls to the hub, through the official client, with patience and in our words."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from threading import Lock
from typing import Any, BinaryIO, TypeVar
from urllib.parse import quote

import huggingface_hub
from huggingface_hub import (
    HfFileMetadata,
    constants,
    get_hf_file_metadata,
    hf_hub_download,
    hf_hub_url,
)
from huggingface_hub.errors import HfHubHTTPError, HFValidationError
from huggingface_hub.utils import build_hf_headers, hf_raise_for_status

from ptmdeps import __version__
from ptmdeps.errors import HubUnreachable, PtmdepsError
from ptmdeps.hubs.description import Description, Ref, RemoteFile, Revision
from ptmdeps.hubs.huggingface import answers
from ptmdeps.hubs.huggingface.answers import description, refs, revisions
from ptmdeps.hubs.huggingface.failures import Patience, TransportError, translate
from ptmdeps.hubs.huggingface.layout import DEFAULT_REF
from ptmdeps.hubs.huggingface.progress import reporting_to
from ptmdeps.hubs.huggingface.session import watch
from ptmdeps.hubs.huggingface.transfer import (
    WORTH_RESUMING,
    Places,
    Source,
    complete,
    source,
    transfer,
    transferable,
)
from ptmdeps.hubs.protocol import Arrived, Progress
from ptmdeps.hubs.ranges import RangeReader
from ptmdeps.hubs.snapshots.store import adopt, blobs, mark_fetched, remove_partial_downloads
from ptmdeps.inspect.card import ModelCard
from ptmdeps.lockfile.model import LockedFile, LockedModel

T = TypeVar("T")
_RANGE_BLOCK = 64 * 1024
_CREDENTIALS = re.compile(r"//[^/@]*@")
_NONSENSE = (LookupError, TypeError, AttributeError, ValueError)
"""What the client raises where an answer has another shape than the hub's."""
_PARTIAL, _FIRST_ERROR = 206, 400
_ADDRESSES_AT_ONCE = 100


class Client:
    """One hub endpoint and one store; safe to share between threads."""

    def __init__(
        self,
        *,
        endpoint: str | None = None,
        cache: Path | None = None,
        patience: Patience | None = None,
        anonymous: bool = False,
    ) -> None:
        # `None` means the user's token, `False` none at all
        self._token = False if anonymous else None
        self.endpoint = endpoint or constants.ENDPOINT
        self.cache = cache or Path(constants.HF_HUB_CACHE)
        self._patience = patience or Patience()
        self._counting = Lock()
        self._sent = 0
        self._tidied: set[str] = set()
        self._addresses: dict[tuple[str, str], str] = {}
        watch(self._count)

    @property
    def requests(self) -> int:
        """Requests sent so far."""
        return self._sent

    def describe(self, name: str, ref: str) -> Description:
        """The model at ``ref`` (empty: the default branch): one request that answers everything at one commit.

        Raises:
            HubError: see ``ptmdeps.errors``.
        """
        from huggingface_hub import HfApi  # which who only fetches does not need: it takes long to import

        subject = f"{name}@{ref}" if ref else name
        api = HfApi(endpoint=self.endpoint, token=self._token, library_name="ptmdeps", library_version=__version__)

        def get() -> Description:
            return description(
                api.model_info(
                    name,
                    revision=ref or None,
                    files_metadata=True,
                    securityStatus=True,
                    timeout=constants.HF_HUB_DOWNLOAD_TIMEOUT,
                )
            )

        return self._patient(get, subject)

    def about(self, name: str, ref: str, *, dataset: bool) -> tuple[Description, ModelCard | None]:
        """A model or dataset that nothing is fetched of, and what the hub tells of its card, in one request.

        Raises:
            HubError: see ``ptmdeps.errors``.
        """
        from huggingface_hub import HfApi

        api = HfApi(endpoint=self.endpoint, token=self._token, library_name="ptmdeps", library_version=__version__)
        ask, read = (api.dataset_info, answers.dataset) if dataset else (api.model_info, description)

        def get() -> tuple[Description, ModelCard | None]:
            info = ask(name, revision=ref or None, files_metadata=True, timeout=constants.HF_HUB_DOWNLOAD_TIMEOUT)
            return read(info), answers.card(info)

        return self._patient(get, f"{name}@{ref}" if ref else name)

    def history_page(self, name: str, ref: str, *, page: int, limit: int) -> tuple[Revision, ...]:
        """One page of the commits that lead to ``ref``, newest first; empty after the last.

        The client's own call for this walks through the whole history, fifty commits a request.
        """

        def get() -> tuple[Revision, ...]:
            asked = quote(ref or DEFAULT_REF, safe="")
            return revisions(self._json(f"{name}/commits/{asked}", {"p": page, "limit": limit}))

        return self._patient(get, f"{name}@{ref[:12]}" if ref else name)

    def committed(self, name: str, commit: str) -> str:
        """When the commit was made: ``2024-02-19T10:57:45Z``; empty where the hub gives no date."""
        return next((found.committed for found in self.history_page(name, commit, page=0, limit=1)), "")

    def refs(self, name: str) -> tuple[Ref, ...]:
        """Branches and tags of the model, sorted."""

        def get() -> tuple[Ref, ...]:
            return refs(self._json(f"{name}/refs", {}))

        return self._patient(get, name)

    def _json(self, path: str, query: Mapping[str, int]) -> Any:  # noqa: ANN401 - whatever the hub answers
        answer = huggingface_hub.get_session().get(
            f"{self.endpoint}/api/models/{path}",
            params=query,
            headers=self._headers(),
            timeout=constants.HF_HUB_DOWNLOAD_TIMEOUT,
        )
        hf_raise_for_status(answer)
        return answer.json()

    def fetch(self, model: LockedModel, file: LockedFile, progress: Progress) -> Arrived:
        """Bring a locked file into the store: from another revision, else resumably if it is large.

        Raises:
            HubError: see ``ptmdeps.errors``.
            StoreError: the store is read-only or full.
        """
        places, subject, at_once = Places.of(self.cache, model, file), _subject(model), Patience(attempts=1)
        self._prepare(model.key.name, model.revision)
        if self._adopted(model, file):
            return Arrived(path=places.pointer)
        if file.size >= WORTH_RESUMING:
            metadata = self._patient(lambda: self._metadata(model, file), subject)
            if transferable(metadata, file, self.cache):
                known = [metadata]

                def locate() -> Source:
                    # an address is signed for some minutes: each connection but the first asks for a new one
                    found = known.pop() if known else self._metadata(model, file)
                    return source(found, self.endpoint, self._headers())

                return self._patient(lambda: transfer(places, file, locate, progress, self._patience), subject, at_once)
        return Arrived(path=self.download(model.key.name, model.revision, file.path, progress))

    def _adopted(self, model: LockedModel, file: LockedFile) -> bool:
        """Whether another revision had brought the file, which whoever asked for it hashes."""
        for blob in blobs(self.cache, model, file):
            if complete(blob, file):
                adopt(self.cache, model, file, blob)
                return True
        return False

    def _prepare(self, name: str, commit: str) -> None:
        """Before the first file of a model comes: away with what was left, and note who brings it."""
        if name not in self._tidied:
            self._tidied.add(name)
            remove_partial_downloads(self.cache, name)
        mark_fetched(self.cache, name, commit)

    def _metadata(self, model: LockedModel, file: LockedFile) -> HfFileMetadata:
        return get_hf_file_metadata(
            hf_hub_url(model.key.name, file.path, revision=model.revision, endpoint=self.endpoint),
            token=self._token,
            headers=self._headers(),
            timeout=constants.HF_HUB_ETAG_TIMEOUT,
            endpoint=self.endpoint,
        )

    def download(self, name: str, commit: str, path: str, progress: Progress | None = None) -> Path:
        """Bring a file into the store, unless it is there; its bytes are not verified.

        Raises:
            HubError: see ``ptmdeps.errors``.
            StoreError: the store is read-only or full.
        """
        self._prepare(name, commit)
        stored = Path(
            self._patient(
                lambda: hf_hub_download(
                    name,
                    path,
                    revision=commit,
                    cache_dir=self.cache,
                    endpoint=self.endpoint,
                    token=self._token,
                    library_name="ptmdeps",
                    library_version=__version__,
                    tqdm_class=reporting_to(progress),
                ),
                f"{name}@{commit[:12]}",
                # the client retries most failures of these itself, but no broken connections and no bodies cut short
                Patience(attempts=3, first_delay=self._patience.first_delay),
            )
        )
        if commit not in stored.parts:
            raise HubUnreachable(f"asked for `{name}@{commit[:12]}`, the hub answered with another commit")
        return stored

    def open(self, name: str, commit: str, file: RemoteFile, *, dataset: bool = False) -> BinaryIO:
        """A seekable stream of a file of which only the parts that are read get fetched."""
        kind = "dataset" if dataset else "model"
        url = hf_hub_url(name, file.path, repo_type=kind, revision=commit, endpoint=self.endpoint)

        def fetch(start: int, end: int) -> bytes:
            if address := self._addresses.get((name, file.sha256)):
                try:
                    return _read_range(address, self._headers(anonymous=True), start, end)
                except (HfHubHTTPError, TransportError, OSError):
                    # signed for some minutes, or for others: the hub leads to a new one
                    self._addresses.pop((name, file.sha256), None)
            return self._patient(lambda: _read_range(url, self._headers(), start, end), f"{name}@{commit[:12]}")

        return io.BufferedReader(RangeReader(file.size, fetch), _RANGE_BLOCK)

    def foresee(self, name: str, files: Sequence[RemoteFile]) -> None:
        """Ask where large files of a model are, a hundred at once, so that ``open`` need not ask for each.

        This is what Git asks before it fetches (https://github.com/git-lfs/git-lfs/blob/main/docs/api/batch.md). A hub
        that does not answer it is no worse off: each file has an address of its own at the hub.
        """
        digests = {file.sha256: file.size for file in files if file.sha256}
        wanted = [(digest, size) for digest, size in digests.items() if (name, digest) not in self._addresses]
        for first in range(0, len(wanted), _ADDRESSES_AT_ONCE):
            asked = dict(wanted[first : first + _ADDRESSES_AT_ONCE])
            try:
                found = self._patient(partial(self._located, name, asked), name, Patience(attempts=1))
            except PtmdepsError:
                return
            self._addresses |= {(name, digest): address for digest, address in found.items()}

    def _located(self, name: str, objects: Mapping[str, int]) -> dict[str, str]:
        """Digest → address, of those of which the hub says one that needs nothing else."""
        lfs = "application/vnd.git-lfs+json"
        answer = huggingface_hub.get_session().post(
            f"{self.endpoint}/{name}.git/info/lfs/objects/batch",
            json={
                "operation": "download",
                "transfers": ["basic"],
                "objects": [{"oid": digest, "size": size} for digest, size in objects.items()],
                "hash_algo": "sha256",
            },
            headers={**self._headers(), "Accept": lfs, "Content-Type": lfs},
            timeout=constants.HF_HUB_DOWNLOAD_TIMEOUT,
        )
        hf_raise_for_status(answer)
        found: dict[str, str] = {}
        for one in answer.json()["objects"]:
            match one:
                case {"oid": str(digest), "actions": {"download": {"href": str(address), **rest}}}:
                    # an address that needs a header of its own is as much work as the file's own
                    if digest in objects and not rest.get("header") and address.startswith(("https://", "http://")):
                        found[digest] = address
        return found

    def page(self, name: str) -> str:
        """The model's page for people; a mirror's address may hold a password, which is not for screens."""
        return f"{_CREDENTIALS.sub('//', self.endpoint)}/{name}"

    def _patient(self, function: Callable[[], T], subject: str, patience: Patience | None = None) -> T:
        try:
            return (patience or self._patience).call(function)
        except (HfHubHTTPError, TransportError, HFValidationError, OSError, RuntimeError, *_NONSENSE) as error:
            raise translate(error, subject, page=self.page(subject.partition("@")[0])) from error

    def _headers(self, *, anonymous: bool = False) -> dict[str, str]:
        return build_hf_headers(
            token=False if anonymous else self._token, library_name="ptmdeps", library_version=__version__
        )

    def _count(self) -> None:
        with self._counting:
            self._sent += 1


def _subject(model: LockedModel) -> str:
    return f"{model.key.name}@{model.revision[:12]}"


def _read_range(url: str, headers: dict[str, str], start: int, end: int) -> bytes:
    """Bytes ``start`` to ``end`` (exclusive) of a file; of a server without ranges, no more than up to ``end``."""
    content = bytearray()
    asked = {**headers, "Range": f"bytes={start}-{end - 1}", "Accept-Encoding": "identity"}
    timeout = constants.HF_HUB_DOWNLOAD_TIMEOUT
    session = huggingface_hub.get_session()
    with session.stream("GET", url, headers=asked, follow_redirects=True, timeout=timeout) as answer:
        if answer.status_code >= _FIRST_ERROR:
            answer.read()
            hf_raise_for_status(answer)
        skip = 0 if answer.status_code == _PARTIAL else start
        for chunk in answer.iter_bytes():
            content += chunk[skip:]
            skip = max(0, skip - len(chunk))
            if len(content) >= end - start:
                break
    return bytes(content[: end - start])
