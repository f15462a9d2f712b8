"""The API: `/repos/{owner}/{name}/…`. Its pages: docs.github.com/rest."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from embedded_github import archives
from embedded_github.answers import Refused, complaint, missing
from embedded_github.documents import Writer
from embedded_hub.exchange import Answer, Body
from embedded_hub.repository import RevisionMissingError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from embedded_github.origins import Origins
    from embedded_github.repositories import Repositories
    from embedded_github.repository import GitHubRepository
    from embedded_hub.exchange import Request

_PAGE = 30
_LARGEST_PAGE = 100
QUOTA = {"X-RateLimit-Limit": "60", "X-RateLimit-Resource": "core", "X-RateLimit-Reset": "1704070800"}
"""What the API says of the quota of those without a token; the hour ends at 2024-01-01T01:00:00Z."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A request that found its repository; `rest` is the path below it."""

    request: Request
    repositories: Repositories
    repository: GitHubRepository
    rest: tuple[str, ...]
    origins: Origins

    @property
    def writer(self) -> Writer:
        """What writes the documents."""
        return Writer(origins=self.origins)

    @property
    def query(self) -> dict[str, str]:
        """The query; of a name that is there twice the last value."""
        return dict(self.request.parameters)

    def commit(self, revision: str) -> str:
        """Return the commit of a revision."""
        try:
            return self.repository.resolve(revision)
        except RevisionMissingError:
            status = HTTPStatus.UNPROCESSABLE_ENTITY
            raise Refused(complaint(status, f"No commit found for SHA: {revision}")) from None


def answer(call: Call) -> Answer:
    """Return the answer to a call, or 304 to who has it already."""
    found = _answered(call)
    if found.document is None:
        return found
    # Other than the web server of static files, the API compares weakly and keeps its quota for what is new.
    etag = f'W/"{hashlib.sha256(found.body.content()).hexdigest()}"'
    known = [part.strip() for part in call.request.headers.get("if-none-match", "").split(",")]
    headers = {**found.headers, **QUOTA, "X-RateLimit-Remaining": "59", "X-RateLimit-Used": "1", "ETag": etag}
    if etag in known:
        return Answer(status=HTTPStatus.NOT_MODIFIED, headers=headers)
    return replace(found, headers=headers)


def _answered(call: Call) -> Answer:
    match call.rest:
        case ():
            parent = call.repositories.numbered(call.repository.facts.parent or 0)
            forks = call.repositories.forks(call.repository)
            return Answer.json(call.writer.repository(call.repository, forks, parent))
        case (action, *rest) if action in _ACTIONS:
            return _ACTIONS[action](call, tuple(rest))
    raise missing()


def _branches(call: Call, rest: tuple[str, ...]) -> Answer:
    branches = call.repository.branches()
    if not rest:
        return _page(call, [call.writer.branch(call.repository, *item) for item in branches.items()])
    name = "/".join(rest)
    if name not in branches:
        raise Refused(complaint(HTTPStatus.NOT_FOUND, "Branch not found"))
    commit = call.repository.git.objects.read_commit(branches[name])
    document = call.writer.branch(call.repository, name, commit.id)
    return Answer.json(document | {"commit": call.writer.commit(call.repository, commit)})


def _tags(call: Call, _rest: tuple[str, ...]) -> Answer:
    return _page(call, [call.writer.tag(call.repository, *item) for item in call.repository.tags().items()])


def _commits(call: Call, rest: tuple[str, ...]) -> Answer:
    start = "/".join(rest) or call.query.get("sha") or call.repository.facts.default_branch
    history = call.repository.git.history(call.commit(start))
    if not rest:
        return _page(call, [call.writer.commit(call.repository, commit) for commit in history])
    if call.request.headers.get("accept", "").endswith(".sha"):
        headers = {"Content-Type": "application/vnd.github.sha; charset=utf-8"}
        return Answer(headers=headers, body=Body.whole(history[0].id.encode()))
    return Answer.json(call.writer.commit(call.repository, history[0]))


