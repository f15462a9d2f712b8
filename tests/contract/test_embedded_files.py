"""The embedded file server, seen by plain HTTP: what servers of weights may and may not send."""

from __future__ import annotations

import http.client
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

import pytest

from embedded_files import EmbeddedFiles
from embedded_hub.faults import Corrupt, Reset, Stall, Truncate, unavailable

PATH = "/models/small-0123abcd.pth"
CONTENT = bytes(range(256)) * 300
NEWER = CONTENT[::-1]


@pytest.fixture
def files() -> Iterator[EmbeddedFiles]:
    with EmbeddedFiles() as running:
        yield running


class Answer:
    """One answer: no redirect is followed, and what is cut short says so."""

    def __init__(self, url: str, method: str = "GET", **headers: str) -> None:
        parts = urlsplit(url)
        connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=10)
        connection.request(method, parts.path, headers={name.replace("_", "-"): text for name, text in headers.items()})
        answer = connection.getresponse()
        self.status, self.headers = answer.status, answer.headers
        try:
            self.body, self.complete = answer.read(), True
        except http.client.IncompleteRead as error:
            self.body, self.complete = error.partial, False
        finally:
            connection.close()


def test_a_file_and_its_headers(files: EmbeddedFiles) -> None:
    url = files.put(PATH, CONTENT, disposition="small.pth")

    whole, head = Answer(url), Answer(url, "HEAD")

    assert (whole.status, whole.body, head.body) == (200, CONTENT, b"")
    assert head.headers.items() == whole.headers.items()
    assert dict(whole.headers) == {
        "Accept-Ranges": "bytes",
        "Content-Disposition": 'attachment; filename="small.pth"',
        "Content-Length": str(len(CONTENT)),
        "Content-Type": "application/octet-stream",
        "ETag": whole.headers["ETag"],
        "Last-Modified": "Mon, 01 Jan 2024 01:00:00 GMT",
    }
    assert files.log.sent() == len(CONTENT)


