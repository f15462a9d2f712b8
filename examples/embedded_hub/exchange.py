"""What goes in and out: a request as it was sent, an answer before it is put on the wire, and the log of both."""

from __future__ import annotations

import json
import re
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, unquote

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A request: `target` is path and query as sent, header names are in lower case."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes = b""

    @property
    def path(self) -> str:
        """The path, still quoted."""
        return self.target.partition("?")[0]

    @property
    def query(self) -> str:
        """The query, still quoted, without its question mark."""
        return self.target.partition("?")[2]

    @property
    def segments(self) -> tuple[str, ...]:
        """The parts of the path between slashes, each unquoted after the split, so that `refs%2Fpr%2F1` is one."""
        return tuple(unquote(part) for part in self.path.strip("/").split("/"))

    @property
    def parameters(self) -> tuple[tuple[str, str], ...]:
        """The query as pairs."""
        return tuple(parse_qsl(self.query, keep_blank_values=True))

    @property
    def host(self) -> str:
        """Host and port as the client wrote them."""
        return self.headers.get("host", "")

    @property
    def token(self) -> str | None:
        """The access token, or None."""
        value = self.headers.get("authorization")
        return None if value is None else value.removeprefix("Bearer ")


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """`length` bytes of `source` from `start`."""

    source: bytes | Path
    start: int
    length: int

    @classmethod
    def whole(cls, source: bytes | Path) -> Body:
        """Return all of some bytes or of a file."""
        return cls(source=source, start=0, length=len(source) if isinstance(source, bytes) else source.stat().st_size)

    def content(self) -> bytes:
        """Return the bytes."""
        if isinstance(self.source, bytes):
            return self.source[self.start : self.start + self.length]
        with self.source.open("rb") as stream:
            stream.seek(self.start)
            return stream.read(self.length)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An answer; `document` is the JSON it carries, for those that are JSON."""

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Body = Body(source=b"", start=0, length=0)
    document: Any = None

    @classmethod
    def json(cls, document: Any, *, status: int = 200, headers: Mapping[str, str] | None = None) -> Answer:  # noqa: ANN401
        """Return an answer that carries a JSON document."""
        data = json.dumps(document, separators=(",", ":"), ensure_ascii=False).encode()
        headers = {"Content-Type": "application/json; charset=utf-8", **(headers or {})}
        return cls(status=status, headers=headers, body=Body.whole(data), document=document)


class Refused(Exception):
    """A request that is answered with an error of the protocol."""

    def __init__(self, status: int, message: str, *, code: str | None = None, commit: str | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.code = code
        self.commit = commit

    def answer(self) -> Answer:
        """Return the answer the hub gives, with `X-Error-Code` and `X-Error-Message`."""
        headers = {"X-Error-Code": self.code, "X-Error-Message": self.message, "X-Repo-Commit": self.commit}
        given = {name: value for name, value in headers.items() if value is not None}
        return Answer.json({"error": self.message}, status=self.status, headers=given)


@dataclass(frozen=True, slots=True, kw_only=True)
class LogEntry:
    """One request that was answered; `status` 0 means the connection was reset, `size` is the body announced."""

    method: str
    path: str
    query: str
    host: str
    had_authorization: bool
    range: str | None
    user_agent: str
    status: int
    size: int


class RequestLog:
    """Every request of the hub in the order of the answers. Safe to use from many threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._entries: list[LogEntry] = []

    def __iter__(self) -> Iterator[LogEntry]:
        """Iterate over everything so far."""
        return iter(self.entries)

    def __len__(self) -> int:
        """Return how many requests there were."""
        return len(self._entries)

    @property
    def entries(self) -> tuple[LogEntry, ...]:
        """Everything so far."""
        with self._lock:
            return tuple(self._entries)

    def record(self, request: Request, *, status: int, size: int) -> None:
        """Add a request; called before its answer is sent, so that a client never sees an answer that is not logged."""
        entry = LogEntry(
            method=request.method,
            path=request.path,
            query=request.query,
            host=request.host,
            had_authorization="authorization" in request.headers,
            range=request.headers.get("range"),
            user_agent=request.headers.get("user-agent", ""),
            status=status,
            size=0 if request.method == "HEAD" else size,
        )
        with self._lock:
            self._entries.append(entry)

    def clear(self) -> None:
        """Forget everything so far."""
        with self._lock:
            self._entries.clear()

    def matching(self, path: str = "", *, method: str | None = None, status: int | None = None) -> tuple[LogEntry, ...]:
        """Return the entries whose path contains a match of the regular expression `path`."""
        return tuple(
            entry
            for entry in self.entries
            if re.search(path, entry.path) and method in (None, entry.method) and status in (None, entry.status)
        )

    def count(self, path: str = "", *, method: str | None = None, status: int | None = None) -> int:
        """Return how many entries match, as `matching` does; the client's own `/api/agent-harnesses` does not count."""
        return sum(entry.path != "/api/agent-harnesses" for entry in self.matching(path, method=method, status=status))

    def sent(self, path: str = "") -> int:
        """Return the bytes of the bodies of all matching answers, redirects and errors included."""
        return sum(entry.size for entry in self.matching(path))
