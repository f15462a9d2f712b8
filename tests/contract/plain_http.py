"""One request over plain HTTP, for the tests of the embedded servers."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from email.message import Message
    from http.client import HTTPResponse

_FOLLOWS = urllib.request.build_opener(urllib.request.ProxyHandler({}))
_STAYS = urllib.request.OpenerDirector()
for _handler in (
    urllib.request.HTTPHandler(),
    urllib.request.HTTPErrorProcessor(),
    urllib.request.HTTPDefaultErrorHandler(),
):
    _STAYS.add_handler(_handler)


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


def ask(url: str, *, method: str = "GET", document: object = None, **headers: str) -> Answer:
    """Send a request, with a JSON document where one is given, and return the first answer, be it a redirect."""
    return _asked(_STAYS, url, method, document, headers)


def follow(url: str, *, method: str = "GET", document: object = None, **headers: str) -> Answer:
    """Send a request as `ask` does, and follow the redirects."""
    return _asked(_FOLLOWS, url, method, document, headers)


def _asked(
    opener: urllib.request.OpenerDirector, url: str, method: str, document: object, headers: dict[str, str]
) -> Answer:
    body = None if document is None else json.dumps(document).encode()
    headers = {name.replace("_", "-"): value for name, value in headers.items()}
    named = headers if body is None else {**headers, "Content-Type": "application/json"}
    request = urllib.request.Request(url, data=body, headers=named, method=method)  # noqa: S310 - loopback
    try:
        answer: HTTPResponse = opener.open(request, timeout=10)
    except urllib.error.HTTPError as error:
        with error:
            return Answer(status=error.code, headers=error.headers, body=error.read(), url=error.url)
    with answer:
        return Answer(status=answer.status, headers=answer.headers, body=answer.read(), url=answer.url)
