"""GitHub's API for who opens pull requests: REST, and the two mutations of GraphQL that REST has not.

What it refuses it refuses in GitHub's words: docs.github.com/rest, and answers of the real one that are on the record.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlencode

from embedded_forge.github_documents import Writer, merge_state
from embedded_forge.repository import NOTHING, GitRefusedError, MovedError
from embedded_forge.server import READING, ForgeServer, document
from embedded_forge.state import Access, Issue, Project, PullRequest, RefusedError
from embedded_github import rate_limited
from embedded_hub.exchange import Answer
from embedded_hub.git_objects import DIRECTORY_MODE, FILE_MODE, TreeEntry

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from embedded_hub.exchange import Request
    from embedded_hub.faults import Fails

DOCS = "https://docs.github.com/rest"
_PAGE, _LARGEST_PAGE = 30, 100
_LONGEST_BODY, _LONGEST_TITLE = 65_536, 256
_QUOTA = 5000
_RESET = 1_772_445_600
_UNAUTHORIZED, _FORBIDDEN, _MISSING, _CONFLICT, _GONE, _INVALID = 401, 403, 404, 409, 410, 422
_TYPES: dict[str, type | tuple[type, ...]] = {
    **dict.fromkeys(("title", "body", "head", "base", "state", "message", "ref", "sha", "merge_method"), str),
    **dict.fromkeys(("draft", "force"), bool),
    **dict.fromkeys(("labels", "assignees", "reviewers", "team_reviewers", "parents"), list),
}
_ARGUMENT = re.compile(r'(\w+):\s*(\$\w+|true|false|"[^"]*")')


class Refused(Exception):
    """A request that GitHub answers with an error."""

    def __init__(self, status: int, message: str, *, errors: Sequence[Any] = (), **headers: str) -> None:
        super().__init__(message)
        self.answer = complaint(status, message, errors, {key.replace("_", "-"): one for key, one in headers.items()})


def complaint(status: int, message: str, errors: Sequence[Any] = (), headers: dict[str, str] | None = None) -> Answer:
    """Return an error as GitHub words it."""
    body: dict[str, Any] = {"message": message, "documentation_url": DOCS, "status": str(status)}
    return Answer.json(body | ({"errors": list(errors)} if errors else {}), status=status, headers=headers)


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A request that found its project; `rest` is the path below it, `access` whose token it has."""

    request: Request
    project: Project
    writer: Writer
    access: Access | None
    rest: tuple[str, ...]

    @property
    def query(self) -> dict[str, str]:
        """The query; of a name that is there twice the last value."""
        return dict(self.request.parameters)

    @property
    def login(self) -> str:
        """Who asks."""
        return self.access.login if self.access else ""

    def body(self, *needed: str, resource: str = "") -> dict[str, Any]:
        """Return the JSON object of the request, in which these fields have to be."""
        try:
            given = document(self.request)
        except ValueError:
            raise Refused(400, "Problems parsing JSON") from None
        if not isinstance(given, dict):
            raise Refused(400, "Body should be a JSON object")
        for name, value in given.items():
            if name in _TYPES and value is not None and not isinstance(value, _TYPES[name]):
                raise Refused(_INVALID, f"Invalid request.\n\nFor 'properties/{name}', {value!r} is of another type.")
        lacking = [name for name in needed if not given.get(name)]
        if lacking:
            errors = [{"resource": resource, "code": "missing_field", "field": name} for name in lacking]
            raise Refused(_INVALID, "Validation Failed", errors=errors)
        return given

    def needs(self, permission: str) -> None:
        """Refuse who may not write that: apps get a 403 that names it, people a 404 that says nothing."""
        if self.access is None:
            raise Refused(_UNAUTHORIZED, "Requires authentication")
        if permission not in self.access.may:
            if self.access.app:
                headers = {"X_Accepted_GitHub_Permissions": f"{permission}=write"}
                raise Refused(_FORBIDDEN, "Resource not accessible by integration", **headers)
            raise Refused(_MISSING, "Not Found")
        if self.project.archived:
            raise Refused(_FORBIDDEN, "Repository was archived so is read-only.")


