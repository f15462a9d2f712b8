"""Requests to hubs that are plain web servers: patient, counted, and with secrets only for whom they are meant.

Redirects are followed here and not by the library, because of what has to be looked at on the way: the origin to which
a secret belongs, and that nobody is led from ``https`` to ``http``. So is patience, which no server may wear out.
"""

from __future__ import annotations

import io
import json
import logging
import random
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING, Any, BinaryIO

from ptmdeps import __version__
from ptmdeps.errors import HubError, HubUnreachable, UnsafeContent
from ptmdeps.hubs.connections import pool_for
from ptmdeps.hubs.ranges import RangeReader
from ptmdeps.hubs.redirects import REDIRECTS, asks_anew, carried, host, target
from ptmdeps.hubs.refusals import AGAIN, reason, refusal, seconds_asked_for
from ptmdeps.paths import printable

if TYPE_CHECKING:
    from urllib3 import BaseHTTPResponse

LARGEST_PAGE = 128 * 1024 * 1024
"""Bytes of an answer that is read as a whole."""
_MOST_REDIRECTS = 10
_BUSY = frozenset({429, 500, 502, 503, 504})
_CHUNK = 64 * 1024
"""Bytes; of a connection that breaks, so many are lost at most."""
_RANGE_BLOCK = 64 * 1024
_PARTIAL, _NOT_MODIFIED = 206, 304
_FINE = range(200, 300)
_MOST_SKIPPED = 16 * 1024 * 1024
"""Bytes; a server without ranges that would have to send more than these for one part is asked for none."""
_WORTH_SAYING = 3.0
"""Seconds of silence after which a person wonders."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How often and how long to wait for a server that is busy or down.

    Attributes:
        attempts: requests at most, the first one included.
        first_delay: seconds before the second attempt; doubles each time. What the server asks for goes before it.
        longest_delay: seconds; who asks for more is not waited for.
        connect: seconds until a connection stands.
        read: seconds between two parts of an answer.
        whole: seconds for an answer that is read as a whole.
    """

    attempts: int = 5
    first_delay: float = 0.5
    longest_delay: float = 310.0
    connect: float = 10.0
    read: float = 30.0
    whole: float = 600.0

    def delay(self, attempt: int) -> float:
        """Seconds to wait after an attempt of whose end the server says nothing; some more, so as to spread load."""
        backoff = self.first_delay * float(2 ** (attempt - 1)) * random.uniform(1.0, 1.25)  # noqa: S311 - no secret
        return min(backoff, self.longest_delay)


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
            raise HubUnreachable(f"the connection to `{host(self.url)}` broke", hint=AGAIN) from error


