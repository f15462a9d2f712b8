"""What is below `https://github.com/{owner}/{name}`: pages, downloads, raw files; and the hosts that hold the files."""

from __future__ import annotations

import base64
import hashlib
from email.utils import format_datetime
from html import escape
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import quote

from embedded_github import archives
from embedded_github.answers import Refused, complaint, moved, page, page_missing
from embedded_hub.exchange import Answer, Body
from embedded_hub.ranges import part
from embedded_hub.repository import RevisionMissingError

if TYPE_CHECKING:
    from embedded_github.interface import Call
    from embedded_github.repository import Asset, GitHubRepository, Release
    from embedded_hub.exchange import Request

_NOT_OURS = (
    "This commit does not belong to any branch on this repository, and may belong to a fork outside of the repository."
)


def answer(call: Call) -> Answer:
    """Return a page of a repository, or where to go for a file."""
    match call.rest:
        case ():
            return page(HTTPStatus.OK, escape(call.repository.facts.description or call.repository.name))
        case ("tree" | "commit", *parts) if parts:
            return _tree(call.repository, parts)
        case ("zipball" | "tarball" as kind, *parts):
            return archives.legacy(call.origins.archives, call.repository, kind, "/".join(parts))
        case ("archive", *parts) if parts:
            return archives.archive(call.origins.archives, call.repository, "/".join(parts))
        case ("raw", *parts) if parts:
            _found(call.repository, parts)
            return moved(HTTPStatus.FOUND, f"{call.origins.raw}/{call.repository.name}/{quote('/'.join(parts))}")
        case ("releases", *parts, file):
            return _download(call, _meant(call.repository, parts), file)
    raise page_missing()


def raw(request: Request, repository: GitHubRepository, parts: list[str]) -> Answer:
    """Return a file as `raw.githubusercontent.com/{owner}/{name}/{ref}/{path}` does."""
    commit, path = _found(repository, parts)
    entry = repository.git.listing(commit).get(path)
    if entry is None or entry.kind != "file":
        raise page_missing()
    content = repository.git.objects.read(entry.id)[1]
    headers = {
        "ETag": f'"{hashlib.sha256(content).hexdigest()}"',
        "Accept-Ranges": "bytes",
        "Cache-Control": "max-age=300",
        "Content-Type": "text/plain; charset=utf-8",
        "X-Content-Type-Options": "nosniff",
    }
    return part(Body.whole(content), request, headers)


def asset(request: Request, repository: GitHubRepository, parts: list[str]) -> Answer:
    """Return a file of a release as the storage behind GitHub does: by a signature, and to nobody with a token."""
    if "authorization" in request.headers:
        raise Refused(complaint(HTTPStatus.BAD_REQUEST, "An access token was sent to another origin"))
    release = _release(repository, "/".join(parts[:-1]))
    found = release.asset(parts[-1])
    if found is None:
        raise page_missing()
    if dict(request.parameters).get("sig") != _signature(repository, release, found):
        raise Refused(complaint(HTTPStatus.FORBIDDEN, "The signature does not match"))
    tagged = repository.git.objects.read_commit(repository.tags()[release.tag])
    headers = {
        # As in the real storage, this ETag is not a digest of the file; the only one is the MD5.
        "ETag": f'"0x{hashlib.sha256(found.digest.encode()).hexdigest()[:15].upper()}"',
        "Accept-Ranges": "bytes",
        "Content-Disposition": f"attachment; filename={found.name}",
        "Content-Type": "application/octet-stream",
        "Last-Modified": format_datetime(tagged.date, usegmt=True),
        "x-ms-blob-content-md5": base64.b64encode(hashlib.md5(found.content, usedforsecurity=False).digest()).decode(),
    }
    return part(Body.whole(found.content), request, headers)


def _tree(repository: GitHubRepository, parts: list[str]) -> Answer:
    commit, path = _found(repository, parts)
    if path and path not in repository.git.listing(commit):
        raise page_missing()
    names = "".join(f"<li>{escape(name)}</li>" for name in repository.git.listing(commit))
    return page(HTTPStatus.OK, f"{'' if repository.contains(commit) else _NOT_OURS}<ul>{names}</ul>")


def _found(repository: GitHubRepository, parts: list[str]) -> tuple[str, str]:
    """Split a ref, which may hold slashes, from the path after it; return commit and path."""
    for length in range(1, len(parts) + 1):
        try:
            return repository.resolve("/".join(parts[:length])), "/".join(parts[length:])
        except RevisionMissingError:
            continue
    raise page_missing()


def _download(call: Call, release: Release, file: str) -> Answer:
    found = release.asset(file)
    if found is None:
        raise page_missing()
    path = f"{call.repository.facts.number}/{quote(release.tag)}/{quote(file)}"
    query = f"sig={_signature(call.repository, release, found)}"
    return moved(HTTPStatus.FOUND, f"{call.origins.assets}/{path}?{query}")


def _release(repository: GitHubRepository, tag: str) -> Release:
    found = next((release for release in repository.releases if release.tag == tag), None)
    if found is None:
        raise page_missing()
    return found


def _meant(repository: GitHubRepository, parts: list[str]) -> Release:
    match parts:
        case ("latest", "download"):
            latest = next((release.tag for release in repository.releases if not release.prerelease), "")
            return _release(repository, latest)
        case ("download", *tag):
            return _release(repository, "/".join(tag))
    raise page_missing()


def _signature(repository: GitHubRepository, release: Release, found: Asset) -> str:
    text = f"embedded {repository.facts.number} {release.tag} {found.name} {found.digest}"
    return hashlib.sha256(text.encode()).hexdigest()[:32]
