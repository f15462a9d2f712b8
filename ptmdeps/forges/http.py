"""Requests to the APIs of forges: patient, counted, explained, and with the token for nobody else.

What is general (connections, proxies, redirects, secrets) is done by ``ptmdeps.hubs.web``. Here is what an API that
changes things needs besides. A request that changes something is sent again only where the forge said that it did not
do it, or where doing it twice is doing it once: an answer that got lost may belong to a pull request that is open now.
"""

from __future__ import annotations

import json
import logging
import re
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from ptmdeps.errors import (
    ForgeDenied,
    ForgeError,
    ForgeNotFound,
    ForgeRefused,
    ForgeUnreachable,
    HubError,
    UnsafeContent,
)
from ptmdeps.forges.replies import AGAIN, BUSY, Explain, Reply, is_limit, limit_ends, limit_refusal, refusal
from ptmdeps.hubs.redirects import host
from ptmdeps.hubs.web import Patience, Web
from ptmdeps.paths import printable

LARGEST_ANSWER = 32 * 1024 * 1024
"""Bytes; no list of pull requests and no lock file is longer."""
MOST_PAGES = 50

_REMEMBERED, _OVERHEAD = 64 * 1024 * 1024, 4096
"""Bytes of answers that are asked for again with their ETag: of all of them, and of each besides its own."""
_MOST_LIMITED = 4
"""Attempts at a request that a limit holds up."""
_WORTH_SAYING = 3.0
_ANY_STATUS = frozenset(range(300, 600))
_NOT_MODIFIED = 304
_NEXT = re.compile(r'<([^<>]*)>[^<>]*?;\s*rel="?next"?', re.IGNORECASE)
_LOOPBACK = re.compile(r"localhost|127(\.\d{1,3}){3}|\[?::1\]?")
_SCHEMES = {"http", "https"}

_PATIENT = Patience()
_log = logging.getLogger(__name__)