class EmbeddedForgeGitHub(ForgeServer):
    """GitHub on a free port of the loopback interface, running while the `with` block does.

    `api` is the root of its API; with `enterprise` that is below `/api/v3`, as on GitHub Enterprise Server. `mutations`
    are those of GraphQL that it knows, and `renamed` maps former names of projects to those of today.
    """

    def __init__(self, root: Path, *, port: int = 0, latency: float = 0.0, enterprise: bool = False) -> None:
        super().__init__(root, port=port, latency=latency)
        self.prefix = ("api", "v3") if enterprise else ()
        self.quota = _QUOTA
        self.renamed: dict[str, str] = {}
        self.mutations: dict[str, Callable[[Access, dict[str, Any]], None]] = {
            "updateRefs": self._update_refs,
            "enablePullRequestAutoMerge": self._auto_merge,
        }

    @property
    def api(self) -> str:
        """The root of the API."""
        return "/".join([self.endpoint, *self.prefix])

    def respond(self, request: Request) -> Answer:
        """Return the answer of GitHub to any request."""
        try:
            answer = self._route(request)
        except Refused as refused:
            answer = refused.answer
        except RefusedError as refused:
            answer = _of_state(refused)
        except (MovedError, GitRefusedError) as refused:
            answer = complaint(_INVALID, str(refused))
        self.quota -= 1
        return _conditional(replace(answer, headers={**answer.headers, **self._quota()}), request)

    def failure(self, fault: Fails) -> Answer:
        """Return the answer of a `Fails` as the API words it."""
        return complaint(fault.status, fault.message, headers=dict(fault.headers))

    def _quota(self) -> dict[str, str]:
        return {
            "X-RateLimit-Limit": str(_QUOTA),
            "X-RateLimit-Remaining": str(max(0, self.quota)),
            "X-RateLimit-Reset": str(_RESET),
            "X-RateLimit-Resource": "core",
        }

    def _route(self, request: Request) -> Answer:
        if self.quota <= 0:
            raise Refused(_FORBIDDEN, "API rate limit exceeded for user ID 1.")
        access = self._access(request)
        if request.segments == (*self.prefix[:1], "graphql") and request.method == "POST":
            return self._graphql(request, access)
        here, rest = request.segments[: len(self.prefix)], request.segments[len(self.prefix) :]
        if here != self.prefix or len(rest) < 3 or rest[0] != "repos":  # noqa: PLR2004
            raise Refused(_MISSING, "Not Found")
        name = f"{rest[1]}/{rest[2]}"
        if name in self.renamed:
            return self._redirected(request, name)
        project = self.state.project(name)
        if project is None or (project.private and access is None):
            raise Refused(_MISSING, "Not Found")
        writer = Writer(self.api, self.endpoint)
        call = Call(request=request, project=project, writer=writer, access=access, rest=rest[3:])
        with project.lock:
            return _answer(call)

    def _access(self, request: Request) -> Access | None:
        token = request.token
        if token is None:
            return None
        access = self.state.tokens.get(token.removeprefix("token "))
        if access is None:
            raise Refused(_UNAUTHORIZED, "Bad credentials")
        return access

    def _redirected(self, request: Request, name: str) -> Answer:
        path = request.target.replace(f"/repos/{name}", f"/repos/{self.renamed[name]}", 1)
        status = 301 if request.method in READING else 307
        given = {"message": "Moved Permanently", "url": f"{self.endpoint}{path}", "documentation_url": DOCS}
        return Answer.json(given, status=status, headers={"Location": f"{self.endpoint}{path}"})

    # -- GraphQL -------------------------------------------------------------------------------------------------------

    def _graphql(self, request: Request, access: Access | None) -> Answer:
        if access is None:
            raise Refused(_UNAUTHORIZED, "This endpoint requires you to be authenticated.")
        given = document(request)
        name = next(iter(re.findall(r"\{\s*(\w+)\s*\(\s*input", given["query"])), "")
        if name not in self.mutations:
            message = f"Field '{name}' doesn't exist on type 'Mutation'"
            return Answer.json({"errors": [{"message": message, "extensions": {"code": "undefinedField"}}]})
        variables = given.get("variables", {})
        literals = {"true": True, "false": False}
        values = {
            key: variables[value[1:]] if value.startswith("$") else literals.get(value, value.strip('"'))
            for key, value in _ARGUMENT.findall(given["query"].partition("input")[2])
        }
        try:
            self.mutations[name](access, values)
        except GraphError as error:
            listed = [{"type": error.kind, "path": [name], "message": str(error)}]
            return Answer.json({"data": {name: None}, "errors": listed})
        return Answer.json({"data": {name: {"clientMutationId": None}}})

    def _update_refs(self, access: Access, values: dict[str, Any]) -> None:
        projects = (one for one in self.state.projects.values() if f"R_{one.number}" == values["repositoryId"])
        project = _may(next(projects, None), access, "contents", values["repositoryId"])
        branch = str(values["name"]).removeprefix("refs/heads/")
        now = project.git.head(branch) or NOTHING
        if branch in project.protected:
            raise GraphError("UNPROCESSABLE", "Cannot update this protected ref.")
        if values.get("beforeOid", now) != now:
            raise GraphError("UNPROCESSABLE", f"Reference cannot be updated: {values['name']} is at {now}")
        if values["afterOid"] == NOTHING:
            project.delete_branch(branch)
            return
        try:
            project.move(branch, values["afterOid"], expected=now, force=values.get("force", False))
        except (MovedError, GitRefusedError) as error:
            raise GraphError("UNPROCESSABLE", f"Reference cannot be updated: {error}") from error

    def _auto_merge(self, access: Access, values: dict[str, Any]) -> None:
        pulls = ((one, pull) for one in self.state.projects.values() for pull in one.pulls.values())
        node = values["pullRequestId"]
        owner, pull = next(((one, pull) for one, pull in pulls if f"PR_{pull.id}" == node), (None, None))
        project = _may(owner, access, "contents", node)
        assert pull is not None  # noqa: S101 - found with its project
        if not project.allow_auto_merge:
            raise GraphError("UNPROCESSABLE", "Pull request Auto merge is not allowed for this repository")
        if values.get("expectedHeadOid", pull.head) != pull.head:
            raise GraphError("UNPROCESSABLE", "Head branch was modified. Review and try the merge again.")
        state = merge_state(project, pull)
        if state != "blocked":
            raise GraphError("UNPROCESSABLE", f"Pull request Pull request is in {state} status")
        pull.auto_merge, pull.auto_merge_by = values["mergeMethod"].lower(), access.login


