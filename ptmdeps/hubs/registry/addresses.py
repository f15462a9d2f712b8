"""Where a registry is asked that people name by its host."""

from __future__ import annotations

import re

_LOOPBACK = re.compile(r"(?:localhost|127(?:\.\d{1,3}){3})(?::\d{1,5})?")
_ELSEWHERE = {"docker.io": "https://registry-1.docker.io", "index.docker.io": "https://registry-1.docker.io"}


def address_of(host: str) -> str:
    """``https://host``; a registry on this machine is asked without encryption, as Docker does it."""
    if host in _ELSEWHERE:
        return _ELSEWHERE[host]
    return f"http://{host}" if _LOOPBACK.fullmatch(host) else f"https://{host}"
