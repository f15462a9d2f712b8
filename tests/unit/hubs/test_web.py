"""Plain web servers, honest and others: who is followed, how long is waited, how much is read."""

from __future__ import annotations

import json
import logging
import shutil
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Literal

import pytest

from embedded_files import EmbeddedFiles
from embedded_hub.exchange import Answer, Request
from embedded_hub.faults import Delay, Fails, IgnoreRange, Reset, Stall, Truncate, unavailable
from embedded_proxy import EmbeddedProxy
from ptmdeps.errors import (
    AccessDenied,
    FileNotInModel,
    HubError,
    HubUnreachable,
    ModelNotFound,
    RateLimited,
    UnsafeContent,
)
from ptmdeps.hubs.redirects import asks_anew, carried, host, target
from ptmdeps.hubs.refusals import http_date
from ptmdeps.hubs.web import Patience, Web
from tests.unit.hubs.scripted import Scripted, says

HURRY = Patience(attempts=3, first_delay=0.01, longest_delay=2.0, read=5.0)
SECRET = {"Authorization": "Bearer hf_secret", "Cookie": "session=1", "X-Kept": "yes"}


@pytest.fixture
def files() -> Iterator[EmbeddedFiles]:
    with EmbeddedFiles() as running:
        yield running


@pytest.fixture
def web() -> Web:
    return Web(HURRY)


def elsewhere(files: EmbeddedFiles, path: str) -> str:
    """The same server under another name: another origin."""
    return files.url(path).replace("127.0.0.1", "localhost")


def test_a_page_and_what_is_said_of_it(files: EmbeddedFiles, web: Web) -> None:
    url = files.put("/a b.json", b'{"a": 1}', kind="application/json")
    page = web.get(url, "a thing")
    assert (page.url, page.json("a thing")) == (url, {"a": 1})
    head = web.head(url, "a thing")
    assert (head.size, head.url) == (8, url)
    assert head.etag.startswith('"')
    assert head.modified == "Mon, 01 Jan 2024 01:00:00 GMT"
    assert web.sent == 2
    assert {entry.user_agent.partition("/")[0] for entry in files.log} == {"ptmdeps"}


@pytest.mark.parametrize("body", [b"<html>", b"[" * 100_000, b"\xff"])
def test_what_is_no_json_is_said(files: EmbeddedFiles, web: Web, body: bytes) -> None:
    page = web.get(files.put("/a", body), "a thing")
    with pytest.raises(HubUnreachable, match="`a thing` could not be read: it is no JSON"):
        page.json("a thing")


def test_json_is_posted() -> None:
    def echo(request: Request) -> Answer:
        return says(request.body, Content_Type=request.headers["content-type"])

    with Scripted(echo) as server:
        page = Web(HURRY).post(server.endpoint, "a thing", {"name": "x"})
    assert page.json("a thing") == {"name": "x"}
    assert page.headers["content-type"] == "application/json"


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_followed(files: EmbeddedFiles, web: Web, status: int) -> None:
    url = files.put("/deep/file", b"content")
    led = files.redirect("/start", "deep/file", status=status)
    assert web.get(led, "x").body == b"content"
    head = web.head(led, "x")
    assert (head.size, head.url) == (7, url)
    assert [one["location"] for one in head.earlier] == ["deep/file"]
    assert files.log.matching("/deep/file")[-1].method == "HEAD"


@pytest.mark.parametrize(("status", "method"), [(301, "GET"), (302, "GET"), (303, "GET"), (307, "POST"), (308, "POST")])
def test_what_is_posted_is_sent_again_only_where_the_server_says_so(status: int, method: str) -> None:
    def script(request: Request) -> Answer:
        if request.path == "/":
            return says(status=status, Location="/there")
        sent = {"method": request.method, "body": request.body.decode(), "type": request.headers.get("content-type")}
        return says(json.dumps(sent).encode())

    with Scripted(script) as server:
        found = Web(HURRY).post(f"{server.endpoint}/", "x", {}).json("x")
    expected = ("{}", "application/json") if method == "POST" else ("", None)
    assert (found["method"], found["body"], found["type"]) == (method, *expected)


def test_a_secret_stays_with_its_origin(files: EmbeddedFiles, web: Web) -> None:
    files.put("/file", b"content")
    files.redirect("/near", "/file")
    files.redirect("/far", elsewhere(files, "/file"))
    files.redirect("/back", elsewhere(files, "/far"))
    for path, told in (("/near", [True, True]), ("/far", [True, False]), ("/back", [True, False, False])):
        files.log.clear()
        web.get(files.url(path), "x", SECRET)
        assert [entry.had_authorization for entry in files.log] == told


