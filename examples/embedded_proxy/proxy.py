"""`CONNECT` (RFC 9110, 9.3.6): the tunnel ends here, and what comes through it goes to an embedded server."""

from __future__ import annotations

import os
import selectors
import socket
import socketserver
import ssl
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Self, cast
from urllib.parse import urlsplit

from embedded_proxy.certificate import issue

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path
    from types import TracebackType

_HOST = "127.0.0.1"
_BLOCK = 1 << 16
_LOCAL = "localhost,127.0.0.1"


class EmbeddedProxy:
    """A proxy on a free port of the loopback interface, running while the `with` block does.

    `hosts` maps names of the internet to endpoints such as `http://127.0.0.1:8080`; `asked` lists the names that
    clients wanted to reach, `refused` those of them that are no key of `hosts`, in the order of the connections.
    """

    def __init__(self, folder: Path, hosts: Mapping[str, str]) -> None:
        self.hosts = dict(hosts)
        self.asked: list[str] = []
        self.refused: list[str] = []
        self.certificate, key = issue(folder, self.hosts)
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(self.certificate, key)
        self._server = _Server((_HOST, 0), self)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)

    @property
    def endpoint(self) -> str:
        """The address of the proxy."""
        return f"http://{_HOST}:{self._server.server_address[1]}"

    def environment(self) -> dict[str, str]:
        """Return the variables of a process that reaches these hosts, loopback, and nothing else."""
        certificate = os.fspath(self.certificate)
        trust = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "GIT_SSL_CAINFO", "PIP_CERT")
        proxies = ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "all_proxy", "ALL_PROXY")
        exceptions = dict.fromkeys(("no_proxy", "NO_PROXY"), _LOCAL)
        return dict.fromkeys(trust, certificate) | dict.fromkeys(proxies, self.endpoint) | exceptions

    def __enter__(self) -> Self:
        """Begin to answer."""
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """End all tunnels and free the port."""
        self._server.shutdown()
        self._thread.join()
        self._server.end_tunnels()
        self._server.server_close()


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = False  # joined by server_close, once their tunnels are ended
    allow_reuse_address = True

    def __init__(self, address: tuple[str, int], proxy: EmbeddedProxy) -> None:
        self.proxy = proxy
        self._sockets: set[socket.socket] = set()
        self._lock = threading.Lock()
        super().__init__(address, _Handler)

    def know(self, connection: socket.socket) -> None:
        with self._lock:
            self._sockets.add(connection)

    def end_tunnels(self) -> None:
        with self._lock:
            for connection in self._sockets:
                with suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)


class _Handler(socketserver.StreamRequestHandler):
    rbufsize = 0  # what follows the head belongs to TLS

    def handle(self) -> None:
        server = cast("_Server", self.server)
        server.know(self.connection)
        # A client that goes away, or does not like the certificate, is no mistake of the proxy.
        with suppress(OSError):
            self._serve(server)

    def _serve(self, server: _Server) -> None:
        words = self.rfile.readline().decode("latin-1").split()
        while self.rfile.readline().strip():
            pass
        name = words[1] if len(words) > 1 else ""
        host = name.rpartition(":")[0] if words[:1] == ["CONNECT"] else urlsplit(name).hostname or ""
        server.proxy.asked.append(host)
        endpoint = server.proxy.hosts.get(host)
        if endpoint is None or words[0] != "CONNECT":
            server.proxy.refused.append(host)
            self.wfile.write(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
            return
        self.wfile.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        target = urlsplit(endpoint)
        with (
            server.proxy.context.wrap_socket(self.connection, server_side=True) as inside,
            socket.create_connection((target.hostname or _HOST, target.port or 80)) as outside,
        ):
            server.know(inside)
            server.know(outside)
            _pass_on(inside, outside)


def _pass_on(inside: ssl.SSLSocket, outside: socket.socket) -> None:
    """Carry bytes both ways until one side has ended; by one thread, since a TLS socket is not for two at a time."""
    with selectors.DefaultSelector() as selector:
        selector.register(inside, selectors.EVENT_READ, outside)
        selector.register(outside, selectors.EVENT_READ, inside)
        while True:
            for key, _ in selector.select():
                source = cast("socket.socket", key.fileobj)
                block = source.recv(_BLOCK)
                # What TLS has decrypted already, no selector sees.
                while pending := inside.pending() if source is inside else 0:
                    block += source.recv(pending)
                if not block:
                    return
                key.data.sendall(block)
