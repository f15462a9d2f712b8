"""The hub when it is busy, down, slow or without manners, through the official client."""

from __future__ import annotations

import contextlib
import errno
import io
import logging
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from huggingface_hub import constants
from huggingface_hub.errors import (
    EntryNotFoundError,
    FileMetadataError,
    LocalEntryNotFoundError,
    OfflineModeIsEnabled,
)

from embedded_hub import EmbeddedHub, LfsFile, models
from embedded_hub.faults import Fails, Reset, SetHeaders, Stall, Truncate, rate_limited, server_error, unavailable
from ptmdeps.errors import (
    AccessDenied,
    FileNotInModel,
    HubUnreachable,
    PtmdepsError,
    RateLimited,
    StoreError,
    UnsafeContent,
)
from ptmdeps.hubs.description import RemoteFile
from ptmdeps.hubs.huggingface import HuggingFace
from ptmdeps.hubs.huggingface.client import Client
from ptmdeps.hubs.huggingface.failures import Patience, TransportError, translate
from ptmdeps.hubs.protocol import PinRequest, Reading
from tests.worlds import HURRY, hugging_face, key, paths, pin

NAME = "acme/sentiment"
FILES = models.bert_classifier()
PICKLED = models.bert_classifier(storage="pickle", weight_bytes=400_000)
REQUEST = PinRequest(key=key(NAME), readings=(Reading(reads="transformers"),))
PAGE = "https://hub.example/acme/sentiment"


@pytest.fixture
def face(hub: EmbeddedHub, tmp_path: Path) -> HuggingFace:
    hub.repositories.create(NAME, FILES)
    return hugging_face(hub, tmp_path / "store")


@pytest.fixture
def client(hub: EmbeddedHub, tmp_path: Path) -> Client:
    return Client(endpoint=hub.endpoint, cache=tmp_path / "store", patience=HURRY)


