"""The registry as one object: manifests by name and digest, blobs, tags, and who may read."""

from __future__ import annotations

import base64
import binascii
import hashlib
import threading
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING

from embedded_hub.exchange import Answer, Body, Refused, Request
from embedded_hub.loopback import LoopbackServer
from embedded_hub.ranges import part
from embedded_hub.storage import PREFIX, Storage, origin
from embedded_registry.artifacts import Artifact, digest

if TYPE_CHECKING:
    from collections.abc import Mapping

    from embedded_hub.faults import Fails

_SERVICE = "embedded-registry"
_VERSION = {"Docker-Distribution-Api-Version": "registry/2.0"}
_LIFETIME = 300
_ANYTHING = ("*/*", "application/*")
_CODES = {401: "UNAUTHORIZED", 403: "DENIED", 404: "NOT_FOUND", 429: "TOOMANYREQUESTS"}


@dataclass(slots=True)
class _Repository:
    manifests: dict[str, Artifact] = field(default_factory=dict)
    blobs: dict[str, bytes] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)


class _Unauthorized(Refused):
    """A request without the token it needs; `scope` is what to ask a token for."""

    def __init__(self, scope: str) -> None:
        super().__init__(HTTPStatus.UNAUTHORIZED, "authentication required", code="UNAUTHORIZED")
        self.scope = scope


