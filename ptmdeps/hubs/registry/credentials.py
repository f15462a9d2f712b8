"""Who asks a registry: what ``docker login`` (or ``oras``, ``podman``) wrote into ``config.json``.

https://docs.docker.com/reference/cli/docker/login/#credential-stores. What is kept by a helper program is not read: no
program is started.
"""

from __future__ import annotations

import base64
import binascii
import json
import os
from pathlib import Path

_LONGEST = 1024 * 1024
_NAMES = {"docker.io": ("https://index.docker.io/v1/", "index.docker.io", "registry-1.docker.io", "docker.io")}
"""Under which names the credentials of Docker Hub may stand."""


def credentials_of(host: str) -> str:
    """The value of a header ``Authorization`` for exactly this registry; empty where the user has no account there."""
    folder = os.environ.get("DOCKER_CONFIG", "")
    path = Path(folder).expanduser() if folder else Path.home() / ".docker"
    try:
        with (path / "config.json").open("rb") as stream:
            document = json.loads(stream.read(_LONGEST))
    except (OSError, ValueError, RecursionError):
        return ""
    entries = document.get("auths") if isinstance(document, dict) else None
    for name, entry in entries.items() if isinstance(entries, dict) else ():
        if (name in _NAMES.get(host, ()) or _host(name) == host) and isinstance(entry, dict):
            given = entry.get("auth")
            if isinstance(given, str) and _is_pair(given):
                return f"Basic {given}"
    return ""


def _host(name: str) -> str:
    return name.partition("://")[2].partition("/")[0] if "://" in name else name.partition("/")[0]


def _is_pair(text: str) -> bool:
    try:
        return b":" in base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return False
