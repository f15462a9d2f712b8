"""What the servers of all forges have in common: the state, whose token a request has, and what was written."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from embedded_forge.state import Access, State
from embedded_hub.loopback import LoopbackServer

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from embedded_forge.state import Project
    from embedded_hub.exchange import LogEntry, Request

READING = frozenset({"GET", "HEAD", "OPTIONS"})


class ForgeServer(LoopbackServer):
    """A forge on a free port of the loopback interface, running while the `with` block does.

    `state` is what it keeps; `faults` and `log` are those of every embedded server.
    """

    def __init__(self, root: Path, *, port: int = 0, latency: float = 0.0) -> None:
        self.state = State(root)
        super().__init__(port=port, latency=latency)

    def create(self, name: str, files: Mapping[str, bytes] | None = None, *, branch: str = "main") -> Project:
        """Make a repository: see `State.create`."""
        return self.state.create(name, files, branch=branch)

    def grant(self, token: str, access: Access) -> str:
        """Let a token be known, and return it."""
        self.state.tokens[token] = access
        return token

    @property
    def writes(self) -> tuple[LogEntry, ...]:
        """Every request so far that was meant to change something, refused or not."""
        return tuple(entry for entry in self.log if entry.method not in READING)


def document(request: Request) -> Any:  # noqa: ANN401 - JSON
    """Return the JSON of a request; None where it has none.

    Raises:
        ValueError: it is no JSON.
    """
    return json.loads(request.body) if request.body else None
