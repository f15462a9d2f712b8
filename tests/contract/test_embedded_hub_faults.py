"""Every fault of the embedded hub, seen by the unmodified official client."""

from __future__ import annotations

import hashlib
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest
from huggingface_hub import HfApi, RepoFile, hf_hub_download
from huggingface_hub.errors import FileMetadataError, HfHubHTTPError, LocalEntryNotFoundError

from embedded_hub import models
from embedded_hub.faults import (
    Corrupt,
    Delay,
    Lie,
    Rename,
    Reset,
    Rewrite,
    SetHeaders,
    Stall,
    Then,
    Truncate,
    rate_limited,
    server_error,
    unavailable,
)

if TYPE_CHECKING:
    from embedded_hub import EmbeddedHub
    from embedded_hub.faults import Fails

NAME = "acme/sentiment"
FILES = models.bert_classifier(weight_bytes=200_000)
WEIGHT = FILES["model.safetensors"]


@pytest.fixture
def api(hub: EmbeddedHub) -> HfApi:
    hub.repositories.create(NAME, FILES)
    return HfApi(endpoint=hub.endpoint, token=False)


def _download(hub: EmbeddedHub, folder: Path, name: str = "model.safetensors", **arguments: Any) -> bytes:
    given: dict[str, Any] = {"cache_dir": folder / "cache", "endpoint": hub.endpoint, "token": False} | arguments
    return Path(hf_hub_download(NAME, name, **given)).read_bytes()


@pytest.mark.parametrize(
    ("fault", "status", "header"),
    [
        (rate_limited(seconds=55), 429, ("RateLimit", '"api";r=0;t=55')),
        (rate_limited(seconds=55), 429, ("RateLimit-Policy", '"fixed window";"api";q=500;w=300')),
        (rate_limited(seconds=7, retry_after=True), 429, ("Retry-After", "7")),
        (unavailable(retry_after=3), 503, ("Retry-After", "3")),
        (unavailable(), 503, None),
        (server_error(), 500, None),
    ],
)
def test_failures_reach_calls_that_do_not_retry(
    hub: EmbeddedHub, api: HfApi, fault: Fails, status: int, header: tuple[str, str] | None
) -> None:
    rule = hub.faults.add(fault, path="/api/models/", times=1)

    with pytest.raises(HfHubHTTPError) as caught:
        api.model_info(NAME)

    assert caught.value.response.status_code == status
    assert header is None or caught.value.response.headers[header[0]] == header[1]
    assert api.model_info(NAME).id == NAME
    assert (rule.hits, rule.seen) == (1, 2)
    assert hub.log.count(status=status) == 1


def test_calls_that_retry_get_through(hub: EmbeddedHub, api: HfApi) -> None:
    hub.faults.add(rate_limited(seconds=0, retry_after=True), path="/tree/", times=1)

    assert list(api.list_repo_tree(NAME))
    assert [entry.status for entry in hub.log.matching("/tree/")] == [429, 200]


def test_rules_count_method_path_and_query(hub: EmbeddedHub, api: HfApi) -> None:
    hub.faults.add(server_error(), method="HEAD", path="/api/")
    hub.faults.add(server_error(), path="blobs=true", after=1)

    assert api.model_info(NAME).id == NAME
    assert api.model_info(NAME, files_metadata=True).id == NAME
    with pytest.raises(HfHubHTTPError):
        api.model_info(NAME, files_metadata=True)
    hub.faults.clear()
    assert api.model_info(NAME, files_metadata=True).id == NAME


def test_truncated_body_is_resumed_by_range(hub: EmbeddedHub, tmp_path: Path) -> None:
    files = models.bert_classifier(weight_bytes=12_000_000)
    hub.repositories.create(NAME, files)
    hub.faults.add(Truncate(keep=11_000_000), method="GET", path="/cdn/", times=1)

    assert _download(hub, tmp_path) == files["model.safetensors"]
    # The client had written one chunk of 10 MiB when the connection ended.
    asked = [(entry.range, entry.status) for entry in hub.log.matching("/cdn/")]
    assert asked == [(None, 200), ("bytes=10485760-", 206)]