def test_a_file_of_this_machine_is_sent_as_it_is(files: EmbeddedFiles, tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(CONTENT)

    assert Answer(files.put("/a b/ü.pth", tmp_path / "x")).body == CONTENT


def test_content_that_is_replaced_has_new_validators(files: EmbeddedFiles) -> None:
    before = Answer(files.put(PATH, CONTENT))
    after = Answer(files.put(PATH, NEWER))

    assert after.body == NEWER
    assert {before.headers["ETag"], before.headers["Last-Modified"]}.isdisjoint(after.headers.values())


@pytest.mark.parametrize("header", ["If_None_Match", "If_Modified_Since"])
def test_a_file_that_is_held_is_not_sent(files: EmbeddedFiles, header: str) -> None:
    url = files.put(PATH, CONTENT)
    known = Answer(url).headers["ETag" if header == "If_None_Match" else "Last-Modified"]

    assert (Answer(url, **{header: known}).status, Answer(url, **{header: known}).body) == (304, b"")
    files.put(PATH, NEWER)
    assert Answer(url, **{header: known}).body == NEWER


@pytest.mark.parametrize(
    ("asked", "status", "body", "said"),
    [
        ("bytes=10-19", 206, CONTENT[10:20], "bytes 10-19/76800"),
        ("bytes=76790-", 206, CONTENT[-10:], "bytes 76790-76799/76800"),
        ("bytes=-7", 206, CONTENT[-7:], "bytes 76793-76799/76800"),
        ("bytes=76800-", 416, b"", "bytes */76800"),
        ("lines=1-2", 200, CONTENT, None),
    ],
)
def test_ranges(files: EmbeddedFiles, asked: str, status: int, body: bytes, said: str | None) -> None:
    answer = Answer(files.put(PATH, CONTENT), Range=asked)

    assert (answer.status, answer.body, answer.headers["Content-Range"]) == (status, body, said)


@pytest.mark.parametrize(
    ("etag", "held", "status"),
    [("strong", "ETag", 206), ("weak", "ETag", 200), (None, "Last-Modified", 206), ("strong", None, 200)],
)
def test_a_range_is_for_who_holds_the_same_file(
    files: EmbeddedFiles, etag: Literal["strong", "weak"] | None, held: str | None, status: int
) -> None:
    url = files.put(PATH, CONTENT, etag=etag)
    headers = Answer(url).headers
    condition = headers[held] if held else '"another"'

    assert Answer(url, Range="bytes=10-19", If_Range=condition).status == status
    assert (headers["ETag"] or "").startswith({"strong": '"', "weak": 'W/"', None: ""}[etag])
    files.put(PATH, NEWER, etag=etag)
    assert Answer(url, Range="bytes=10-19", If_Range=condition).body == NEWER


def test_servers_that_know_no_ranges_or_say_nothing(files: EmbeddedFiles) -> None:
    answer = Answer(files.put(PATH, CONTENT, ranges=False, etag=None, dated=False), Range="bytes=10-19")

    assert (answer.status, answer.body) == (200, CONTENT)
    assert (answer.headers["ETag"], answer.headers["Last-Modified"]) == (None, None)


@pytest.mark.parametrize(
    ("length", "body", "complete"),
    [(len(CONTENT) + 1, CONTENT, False), (100, CONTENT[:100], True), (None, CONTENT, True)],
)
def test_lengths_that_are_wrong_or_missing(
    files: EmbeddedFiles, length: int | None, body: bytes, complete: bool
) -> None:
    answer = Answer(files.put(PATH, CONTENT, length=length))

    assert (answer.body, answer.complete) == (body, complete)
    assert answer.headers["Content-Length"] == (None if length is None else str(length))
    part = Answer(files.put(PATH, CONTENT, length=None), Range="bytes=10-19")
    assert (part.status, part.body) == (206, CONTENT[10:20])


def test_redirects(files: EmbeddedFiles) -> None:
    files.put(PATH, CONTENT)
    files.redirect("/latest.pth", PATH)
    url = files.redirect("/old.pth", files.endpoint.replace("127.0.0.1", "localhost") + "/latest.pth", status=301)

    assert Answer(url).status == 301
    with urllib.request.urlopen(url) as answer:  # noqa: S310 - loopback
        assert answer.read() == CONTENT
    assert [entry.host.partition(":")[0] for entry in files.log][1:] == ["127.0.0.1", "localhost", "localhost"]


def test_what_is_not_there_or_not_for_all(files: EmbeddedFiles) -> None:
    url = files.put(PATH, CONTENT, token="s3cret")

    assert Answer(url).status == 401
    assert Answer(url, Authorization="Bearer s3cret").body == CONTENT
    assert Answer(url, "POST").status == 405
    files.remove(PATH)
    assert Answer(url, Authorization="Bearer s3cret").status == 404


def test_each_host_has_its_own_files(files: EmbeddedFiles) -> None:
    there = files.put(PATH, CONTENT, host="download.example")
    here = files.put(PATH, NEWER)

    assert there == f"https://download.example{PATH}"
    assert Answer(here).body == NEWER
    assert Answer(here, Host="download.example").body == CONTENT
    assert Answer(here, Host="other.example").status == 404


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        (Truncate(keep=1000), CONTENT[:1000]),
        (Stall(seconds=0.01, after=10), CONTENT),
        (Corrupt(position=3), CONTENT[:3] + b"\xfc" + CONTENT[4:]),
        (unavailable(retry_after=7), b"Service Unavailable\n"),
    ],
)
def test_faults(files: EmbeddedFiles, fault: Any, expected: bytes) -> None:
    url = files.put(PATH, CONTENT)
    files.faults.add(fault, times=1)

    assert Answer(url).body == expected
    assert Answer(url).body == CONTENT


def test_a_connection_that_is_reset(files: EmbeddedFiles) -> None:
    url = files.put(PATH, CONTENT)
    files.faults.add(Reset(), times=1)

    with pytest.raises(ConnectionError):
        Answer(url)
