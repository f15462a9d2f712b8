r"""Ways in which a hub can misbehave, and the rules that say when.

hub.faults.add(rate_limited(seconds=1), path=r"/api/models/", times=3)
hub.faults.add(Corrupt(position=100), method="GET", path=r"model\.safetensors")
hub.faults.add(Then(lambda: repository.commit(...)), path="/revision/main", times=1)
"""

from __future__ import annotations

import re
import threading
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from embedded_hub.exchange import Answer, Body

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from embedded_hub.exchange import Request


@dataclass(frozen=True, slots=True, kw_only=True)
class Fails:
    """The answer is this status, with these headers; nothing else happens."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    message: str = "Internal Error - We're working hard to fix this as soon as possible!"


@dataclass(frozen=True, slots=True, kw_only=True)
class Delay:
    """The answer starts this many seconds late; other connections are not held up."""

    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Stall:
    """The answer starts, then nothing comes for `seconds` once `after` bytes of the body are sent."""

    seconds: float
    after: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Truncate:
    """The connection ends after `keep` bytes of the body; `Content-Length` had promised more."""

    keep: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Corrupt:
    """One byte of the file, at `position` from its start, has all its bits inverted; the size is right."""

    position: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Reset:
    """The connection is reset: at once, or after this many bytes of the body."""

    after: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SetHeaders:
    """These headers replace those of the answer; None removes one."""

    headers: Mapping[str, str | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rewrite:
    """The JSON of the answer goes through a function."""

    function: Callable[[Any], Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lie:
    """Metadata of one file is false, wherever the hub tells it: JSON (`size`, `sha256`, `oid`) and headers."""

    path: str
    size: int | None = None
    sha256: str | None = None
    oid: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rename:
    """A file is listed as `shown`, and whoever asks for `shown` gets it: hostile names that lead to real bytes."""

    path: str
    shown: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IgnoreRange:
    """The whole file is sent, whatever part was asked for: what a server may do."""


@dataclass(frozen=True, slots=True)
class Then:
    """A function runs when the answer is made and before it is sent: a branch that moves between two calls."""

    function: Callable[[], object]


Fault = Fails | Delay | Stall | Truncate | Corrupt | Reset | SetHeaders | Rewrite | Lie | Rename | IgnoreRange | Then


def rate_limited(*, seconds: int = 1, retry_after: bool = False) -> Fails:
    """Return the 429 of the hub, free again in `seconds`: with `RateLimit` headers, or with `Retry-After`."""
    policy = {"RateLimit": f'"api";r=0;t={seconds}', "RateLimit-Policy": '"fixed window";"api";q=500;w=300'}
    headers = {"Retry-After": str(seconds)} if retry_after else policy
    return Fails(
        status=429, headers=headers, message="We had to rate limit your IP. To continue using our service, wait."
    )


def unavailable(*, retry_after: int | None = None) -> Fails:
    """Return a 503, with `Retry-After` in seconds where given."""
    headers = {} if retry_after is None else {"Retry-After": str(retry_after)}
    return Fails(status=503, headers=headers, message="Service Unavailable")


def server_error() -> Fails:
    """Return a 500."""
    return Fails(status=500)


@dataclass(slots=True, kw_only=True)
class Rule:
    """When a fault happens: the requests that match, but the first `after` of them, and `times` of those (or all)."""

    fault: Fault
    path: re.Pattern[str]
    method: str | None
    times: int | None
    after: int
    seen: int = 0
    hits: int = 0

    def fires(self, request: Request) -> bool:
        """Count the request and tell whether the fault happens to it."""
        if self.method not in (None, request.method) or self.path.search(request.target) is None:
            return False
        self.seen += 1
        fired = self.seen > self.after and (self.times is None or self.hits < self.times)
        self.hits += fired
        return fired


class Faults:
    """The rules of a running hub. Safe to use from many threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._rules: list[Rule] = []

    def add(
        self, fault: Fault, *, path: str = "", method: str | None = None, times: int | None = None, after: int = 0
    ) -> Rule:
        """Let a fault happen to requests whose path and query contain a match of the regular expression `path`."""
        rule = Rule(fault=fault, path=re.compile(path), method=method, times=times, after=after)
        with self._lock:
            self._rules.append(rule)
        return rule

    def clear(self) -> None:
        """Behave again."""
        with self._lock:
            self._rules.clear()

    def take(self, request: Request) -> tuple[Fault, ...]:
        """Return the faults that happen to this request, in the order of the rules."""
        if not self._rules:
            return ()
        with self._lock:
            return tuple(rule.fault for rule in self._rules if rule.fires(request))