@pytest.mark.usefixtures("api")
def test_reset_in_the_body_loses_the_rest(hub: EmbeddedHub) -> None:
    hub.faults.add(Reset(after=1000), method="GET", path="/resolve-cache/")
    commit = hub.repositories[NAME].resolve("main")

    received = _raw(hub, f"/api/resolve-cache/models/{NAME}/{commit}/tokenizer.json")

    head, _, body = received.partition(b"\r\n\r\n")
    assert f"content-length: {len(FILES['tokenizer.json'])}".encode() in head.lower()
    assert len(body) <= 1000


@pytest.mark.usefixtures("api")
def test_reset_at_once_gives_no_answer(hub: EmbeddedHub) -> None:
    hub.faults.add(Reset(), times=1)

    assert _raw(hub, f"/api/models/{NAME}") == b""
    assert [entry.status for entry in hub.log] == [0]
    assert _raw(hub, f"/api/models/{NAME}").startswith(b"HTTP/1.1 200 ")


@pytest.mark.usefixtures("api")
def test_corrupted_body_is_accepted_by_the_client(hub: EmbeddedHub, tmp_path: Path) -> None:
    hub.faults.add(Corrupt(position=100_000), method="GET", path="/cdn/")

    received = _download(hub, tmp_path)

    assert len(received) == len(WEIGHT)
    assert [position for position, (a, b) in enumerate(zip(received, WEIGHT, strict=True)) if a != b] == [100_000]


@pytest.mark.usefixtures("api")
def test_corruption_keeps_its_place_in_a_range(hub: EmbeddedHub) -> None:
    hub.faults.add(Corrupt(position=10), path="/resolve-cache/")
    path = f"/api/resolve-cache/models/{NAME}/main/vocab.txt"
    good = FILES["vocab.txt"]

    bodies = [_raw(hub, path, f"Range: bytes={part}").partition(b"\r\n\r\n")[2] for part in ("8-15", "20-25")]

    assert bodies == [good[8:10] + bytes([good[10] ^ 0xFF]) + good[11:16], good[20:26]]


@pytest.mark.usefixtures("api")
def test_stall_holds_the_body_and_then_goes_on(hub: EmbeddedHub, tmp_path: Path) -> None:
    hub.faults.add(Stall(seconds=0.2, after=5000), path="/cdn/")
    began = time.perf_counter()

    assert _download(hub, tmp_path) == WEIGHT
    assert time.perf_counter() - began >= 0.2


def test_delay_runs_into_the_time_limit_of_the_client(hub: EmbeddedHub, api: HfApi) -> None:
    hub.faults.add(Delay(seconds=30), path="/revision/", times=1)
    began = time.perf_counter()

    with pytest.raises(Exception, match="timed out"):
        api.model_info(NAME, revision="main", timeout=0.1)
    hub.close()

    assert time.perf_counter() - began < 10, "a hub that is closed does not wait for its delays"


def test_latency_does_not_add_up_over_connections(hub: EmbeddedHub, api: HfApi) -> None:
    api.model_info(NAME)
    hub.latency = 0.2
    began = time.perf_counter()
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: api.model_info(NAME), range(8)))

    assert 0.2 <= time.perf_counter() - began < 1.2


def test_lies_about_a_large_file_are_told_everywhere(hub: EmbeddedHub, api: HfApi, tmp_path: Path) -> None:
    hub.faults.add(Lie(path="model.safetensors", size=12, sha256="0" * 64))

    siblings = {sibling.rfilename: sibling for sibling in api.model_info(NAME, files_metadata=True).siblings or ()}
    (entry,) = api.get_paths_info(NAME, ["model.safetensors"])
    assert isinstance(entry, RepoFile)
    for told in (siblings["model.safetensors"], entry):
        assert told.lfs is not None
        assert (told.size, told.lfs.size, told.lfs.sha256) == (12, 12, "0" * 64)
    assert siblings["config.json"].size == len(FILES["config.json"])
    with pytest.raises(OSError, match="Consistency check failed"):
        _download(hub, tmp_path)


