"""Gitea's API, version 1, which is Forgejo's too, as far as a bot needs it: https://docs.gitea.com/api.

    with EmbeddedForgeGitea(tmp_path / "forge") as forge:
        project = forge.create("acme/app")                             # as on every forge here, see `embedded_forge`
        forge.api                                                      # …/api/v1

Git is at `…/acme/app.git`, which may be pushed to. A draft is one by its title; labels are given by their ids; the
branch of a pull request is `head.label`, also when it is gone. `largest_page` is how many items an answer has at most,
which administrators set (`MAX_RESPONSE_ITEMS`).
"""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from embedded_forge import git_http
from embedded_forge.repository import GitRefusedError, MovedError
from embedded_forge.server import ForgeServer, document
from embedded_forge.state import Access, Issue, Label, Project, PullRequest, RefusedError, instant
from embedded_hub.exchange import Answer, Body
from embedded_hub.git_objects import DIRECTORY_MODE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from embedded_hub.exchange import Request
    from embedded_hub.faults import Fails

_DRAFT = re.compile(r"\A(?:wip:|\[wip\])", re.IGNORECASE)
_LINK = "120000"
_STATUS = {"success": "success", "failure": "failure", "pending": "pending", None: ""}
_REFUSALS = {
    "exists": HTTPStatus.CONFLICT,
    "no-head": HTTPStatus.NOT_FOUND,
    "no-base": HTTPStatus.NOT_FOUND,
    "branch-changed": HTTPStatus.UNPROCESSABLE_ENTITY,
    "merged": HTTPStatus.PRECONDITION_FAILED,
}


class _Refused(Exception):
    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.answer = Answer.json({"message": message, "url": "https://docs.gitea.com/api"}, status=status)


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
            raise _Refused(HTTPStatus.UNAUTHORIZED, "token is required")
        if what not in self.access.may:
            raise _Refused(HTTPStatus.FORBIDDEN, "token does not have at least one of required scope(s)")
        if self.project.archived:
            raise _Refused(HTTPStatus.LOCKED, f"{self.project.name} is archived")
        return self.access


