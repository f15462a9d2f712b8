"""The hub as one object."""

from __future__ import annotations

from typing import TYPE_CHECKING

from embedded_hub.loopback import LoopbackServer
from embedded_hub.repositories import Repositories
from embedded_hub.routes import respond

if TYPE_CHECKING:
    from pathlib import Path

    from embedded_hub.exchange import Answer, Request


class EmbeddedHub(LoopbackServer):
    """A hub on a free port of the loopback interface, running while the `with` block does.

    `endpoint` is what goes into `HF_ENDPOINT`; `repositories`, `faults` and `log` may be used while it runs.
    """

    def __init__(self, root: Path, *, port: int = 0, latency: float = 0.0) -> None:
        self.repositories = Repositories(root)
        super().__init__(port=port, latency=latency)

    def respond(self, request: Request) -> Answer:
        """Return the answer of the hub to any request."""
        return respond(request, self.repositories)
