"""Requests to hubs that are plain web servers: patient, counted, and with secrets only for whom they are meant.

Redirects are followed here and not by the library, because of what has to be looked at on the way: the origin to which
a secret belongs, and that nobody is led from ``https`` to ``http``.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from threading import Lock
from typing import TYPE_CHECKING, Any, BinaryIO
from urllib.parse import urljoin, urlsplit

from ptmdeps import __version__
from ptmdeps.errors import (
    AccessDenied,
    FileNotInModel,
    HubError,
    HubUnreachable,
    ModelNotFound,
    RateLimited,
    UnsafeContent,
)
from ptmdeps.hubs.ranges import RangeReader
from ptmdeps.paths import printable

if TYPE_CHECKING:
    from urllib3 import BaseHTTPResponse, PoolManager

LARGEST_PAGE = 128 * 1024 * 1024
"""Bytes of an answer that is read as a whole."""
_MOST_REDIRECTS = 10
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_BUSY = frozenset({429, 500, 502, 503, 504})
_CHUNK = 1024 * 1024
_RANGE_BLOCK = 64 * 1024
_PARTIAL, _TOO_MANY, _FIRST_ERROR = 206, 429, 400
_SECRET = frozenset({"authorization", "cookie", "proxy-authorization"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How often and how long to wait for a server that is busy or down.

    Attributes:
        attempts: requests at most, the first one included.
        first_delay: seconds before the second attempt; doubles each time. What the server asks for goes before it.
        connect: seconds until a connection stands.
        read: seconds between two parts of an answer.
    """

    attempts: int = 5
    first_delay: float = 0.5
    connect: float = 10.0
    read: float = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """What a server says of a file without sending it.

    Attributes:
        url: who answered, after all redirects.
        size: bytes; ``None`` where it does not say.
        headers: of the last answer, names in small letters.
        earlier: of all answers on the way, the last one first: a hub may say there what its storage does not.
    """

    url: str
    size: int | None
    headers: Mapping[str, str]
    earlier: tuple[Mapping[str, str], ...] = ()

    @property
    def etag(self) -> str:
        """What the server calls this state of the file."""
        return printable(self.headers.get("etag", ""))

    @property
    def modified(self) -> str:
        """When it was changed, in the words of the server."""
        return printable(self.headers.get("last-modified", ""))


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A whole answer."""

    url: str
    body: bytes
    headers: Mapping[str, str]

    def json(self, subject: str) -> Any:  # noqa: ANN401 - whatever the hub answers
        """The answer as JSON.

        Raises:
            HubUnreachable: it is none.
        """
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError) as error:
            raise HubUnreachable(
                f"the answer for `{printable(subject)}` could not be read: it is no JSON",
                hint=f"Is `{printable(self.url)}` the server that you mean?",
            ) from error


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An answer whose body is read piece by piece."""

    url: str
    status: int
    headers: Mapping[str, str]
    response: BaseHTTPResponse = field(repr=False)
    earlier: tuple[Mapping[str, str], ...] = ()
    """The headers of all answers on the way to it, the last one first."""

    def pieces(self) -> Iterator[bytes]:
        """The body as it was sent.

        Raises:
            HubUnreachable: the connection broke.
        """
        from urllib3.exceptions import HTTPError

        try:
            yield from self.response.stream(_CHUNK, decode_content=False)
        except HTTPError as error:
            raise HubUnreachable(f"the connection to `{_host(self.url)}` broke", hint=_AGAIN) from error


_AGAIN = "Run the command again: what was done is kept"