class EmbeddedForgeGitea(ForgeServer):
    """Gitea on a free port of the loopback interface, running while the `with` block does."""

    def __init__(self, root: Path, *, port: int = 0, latency: float = 0.0) -> None:
        super().__init__(root, port=port, latency=latency)
        self.largest_page = 50
        self._people: dict[str, int] = {}

    @property
    def api(self) -> str:
        """The root of the API."""
        return f"{self.endpoint}/api/v1"

    def failure(self, fault: Fails) -> Answer:
        """Return the answer of a `Fails` as the API words it."""
        return Answer.json({"message": fault.message, "url": self.api}, status=fault.status, headers=fault.headers)

    def respond(self, request: Request) -> Answer:
        """Return the answer of Gitea to any request."""
        try:
            return git_http.answer(request, self.state) or self._route(request)
        except _Refused as refused:
            return refused.answer
        except RefusedError as error:
            status = _REFUSALS.get(error.code, HTTPStatus.UNPROCESSABLE_ENTITY)
            return _Refused(status, f"{error.code} {error.detail}").answer

    def _route(self, request: Request) -> Answer:
        access = self._access(request)
        match request.segments:
            case ("api", "v1", "user"):
                if access is None:
                    raise _Refused(HTTPStatus.UNAUTHORIZED, "token is required")
                return Answer.json(self._user(access.login))
            case ("api", "v1", "repos", owner, name, *rest):
                project = self.state.project(f"{owner}/{name}")
                if project is None or (project.private and access is None):
                    raise _Refused(HTTPStatus.NOT_FOUND, "The target couldn't be found.")
                call = _Call(request=request, project=project, access=access, body=_body(request))
                with project.lock:
                    return self._project(call, request.method, rest)
        raise _Refused(HTTPStatus.NOT_FOUND, "Not Found")

    def _access(self, request: Request) -> Access | None:
        scheme, _, given = request.headers.get("authorization", "").partition(" ")
        if not given:
            return None
        if scheme.lower() not in {"token", "bearer"} or given not in self.state.tokens:
            raise _Refused(HTTPStatus.UNAUTHORIZED, "user does not exist [uid: 0, name: ]")
        return self.state.tokens[given]

    def _project(self, call: _Call, method: str, rest: list[str]) -> Answer:  # noqa: C901, PLR0911 - a table of routes
        match (method, *rest):
            case ("GET",):
                return Answer.json(self._repository(call.project))
            case (_, "branches", *names):
                return self._branches(call, method, "/".join(names))
            case ("GET", "raw", *path):
                return self._raw(call, "/".join(path))
            case ("GET", "contents", *path):
                return self._contents(call, "/".join(path))
            case ("POST", "contents"):
                return self._change(call)
            case ("GET", "git", "commits", sha):
                return Answer.json(self._commit(call.project, _resolved(call.project, sha)))
            case ("GET", "commits"):
                start = _resolved(call.project, call.query.get("sha", call.project.default_branch))
                return self._page(call, [self._commit(call.project, sha) for sha in call.project.git.log(start)])
            case ("GET", "commits", sha, "status"):
                return Answer.json(self._status(call.project, _resolved(call.project, sha)))
            case ("GET", "compare", *span):
                return self._compare(call, "/".join(span))
            case (_, "labels"):
                return self._labels(call, method)
            case (_, "pulls", *below):
                return self._pulls(call, method, below)
            case (_, "issues", *below):
                return self._issues(call, method, below)
        raise _Refused(HTTPStatus.NOT_FOUND, "Not Found")

    # -- repository ----------------------------------------------------------------------------------------------------

    def _repository(self, project: Project) -> dict[str, Any]:
        return {
            "id": project.number,
            "owner": self._user(project.owner),
            "name": project.name.rpartition("/")[2],
            "full_name": project.name,
            "description": "",
            "empty": False,
            "private": project.private,
            "fork": False,
            "archived": project.archived,
            "html_url": f"{self.endpoint}/{project.name}",
            "clone_url": f"{self.endpoint}/{project.name}.git",
            "default_branch": project.default_branch,
            "created_at": instant(project.created),
            "updated_at": instant(project.created),
            "has_issues": project.has_issues,
            "has_pull_requests": True,
            "default_merge_style": "merge",
        }

    def _branches(self, call: _Call, method: str, name: str) -> Answer:
        project, git = call.project, call.project.git
        if method == "POST" and not name:
            call.may("contents")
            new, old = call.body["new_branch_name"], call.body.get("old_ref_name") or project.default_branch
            if git.head(new):
                raise _Refused(HTTPStatus.CONFLICT, "The branch already exists.")
            try:
                project.create_branch(new, _resolved(project, old))
            except (MovedError, GitRefusedError) as error:
                raise _Refused(HTTPStatus.UNPROCESSABLE_ENTITY, str(error)) from error
            return Answer.json(self._branch(project, new), status=HTTPStatus.CREATED)
        if git.head(name) is None:
            raise _Refused(HTTPStatus.NOT_FOUND, "The target couldn't be found.")
        if method == "DELETE":
            call.may("contents")
            if name in project.protected or name == project.default_branch:
                raise _Refused(HTTPStatus.FORBIDDEN, "branch protected")
            project.delete_branch(name)
            return Answer(status=HTTPStatus.NO_CONTENT)
        return Answer.json(self._branch(project, name))

    def _branch(self, project: Project, name: str) -> dict[str, Any]:
        found = project.git.read_commit(project.git.head(name) or "")
        protected = name in project.protected or (project.checks_required and name == project.default_branch)
        author = {"name": found.author.name, "email": found.author.email, "username": found.author.name}
        commit = {
            "id": found.sha,
            "message": f"{found.message}\n",
            "url": f"{self.endpoint}/{project.name}/commit/{found.sha}",
            "author": author,
            "committer": author,
            "timestamp": instant(found.committer.date),
            "added": None,
            "removed": None,
            "modified": None,
        }
        return {
            "name": name,
            "commit": commit,
            "protected": protected,
            "required_approvals": 0,
            "enable_status_check": project.checks_required,
            "status_check_contexts": [],
            "user_can_push": True,
            "user_can_merge": True,
            "effective_branch_protection_name": "",
        }

    def _raw(self, call: _Call, path: str) -> Answer:
        content = call.project.git.read(path, _resolved(call.project, call.query.get("ref", "HEAD")))
        if content is None:
            raise _Refused(HTTPStatus.NOT_FOUND, "object does not exist")
        return Answer(headers={"Content-Type": "text/plain; charset=utf-8"}, body=Body.whole(content))

    def _contents(self, call: _Call, path: str) -> Answer:
        project = call.project
        commit = _resolved(project, call.query.get("ref", project.default_branch))
        entry = project.git.entry(path, commit)
        if entry is None:
            raise _Refused(HTTPStatus.NOT_FOUND, "object does not exist")
        if entry.mode == DIRECTORY_MODE:
            return Answer.json([])
        return Answer.json(self._file(project, path, commit))

    def _file(self, project: Project, path: str, commit: str) -> dict[str, Any]:
        entry = project.git.entry(path, commit)
        assert entry is not None  # noqa: S101 - looked at by who asks
        content = project.git.content(entry.id)
        return {
            "name": path.rpartition("/")[2],
            "path": path,
            "sha": entry.id,
            "last_commit_sha": commit,
            "type": "symlink" if entry.mode == _LINK else "file",
            "size": len(content),
            "encoding": "base64",
            "content": base64.b64encode(content).decode(),
            "target": None,
            "url": f"{self.api}/repos/{project.name}/contents/{path}?ref={commit}",
            "html_url": f"{self.endpoint}/{project.name}/src/commit/{commit}/{path}",
            "git_url": f"{self.api}/repos/{project.name}/git/blobs/{entry.id}",
            "download_url": f"{self.endpoint}/{project.name}/raw/commit/{commit}/{path}",
            "submodule_git_url": None,
        }

    def _change(self, call: _Call) -> Answer:
        project, body, git = call.project, call.body, call.project.git
        person = project.person(call.may("contents").login)
        branch = body.get("branch") or project.default_branch
        parent = git.head(branch)
        if parent is None:
            raise _Refused(HTTPStatus.NOT_FOUND, f"branch does not exist [name: {branch}]")
        if branch in project.protected:
            raise _Refused(HTTPStatus.FORBIDDEN, f"branch {branch} is protected")
        edits = dict(_edit(project, change, parent) for change in body["files"])
        tree = git.edited(git.read_commit(parent).tree, edits)
        new = git.commit(tree=tree, parents=(parent,), message=body.get("message", ""), author=person)
        project.move(branch, new)
        written = [path for path, content in edits.items() if content is not None]
        answered = {
            "files": [self._file(project, path, new) for path in written],
            "commit": self._file_commit(project, new),
            "verification": {
                "verified": False,
                "reason": "gpg.error.not_signed_commit",
                "signature": "",
                "payload": "",
            },
        }
        return Answer.json(answered, status=HTTPStatus.CREATED)

    def _file_commit(self, project: Project, sha: str) -> dict[str, Any]:
        """Return a commit as the answer to a change has it: without the levels of the others."""
        whole = self._commit(project, sha)
        return {key: whole[key] for key in ("url", "sha", "created", "html_url", "parents")} | {
            key: whole["commit"][key] for key in ("author", "committer", "message", "tree")
        }

    def _compare(self, call: _Call, span: str) -> Answer:
        base, dots, head = span.partition("...")
        if not dots:
            raise _Refused(HTTPStatus.NOT_FOUND, "Not Found")
        old, new = _resolved(call.project, base), _resolved(call.project, head)
        found = [self._commit(call.project, sha) for sha in call.project.git.log(f"^{old}", new)]
        return Answer.json({"total_commits": len(found), "commits": found})

    def _commit(self, project: Project, sha: str) -> dict[str, Any]:
        found = project.git.read_commit(sha)
        url = f"{self.api}/repos/{project.name}/git/commits/{sha}"
        people = {
            role: {"name": person.name, "email": person.email, "date": instant(person.date)}
            for role, person in (("author", found.author), ("committer", found.committer))
        }
        tree = {"url": f"{self.api}/repos/{project.name}/git/trees/{found.tree}", "sha": found.tree}
        plain = {"url": url, "message": f"{found.message}\n", "tree": {**tree, "created": people["author"]["date"]}}
        return {
            "url": url,
            "sha": sha,
            "created": people["committer"]["date"],
            "html_url": f"{self.endpoint}/{project.name}/commit/{sha}",
            "commit": {**plain, **people},
            "author": self._user(found.author.name),
            "committer": self._user(found.committer.name),
            "parents": [{"url": url, "sha": parent, "created": people["author"]["date"]} for parent in found.parents],
        }

    def _status(self, project: Project, sha: str) -> dict[str, Any]:
        found = project.checks.get(sha, {})
        statuses = [
            {"id": index, "status": verdict, "context": name, "description": "", "target_url": ""}
            for index, (name, verdict) in enumerate(sorted(found.items()), 1)
        ]
        state = _STATUS[project.verdict(sha)]
        return {"state": state, "sha": sha, "total_count": len(found), "statuses": statuses, "url": self.api}

    # -- pull requests -------------------------------------------------------------------------------------------------

    def _pulls(self, call: _Call, method: str, rest: list[str]) -> Answer:
        project = call.project
        match (method, *rest):
            case ("GET",):
                wanted = call.query.get("state", "open")
                newest = sorted(project.pulls.values(), key=lambda one: -one.number)
                found = [one for one in newest if wanted in {"all", one.state}]
                return self._page(call, [self._pull(project, one) for one in found])
            case ("POST",):
                return self._open(call)
            case ("GET", number):
                return Answer.json(self._pull(project, _known(project, number)))
            case ("PATCH", number):
                return self._edit(call, _known(project, number))
            case ("POST", number, "requested_reviewers"):
                return self._review(call, _known(project, number))
            case ("POST", number, "merge"):
                return self._merge(call, _known(project, number))
        raise _Refused(HTTPStatus.NOT_FOUND, "Not Found")

    def _open(self, call: _Call) -> Answer:
        author, body = call.may("pull_requests").login, call.body
        title = _measured(body["title"])
        pull = call.project.open(
            branch=body["head"],
            base=body["base"],
            title=title,
            body=body.get("body", ""),
            author=author,
            draft=bool(_DRAFT.match(title)),
        )
        return Answer.json(self._pull(call.project, pull), status=HTTPStatus.CREATED)

    def _edit(self, call: _Call, pull: PullRequest) -> Answer:
        call.may("pull_requests")
        project, body = call.project, call.body
        if "title" in body:
            pull.title, pull.draft = _measured(body["title"]), bool(_DRAFT.match(body["title"]))
        pull.body = body.get("body", pull.body)
        if "assignees" in body:
            self._people_of(project, body["assignees"])
            pull.assignees = set(body["assignees"])
        match body.get("state"):
            case "closed":
                project.close(pull)
            case "open" if pull.state != "open":
                project.reopen(pull)
        project.touch(pull)
        return Answer.json(self._pull(project, pull), status=HTTPStatus.CREATED)

    def _review(self, call: _Call, pull: PullRequest) -> Answer:
        call.may("pull_requests")
        people, teams = call.body.get("reviewers", []), call.body.get("team_reviewers", [])
        self._people_of(call.project, people)
        if pull.author in people:
            raise _Refused(HTTPStatus.UNPROCESSABLE_ENTITY, "poster of pr can't be reviewer")
        if not set(teams) <= call.project.teams:
            raise _Refused(HTTPStatus.NOT_FOUND, "Team not exist")
        pull.reviewers |= set(people)
        pull.teams |= set(teams)
        return Answer.json([], status=HTTPStatus.CREATED)

    def _people_of(self, project: Project, logins: Sequence[str]) -> None:
        known = {access.login for access in self.state.tokens.values()} | project.people
        if unknown := [login for login in logins if login not in known]:
            raise _Refused(HTTPStatus.NOT_FOUND, f"user does not exist [uid: 0, name: {unknown[0]}]")

    def _merge(self, call: _Call, pull: PullRequest) -> Answer:
        login, project, body = call.may("contents").login, call.project, call.body
        if pull.merged or pull.state != "open":
            raise _Refused(HTTPStatus.NOT_FOUND, "Not Found")
        if body.get("head_commit_id", pull.head) != pull.head:
            raise _Refused(HTTPStatus.CONFLICT, "head out of date")
        if pull.draft:
            raise _Refused(HTTPStatus.METHOD_NOT_ALLOWED, "Work in progress PRs cannot be merged")
        if body.get("merge_when_checks_succeed") and project.checks_required and not project.rules_met(pull):
            if pull.auto_merge:
                raise _Refused(
                    HTTPStatus.CONFLICT, "pull request is already scheduled to auto merge when checks succeed"
                )
            pull.auto_merge, pull.auto_merge_by = body["Do"], login
            return Answer(status=HTTPStatus.CREATED)
        if not project.rules_met(pull):
            raise _Refused(HTTPStatus.METHOD_NOT_ALLOWED, "Please try again later")
        project.merge(pull, by=login, method=body["Do"])
        return Answer()

    def _pull(self, project: Project, pull: PullRequest) -> dict[str, Any]:
        there = bool(pull.fork) or project.git.head(pull.branch) is not None
        number = project.number + 1000 if pull.fork else project.number
        repository = {**self._repository(project), "id": number}
        head = {
            "label": pull.branch,
            "ref": pull.branch if there else f"refs/pull/{pull.number}/head",
            "sha": pull.head,
            "repo_id": number,
            "repo": repository,
        }
        base = {"label": pull.base, "ref": pull.base, "sha": pull.base_sha, "repo_id": project.number}
        return {
            **self._ticket(project, pull, "pulls"),
            "head": head,
            "base": {**base, "repo": self._repository(project)},
            "draft": pull.draft,
            "mergeable": project.mergeable(pull),
            "merged": pull.merged,
            "merged_at": instant(pull.merged_at) if pull.merged_at else None,
            "merge_commit_sha": pull.merge_commit or None,
            "merged_by": self._user(pull.merged_by) if pull.merged_by else None,
            "merge_base": project.git.merge_base(pull.base_sha, pull.head) or "",
            "requested_reviewers": [self._user(login) for login in sorted(pull.reviewers)],
            "requested_reviewers_teams": [{"id": 1, "name": name} for name in sorted(pull.teams)],
            "diff_url": f"{self.endpoint}/{project.name}/pulls/{pull.number}.diff",
            "patch_url": f"{self.endpoint}/{project.name}/pulls/{pull.number}.patch",
            "allow_maintainer_edit": False,
            "due_date": None,
            "pin_order": 0,
        }

    # -- issues and labels ---------------------------------------------------------------------------------------------

    def _labels(self, call: _Call, method: str) -> Answer:
        project = call.project
        if method == "POST":
            call.may("issues")
            made = project.label(call.body["name"], color=call.body["color"].removeprefix("#"))
            return Answer.json(self._label(project, made), status=HTTPStatus.CREATED)
        listed = sorted(project.labels.values(), key=lambda label: label.name)
        return self._page(call, [self._label(project, label) for label in listed])

    def _issues(self, call: _Call, method: str, rest: list[str]) -> Answer:
        project, body = call.project, call.body
        match (method, *rest):
            case ("GET",):
                return self._list(call)
            case ("POST",):
                login = call.may("issues").login
                if not project.has_issues:
                    raise _Refused(HTTPStatus.NOT_FOUND, "Not Found")
                names = self._names(project, body.get("labels", []))
                title, text = _measured(body["title"]), body.get("body", "")
                issue = project.open_issue(title=title, body=text, author=login, labels=names)
                return Answer.json(self._issue(project, issue), status=HTTPStatus.CREATED)
            case ("PATCH", number) if number.isdecimal() and int(number) in project.issues:
                call.may("issues")
                issue = project.issues[int(number)]
                issue.title, issue.body = _measured(body.get("title", issue.title)), body.get("body", issue.body)
                issue.state = body.get("state", issue.state)
                project.touch(issue)
                return Answer.json(self._issue(project, issue), status=HTTPStatus.CREATED)
            case ("POST", number, "labels"):
                call.may("issues")
                found = project.ticket(int(number)) if number.isdecimal() else None
                if found is not None:
                    found.labels |= set(self._names(project, body["labels"]))
                    shown = [self._label(project, project.label(name)) for name in sorted(found.labels)]
                    return Answer.json(shown)
        raise _Refused(HTTPStatus.NOT_FOUND, "Not Found")

    def _list(self, call: _Call) -> Answer:
        project = call.project
        wanted = {name for name in call.query.get("labels", "").split(",") if name in project.labels}
        # a label that is not there is no condition
        listed = [one for one in project.issues.values() if wanted <= one.labels]
        state = call.query.get("state", "open")
        found = [one for one in sorted(listed, key=lambda one: -one.number) if state in {"all", one.state}]
        return self._page(call, [self._issue(project, one) for one in found])

    def _names(self, project: Project, ids: Sequence[object]) -> list[str]:
        return [label.name for label in project.labels.values() if label.id in ids]

    def _issue(self, project: Project, issue: Issue) -> dict[str, Any]:
        repository = {"id": project.number, "name": "", "owner": project.owner, "full_name": project.name}
        return {**self._ticket(project, issue, "issues"), "pull_request": None, "repository": repository, "ref": ""}

    def _ticket(self, project: Project, item: Issue, kind: str) -> dict[str, Any]:
        people = [self._user(login) for login in sorted(item.assignees)]
        return {
            "id": item.id,
            "number": item.number,
            "url": f"{self.api}/repos/{project.name}/{kind}/{item.number}",
            "html_url": f"{self.endpoint}/{project.name}/{kind}/{item.number}",
            "user": self._user(item.author),
            "title": item.title,
            "body": item.body,
            "labels": [self._label(project, project.label(name)) for name in sorted(item.labels)],
            "milestone": None,
            "assignee": people[0] if people else None,
            "assignees": people or None,
            "state": item.state,
            "is_locked": False,
            "comments": len(item.comments),
            "created_at": instant(item.created),
            "updated_at": instant(item.updated),
            "closed_at": instant(item.closed) if item.closed else None,
        }

    def _label(self, project: Project, label: Label) -> dict[str, Any]:
        url = f"{self.api}/repos/{project.name}/labels/{label.id}"
        plain = {"id": label.id, "name": label.name, "color": label.color, "description": label.description}
        return {**plain, "exclusive": False, "is_archived": False, "url": url}

    def _user(self, login: str) -> dict[str, Any]:
        number = self._people.setdefault(login, 100 + len(self._people))
        mail = f"{login}@users.noreply.example"
        return {"id": number, "login": login, "full_name": "", "email": mail, "avatar_url": "", "is_admin": False}

    def _page(self, call: _Call, items: Sequence[Any]) -> Answer:
        size = min(int(call.query.get("limit", "30")), self.largest_page)
        page = int(call.query.get("page", "1"))
        last = max(-(-len(items) // size), 1)
        root = self.endpoint + call.request.path
        links = {"next": page + 1, "last": last} if page < last else {}
        links |= {"first": 1, "prev": page - 1} if page > 1 else {}
        headers = {"X-Total-Count": str(len(items))}
        if links:
            headers["Link"] = ",".join(
                f'<{root}?{urlencode(call.query | {"page": str(number)})}>; rel="{name}"'
                for name, number in links.items()
            )
        return Answer.json(items[(page - 1) * size : page * size], headers=headers)


def _body(request: Request) -> dict[str, Any]:
    try:
        found = document(request)
    except ValueError:
        raise _Refused(HTTPStatus.UNPROCESSABLE_ENTITY, "The body is no JSON") from None
    return found if isinstance(found, dict) else {}


def _resolved(project: Project, revision: str) -> str:
    found = project.git.resolve(revision)
    if found is None:
        raise _Refused(HTTPStatus.NOT_FOUND, f"object does not exist [id: {revision}, rel_path: ]")
    return found


def _edit(project: Project, change: Mapping[str, Any], parent: str) -> tuple[str, bytes | None]:
    path, kind = change["path"], change["operation"]
    entry = project.git.entry(path, parent)
    if kind == "create" and entry is not None:
        raise _Refused(HTTPStatus.UNPROCESSABLE_ENTITY, f"repository file already exists [path: {path}]")
    if kind in {"update", "delete"}:
        if entry is None:
            raise _Refused(HTTPStatus.NOT_FOUND, f"repository file does not exist [path: {path}]")
        if change.get("sha") != entry.id:
            raise _Refused(HTTPStatus.UNPROCESSABLE_ENTITY, f"sha does not match [given: {change.get('sha')}]")
    return path, None if kind == "delete" else base64.b64decode(change.get("content", ""))


def _known(project: Project, number: str) -> PullRequest:
    found = project.pulls.get(int(number)) if number.isdecimal() else None
    if found is None:
        raise _Refused(HTTPStatus.NOT_FOUND, "The target couldn't be found.")
    return found


def _measured(title: str) -> str:
    if len(title) > 255:  # noqa: PLR2004
        raise _Refused(HTTPStatus.UNPROCESSABLE_ENTITY, "[Title]: MaxSize")
    return title