def test_what_goes_along_with_a_redirect() -> None:
    here, sent = "https://a.example/x", SECRET | {"Content-Type": "application/json"}
    assert carried(sent, here, "https://a.example:443/y", anew=False) == sent
    assert carried(sent, here, "https://a.example/y", anew=True) == SECRET
    for other in ("https://b.example/x", "https://a.example:8443/x", "http://a.example/x", "https://a.example.evil/"):
        assert carried(SECRET, here, other, anew=False) == {"X-Kept": "yes"}
    assert (asks_anew(303, "POST"), asks_anew(303, "HEAD"), asks_anew(302, "GET")) == (True, False, False)


@pytest.mark.parametrize(
    "location",
    [
        "http://a.example/x",
        "file:///etc/passwd",
        "ftp://a.example/x",
        "https://a.example:99999/",
        "https://a.example:port/",
        "https://[::1/",
        "javascript:alert(1)",
    ],
)
def test_where_nobody_should_be_led(location: str) -> None:
    with pytest.raises(UnsafeContent, match=r"`a\.example` leads to `.*`, which nobody should follow"):
        target("https://a.example/start", location, "x")


def test_what_is_secret_in_an_address_is_not_shown() -> None:
    with pytest.raises(UnsafeContent) as caught:
        target("https://a.example/", "http://ada:secret@b.example/x?token=secret", "x")
    assert "`http://b.example/x`" in caught.value.message
    assert "secret" not in caught.value.message
    assert host("https://ada:secret@b.example:8443/x\x1b") == "b.example:8443"


@pytest.mark.skipif(shutil.which("openssl") is None, reason="needs the program openssl")
def test_https_through_a_proxy_is_not_given_up(
    files: EmbeddedFiles, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = files.put("/file", b"content", host="files.example")
    led = files.redirect("/start", "http://files.example/file", host="files.example")
    with EmbeddedProxy(tmp_path, {"files.example": files.endpoint}) as proxy:
        for name, value in proxy.environment().items():
            monkeypatch.setenv(name, value)
        assert Web(HURRY).get(url, "x").body == b"content"
        with pytest.raises(UnsafeContent, match="nobody should follow"):
            Web(HURRY).get(led, "x")
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "none"))
        web = Web(HURRY)
        with pytest.raises(HubUnreachable, match=r"no answer from `other\.example`"):
            web.get("https://other.example/x", "x")
    assert proxy.asked.count("files.example") >= 1


def test_a_proxy_is_told_who_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str | None] = []

    def script(request: Request) -> Answer:
        seen.append(request.headers.get("proxy-authorization"))
        return says(b"through")

    for name in ("no_proxy", "NO_PROXY", "HTTP_PROXY"):
        monkeypatch.delenv(name, raising=False)
    with Scripted(script) as proxy:
        address = proxy.endpoint.removeprefix("http://")
        for variable, value in (
            ("http_proxy", address),
            ("http_proxy", f"http://ada:s%40cret@{address}"),
            ("all_proxy", f"http://{address}"),
        ):
            monkeypatch.setenv(variable, value)
            assert Web(HURRY).get("http://nowhere.example/x", "x").body == b"through"
            monkeypatch.delenv(variable)
    assert seen == [None, "Basic YWRhOnNAY3JldA==", None]


def test_redirects_come_to_an_end(files: EmbeddedFiles, web: Web) -> None:
    files.redirect("/a", "/b")
    loop = files.redirect("/b", "/a")
    with pytest.raises(HubUnreachable, match="leads from one address to another, 10 times by now"):
        web.get(loop, "x")
    assert len(files.log) == 10


@pytest.mark.parametrize("status", [300, 302, 304])
def test_a_redirect_that_leads_nowhere_is_no_file(status: int) -> None:
    server = Scripted(lambda _: says(b"<html>elsewhere</html>", status=status))
    with server, pytest.raises(HubUnreachable, match=f"answered {status} for `x`"):
        Web(HURRY).get(server.endpoint, "x")


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (401, AccessDenied),
        (403, AccessDenied),
        (404, ModelNotFound),
        (410, ModelNotFound),
        (416, FileNotInModel),
        (418, HubUnreachable),
        (429, RateLimited),
        (500, HubUnreachable),
    ],
)
def test_refusals_are_said_for_people(files: EmbeddedFiles, web: Web, status: int, kind: type[HubError]) -> None:
    files.put("/x", b"")
    files.faults.add(Fails(status=status, message="Sorry\x1b[31m"))
    with pytest.raises(kind) as caught:
        web.get(files.url("/x"), "acme/x")
    assert caught.value.status == status
    assert "acme/x" in caught.value.message
    assert "\x1b" not in caught.value.message
    assert caught.value.hint
    assert len(files.log) == (3 if status in {429, 500} else 1)


