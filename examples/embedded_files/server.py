"""Static files over HTTP: RFC 9110, 8.8 (validators), 13 (conditional requests), 14 (ranges), 15.4 (redirects)."""

from __future__ import annotations

import hashlib
import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http import HTTPStatus
from pathlib import Path
from typing import Literal
from urllib.parse import quote, unquote

from embedded_hub.exchange import Answer, Body, Request
from embedded_hub.faults import Fails
from embedded_hub.loopback import LoopbackServer
from embedded_hub.ranges import part

FIRST_DAY = datetime(2024, 1, 1, tzinfo=UTC)
"""When the first version of every file is from; each further one is an hour younger."""

_LOOPBACK = ("127.0.0.1", "localhost", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entity:
    """A file as it is served: `headers` are those of a whole answer."""

    content: bytes | Path
    headers: dict[str, str]
    ranges: bool = True
    length: int | Literal["right"] | None = "right"
    token: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Redirect:
    """An address that leads to another."""

    location: str
    status: int


@dataclass(slots=True)
class _Site:
    """What one host has, by path, and how often each path was put."""

    found: dict[str, Entity | Redirect] = field(default_factory=dict)
    versions: dict[str, int] = field(default_factory=dict)


class EmbeddedFiles(LoopbackServer):
    """A web server on a free port of the loopback interface, running while the `with` block does."""

    def __init__(self, *, port: int = 0, latency: float = 0.0) -> None:
        self._lock = threading.Lock()
        self._sites: dict[str, _Site] = {}
        super().__init__(port=port, latency=latency)

    def put(
        self,
        path: str,
        content: bytes | Path,
        *,
        etag: Literal["strong", "weak"] | None = "strong",
        dated: bool = True,
        ranges: bool = True,
        kind: str = "application/octet-stream",
        disposition: str | None = None,
        length: int | Literal["right"] | None = "right",
        token: str | None = None,
        host: str = "",
    ) -> str:
        """Serve a file, instead of the one of the same path if there is one; return its URL.

        Args:
            path: starts with a slash, and is not quoted.
            content: the bytes, or a file of this machine.
            etag: how the entity tag, made of the content, is to be understood; None leaves it out.
            dated: whether there is a `Last-Modified`.
            ranges: whether parts of the file can be had.
            kind: the media type.
            disposition: the file name that the server suggests.
            length: what is announced; a number that is wrong ends the connection, None announces nothing.
            token: what has to come as `Authorization: Bearer`.
            host: serve it only to those who ask this host, which a proxy brought here.
        """
        with self._lock:
            site = self._sites.setdefault(host, _Site())
            version = site.versions[path] = site.versions.get(path, 0) + 1
            modified = format_datetime(FIRST_DAY + timedelta(hours=version), usegmt=True)
            headers = {
                "Content-Type": kind,
                "ETag": None if etag is None else "W/" * (etag == "weak") + f'"{_digest(content)[:32]}"',
                "Last-Modified": modified if dated else None,
                "Accept-Ranges": "bytes" if ranges else "none",
                "Content-Disposition": None if disposition is None else f'attachment; filename="{disposition}"',
            }
            given = {name: value for name, value in headers.items() if value is not None}
            site.found[path] = Entity(content=content, headers=given, ranges=ranges, length=length, token=token)
        return self.url(path, host=host)

    def redirect(self, path: str, location: str, *, status: int = 302, host: str = "") -> str:
        """Lead from a path to another, or to a URL; return the URL of the former."""
        with self._lock:
            redirect = Redirect(location=location, status=status)
            self._sites.setdefault(host, _Site()).found[path] = redirect
        return self.url(path, host=host)

    def remove(self, path: str, *, host: str = "") -> None:
        """Serve a path no longer."""
        with self._lock:
            del self._sites[host].found[path]

    def url(self, path: str, *, host: str = "") -> str:
        """Return the URL of a path."""
        return f"https://{host}{quote(path)}" if host else f"{self.endpoint}{quote(path)}"

    def respond(self, request: Request) -> Answer:
        """Return the answer to any request."""
        if request.method not in ("GET", "HEAD"):
            return _plain(HTTPStatus.METHOD_NOT_ALLOWED, {"Allow": "GET, HEAD"})
        name = request.host.partition(":")[0]
        site = self._sites.get("" if name in _LOOPBACK else name, _Site())
        match site.found.get(unquote(request.path)):
            case Redirect(location=location, status=status):
                return _plain(HTTPStatus(status), {"Location": location})
            case Entity() as entity if entity.token not in (None, request.token):
                return _plain(HTTPStatus.UNAUTHORIZED, {"WWW-Authenticate": 'Bearer realm="files"'})
            case Entity() as entity:
                return _entity(entity, request)
        return _plain(HTTPStatus.NOT_FOUND)

    def failure(self, fault: Fails) -> Answer:
        """Return the answer of a `Fails`: a line of text."""
        text = Body.whole(f"{fault.message}\n".encode())
        return Answer(status=fault.status, headers={"Content-Type": "text/plain", **fault.headers}, body=text)


def _entity(entity: Entity, request: Request) -> Answer:
    headers = dict(entity.headers)
    if _held(request, headers):
        return Answer(status=HTTPStatus.NOT_MODIFIED, headers=headers)
    if entity.length is None:
        headers["Transfer-Encoding"] = "chunked"
    elif entity.length != "right":
        headers |= {"Content-Length": str(entity.length), "Connection": "close"}
    whole = Body.whole(entity.content)
    return part(whole, request, headers) if entity.ranges else Answer(headers=headers, body=whole)


def _held(request: Request, headers: dict[str, str]) -> bool:
    """Tell whether the client has this version: RFC 9110, 13.1.2 and, where no `If-None-Match` is there, 13.1.3."""
    known = request.headers.get("if-none-match")
    if known is None:
        return "Last-Modified" in headers and request.headers.get("if-modified-since") == headers["Last-Modified"]
    tags = {tag.strip().removeprefix("W/") for tag in known.split(",")}
    return "ETag" in headers and (known.strip() == "*" or headers["ETag"].removeprefix("W/") in tags)


def _plain(status: HTTPStatus, headers: dict[str, str] | None = None) -> Answer:
    body = Body.whole(f"{status.value} {status.phrase}\n".encode())
    return Answer(status=status, headers={"Content-Type": "text/plain", **(headers or {})}, body=body)


def _digest(content: bytes | Path) -> str:
    data = content if isinstance(content, bytes) else content.read_bytes()
    return hashlib.sha256(data).hexdigest()
