"""A web server that answers as a test says, for what no honest server does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from embedded_hub.exchange import Answer, Body, Request
from embedded_hub.loopback import LoopbackServer


class Scripted(LoopbackServer):
    """Calls ``script`` with every request; `with Scripted(script) as server:`."""

    def __init__(self, script: Callable[[Request], Answer]) -> None:
        self._script = script
        super().__init__()

    def respond(self, request: Request) -> Answer:
        """Return what the test says."""
        return self._script(request)


def says(body: bytes = b"", *, status: int = 200, **headers: Any) -> Answer:
    """Return an answer; `Content_Range="…"` is the header `Content-Range`."""
    named = {name.replace("_", "-"): str(value) for name, value in headers.items()}
    return Answer(status=status, headers=named, body=Body.whole(body))
