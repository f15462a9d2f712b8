"""What servers say when they do not give what was asked for, in our words."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from ptmdeps.errors import AccessDenied, FileNotInModel, HubError, HubUnreachable, ModelNotFound, RateLimited
from ptmdeps.hubs.redirects import host
from ptmdeps.paths import printable

if TYPE_CHECKING:
    from urllib3 import BaseHTTPResponse

AGAIN = "Run the command again: what was done is kept"
_TOO_MANY = 429
_LONGEST_COMPLAINT = 400
"""Bytes of what a server says of its refusal."""


def refusal(response: BaseHTTPResponse, url: str, subject: str) -> HubError:
    """The error for people; its ``status`` is for whoever can do something about it."""
    status, server, shown = response.status, host(url), printable(subject)
    said = _said(response)
    error: HubError
    if status in {401, 403}:
        error = AccessDenied(f"`{server}` refuses `{shown}` ({status}){said}", hint="Log in there, or ask for access")
    elif status in {404, 410}:
        error = ModelNotFound(f"`{server}` has no `{shown}` ({status})", hint="Check its name")
    elif status == _TOO_MANY:
        asked = seconds_asked_for(response)
        error = RateLimited(
            f"`{server}` allows no more requests for now (429) while asked for `{shown}`",
            hint=f"Wait {'a while' if asked is None else f'{asked:,.0f} seconds'}. {AGAIN}",
        )
    elif status == 416:  # noqa: PLR2004
        error = FileNotInModel(f"`{server}` has another `{shown}` than expected ({status})", hint=AGAIN)
    else:
        error = HubUnreachable(f"`{server}` answered {status} for `{shown}`{said}", hint=AGAIN)
    error.status = status
    return error


def _said(response: BaseHTTPResponse) -> str:
    """The first line of what a server says of its refusal, if that is for people."""
    kind = response.headers.get("content-type", "")
    if not kind.startswith(("text/plain", "application/json")):
        return ""
    from urllib3.exceptions import HTTPError

    try:
        text = response.read(_LONGEST_COMPLAINT, decode_content=False).decode("utf-8", "replace")
    except (HTTPError, OSError):
        return ""
    line = printable(" ".join(text.split()))
    return f": {line}" if line else ""


def reason(error: Exception) -> str:
    """Why there was no answer, as short as it can be said."""
    cause = getattr(error, "reason", None) or error
    return printable(str(cause).rpartition(": ")[2] or type(cause).__name__)


def http_date(text: str) -> datetime | None:
    """The instant of an HTTP date (RFC 9110, 5.6.7), in UTC; ``None`` for what is none."""
    try:
        return parsedate_to_datetime(text).astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def seconds_asked_for(response: BaseHTTPResponse) -> float | None:
    """``Retry-After`` (RFC 9110, 10.2.3): a number of seconds, or a date."""
    after = response.headers.get("retry-after", "").strip()
    if after.isascii() and after.isdecimal():
        return float(after[:9])
    moment = http_date(after)
    return None if moment is None else max(0.0, (moment - datetime.now(UTC)).total_seconds())
