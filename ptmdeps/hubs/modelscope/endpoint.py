"""Which ModelScope is asked, and who asks.

A repository that somebody cloned may be hostile, and its manifest may name any address: the token goes only to
ModelScope, and to the server that the user's own environment names. What its client keeps below ``~/.modelscope`` are
pickles, and is not read.
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field

from ptmdeps.manifest.hubs import HubSettings

MODELSCOPE = "https://modelscope.cn"
VARIABLE = "MODELSCOPE_ENDPOINT"
OLD_VARIABLE = "MODELSCOPE_DOMAIN"
"""What clients before 1.38 read: a host without ``https://``."""
TOKEN = "MODELSCOPE_API_TOKEN"  # noqa: S105 - the name of a variable
TRUST = "PTMDEPS_TRUST_ENDPOINT"


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """A server with ModelScope's interface, and the headers that say who asks."""

    address: str
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)


def endpoint_of(settings: HubSettings) -> Endpoint:
    """``$MODELSCOPE_ENDPOINT``, else what the manifest names, else modelscope.cn.

    An address that only a manifest names gets no token, unless ``$PTMDEPS_TRUST_ENDPOINT`` is that very address; what
    is done is said as a warning.
    """
    chosen = _chosen()
    address = chosen or settings.endpoint or MODELSCOPE
    headers = _headers()
    if chosen or address == MODELSCOPE or os.environ.get(TRUST, "").rstrip("/") == address:
        return Endpoint(address=address, headers=headers)
    if headers:
        warnings.warn(
            f"models of ModelScope come from `{address}`, which `{settings.source}` names: your token is not sent "
            f"there. If it is your server, set `{TRUST}={address}`",
            UserWarning,
            stacklevel=2,
        )
    return Endpoint(address=address)


def _chosen() -> str:
    if given := os.environ.get(VARIABLE, "").strip().rstrip("/"):
        return given
    domain = os.environ.get(OLD_VARIABLE, "").strip().rstrip("/")
    return domain if not domain or "://" in domain else f"https://{domain}"


def _headers() -> dict[str, str]:
    token = os.environ.get(TOKEN, "").strip()
    usable = token.isascii() and token.isprintable() and not any(one in token for one in " ;,")
    return {"Authorization": f"Bearer {token}", "Cookie": f"m_session_id={token}"} if token and usable else {}
