"""GitLab, GitLab.com or an instance of its own, by version 4 of its API: https://docs.gitlab.com/api/rest/.

Merge requests and issues are counted apart there: a number alone is that of a merge request. GitLab has no push with
lease: a branch is looked at right before it is changed, and a commit that continues one is checked for its parent.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping, Sequence
from itertools import islice
from typing import Any, ClassVar, Literal

from ptmdeps.errors import ForgeConflict, ForgeDenied, ForgeError, ForgeNotFound, ForgeRefused
from ptmdeps.forges.documents import commit_id, flag, moved, number, obj, rows, text, texts
from ptmdeps.forges.gitlab_refusals import LIKE_SCOPES, explain
from ptmdeps.forges.http import Api, segment
from ptmdeps.forges.protocol import Commit, FileEdit, Issue, MergeMethod, NewPullRequest, Place, PullRequest, State
from ptmdeps.paths import printable

_LARGEST_PAGE = 100
_MOST_CLOSED = 1000
_JOB = "glcbt-"
"""What the tokens of CI jobs begin with, which have a header of their own."""
_DRAFT = "Draft: "
_DRAFTS = re.compile(r"\A(?:\s*(?:\[draft\]|\(draft\)|draft:))+\s*", re.IGNORECASE)
"""How GitLab knows a draft: by its title."""
_COMMAND = re.compile(r"^(?=[^\S\n]*/[a-z_]+\b)", re.IGNORECASE | re.MULTILINE)
_GUARD = "\u200b"
_STATES: Mapping[str, State] = {"opened": "open", "locked": "open", "merged": "merged", "closed": "closed"}
"""``locked``: it is being merged at this moment."""
_EVENTS = {"open": "reopen", "closed": "close"}
_SQUASH = {"always": True, "never": False}
_MISSING = frozenset({404})
_BAD = frozenset({400})


class GitLab:
    """The repository of a project at GitLab; see ``ptmdeps.forges.protocol.Forge`` for its methods.

    In descriptions, lines that GitLab would take for commands (``/merge``, ``/assign``) get a zero-width space before
    them: those would be done in the name of the token, and texts of others stand there.
    """

    name: ClassVar[str] = "gitlab"
    body_limit: ClassVar[int] = 1_000_000
    """GitLab takes 1,048,576 characters; the rest is room for what keeps commands from being done."""
    title_limit: ClassVar[int] = 255 - len(_DRAFT)
    dashboards: ClassVar[bool] = True

    def __init__(self, place: Place, token: str) -> None:
        self._place = place
        header = "JOB-TOKEN" if token.startswith(_JOB) else "PRIVATE-TOKEN"
        self._api = Api(place.api.rstrip("/"), {header: token} if token else {}, explain=explain)
        self._root = f"/projects/{segment(place.repository)}"

    @property
    def place(self) -> Place:
        """Where it is."""
        return self._place

    # -- reading -------------------------------------------------------------------------------------------------------

    def default_branch(self) -> str:
        """The branch into which merge requests go unless somebody says otherwise."""
        found = text(self._project(), "default_branch", default="")
        if not found:
            raise ForgeNotFound(f"`{self._place.repository}` has no branch yet")
        return found

    def head(self, branch: str) -> str | None:
        """The commit of a branch."""
        path, doing = f"{self._root}/repository/branches/{segment(branch)}", f"show the branch `{branch}`"
        reply = self._api.get(path, doing, accepted=_MISSING)
        if reply.fine:
            return commit_id(obj(reply.json(), reply), "commit", "id")
        self._project()  # a project that is hidden has no branches, either
        return None

    def read(self, path: str, commit: str) -> bytes | None:
        """A file of a commit; of one in Git LFS what is in Git."""
        where = f"{self._root}/repository/files/{segment(path)}/raw"
        reply = self._api.get(where, f"show `{path}` of {commit[:7]}", query={"ref": commit}, accepted=_MISSING)
        if reply.fine:
            return reply.body
        self._api.get(f"{self._root}/repository/commits/{segment(commit)}", f"show the commit {commit[:7]}")
        return None

    def pull_requests(self, prefix: str) -> tuple[PullRequest, ...]:
        """The open ones, and those of the newest 1,000 merged and the newest 1,000 closed ones of the project."""
        found: dict[int, PullRequest] = {}
        for state, most in (("opened", None), ("locked", None), ("merged", _MOST_CLOSED), ("closed", _MOST_CLOSED)):
            query = {"state": state, "scope": "all", "order_by": "created_at", "sort": "desc"}
            listed = self._api.pages(
                f"{self._root}/merge_requests",
                "list the merge requests",
                query={**query, "per_page": str(_LARGEST_PAGE)},
            )
            found |= {one.number: one for item in islice(listed, most) if (one := _own(item, prefix))}
        return tuple(found[key] for key in sorted(found, reverse=True))

    def messages(self, branch: str, count: int) -> tuple[str, ...]:
        """The subjects of the newest commits; GitLab's own ``title`` of a commit is cut."""
        listed = self._log(self._known_head(branch), min(count, _LARGEST_PAGE), f"list the commits of `{branch}`")
        return tuple(commit.message.partition("\n")[0] for commit in listed)[:count]

    def commits(self, base: str, branch: str) -> tuple[Commit, ...]:
        """What ``branch`` has and ``base`` has not, oldest first."""
        span = f"{self._known_head(base)}..{self._known_head(branch)}"
        return tuple(reversed(self._log(span, _LARGEST_PAGE, f"compare `{base}` with `{branch}`")))

    def issues(self, label: str) -> tuple[Issue, ...]:
        """The issues that bear a label."""
        query = {"labels": label, "state": "all", "scope": "all", "order_by": "created_at", "sort": "desc"}
        listed = self._api.pages(
            f"{self._root}/issues", "list the issues", query={**query, "per_page": str(_LARGEST_PAGE)}
        )
        found = [_issue(item) for item in rows(list(listed))]
        return tuple(sorted((one for one in found if label in one.labels), key=lambda one: -one.number))

    # -- commits and branches ------------------------------------------------------------------------------------------

    def commit(self, branch: str, *, parent: str, message: str, edits: Sequence[FileEdit], expected: str | None) -> str:
        """One request: on the branch as it is, else from ``parent`` (``start_sha``), with ``force`` over what is."""
        if self.head(branch) != expected:
            raise moved(branch)
        actions = [action for edit in edits if (action := self._action(edit, parent))]
        given: dict[str, Any] = {"branch": branch, "commit_message": message, "actions": actions}
        if expected != parent:
            given |= {"start_sha": parent, "force": expected is not None}
        doing = f"commit to `{branch}`"
        reply = self._api.send("POST", f"{self._root}/repository/commits", doing, given, accepted=_BAD)
        if not reply.fine:
            # a branch of that name was made since, or a file that is to be changed is gone from it
            raise moved(branch) if self.head(branch) != expected else explain(reply, doing)
        made = obj(reply.json(), reply)
        if texts(made.get("parent_ids")) != (parent,):
            raise ForgeConflict(
                f"somebody pushed to `{printable(branch)}` at the same moment: the commit is on top of theirs",
                hint="Run the command again: it looks at what is there now",
            )
        return commit_id(made, "id")

    def delete_branch(self, branch: str, *, expected: str) -> None:
        """Delete a branch that is at ``expected``."""
        now = self.head(branch)
        if now not in {None, expected}:
            raise moved(branch)
        if now is not None:
            path = f"{self._root}/repository/branches/{segment(branch)}"
            self._api.send("DELETE", path, f"delete the branch `{branch}`", again=True, accepted=_MISSING)

    def _action(self, edit: FileEdit, parent: str) -> Mapping[str, str] | None:
        """What GitLab shall do about a file; ``None`` where one is to be removed that is not there."""
        there = self.read(edit.path, parent) is not None
        if edit.content is None:
            return {"action": "delete", "file_path": edit.path} if there else None
        content = base64.b64encode(edit.content).decode()
        action = "update" if there else "create"
        return {"action": action, "file_path": edit.path, "content": content, "encoding": "base64"}

    # -- merge requests ------------------------------------------------------------------------------------------------

    def open(self, new: NewPullRequest) -> PullRequest:
        """Open a merge request."""
        given = {
            "source_branch": new.branch,
            "target_branch": new.base,
            "title": f"{_DRAFT}{new.title}" if new.draft else new.title,
            "description": _inert(new.body),
        }
        doing = f"open a merge request of `{new.branch}`"
        reply = self._api.send("POST", f"{self._root}/merge_requests", doing, given)
        return _pull_request(obj(reply.json(), reply))

    def update(
        self,
        number: int,
        *,
        title: str | None = None,
        body: str | None = None,
        state: Literal["open", "closed"] | None = None,
    ) -> None:
        """Change what is given; a draft stays one."""
        if title is not None and flag(self._merge_request(number), "draft"):
            title = f"{_DRAFT}{title}"
        self._changed(f"/merge_requests/{number}", f"change !{number}", title, body, state)

    def label(self, number: int, labels: Sequence[str]) -> None:
        """Add labels to a merge request; GitLab makes those that the project does not have."""
        if labels:
            self._put(number, {"add_labels": ",".join(labels)}, f"label !{number}")

    def reviewers(self, number: int, logins: Sequence[str]) -> None:
        """Ask for reviews; without a licence GitLab takes one reviewer only."""
        self._people(number, "reviewers", "reviewer_ids", logins, f"ask for a review of !{number}")

    def assignees(self, number: int, logins: Sequence[str]) -> None:
        """Assign people; without a licence GitLab takes one assignee only."""
        self._people(number, "assignees", "assignee_ids", logins, f"assign !{number}")

    def merge_when_checks_pass(self, number: int, *, head: str, method: MergeMethod) -> None:
        """GitLab's auto-merge. What no pipeline has checked is not merged, unless the project insists on pipelines.

        Whether commits are rebased is a setting of the project there, so ``rebase`` needs that setting.
        """
        found = self._merge_request(number)
        if found.get("state") == "merged":
            return
        if text(found, "sha", default="") != head:
            raise ForgeConflict(f"!{number} is not at {head[:7]} any more and is not merged", hint="Look at it again")
        if flag(found, "merge_when_pipeline_succeeds"):
            return
        project = self._project()
        if method == "rebase" and project.get("merge_method") not in {"ff", "rebase_merge"}:
            raise ForgeRefused(f"!{number} is not merged by `rebase`: the project makes merge commits", hint=_METHOD)
        pipeline = found.get("head_pipeline")
        checked = isinstance(pipeline, dict) and pipeline.get("sha") == head
        if not checked and not flag(project, "only_allow_merge_if_pipeline_succeeds"):
            raise ForgeRefused(f"!{number} is not merged: no pipeline has checked it", hint=_PIPELINES)
        # `auto_merge` since 17.11, the other one before it
        waits = {"auto_merge": True, "merge_when_pipeline_succeeds": True}
        given = {**waits, "sha": head, "squash": method == "squash"}
        path, doing = f"{self._root}/merge_requests/{number}/merge", f"merge !{number} when its pipeline succeeds"
        self._api.send("PUT", path, doing, given)

    # -- issues --------------------------------------------------------------------------------------------------------

    def open_issue(self, *, title: str, body: str, labels: Sequence[str]) -> Issue:
        """Open an issue; GitLab makes labels that are not there, and leaves them out for who may not label."""
        given = {"title": title, "description": _inert(body), "labels": ",".join(labels)}
        try:
            reply = self._api.send("POST", f"{self._root}/issues", "open an issue", given)
        except ForgeError as error:
            if self._project().get("issues_access_level") == "disabled":
                raise ForgeRefused(f"`{self._place.repository}` has no issues", hint=_ISSUES) from error
            raise
        issue = _issue(obj(reply.json(), reply))
        if set(labels) - set(issue.labels):
            raise ForgeDenied(
                f"GitLab opened issue #{issue.number} without its labels `{printable(', '.join(labels))}`",
                hint=f"{LIKE_SCOPES}; then close that issue: without its label the next run does not know it",
            )
        return issue

    def update_issue(
        self,
        number: int,
        *,
        title: str | None = None,
        body: str | None = None,
        state: Literal["open", "closed"] | None = None,
    ) -> None:
        """Change what is given of an issue."""
        self._changed(f"/issues/{number}", f"change issue #{number}", title, body, state)

    # -- requests ------------------------------------------------------------------------------------------------------

    def _project(self) -> Mapping[str, Any]:
        reply = self._api.get(self._root, f"show `{self._place.repository}`")
        return obj(reply.json(), reply)

    def _merge_request(self, number: int) -> Mapping[str, Any]:
        reply = self._api.get(f"{self._root}/merge_requests/{number}", f"show !{number}")
        return obj(reply.json(), reply)

    def _put(self, number: int, given: Mapping[str, Any], doing: str) -> Mapping[str, Any]:
        reply = self._api.send("PUT", f"{self._root}/merge_requests/{number}", doing, given, again=True)
        return obj(reply.json(), reply)

    def _changed(self, path: str, doing: str, title: str | None, body: str | None, state: str | None) -> None:
        event = None if state is None else _EVENTS[state]
        given = {"title": title, "description": None if body is None else _inert(body), "state_event": event}
        changes = {name: value for name, value in given.items() if value is not None}
        if changes:
            self._api.send("PUT", f"{self._root}{path}", doing, changes, again=True)

    def _people(self, number: int, field: str, key: str, logins: Sequence[str], doing: str) -> None:
        """Add people by their ids, all at once; GitLab may leave out some without a word: its answer is looked at."""
        there = {_lowered(one): one for one in rows(self._merge_request(number).get(field, []))}
        new = [login for login in logins if login.lower() not in there]
        if not new:
            return
        ids = [_id(one) for one in there.values()] + [self._user(login) for login in new]
        found = {_lowered(one) for one in rows(self._put(number, {key: ids}, doing).get(field, []))}
        if left := [login for login in logins if login.lower() not in found]:
            raise ForgeRefused(
                f"GitLab did not take `{printable(', '.join(left))}` for the {field} of !{number}",
                hint="Give people who may read the project; without a licence GitLab takes only one",
            )

    def _user(self, login: str) -> int:
        reply = self._api.get("/users", f"look up `{login}`", query={"username": login})
        found = [one for one in rows(reply.json()) if _lowered(one) == login.lower()]
        if not found:
            raise ForgeRefused(f"GitLab knows nobody called `{printable(login)}`", hint="Give the name after the `@`")
        return _id(found[0])

    def _log(self, revision: str, count: int, doing: str) -> tuple[Commit, ...]:
        query = {"ref_name": revision, "per_page": str(count)}
        reply = self._api.get(f"{self._root}/repository/commits", doing, query=query)
        return tuple(_commit(item) for item in rows(reply.json()))

    def _known_head(self, branch: str) -> str:
        found = self.head(branch)
        if found is None:
            raise ForgeNotFound(f"`{self._place.repository}` has no branch `{printable(branch)}`")
        return found


