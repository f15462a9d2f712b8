"""Request -> answer: which part of the protocol is meant."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from embedded_hub import answers, files, interface
from embedded_hub.calls import Call, Moved, find, user_of
from embedded_hub.exchange import Answer, Refused, Request

if TYPE_CHECKING:
    from embedded_hub.repositories import Repositories

_TYPES = {"models": "model", "datasets": "dataset", "spaces": "space"}
_WORDS = (*interface.ACTIONS, "resolve")


def respond(request: Request, repositories: Repositories) -> Answer:
    """Return the answer of the hub to any request."""
    try:
        return _route(request, repositories)
    except Refused as refused:
        return refused.answer()
    except Moved as moved:
        return Answer(status=HTTPStatus.TEMPORARY_REDIRECT, headers={"Location": moved.location})


def _route(request: Request, repositories: Repositories) -> Answer:
    match request.segments:
        case ("cdn", *parts):
            return files.content(request, repositories, parts)
        case ("api", "whoami-v2"):
            return _whoami(request, repositories)
        case ("api", "resolve-cache", kind, *parts) if kind in _TYPES:
            return files.resolve(_found(request, repositories, kind, parts), direct=True)
        case ("api", kind, *parts) if kind in _TYPES and parts:
            return interface.answer(_found(request, repositories, kind, parts))
        case (*parts, repository, "info", "lfs", "objects", "batch") if repository.endswith(".git"):
            kind = parts.pop(0) if parts and parts[0] in _TYPES else "models"
            named = [*parts, repository.removesuffix(".git"), "resolve"]
            return files.batch(_found(request, repositories, kind, named))
        case (*parts,) if "resolve" in parts:
            kind = parts.pop(0) if parts[0] in _TYPES else "models"
            return files.resolve(_found(request, repositories, kind, parts), direct=False)
    raise Refused(HTTPStatus.NOT_FOUND, "Sorry, we can't find the page you are looking for.")


def _whoami(request: Request, repositories: Repositories) -> Answer:
    user = user_of(request, repositories)
    if user is None:
        raise Refused(HTTPStatus.UNAUTHORIZED, "Invalid username or password.")
    return Answer.json(answers.user(user))


def _found(request: Request, repositories: Repositories, kind: str, parts: list[str]) -> Call:
    return find(request, repositories, _TYPES[kind], parts, _WORDS)
