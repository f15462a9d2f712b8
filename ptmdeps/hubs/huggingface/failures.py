"""What the official client raises, in our words, and which of it is worth another try.

The client retries listings and downloads itself, but not ``model_info`` and its kin, which are the calls that
a lock begins with.
"""

from __future__ import annotations

import errno
import logging
import random
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from huggingface_hub.errors import (
    DisabledRepoError,
    EntryNotFoundError,
    GatedRepoError,
    HfHubHTTPError,
    HFValidationError,
    LocalEntryNotFoundError,
    OfflineModeIsEnabled,
    RepositoryNotFoundError,
    RevisionNotFoundError,
)

from ptmdeps.errors import (
    AccessDenied,
    FileNotInModel,
    HubUnreachable,
    ModelDisabled,
    ModelNotFound,
    PtmdepsError,
    RateLimited,
    RevisionNotFound,
    StoreError,
)
from ptmdeps.paths import printable

TransportError: type[Exception] = next(base for base in HfHubHTTPError.__mro__ if base.__name__ == "HTTPError")
"""Timeouts, resets and refused connections; named through the client because 1.x uses httpx and 2.x httpx2."""

T = TypeVar("T")
_RATE_LIMIT_RESET = re.compile(r";\s*t=(\d+)")
_COMMIT = re.compile(r"[0-9a-f]{7,40}")
_DISK_PROBLEMS = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EPERM, errno.EFBIG})
_DISK_PROBLEMS |= {errno.EIO, errno.ESTALE, errno.ENOLCK, errno.ENOTDIR, errno.ENOENT}
_WORTH_ANOTHER_TRY = (HfHubHTTPError, TransportError, RuntimeError)
_FINAL = frozenset({"TooManyRedirects", "UnsupportedProtocol"})
"""Transport errors that no patience mends, by name for the same reason."""
_TRIED_BY_CLIENT = frozenset({"ConnectError", "ConnectTimeout", "ReadTimeout", "WriteTimeout", "PoolTimeout"})
_WORTH_SAYING = 3.0
"""Seconds of silence after which a person wonders."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How often and how long to wait for a hub that is busy or down.

    Attributes:
        attempts: calls at most, the first one included.
        first_delay: seconds before the second attempt; doubles each time.
        longest_delay: seconds; also bounds what the hub itself asks for (its windows are five minutes).
    """

    attempts: int = 5
    first_delay: float = 0.5
    longest_delay: float = 310.0

    def call(self, function: Callable[[], T]) -> T:
        """Call until it succeeds, fails for good, or patience ends; the last exception is passed on."""
        for attempt in range(1, self.attempts):
            try:
                return function()
            except (*_WORTH_ANOTHER_TRY, LocalEntryNotFoundError) as error:
                cause = _underlying(error)
                # of the client's own patience: it has waited for half a minute already
                waited = cause is not error and type(cause).__name__ in _TRIED_BY_CLIENT
                delay = None if waited else self._delay(cause, attempt)
                if delay is None:
                    raise
                if delay > _WORTH_SAYING:
                    _log.warning("the hub is busy or does not answer: trying again in %.0f s", delay)
                time.sleep(delay)
        return function()

    def _delay(self, error: Exception, attempt: int) -> float | None:
        """Seconds to wait before the next attempt; ``None`` for an answer that will not change."""
        backoff = self.first_delay * float(2 ** (attempt - 1)) * random.uniform(1.0, 1.25)  # noqa: S311 - spreads load, no secret
        response = getattr(error, "response", None)
        if type(error).__name__ in _FINAL or not isinstance(error, _WORTH_ANOTHER_TRY):
            return None
        if not isinstance(error, HfHubHTTPError) or response is None:
            return backoff
        if response.status_code == 429:  # noqa: PLR2004
            asked = _seconds_asked_for(response.headers)
            return min(backoff if asked is None else asked + 0.1, self.longest_delay)
        return backoff if response.status_code >= 500 else None  # noqa: PLR2004


def _seconds_asked_for(headers: Mapping[str, str]) -> float | None:
    """``Retry-After: n``, or ``t`` of ``RateLimit: "api";r=0;t=55`` (draft-ietf-httpapi-ratelimit-headers)."""
    if (after := headers.get("retry-after", "")).isdecimal():
        return float(after)
    match = _RATE_LIMIT_RESET.search(headers.get("ratelimit", ""))
    return float(match[1]) if match else None


