"""Fixtures around the embedded hub: `pytest_plugins = ["tests.hub_fixtures"]`, or import the names."""

from __future__ import annotations

import json
import os
import time
from typing import TYPE_CHECKING

import pytest

from embedded_hub import EmbeddedHub

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_KEPT = ("PATH", "LANG", "LC_ALL", "TMPDIR", "SYSTEMROOT", "COVERAGE_PROCESS_START", "COVERAGE_PROCESS_CONFIG")


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[EmbeddedHub]:
    """Give a running hub without repositories."""
    with EmbeddedHub(tmp_path / "hub") as running:
        yield running


@pytest.fixture
def hub_environment(hub: EmbeddedHub, tmp_path: Path) -> dict[str, str]:
    """Give all variables of a process that knows only the embedded hub: fresh HOME and caches, no token."""
    return environment(hub, tmp_path / "home")


def environment(hub: EmbeddedHub, home: Path) -> dict[str, str]:
    """Return the variables of a process whose home folder is `home` and whose hub is `hub`."""
    caches = home / ".cache"
    hugging_face = caches / "huggingface"
    hugging_face.mkdir(parents=True, exist_ok=True)
    # Without this list the client asks the hub for it once, which would count as a request.
    harnesses = hugging_face / ".agent_harnesses.json"
    harnesses.write_text(json.dumps({"standardEnvVars": [], "harnesses": {}}))
    tomorrow = time.time() + 86_400
    os.utime(harnesses, (tomorrow, tomorrow))
    return {name: os.environ[name] for name in _KEPT if name in os.environ} | {
        "HOME": str(home),
        "USERPROFILE": str(home),
        "XDG_CACHE_HOME": str(caches),
        "HF_HOME": str(hugging_face),
        "HF_ENDPOINT": hub.endpoint,
        "HF_HUB_DISABLE_TELEMETRY": "1",
        "HF_HUB_DISABLE_UPDATE_CHECK": "1",
        "HF_HUB_DISABLE_PROGRESS_BARS": "1",
        "HF_HUB_DISABLE_XET": "1",
        "PYTHONHASHSEED": "random",
        "NO_COLOR": "1",
    }
