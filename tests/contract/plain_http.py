"""One request over plain HTTP, for the tests of the embedded servers: no redirect is followed unless asked."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from email.message import Message
    from http.client import HTTPResponse
    from typing import IO


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back; `url` is where it came from in the end."""

    status: int
    headers: Message
    body: bytes
    url: str

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: Message, newurl: str
    ) -> None:
        return None


def ask(url: str, *, method: str = "GET", document: object = None, follow: bool = False, **headers: str) -> Answer:
    """Send a request, with a JSON document where one is given; words of header names are joined by `_`."""
    body = None if document is None else json.dumps(document).encode()
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    if body is not None:
        named["Content-Type"] = "application/json"
    request = urllib.request.Request(url, data=body, headers=named, method=method)  # noqa: S310 - loopback
    stay = () if follow else (_Stay(),)
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), *stay)
    try:
        answer: HTTPResponse = opener.open(request, timeout=10)
    except urllib.error.HTTPError as error:
        with error:
            return Answer(status=error.code, headers=error.headers, body=error.read(), url=error.url)
    with answer:
        return Answer(status=answer.status, headers=answer.headers, body=answer.read(), url=answer.url)
