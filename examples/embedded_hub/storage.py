"""Object storage behind a hub: the same port under the other name of loopback, where a signed URL is the credential.

What GCS is to Kaggle, OSS to ModelScope and R2 to the registry of Ollama.
"""

from __future__ import annotations

import hashlib
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import quote

from embedded_hub.exchange import Answer, Body, Refused, Request

if TYPE_CHECKING:
    from collections.abc import Mapping

PREFIX = "storage"
"""First segment of the path of every object."""

_OTHER_NAMES = {"127.0.0.1": "localhost", "localhost": "127.0.0.1"}


def origin(request: Request) -> str:
    """Return scheme and host under which the client asked: loopback is plain HTTP, names of the internet are not."""
    return f"{'http' if request.host.partition(':')[0] in _OTHER_NAMES else 'https'}://{request.host}"


def other_origin(request: Request, public: str) -> str:
    """Return an origin that is another one to the client, and must not be sent its token.

    It is the same port under the other name of loopback; for who asked by a name of the internet (through a proxy that
    leads here) it is `public`, which the proxy must lead here too.
    """
    name, _, port = request.host.partition(":")
    return f"http://{_OTHER_NAMES[name]}:{port}" if name in _OTHER_NAMES else f"https://{public}"


class Storage:
    """Objects by the SHA-256 of their bytes, in memory. Safe to use from many threads.

    `public` is the name of the internet that stands for it, for clients that use such names.
    """

    def __init__(self, public: str) -> None:
        self.public = public
        self._objects: dict[str, bytes] = {}

    def keep(self, content: bytes) -> str:
        """Keep an object and return its SHA-256."""
        sha256 = hashlib.sha256(content).hexdigest()
        self._objects[sha256] = content
        return sha256

    def redirect(
        self,
        request: Request,
        sha256: str,
        name: str,
        *,
        status: HTTPStatus = HTTPStatus.FOUND,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Return the answer that sends a client to an object; `name` ends the path of its URL."""
        start = other_origin(request, self.public)
        path = f"/{PREFIX}/{sha256}/{quote(name)}"
        location = f"{start}{path}?Signature={_signature(start, path)}"
        body = Body.whole(f"{status.phrase}. Redirecting to {location}".encode())
        given = {"Location": location, "Content-Type": "text/plain; charset=utf-8", **(headers or {})}
        return Answer(status=status, headers=given, body=body)

    def content(self, request: Request) -> bytes:
        """Return the object a URL of `redirect` leads to.

        Raises:
            Refused: 400 for who sends the token of the hub along, 403 for a signature that is not ours, 404.
        """
        if "authorization" in request.headers:
            raise Refused(HTTPStatus.BAD_REQUEST, "An access token was sent to another origin")
        if dict(request.parameters).get("Signature") != _signature(origin(request), request.path):
            raise Refused(HTTPStatus.FORBIDDEN, "The signature does not match")
        content = self._objects.get(request.segments[1])
        if content is None:
            raise Refused(HTTPStatus.NOT_FOUND, "No such object")
        return content


def _signature(start: str, path: str) -> str:
    return hashlib.sha256(f"embedded storage {start}{path}".encode()).hexdigest()[:32]
