"""What every test has: the embedded hub's fixtures, and no way out of this machine."""

from __future__ import annotations

import os
import socket
import tempfile
from collections.abc import Iterator
from typing import Any

import pytest

# The official client reads these when it is imported: a developer's token and caches are none of the tests' business.
for _name in [name for name in os.environ if name.startswith(("HF_", "HUGGING", "PTMDEPS_"))]:
    del os.environ[_name]
_HOME = tempfile.TemporaryDirectory(prefix="ptmdeps-tests-")
os.environ["HF_HOME"] = _HOME.name

pytest_plugins = ["tests.hub_fixtures"]

_LOOPBACK = ("127.", "localhost", "::1")


@pytest.fixture(autouse=True, scope="session")
def only_loopback() -> Iterator[None]:
    """Fail any test that connects to another machine."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if self.family != socket.AF_UNIX and not str(address[0]).startswith(_LOOPBACK):
            raise AssertionError(f"a test tried to connect to {address}")
        connect(self, address)

    patch = pytest.MonkeyPatch()
    patch.setattr(socket.socket, "connect", guarded)
    yield
    patch.undo()


@pytest.fixture(autouse=True)
def own_cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """ptmdeps' own cache of a test that runs in this process is the test's alone."""
    monkeypatch.setenv("PTMDEPS_CACHE", str(tmp_path_factory.mktemp("ptmdeps-cache")))