class Web:
    """Sends requests; safe to share between threads."""

    def __init__(self, patience: Patience = Patience()) -> None:
        self.patience = patience
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
            return Page(url=answer.url, body=self.whole(answer, subject, limit), headers=answer.headers)

    def renewed(self, page: Page | None, url: str, subject: str, *, limit: int = LARGEST_PAGE) -> Page:
        """Likewise, of an answer that is here: ``page`` itself where the server says that it is still the same.

        Raises:
            HubError, UnsafeContent: as ``get``.
        """
        etag = page.headers.get("etag", "") if page else ""
        conditions = {"If-None-Match": etag} if etag else {}
        with self.stream(url, subject, conditions, accepted=frozenset({_NOT_MODIFIED} if etag else ())) as answer:
            if page and answer.status == _NOT_MODIFIED:
                return page
            return Page(url=answer.url, body=self.whole(answer, subject, limit), headers=answer.headers)

    def post(self, url: str, subject: str, body: Mapping[str, Any], headers: Mapping[str, str] | None = None) -> Page:
        """Send JSON, and give the whole answer.

        Raises:
            HubError, UnsafeContent: as ``get``.
        """
        given = {"Content-Type": "application/json", **(headers or {})}
        with self.stream(url, subject, given, method="POST", body=json.dumps(body).encode()) as answer:
            return Page(url=answer.url, body=self.whole(answer, subject, LARGEST_PAGE), headers=answer.headers)

    def open(self, url: str, subject: str, size: int, headers: Mapping[str, str] | None = None) -> BinaryIO:
        """A seekable stream of a file of which only the parts that are read get fetched.

        Reading it raises what ``get`` raises, and HubUnreachable where the server has other parts than those.
        """

        def fetch(start: int, end: int) -> bytes:
            asked = {**(headers or {}), "Range": f"bytes={start}-{end - 1}"}
            with self.stream(url, subject, asked) as answer:
                return _part(answer, start, end - start, subject)

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
            if response.status not in _FINE and response.status not in accepted:
                raise refusal(response, found, subject)
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
            if response.status not in REDIRECTS or not location:
                return response, url, tuple(reversed(earlier))
            earlier.append({name.lower(): value for name, value in response.headers.items()})
            response.close()
            led, anew = target(url, location, subject), asks_anew(response.status, method)
            headers = carried(headers, url, led, anew=anew)
            url, method, body = (led, "GET", None) if anew else (led, method, body)
        raise HubUnreachable(
            f"`{printable(subject)}`: `{host(url)}` leads from one address to another, {_MOST_REDIRECTS} times by now",
            hint="Open the address in a browser; whoever keeps that server can mend it",
        )

    def _send(
        self, url: str, subject: str, headers: Mapping[str, str], method: str, body: bytes | None
    ) -> BaseHTTPResponse:
        """Send a request, again and again while the server is busy or does not answer."""
        patience = self.patience
        for attempt in range(1, patience.attempts):
            try:
                response = self._send_once(url, subject, headers, method, body)
            except _NoAnswer:
                delay = patience.delay(attempt)
            else:
                if response.status not in _BUSY:
                    return response
                asked = seconds_asked_for(response)
                delay = patience.delay(attempt) if asked is None else asked
                if delay > patience.longest_delay:
                    return response
                response.close()
            if delay > _WORTH_SAYING:
                _log.warning("`%s` is busy or does not answer: trying again in %.0f s", host(url), delay)
            time.sleep(delay)
        return self._send_once(url, subject, headers, method, body)

    def _send_once(
        self, url: str, subject: str, headers: Mapping[str, str], method: str, body: bytes | None
    ) -> BaseHTTPResponse:
        from urllib3 import Timeout
        from urllib3.exceptions import HTTPError, LocationValueError, SSLError

        with self._counting:
            self.sent += 1
        patience = self.patience
        asked = {"User-Agent": f"ptmdeps/{__version__}", "Accept-Encoding": "identity", **headers}
        try:
            return pool_for(url).request(
                method,
                url,
                headers=asked,
                body=body,
                retries=False,
                redirect=False,
                preload_content=False,
                timeout=Timeout(connect=patience.connect, read=patience.read),
            )
        except (HTTPError, LocationValueError, OSError, ValueError) as error:
            # neither a certificate that is not trusted nor an address that is none becomes better by waiting
            final = isinstance(error, SSLError | LocationValueError | ValueError)
            kind = HubUnreachable if final else _NoAnswer
            raise kind(
                f"no answer from `{host(url)}` for `{printable(subject)}`: {reason(error)}",
                hint=f"Check the connection. {AGAIN}",
            ) from error

    def whole(self, answer: Answer, subject: str, limit: int) -> bytes:
        """The body of an answer, of at most ``limit`` bytes and within the patience for a whole one.

        Raises:
            UnsafeContent: it is larger.
            HubUnreachable: it breaks off, or does not come to its end.
        """
        body = bytearray()
        end = time.monotonic() + self.patience.whole
        for piece in answer.pieces():
            body += piece
            if len(body) > limit:
                raise UnsafeContent(
                    f"`{printable(subject)}`: `{host(answer.url)}` answers with more than {limit:,} bytes",
                    hint="No honest answer to that question is so long",
                )
            if time.monotonic() > end:
                raise HubUnreachable(
                    f"`{printable(subject)}`: the answer of `{host(answer.url)}` does not come to its end", hint=AGAIN
                )
        return bytes(body)


class _NoAnswer(HubUnreachable):
    """What another attempt may mend."""


def _head(answer: Answer) -> Head:
    length = answer.headers.get("content-length", "")
    size = int(length) if length.isascii() and length.isdecimal() else None
    return Head(url=answer.url, size=size, headers=answer.headers, earlier=answer.earlier)


def _part(answer: Answer, start: int, size: int, subject: str) -> bytes:
    """``size`` bytes from ``start``; a server without ranges sends all that is before them, too."""
    skip = start
    if answer.status == _PARTIAL:
        skip = 0
        if not answer.headers.get("content-range", "").startswith(f"bytes {start}-"):
            raise HubUnreachable(f"`{host(answer.url)}` has another part of `{printable(subject)}` than was asked for")
    elif start > _MOST_SKIPPED:
        raise HubUnreachable(f"`{host(answer.url)}` gives no parts of files, as of `{printable(subject)}`")
    content = bytearray()
    for piece in answer.pieces():
        content += piece[skip:]
        skip = max(0, skip - len(piece))
        if len(content) >= size:
            break
    return bytes(content[:size])
