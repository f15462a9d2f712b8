"""An HTTP/1.1 server on loopback: connections, the log, the faults of the wire. What it answers, a subclass says."""

from __future__ import annotations

import socket
import struct
import threading
from abc import ABC, abstractmethod
from contextlib import suppress
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Self

from embedded_hub import faults as fault_kinds
from embedded_hub.exchange import Answer, Body, Request, RequestLog
from embedded_hub.faults import Fails, Faults

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import TracebackType

HOST = "127.0.0.1"
_SMALL = 1 << 16
_POLL = 0.01


class LoopbackServer(ABC):
    """A server on a free port of the loopback interface, running while the `with` block does.

    `latency` is how many seconds every answer waits (without holding up other connections); `faults` and `log` may be
    used while it runs.
    """

    def __init__(self, *, port: int = 0, latency: float = 0.0) -> None:
        self.faults = Faults()
        self.log = RequestLog()
        self.latency = latency
        self.stopping = threading.Event()
        self._server = _Server((HOST, port), self)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": _POLL}, daemon=True)

    @abstractmethod
    def respond(self, request: Request) -> Answer:
        """Return the answer to any request; called by many threads at once."""

    def failure(self, fault: Fails) -> Answer:
        """Return the answer of a `Fails`, in the words of the protocol."""
        return fault_kinds.error_answer(fault)

    @property
    def endpoint(self) -> str:
        """The address of the server, `http://127.0.0.1:<port>`."""
        return f"http://{HOST}:{self._server.server_address[1]}"

    def start(self) -> Self:
        """Begin to answer."""
        self._thread.start()
        return self

    def close(self) -> None:
        """End all connections and free the port."""
        self.stopping.set()
        if self._thread.is_alive():
            self._server.shutdown()
            self._thread.join()
        self._server.end_connections()
        self._server.server_close()

    def __enter__(self) -> Self:
        """Begin to answer."""
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """End all connections and free the port."""
        self.close()


class _Server(ThreadingHTTPServer):
    daemon_threads = False  # joined by server_close, once their connections are ended
    request_queue_size = 256

    def __init__(self, address: tuple[str, int], site: LoopbackServer) -> None:
        self.site = site
        self._connections: set[socket.socket] = set()
        self._connections_lock = threading.Lock()
        super().__init__(address, _Handler)

    def server_bind(self) -> None:
        # HTTPServer looks up the name of the machine here, which can take seconds.
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()

    def process_request(self, request: socket.socket | tuple[bytes, socket.socket], client_address: object) -> None:
        # Known before its thread runs: `end_connections` must not miss one.
        if isinstance(request, socket.socket):
            with self._connections_lock:
                self._connections.add(request)
        super().process_request(request, client_address)

    def forget(self, connection: socket.socket) -> None:
        with self._connections_lock:
            self._connections.discard(connection)

    def end_connections(self) -> None:
        with self._connections_lock:
            for connection in self._connections:
                with suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def finish(self) -> None:
        self.server.forget(self.connection)
        super().finish()

    def handle(self) -> None:
        # A client that goes away, or is sent away by a fault, is no mistake of the server.
        with suppress(ConnectionError):
            super().handle()

    def do_GET(self) -> None:
        site = self.server.site
        length = self.headers.get("Content-Length", "")
        request = Request(
            method=self.command,
            target=self.path,
            headers={name.lower(): value for name, value in self.headers.items()},
            body=self.rfile.read(int(length)) if length.isdecimal() else b"",
        )
        if site.latency:
            site.stopping.wait(site.latency)
        faults = site.faults.take(request)
        if any(isinstance(fault, fault_kinds.Reset) and fault.after is None for fault in faults):
            site.log.record(request, status=0, size=0)
            self._reset()
            return
        for fault in faults:
            if isinstance(fault, fault_kinds.Delay):
                site.stopping.wait(fault.seconds)
        answer = self._answer(request, faults)
        site.log.record(request, status=answer.status, size=answer.body.length)
        self._send(answer, faults)

    do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_GET  # noqa: N815 - the names in the base class

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name in the base class
        """Say nothing; the server has a log of its own."""

    def _answer(self, request: Request, faults: tuple[fault_kinds.Fault, ...]) -> Answer:
        for fault in faults:
            if isinstance(fault, fault_kinds.Fails):
                return self.server.site.failure(fault)
        answer = self.server.site.respond(fault_kinds.redirected(request, faults))
        answer = fault_kinds.changed(answer, faults, request)
        for fault in faults:
            if isinstance(fault, fault_kinds.Then):
                fault.function()
        return answer

    def _send(self, answer: Answer, faults: tuple[fault_kinds.Fault, ...]) -> None:
        if answer.headers.get("Connection") == "close":
            self.close_connection = True
        headers = dict(answer.headers)
        if "Transfer-Encoding" in headers:
            answer = replace(answer, body=_chunk(answer.body))
        else:
            headers = {"Content-Length": str(answer.body.length), **headers}
        lines = [f"HTTP/1.1 {int(answer.status)} {self.responses.get(answer.status, ('',))[0]}"]
        # Some repeat what the client sent, which may hold line breaks.
        lines += [f"{name}: {' '.join(value.splitlines())}" for name, value in headers.items()]
        head = ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1", "replace")
        wire = [
            fault for fault in faults if isinstance(fault, fault_kinds.Stall | fault_kinds.Truncate | fault_kinds.Reset)
        ]
        if self.command == "HEAD":
            self.connection.sendall(head)
        elif wire:
            self._send_badly(head, answer, wire)
        elif isinstance(answer.body.source, bytes) and answer.body.length < _SMALL:
            self.connection.sendall(head + answer.body.content())
        else:
            self.connection.sendall(head)
            self._send_large(answer.body)

    def _send_large(self, body: Body) -> None:
        if isinstance(body.source, bytes):
            self.connection.sendall(memoryview(body.source)[body.start : body.start + body.length])
            return
        with body.source.open("rb") as stream:
            self.connection.sendfile(stream, body.start, body.length)

    def _send_badly(self, head: bytes, answer: Answer, wire: Sequence[fault_kinds.Fault]) -> None:
        self.connection.sendall(head)
        data = answer.body.content()
        sent = 0
        for fault in wire:
            match fault:
                case fault_kinds.Stall(seconds=seconds, after=after):
                    self.connection.sendall(data[sent:after])
                    sent = max(sent, after)
                    self.server.site.stopping.wait(seconds)
                case fault_kinds.Truncate(keep=keep):
                    self.connection.sendall(data[sent:keep])
                    self.close_connection = True
                    return
                case fault_kinds.Reset(after=int(after)):
                    self.connection.sendall(data[sent:after])
                    self._reset()
                    return
        self.connection.sendall(data[sent:])

    def _reset(self) -> None:
        self.close_connection = True
        # A socket that is closed without lingering sends RST instead of FIN.
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()


def _chunk(body: Body) -> Body:
    """Return a body as `Transfer-Encoding: chunked` has it: RFC 9112, 7.1."""
    return Body.whole(b"".join([b"%x\r\n" % body.length, body.content(), b"\r\n"] * (body.length > 0)) + b"0\r\n\r\n")