class Web:
    """Sends requests; safe to share between threads."""

    def __init__(self, patience: Patience = Patience()) -> None:
        self._patience = patience
        self._counting = Lock()
        self.sent = 0

    def head(self, url: str, subject: str, headers: Mapping[str, str] | None = None) -> Head:
        """Ask about a file. Servers that refuse the question are asked for the file, whose body is not read.

        Raises:
            HubError: see ``get``.
        """
        try:
            with self.stream(url, subject, headers, method="HEAD") as answer:
                return _head(answer)
        except HubError as error:
            if error.status not in {403, 405, 501}:
                raise
        with self.stream(url, subject, headers) as answer:
            return _head(answer)

    def get(
        self, url: str, subject: str, headers: Mapping[str, str] | None = None, *, limit: int = LARGEST_PAGE
    ) -> Page:
        """A whole answer of at most ``limit`` bytes. ``subject`` is what it is about, for people.

        Raises:
            ModelNotFound, AccessDenied, RateLimited, HubUnreachable: what the server said, or that it said nothing.
            UnsafeContent: it is larger, or leads where nobody must follow.
        """
        with self.stream(url, subject, headers) as answer:
            return Page(url=answer.url, body=_whole(answer, subject, limit), headers=answer.headers)

    def post(self, url: str, subject: str, body: Mapping[str, Any], headers: Mapping[str, str] | None = None) -> Page:
        """Send JSON, and give the whole answer.

        Raises:
            HubError, UnsafeContent: as ``get``.
        """
        given = {"Content-Type": "application/json", **(headers or {})}
        with self.stream(url, subject, given, method="POST", body=json.dumps(body).encode()) as answer:
            return Page(url=answer.url, body=_whole(answer, subject, LARGEST_PAGE), headers=answer.headers)

    def open(self, url: str, subject: str, size: int, headers: Mapping[str, str] | None = None) -> BinaryIO:
        """A seekable stream of a file of which only the parts that are read get fetched."""

        def fetch(start: int, end: int) -> bytes:
            asked = {**(headers or {}), "Range": f"bytes={start}-{end - 1}"}
            with self.stream(url, subject, asked) as answer:
                skip = 0 if answer.status == _PARTIAL else start
                return _part(answer, skip, end - start)

        return io.BufferedReader(RangeReader(size, fetch), _RANGE_BLOCK)

    @contextmanager
    def stream(
        self,
        url: str,
        subject: str,
        headers: Mapping[str, str] | None = None,
        *,
        method: str = "GET",
        body: bytes | None = None,
        accepted: frozenset[int] = frozenset(),
    ) -> Iterator[Answer]:
        """An answer that is not an error, or has one of the ``accepted`` statuses.

        Raises:
            HubError, UnsafeContent: as ``get``.
        """
        response, found, earlier = self._follow(url, subject, dict(headers or {}), method, body)
        try:
            if response.status >= _FIRST_ERROR and response.status not in accepted:
                raise _refusal(response, found, subject)
            lowered = {name.lower(): value for name, value in response.headers.items()}
            yield Answer(url=found, status=response.status, headers=lowered, response=response, earlier=earlier)
        finally:
            response.close()

    def _follow(
        self, url: str, subject: str, headers: dict[str, str], method: str, body: bytes | None
    ) -> tuple[BaseHTTPResponse, str, tuple[Mapping[str, str], ...]]:
        earlier: list[Mapping[str, str]] = []
        for _ in range(_MOST_REDIRECTS):
            response = self._send(url, subject, headers, method, body)
            location = response.headers.get("location")
            if response.status not in _REDIRECTS or not location:
                return response, url, tuple(reversed(earlier))
            earlier.append({name.lower(): value for name, value in response.headers.items()})
            response.close()
            target = urljoin(url, location)
            _refuse_downgrade(url, target, subject)
            if _origin(target) != _origin(url):
                headers = {name: value for name, value in headers.items() if name.lower() not in _SECRET}
            if response.status == 303 or (response.status in {301, 302} and method == "POST"):  # noqa: PLR2004
                method, body = "GET", None
            url = target
        raise HubUnreachable(f"`{printable(subject)}`: `{_host(url)}` leads around in a circle", hint=_AGAIN)

    def _send(
        self, url: str, subject: str, headers: Mapping[str, str], method: str, body: bytes | None
    ) -> BaseHTTPResponse:
        from urllib3 import Retry, Timeout
        from urllib3.exceptions import HTTPError, LocationValueError

        with self._counting:
            self.sent += 1
        patience = self._patience
        retries = Retry(
            total=patience.attempts - 1,
            redirect=False,
            status_forcelist=_BUSY,
            allowed_methods=None,
            backoff_factor=patience.first_delay,
            backoff_jitter=patience.first_delay / 4,
            raise_on_status=False,
        )
        asked = {"User-Agent": f"ptmdeps/{__version__}", "Accept-Encoding": "identity", **headers}
        try:
            return _pool(_proxy(url)).request(
                method,
                url,
                headers=asked,
                body=body,
                retries=retries,
                redirect=False,
                preload_content=False,
                timeout=Timeout(connect=patience.connect, read=patience.read),
            )
        except (HTTPError, LocationValueError, OSError) as error:
            raise HubUnreachable(
                f"no answer from `{_host(url)}` for `{printable(subject)}`: {_reason(error)}",
                hint=f"Check the connection. {_AGAIN}",
            ) from error