class EmbeddedRegistry(LoopbackServer):
    """A registry on a free port of the loopback interface, running while the `with` block does.

    Behind a proxy it may be any registry (`registry.ollama.ai`, `ghcr.io`), with `r2.cloudflarestorage.com` for blobs.
    `redirects` tells whether blobs come from another origin, `challenges` whether even public repositories want a
    token (anybody gets one for those); `users` has passwords by name, `private` the repositories only they may read.
    """

    def __init__(self, *, port: int = 0, latency: float = 0.0) -> None:
        self.redirects = True
        self.challenges = False
        self.users: dict[str, str] = {}
        self.private: set[str] = set()
        self._repositories: dict[str, _Repository] = {}
        self._storage = Storage("r2.cloudflarestorage.com")
        self._lock = threading.Lock()
        super().__init__(port=port, latency=latency)

    @property
    def host(self) -> str:
        """Name and port, as a reference starts: `127.0.0.1:5000`."""
        return self.endpoint.removeprefix("http://")

    def push(self, repository: str, artifact: Artifact, *, tag: str | None = None) -> str:
        """Publish an artifact and everything it names, and return its digest; a tag that was there moves."""
        with self._lock:
            kept = self._repositories.setdefault(repository, _Repository())
            for each in (artifact, *artifact.manifests):
                kept.manifests[each.digest] = each
                kept.blobs |= {digest(blob): blob for blob in each.blobs}
            if tag is not None:
                kept.tags[tag] = artifact.digest
        return artifact.digest

    def untag(self, repository: str, tag: str) -> None:
        """Remove a tag; what it meant stays, by its digest."""
        with self._lock:
            del self._repositories[repository].tags[tag]

    def delete(self, repository: str, named: str) -> None:
        """Remove a manifest or a blob by its digest, and the tags that meant it."""
        with self._lock:
            kept = self._repositories[repository]
            kept.manifests.pop(named, None)
            kept.blobs.pop(named, None)
            kept.tags = {tag: meant for tag, meant in kept.tags.items() if meant != named}

    def respond(self, request: Request) -> Answer:
        """Return the answer to any request."""
        try:
            return self._route(request)
        except _Unauthorized as refused:
            realm = f"{origin(request)}/token"
            challenge = f'Bearer realm="{realm}",service="{_SERVICE}"'
            challenge += f',scope="{refused.scope}"' if refused.scope else ""
            return _error(refused, {"WWW-Authenticate": challenge})
        except Refused as refused:
            return _error(refused, {})

    def failure(self, fault: Fails) -> Answer:
        """Return the answer of a `Fails`, in the words of the protocol."""
        return _error(Refused(fault.status, fault.message, code=_CODES.get(fault.status, "UNKNOWN")), fault.headers)

    def _route(self, request: Request) -> Answer:
        match request.segments:
            case (first, *_) if first == PREFIX:
                return _sent(request, self._storage.content(request), {})
            case ("token",):
                return self._token(request)
            case ("v2",):
                if self.challenges and not _granted(request, ""):
                    raise _Unauthorized("")
                return Answer.json({}, headers=_VERSION)
            case ("v2", *name, "tags", "list"):
                return _tags(request, "/".join(name), self._repository(request, "/".join(name)))
            case ("v2", *name, "manifests", reference):
                return _manifest(request, self._repository(request, "/".join(name)), reference)
            case ("v2", *name, "blobs", reference):
                return self._blob(request, self._repository(request, "/".join(name)), reference)
        raise Refused(HTTPStatus.NOT_FOUND, "page not found", code="NOT_FOUND")

    def _repository(self, request: Request, name: str) -> _Repository:
        guarded = self.challenges or name in self.private
        if guarded and not _granted(request, name):
            raise _Unauthorized(f"repository:{name}:pull")
        with self._lock:
            found = self._repositories.get(name)
        if found is None:
            raise Refused(HTTPStatus.NOT_FOUND, "repository name not known to registry", code="NAME_UNKNOWN")
        return found

    def _blob(self, request: Request, repository: _Repository, reference: str) -> Answer:
        content = repository.blobs.get(reference)
        if content is None:
            raise Refused(HTTPStatus.NOT_FOUND, "blob unknown to registry", code="BLOB_UNKNOWN")
        headers = {**_VERSION, "Docker-Content-Digest": reference}
        if not self.redirects:
            return _sent(request, content, headers)
        kept = self._storage.keep(content)
        return self._storage.redirect(request, kept, "data", status=HTTPStatus.TEMPORARY_REDIRECT, headers=headers)

    def _token(self, request: Request) -> Answer:
        """Give a token for what was asked, as far as it is allowed: a scope that is not is left out without a word."""
        user = self._user(request)
        scopes = [value for key, value in request.parameters if key == "scope"]
        names = [scope.split(":")[1] for scope in scopes if scope.count(":") > 1]
        allowed = [name for name in names if name not in self.private or user is not None]
        token = ".".join(_signed(name) for name in ("", *allowed))
        return Answer.json({"token": token, "access_token": token, "expires_in": _LIFETIME})

    def _user(self, request: Request) -> str | None:
        scheme, _, value = request.headers.get("authorization", "").partition(" ")
        if not scheme:
            return None
        try:
            name, _, password = base64.b64decode(value, validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            name, password = "", ""
        if scheme != "Basic" or self.users.get(name) != password or not name:
            raise Refused(HTTPStatus.UNAUTHORIZED, "incorrect username or password", code="UNAUTHORIZED")
        return name


def _granted(request: Request, name: str) -> bool:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return scheme == "Bearer" and _signed(name) in token.split(".")


def _signed(name: str) -> str:
    return hashlib.sha256(f"embedded registry pull {name}".encode()).hexdigest()


def _manifest(request: Request, repository: _Repository, reference: str) -> Answer:
    found = repository.manifests.get(repository.tags.get(reference, reference))
    accepted = [each.split(";")[0].strip() for each in request.headers.get("accept", "*/*").split(",")]
    if found is None:
        raise Refused(HTTPStatus.NOT_FOUND, "manifest unknown", code="MANIFEST_UNKNOWN")
    if not {found.media_type, *_ANYTHING} & set(accepted):
        message = f"the manifest is {found.media_type}, which the Accept header does not name"
        raise Refused(HTTPStatus.NOT_FOUND, message, code="MANIFEST_UNKNOWN")
    headers = {**_VERSION, "Docker-Content-Digest": found.digest, "ETag": f'"{found.digest}"'}
    return Answer(headers=headers | {"Content-Type": found.media_type}, body=Body.whole(found.manifest))


def _tags(request: Request, name: str, repository: _Repository) -> Answer:
    query = dict(request.parameters)
    listed = [tag for tag in sorted(repository.tags) if tag > query.get("last", "")]
    limit = int(query["n"]) if query.get("n", "").isdecimal() else len(listed)
    headers = dict(_VERSION)
    if 0 < limit < len(listed):
        headers["Link"] = f'</v2/{name}/tags/list?n={limit}&last={listed[limit - 1]}>; rel="next"'
    return Answer.json({"name": name, "tags": listed[:limit]}, headers=headers)


def _sent(request: Request, content: bytes, headers: dict[str, str]) -> Answer:
    etag = hashlib.sha256(content).hexdigest()
    given = {"ETag": f'"{etag}"', "Accept-Ranges": "bytes", "Content-Type": "application/octet-stream"}
    return part(Body.whole(content), request, given | headers)


def _error(refused: Refused, headers: Mapping[str, str]) -> Answer:
    document = {"errors": [{"code": refused.code or "UNKNOWN", "message": refused.message, "detail": None}]}
    return Answer.json(document, status=refused.status, headers={**_VERSION, **headers})
