"""The embedded TF Hub, asked as tensorflow_hub 0.16.1 asks it, and what TensorFlow 2.21 wrote of the same model."""

from __future__ import annotations

import hashlib
import io
import struct
import tarfile
from http.client import IncompleteRead
from typing import TYPE_CHECKING

import pytest

from embedded_hub.archives import tar
from embedded_hub.crc32c import crc32c, masked
from embedded_hub.faults import Corrupt, Truncate, unavailable
from embedded_tfhub import EmbeddedTfHub, linear
from tests.contract.plain_http import ask, follow

if TYPE_CHECKING:
    from collections.abc import Iterator

ARCHIVE = "?tf-hub-format=compressed"
FIRST, SECOND = linear(seed="v1"), linear(seed="v2")
WRITTEN = {
    "saved_model.pb": "142056b872e5fcfd",
    "variables/variables.data-00000-of-00001": "67bfb768cf443f38",
    "variables/variables.index": "e392ae6f3c3a7543",
}
"""Starts of the SHA-256 of what `tf.saved_model.save` wrote for the weights 1, 2, 3, 4."""


@pytest.fixture
def hub() -> Iterator[EmbeddedTfHub]:
    with EmbeddedTfHub() as running:
        running.publish("acme/linear", FIRST)
        running.publish("acme/linear", SECOND)
        yield running


def files(archive: bytes) -> dict[str, bytes]:
    with tarfile.open(fileobj=io.BytesIO(archive)) as opened:
        members = [member for member in opened if member.isfile()]
        return {member.name: opened.extractfile(member).read() for member in members}  # type: ignore[union-attr]


def test_a_saved_model_is_what_tensorflow_writes() -> None:
    written = linear((1.0, 2.0, 3.0, 4.0))
    assert {path: hashlib.sha256(content).hexdigest()[:16] for path, content in written.items()} == WRITTEN
    assert struct.unpack_from("<4f", written["variables/variables.data-00000-of-00001"]) == (1.0, 2.0, 3.0, 4.0)
    assert FIRST == linear(seed="v1") != SECOND


def test_checksums_are_those_of_the_standard() -> None:
    # RFC 3720, B.4: 32 bytes of zeros, and of ones; the mask is LevelDB's
    assert crc32c(bytes(32)) == 0x8A9136AA
    assert crc32c(b"\xff" * 32) == 0x62A8AB43
    assert masked(0) == 0xA282EAD8


@pytest.mark.parametrize(
    ("handle", "content"),
    [("acme/linear/1", FIRST), ("acme/linear/2", SECOND), ("acme/linear", SECOND), ("acme/linear/1/", FIRST)],
)
def test_the_archive_of_a_handle(hub: EmbeddedTfHub, handle: str, content: dict[str, bytes]) -> None:
    found = follow(f"{hub.endpoint}/{handle}{ARCHIVE}")

    assert found.status == 200
    assert files(found.body) == {f"./{path}": content for path, content in content.items()}
    assert [entry.host.partition(":")[0] for entry in hub.log] == ["127.0.0.1", "localhost"]


def test_the_archive_starts_with_its_folders(hub: EmbeddedTfHub) -> None:
    with tarfile.open(fileobj=io.BytesIO(follow(f"{hub.endpoint}/acme/linear/1{ARCHIVE}").body)) as archive:
        assert archive.getnames()[:3] == [".", "./variables", "./saved_model.pb"]
    assert tar(FIRST) == tar(dict(reversed(FIRST.items())))


def test_a_model_that_moved_leads_over_kaggle(hub: EmbeddedTfHub) -> None:
    hub.publish("acme/moved", FIRST, kaggle="acme/moved/tensorFlow2/base")

    first = ask(f"{hub.endpoint}/acme/moved/1{ARCHIVE}")
    place = "/models/acme/moved/frameworks/tensorFlow2/variations/base/versions/1"
    assert first.status == 302
    assert first.headers["Location"].partition("localhost")[2].partition("/")[2] == (
        f"{place}?tfhub-redirect=true&tf-hub-format=compressed".removeprefix("/")
    )
    for handle in ("models/acme/moved/tensorFlow2/base/1", "models/acme/moved/tensorFlow2/base", place.strip("/")):
        assert "./saved_model.pb" in files(follow(f"{hub.endpoint}/{handle}{ARCHIVE}").body)


def test_uncompressed_is_the_name_of_a_bucket(hub: EmbeddedTfHub) -> None:
    found = ask(f"{hub.endpoint}/acme/linear/1?tf-hub-format=uncompressed")
    assert (found.status, found.body) == (303, b"gs://tfhub-modules/acme/linear/1/uncompressed")


def test_what_is_not_there(hub: EmbeddedTfHub) -> None:
    hub.withdraw("acme/linear", 2)
    assert [ask(f"{hub.endpoint}/{name}{ARCHIVE}").status for name in ("acme/none/1", "acme/linear/2")] == [404, 404]
    assert files(follow(f"{hub.endpoint}/acme/linear{ARCHIVE}").body)["./saved_model.pb"]

    hub.moved = True
    found = follow(f"{hub.endpoint}/acme/none/1{ARCHIVE}")
    assert found.url.endswith("/models?tfhub-redirect=true")
    assert (found.status, found.body[:15]) == (200, b"<!DOCTYPE html>")
    assert ask(f"{hub.endpoint}/acme/linear/1").headers["Content-Type"] == "text/html; charset=utf-8"


def test_an_archive_may_be_anything(hub: EmbeddedTfHub) -> None:
    hub.publish_archive("acme/hostile", b"not a tar")
    assert follow(f"{hub.endpoint}/acme/hostile{ARCHIVE}").body == b"not a tar"


def test_storage_refuses_tokens_and_other_signatures(hub: EmbeddedTfHub) -> None:
    location = ask(f"{hub.endpoint}/acme/linear/1{ARCHIVE}").headers["Location"]
    assert ask(location, authorization="Bearer x").status == 400
    assert ask(location.replace("localhost", "127.0.0.1")).status == 403
    assert ask(location, range="bytes=0-1").body == b"\x1f\x8b"


def test_faults(hub: EmbeddedTfHub) -> None:
    whole = follow(f"{hub.endpoint}/acme/linear/1{ARCHIVE}").body
    hub.faults.add(unavailable(), path=r"^/acme/", times=1)
    assert ask(f"{hub.endpoint}/acme/linear/1{ARCHIVE}").status == 503
    hub.faults.add(Corrupt(position=20), path="/storage/", times=1)
    assert follow(f"{hub.endpoint}/acme/linear/1{ARCHIVE}").body != whole
    hub.faults.add(Truncate(keep=20), path="/storage/")
    with pytest.raises(IncompleteRead):
        follow(f"{hub.endpoint}/acme/linear/1{ARCHIVE}")