@pytest.mark.parametrize("fault", [Truncate(keep=1), Reset(after=1)])
def test_a_refusal_that_breaks_off_is_one_all_the_same(fault: Truncate | Reset) -> None:
    with Scripted(lambda _: says(b"Sorry", status=403, Content_Type="text/plain")) as server:
        server.faults.add(fault)
        with pytest.raises(AccessDenied, match=r"refuses `x` \(403\)"):
            Web(HURRY).get(server.endpoint, "x")


@pytest.mark.parametrize("fault", [unavailable(), Fails(status=429), Fails(status=502), Reset()])
def test_a_busy_server_is_asked_again(files: EmbeddedFiles, web: Web, fault: Fails | Reset) -> None:
    url = files.put("/x", b"content")
    rule = files.faults.add(fault, times=2)
    assert web.get(url, "x").body == b"content"
    assert (rule.hits, web.sent) == (2, 3)


@pytest.mark.parametrize("date", [False, True])
def test_what_the_server_asks_for_goes_before_our_own_delay(
    files: EmbeddedFiles, web: Web, caplog: pytest.LogCaptureFixture, *, date: bool
) -> None:
    url = files.put("/x", b"content")
    after = format_datetime(datetime.now(UTC) + timedelta(seconds=2), usegmt=True) if date else "1"
    files.faults.add(Fails(status=429, headers={"Retry-After": after}), times=1)
    begun = time.monotonic()
    with caplog.at_level(logging.WARNING):
        assert web.get(url, "x").body == b"content"
    assert 0.5 < time.monotonic() - begun < 5
    assert not caplog.records


@pytest.mark.parametrize("after", ["3600", "9" * 30, "Fri, 31 Dec 9999 23:59:59 GMT"])
def test_no_server_can_make_anybody_wait_for_hours(files: EmbeddedFiles, web: Web, after: str) -> None:
    url = files.put("/x", b"content")
    rule = files.faults.add(Fails(status=429, headers={"Retry-After": after}))
    with pytest.raises(RateLimited) as caught:
        web.get(url, "x")
    assert rule.hits == 1
    assert "seconds" in (caught.value.hint or "")


@pytest.mark.parametrize("text", ["", "soon", "-5", "Mon, 99 Foo 2024 25:00:00 GMT"])
def test_a_wish_that_is_none_counts_for_nothing(files: EmbeddedFiles, web: Web, text: str) -> None:
    url = files.put("/x", b"content")
    files.faults.add(Fails(status=503, headers={"Retry-After": text}), times=1)
    assert web.get(url, "x").body == b"content"


def test_dates_of_servers() -> None:
    assert http_date("Mon, 01 Jan 2024 01:00:00 GMT") == datetime(2024, 1, 1, 1, tzinfo=UTC)
    assert http_date("Mon, 01 Jan 2024 01:00:00 +0200") == datetime(2023, 12, 31, 23, tzinfo=UTC)
    assert [http_date(text) for text in ("", "yesterday", "Mon, 01 Jan 2024 99:00:00 GMT")] == [None] * 3


def test_a_server_that_is_not_there_is_said(web: Web) -> None:
    with EmbeddedFiles() as files:
        url = files.url("/x")
    with pytest.raises(HubUnreachable) as caught:
        web.get(url, "acme/x")
    assert "`acme/x`" in caught.value.message
    assert "Connection refused" in caught.value.message
    assert web.sent == 3


@pytest.mark.parametrize("url", ["http://a.example:99999/x", "http://[::1/x", "http:///x"])
def test_an_address_that_is_none_is_not_tried_again(web: Web, url: str) -> None:
    with pytest.raises(HubUnreachable, match="no answer from"):
        web.get(url, "x")
    assert web.sent == 1


def test_a_server_that_says_nothing_is_given_up(files: EmbeddedFiles) -> None:
    url = files.put("/x", b"content")
    files.faults.add(Delay(seconds=30))
    web = Web(Patience(attempts=2, first_delay=0.01, read=0.1))
    with pytest.raises(HubUnreachable, match="no answer from"):
        web.get(url, "x")
    assert web.sent == 2