def changed(answer: Answer, faults: tuple[Fault, ...], request: Request) -> Answer:
    """Return what is left of an answer after the faults that change it (not those of the wire)."""
    for fault in faults:
        match fault:
            case SetHeaders(headers=headers):
                answer = _with_headers(answer, headers)
            case Rewrite(function=function) if answer.document is not None:
                answer = Answer.json(function(answer.document), status=answer.status, headers=answer.headers)
            case Lie():
                answer = _lied(answer, fault, request)
            case Rename(path=path, shown=shown) if answer.document is not None:
                document = _each_file(answer.document, path, {"path": shown, "rfilename": shown})
                answer = Answer.json(document, status=answer.status, headers=answer.headers)
            case Corrupt(position=position) if answer.status in (200, 206):
                answer = replace(answer, body=_corrupted(answer.body, position))
    return answer


def _with_headers(answer: Answer, headers: Mapping[str, str | None]) -> Answer:
    lower = {name.lower() for name in headers}
    kept = {name: value for name, value in answer.headers.items() if name.lower() not in lower}
    return replace(answer, headers=kept | {name: value for name, value in headers.items() if value is not None})


def _lied(answer: Answer, lie: Lie, request: Request) -> Answer:
    if answer.document is not None:
        # `sha256` is the name in `siblings`, `oid` in a tree entry's `lfs`; the outer `oid` and `blobId` are git's.
        lfs = {"size": lie.size, "sha256": lie.sha256, "oid": lie.sha256}
        values = {"size": lie.size, "oid": lie.oid, "blobId": lie.oid, "lfs": lfs}
        return Answer.json(_each_file(answer.document, lie.path, values), status=answer.status, headers=answer.headers)
    if request.segments[-len(lie.path.split("/")) :] != tuple(lie.path.split("/")):
        return answer
    etag = f'"{lie.sha256 or lie.oid}"' if lie.sha256 or lie.oid else None
    told = {"X-Linked-Size": str(lie.size) if lie.size is not None else None, "X-Linked-Etag": etag, "ETag": etag}
    present = {name: value for name, value in told.items() if value is not None and name in answer.headers}
    if lie.size is not None and request.method == "HEAD" and answer.status == HTTPStatus.OK:
        present["Content-Length"] = str(lie.size)
    return _with_headers(answer, present)


def _each_file(document: Any, path: str, values: Mapping[str, Any]) -> Any:  # noqa: ANN401 - JSON
    """Return a document in which every object about the file `path` has these values instead of its own."""
    if isinstance(document, list):
        return [_each_file(item, path, values) for item in document]
    if not isinstance(document, dict):
        return document
    if path in (document.get("path"), document.get("rfilename")):
        return _overlaid(document, values)
    return {key: _each_file(value, path, values) for key, value in document.items()}


def _overlaid(document: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    result = dict(document)
    for key in document.keys() & values.keys():
        value = values[key]
        if isinstance(value, dict):
            result[key] = _overlaid(document[key], value)
        elif value is not None:
            result[key] = value
    return result


def _corrupted(body: Body, position: int) -> Body:
    data = bytearray(body.content())
    if 0 <= position - body.start < len(data):
        data[position - body.start] ^= 0xFF
    return Body.whole(bytes(data))


def error_answer(fault: Fails) -> Answer:
    """Return the answer of a `Fails`."""
    return Answer.json(
        {"error": fault.message}, status=fault.status, headers={"X-Error-Message": fault.message, **fault.headers}
    )


def redirected(request: Request, faults: tuple[Fault, ...]) -> Request:
    """Return the request as the hub takes it: for the real name of a file, or without the range."""
    for fault in faults:
        if isinstance(fault, IgnoreRange):
            kept = {name: value for name, value in request.headers.items() if name != "range"}
            request = replace(request, headers=kept)
        if isinstance(fault, Rename):
            for shown in {quote(fault.shown), quote(fault.shown, safe=""), fault.shown}:
                if f"/{shown}" in request.path:
                    return replace(request, target=request.target.replace(f"/{shown}", f"/{quote(fault.path)}", 1))
    return request
