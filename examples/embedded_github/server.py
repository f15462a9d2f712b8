"""GitHub as one object: which host and which part of it is meant by a request."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from embedded_github import archives, interface, pages, smart_http
from embedded_github.answers import Refused, complaint, moved, page, page_missing
from embedded_github.interface import QUOTA, Call
from embedded_github.origins import HOSTS, files_endpoint, origins, parts
from embedded_github.repositories import Repositories, UnknownTokenError
from embedded_hub.exchange import Answer
from embedded_hub.faults import Fails
from embedded_hub.loopback import LoopbackServer

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from embedded_github.repository import GitHubRepository
    from embedded_hub.exchange import Request
    from embedded_hub.repository import Content

_GIT = {("info", "refs"), ("git-upload-pack",), ("git-receive-pack",)}


def rate_limited(*, reset: int = 1704070800, retry_after: int | None = None) -> Fails:
    """Return the 403 of an exhausted quota; `reset` is the Unix time when it is full again.

    With `retry_after`, in seconds, it is the secondary limit, for who asks too much at once.
    """
    headers = {**QUOTA, "X-RateLimit-Remaining": "0", "X-RateLimit-Used": "60", "X-RateLimit-Reset": str(reset)}
    if retry_after is None:
        return Fails(status=403, headers=headers, message="API rate limit exceeded for 127.0.0.1.")
    headers |= {"X-RateLimit-Remaining": "59", "Retry-After": str(retry_after)}
    return Fails(status=403, headers=headers, message="You have exceeded a secondary rate limit.")


class EmbeddedGitHub(LoopbackServer):
    """GitHub on a free port of the loopback interface, running while the `with` block does.

    `endpoint` stands for `https://github.com` and `https://api.github.com`, `files_endpoint` for the hosts of files;
    `repositories`, `users`, `faults` and `log` may be used while it runs.
    """

    def __init__(self, root: Path, *, port: int = 0, latency: float = 0.0) -> None:
        self.repositories = Repositories(root)
        super().__init__(port=port, latency=latency)

    @property
    def files_endpoint(self) -> str:
        """Where archives, raw files and assets are: the same port under the other name of loopback."""
        return files_endpoint(self.endpoint)

    @property
    def hosts(self) -> dict[str, str]:
        """GitHub's names on the internet, each with this endpoint: for `EmbeddedProxy`."""
        return dict.fromkeys(HOSTS, self.endpoint)

    @property
    def users(self) -> dict[str, str]:
        """Access token -> login. A token that is not here is refused."""
        return self.repositories.users

    def create(
        self,
        name: str,
        files: Mapping[str, Content] | None = None,
        *,
        message: str = "Initial commit",
        **facts: Any,  # noqa: ANN401 - the fields of Facts
    ) -> GitHubRepository:
        """Make a repository: see `Repositories.create`."""
        return self.repositories.create(name, files, message=message, **facts)

    def fork(self, parent: str, name: str) -> GitHubRepository:
        """Fork a repository: see `Repositories.fork`."""
        return self.repositories.fork(parent, name)

    def rename(self, old: str, new: str) -> None:
        """Give a repository another name; the old one redirects to it."""
        self.repositories.rename(old, new)

    def delete(self, name: str) -> None:
        """Delete a repository."""
        self.repositories.delete(name)

    def respond(self, request: Request) -> Answer:
        """Return the answer of GitHub to any request."""
        try:
            return self._route(request, parts(_host(request), request.segments))
        except Refused as refused:
            return refused.answer

    def failure(self, fault: Fails) -> Answer:
        """Return the answer of a `Fails` as the API words it."""
        return complaint(fault.status, fault.message, fault.headers)

    def _route(self, request: Request, segments: tuple[str, ...]) -> Answer:
        match segments:
            case ("repos", owner, name, *rest):
                return self._api(request, self.repositories.get(f"{owner}/{name}"), f"{owner}/{name}", rest)
            case ("repositories", number, *rest) if number.isascii() and number.isdigit():
                found = self.repositories.numbered(int(number))
                return self._api(request, found, found.name if found else "", rest)
            case ("codeload", owner, name, kind, *revision):
                return archives.codeload(self._public(request, owner, name), kind, "/".join(revision))
            case ("raw", owner, name, *path) if path:
                return pages.raw(request, self._public(request, owner, name), path)
            case ("release-assets", number, _, *_) if number.isascii() and number.isdigit():
                repository = self.repositories.numbered(int(number))
                if repository is not None:
                    return pages.asset(request, repository, list(segments[2:]))
            case (owner, name, *rest):
                return self._web(request, f"{owner}/{name}", tuple(rest))
        raise page_missing()

    def _api(self, request: Request, found: GitHubRepository | None, name: str, rest: list[str]) -> Answer:
        try:
            repository = self.repositories.visible(found, self.repositories.user_of(request))
        except UnknownTokenError:
            raise Refused(complaint(HTTPStatus.UNAUTHORIZED, "Bad credentials")) from None
        if repository is None:
            raise Refused(complaint(HTTPStatus.NOT_FOUND, "Not Found"))
        if repository.name.lower() != name.lower():
            api = origins(_host(request), self.endpoint).api
            target = "/".join([f"{api}/repositories/{repository.facts.number}", *rest])
            location = f"{target}?{request.query}" if request.query else target
            document = {"message": "Moved Permanently", "url": location, "documentation_url": "https://docs.github.com"}
            return Answer.json(document, status=HTTPStatus.MOVED_PERMANENTLY, headers={"Location": location})
        return interface.answer(self._call(request, repository, tuple(rest)))

    def _web(self, request: Request, name: str, rest: tuple[str, ...]) -> Answer:
        is_git = rest in _GIT
        short = name.removesuffix(".git")
        try:
            repository = self.repositories.visible(self.repositories.get(short), self.repositories.user_of(request))
        except UnknownTokenError:
            repository = None
        if repository is None:
            # Git is asked for a name and a password: GitHub does not say whether there is such a repository.
            raise _unauthorized() if is_git else page_missing()
        if repository.name.lower() != short.lower():
            name = repository.name + ".git" * name.endswith(".git")
            target = "/".join([f"{origins(_host(request), self.endpoint).web}/{name}", *rest])
            return moved(HTTPStatus.MOVED_PERMANENTLY, f"{target}?{request.query}" if request.query else target)
        if is_git:
            return smart_http.answer(request, repository, rest)
        return pages.answer(self._call(request, repository, rest))

    def _public(self, request: Request, owner: str, name: str) -> GitHubRepository:
        try:
            found = self.repositories.visible(
                self.repositories.get(f"{owner}/{name}"), self.repositories.user_of(request)
            )
        except UnknownTokenError:
            found = None
        if found is None:
            raise page_missing()
        return found

    def _call(self, request: Request, repository: GitHubRepository, rest: tuple[str, ...]) -> Call:
        return Call(
            request=request,
            repositories=self.repositories,
            repository=repository,
            rest=rest,
            origins=origins(_host(request), self.endpoint),
        )


def _host(request: Request) -> str:
    return request.host.partition(":")[0]


def _unauthorized() -> Refused:
    headers = {"WWW-Authenticate": 'Basic realm="GitHub"'}
    return Refused(page(HTTPStatus.UNAUTHORIZED, "Repository not found.", headers))