@cache
def _pool(proxy: str) -> PoolManager:
    """One for each proxy, so that connections are used again."""
    from urllib3 import PoolManager, ProxyManager

    return ProxyManager(proxy, maxsize=16) if proxy else PoolManager(maxsize=16)


def _proxy(url: str) -> str:
    """What ``http_proxy``, ``https_proxy`` and ``no_proxy`` say."""
    from urllib.request import getproxies, proxy_bypass

    parts = urlsplit(url)
    return "" if proxy_bypass(parts.hostname or "") else getproxies().get(parts.scheme, "")


def _head(answer: Answer) -> Head:
    length = answer.headers.get("content-length", "")
    size = int(length) if length.isascii() and length.isdecimal() else None
    return Head(url=answer.url, size=size, headers=answer.headers, earlier=answer.earlier)


def _whole(answer: Answer, subject: str, limit: int) -> bytes:
    body = bytearray()
    for piece in answer.pieces():
        body += piece
        if len(body) > limit:
            raise UnsafeContent(
                f"`{printable(subject)}`: `{_host(answer.url)}` answers with more than {limit:,} bytes",
                hint="No honest answer to that question is so long",
            )
    return bytes(body)


def _part(answer: Answer, skip: int, size: int) -> bytes:
    """``size`` bytes after the first ``skip``: a server without ranges sends all of them."""
    content = bytearray()
    for piece in answer.pieces():
        content += piece[skip:]
        skip = max(0, skip - len(piece))
        if len(content) >= size:
            break
    return bytes(content[:size])


def _refuse_downgrade(url: str, target: str, subject: str) -> None:
    here, there = urlsplit(url), urlsplit(target)
    if there.scheme not in {"http", "https"} or (here.scheme == "https" and there.scheme == "http"):
        raise UnsafeContent(
            f"`{printable(subject)}`: `{_host(url)}` leads to `{printable(target)}`, which nobody should follow",
            hint="Ask whoever keeps that server; a redirect must not give up encryption",
        )


def _origin(url: str) -> tuple[str, str, int | None]:
    parts = urlsplit(url)
    return (parts.scheme, parts.hostname or "", parts.port)


def _host(url: str) -> str:
    return printable(urlsplit(url).netloc.rpartition("@")[2])


def _refusal(response: BaseHTTPResponse, url: str, subject: str) -> HubError:
    """The error for people; its ``status`` is for whoever can do something about it."""
    status, host, shown = response.status, _host(url), printable(subject)
    said = _said(response)
    error: HubError
    if status in {401, 403}:
        error = AccessDenied(f"`{host}` refuses `{shown}` ({status}){said}", hint="Log in there, or ask for access")
    elif status in {404, 410}:
        error = ModelNotFound(f"`{host}` has no `{shown}` ({status})", hint="Check its name")
    elif status == _TOO_MANY:
        error = RateLimited(f"`{host}` allows no more requests for now (429)", hint=f"Wait a while. {_AGAIN}")
    elif status == 416:  # noqa: PLR2004
        error = FileNotInModel(f"`{host}` has another `{shown}` than expected ({status})", hint=_AGAIN)
    else:
        error = HubUnreachable(f"`{host}` answered {status} for `{shown}`{said}", hint=_AGAIN)
    error.status = status
    return error


def _said(response: BaseHTTPResponse) -> str:
    """The first line of what a server says of its refusal, if that is for people."""
    kind = response.headers.get("content-type", "")
    if not kind.startswith(("text/plain", "application/json")):
        return ""
    text = response.read(400, decode_content=False).decode("utf-8", "replace")
    line = printable(" ".join(text.split()))
    return f": {line}" if line else ""


def _reason(error: Exception) -> str:
    cause = getattr(error, "reason", None) or error
    return printable(str(cause).rpartition(": ")[2] or type(cause).__name__)
