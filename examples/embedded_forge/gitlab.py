"""GitLab's API, version 4, as far as a bot needs it: https://docs.gitlab.com/api/rest/.

    with EmbeddedForgeGitLab(tmp_path / "forge") as forge:
        project = forge.create("group/sub/app")                        # as on every forge here, see `embedded_forge`
        forge.api                                                      # …/api/v4

Merge requests and issues are counted apart; a draft is one by its title; lines of a description that are commands are
done (`commands`). `largest_page` is how many items an answer has at most, `licensed` whether a merge request may have
several reviewers and assignees, `merge_methods` says how projects merge.
"""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlencode

from embedded_forge import git_http
from embedded_forge.repository import GitRefusedError, MovedError
from embedded_forge.server import ForgeServer, document
from embedded_forge.state import Access, Issue, Project, PullRequest, RefusedError, instant
from embedded_hub.exchange import Answer, Body

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from embedded_hub.exchange import Request
    from embedded_hub.faults import Fails

AnyIssue = TypeVar("AnyIssue", bound=Issue)
_DRAFT = re.compile(r"\A(?:draft:|\[draft\]|\(draft\))", re.IGNORECASE)
_COMMAND = re.compile(r"^[^\S\n]*/(close|merge|label|assign|draft|ready)\b", re.MULTILINE)
_STATUS = {"success": "success", "failure": "failed", "pending": "running"}
_REFUSALS = {"merged": HTTPStatus.UNPROCESSABLE_ENTITY, "moved": HTTPStatus.CONFLICT}


class _Refused(Exception):
    def __init__(self, status: int, message: object, **fields: object) -> None:
        super().__init__(status)
        self.answer = Answer.json({"message": message, **fields} if message else fields, status=status)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Call:
    """A request that found its project."""

    request: Request
    project: Project
    access: Access | None
    body: dict[str, Any]

    @property
    def query(self) -> dict[str, str]:
        return dict(self.request.parameters)

    def may(self, what: str) -> Access:
        """Return who writes.

        Raises:
            _Refused: nobody may with that token.
        """
        if self.access is None:
            raise _Refused(HTTPStatus.UNAUTHORIZED, "401 Unauthorized")
        if what not in self.access.may:
            raise _Refused(HTTPStatus.FORBIDDEN, "403 Forbidden")
        return self.access