@pytest.mark.parametrize("fault", [Truncate(keep=3), Reset(after=3)])
def test_an_answer_that_breaks_off_is_said(files: EmbeddedFiles, web: Web, fault: Truncate | Reset) -> None:
    url = files.put("/x", b"content")
    files.faults.add(fault)
    with pytest.raises(HubUnreachable, match=r"the connection to `127\.0\.0\.1:\d+` broke"):
        web.get(url, "x")


def test_an_answer_that_stalls_is_given_up(files: EmbeddedFiles) -> None:
    url = files.put("/x", b"content")
    files.faults.add(Stall(seconds=30, after=3))
    with pytest.raises(HubUnreachable, match="broke"):
        Web(Patience(attempts=1, read=0.1)).get(url, "x")


@pytest.mark.parametrize("length", ["right", None])
def test_an_answer_has_a_limit(files: EmbeddedFiles, web: Web, length: str | None) -> None:
    url = files.put("/x", b"x" * 3_000_000, length=None if length is None else "right")
    assert len(web.get(url, "x", limit=3_000_000).body) == 3_000_000
    with pytest.raises(UnsafeContent, match="answers with more than 2,999,999 bytes"):
        web.get(url, "x", limit=2_999_999)


def test_an_answer_that_does_not_end_is_given_up(files: EmbeddedFiles) -> None:
    url = files.put("/x", b"x" * 3_000_000)
    with pytest.raises(HubUnreachable, match="does not come to its end"):
        Web(Patience(whole=-1.0)).get(url, "x")


@pytest.mark.parametrize(("etag", "statuses"), [("strong", [200, 304, 200]), (None, [200, 200, 200])])
def test_an_answer_is_sent_again_only_if_it_changed(
    files: EmbeddedFiles, web: Web, etag: Literal["strong"] | None, statuses: list[int]
) -> None:
    url = files.put("/list.json", b"first", etag=etag)
    page = web.renewed(None, url, "list")
    assert web.renewed(page, url, "list") == page
    files.put("/list.json", b"second", etag=etag)
    assert web.renewed(page, url, "list").body == b"second"
    assert [entry.status for entry in files.log] == statuses


@pytest.mark.parametrize("status", [403, 405, 501])
def test_a_server_that_gives_no_heads_is_asked_for_the_file(files: EmbeddedFiles, web: Web, status: int) -> None:
    url = files.put("/x", b"x" * 10_000_000)
    files.faults.add(Fails(status=status), method="HEAD")
    assert web.head(url, "x").size == 10_000_000


@pytest.mark.parametrize("length", ["-1", "1e3", "3 000", "\xb3"])
def test_a_size_that_is_none_is_not_believed(length: str) -> None:
    with Scripted(lambda _: says(b"", Content_Length=length)) as server:
        assert Web(Patience(attempts=1)).head(server.endpoint, "x").size is None


def test_parts_of_a_file(files: EmbeddedFiles, web: Web) -> None:
    content = bytes(range(256)) * 4000
    url = files.put("/x", content)
    files.log.clear()
    with web.open(url, "x", len(content)) as stream:
        stream.seek(-10, 2)
        assert stream.read() == content[-10:]
        stream.seek(500_000)
        assert stream.read(7) == content[500_000:500_007]
        assert stream.seek(0, 1) == stream.tell() == 500_007
    assert files.log.sent() < 200_000
    files.faults.add(IgnoreRange())
    with web.open(url, "x", len(content)) as stream:
        stream.seek(900_000)
        assert stream.read(100) == content[900_000:900_100]


def test_a_server_without_parts_is_not_made_to_send_everything_again_and_again(files: EmbeddedFiles, web: Web) -> None:
    size = 20_000_000
    url = files.put("/x", bytes(size), ranges=False)
    with web.open(url, "x", size) as stream:
        assert stream.read(10) == bytes(10)
        stream.seek(size - 10)
        with pytest.raises(HubUnreachable, match="gives no parts of files"):
            stream.read(10)


def test_another_part_than_was_asked_for_is_not_taken() -> None:
    answer = says(b"0123456789", status=206, Content_Range="bytes 0-9/100")
    with Scripted(lambda _: answer) as server, Web(HURRY).open(server.endpoint, "x", 100) as stream:
        stream.seek(50)
        with pytest.raises(HubUnreachable, match="another part of `x`"):
            stream.read(10)
