"""Gitea, and Forgejo (Codeberg), by version 1 of their API: https://docs.gitea.com/api; servers at ``/api/swagger``.

Their API makes commits on top of branches only. Where a branch has to be made anew, which is what a rebase is, Git
itself does it: by a push with lease to the same server, with the same token; deleting the branch would close its pull
request.
"""

from __future__ import annotations

import base64
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import Any, ClassVar, Literal
from urllib.parse import urlsplit

from ptmdeps.errors import ForgeConflict, ForgeDenied, ForgeError, ForgeNotFound, ForgeRefused
from ptmdeps.forges import gitea_documents as read
from ptmdeps.forges.documents import commit_id, flag, moved, number, obj, rows, text, texts
from ptmdeps.forges.http import Api, path_of
from ptmdeps.forges.plumbing import Git
from ptmdeps.forges.protocol import Commit, FileEdit, Issue, MergeMethod, NewPullRequest, Place, PullRequest
from ptmdeps.forges.replies import Reply, refusal, said
from ptmdeps.paths import printable

_LARGEST_PAGE = 50
"""What servers give at most unless their administrator says otherwise."""
_MOST_CLOSED = 1000
_DRAFT = "WIP: "
_COLOR = "#8b949e"
_MISSING = frozenset({404})
_SCOPES = "Give a token that may write to `repository` and `issue`, of somebody who may write to the repository"
_REQUIRE = "Require a status check in the protection of its base: auto-merge waits for that"


