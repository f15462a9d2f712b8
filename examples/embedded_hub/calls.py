"""Who asks for what: the repository and the user of a request, and whether the one may have the other."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

from embedded_hub.exchange import Refused, Request
from embedded_hub.repository import Repository, RevisionMissingError

if TYPE_CHECKING:
    from collections.abc import Collection

    from embedded_hub.repositories import Repositories


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A request that found its repository: what is left of the path, and who asks (None: nobody in particular)."""

    request: Request
    repositories: Repositories
    repository: Repository
    rest: tuple[str, ...]
    user: str | None

    @property
    def query(self) -> dict[str, str]:
        """The query; of a name that is there twice the last value."""
        return dict(self.request.parameters)

    def flag(self, name: str) -> bool:
        """Return a truth value of the query."""
        return self.query.get(name, "").lower() in ("true", "1")

    def number(self, name: str, default: int, largest: int) -> int:
        """Return a number of the query, at most `largest`."""
        text = self.query.get(name, str(default))
        if not text.isascii() or not text.isdigit():
            raise Refused(HTTPStatus.BAD_REQUEST, f'"{name}" must be a number')
        return min(int(text), largest)

    def commit(self, revision: str) -> str:
        """Return the commit of a revision."""
        try:
            return self.repository.resolve(revision)
        except RevisionMissingError:
            message = f"Invalid rev id: {revision}"
            raise Refused(HTTPStatus.NOT_FOUND, message, code="RevisionNotFound") from None

    def next_page(self, **changes: str) -> str:
        """Return the `Link` header that leads to the next page."""
        query = {key: value for key, value in self.request.parameters if key not in changes}
        url = f"http://{self.request.host}{self.request.path}?{urlencode(query | changes)}"
        return f'<{url}>; rel="next"'


class Moved(Exception):
    """The repository is at `location` now."""

    def __init__(self, location: str) -> None:
        super().__init__(location)
        self.location = location


def user_of(request: Request, repositories: Repositories) -> str | None:
    """Return who asks, None for nobody in particular; an unknown token is refused."""
    if request.token is None:
        return None
    if request.token not in repositories.users:
        raise Refused(HTTPStatus.UNAUTHORIZED, "Invalid credentials in Authorization header")
    return repositories.users[request.token]


def find(
    request: Request, repositories: Repositories, repo_type: str, parts: list[str], words: Collection[str]
) -> Call:
    """Find the repository at the start of `parts`; raise what the hub answers if it may not be seen.

    `words` follow a name and are none: `/api/models/gpt2/refs` is about `gpt2`.
    """
    user = user_of(request, repositories)
    length = 1 if len(parts) == 1 or parts[1] in words else 2
    name = "/".join(parts[:length])
    repository = repositories.get(name, repo_type)
    if repository is None:
        _redirect(request, repositories, repo_type, name)
    if repository is None or (repository.settings.private and not _may_read(repository, user)):
        if user is None:
            raise Refused(HTTPStatus.UNAUTHORIZED, "Invalid username or password.", code="RepoNotFound")
        raise Refused(HTTPStatus.NOT_FOUND, "Repository not found", code="RepoNotFound")
    if repository.settings.disabled:
        raise Refused(HTTPStatus.FORBIDDEN, "Access to this resource is disabled.")
    return Call(
        request=request, repositories=repositories, repository=repository, rest=tuple(parts[length:]), user=user
    )


def _redirect(request: Request, repositories: Repositories, repo_type: str, name: str) -> None:
    moved = repositories.moved_to(name, repo_type)
    if moved is not None:
        starts = (f"/api/resolve-cache/{repo_type}s/", f"/api/{repo_type}s/", f"/{repo_type}s/", "/")
        start = next(start for start in starts if request.target.startswith(start))
        raise Moved(request.target.replace(start + quote(name), start + quote(moved), 1))


def _may_read(repository: Repository, user: str | None) -> bool:
    return user is not None and user in (repository.name.partition("/")[0], *repository.settings.readers)


def check_gate(call: Call, commit: str | None) -> None:
    """Refuse the files of a gated repository to those who were not given access."""
    if not call.repository.settings.gated or _may_read(call.repository, call.user):
        return
    kind = call.repository.settings.repo_type
    start = f"Access to {kind} {call.repository.name} is restricted"
    if call.user is None:
        message = f"{start}. You must have access to it and be authenticated to access it. Please log in."
        raise Refused(HTTPStatus.UNAUTHORIZED, message, code="GatedRepo", commit=commit)
    message = f"{start} and you are not in the authorized list. Visit the page of the {kind} to ask for access."
    raise Refused(HTTPStatus.FORBIDDEN, message, code="GatedRepo", commit=commit)