def _underlying(error: Exception) -> Exception:
    """Why a download failed: the client says "not in the cache", and the reason as its cause."""
    while isinstance(error, LocalEntryNotFoundError) and isinstance(error.__cause__, Exception):
        error = error.__cause__
    return error


def translate(error: Exception, subject: str, *, page: str) -> PtmdepsError:
    """The error for people. ``subject`` is the model (``org/name`` or ``org/name@ref``), ``page`` its web page."""
    error = _underlying(error)
    for kind, convert in _ANSWERS.items():
        if isinstance(error, kind):
            return convert(subject, page, error)
    if isinstance(error, HfHubHTTPError):
        return _by_status(error, subject)
    if isinstance(error, TransportError | LocalEntryNotFoundError):
        return HubUnreachable(
            f"no answer from the hub for `{subject}`: {_reason(error)}",
            hint="Check the connection and `HF_ENDPOINT`, then run the command again: what was done is kept",
        )
    if isinstance(error, OSError) and error.errno in _DISK_PROBLEMS:
        return StoreError(
            f"`{subject}` cannot be stored: {error.strerror}",
            hint="Free some space, or point `HF_HUB_CACHE` to a folder that can be written",
        )
    return HubUnreachable(
        f"the hub's answer for `{subject}` could not be read: {_reason(error)}",
        hint="Is `HF_ENDPOINT` a Hugging Face Hub?",
    )


def _by_status(error: HfHubHTTPError, subject: str) -> PtmdepsError:
    status = getattr(error.response, "status_code", 0)
    if status == 429:  # noqa: PLR2004
        return RateLimited(
            f"the hub allows no more requests for now (429) while asking for `{subject}`",
            hint="Log in with `hf auth login` for a higher limit, or wait five minutes; what was done is kept",
        )
    if status in {401, 403}:
        return AccessDenied(
            f"the hub refuses `{subject}` ({status}): {_reason(error)}", hint="Check the token with `hf auth whoami`"
        )
    return HubUnreachable(
        f"the hub answered {status} for `{subject}`: {_reason(error)}",
        hint="Run the command again later: what was done is kept",
    )


def _reason(error: Exception) -> str:
    """The first line of a message that may hold whatever a server sent."""
    message = str(getattr(error, "server_message", None) or error)
    return printable(message.strip().partition("\n")[0], limit=200) or type(error).__name__


def _no_revision(subject: str, page: str) -> RevisionNotFound:
    name, _, ref = subject.partition("@")
    if _COMMIT.fullmatch(ref):
        return RevisionNotFound(
            f"`{subject}` is gone: the hub has no such commit any more",
            hint=f"Its history was rewritten; `ptmdeps lock -P {name}` pins what is there now",
        )
    return RevisionNotFound(
        f"`{name}` has no branch, tag or commit `{printable(ref)}`", hint=f"See {page}/tree/main for those that it has"
    )


_ANSWERS: Mapping[type[Exception], Callable[[str, str, Any], PtmdepsError]] = {
    GatedRepoError: lambda subject, page, _: AccessDenied(
        f"`{subject}` is gated: the hub asks for your consent first",
        hint=f"Accept its terms at {page}, then log in with `hf auth login` or set `HF_TOKEN`",
    ),
    DisabledRepoError: lambda subject, _, __: ModelDisabled(f"`{subject}` was disabled by the hub"),
    RevisionNotFoundError: lambda subject, page, _: _no_revision(subject, page),
    RepositoryNotFoundError: lambda subject, _, __: ModelNotFound(
        f"the hub has no model `{subject}`, or does not show it to you",
        hint="Check the name; log in with `hf auth login` if it is private; "
        "add it to `ignore` in `[tool.ptmdeps]` if it shall not be locked",
    ),
    LocalEntryNotFoundError: lambda subject, _, error: HubUnreachable(f"`{subject}`: {_reason(error)}"),
    EntryNotFoundError: lambda subject, _, error: FileNotInModel(f"a file of `{subject}` is missing: {_reason(error)}"),
    OfflineModeIsEnabled: lambda subject, _, __: HubUnreachable(
        f"`{subject}` is needed from the hub, but `HF_HUB_OFFLINE` is set", hint="Unset it, or use what is locked"
    ),
    HFValidationError: lambda subject, _, __: ModelNotFound(
        f"`{printable(subject)}` cannot be the name of a Hugging Face model", hint="Names look like `org/name`"
    ),
}