class Gitea:
    """The repository of a project at Gitea or Forgejo; see ``ptmdeps.forges.protocol.Forge`` for its methods."""

    name: ClassVar[str] = "gitea"
    body_limit: ClassVar[int] = 1_000_000
    """Neither has a limit of its own; servers take 4 MiB in one value of their database."""
    title_limit: ClassVar[int] = 255 - len(_DRAFT)
    dashboards: ClassVar[bool] = True

    def __init__(self, place: Place, token: str) -> None:
        self._place = place
        self._token = token
        self._api = Api(place.api.rstrip("/"), {"Authorization": f"token {token}"} if token else {}, explain=explain)
        self._root = f"/repos/{path_of(place.repository)}"

    @property
    def place(self) -> Place:
        """Where it is."""
        return self._place

    # -- reading -------------------------------------------------------------------------------------------------------

    def default_branch(self) -> str:
        """The branch into which pull requests go unless somebody says otherwise."""
        return text(self._got(self._root, f"show `{self._place.repository}`"), "default_branch")

    def head(self, branch: str) -> str | None:
        """The commit of a branch."""
        path, doing = f"{self._root}/branches/{path_of(branch)}", f"show the branch `{branch}`"
        reply = self._api.get(path, doing, accepted=_MISSING)
        if reply.fine:
            return commit_id(obj(reply.json(), reply), "commit", "id")
        self.default_branch()  # a repository that is hidden has no branches, either
        return None

    def read(self, path: str, commit: str) -> bytes | None:
        """A file of a commit; of one in Git LFS what is in Git."""
        where = f"{self._root}/raw/{path_of(path)}"
        reply = self._api.get(where, f"show `{path}` of {commit[:7]}", query={"ref": commit}, accepted=_MISSING)
        if reply.fine:
            return reply.body
        self._api.get(f"{self._root}/git/commits/{path_of(commit)}", f"show the commit {commit[:7]}")
        return None

    def pull_requests(self, prefix: str) -> tuple[PullRequest, ...]:
        """The open ones, and those of the newest 1,000 closed ones of the repository."""
        found: dict[int, PullRequest] = {}
        for state, most in (("open", None), ("closed", _MOST_CLOSED)):
            query = {"state": state, "limit": str(_LARGEST_PAGE)}
            listed = self._api.pages(f"{self._root}/pulls", "list the pull requests", query=query)
            found |= {one.number: one for item in islice(listed, most) if (one := read.own(item, prefix))}
        return tuple(found[key] for key in sorted(found, reverse=True))

    def messages(self, branch: str, count: int) -> tuple[str, ...]:
        """The subjects of the newest commits of a branch, newest first."""
        plain = {"stat": "false", "verification": "false", "files": "false"}
        query = {"sha": self._known_head(branch), "limit": str(min(count, _LARGEST_PAGE)), **plain}
        listed = self._api.pages(f"{self._root}/commits", f"list the commits of `{branch}`", query=query)
        return tuple(read.commit(item).message.partition("\n")[0] for item in islice(listed, count))

    def commits(self, base: str, branch: str) -> tuple[Commit, ...]:
        """What ``branch`` has and ``base`` has not, oldest first."""
        path = f"{self._root}/compare/{self._known_head(base)}...{self._known_head(branch)}"
        found = self._got(path, f"compare `{base}` with `{branch}`")
        return tuple(read.commit(item) for item in reversed(rows(found.get("commits") or [])))

    def issues(self, label: str) -> tuple[Issue, ...]:
        """The issues that bear a label; some servers leave one that they do not know out of the question."""
        query = {"type": "issues", "labels": label, "state": "all", "limit": str(_LARGEST_PAGE)}
        listed = rows(list(self._api.pages(f"{self._root}/issues", "list the issues", query=query)))
        found = [read.issue(item) for item in listed if not item.get("pull_request")]
        return tuple(sorted((one for one in found if label in one.labels), key=lambda one: -one.number))

    # -- commits and branches ------------------------------------------------------------------------------------------

    def commit(self, branch: str, *, parent: str, message: str, edits: Sequence[FileEdit], expected: str | None) -> str:
        """By the API on a branch that is at ``parent``, which a new one is; else by a push with lease."""
        if self.head(branch) != expected:
            raise moved(branch)
        if expected not in {None, parent}:
            return self._pushed(branch, parent, message, edits, expected)
        if expected is not None:
            return self._added(branch, parent, message, edits)
        self._branch(branch, parent)
        try:
            return self._added(branch, parent, message, edits)
        except ForgeError:
            with suppress(ForgeError):  # where somebody is at work on it by now, it stays
                self.delete_branch(branch, expected=parent)
            raise

    def delete_branch(self, branch: str, *, expected: str) -> None:
        """Delete a branch that is at ``expected``; Gitea closes its pull request then."""
        now = self.head(branch)
        if now not in {None, expected}:
            raise moved(branch)
        if now is not None:
            path = f"{self._root}/branches/{path_of(branch)}"
            self._api.send("DELETE", path, f"delete the branch `{branch}`", again=True, accepted=_MISSING)

    def _branch(self, branch: str, at: str) -> None:
        given = {"new_branch_name": branch, "old_ref_name": at}
        try:
            self._api.send("POST", f"{self._root}/branches", f"make the branch `{branch}`", given)
        except ForgeConflict as error:
            raise moved(branch) from error

    def _added(self, branch: str, parent: str, message: str, edits: Sequence[FileEdit]) -> str:
        """One request with all files; each names what it replaces, so that no other change gets lost."""
        files = [operation for edit in edits if (operation := self._operation(edit, parent))]
        given = {"branch": branch, "message": message, "files": files}
        reply = self._api.send("POST", f"{self._root}/contents", f"commit to `{branch}`", given)
        made = obj(reply.json(), reply).get("commit")
        document = made if isinstance(made, dict) else {}
        if texts(document.get("parents"), "sha") != (parent,):
            raise ForgeConflict(
                f"somebody pushed to `{printable(branch)}` at the same moment: the commit is on top of theirs",
                hint="Run the command again: it looks at what is there now",
            )
        return commit_id(document, "sha")

    def _operation(self, edit: FileEdit, parent: str) -> Mapping[str, str] | None:
        """What Gitea shall do about a file; ``None`` where one is to be removed that is not there."""
        path, doing = f"{self._root}/contents/{path_of(edit.path)}", f"show `{edit.path}`"
        reply = self._api.get(path, doing, query={"ref": parent}, accepted=_MISSING)
        document = reply.json() if reply.fine else None
        there = {"sha": commit_id(document, "sha")} if isinstance(document, dict) else {}
        if reply.fine and (not isinstance(document, dict) or document.get("type") != "file"):
            raise ForgeRefused(f"`{printable(edit.path)}` is a link or a folder there and is not written")
        if edit.content is None:
            return {"operation": "delete", "path": edit.path, **there} if there else None
        content = base64.b64encode(edit.content).decode()
        return {"operation": "update" if there else "create", "path": edit.path, "content": content, **there}

    def _pushed(self, branch: str, parent: str, message: str, edits: Sequence[FileEdit], expected: str | None) -> str:
        """A commit that Git makes here, without any content of the repository, and pushes."""
        remote = self._remote()
        with tempfile.TemporaryDirectory(prefix="ptmdeps-") as folder:
            git = Git(Path(folder), self._settings(remote))
            git.run("init", "--quiet", "--bare", "--initial-branch=main", ".")
            git.run("remote", "add", "origin", remote)
            git.run("fetch", "--quiet", "--no-tags", "--depth=1", "--filter=blob:none", "origin", parent)
            new = git.commit(parent, message, edits, self._person())
            git.push("origin", branch, new, expected)
        return new

    def _remote(self) -> str:
        """The address of the repository for Git: on the server of the API, whatever that says of itself."""
        parts = urlsplit(self._place.api)
        root = parts.path.rstrip("/").removesuffix("/api/v1")
        return f"{parts.scheme}://{parts.netloc}{root}/{path_of(self._place.repository)}.git"

    def _settings(self, remote: str) -> Mapping[str, str]:
        """Git's settings: the token for that address only, and nowhere else to go."""
        secret = base64.b64encode(f"ptmdeps:{self._token}".encode()).decode()
        return {
            f"http.{remote}.extraHeader": f"Authorization: Basic {secret}",
            "http.followRedirects": "false",
            "protocol.allow": "never",
            f"protocol.{urlsplit(remote).scheme}.allow": "always",
            "credential.helper": "",
            "core.hooksPath": "/dev/null",
            "gc.auto": "0",
        }

    def _person(self) -> Mapping[str, str]:
        """Who commits: whom the token belongs to, where it may say that."""
        reply = self._api.get("/user", "say whose token it is", accepted=frozenset({403, 404}))
        document = obj(reply.json(), reply) if reply.fine else {}
        name = text(document, "full_name", default="") or text(document, "login", default="") or "ptmdeps"
        email = text(document, "email", default="") or "ptmdeps@localhost"
        roles = ("AUTHOR", "COMMITTER")
        return {f"GIT_{role}_{key}": value for role in roles for key, value in (("NAME", name), ("EMAIL", email))}

    # -- pull requests -------------------------------------------------------------------------------------------------

    def open(self, new: NewPullRequest) -> PullRequest:
        """Open a pull request."""
        title = f"{_DRAFT}{new.title}" if new.draft else new.title
        given = {"head": new.branch, "base": new.base, "title": title, "body": new.body}
        doing = f"open a pull request of `{new.branch}`"
        reply = self._api.send("POST", f"{self._root}/pulls", doing, given)
        return read.pull_request(obj(reply.json(), reply))

    def update(
        self,
        number: int,
        *,
        title: str | None = None,
        body: str | None = None,
        state: Literal["open", "closed"] | None = None,
    ) -> None:
        """Change what is given; a draft stays one."""
        if title is not None and flag(self._pull(number), "draft"):
            title = f"{_DRAFT}{title}"
        self._changed(f"/pulls/{number}", f"change #{number}", title, body, state)

    def label(self, number: int, labels: Sequence[str]) -> None:
        """Add labels, by their ids; those that are not there are made."""
        if ids := self._label_ids(labels):
            path = f"{self._root}/issues/{number}/labels"
            self._api.send("POST", path, f"label #{number}", {"labels": ids}, again=True)

    def reviewers(self, number: int, logins: Sequence[str]) -> None:
        """Ask for reviews; ``org/team`` is a team. Who was asked already is not asked again."""
        asked = {login.lower() for login in texts(self._pull(number).get("requested_reviewers"), "login")}
        people = [login for login in logins if "/" not in login and login.lower() not in asked]
        teams = [login.rpartition("/")[2] for login in logins if "/" in login]
        given = {name: value for name, value in (("reviewers", people), ("team_reviewers", teams)) if value}
        if given:
            path = f"{self._root}/pulls/{number}/requested_reviewers"
            self._named(lambda doing: self._api.send("POST", path, doing, given), f"ask for a review of #{number}")

    def assignees(self, number: int, logins: Sequence[str]) -> None:
        """Assign people, besides those who are."""
        there = texts(self._pull(number).get("assignees"), "login")
        new = [login for login in logins if login.lower() not in {one.lower() for one in there}]
        if new:
            path, given = f"{self._root}/pulls/{number}", {"assignees": [*there, *new]}
            self._named(lambda doing: self._api.send("PATCH", path, doing, given, again=True), f"assign #{number}")

    def merge_when_checks_pass(self, number: int, *, head: str, method: MergeMethod) -> None:
        """Gitea's auto-merge. What nothing has checked is not merged, unless its base asks for a check."""
        found = self._pull(number)
        if flag(found, "merged"):
            return
        if text(found, "head", "sha") != head:
            raise ForgeConflict(f"#{number} is not at {head[:7]} any more and is not merged", hint="Look at it again")
        base = self._got(f"{self._root}/branches/{path_of(text(found, 'base', 'ref'))}", f"show the base of #{number}")
        if not flag(base, "enable_status_check"):
            status = self._got(f"{self._root}/commits/{head}/status", f"show the checks of {head[:7]}")
            if text(status, "state", default="") != "success" or not status.get("total_count"):
                raise ForgeRefused(f"#{number} is not merged: no check is required, and none passed", hint=_REQUIRE)
        given = {"Do": method, "head_commit_id": head, "merge_when_checks_succeed": True}
        doing = f"merge #{number} when its checks pass"
        path = f"{self._root}/pulls/{number}/merge"
        reply = self._api.send("POST", path, doing, given, accepted=frozenset({409}))
        if not reply.fine and "scheduled" not in said(reply).lower():
            raise explain(reply, doing)

    # -- issues --------------------------------------------------------------------------------------------------------

    def open_issue(self, *, title: str, body: str, labels: Sequence[str]) -> Issue:
        """Open an issue; labels are left out for who may not label."""
        if not flag(self._got(self._root, f"show `{self._place.repository}`"), "has_issues"):
            hint = "Settings → Repository → Issues; or do without a dashboard"
            raise ForgeRefused(f"`{self._place.repository}` has no issues", hint=hint)
        given = {"title": title, "body": body, "labels": self._label_ids(labels)}
        reply = self._api.send("POST", f"{self._root}/issues", "open an issue", given)
        issue = read.issue(obj(reply.json(), reply))
        if {label.lower() for label in labels} - {label.lower() for label in issue.labels}:
            raise ForgeDenied(
                f"issue #{issue.number} was opened without its labels `{printable(', '.join(labels))}`",
                hint=f"{_SCOPES}; then close that issue: without its label the next run does not know it",
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

    def _got(self, path: str, doing: str) -> Mapping[str, Any]:
        reply = self._api.get(path, doing)
        return obj(reply.json(), reply)

    def _pull(self, number: int) -> Mapping[str, Any]:
        return self._got(f"{self._root}/pulls/{number}", f"show #{number}")

    def _changed(self, path: str, doing: str, title: str | None, body: str | None, state: str | None) -> None:
        given = {"title": title, "body": body, "state": state}
        changes = {name: value for name, value in given.items() if value is not None}
        if changes:
            self._api.send("PATCH", f"{self._root}{path}", doing, changes, again=True)

    def _label_ids(self, labels: Sequence[str]) -> list[int]:
        """The ids of labels of the repository; made where there are none."""
        if not labels:
            return []
        query = {"limit": str(_LARGEST_PAGE)}
        listed = rows(list(self._api.pages(f"{self._root}/labels", "list the labels", query=query)))
        known = {text(one, "name").lower(): number(one, "id") for one in listed}
        for label in labels:
            if label.lower() not in known:
                given = {"name": label, "color": _COLOR}
                reply = self._api.send("POST", f"{self._root}/labels", f"make the label `{label}`", given)
                known[label.lower()] = number(obj(reply.json(), reply), "id")
        return list(dict.fromkeys(known[label.lower()] for label in labels))

    def _known_head(self, branch: str) -> str:
        found = self.head(branch)
        if found is None:
            raise ForgeNotFound(f"`{self._place.repository}` has no branch `{printable(branch)}`")
        return found

    def _named(self, send: Any, doing: str) -> None:  # noqa: ANN401 - a request
        """Send names of people: one that is not known there is answered as if the pull request were not there."""
        try:
            send(doing)
        except ForgeNotFound as error:
            raise ForgeRefused(error.message, hint="Give people who may read the repository") from error


def explain(reply: Reply, doing: str) -> ForgeError:
    """The error for people of a refusal of Gitea or Forgejo."""
    error = refusal(reply, doing)
    if reply.status == 403:  # noqa: PLR2004
        error.hint = _SCOPES
    elif reply.status == 405:  # noqa: PLR2004
        error.hint = "It is a draft, has conflicts, or was not looked at yet: the next run tries again"
    elif reply.status == 423:  # noqa: PLR2004
        error.hint = "The repository is archived: nothing can be changed there"
    return error
