"""ModelScope as one object."""

from __future__ import annotations

import hashlib
import threading
from http import HTTPStatus
from http.cookies import CookieError, SimpleCookie
from typing import TYPE_CHECKING

from embedded_hub.exchange import Answer, Body, Refused, Request
from embedded_hub.loopback import LoopbackServer
from embedded_hub.ranges import part
from embedded_hub.storage import PREFIX, Storage
from embedded_modelscope import answers
from embedded_modelscope.repository import DEFAULT_BRANCH, File, Repository

if TYPE_CHECKING:
    from collections.abc import Mapping

    from embedded_hub.faults import Fails

_NO_RECORD = 10010205001
_NO_FILE = 10990101007
_DENIED = 10010205002
_BAD_TOKEN = 10010103009


class EmbeddedModelScope(LoopbackServer):
    """ModelScope on a free port of the loopback interface, running while the `with` block does.

    `endpoint` is what goes into `MODELSCOPE_ENDPOINT`; behind a proxy it is `modelscope.cn` (also `.ai`) and
    `cdn-lfs-cn-1.modelscope.cn`. `users` has names by access token.
    """

    def __init__(self, *, port: int = 0, latency: float = 0.0) -> None:
        self.users: dict[str, str] = {}
        self._repositories: dict[str, Repository] = {}
        self._storage = Storage("cdn-lfs-cn-1.modelscope.cn")
        self._lock = threading.Lock()
        super().__init__(port=port, latency=latency)

    def create(self, name: str, files: Mapping[str, bytes], *, message: str = "Upload") -> Repository:
        """Create `owner/name` with a first commit on `master`."""
        repository = Repository(name=name)
        repository.commit(files, message=message)
        with self._lock:
            self._repositories[name] = repository
        return repository

    def delete(self, name: str) -> None:
        """Delete a repository."""
        with self._lock:
            del self._repositories[name]

    def respond(self, request: Request) -> Answer:
        """Return the answer to any request."""
        try:
            return self._route(request)
        except Refused as refused:
            code = int(refused.code or refused.status)
            return answers.envelope(None, code=code, message=refused.message, status=refused.status)

    def failure(self, fault: Fails) -> Answer:
        """Return the answer of a `Fails`, in the words of the protocol."""
        answer = answers.envelope(None, code=fault.status, message=fault.message, status=fault.status)
        return Answer.json(answer.document, status=fault.status, headers=fault.headers)

    def _route(self, request: Request) -> Answer:
        match request.segments:
            case (first, *_) if first == PREFIX:
                return _sent(request, self._storage.content(request))
            case ("openapi", "v1", "models", owner, name):
                data = answers.open_model(self._found(request, f"{owner}/{name}"))
                return Answer.json({"success": True, "request_id": "", "data": data})
            case ("api", "v1", "models", owner, name, *rest):
                return self._model(request, self._found(request, f"{owner}/{name}"), tuple(rest))
        raise Refused(HTTPStatus.NOT_FOUND, "Not Found")

    def _model(self, request: Request, repository: Repository, rest: tuple[str, ...]) -> Answer:
        match rest:
            case ():
                return answers.envelope(answers.model(repository))
            case ("revisions",):
                return answers.envelope(answers.revisions(repository))
            case ("repo", "files"):
                self._check_gate(request, repository)
                return _listing(request, repository)
            case ("repo",):
                self._check_gate(request, repository)
                return self._file(request, repository)
        raise Refused(HTTPStatus.NOT_FOUND, "Not Found")

    def _file(self, request: Request, repository: Repository) -> Answer:
        query = dict(request.parameters)
        path = query.get("FilePath", "")
        commit = repository.find(query.get("Revision") or DEFAULT_BRANCH)
        file: File | None = commit.files.get(path) if commit else None
        if file is None:
            raise Refused(HTTPStatus.NOT_FOUND, f"file {path} not found", code=str(_NO_FILE))
        if not file.large:
            return _sent(request, file.content)
        headers = {"X-Linked-Etag": file.sha256, "X-Linked-Size": str(len(file.content))}
        return self._storage.redirect(request, self._storage.keep(file.content), path, headers=headers)

    def _found(self, request: Request, name: str) -> Repository:
        user = self._user(request)
        with self._lock:
            repository = self._repositories.get(name)
        if repository is None or (repository.private and user != repository.owner):
            raise Refused(HTTPStatus.NOT_FOUND, "record not found", code=str(_NO_RECORD))
        return repository

    def _check_gate(self, request: Request, repository: Repository) -> None:
        user = self._user(request)
        if repository.gated and user != repository.owner and user not in repository.granted:
            raise Refused(HTTPStatus.FORBIDDEN, "access denied", code=str(_DENIED))

    def _user(self, request: Request) -> str | None:
        token = request.token or _cookie(request)
        if token is None:
            return None
        if token not in self.users:
            raise Refused(HTTPStatus.UNAUTHORIZED, "AccessToken is invalid or expired", code=str(_BAD_TOKEN))
        return self.users[token]


def _listing(request: Request, repository: Repository) -> Answer:
    query = dict(request.parameters)
    commit = repository.find(query.get("Revision") or DEFAULT_BRANCH)
    if commit is None:
        return answers.envelope({"Files": None, "IsVisual": 0, "LatestCommitter": None})
    recursive = query.get("Recursive", "").lower() == "true"
    found = answers.files(commit, root=query.get("Root", ""), recursive=recursive)
    if found is None:
        raise Refused(HTTPStatus.NOT_FOUND, "path not found", code=str(_NO_FILE))
    return answers.envelope(found)


def _sent(request: Request, content: bytes) -> Answer:
    etag = hashlib.md5(content, usedforsecurity=False).hexdigest().upper()
    headers = {"ETag": f'"{etag}"', "Accept-Ranges": "bytes", "Content-Type": "application/octet-stream"}
    return part(Body.whole(content), request, headers)


def _cookie(request: Request) -> str | None:
    try:
        found = SimpleCookie(request.headers.get("cookie", "")).get("m_session_id")
    except CookieError:
        return None
    return found.value if found else None
