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
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from ptmdeps.errors import (
    ForgeConflict,
    ForgeDenied,
    ForgeError,
    ForgeNotFound,
    ForgeRateLimited,
    ForgeRefused,
    ForgeUnreachable,
    HubError,
    UnsafeContent,
)
from ptmdeps.hubs.redirects import host
from ptmdeps.hubs.refusals import http_date
from ptmdeps.hubs.web import Patience, Web
from ptmdeps.paths import printable

LARGEST_ANSWER = 32 * 1024 * 1024
"""Bytes; no list of pull requests and no lock file is longer."""
MOST_PAGES = 50
AGAIN = "Run the command again: it goes on from what is there"

_LONGEST_COMPLAINT = 400
"""Characters of what a forge says of its refusal."""
_REMEMBERED, _OVERHEAD = 64 * 1024 * 1024, 4096
"""Bytes of answers that are asked for again with their ETag: of all of them, and of each besides its own."""
_UNKNOWN_LIMIT = 60.0
"""Seconds; what GitHub advises where a limit does not say when it ends."""
_MOST_LIMITED = 4
"""Attempts at a request that a limit holds up."""
_WORTH_SAYING = 3.0
_BUSY = frozenset({500, 502, 503, 504})
_FINE = range(200, 300)
_ANY_STATUS = frozenset(range(300, 600))
_NOT_MODIFIED = 304
_NEXT = re.compile(r'<([^<>]*)>[^<>]*?;\s*rel="?next"?', re.IGNORECASE)
_LOOPBACK = re.compile(r"localhost|127(\.\d{1,3}){3}|\[?::1\]?")
_SCHEMES = {"http", "https"}

_PATIENT = Patience()
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """A whole answer, an error or not; header names are in small letters.

    Attributes:
        moved: whether the answer is of another address than the one that was asked.
        method: of the request.
    """

    status: int
    url: str
    headers: Mapping[str, str]
    body: bytes = field(repr=False)
    moved: bool = False
    method: str = "GET"

    @property
    def fine(self) -> bool:
        """Whether it is no error."""
        return self.status in _FINE

    def json(self) -> Any:  # noqa: ANN401 - whatever the forge answers
        """The answer as JSON.

        Raises:
            ForgeUnreachable: it is none.
        """
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError) as error:
            raise ForgeUnreachable(
                f"the answer of `{host(self.url)}` could not be read: it is no JSON",
                hint=f"Is `{printable(self.url.partition('?')[0])}` the API of a forge?",
            ) from error


Explain = Callable[[Reply, str], ForgeError]
"""The error for people of a reply, and of what was to be done ("open the pull request")."""


def refusal(reply: Reply, doing: str) -> ForgeError:
    """What every forge means by its status, with what it says of it; ``status`` is set."""
    status, server = reply.status, host(reply.url)
    text = f"`{server}` does not {doing} ({status}){said(reply)}"
    error: ForgeError
    if status == 401:  # noqa: PLR2004
        error = ForgeDenied(text, hint="The token is wrong, ran out, or was taken back: make another one")
    elif status == 403:  # noqa: PLR2004
        error = ForgeDenied(text, hint="The token may not do that")
    elif status in {404, 410}:
        error = ForgeNotFound(text, hint="Check the name, and that the token may read it: forges hide what it may not")
    elif status in {409, 412}:
        error = ForgeConflict(text, hint=AGAIN)
    elif status == 429:  # noqa: PLR2004
        error = ForgeRateLimited(text, hint="Wait a while, then run the command again")
    elif status in _BUSY or status > max(_BUSY):
        error = ForgeUnreachable(text, hint=AGAIN)
    else:
        error = ForgeRefused(text)
    error.status = status
    return error


def said(reply: Reply) -> str:
    """What a forge says of its refusal, in one printable line with a colon before it; empty where it says nothing."""
    kind = reply.headers.get("content-type", "")
    text = reply.body[: 8 * _LONGEST_COMPLAINT].decode("utf-8", "replace") if kind.startswith("text/plain") else ""
    if "json" in kind:
        try:
            text = "; ".join(dict.fromkeys(_words(json.loads(reply.body))))
        except (ValueError, RecursionError):
            text = ""
    line = printable(" ".join(text.split()), limit=_LONGEST_COMPLAINT)
    return f": {line}" if line else ""


def _words(document: object, depth: int = 0) -> Iterator[str]:
    """The texts for people in the errors of GitHub, GitLab and Gitea, which each have several shapes."""
    most = 4
    if isinstance(document, str):
        yield document
    elif isinstance(document, list) and depth < most:
        for item in document[:20]:
            yield from _words(item, depth + 1)
    elif isinstance(document, dict) and depth < most:
        for name, value in list(document.items())[:20]:
            if depth and not {"message", "code", "field"} & document.keys():
                yield from (f"{name}: {words}" for words in _words(value, depth + 1))
            elif name in {"message", "error", "errors", "error_description"}:
                yield from _words(value, depth + 1)
        if "message" not in document and "code" in document:
            yield " ".join(str(document[name]) for name in ("resource", "field", "code") if document.get(name))


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
                    delay = _limit_ends(reply, limited)
                    if limited >= _MOST_LIMITED or delay > self.patience.longest_delay:
                        raise _limited(reply, doing, delay)
                elif reply.status in _BUSY and again and attempt < self.patience.attempts:
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


def is_limit(reply: Reply) -> bool:
    """Whether a reply is that of a rate limit: 429, or what GitHub answers with 403 (also for secondary limits)."""
    if reply.status == 429:  # noqa: PLR2004
        return True
    if reply.status != 403:  # noqa: PLR2004
        return False
    spent = reply.headers.get("x-ratelimit-remaining") == "0"
    return spent or "retry-after" in reply.headers or "rate limit" in said(reply).lower()


def _limit_ends(reply: Reply, attempt: int) -> float:
    """Seconds until a limit ends: as it says, else longer and longer. Counted from the clock of the server."""
    after = reply.headers.get("retry-after", "").strip()
    if after.isascii() and after.isdecimal():
        return float(after[:9])
    now = http_date(reply.headers.get("date", ""))
    here = time.time() if now is None else now.timestamp()
    if moment := http_date(after):
        return max(0.0, moment.timestamp() - here)
    reset = reply.headers.get("x-ratelimit-reset") or reply.headers.get("ratelimit-reset") or ""
    left = reply.headers.get("x-ratelimit-remaining") or reply.headers.get("ratelimit-remaining") or "0"
    if left == "0" and reset.isascii() and reset.isdecimal():
        return max(1.0, float(reset[:12]) - here + 1.0)
    return _UNKNOWN_LIMIT * float(2 ** (attempt - 1))


def _limited(reply: Reply, doing: str, delay: float) -> ForgeRateLimited:
    error = ForgeRateLimited(
        f"`{host(reply.url)}` allows no more requests for now ({reply.status}) when asked to {doing}",
        hint=f"Wait {delay / 60:,.0f} minutes. {AGAIN}" if delay >= 60 else f"Wait a minute. {AGAIN}",  # noqa: PLR2004
    )
    error.status = reply.status
    return error


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


def texts(items: object, name: str = "") -> tuple[str, ...]:
    """The texts of a list in an answer, or those under ``name`` of its objects; what is none is left out."""
    listed: Sequence[object] = items if isinstance(items, list) else ()
    found = (item.get(name) if name and isinstance(item, dict) else item for item in listed)
    return tuple(item for item in found if isinstance(item, str))