class GraphError(Exception):
    """An error of GraphQL."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind


def _may(project: Project | None, access: Access, permission: str, node: str) -> Project:
    if project is None:
        raise GraphError("NOT_FOUND", f"Could not resolve to a node with the global id of '{node}'.")
    if permission not in access.may:
        raise GraphError("FORBIDDEN", "Resource not accessible by integration")
    return project


def _of_state(refused: RefusedError) -> Answer:
    """Return what GitHub says of a merge that it does not do."""
    status = {"moved": _CONFLICT}.get(refused.code, 405)
    words = {"moved": "Head branch was modified. Review and try the merge again.", "draft": "Pull Request is a draft"}
    return complaint(status, words.get(refused.code, "Pull Request is not mergeable"))


def _conditional(answer: Answer, request: Request) -> Answer:
    if request.method not in READING or answer.status != 200:  # noqa: PLR2004
        return answer
    etag = f'W/"{hashlib.sha256(answer.body.content()).hexdigest()}"'
    headers = {**answer.headers, "ETag": etag}
    if request.headers.get("if-none-match") == etag:
        return Answer(status=304, headers=headers)
    return replace(answer, headers=headers)


# -- routes ------------------------------------------------------------------------------------------------------------


def _answer(call: Call) -> Answer:  # noqa: PLR0911, C901, PLR0912 - one row for each route
    match (call.request.method, *call.rest):
        case ("GET",):
            return Answer.json(call.writer.repository(call.project))
        case ("GET", "git", "ref", *name):
            return _ref(call, "/".join(name))
        case ("POST", "git", "refs"):
            return _create_ref(call)
        case ("PATCH" | "DELETE", "git", "refs", *name):
            return _change_ref(call, "/".join(name))
        case ("POST", "git", "blobs"):
            return _create_blob(call)
        case ("GET", "git", "blobs", sha):
            return Answer.json(call.writer.blob(call.project, _object(call, sha, "blob")))
        case ("POST", "git", "trees"):
            return _create_tree(call)
        case ("GET", "git", "trees", sha):
            return _tree(call, sha)
        case ("POST", "git", "commits"):
            return _create_commit(call)
        case ("GET", "git", "commits", sha):
            return Answer.json(call.writer.git_commit(call.project, _object(call, sha, "commit")))
        case ("GET", "contents", *path):
            return _contents(call, "/".join(path))
        case ("GET", "compare", *basehead):
            return _compare(call, "/".join(basehead))
        case ("GET", "commits"):
            return _commits(call)
        case ("GET", "commits", *ref, "check-runs"):
            return Answer.json(call.writer.check_runs(call.project, _revision(call, "/".join(ref))))
        case ("GET", "commits", *ref, "status"):
            return Answer.json(call.writer.status(call.project, _revision(call, "/".join(ref))))
        case ("GET", "pulls"):
            return _pulls(call)
        case ("POST", "pulls"):
            return _open(call)
        case ("GET", "pulls", number):
            return Answer.json(call.writer.whole_pull(call.project, _pull(call, number)))
        case ("PATCH", "pulls", number):
            return _change_pull(call, _pull(call, number))
        case ("PUT", "pulls", number, "merge"):
            return _merge(call, _pull(call, number))
        case ("POST", "pulls", number, "requested_reviewers"):
            return _request_reviews(call, _pull(call, number))
        case ("GET", "issues"):
            return _issues(call)
        case ("POST", "issues"):
            return _open_issue(call)
        case ("GET", "issues", number):
            return Answer.json(call.writer.issue(call.project, _ticket(call, number)))
        case ("PATCH", "issues", number):
            return _change_issue(call, _ticket(call, number))
        case ("POST", "issues", number, "labels"):
            return _add_labels(call, _ticket(call, number))
        case ("POST", "issues", number, "assignees"):
            return _assign(call, _ticket(call, number))
        case ("GET" | "POST", "issues", number, "comments"):
            return _comments(call, _ticket(call, number))
        case ("GET" | "POST", "labels"):
            return _labels(call)
    raise Refused(_MISSING, "Not Found")


# -- Git ---------------------------------------------------------------------------------------------------------------


def _object(call: Call, sha: str, kind: str) -> str:
    if call.project.git.kind(sha) != kind:
        raise Refused(_MISSING, "Not Found")
    return sha


def _revision(call: Call, revision: str) -> str:
    found = call.project.git.resolve(revision)
    if found is None:
        raise Refused(_MISSING, f"No commit found for the ref {revision}")
    return found


def _ref(call: Call, name: str) -> Answer:
    sha = call.project.git.ref(f"refs/{name}")
    if sha is None:
        raise Refused(_MISSING, "Not Found")
    return Answer.json(call.writer.ref(call.project, f"refs/{name}", sha))


def _create_ref(call: Call) -> Answer:
    call.needs("contents")
    given = call.body("ref", "sha")
    name, sha = given["ref"], given["sha"]
    if not name.startswith("refs/") or name.count("/") < 2:  # noqa: PLR2004
        raise Refused(_INVALID, "Reference name must start with 'refs/' and have at least two slashes.")
    if call.project.git.kind(sha) != "commit":
        raise Refused(_INVALID, "Object does not exist")
    if call.project.git.ref(name) is not None:
        raise Refused(_INVALID, "Reference already exists")
    call.project.git.set_ref(name, sha, expected=NOTHING)
    call.project.settle()
    return Answer.json(call.writer.ref(call.project, name, sha), status=201)


def _change_ref(call: Call, name: str) -> Answer:
    call.needs("contents")
    project, whole = call.project, f"refs/{name}"
    if project.git.ref(whole) is None:
        raise Refused(_INVALID, "Reference does not exist")
    if whole.removeprefix("refs/heads/") in project.protected:
        raise Refused(_INVALID, "Cannot update this protected ref.")
    if call.request.method == "DELETE":
        project.git.delete_ref(whole)
        project.settle()
        return Answer(status=204)
    given = call.body("sha")
    if project.git.kind(given["sha"]) != "commit":
        raise Refused(_INVALID, "Object does not exist")
    try:
        project.git.set_ref(whole, given["sha"], force=bool(given.get("force")))
    except MovedError:
        raise Refused(_INVALID, "Update is not a fast forward") from None
    project.settle()
    return Answer.json(call.writer.ref(project, whole, given["sha"]))


def _create_blob(call: Call) -> Answer:
    call.needs("contents")
    given = call.body("content")
    try:
        encoded = given.get("encoding") == "base64"
        content = base64.b64decode(given["content"], validate=True) if encoded else given["content"].encode()
    except binascii.Error:
        raise Refused(_INVALID, "content is not valid Base64") from None
    sha = call.project.git.blob(content)
    return Answer.json({"url": call.writer.blob(call.project, sha)["url"], "sha": sha}, status=201)


def _tree(call: Call, sha: str) -> Answer:
    found = sha if call.project.git.kind(sha) == "tree" else call.project.git.resolve(sha)
    if found is None:
        raise Refused(_MISSING, "Not Found")
    if call.project.git.kind(found) == "commit":
        found = call.project.git.read_commit(found).tree
    return Answer.json(call.writer.tree(call.project, found, recursive="recursive" in call.query))


def _create_tree(call: Call) -> Answer:
    call.needs("contents")
    given, git = call.body("tree"), call.project.git
    base = given.get("base_tree")
    if base is not None and git.kind(base) != "tree":
        raise Refused(_INVALID, "base_tree is not a valid tree oid")
    files = git.files(base) if base else {}
    for entry in given["tree"]:
        path, mode = entry["path"], entry.get("mode", FILE_MODE)
        if path.startswith("/") or ".." in path.split("/"):
            raise Refused(_INVALID, "tree.path contains a malformed path component")
        if "sha" in entry and entry["sha"] is None:
            if files.pop(path, None) is None:
                raise Refused(_INVALID, "GitRPC::BadObjectState")
            continue
        if "sha" in entry and "content" in entry:
            raise Refused(_INVALID, "Must supply either tree.sha or tree.content, not both")
        sha = entry["sha"] if "sha" in entry else git.blob(entry["content"].encode())
        if git.kind(sha) != "blob" or mode not in {"100644", "100755", "120000"}:
            raise Refused(_INVALID, f"tree.sha {sha} is not a valid blob")
        files[path] = TreeEntry(mode=mode, name=path.rpartition("/")[2], id=sha)
    return Answer.json(call.writer.tree(call.project, git.tree(files)), status=201)


def _create_commit(call: Call) -> Answer:
    call.needs("contents")
    given, git = call.body("message", "tree"), call.project.git
    parents = tuple(given.get("parents", ()))
    if git.kind(given["tree"]) != "tree":
        raise Refused(_INVALID, "Tree SHA does not exist")
    if any(git.kind(parent) != "commit" for parent in parents):
        raise Refused(_INVALID, "Parent SHA does not exist or is not a commit object")
    author = call.project.person(call.login)
    sha = git.commit(tree=given["tree"], parents=parents, message=given["message"], author=author)
    return Answer.json(call.writer.git_commit(call.project, sha), status=201)


def _contents(call: Call, path: str) -> Answer:
    commit = _revision(call, call.query.get("ref") or call.project.default_branch)
    entry = call.project.git.entry(path, commit) if path else None
    if entry is None:
        raise Refused(_MISSING, "Not Found")
    if entry.mode == DIRECTORY_MODE:
        return Answer.json(call.writer.folder(call.project, path, commit, entry.id))
    return Answer.json(call.writer.content(call.project, path, commit, entry))


def _compare(call: Call, basehead: str) -> Answer:
    base, dots, head = basehead.partition("...")
    if not dots:
        raise Refused(_MISSING, "Not Found")
    old, new = _revision(call, base), _revision(call, head)
    if call.project.git.merge_base(old, new) is None:
        raise Refused(_MISSING, f"No common ancestor between {base} and {head}.")
    page, headers = _paged(call, call.project.git.log("--reverse", f"{old}..{new}"))
    return Answer.json(call.writer.comparison(call.project, old, new, page), headers=headers)


def _commits(call: Call) -> Answer:
    start = _revision(call, call.query.get("sha") or call.project.default_branch)
    page, headers = _paged(call, call.project.git.log(start))
    return Answer.json([call.writer.commit(call.project, sha) for sha in page], headers=headers)


def _paged(call: Call, items: Sequence[Any]) -> tuple[Sequence[Any], dict[str, str]]:
    """Return the page that is asked for, and the links to its neighbours."""
    query = call.query
    number = max(1, int(query.get("page", "1")))
    size = min(_LARGEST_PAGE, max(1, int(query.get("per_page", str(_PAGE)))))
    path = unquote(call.request.path)
    last = max(1, -(-len(items) // size))
    root = call.writer.api.removesuffix("/api/v3")

    def link(page: int, rel: str) -> str:
        return f'<{root}{path}?{urlencode({**query, "page": page})}>; rel="{rel}"'

    links = [link(number - 1, "prev")] if number > 1 else []
    links += [link(number + 1, "next"), link(last, "last")] if number < last else []
    return items[(number - 1) * size : number * size], {"Link": ", ".join(links)} if links else {}


# -- pull requests -----------------------------------------------------------------------------------------------------


def _pull(call: Call, number: str) -> PullRequest:
    found = call.project.pulls.get(int(number)) if number.isdecimal() else None
    if found is None:
        raise Refused(_MISSING, "Not Found")
    return found


def _pulls(call: Call) -> Answer:
    query, state = call.query, call.query.get("state", "open")
    owner, colon, branch = query.get("head", "").partition(":")
    found = [
        pull
        for pull in call.project.pulls.values()
        if state in {"all", pull.state}
        and query.get("base") in {None, pull.base}
        and (not colon or (pull.fork or call.project.owner, pull.branch) == (owner, branch))
    ]
    page, headers = _paged(call, _sorted(call, found))
    return Answer.json([call.writer.pull(call.project, pull) for pull in page], headers=headers)


def _sorted(call: Call, items: Sequence[Issue]) -> list[Issue]:
    by_update = call.query.get("sort") == "updated"
    newest_first = call.query.get("direction", "desc") == "desc"
    return sorted(items, key=lambda one: (one.updated if by_update else one.created, one.number), reverse=newest_first)


def _texts(given: dict[str, Any], resource: str) -> None:
    """Refuse what is too long, or no state."""
    for name, most in (("title", _LONGEST_TITLE), ("body", _LONGEST_BODY)):
        if len(given.get(name) or "") > most:
            message = f"{name} is too long (maximum is {most} characters)"
            error = {"resource": resource, "code": "custom", "field": name, "message": message}
            raise Refused(_INVALID, "Validation Failed", errors=[error])
    if given.get("state", "open") not in {"open", "closed"}:
        raise Refused(_INVALID, "Validation Failed", errors=[_error(resource, field="state", code="invalid")])


def _error(resource: str, *, code: str = "custom", field: str = "", message: str = "") -> dict[str, str]:
    told = {"field": field, "message": message}
    return {"resource": resource, "code": code, **{key: value for key, value in told.items() if value}}


def _open(call: Call) -> Answer:
    call.needs("pull_requests")
    given = call.body("title", "head", "base", resource="PullRequest")
    _texts(given, "PullRequest")
    fork, _, branch = given["head"].rpartition(":")
    try:
        pull = call.project.open(
            branch=branch,
            base=given["base"],
            title=given["title"],
            body=given.get("body") or "",
            author=call.login,
            draft=given.get("draft", False),
            fork="" if fork == call.project.owner else fork,
        )
    except RefusedError as refused:
        label = f"{call.project.owner}:{branch}"
        told = {
            "no-head": _error("PullRequest", field="head", code="invalid"),
            "no-base": _error("PullRequest", field="base", code="invalid"),
            "nothing-new": _error("PullRequest", message=f"No commits between {given['base']} and {branch}"),
            "exists": _error("PullRequest", message=f"A pull request already exists for {label}."),
        }
        raise Refused(_INVALID, "Validation Failed", errors=[told[refused.code]]) from None
    return Answer.json(call.writer.whole_pull(call.project, pull), status=201)


def _change_pull(call: Call, pull: PullRequest) -> Answer:
    call.needs("pull_requests")
    given = call.body()
    _texts(given, "PullRequest")
    state = given.get("state", pull.state)
    if state == "open" and pull.state == "closed":
        try:
            call.project.reopen(pull)
        except RefusedError as refused:
            told = {
                "exists": f"A pull request already exists for {call.project.owner}:{pull.branch}.",
                "branch-changed": f"state cannot be changed. The {pull.branch} branch was force-pushed or recreated.",
            }.get(refused.code, "state cannot be changed.")
            error = _error("PullRequest", field="state", message=told)
            raise Refused(_INVALID, "Validation Failed", errors=[error]) from None
    elif state == "closed":
        call.project.close(pull)
    pull.title, pull.body = given.get("title") or pull.title, _or(given.get("body"), pull.body)
    call.project.touch(pull)
    return Answer.json(call.writer.whole_pull(call.project, pull))


def _merge(call: Call, pull: PullRequest) -> Answer:
    call.needs("contents")
    given = call.body()
    if pull.merged:
        raise Refused(405, "Pull Request is not mergeable")
    method = given.get("merge_method", "merge")
    sha = call.project.merge(pull, by=call.login, method=method, expected=given.get("sha", ""))
    return Answer.json({"sha": sha, "merged": True, "message": "Pull Request successfully merged"})


def _request_reviews(call: Call, pull: PullRequest) -> Answer:
    call.needs("pull_requests")
    given = call.body()
    people, teams = set(given.get("reviewers", ())), set(given.get("team_reviewers", ()))
    if pull.author in people:
        raise Refused(_INVALID, "Review cannot be requested from pull request author.")
    if people - call.project.people or teams - call.project.teams:
        words = (
            "Reviews may only be requested from collaborators. One or more of the users or teams you specified is not "
            f"a collaborator of the {call.project.name} repository."
        )
        raise Refused(_INVALID, words)
    pull.reviewers |= people
    pull.teams |= teams
    call.project.touch(pull)
    return Answer.json(call.writer.pull(call.project, pull), status=201)


# -- issues ------------------------------------------------------------------------------------------------------------


def _ticket(call: Call, number: str) -> Issue:
    found = call.project.ticket(int(number)) if number.isdecimal() else None
    if found is None:
        raise Refused(_MISSING, "Not Found")
    return found


def _issues(call: Call) -> Answer:
    query, state = call.query, call.query.get("state", "open")
    wanted = {name.lower() for name in query.get("labels", "").split(",") if name}
    found = [
        item
        for item in [*call.project.issues.values(), *call.project.pulls.values()]
        if state in {"all", item.state} and wanted <= {name.lower() for name in item.labels}
    ]
    page, headers = _paged(call, _sorted(call, found))
    return Answer.json([call.writer.issue(call.project, item) for item in page], headers=headers)


def _open_issue(call: Call) -> Answer:
    if not call.project.has_issues:
        raise Refused(_GONE, "Issues are disabled for this repo")
    call.needs("issues")
    given = call.body("title", resource="Issue")
    _texts(given, "Issue")
    issue = call.project.open_issue(
        title=given["title"], body=given.get("body") or "", author=call.login, labels=given.get("labels", ())
    )
    return Answer.json(call.writer.issue(call.project, issue), status=201)


def _change_issue(call: Call, item: Issue) -> Answer:
    call.needs("issues")
    given = call.body()
    _texts(given, "Issue")
    item.title, item.body = given.get("title") or item.title, _or(given.get("body"), item.body)
    if given.get("state", item.state) == "closed":
        call.project.close(item)
    else:
        item.state, item.closed = "open", None
    call.project.touch(item)
    return Answer.json(call.writer.issue(call.project, item))


def _add_labels(call: Call, item: Issue) -> Answer:
    _needs_either(call, item)
    given = call.body("labels", resource="Label")
    item.labels |= {call.project.label(name).name for name in given["labels"]}
    call.project.touch(item)
    return Answer.json(call.writer.labels(call.project, item))


def _assign(call: Call, item: Issue) -> Answer:
    _needs_either(call, item)
    # Who cannot be assigned is left out without a word.
    item.assignees |= set(call.body().get("assignees", ())) & call.project.people
    call.project.touch(item)
    return Answer.json(call.writer.issue(call.project, item), status=201)


def _comments(call: Call, item: Issue) -> Answer:
    if call.request.method == "POST":
        _needs_either(call, item)
        given = call.body("body", resource="IssueComment")
        made = call.project.comment(item, author=call.login, body=given["body"])
        return Answer.json(call.writer.comment(call.project, item, made), status=201)
    page, headers = _paged(call, item.comments)
    return Answer.json([call.writer.comment(call.project, item, one) for one in page], headers=headers)


def _labels(call: Call) -> Answer:
    if call.request.method == "GET":
        page, headers = _paged(call, sorted(call.project.labels.values(), key=lambda label: label.name))
        return Answer.json([call.writer.label(call.project, label) for label in page], headers=headers)
    call.needs("issues")
    given = call.body("name", resource="Label")
    if any(name.lower() == given["name"].lower() for name in call.project.labels):
        raise Refused(_INVALID, "Validation Failed", errors=[_error("Label", code="already_exists", field="name")])
    made = call.project.label(given["name"], color=given.get("color", "ededed"))
    return Answer.json(call.writer.label(call.project, made), status=201)


def _needs_either(call: Call, item: Issue) -> None:
    """Labels, assignees and comments of a pull request are written with either permission."""
    may = call.access.may if call.access else frozenset()
    both = isinstance(item, PullRequest) and "pull_requests" in may
    call.needs("pull_requests" if both else "issues")


def _or(given: str | None, present: str) -> str:
    return present if given is None else given


__all__ = ["EmbeddedForgeGitHub", "rate_limited"]