@pytest.mark.parametrize("where", [r"/api/models/[^/]*/[^/]*\?", "/commits/", "/resolve/"])
@pytest.mark.parametrize("fault", [unavailable(), server_error(), Reset()], ids=["503", "500", "reset"])
def test_a_burst_of_failures_is_waited_out(
    hub: EmbeddedHub, face: HuggingFace, fault: Fails | Reset, where: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # the client's own retries of downloads begin at a second
    monkeypatch.setattr(time, "sleep", lambda _: None)
    rule = hub.faults.add(fault, path=where, times=2)

    assert "model.safetensors" in paths(pin(face, NAME))
    assert rule.hits == 2


@pytest.mark.parametrize("fault", [unavailable(), server_error(), Reset()], ids=["503", "500", "reset"])
def test_failures_without_end_are_an_error(hub: EmbeddedHub, face: HuggingFace, fault: Fails | Reset) -> None:
    rule = hub.faults.add(fault, path="/api/models/")

    with pytest.raises(HubUnreachable, match="`acme/sentiment`") as caught:
        pin(face, NAME)

    assert rule.hits == HURRY.attempts
    assert caught.value.hint


@pytest.mark.parametrize("retry_after", [True, False])
def test_the_hub_says_how_long_to_wait(
    hub: EmbeddedHub, face: HuggingFace, monkeypatch: pytest.MonkeyPatch, *, retry_after: bool
) -> None:
    waits: list[float] = []
    monkeypatch.setattr(time, "sleep", waits.append)
    hub.faults.add(rate_limited(seconds=1, retry_after=retry_after), path="/api/models/", times=2)

    pin(face, NAME)

    assert waits == [1.1, 1.1]


def test_a_hub_without_a_time_is_asked_again_after_our_own(
    hub: EmbeddedHub, face: HuggingFace, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits: list[float] = []
    monkeypatch.setattr(time, "sleep", waits.append)
    hub.faults.add(Fails(status=429, headers={"Retry-After": "soon", "RateLimit": "none"}), path="/api/", times=2)

    pin(face, NAME)

    assert 0.01 <= waits[0] <= 0.0125
    assert 0.02 <= waits[1] <= 0.025


def test_waiting_has_a_bound(hub: EmbeddedHub, face: HuggingFace, monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[float] = []
    monkeypatch.setattr(time, "sleep", waits.append)
    hub.faults.add(rate_limited(seconds=86_400), path="/api/models/")

    with pytest.raises(RateLimited, match="429") as caught:
        pin(face, NAME)

    assert waits == [HURRY.longest_delay] * (HURRY.attempts - 1)
    assert "hf auth login" in str(caught.value.hint)


def test_a_hub_that_is_not_there_is_unreachable(tmp_path: Path) -> None:
    client = Client(endpoint="http://127.0.0.1:9", cache=tmp_path, patience=HURRY)
    with pytest.raises(HubUnreachable, match="no answer from the hub for `acme/sentiment`") as caught:
        client.describe(NAME, "")
    assert "HF_ENDPOINT" in str(caught.value.hint)


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """The client waits a quarter of a second for an answer."""
    monkeypatch.setattr(constants, "HF_HUB_DOWNLOAD_TIMEOUT", 0.25)
    monkeypatch.setattr(constants, "HF_HUB_ETAG_TIMEOUT", 0.25)


@pytest.mark.usefixtures("hasty")
@pytest.mark.parametrize("where", [r"/api/models/[^/]*/[^/]*\?", "/commits/", "resolve-cache"])
def test_a_stall_ends_and_is_tried_again(
    hub: EmbeddedHub, face: HuggingFace, where: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = time.sleep
    monkeypatch.setattr(time, "sleep", lambda seconds: real(min(seconds, 0.01)))
    rule = hub.faults.add(Stall(seconds=5, after=3), method="GET", path=where, times=1)
    begun = time.monotonic()

    assert "config.json" in paths(pin(face, NAME))

    assert rule.hits == 1
    assert time.monotonic() - begun < 4


@pytest.mark.usefixtures("hasty")
def test_a_stall_in_a_pickle_ends(hub: EmbeddedHub, client: Client) -> None:
    hub.repositories.create(NAME, PICKLED)
    remote = client.describe(NAME, "")
    [weights] = [file for file in remote.files if file.path == "pytorch_model.bin"]
    hub.faults.add(Stall(seconds=5, after=10), path="/cdn/", times=1)
    begun = time.monotonic()

    with client.open(remote.key.name, remote.revision, weights) as stream:
        assert stream.read(16) == PICKLED["pytorch_model.bin"][:16]

    assert time.monotonic() - begun < 4


@pytest.mark.usefixtures("hasty")
def test_a_stall_without_end_is_an_error(hub: EmbeddedHub, face: HuggingFace) -> None:
    hub.faults.add(Stall(seconds=5), path="/api/models/")
    with pytest.raises(HubUnreachable, match="no answer"):
        pin(face, NAME)


def test_a_body_that_is_cut_short_is_fetched_again(
    hub: EmbeddedHub, face: HuggingFace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(time, "sleep", lambda _: None)
    rule = hub.faults.add(Truncate(keep=5), method="GET", path="resolve-cache.*/config", times=1)
    assert "config.json" in paths(pin(face, NAME))
    assert rule.hits == 1


def test_offline_mode_is_named(hub: EmbeddedHub, face: HuggingFace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    with pytest.raises(HubUnreachable, match="`HF_HUB_OFFLINE` is set"):
        pin(face, NAME)
    assert hub.log.count() == 0


class _Rangeless(ThreadingHTTPServer):
    """A server that knows no ranges and sends a file bit by bit, for as long as somebody takes it."""

    def __init__(self, content: bytes) -> None:
        super().__init__(("127.0.0.1", 0), _RangelessHandler)
        self.endpoint = f"http://127.0.0.1:{self.server_address[1]}"
        self.content = content
        self.sent = 0
        self._thread = threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.01})
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self.shutdown()
        self._thread.join()
        self.server_close()


class _RangelessHandler(BaseHTTPRequestHandler):
    server: _Rangeless

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(self.server.content)))
        self.end_headers()
        with contextlib.suppress(ConnectionError):
            for start in range(0, len(self.server.content), 10_000):
                self.wfile.write(self.server.content[start : start + 10_000])
                self.server.sent += 10_000

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name in the base class
        """Say nothing."""


def _remote(hub: EmbeddedHub, client: Client, content: bytes) -> tuple[str, RemoteFile]:
    hub.repositories.create(NAME, {"x.bin": LfsFile(content)})
    remote = client.describe(NAME, "")
    return remote.revision, next(file for file in remote.files if file.path == "x.bin")


def test_parts_of_a_remote_file(hub: EmbeddedHub, client: Client) -> None:
    content = bytes(range(256)) * 4000
    commit, file = _remote(hub, client, content)
    hub.log.clear()

    with client.open(NAME, commit, file) as stream:
        assert stream.seekable()
        assert stream.readable()
        assert stream.read(4) == content[:4]
        assert stream.seek(-8, io.SEEK_END) == len(content) - 8
        assert stream.read() == content[-8:]
        assert stream.read() == b""
        stream.seek(500_000)
        stream.seek(3, io.SEEK_CUR)
        assert stream.tell() == 500_003
        assert stream.read(5) == content[500_003:500_008]

    assert hub.log.sent("/cdn/") <= 3 * 65_536 + 8


def test_a_server_without_ranges_is_not_read_to_its_end(tmp_path: Path) -> None:
    content = bytes(range(256)) * 40_000
    with _Rangeless(content) as server:
        client = Client(endpoint=server.endpoint, cache=tmp_path, patience=HURRY)
        with client.open(NAME, "a" * 40, RemoteFile(path="x.bin", size=len(content), git="")) as stream:
            stream.seek(70_000)
            assert stream.read(100) == content[70_000:70_100]
    assert server.sent < len(content)


def test_parts_of_a_file_that_is_gated_are_refused_at_once(hub: EmbeddedHub, client: Client) -> None:
    commit, file = _remote(hub, client, b"x" * 100)
    hub.repositories[NAME].gate("auto")
    hub.log.clear()
    with client.open(NAME, commit, file) as stream, pytest.raises(AccessDenied, match="gated"):
        stream.read(10)
    assert hub.log.count() == 1


def test_parts_are_fetched_with_patience(hub: EmbeddedHub, client: Client) -> None:
    commit, file = _remote(hub, client, b"x" * 100)
    hub.faults.add(unavailable(), path="/resolve/", times=2)
    with client.open(NAME, commit, file) as stream:
        assert stream.read(10) == b"x" * 10


def test_a_file_that_is_shorter_than_listed_is_an_error(hub: EmbeddedHub, client: Client) -> None:
    commit, file = _remote(hub, client, b"x" * 100)
    longer = RemoteFile(path=file.path, size=1000, git=file.git, sha256=file.sha256)
    with client.open(NAME, commit, longer) as stream, pytest.raises(HubUnreachable, match="answered 416"):
        stream.read(150)


def test_an_entity_tag_that_is_a_path_is_refused(hub: EmbeddedHub, face: HuggingFace, tmp_path: Path) -> None:
    hub.faults.add(SetHeaders(headers={"X-Linked-Etag": '"../../../outside"', "ETag": '"../../../outside"'}))
    with pytest.raises(UnsafeContent, match="entity tag"):
        pin(face, NAME)
    assert not list(tmp_path.rglob("outside*"))


def test_a_download_of_another_commit_is_refused(hub: EmbeddedHub, client: Client) -> None:
    repository = hub.repositories.create(NAME, FILES)
    first = repository.resolve("main")
    hub.faults.add(SetHeaders(headers={"X-Repo-Commit": "b" * 40}), path="/resolve")
    with pytest.raises(PtmdepsError, match="the hub answered with"):
        client.download(NAME, first, "config.json")


def test_the_page_of_a_model_is_for_people(hub: EmbeddedHub, client: Client) -> None:
    assert client.page(NAME) == f"{hub.endpoint}/{NAME}"


def test_waits_that_a_person_would_notice_are_logged(
    hub: EmbeddedHub, face: HuggingFace, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(time, "sleep", lambda _: None)
    hub.faults.add(rate_limited(seconds=5), path="/api/models/", times=1)
    slow = Patience(attempts=2, first_delay=0.01)
    with caplog.at_level(logging.WARNING):
        HuggingFace(endpoint=hub.endpoint, cache=face.store(), patience=slow).pin(REQUEST)
    assert "trying again in 5 s" in caplog.text


@pytest.mark.parametrize(
    ("message", "told"),
    [
        ("'ReadTimeout' thrown while requesting GET http://x/\x1b[2J", []),
        ("Retrying in 1s [Retry 1/5].", ["the hub is busy or does not answer: trying again"]),
        (
            "Error while downloading from http://x: y\nTrying to resume download...",
            ["the hub is busy or does not answer: trying again"],
        ),
        ("look\n\x1b[2J here", ["look \\x1b[2J here"]),
    ],
)
def test_the_clients_own_log_is_told_in_our_words(
    client: Client, caplog: pytest.LogCaptureFixture, message: str, told: list[str]
) -> None:
    assert client.endpoint
    with caplog.at_level(logging.WARNING):
        logging.getLogger("huggingface_hub.file_download").warning(message)
    assert [record.getMessage() for record in caplog.records if record.name.startswith("ptmdeps")] == told


def test_a_redirect_in_a_circle_is_not_tried_again(hub: EmbeddedHub, face: HuggingFace) -> None:
    hub.repositories.alias("acme/circle", NAME)
    circle = SetHeaders(headers={"Location": "/api/models/acme/circle?blobs=true"})
    hub.faults.add(circle, path="/api/models/acme/circle")
    with pytest.raises(HubUnreachable, match="redirects"):
        pin(face, "acme/circle")
    # the client itself follows twenty
    assert hub.log.count("/api/models/acme/circle") < 30


def test_a_commit_that_is_a_path_is_refused(hub: EmbeddedHub, face: HuggingFace, tmp_path: Path) -> None:
    hub.faults.add(SetHeaders(headers={"X-Repo-Commit": "../../../outside"}), path="/resolve")
    with pytest.raises(UnsafeContent, match="which is none"):
        pin(face, NAME)
    assert not list(tmp_path.rglob("outside*"))


def _caused(error: Exception, cause: Exception) -> Exception:
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "kind", "message"),
    [
        (_caused(LocalEntryNotFoundError("no"), OfflineModeIsEnabled("off")), HubUnreachable, "HF_HUB_OFFLINE"),
        (LocalEntryNotFoundError("no way\nto say"), HubUnreachable, "no way"),
        (EntryNotFoundError("not there"), FileNotInModel, "not there"),
        (TransportError("gone"), HubUnreachable, "no answer from the hub for `m`: gone"),
        (TransportError(""), HubUnreachable, "HTTPError"),
        (FileMetadataError("no size"), HubUnreachable, "no size"),
        (ValueError("\x1b[2Jevil"), HubUnreachable, r"\\x1b\[2Jevil"),
        (OSError(errno.ENOSPC, "No space left on device"), StoreError, "`m` cannot be stored: No space left"),
        (OSError(errno.EROFS, "Read-only file system"), StoreError, "Read-only"),
    ],
)
def test_failures_of_the_client_in_our_words(error: Exception, kind: type[PtmdepsError], message: str) -> None:
    with pytest.raises(kind, match=message):
        raise translate(error, "m", page=PAGE)


def _failing(times: int, error: Exception) -> Callable[[], int]:
    calls = iter(range(times + 1))

    def function() -> int:
        number = next(calls)
        if number < times:
            raise error
        return number

    return function


def test_patience_ends_with_the_last_failure() -> None:
    quick = Patience(attempts=3, first_delay=0.001)
    assert quick.call(_failing(2, TransportError("x"))) == 2
    with pytest.raises(TransportError, match="x"):
        quick.call(_failing(3, TransportError("x")))


def test_patience_is_not_for_mistakes() -> None:
    calls = _failing(1, KeyError("mine"))
    with pytest.raises(KeyError):
        Patience().call(calls)
    assert calls() == 1