class EmbeddedForgeGitLab(ForgeServer):
    """GitLab on a free port of the loopback interface, running while the `with` block does."""

    def __init__(self, root: Path, *, port: int = 0, latency: float = 0.0) -> None:
        super().__init__(root, port=port, latency=latency)
        self.licensed = True
        self.merge_methods: dict[str, str] = {}
        self.commands: list[str] = []
        self.largest_page = 100
        self._people: dict[str, int] = {}

    @property
    def api(self) -> str:
        """The root of the API."""
        return f"{self.endpoint}/api/v4"

    def failure(self, fault: Fails) -> Answer:
        """Return the answer of a `Fails` as the API words it."""
        return Answer.json({"message": fault.message}, status=fault.status, headers=fault.headers)

    def respond(self, request: Request) -> Answer:
        """Return the answer of GitLab to any request."""
        try:
            return git_http.answer(request, self.state) or self._route(request)
        except _Refused as refused:
            return refused.answer
        except RefusedError as error:
            message = _words(error)
            return Answer.json({"message": message}, status=_REFUSALS.get(error.code, HTTPStatus.BAD_REQUEST))

    def _route(self, request: Request) -> Answer:
        access = self._access(request)
        match request.segments:
            case ("api", "v4", "users"):
                wanted = dict(request.parameters).get("username", "").lower()
                return Answer.json([self._user(name) for name in self._known() if name.lower() == wanted])
            case ("api", "v4", "projects", name, *rest):
                project = self.state.project(name)
                if project is None or (project.private and access is None):
                    raise _Refused(HTTPStatus.NOT_FOUND, "404 Project Not Found")
                call = _Call(request=request, project=project, access=access, body=_body(request))
                with project.lock:
                    return self._project(call, request.method, rest)
        raise _Refused(HTTPStatus.NOT_FOUND, "", error="404 Not Found")

    def _access(self, request: Request) -> Access | None:
        given = request.headers.get("private-token") or request.headers.get("job-token")
        given = given or request.headers.get("authorization", "").removeprefix("Bearer ")
        if not given:
            return None
        if given not in self.state.tokens:
            raise _Refused(HTTPStatus.UNAUTHORIZED, "401 Unauthorized")
        return self.state.tokens[given]

    def _project(self, call: _Call, method: str, rest: list[str]) -> Answer:  # noqa: PLR0911 - a table of routes
        match (method, *rest):
            case ("GET",):
                return Answer.json(self._project_document(call.project))
            case ("GET", "repository", "branches", name):
                return Answer.json(self._branch(call.project, name))
            case ("DELETE", "repository", "branches", name):
                return self._delete_branch(call, name)
            case ("GET", "repository", "files", path, "raw"):
                return self._raw(call, path)
            case ("GET", "repository", "commits"):
                return self._commits(call)
            case ("GET", "repository", "commits", sha):
                return Answer.json(_commit(self.endpoint, call.project, _resolved(call.project, sha)))
            case ("POST", "repository", "commits"):
                return self._make_commit(call)
            case (_, "merge_requests", *below):
                return self._merge_requests(call, method, below)
            case (_, "issues", *below):
                return self._issues(call, method, below)
        raise _Refused(HTTPStatus.NOT_FOUND, "", error="404 Not Found")

    # -- repository ----------------------------------------------------------------------------------------------------

    def _project_document(self, project: Project) -> dict[str, Any]:
        return {
            "id": project.number,
            "description": None,
            "name": project.name.rpartition("/")[2],
            "name_with_namespace": project.name.replace("/", " / "),
            "path": project.name.rpartition("/")[2],
            "path_with_namespace": project.name,
            "created_at": instant(project.created),
            "default_branch": project.default_branch,
            "web_url": f"{self.endpoint}/{project.name}",
            "http_url_to_repo": f"{self.endpoint}/{project.name}.git",
            "visibility": "private" if project.private else "public",
            "archived": project.archived,
            "issues_access_level": "enabled" if project.has_issues else "disabled",
            "merge_requests_access_level": "enabled",
            "merge_method": self.merge_methods.get(project.name, "merge"),
            "only_allow_merge_if_pipeline_succeeds": project.checks_required,
        }

    def _branch(self, project: Project, name: str) -> dict[str, Any]:
        head = project.git.head(name)
        if head is None:
            raise _Refused(HTTPStatus.NOT_FOUND, "404 Branch Not Found")
        protected = name in project.protected
        return {
            "name": name,
            "commit": _commit(self.endpoint, project, head),
            "merged": False,
            "protected": protected,
            "developers_can_push": not protected,
            "developers_can_merge": not protected,
            "can_push": not protected,
            "default": name == project.default_branch,
            "web_url": f"{self.endpoint}/{project.name}/-/tree/{name}",
        }

    def _delete_branch(self, call: _Call, name: str) -> Answer:
        call.may("contents")
        self._branch(call.project, name)
        if name in call.project.protected or name == call.project.default_branch:
            raise _Refused(HTTPStatus.FORBIDDEN, "403 Forbidden")
        call.project.delete_branch(name)
        return Answer(status=HTTPStatus.NO_CONTENT)

    def _raw(self, call: _Call, path: str) -> Answer:
        sha = _resolved(call.project, call.query.get("ref", "HEAD"))
        content = call.project.git.read(path, sha)
        if content is None:
            raise _Refused(HTTPStatus.NOT_FOUND, "404 File Not Found")
        return Answer(headers={"Content-Type": "text/plain; charset=utf-8"}, body=Body.whole(content))

    def _commits(self, call: _Call) -> Answer:
        first, dots, last = call.query.get("ref_name", call.project.default_branch).partition("..")
        shas = [_resolved(call.project, name) for name in ([first, last] if dots else [first])]
        arguments = [f"^{shas[0]}", shas[1]] if dots else shas
        found = call.project.git.log(*arguments)
        return self._page(call, [_commit(self.endpoint, call.project, sha) for sha in found])

    def _make_commit(self, call: _Call) -> Answer:
        project, body, git = call.project, call.body, call.project.git
        person = project.person(call.may("contents").login)
        for name in ("branch", "commit_message", "actions"):
            if name not in body:
                raise _Refused(HTTPStatus.BAD_REQUEST, "", error=f"{name} is missing")
        branch, start = body["branch"], body.get("start_sha")
        if branch in project.protected or project.archived:
            raise _Refused(HTTPStatus.FORBIDDEN, "403 Forbidden")
        now = git.head(branch)
        if start and now and not body.get("force"):
            words = f"A branch called '{branch}' already exists. Switch to that branch in order to make changes"
            raise _Refused(HTTPStatus.BAD_REQUEST, words)
        parent = _resolved(project, start) if start else now
        if parent is None:
            raise _Refused(HTTPStatus.BAD_REQUEST, "You can only create or edit files when you are on a branch")
        edits = dict(_edit(project, action, parent) for action in body["actions"])
        tree = git.edited(git.read_commit(parent).tree, edits)
        new = git.commit(tree=tree, parents=(parent,), message=body["commit_message"], author=person)
        try:
            project.move(branch, new, force=bool(start))
        except (MovedError, GitRefusedError) as error:
            raise _Refused(HTTPStatus.BAD_REQUEST, str(error)) from error
        return Answer.json(_commit(self.endpoint, project, new), status=HTTPStatus.CREATED)

    # -- merge requests ------------------------------------------------------------------------------------------------

    def _merge_requests(self, call: _Call, method: str, rest: list[str]) -> Answer:
        match (method, *rest):
            case ("GET",):
                return self._page(call, [self._merge_request(call.project, one) for one in _chosen(call)])
            case ("POST",):
                return self._open(call)
            case ("GET", number):
                return Answer.json(self._merge_request(call.project, _pull(call, number), whole=True))
            case ("PUT", number):
                return self._edit(call, _pull(call, number))
            case ("PUT", number, "merge"):
                return self._merge(call, _pull(call, number))
        raise _Refused(HTTPStatus.NOT_FOUND, "", error="404 Not Found")

    def _open(self, call: _Call) -> Answer:
        author, body = call.may("pull_requests").login, call.body
        for name in ("source_branch", "target_branch", "title"):
            if not body.get(name):
                raise _Refused(HTTPStatus.BAD_REQUEST, "", error=f"{name} is missing")
        title, description = body["title"], body.get("description") or ""
        _measured(title, description)
        try:
            pull = call.project.open(
                branch=body["source_branch"],
                base=body["target_branch"],
                title=title,
                body=description,
                author=author,
                draft=bool(_DRAFT.match(title)),
            )
        except RefusedError as error:
            if error.code == "exists":
                words = ["Another open merge request already exists for this source branch: !1"]
                raise _Refused(HTTPStatus.CONFLICT, words) from error
            raise
        _recount(call.project.pulls, pull)
        self._obey(call.project, pull, description)
        return Answer.json(self._merge_request(call.project, pull, whole=True), status=HTTPStatus.CREATED)

    def _edit(self, call: _Call, pull: PullRequest) -> Answer:
        call.may("pull_requests")
        project, body = call.project, call.body
        _measured(body.get("title", "-"), body.get("description") or "")
        if "title" in body:
            pull.title, pull.draft = body["title"], bool(_DRAFT.match(body["title"]))
        if "description" in body:
            pull.body = body["description"]
            self._obey(project, pull, pull.body)
        pull.labels |= {project.label(name).name for name in _names(body.get("add_labels", ""))}
        for key, people in (("reviewer_ids", pull.reviewers), ("assignee_ids", pull.assignees)):
            if key in body:
                found = [name for name in self._known() if self._id(name) in body[key]]
                people.clear()
                people |= set(found if self.licensed else found[:1])
        match body.get("state_event"):
            case "close":
                project.close(pull)
            case "reopen":
                project.reopen(pull)
        project.touch(pull)
        return Answer.json(self._merge_request(project, pull, whole=True))

    def _merge(self, call: _Call, pull: PullRequest) -> Answer:
        login, project, body = call.may("contents").login, call.project, call.body
        if body.get("sha", pull.head) != pull.head:
            raise _Refused(HTTPStatus.CONFLICT, f"SHA does not match HEAD of source branch: {pull.head}")
        if pull.state != "open" or pull.draft:
            raise _Refused(HTTPStatus.METHOD_NOT_ALLOWED, "405 Method Not Allowed")
        if not project.mergeable(pull):
            raise _Refused(HTTPStatus.UNPROCESSABLE_ENTITY, "Branch cannot be merged")
        verdict = project.verdict(pull.head)
        waits = body.get("auto_merge") or body.get("merge_when_pipeline_succeeds")
        if waits and (verdict == "pending" or (verdict is None and project.checks_required)):
            pull.auto_merge, pull.auto_merge_by = "squash" if body.get("squash") else "merge", login
        elif verdict == "failure" or (project.checks_required and verdict != "success"):
            raise _Refused(HTTPStatus.METHOD_NOT_ALLOWED, "405 Method Not Allowed")
        else:
            project.merge(pull, by=login, method="squash" if body.get("squash") else "merge")
        return Answer.json(self._merge_request(project, pull, whole=True))

    def _obey(self, project: Project, item: Issue, text: str) -> None:
        found = _COMMAND.findall(text)
        self.commands += found
        if "close" in found:
            project.close(item)

    def _merge_request(self, project: Project, pull: PullRequest, *, whole: bool = False) -> dict[str, Any]:
        state = "merged" if pull.merged else "opened" if pull.state == "open" else "closed"
        source = project.number + 1000 if pull.fork else project.number
        found = {
            **self._ticket(project, pull, "merge_requests"),
            "state": state,
            "merged_at": instant(pull.merged_at) if pull.merged_at else None,
            "source_branch": pull.branch,
            "target_branch": pull.base,
            "source_project_id": source,
            "target_project_id": project.number,
            "draft": pull.draft,
            "work_in_progress": pull.draft,
            "merge_when_pipeline_succeeds": pull.auto_merge is not None,
            "merge_status": "can_be_merged" if project.mergeable(pull) else "cannot_be_merged",
            "detailed_merge_status": "mergeable" if project.mergeable(pull) else "conflict",
            "sha": pull.head,
            "merge_commit_sha": pull.merge_commit or None,
            "squash_commit_sha": None,
            "reviewers": [self._user(login) for login in sorted(pull.reviewers)],
            "squash": False,
            "has_conflicts": not project.mergeable(pull),
            "blocking_discussions_resolved": True,
        }
        verdict = project.verdict(pull.head)
        pipeline = {"id": 1, "iid": 1, "project_id": project.number, "sha": pull.head, "ref": pull.branch}
        status = {"status": _STATUS[verdict], "source": "push"} if verdict else {}
        return {**found, "head_pipeline": {**pipeline, **status} if verdict else None} if whole else found

    # -- issues --------------------------------------------------------------------------------------------------------

    def _issues(self, call: _Call, method: str, rest: list[str]) -> Answer:
        project, body = call.project, call.body
        match (method, *rest):
            case ("GET",):
                wanted = set(_names(call.query.get("labels", "")))
                found = [one for one in _newest(project.issues.values()) if wanted <= one.labels]
                return self._page(call, [self._issue(project, one) for one in found])
            case ("POST",):
                login = call.may("issues").login
                if not project.has_issues:
                    raise _Refused(HTTPStatus.FORBIDDEN, "403 Forbidden")
                _measured(body["title"], body.get("description") or "")
                labels = _names(body.get("labels", ""))
                text = body.get("description") or ""
                issue = project.open_issue(title=body["title"], body=text, author=login, labels=labels)
                _recount(project.issues, issue)
                self._obey(project, issue, text)
                return Answer.json(self._issue(project, issue), status=HTTPStatus.CREATED)
            case ("PUT", number) if number.isdecimal() and int(number) in project.issues:
                call.may("issues")
                issue = project.issues[int(number)]
                _measured(body.get("title", "-"), body.get("description") or "")
                issue.title, issue.body = body.get("title", issue.title), body.get("description", issue.body)
                self._obey(project, issue, body.get("description") or "")
                if event := body.get("state_event"):
                    issue.state = "closed" if event == "close" else "open"
                project.touch(issue)
                return Answer.json(self._issue(project, issue))
        raise _Refused(HTTPStatus.NOT_FOUND, "404 Issue Not Found" if rest else "")

    def _issue(self, project: Project, issue: Issue) -> dict[str, Any]:
        state = "opened" if issue.state == "open" else "closed"
        return {**self._ticket(project, issue, "issues"), "state": state, "type": "ISSUE", "issue_type": "issue"}

    # -- documents -----------------------------------------------------------------------------------------------------

    def _ticket(self, project: Project, item: Issue, kind: str) -> dict[str, Any]:
        people = [self._user(login) for login in sorted(item.assignees)]
        return {
            "id": item.id,
            "iid": item.number,
            "project_id": project.number,
            "title": item.title,
            "description": item.body,
            "created_at": instant(item.created),
            "updated_at": instant(item.updated),
            "closed_at": instant(item.closed) if item.closed else None,
            "labels": sorted(item.labels),
            "assignees": people,
            "assignee": people[0] if people else None,
            "author": self._user(item.author),
            "user_notes_count": len(item.comments),
            "upvotes": 0,
            "downvotes": 0,
            "web_url": f"{self.endpoint}/{project.name}/-/{kind}/{item.number}",
        }

    def _known(self) -> list[str]:
        people = {access.login for access in self.state.tokens.values()}
        return sorted(people.union(*(project.people for project in self.state.projects.values())))

    def _id(self, login: str) -> int:
        return self._people.setdefault(login, 100 + len(self._people))

    def _user(self, login: str) -> dict[str, Any]:
        url = f"{self.endpoint}/{login}"
        known = {"id": self._id(login), "username": login, "name": login.title(), "state": "active"}
        return {**known, "locked": False, "avatar_url": None, "web_url": url}

    def _page(self, call: _Call, items: Sequence[Any]) -> Answer:
        size = min(int(call.query.get("per_page", "20")), self.largest_page)
        page = int(call.query.get("page", "1"))
        last = max(-(-len(items) // size), 1)
        numbers = {"X-Page": page, "X-Per-Page": size, "X-Total": len(items), "X-Total-Pages": last}
        headers = {name: str(value) for name, value in numbers.items()}
        headers["X-Next-Page"] = str(page + 1) if page < last else ""
        root = self.endpoint + call.request.path
        links = {"first": 1, "last": last} | ({"next": page + 1} if page < last else {})
        headers["Link"] = ", ".join(
            f'<{root}?{urlencode(call.query | {"page": str(number)})}>; rel="{name}"' for name, number in links.items()
        )
        return Answer.json(items[(page - 1) * size : page * size], headers=headers)


def _body(request: Request) -> dict[str, Any]:
    try:
        found = document(request)
    except ValueError:
        raise _Refused(HTTPStatus.BAD_REQUEST, "", error="The body is no JSON") from None
    return found if isinstance(found, dict) else {}


def _resolved(project: Project, revision: str) -> str:
    found = project.git.resolve(revision)
    if found is None:
        raise _Refused(HTTPStatus.NOT_FOUND, "404 Commit Not Found")
    return found


def _edit(project: Project, action: Mapping[str, Any], parent: str) -> tuple[str, bytes | None]:
    path, kind = action["file_path"], action["action"]
    there = project.git.read(path, parent) is not None
    if kind == "create" and there:
        raise _Refused(HTTPStatus.BAD_REQUEST, "A file with this name already exists")
    if kind in {"update", "delete"} and not there:
        raise _Refused(HTTPStatus.BAD_REQUEST, "A file with this name doesn't exist")
    if kind == "delete":
        return path, None
    content = action.get("content", "")
    return path, base64.b64decode(content) if action.get("encoding") == "base64" else content.encode()


def _commit(endpoint: str, project: Project, sha: str) -> dict[str, Any]:
    found = project.git.read_commit(sha)
    title = found.message.partition("\n")[0]
    return {
        "id": sha,
        "short_id": sha[:8],
        "created_at": instant(found.committer.date),
        "parent_ids": list(found.parents),
        "title": title if len(title) < 100 else f"{title[:78]}...",  # noqa: PLR2004
        "message": f"{found.message}\n",
        "author_name": found.author.name,
        "author_email": found.author.email,
        "authored_date": instant(found.author.date),
        "committer_name": found.committer.name,
        "committer_email": found.committer.email,
        "committed_date": instant(found.committer.date),
        "trailers": {},
        "extended_trailers": {},
        "web_url": f"{endpoint}/{project.name}/-/commit/{sha}",
    }


def _chosen(call: _Call) -> list[PullRequest]:
    wanted = call.query.get("state", "all")
    states = {"opened": ("open", False), "closed": ("closed", False), "merged": ("closed", True)}
    pulls = _newest(call.project.pulls.values())
    if wanted == "all":
        return pulls
    return [pull for pull in pulls if (pull.state, pull.merged) == states.get(wanted)]


def _newest(items: Iterable[AnyIssue]) -> list[AnyIssue]:
    return sorted(items, key=lambda item: (item.created, item.id), reverse=True)


def _pull(call: _Call, number: str) -> PullRequest:
    found = call.project.pulls.get(int(number)) if number.isdecimal() else None
    if found is None:
        raise _Refused(HTTPStatus.NOT_FOUND, "404 Not found")
    return found


def _recount(items: dict[int, AnyIssue], made: AnyIssue) -> None:
    """Give something new the next number of its own kind."""
    del items[made.number]
    made.number = 1 + max([0, *items])
    items[made.number] = made


def _names(given: object) -> list[str]:
    listed = given if isinstance(given, list) else str(given).split(",")
    return [name.strip() for name in listed if name.strip()]


def _measured(title: str, description: str) -> None:
    if len(title) > 255:  # noqa: PLR2004
        raise _Refused(HTTPStatus.BAD_REQUEST, {"title": ["is too long (maximum is 255 characters)"]})
    if len(description) > 1_048_576:  # noqa: PLR2004
        raise _Refused(HTTPStatus.BAD_REQUEST, {"description": ["is too long (maximum is 1048576 characters)"]})


def _words(error: RefusedError) -> object:
    known = {"no-head": "Source branch does not exist", "no-base": "Target branch does not exist"}
    return [known.get(error.code, error.code)]
