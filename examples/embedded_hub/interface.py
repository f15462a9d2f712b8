"""The JSON interface: `/api/models/{id}/…`, and the same for datasets and spaces."""

from __future__ import annotations

import base64
import json
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from embedded_hub import answers
from embedded_hub.calls import Call, check_gate
from embedded_hub.exchange import Answer, Refused, Request

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from embedded_hub.repository import Entry

MAXIMUM_PATHS = 2000
PAGE = 1000
EXPANDED_PAGE = 50


def answer(call: Call) -> Answer:
    """Return the answer to a call."""
    match call.rest:
        case ():
            return _info(call, "main")
        case (action, *rest) if action in ACTIONS:
            return ACTIONS[action](call, tuple(rest))
    raise Refused(HTTPStatus.NOT_FOUND, "Not Found")


def _revision(call: Call, rest: tuple[str, ...]) -> Answer:
    return _info(call, "/".join(rest))


def _info(call: Call, revision: str) -> Answer:
    commit = call.commit(revision)
    expand = [value for key, value in call.request.parameters if key in ("expand", "expand[]")]
    if not expand:
        blobs, security = call.flag("blobs"), call.flag("securityStatus")
        return Answer.json(answers.info(call.repository, commit, blobs=blobs, security=security))
    if "blobs" in call.query or "securityStatus" in call.query:
        raise Refused(HTTPStatus.BAD_REQUEST, '"expand" cannot be combined with "blobs" or "securityStatus"')
    unknown = sorted(set(expand) - set(answers.EXPANDABLE))
    if unknown:
        message = f'"expand" must be one of [{", ".join(answers.EXPANDABLE)}], not {unknown[0]}'
        raise Refused(HTTPStatus.BAD_REQUEST, message)
    return Answer.json(answers.expanded_info(call.repository, commit, expand, call.repositories))


def _refs(call: Call, _rest: tuple[str, ...]) -> Answer:
    return Answer.json(answers.refs(call.repository, pull_requests=call.flag("include_prs")))


def _commits(call: Call, rest: tuple[str, ...]) -> Answer:
    history = call.repository.history(call.commit(rest[0] if rest else "main"))
    page, limit = call.number("p", 0, 10**9), call.number("limit", 50, PAGE) or 1
    formatted = ("expand[]", "formatted") in call.request.parameters or call.query.get("expand") == "formatted"
    headers = {"X-Total-Count": str(len(history))}
    if (page + 1) * limit < len(history):
        headers["Link"] = call.next_page(p=str(page + 1), limit=str(limit))
    document = answers.commits(history[page * limit : (page + 1) * limit], formatted=formatted)
    return Answer.json(document, headers=headers)


def _tree(call: Call, rest: tuple[str, ...]) -> Answer:
    commit = call.commit(rest[0] if rest else "main")
    above = "/".join(rest[1:])
    listing = call.repository.listing(commit)
    if above and (above not in listing or listing[above].kind != "directory"):
        raise Refused(
            HTTPStatus.NOT_FOUND, f'{above} does not exist on "{rest[0]}"', code="EntryNotFound", commit=commit
        )
    start = f"{above}/" if above else ""
    inside = [entry for path, entry in listing.items() if path.startswith(start)]
    if not call.flag("recursive"):
        inside = [entry for entry in inside if "/" not in entry.path[len(start) :]]
    expand = call.flag("expand")
    largest = 2 * EXPANDED_PAGE if expand else PAGE
    limit = call.number("limit", EXPANDED_PAGE if expand else PAGE, largest) or 1
    first = _cursor_position(call.query.get("cursor", ""))
    headers = {}
    if first + limit < len(inside):
        headers["Link"] = call.next_page(limit=str(limit), cursor=_cursor(first + limit))
    return _entries(call, inside[first : first + limit], commit, expand=expand, headers=headers)


def _paths_info(call: Call, rest: tuple[str, ...]) -> Answer:
    if call.request.method != "POST":
        raise Refused(HTTPStatus.NOT_FOUND, "Not Found")
    commit = call.commit(rest[0] if rest else "main")
    paths, expand = _asked_paths(call.request)
    if len(paths) > MAXIMUM_PATHS:
        raise Refused(HTTPStatus.BAD_REQUEST, f'"paths" must contain at most {MAXIMUM_PATHS} items')
    listing = call.repository.listing(commit)
    return _entries(call, [listing[path] for path in dict.fromkeys(paths) if path in listing], commit, expand=expand)


def _asked_paths(request: Request) -> tuple[list[str], bool]:
    if request.headers.get("content-type", "").startswith("application/json"):
        try:
            document = json.loads(request.body)
            paths = document["paths"]
            return ([paths] if isinstance(paths, str) else [str(path) for path in paths]), bool(document.get("expand"))
        except (ValueError, LookupError, TypeError, AttributeError):
            raise Refused(HTTPStatus.BAD_REQUEST, '"paths" is required') from None
    pairs = parse_qsl(request.body.decode(errors="replace"), keep_blank_values=True)
    return [value for key, value in pairs if key == "paths"], ("expand", "true") in [
        (key, value.lower()) for key, value in pairs
    ]


def _entries(
    call: Call, entries: list[Entry], commit: str, *, expand: bool, headers: Mapping[str, str] | None = None
) -> Answer:
    last = call.repository.last_commits(commit) if expand else None
    return Answer.json(answers.tree(call.repository, entries, last), headers=headers)


def _treesize(call: Call, rest: tuple[str, ...]) -> Answer:
    commit = call.commit(rest[0] if rest else "main")
    above = "/".join(rest[1:])
    start = f"{above}/" if above else ""
    sizes = [entry.size for path, entry in call.repository.listing(commit).items() if path.startswith(start)]
    return Answer.json({"path": f"/{above}", "size": sum(sizes)})


def _scan(call: Call, _rest: tuple[str, ...]) -> Answer:
    return Answer.json(answers.scan(call.repository))


def _auth_check(call: Call, _rest: tuple[str, ...]) -> Answer:
    check_gate(call, None)
    return Answer.json({})


def _cursor(position: int) -> str:
    return base64.urlsafe_b64encode(f"from:{position}".encode()).decode()


def _cursor_position(cursor: str) -> int:
    if not cursor:
        return 0
    try:
        return int(base64.urlsafe_b64decode(cursor).removeprefix(b"from:"))
    except ValueError:
        raise Refused(HTTPStatus.BAD_REQUEST, "Invalid cursor") from None


ACTIONS: dict[str, Callable[[Call, tuple[str, ...]], Answer]] = {
    "auth-check": _auth_check,
    "commits": _commits,
    "paths-info": _paths_info,
    "refs": _refs,
    "revision": _revision,
    "scan": _scan,
    "tree": _tree,
    "treesize": _treesize,
}
"""Word after the name of the repository -> what answers it."""