def test_lies_about_a_git_file_reach_its_headers(hub: EmbeddedHub, api: HfApi, tmp_path: Path) -> None:
    hub.faults.add(Lie(path="config.json", oid="1" * 40))

    (entry,) = api.get_paths_info(NAME, ["config.json"])
    arguments: dict[str, Any] = {"cache_dir": tmp_path, "endpoint": hub.endpoint, "token": False}
    stored = Path(hf_hub_download(NAME, "config.json", **arguments)).resolve()

    assert getattr(entry, "blob_id", None) == "1" * 40
    assert stored.name == "1" * 40
    assert hashlib.sha256(stored.read_bytes()).digest() == hashlib.sha256(FILES["config.json"]).digest()


def test_a_lied_size_of_a_git_file_is_in_its_head(hub: EmbeddedHub, api: HfApi) -> None:
    hub.faults.add(Lie(path="config.json", size=5))

    url = f"{hub.endpoint}/{NAME}/resolve/main/config.json"

    assert api.get_hf_file_metadata(url=url).size == 5


@pytest.mark.parametrize(
    "shown",
    [
        "../../../evil",
        "/etc/evil",
        "C:\\evil",
        "a\u0000b",
        "a\x1b[31mb\n",
        "CONFIG.JSON",
        "a/../../evil",
        "\u202egpj.exe",
    ],
)
def test_hostile_names_are_listed_and_served(hub: EmbeddedHub, api: HfApi, shown: str) -> None:
    hub.faults.add(Rename(path="config.json", shown=shown))

    assert shown in [sibling.rfilename for sibling in api.model_info(NAME).siblings or ()]
    assert shown in [entry.path for entry in api.list_repo_tree(NAME)]
    path = f"/api/resolve-cache/models/{NAME}/main/{quote(shown, safe='')}"
    assert _raw(hub, path).endswith(FILES["config.json"])


def test_headers_can_be_taken_away(hub: EmbeddedHub, api: HfApi, tmp_path: Path) -> None:
    hub.faults.add(SetHeaders(headers={"x-repo-commit": None, "X-Extra": "1"}), path="/resolve/")

    with pytest.raises(LocalEntryNotFoundError) as caught:
        _download(hub, tmp_path)
    assert isinstance(caught.value.__cause__, FileMetadataError)
    assert api.model_info(NAME)


def test_any_document_can_be_rewritten(hub: EmbeddedHub, api: HfApi) -> None:
    hub.faults.add(Rewrite(function=lambda document: document | {"sha": "not a commit"}), path="/api/models/")

    assert api.model_info(NAME).sha == "not a commit"


def test_branch_moves_between_two_calls(hub: EmbeddedHub, api: HfApi) -> None:
    repository = hub.repositories[NAME]
    before = repository.resolve("main")
    hub.faults.add(Then(lambda: repository.commit({"config.json": b"{}"})), path="/revision/main", times=1)

    first, second = (api.model_info(NAME, revision="main").sha for _ in range(2))

    assert first == before
    assert second == repository.resolve("main") != before


def _raw(hub: EmbeddedHub, path: str, *headers: str) -> bytes:
    """Return everything the hub sends for one request until it ends the connection."""
    address = ("127.0.0.1", int(hub.endpoint.rpartition(":")[2]))
    received = b""
    with socket.create_connection(address, timeout=10) as connection:
        lines = [f"GET {path} HTTP/1.1", f"Host: 127.0.0.1:{address[1]}", "Connection: close", *headers, "", ""]
        connection.sendall("\r\n".join(lines).encode())
        try:
            while chunk := connection.recv(65536):
                received += chunk
        except ConnectionResetError:
            return received
    return received
