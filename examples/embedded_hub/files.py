"""Files: where the hub sends a client for one, and the bytes."""

from __future__ import annotations

import hashlib
import json
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import quote

from embedded_hub.calls import Call, check_gate
from embedded_hub.exchange import Answer, Body, Refused, Request
from embedded_hub.ranges import part

if TYPE_CHECKING:
    from collections.abc import Mapping

    from embedded_hub.repositories import Repositories

_MOST_OBJECTS = 100
_HOSTS = {"127.0.0.1": "localhost", "localhost": "127.0.0.1"}
"""The name under which the same port is the content delivery network of the hub that is asked under the other name."""


def resolve(call: Call, *, direct: bool) -> Answer:
    """Answer for a file; `direct` means the client was already sent to where git files are kept."""
    rest = call.rest if direct else call.rest[1:]
    revision, path = rest[0] if rest else "", "/".join(rest[1:])
    commit = call.commit(revision)
    check_gate(call, commit)
    entry = call.repository.listing(commit).get(path)
    if entry is None or entry.kind != "file":
        raise Refused(HTTPStatus.NOT_FOUND, "Entry not found", code="EntryNotFound", commit=commit)
    headers = {"X-Repo-Commit": commit, "Accept-Ranges": "bytes"}
    if entry.lfs:
        headers |= {"X-Linked-Size": str(entry.lfs.size), "X-Linked-Etag": f'"{entry.lfs.sha256}"'}
        return _sent_to(_content_url(call, entry.lfs.sha256), HTTPStatus.FOUND, headers)
    etag = f'"{entry.id}"'
    if not direct:
        kind = f"{call.repository.settings.repo_type}s"
        query = f"{quote(call.request.path, safe='')}=&etag={quote(etag)}"
        location = f"/api/resolve-cache/{kind}/{call.repository.name}/{commit}/{quote(path, safe='')}?{query}"
        return _sent_to(location, HTTPStatus.TEMPORARY_REDIRECT, headers | {"X-Linked-Etag": etag})
    headers |= {"ETag": etag, "Content-Type": "text/plain; charset=utf-8"}
    return part(Body.whole(call.repository.content(entry)), call.request, headers)


def batch(call: Call) -> Answer:
    """Answer the batch API of Git LFS, for downloads: where each large file is, a hundred at a time.

    github.com/git-lfs/git-lfs/blob/main/docs/api/batch.md.
    """
    check_gate(call, None)
    try:
        asked = json.loads(call.request.body)
        objects = [(str(one["oid"]), int(one["size"])) for one in asked["objects"]]
    except (ValueError, LookupError, TypeError):
        raise Refused(HTTPStatus.UNPROCESSABLE_ENTITY, "Not a batch request of Git LFS") from None
    if asked.get("operation") != "download" or len(objects) > _MOST_OBJECTS:
        raise Refused(HTTPStatus.UNPROCESSABLE_ENTITY, "Not a batch of downloads, or too large a one")
    found = []
    for oid, size in objects:
        path = call.repository.large_files.path(oid)
        if path.is_file() and path.stat().st_size == size:
            actions = {"download": {"href": _content_url(call, oid), "expires_in": 3600}}
            found.append({"oid": oid, "size": size, "authenticated": True, "actions": actions})
        else:
            found.append({"oid": oid, "size": size, "error": {"code": 404, "message": "Object does not exist"}})
    headers = {"Content-Type": "application/vnd.git-lfs+json"}
    return Answer.json({"transfer": "basic", "objects": found, "hash_algo": "sha256"}, headers=headers)


def _sent_to(location: str, status: HTTPStatus, headers: Mapping[str, str]) -> Answer:
    body = Body.whole(f"{status.phrase}. Redirecting to {location}".encode())
    given = {"Location": location, "Content-Type": "text/plain; charset=utf-8", **headers}
    return Answer(status=status, headers=given, body=body)


def _content_url(call: Call, sha256: str) -> str:
    name, _, port = call.request.host.partition(":")
    host = f"{_HOSTS.get(name, '127.0.0.1')}:{port}"
    path = f"/cdn/{call.repository.settings.repo_type}s/{call.repository.name}/{sha256}"
    return f"http://{host}{path}?Signature={_signature(host, path)}"


def _signature(host: str, path: str) -> str:
    return hashlib.sha256(f"embedded hub {host}{path}".encode()).hexdigest()[:32]


def content(request: Request, repositories: Repositories, parts: list[str]) -> Answer:
    """Answer as the content delivery network: the signature in the URL is the only credential it accepts."""
    if "authorization" in request.headers:
        raise Refused(
            HTTPStatus.BAD_REQUEST, "Only one auth mechanism allowed; an access token was sent to another origin"
        )
    if dict(request.parameters).get("Signature") != _signature(request.host, request.path):
        raise Refused(HTTPStatus.FORBIDDEN, "The signature does not match")
    repository = repositories.get("/".join(parts[1:-1]), parts[0].removesuffix("s"))
    path = repository.large_files.path(parts[-1]) if repository else None
    if path is None or not path.is_file():
        raise Refused(HTTPStatus.NOT_FOUND, "No such object")
    # As on the real network, this ETag is not the SHA-256 of the file.
    etag = hashlib.sha256(parts[-1].encode()).hexdigest()
    headers = {"ETag": f'"{etag}"', "Accept-Ranges": "bytes", "Content-Type": "application/octet-stream"}
    return part(Body.whole(path), request, headers)
