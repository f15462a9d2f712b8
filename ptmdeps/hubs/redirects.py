"""Where a redirect may lead, and what is sent along (RFC 9110, 15.4)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import urljoin, urlsplit

from ptmdeps.errors import UnsafeContent
from ptmdeps.paths import printable

REDIRECTS = frozenset({301, 302, 303, 307, 308})
_SEE_OTHER = 303
_SECRET = frozenset({"authorization", "cookie", "job-token", "private-token", "proxy-authorization"})
"""Headers, two of them GitLab's."""
_ABOUT_A_BODY = frozenset({"content-type", "content-length"})


def target(url: str, location: str, subject: str) -> str:
    """Where a redirect leads.

    Raises:
        UnsafeContent: nobody should follow it.
    """
    try:
        target = urljoin(url, location)
        here, there = urlsplit(url), urlsplit(target)
        followed = there.scheme == "https" or (there.scheme, here.scheme) == ("http", "http")
        followed = followed and bool(there.hostname) and there.port != 0
    except ValueError:
        target, followed = location, False
    if not followed:
        raise UnsafeContent(
            f"`{printable(subject)}`: `{host(url)}` leads to `{_public(target)}`, which nobody should follow",
            hint="Ask whoever keeps that server; a redirect must not give up encryption",
        )
    return target


def asks_anew(status: int, method: str) -> bool:
    """Whether a redirect is followed by a plain GET (RFC 9110, 15.4)."""
    return (status == _SEE_OTHER and method != "HEAD") or (status in {301, 302} and method == "POST")


def carried(headers: Mapping[str, str], url: str, target: str, *, anew: bool) -> dict[str, str]:
    """The headers that go along: no secret to another origin, nothing about a body where none is sent."""
    left = _SECRET if _origin(target) != _origin(url) else frozenset()
    left |= _ABOUT_A_BODY if anew else frozenset()
    return {name: value for name, value in headers.items() if name.lower() not in left}


def host(url: str) -> str:
    """Host and port of an address, for people."""
    try:
        return printable(urlsplit(url).netloc.rpartition("@")[2])
    except ValueError:
        return _public(url)


def _origin(url: str) -> tuple[str, str, int | None]:
    parts = urlsplit(url)
    return (parts.scheme, parts.hostname or "", parts.port or {"http": 80, "https": 443}.get(parts.scheme))


def _public(url: str) -> str:
    """An address without what may be secret in it: user, password, query."""
    return printable(re.sub(r"//[^/]*@", "//", url.partition("?")[0]))