class Api:
    """The API of one forge for one token; safe to share between threads.

    ``root`` is its address without a slash at its end, ``headers`` are for that origin only. ``explain`` makes the
    errors, ``refusal`` by default.
    """

    def __init__(
        self,
        root: str,
        headers: Mapping[str, str],
        *,
        explain: Explain = refusal,
        patience: Patience = _PATIENT,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        _look_at(root)
        if not all(value.isascii() and value.isprintable() for value in headers.values()):
            # the library would say so, too, and show it
            raise ForgeDenied("the token holds characters that no token has", hint="Was it copied as a whole line?")
        self.root = root
        self.patience = patience
        self._headers = dict(headers)
        self._explain = explain
        self._sleep = sleep
        self._web = Web(Patience(attempts=1, connect=patience.connect, read=patience.read, whole=patience.whole))
        self._seen: dict[str, Reply] = {}
        self._room = _REMEMBERED

    def __repr__(self) -> str:
        """Its address: the headers hold the token."""
        return f"Api({self.root!r})"

    @property
    def sent(self) -> int:
        """Requests so far."""
        return self._web.sent

    def get(
        self, path: str, doing: str, *, query: Mapping[str, str] | None = None, accepted: frozenset[int] = frozenset()
    ) -> Reply:
        """Read; ``path`` begins with a slash and is quoted, ``accepted`` are the errors that are an answer, too.

        What is asked again in the same run is asked with its ETag, which costs nothing where nothing changed.

        Raises:
            ForgeError: what the forge said, or that it said nothing.
        """
        url = f"{self.root}{path}" + (f"?{urlencode(query)}" if query else "")
        return self._got(url, doing, accepted)

    def pages(
        self, path: str, doing: str, *, query: Mapping[str, str] | None = None, most: int = MOST_PAGES
    ) -> Iterator[Any]:
        """All items of a list, page by page (``Link`` with ``rel="next"``, RFC 8288), ``most`` pages at most.

        The next page is asked at our origin, wherever the link leads: the token is for nobody else.

        Raises:
            ForgeError: as ``get``; or a page is no list.
        """
        reply = self.get(path, doing, query=query)
        for _ in range(most):
            items = reply.json()
            if not isinstance(items, list):
                raise ForgeUnreachable(f"`{host(reply.url)}` answers with no list when asked to {doing}", hint=AGAIN)
            yield from items
            found = _NEXT.search(reply.headers.get("link", ""))
            if not found:
                return
            reply = self._got(_at(self.root, found[1]), doing, frozenset())

    def send(
        self,
        method: str,
        path: str,
        doing: str,
        body: Mapping[str, Any] | None = None,
        *,
        again: bool = False,
        accepted: frozenset[int] = frozenset(),
    ) -> Reply:
        """Change something. ``again``: doing it twice is doing it once, so that a lost answer is no matter.

        Raises:
            ForgeError: as ``get``. After ForgeUnreachable it may have happened all the same, unless it was refused.
        """
        data = None if body is None else json.dumps(body).encode()
        headers = {"Content-Type": "application/json"} if data is not None else {}
        reply = self._asked(method, f"{self.root}{path}", doing, headers, data, again=again)
        if reply.moved:
            raise ForgeRefused(
                f"`{host(self.root)}` leads elsewhere when asked to {doing}: the repository was renamed or moved",
                hint="Give its name of today, by `--repository`",
            )
        return self._checked(reply, doing, accepted)

    def pause(self, seconds: float) -> None:
        """Wait for what the forge does on its own time."""
        self._sleep(seconds)

    def _got(self, url: str, doing: str, accepted: frozenset[int]) -> Reply:
        before = self._seen.get(url)
        condition = {"If-None-Match": before.headers["etag"]} if before else {}
        reply = self._asked("GET", url, doing, condition, None, again=True)
        if before and reply.status == _NOT_MODIFIED:
            return before
        if reply.fine and reply.headers.get("etag") and len(reply.body) <= self._room:
            self._room -= len(reply.body) + _OVERHEAD
            self._seen[url] = reply
        return self._checked(reply, doing, accepted)

    def _checked(self, reply: Reply, doing: str, accepted: frozenset[int]) -> Reply:
        if reply.fine or reply.status in accepted:
            return reply
        raise self._explain(reply, doing)

    def _asked(
        self, method: str, url: str, doing: str, headers: Mapping[str, str], body: bytes | None, *, again: bool
    ) -> Reply:
        """Send a request, again while the forge is busy, as far as that may be done."""
        attempt = limited = 0
        while True:
            attempt += 1
            try:
                reply = self._once(method, url, doing, headers, body)
            except ForgeUnreachable:
                if not again or attempt >= self.patience.attempts:
                    raise
                delay = self.patience.delay(attempt)
            else:
                if is_limit(reply):
                    limited += 1
                    delay = limit_ends(reply, limited)
                    if limited >= _MOST_LIMITED or delay > self.patience.longest_delay:
                        raise limit_refusal(reply, doing, delay)
                elif reply.status in BUSY and again and attempt < self.patience.attempts:
                    delay = self.patience.delay(attempt)
                else:
                    return reply
            if delay > _WORTH_SAYING:
                _log.warning("`%s` is busy or limits requests: trying again in %.0f s", host(url), delay)
            self._sleep(delay)

    def _once(self, method: str, url: str, doing: str, headers: Mapping[str, str], body: bytes | None) -> Reply:
        given, subject = {**self._headers, **headers}, urlsplit(url).path
        try:
            with self._web.stream(url, subject, given, method=method, body=body, accepted=_ANY_STATUS) as answer:
                content = self._web.whole(answer, subject, LARGEST_ANSWER)
                moved = bool(answer.earlier) or answer.status in {301, 302, 303, 307, 308}
                return Reply(
                    status=answer.status,
                    url=answer.url,
                    headers=answer.headers,
                    body=content,
                    moved=moved,
                    method=method,
                )
        except HubError as error:
            raise ForgeUnreachable(f"cannot {doing}: {error.message}", hint=AGAIN) from error
        except UnsafeContent as error:
            raise ForgeError(f"cannot {doing}: {error.message}", hint=error.hint) from error


def segment(text: str) -> str:
    """A text as one part of a path: ``group/name`` becomes ``group%2Fname``.

    Raises:
        ForgeNotFound: it would lead to another address, see ``path_of``.
    """
    return quote(_named(text, (text,)), safe="")


def path_of(text: str) -> str:
    """A name with slashes as a path: those stay, everything else is quoted.

    Raises:
        ForgeNotFound: a part of it is empty, ``.`` or ``..``: nothing is called so, and it leads to another address.
    """
    return quote(_named(text, text.split("/")), safe="/")


def _named(text: str, parts: Iterable[str]) -> str:
    if any(part in {"", ".", ".."} for part in parts):
        raise ForgeNotFound(f"nothing is called `{printable(text)}`", hint="Check its name")
    return text


def _at(root: str, link: str) -> str:
    """Path and query of a link, at the origin of ``root``."""
    try:
        parts = urlsplit(link)
    except ValueError as error:
        raise ForgeUnreachable(f"`{host(root)}` names a next page that is no address", hint=AGAIN) from error
    here = urlsplit(root)
    return f"{here.scheme}://{here.netloc}{parts.path}" + (f"?{parts.query}" if parts.query else "")


def _look_at(root: str) -> None:
    """Refuse what is no address of an API, and one to which the token would go for everybody to read."""
    try:
        parts = urlsplit(root)
        fine = parts.scheme in _SCHEMES and bool(parts.hostname) and parts.port != 0 and not parts.username
    except ValueError:
        fine = False
    if not fine:
        raise ForgeError(
            f"`{host(root)}` is no address of a forge's API", hint="It looks like `https://git.example.org/api/v3`"
        )
    if parts.scheme == "http" and not _LOOPBACK.fullmatch(parts.hostname or ""):
        raise ForgeDenied(
            f"the token is not sent to `{host(root)}`: everybody on the way could read it, it is not `https`",
            hint="Give the address with `https://`",
        )
