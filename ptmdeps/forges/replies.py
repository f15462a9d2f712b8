"""What forges answer, and what their refusals mean to people."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ptmdeps.errors import (
    ForgeConflict,
    ForgeDenied,
    ForgeError,
    ForgeNotFound,
    ForgeRateLimited,
    ForgeRefused,
    ForgeUnreachable,
)
from ptmdeps.hubs.redirects import host
from ptmdeps.hubs.refusals import http_date
from ptmdeps.paths import printable

AGAIN = "Run the command again: it goes on from what is there"
BUSY = frozenset({500, 502, 503, 504})

_LONGEST_COMPLAINT = 400
"""Characters of what a forge says of its refusal."""
_UNKNOWN_LIMIT = 60.0
"""Seconds; what GitHub advises where a limit does not say when it ends."""
_FINE = range(200, 300)


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
    elif status in BUSY or status > max(BUSY):
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


def is_limit(reply: Reply) -> bool:
    """Whether a reply is that of a rate limit: 429, or what GitHub answers with 403 (also for secondary limits)."""
    if reply.status == 429:  # noqa: PLR2004
        return True
    if reply.status != 403:  # noqa: PLR2004
        return False
    spent = reply.headers.get("x-ratelimit-remaining") == "0"
    return spent or "retry-after" in reply.headers or "rate limit" in said(reply).lower()


def limit_ends(reply: Reply, attempt: int) -> float:
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


def limit_refusal(reply: Reply, doing: str, delay: float) -> ForgeRateLimited:
    """What a limit that is not waited for means; it ends in ``delay`` seconds."""
    error = ForgeRateLimited(
        f"`{host(reply.url)}` allows no more requests for now ({reply.status}) when asked to {doing}",
        hint=f"Wait {delay / 60:,.0f} minutes. {AGAIN}" if delay >= 60 else f"Wait a minute. {AGAIN}",  # noqa: PLR2004
    )
    error.status = reply.status
    return error