_METHOD = "Settings → Merge requests → Merge method, or another `merge-method`"
_PIPELINES = "Settings → Merge requests → `Pipelines must succeed`: GitLab would merge at once what no pipeline checks"
_ISSUES = "Settings → General → Visibility, features → Issues; or do without a dashboard"


def _inert(body: str) -> str:
    """A description in which no line is a command (https://docs.gitlab.com/user/project/quick_actions/)."""
    return _COMMAND.sub(_GUARD, body)


def _lowered(person: Mapping[str, Any]) -> str:
    return text(person, "username", default="").lower()


def _id(person: Mapping[str, Any]) -> int:
    return number(person, "id")


def _own(item: object, prefix: str) -> PullRequest | None:
    """A merge request whose branch is of the same project and begins so."""
    if not isinstance(item, dict) or not str(item.get("source_branch", "")).startswith(prefix):
        return None
    source, target = item.get("source_project_id"), item.get("target_project_id")
    return _pull_request(item) if source is not None and source == target else None


def _pull_request(item: Mapping[str, Any]) -> PullRequest:
    title, draft = text(item, "title"), flag(item, "draft")
    return PullRequest(
        number=number(item, "iid"),
        branch=text(item, "source_branch"),
        base=text(item, "target_branch"),
        head=commit_id(item, "sha") if item.get("sha") else "",  # of very old ones GitLab knows none
        title=_DRAFTS.sub("", title) if draft else title,
        body=text(item, "description", default=""),
        state=_STATES.get(text(item, "state"), "closed"),
        labels=tuple(sorted(texts(item.get("labels")))),
        draft=draft,
        url=text(item, "web_url", default=""),
        author=text(item, "author", "username", default=""),
    )


def _issue(item: Mapping[str, Any]) -> Issue:
    return Issue(
        number=number(item, "iid"),
        title=text(item, "title"),
        body=text(item, "description", default=""),
        state="open" if item.get("state") == "opened" else "closed",
        labels=tuple(sorted(texts(item.get("labels")))),
        url=text(item, "web_url", default=""),
        author=text(item, "author", "username", default=""),
    )


def _commit(item: Mapping[str, Any]) -> Commit:
    return Commit(
        sha=commit_id(item, "id"),
        parents=texts(item.get("parent_ids")),
        message=text(item, "message").rstrip("\n"),
        author=text(item, "author_name", default=""),
        email=text(item, "author_email", default=""),
    )
