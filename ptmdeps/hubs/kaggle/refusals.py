"""What Kaggle's refusals mean, and what to do about them. Its own words help nobody who does not know its interface."""

from __future__ import annotations

from ptmdeps.errors import AccessDenied, HubError, ModelNotFound, RevisionNotFound
from ptmdeps.hubs.kaggle.endpoint import KAGGLE
from ptmdeps.hubs.kaggle.names import Name

_UNAUTHENTICATED, _FORBIDDEN, _NOT_FOUND = 401, 403, 404
_ABSENT = frozenset({_FORBIDDEN, _NOT_FOUND})


def page(name: Name) -> str:
    """For people."""
    return f"{KAGGLE}/models/{name}"


def of_model(error: HubError, name: Name, *, anonymous: bool) -> HubError:
    """Asked about a model: one that is not there is refused as one that is not for this user (403)."""
    if error.status not in _ABSENT:
        return _of_user(error, name)
    login = "; if it is private, set `KAGGLE_API_TOKEN`" if anonymous else ""
    return ModelNotFound(
        f"there is no `{name}` at Kaggle, or it is not shown to you ({error.status})", hint=f"Check its name{login}"
    )


def of_version(error: HubError, name: Name, version: int) -> HubError:
    """Asked about a version of a model."""
    if error.status not in _ABSENT:
        return _of_user(error, name)
    return RevisionNotFound(f"`{name}` has no version {version} ({error.status})", hint=f"See {page(name)}")


def of_download(error: HubError, name: Name, *, anonymous: bool) -> HubError:
    """Asked for bytes: only then Kaggle says that somebody has to agree to terms first."""
    if error.status != _FORBIDDEN:
        return _of_user(error, name)
    login = ", log in, and set `KAGGLE_API_TOKEN`" if anonymous else ""
    said = AccessDenied(
        f"`{name}` is only for those who agreed to its terms (403)",
        hint=f"Open {page(name)}, agree to them there{login}; then run the command again",
    )
    said.status = error.status
    return said


def _of_user(error: HubError, name: Name) -> HubError:
    if error.status != _UNAUTHENTICATED:
        return error
    said = AccessDenied(
        f"Kaggle does not accept your credentials, asked for `{name}` (401)",
        hint=f"Create a new token at {KAGGLE}/settings, and set `KAGGLE_API_TOKEN` to it",
    )
    said.status = error.status
    return said