def _compare(call: Call, rest: tuple[str, ...]) -> Answer:
    base, dots, head = "/".join(rest).partition("...")
    if not dots:
        raise missing()
    git = call.repository.git
    before, after = git.history(call.commit(base)), git.history(call.commit(head))
    old, new = {commit.id for commit in before}, {commit.id for commit in after}
    ahead = [commit for commit in reversed(after) if commit.id not in old]
    behind = len(old - new)
    merge_base = next((commit for commit in after if commit.id in old), None)
    if merge_base is None:
        raise Refused(complaint(HTTPStatus.NOT_FOUND, f"No common ancestor between {base} and {head}."))
    words = {(False, False): "identical", (True, False): "ahead", (False, True): "behind", (True, True): "diverged"}
    document = {
        "base_commit": call.writer.commit(call.repository, before[0]),
        "merge_base_commit": call.writer.commit(call.repository, merge_base),
        "status": words[bool(ahead), bool(behind)],
        "ahead_by": len(ahead),
        "behind_by": behind,
        "total_commits": len(ahead),
        "commits": [call.writer.commit(call.repository, commit) for commit in ahead],
    }
    return Answer.json(document)


def _git(call: Call, rest: tuple[str, ...]) -> Answer:
    if not rest or rest[0] != "trees":
        raise missing()
    commit = call.repository.git.objects.read_commit(call.commit("/".join(rest[1:])))
    entries = list(call.repository.git.listing(commit.id).values())
    if "recursive" not in call.query:
        entries = [entry for entry in entries if "/" not in entry.path]
    return Answer.json(call.writer.tree(call.repository, commit.tree, entries))


def _releases(call: Call, rest: tuple[str, ...]) -> Answer:
    releases = call.repository.releases
    match rest:
        case ():
            return _page(call, [call.writer.release(call.repository, release) for release in releases])
        case ("latest",):
            found = [release for release in releases if not release.prerelease]
        case ("tags", *parts):
            found = [release for release in releases if release.tag == "/".join(parts)]
        case (number,):
            found = [release for release in releases if str(release.number) == number]
        case _:
            found = []
    if not found:
        raise missing()
    return Answer.json(call.writer.release(call.repository, found[0]))


def _zipball(call: Call, rest: tuple[str, ...]) -> Answer:
    return archives.legacy(call.origins.archives, call.repository, "zipball", "/".join(rest))


def _tarball(call: Call, rest: tuple[str, ...]) -> Answer:
    return archives.legacy(call.origins.archives, call.repository, "tarball", "/".join(rest))


def _page(call: Call, rows: Sequence[Any]) -> Answer:
    size = min(_number(call, "per_page", _PAGE), _LARGEST_PAGE)
    page = _number(call, "page", 1)
    last = max(-(-len(rows) // size), 1)
    names = {"prev": page - 1, "next": page + 1, "last": last, "first": 1}
    shown = [name for name in names if (page > 1 if name in ("prev", "first") else page < last)]
    headers = {"Link": ", ".join(f'<{_address(call, names[name])}>; rel="{name}"' for name in shown)} if shown else {}
    return Answer.json(rows[(page - 1) * size : page * size], headers=headers)


def _number(call: Call, name: str, default: int) -> int:
    text = call.query.get(name, "")
    # What is no number, or none that makes sense, counts as not said.
    return int(text) or default if text.isascii() and text.isdigit() else default


def _address(call: Call, page: int) -> str:
    # Like GitHub, by number: a page that is asked for after a rename is still found.
    start = f"{call.origins.api}/repositories/{call.repository.facts.number}"
    return f"{start}/{'/'.join(call.rest)}?{urlencode(call.query | {'page': str(page)})}"


_ACTIONS: dict[str, Callable[[Call, tuple[str, ...]], Answer]] = {
    "branches": _branches,
    "commits": _commits,
    "compare": _compare,
    "git": _git,
    "releases": _releases,
    "tags": _tags,
    "tarball": _tarball,
    "zipball": _zipball,
}
