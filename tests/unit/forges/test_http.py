"""Requests to forges: patience, limits, pages, redirects, and who gets to see the token."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from embedded_hub.exchange import Answer, Request
from embedded_hub.faults import Fails, Reset, Truncate
from ptmdeps.errors import (
    ForgeConflict,
    ForgeDenied,
    ForgeError,
    ForgeNotFound,
    ForgeRateLimited,
    ForgeRefused,
    ForgeUnreachable,
)
from ptmdeps.forges.http import Api
from ptmdeps.forges.replies import Reply, is_limit, refusal, said
from ptmdeps.hubs.web import Patience
from tests.unit.hubs.scripted import Scripted, says

SECRET = "ghp_0123456789"
HOUR = "Mon, 02 Mar 2026 09:00:00 GMT"
SECONDS_OF_HOUR = 1772442000
QUICK = Patience(attempts=3, first_delay=0.01, read=5.0)


def lists(*pages: Any) -> Callable[[Request], Answer]:
    """A server that gives these pages, one after the other."""
    waiting = list(pages)
    return lambda _: waiting.pop(0) if isinstance(waiting[0], Answer) else Answer.json(waiting.pop(0))


def api(server: Scripted, slept: list[float] | None = None) -> Api:
    waits = [] if slept is None else slept
    return Api(server.endpoint, {"Authorization": f"Bearer {SECRET}"}, patience=QUICK, sleep=waits.append)


@pytest.mark.parametrize(
    ("status", "headers", "waited"),
    [
        (429, {"Retry-After": "7"}, 7.0),
        (403, {"Retry-After": "60"}, 60.0),
        (429, {"Retry-After": "Mon, 02 Mar 2026 09:00:30 GMT", "Date": HOUR}, 30.0),
        (403, {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": str(SECONDS_OF_HOUR + 90), "Date": HOUR}, 91.0),
        (429, {"RateLimit-Remaining": "0", "RateLimit-Reset": str(SECONDS_OF_HOUR + 5), "Date": HOUR}, 6.0),
        (429, {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": str(SECONDS_OF_HOUR - 5), "Date": HOUR}, 1.0),
        (429, {}, 60.0),
        (429, {"Retry-After": "soon"}, 60.0),
    ],
)
def test_a_limit_is_waited_for_as_long_as_it_says(status: int, headers: dict[str, str], waited: float) -> None:
    slept: list[float] = []
    with Scripted(lists([1])) as server:
        server.faults.add(Fails(status=status, headers=headers), times=1)
        assert api(server, slept).get("/list", "list").json() == [1]
    assert slept == [waited]


def test_a_secondary_limit_is_known_by_its_words() -> None:
    body = b'{"message":"You have exceeded a secondary rate limit."}'
    reply = Reply(status=403, url="http://x/", headers={"content-type": "application/json"}, body=body)
    assert is_limit(reply)
    assert not is_limit(Reply(status=403, url="http://x/", headers={"content-type": "application/json"}, body=b"{}"))


def test_a_limit_that_ends_late_is_an_error_that_says_when() -> None:
    slept: list[float] = []
    with Scripted(lists()) as server:
        headers = {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": str(SECONDS_OF_HOUR + 3000), "Date": HOUR}
        server.faults.add(Fails(status=403, headers=headers))
        with pytest.raises(ForgeRateLimited, match="allows no more requests") as limited:
            api(server, slept).send("POST", "/pulls", "open a pull request", {})
    assert (slept, limited.value.status) == ([], 403)
    assert "50 minutes" in (limited.value.hint or "")


def test_a_limit_that_does_not_end_is_given_up() -> None:
    slept: list[float] = []
    with Scripted(lists()) as server:
        server.faults.add(Fails(status=429))
        with pytest.raises(ForgeRateLimited):
            api(server, slept).get("/list", "list")
    assert slept == [60.0, 120.0, 240.0]


@pytest.mark.parametrize("fault", [Fails(status=502), Reset(), Truncate(keep=1)], ids=["502", "reset", "truncated"])
def test_what_may_have_happened_is_not_done_twice(fault: Any) -> None:
    with Scripted(lambda _: Answer.json({"number": 1})) as server:
        server.faults.add(fault, times=1)
        with pytest.raises(ForgeUnreachable) as unreachable:
            api(server).send("POST", "/pulls", "open a pull request", {})
        assert len(server.log) == 1
        server.faults.add(fault, times=1)
        assert api(server).send("POST", "/blobs", "store", {}, again=True).json() == {"number": 1}
        server.faults.add(fault, times=1)
        assert api(server).get("/pulls", "list").json() == {"number": 1}
    assert "Run the command again" in (unreachable.value.hint or "")


def test_a_server_that_stays_down_is_given_up() -> None:
    with Scripted(lists()) as server:
        server.faults.add(Fails(status=503))
        with pytest.raises(ForgeUnreachable, match=r"does not list \(503\)"):
            api(server).get("/list", "list")
        assert len(server.log) == QUICK.attempts


def test_all_pages_are_read_and_the_next_one_is_asked_here_whatever_the_link_says() -> None:
    seen: list[Request] = []

    def script(request: Request) -> Answer:
        seen.append(request)
        link = '<https://evil.example/list?page=2&q=a%20b>; rel="next", <https://evil.example/>; rel="last"'
        return Answer.json([len(seen)], headers={"Link": link} if len(seen) == 1 else {})

    with Scripted(script) as server:
        assert list(api(server).pages("/list", "list", query={"q": "a b"})) == [1, 2]
        assert [request.target for request in seen] == ["/list?q=a+b", "/list?page=2&q=a%20b"]


def test_pages_that_never_end_do() -> None:
    with Scripted(lambda _: Answer.json([1], headers={"Link": '</list>; rel="next"'})) as server:
        assert len(list(api(server).pages("/list", "list", most=7))) == 7


@pytest.mark.parametrize("body", [b"{}", b"", b"<html>", b"[" * 100_000], ids=["object", "nothing", "html", "deep"])
def test_a_page_that_is_no_list_is_an_error(body: bytes) -> None:
    with Scripted(lambda _: answer(body)) as server, pytest.raises(ForgeUnreachable):
        list(api(server).pages("/list", "list"))


def answer(body: bytes, *, status: int = 200, **headers: str) -> Answer:
    return says(body, status=status, Content_Type="application/json", **headers)


def test_the_token_does_not_follow_to_another_origin() -> None:
    with Scripted(lambda request: Answer.json([request.token])) as other:
        location = f"{other.endpoint.replace('127.0.0.1', 'localhost')}/list"
        with Scripted(lambda _: Answer(status=302, headers={"Location": location})) as server:
            assert api(server).get("/list", "list").json() == [None]
        with Scripted(lambda _: Answer(status=307, headers={"Location": location})) as server:
            with pytest.raises(ForgeRefused, match="leads elsewhere") as moved:
                api(server).send("POST", "/list", "list", {})
            assert "--repository" in (moved.value.hint or "")


@pytest.mark.parametrize("root", ["http://git.example/api", "http://10.0.0.1", "http://127.0.0.1.example"])
def test_the_token_is_not_sent_for_everybody_to_read(root: str) -> None:
    with pytest.raises(ForgeDenied, match="not `https`"):
        Api(root, {})


@pytest.mark.parametrize("root", ["", "ftp://x", "https://", "git.example", "https://me:pw@x", "https://x:0", "//["])
def test_what_is_no_address_is_refused(root: str) -> None:
    with pytest.raises(ForgeError, match="no address"):
        Api(root, {})


@pytest.mark.parametrize("token", [f"{SECRET}\n", f"{SECRET}\r\nX: y", "ghp_schlüssel"])
def test_a_token_with_a_line_break_is_refused_and_not_shown(token: str) -> None:
    with pytest.raises(ForgeDenied) as denied:
        Api("https://git.example", {"Authorization": f"Bearer {token}"})
    assert SECRET not in f"{denied.value} {denied.value.hint}"


def test_no_error_shows_the_token() -> None:
    with Scripted(lambda _: answer(json.dumps({"message": "No"}).encode(), status=403)) as server:
        client = api(server)
        with pytest.raises(ForgeDenied) as denied:
            client.get("/list", "list")
    with pytest.raises(ForgeUnreachable) as gone:
        client.get("/list", "list")
    assert SECRET not in f"{denied.value!r}{denied.value.hint}{gone.value!r}{gone.value.hint}{client!r}"


def test_what_was_asked_before_costs_nothing() -> None:
    def script(request: Request) -> Answer:
        known = request.headers.get("if-none-match") == '"1"'
        return Answer(status=304) if known else Answer.json([1], headers={"ETag": '"1"'})

    with Scripted(script) as server:
        client = api(server)
        assert [client.get("/list", "list").json() for _ in range(3)] == [[1]] * 3
        assert [entry.status for entry in server.log] == [200, 304, 304]


def test_memory_for_answers_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ptmdeps.forges.http._REMEMBERED", 6000)
    with Scripted(lambda _: Answer.json([1], headers={"ETag": '"1"'})) as server:
        client = api(server)
        for path in ("/one", "/two", "/three", "/one", "/three"):
            client.get(path, "list")
        assert len(client._seen) == 2


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, ForgeRefused),
        (401, ForgeDenied),
        (403, ForgeDenied),
        (404, ForgeNotFound),
        (409, ForgeConflict),
        (410, ForgeNotFound),
        (412, ForgeConflict),
        (418, ForgeRefused),
        (422, ForgeRefused),
        (429, ForgeRateLimited),
        (500, ForgeUnreachable),
        (507, ForgeUnreachable),
    ],
)
def test_every_status_has_its_error(status: int, kind: type[ForgeError]) -> None:
    error = refusal(Reply(status=status, url="https://git.example/x", headers={}, body=b""), "open it")
    assert (type(error), error.status, error.message) == (kind, status, f"`git.example` does not open it ({status})")


@pytest.mark.parametrize(
    ("document", "words"),
    [
        ({"message": "Not Found", "documentation_url": "https://x"}, ": Not Found"),
        ({"message": "Validation Failed", "errors": [{"resource": "Issue", "code": "missing", "field": "title"}]},
         ": Validation Failed; Issue title missing"),
        ({"message": {"base": ["is invalid"], "title": ["is too long"]}}, ": base: is invalid; title: is too long"),
        ({"message": ["Another open merge request already exists"]}, ": Another open merge request already exists"),
        ({"error": "insufficient_scope", "error_description": "More privileges"},
         ": insufficient_scope; More privileges"),
        ({"message": "\x1b[31m\u202ered\n\nline"}, r": \x1b[31m\u202ered line"),
        ([[[[[["deep"]]]]]], ""),
        ({"message": None}, ""),
        ("text", ": text"),
    ],
)  # fmt: skip
def test_what_a_forge_says_is_one_printable_line(document: Any, words: str) -> None:
    body = json.dumps(document).encode()
    assert said(Reply(status=422, url="x", headers={"content-type": "application/json"}, body=body)) == words


def test_what_a_forge_says_is_cut() -> None:
    body = json.dumps({"message": "x" * 100_000}).encode()
    assert len(said(Reply(status=422, url="x", headers={"content-type": "application/json"}, body=body))) < 410


@pytest.mark.parametrize("body", [b"<html>No</html>", b"{", b"[" * 100_000])
def test_what_is_no_json_says_nothing(body: bytes) -> None:
    assert said(Reply(status=422, url="x", headers={"content-type": "application/json"}, body=body)) == ""
    assert said(Reply(status=422, url="x", headers={"content-type": "text/html"}, body=body)) == ""


def test_an_answer_without_end_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ptmdeps.forges.http.LARGEST_ANSWER", 1000)
    with Scripted(lambda _: answer(b"x" * 2000)) as server, pytest.raises(ForgeError, match="more than 1,000 bytes"):
        api(server).get("/list", "list")
