"""Which server is asked, and who asks: the user's credentials, as ``kagglehub`` 1.0.3 finds them.

A repository that somebody cloned may be hostile, and its manifest may name any address: credentials go only to Kaggle,
and to the server that the user's own environment names.
"""

from __future__ import annotations

import base64
import json
import os
import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ptmdeps.errors import AccessDenied
from ptmdeps.manifest.hubs import HubSettings

KAGGLE = "https://www.kaggle.com"
VARIABLE = "PTMDEPS_KAGGLE_ENDPOINT"
TRUST = "PTMDEPS_TRUST_ENDPOINT"
_LONGEST = 64 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """A server with Kaggle's interface below ``/api/v1``, and the headers that say who asks."""

    address: str
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)


def endpoint_of(settings: HubSettings) -> Endpoint:
    """``$PTMDEPS_KAGGLE_ENDPOINT``, else what the manifest names, else Kaggle.

    An address that only a manifest names gets no credentials, unless ``$PTMDEPS_TRUST_ENDPOINT`` is that very address;
    what is done is said as a warning.

    Raises:
        AccessDenied: the credentials cannot be read.
    """
    chosen = os.environ.get(VARIABLE, "").rstrip("/")
    address = chosen or settings.endpoint or KAGGLE
    if chosen or address == KAGGLE or os.environ.get(TRUST, "").rstrip("/") == address:
        return Endpoint(address=address, headers=_credentials())
    if _credentials():
        warnings.warn(
            f"models of Kaggle come from `{address}`, which `{settings.source}` names: your credentials are not sent "
            f"there. If it is your server, set `{TRUST}={address}`",
            UserWarning,
            stacklevel=2,
        )
    return Endpoint(address=address)


def _credentials() -> dict[str, str]:
    """A token goes before name and key, and what is in the environment before what is in a file."""
    if token := _token():
        return _header("Bearer", token)
    user, key = os.environ.get("KAGGLE_USERNAME", ""), os.environ.get("KAGGLE_KEY", "")
    if not (user and key):
        user, key = _of_file()
    return _header("Basic", base64.b64encode(f"{user}:{key}".encode()).decode()) if user and key else {}


def _header(scheme: str, secret: str) -> dict[str, str]:
    if not (secret.isascii() and secret.isprintable()) or " " in secret:
        raise AccessDenied("the token for Kaggle holds characters that no token has", hint="Copy it from Kaggle again")
    return {"Authorization": f"{scheme} {secret}"}


def _token() -> str:
    """Of ``$KAGGLE_API_TOKEN``, which may name a file, or of ``~/.kaggle/access_token``."""
    given = os.environ.get("KAGGLE_API_TOKEN", "").strip()
    if given:
        return _text(Path(given)) or given
    folder = Path.home() / ".kaggle"
    return _text(folder / "access_token") or _text(folder / "access_token.txt")


def _of_file() -> tuple[str, str]:
    """Name and key of ``kaggle.json``; empty where there is none."""
    folder = Path(os.environ.get("KAGGLE_CONFIG_DIR") or Path.home() / ".kaggle")
    path = folder / "kaggle.json"
    if not (text := _text(path)):
        return "", ""
    try:
        found = json.loads(text)
        return str(found["username"]), str(found["key"])
    except (ValueError, TypeError, LookupError, RecursionError) as error:
        raise AccessDenied(
            f"`{path}` does not hold `username` and `key`",
            hint="Create a new token at https://www.kaggle.com/settings, and put its `kaggle.json` there",
        ) from error


def _text(path: Path) -> str:
    try:
        with path.open(encoding="utf-8") as stream:
            return stream.read(_LONGEST).strip()
    except (OSError, ValueError):
        return ""
