"""Which hub is asked, and whether the user's token may go there.

A repository that somebody cloned may be hostile, and its manifest may name any address: the token goes only to the hub
that the user's own environment names.
"""

from __future__ import annotations

import os
import warnings
from dataclasses import dataclass

from ptmdeps.manifest.hubs import HubSettings

TRUST = "PTMDEPS_TRUST_ENDPOINT"


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """Where the hub is (``None``: where the official client thinks it is), and whether to ask without a token."""

    address: str | None = None
    anonymous: bool = False


def endpoint_of(settings: HubSettings) -> Endpoint:
    """``$HF_ENDPOINT`` where the user set it, else what the manifest names, else the official hub.

    An address that only a manifest names gets no token, unless ``$PTMDEPS_TRUST_ENDPOINT`` is that very address; what
    is done is said as a warning.
    """
    from huggingface_hub import constants

    if os.environ.get("HF_ENDPOINT") or settings.endpoint in ("", constants.ENDPOINT):
        return Endpoint()
    if os.environ.get(TRUST, "").rstrip("/") == settings.endpoint:
        return Endpoint(address=settings.endpoint)
    warnings.warn(
        f"models come from `{settings.endpoint}`, which `{settings.source}` names: your token is not sent there. "
        f"If it is your hub, set `{TRUST}={settings.endpoint}`",
        UserWarning,
        stacklevel=2,
    )
    return Endpoint(address=settings.endpoint, anonymous=True)
