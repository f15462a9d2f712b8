"""The calls to the hub, through the official client, with patience and in our words."""

from __future__ import annotations

import io
import itertools
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, TypeVar

import huggingface_hub
from huggingface_hub import HfApi, constants, hf_hub_download, hf_hub_url
from huggingface_hub.errors import HfHubHTTPError, HFValidationError
from huggingface_hub.utils import build_hf_headers, hf_raise_for_status

from ptmdeps import __version__
from ptmdeps.errors import HubUnreachable, UnsafeContent
from ptmdeps.hubs.huggingface.failures import Patience, TransportError, translate
from ptmdeps.hubs.huggingface.progress import reporting_to
from ptmdeps.hubs.protocol import Progress
from ptmdeps.paths import printable

T = TypeVar("T")
_RANGE_BLOCK = 64 * 1024
_PARTIAL, _FIRST_ERROR = 206, 400
_ENTITY_TAG = re.compile(r'(W/)?"?[^/\\\x00-\x1f"]*"?')


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoteFile:
    """A file as the hub lists it: its digests are claims until we have hashed the bytes.

    ``git`` is the Git blob identity (of the pointer for LFS files), ``sha256`` is known for LFS files only.
    """

    path: str
    size: int
    git: str
    sha256: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoteModel:
    """A repository at one commit, as the hub describes it."""

    name: str
    commit: str
    identifier: str
    gated: str
    files: tuple[RemoteFile, ...]


class Client:
    """One hub endpoint and one store; safe to share between threads."""

    def __init__(
        self, *, endpoint: str | None = None, cache: Path | None = None, patience: Patience | None = None
    ) -> None:
        self.endpoint = endpoint or constants.ENDPOINT
        self.cache = cache or Path(constants.HF_HUB_CACHE)
        self._patience = patience or Patience()
        self._api = HfApi(endpoint=endpoint, library_name="ptmdeps", library_version=__version__)
        self._counter = itertools.count()
        self._sent = 0
        self._watch_session()

    @property
    def requests(self) -> int:
        """Requests sent so far."""
        return self._sent

    def describe(self, name: str, ref: str) -> RemoteModel:
        """The model at ``ref`` (empty: the default branch): one request that answers everything at one commit.

        Raises:
            HubError: see ``ptmdeps.errors``.
        """
        subject = f"{name}@{ref}" if ref else name
        info = self._patient(lambda: self._api.model_info(name, revision=ref or None, files_metadata=True), subject)
        if not info.sha:
            raise HubUnreachable(
                f"the hub names no commit for `{subject}`", hint="Is `HF_ENDPOINT` a Hugging Face Hub?"
            )
        return RemoteModel(
            name=info.id,
            commit=info.sha,
            identifier=str(info.__dict__.get("_id") or ""),
            gated=info.gated if isinstance(info.gated, str) else "",
            files=tuple(sorted((_remote_file(sibling) for sibling in info.siblings or ()), key=lambda file: file.path)),
        )

    def committed(self, name: str, commit: str) -> str:
        """When the commit was made: ``2024-02-19T10:57:45Z``; empty where the hub gives no date."""
        history = self._patient(lambda: self._api.list_repo_commits(name, revision=commit), f"{name}@{commit}")
        return history[0].created_at.strftime("%Y-%m-%dT%H:%M:%SZ") if history else ""

    def download(self, name: str, commit: str, path: str, progress: Progress | None = None) -> Path:
        """Bring a file into the store, unless it is there; its bytes are not verified.

        Raises:
            HubError: see ``ptmdeps.errors``.
            StoreError: the store is read-only or full.
        """
        stored = Path(
            self._patient(
                lambda: hf_hub_download(
                    name,
                    path,
                    revision=commit,
                    cache_dir=self.cache,
                    endpoint=self.endpoint,
                    library_name="ptmdeps",
                    library_version=__version__,
                    tqdm_class=reporting_to(progress),
                ),
                f"{name}@{commit}",
                # the client has its own retries for these; a second try is for bodies that were cut short
                Patience(attempts=2, first_delay=self._patience.first_delay),
            )
        )
        if commit not in stored.parts:
            raise HubUnreachable(f"asked for `{name}@{commit[:12]}`, the hub answered with another commit")
        return stored

    def open(self, name: str, commit: str, file: RemoteFile) -> BinaryIO:
        """A seekable stream of a file of which only the parts that are read get fetched."""
        url = hf_hub_url(name, file.path, revision=commit, endpoint=self.endpoint)
        headers = build_hf_headers(library_name="ptmdeps", library_version=__version__)

        def fetch(start: int, end: int) -> bytes:
            return self._patient(lambda: _read_range(url, headers, start, end), f"{name}@{commit}")

        return io.BufferedReader(_RangeReader(file.size, fetch), _RANGE_BLOCK)

    def page(self, name: str) -> str:
        """The model's page for people."""
        return f"{self.endpoint}/{name}"

    def _patient(self, function: Callable[[], T], subject: str, patience: Patience | None = None) -> T:
        try:
            return (patience or self._patience).call(function)
        except (HfHubHTTPError, TransportError, HFValidationError, OSError, ValueError) as error:
            raise translate(error, subject, page=self.page(subject.partition("@")[0])) from error

    def _watch_session(self) -> None:
        """Count every request of the client's shared session, and look at every answer."""

        def count(_: object) -> None:
            self._sent = next(self._counter) + 1

        session = huggingface_hub.get_session()
        hooks = {name: list(session.event_hooks.get(name, ())) for name in ("request", "response")}
        session.event_hooks = {"request": [*hooks["request"], count], "response": [*hooks["response"], _refuse_paths]}


def _refuse_paths(answer: Any) -> None:  # noqa: ANN401 - httpx or httpx2
    """Refuse an answer whose entity tag is a path: the client makes a file name of it without a look."""
    tag = str(answer.headers.get("x-linked-etag") or answer.headers.get("etag") or "")
    if answer.request.method == "HEAD" and not _ENTITY_TAG.fullmatch(tag):
        raise UnsafeContent(f"the hub sent the entity tag `{printable(tag)}`, which leads out of the cache")


def _read_range(url: str, headers: dict[str, str], start: int, end: int) -> bytes:
    """Bytes ``start`` to ``end`` (exclusive) of a file; of a server without ranges, no more than up to ``end``."""
    content = bytearray()
    asked = {**headers, "Range": f"bytes={start}-{end - 1}", "Accept-Encoding": "identity"}
    with huggingface_hub.get_session().stream("GET", url, headers=asked, follow_redirects=True) as answer:
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


def _remote_file(sibling: Any) -> RemoteFile:  # noqa: ANN401 - the client's class changed its name between versions
    lfs = sibling.lfs
    return RemoteFile(
        path=str(sibling.rfilename),
        size=int((lfs.size if lfs else sibling.size) or 0),
        git=str(sibling.blob_id or ""),
        sha256=str(lfs.sha256) if lfs else "",
    )


class _RangeReader(io.RawIOBase):
    """A remote file as a seekable stream."""

    def __init__(self, size: int, fetch: Callable[[int, int], bytes]) -> None:
        super().__init__()
        self._size = size
        self._fetch = fetch
        self._position = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        origin = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._size}[whence]
        self._position = max(0, origin + offset)
        return self._position

    def tell(self) -> int:
        return self._position

    def readinto(self, buffer: Any) -> int:  # noqa: ANN401 - any writable buffer
        end = min(self._position + len(buffer), self._size)
        if end <= self._position:
            return 0
        content = self._fetch(self._position, end)
        buffer[: len(content)] = content
        self._position += len(content)
        return len(content)
