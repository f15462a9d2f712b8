"""GitHub, and GitHub Enterprise: https://docs.github.com/rest, and GraphQL for the two things that REST cannot do.

Those are moving or deleting a branch only from where it was expected (``updateRefs``, which is a push with lease), and
``enablePullRequestAutoMerge``. An Enterprise Server without ``updateRefs`` is asked for the branch right before.
"""

from __future__ import annotations

import base64
import logging
from collections.abc import Mapping, Sequence
from functools import cached_property
from itertools import islice
from typing import Any, ClassVar, Literal

from ptmdeps.errors import ForgeConflict, ForgeDenied, ForgeNotFound, ForgeRefused
from ptmdeps.forges.documents import commit_id, flag, moved, number, obj, rows, text, texts
from ptmdeps.forges.github_answers import commit_of, decoded, is_of, issue_of, pull_request
from ptmdeps.forges.github_refusals import STARTS_NO_CI, explain, explain_graphql
from ptmdeps.forges.http import Api, path_of, segment
from ptmdeps.forges.protocol import Commit, FileEdit, Issue, MergeMethod, NewPullRequest, Place, PullRequest
from ptmdeps.forges.replies import said
from ptmdeps.paths import printable

_LARGEST_PAGE = 100
_MOST_CLOSED = 1000
_LARGEST_INLINE = 256 * 1024
"""Bytes of a text that goes along with its tree; what is larger is sent as a blob first."""
_NOTHING = "0" * 40
_TREE, _FILE, _PROGRAM = "040000", "100644", "100755"
_MISSING, _UNPROCESSABLE = 404, 422
_WEIGHING = (1.0, 2.0, 4.0)
"""Seconds between the questions whether a new pull request can be merged; the answer is there after one or two."""
_PASSED = frozenset({"success", "neutral", "skipped"})
_UPDATE = """
mutation($repository: ID!, $name: GitRefname!, $before: GitObjectID!, $after: GitObjectID!) {
  updateRefs(input: {
    repositoryId: $repository, refUpdates: [{name: $name, beforeOid: $before, afterOid: $after, force: true}]
  }) { clientMutationId }
}
""".strip()
_AUTO_MERGE = """
mutation($pull: ID!, $head: GitObjectID!, $method: PullRequestMergeMethod!) {
  enablePullRequestAutoMerge(input: {pullRequestId: $pull, expectedHeadOid: $head, mergeMethod: $method}) {
    clientMutationId
  }
}
""".strip()

_log = logging.getLogger(__name__)


class GitHub:
    """The repository of a project at GitHub; see ``ptmdeps.forges.protocol.Forge`` for its methods."""

    name: ClassVar[str] = "github"
    body_limit: ClassVar[int] = 65_535
    title_limit: ClassVar[int] = 256
    dashboards: ClassVar[bool] = True

    def __init__(self, place: Place, token: str) -> None:
        self._place = place
        root = place.api.rstrip("/")
        headers = {"Accept": "application/vnd.github+json", "X-GitHub-Api-Version": "2022-11-28"}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        self._api = Api(root, headers, explain=explain)
        self._graph = Api(root.removesuffix("/v3"), headers, explain=explain)
        self._trees: dict[str, Mapping[str, tuple[str, str]]] = {}

    @property
    def place(self) -> Place:
        """Where it is."""
        return self._place

    @cached_property
    def _repository(self) -> Mapping[str, Any]:
        """What GitHub says of the repository; one that was renamed is called by its name of today from here on."""
        owner, _, name = self._place.repository.partition("/")
        reply = self._api.get(f"/repos/{segment(owner)}/{segment(name)}", f"show `{self._place.repository}`")
        return obj(reply.json(), reply)

    @property
    def _full_name(self) -> str:
        return text(self._repository, "full_name")

    def _at(self, path: str) -> str:
        return f"/repos/{path_of(self._full_name)}{path}"

    # -- reading -------------------------------------------------------------------------------------------------------

    def default_branch(self) -> str:
        """The branch into which pull requests go unless somebody says otherwise."""
        return text(self._repository, "default_branch")

    def head(self, branch: str) -> str | None:
        """The commit of a branch; an empty repository (409) has none."""
        path = self._at(f"/git/ref/heads/{path_of(branch)}")
        reply = self._api.get(path, f"show the branch `{branch}`", accepted=frozenset({_MISSING, 409}))
        return commit_id(obj(reply.json(), reply), "object", "sha") if reply.fine else None

    def read(self, path: str, commit: str) -> bytes | None:
        """A file of a commit; GitHub sends those over 1 MB as blobs only, and none over 100 MB."""
        doing = f"show `{path}` of {commit[:7]}"
        where = self._at(f"/contents/{path_of(path)}")
        reply = self._api.get(where, doing, query={"ref": commit}, accepted=frozenset({_MISSING}))
        if reply.status == _MISSING:
            self._api.get(self._at(f"/git/commits/{segment(commit)}"), f"show the commit {commit[:7]}")
            return None
        document = reply.json()
        if not isinstance(document, dict) or document.get("type") != "file":
            return None
        if document.get("encoding") != "base64":
            reply = self._api.get(self._at(f"/git/blobs/{commit_id(document, 'sha')}"), doing)
            document = obj(reply.json(), reply)
        return decoded(text(document, "content"))

    def pull_requests(self, prefix: str) -> tuple[PullRequest, ...]:
        """The open ones, and those of the newest 1,000 closed ones of the repository; a merged one has a date."""
        found: dict[int, PullRequest] = {}
        for state, most in (("open", None), ("closed", _MOST_CLOSED)):
            query = {"state": state, "sort": "created", "direction": "desc", "per_page": str(_LARGEST_PAGE)}
            listed = self._api.pages(self._at("/pulls"), "list the pull requests", query=query)
            pulls = (pull_request(item) for item in islice(listed, most) if is_of(item, self._full_name, prefix))
            found |= {pull.number: pull for pull in pulls}
        return tuple(found[key] for key in sorted(found, reverse=True))

    def messages(self, branch: str, count: int) -> tuple[str, ...]:
        """The subjects of the newest commits of a branch, newest first."""
        query = {"sha": self._known_head(branch), "per_page": str(min(count, _LARGEST_PAGE))}
        reply = self._api.get(self._at("/commits"), f"list the commits of `{branch}`", query=query)
        return tuple(text(item, "commit", "message").partition("\n")[0] for item in rows(reply.json()))[:count]

    def commits(self, base: str, branch: str) -> tuple[Commit, ...]:
        """What ``branch`` has and ``base`` has not, oldest first; branches without a common commit count whole."""
        old, new = self._known_head(base), self._known_head(branch)
        query, doing = {"per_page": str(_LARGEST_PAGE)}, f"compare `{base}` with `{branch}`"
        reply = self._api.get(self._at(f"/compare/{old}...{new}"), doing, query=query, accepted=frozenset({_MISSING}))
        if reply.fine:
            return tuple(commit_of(item) for item in rows(obj(reply.json(), reply).get("commits")))
        reply = self._api.get(self._at("/commits"), doing, query={"sha": new, **query})
        return tuple(commit_of(item) for item in reversed(rows(reply.json())))

    def issues(self, label: str) -> tuple[Issue, ...]:
        """The issues that bear a label; for GitHub pull requests are issues, too."""
        query = {"labels": label, "state": "all", "per_page": str(_LARGEST_PAGE)}
        listed = self._api.pages(self._at("/issues"), "list the issues", query=query)
        found = [issue_of(item) for item in listed if isinstance(item, dict) and "pull_request" not in item]
        return tuple(sorted(found, key=lambda issue: -issue.number))

    # -- commits and branches ------------------------------------------------------------------------------------------

    def commit(self, branch: str, *, parent: str, message: str, edits: Sequence[FileEdit], expected: str | None) -> str:
        """Blobs, a tree, a commit, and last of all the branch; GitHub signs it where the token is that of an app."""
        if self.head(branch) != expected:
            raise moved(branch)
        reply = self._api.get(self._at(f"/git/commits/{segment(parent)}"), f"show the commit {parent[:7]}")
        base = commit_id(obj(reply.json(), reply), "tree", "sha")
        entries = [entry for edit in edits if (entry := self._entry(edit, base))]
        made = self._made("/git/trees", "make a tree", {"base_tree": base, "tree": entries}) if entries else base
        new = self._made("/git/commits", "make a commit", {"message": message, "tree": made, "parents": [parent]})
        if expected is not None:
            self._lease(branch, before=expected, after=new)
            return new
        body = {"ref": f"refs/heads/{branch}", "sha": new}
        reply = self._api.send(
            "POST", self._at("/git/refs"), f"make the branch `{branch}`", body, accepted=frozenset({_UNPROCESSABLE})
        )
        if not reply.fine:
            raise moved(branch) if "already exists" in said(reply) else explain(reply, f"make the branch `{branch}`")
        return new

    def delete_branch(self, branch: str, *, expected: str) -> None:
        """Delete a branch that is at ``expected``."""
        now = self.head(branch)
        if now is None:
            return
        if now != expected:
            raise moved(branch)
        self._lease(branch, before=expected, after=_NOTHING)

    def _made(self, path: str, doing: str, body: Mapping[str, Any]) -> str:
        """Store an object of Git and return its id; one that is made twice is the same, or nobody's."""
        reply = self._api.send("POST", self._at(path), doing, body, again=True)
        return commit_id(obj(reply.json(), reply), "sha")

    def _entry(self, edit: FileEdit, base: str) -> Mapping[str, Any] | None:
        """What a tree says of an edited file; ``None`` where one is to be removed that is not there."""
        mode = self._mode(edit.path, base)
        if edit.content is None:
            return {"path": edit.path, "mode": mode, "type": "blob", "sha": None} if mode else None
        mode = mode or _FILE
        if mode not in {_FILE, _PROGRAM}:
            raise ForgeRefused(f"`{printable(edit.path)}` is a link or a folder there and is not written")
        entry = {"path": edit.path, "mode": mode, "type": "blob"}
        try:
            inline = edit.content.decode() if len(edit.content) <= _LARGEST_INLINE else None
        except UnicodeDecodeError:
            inline = None
        if inline is not None:
            return {**entry, "content": inline}
        content = base64.b64encode(edit.content).decode()
        sha = self._made("/git/blobs", f"store `{edit.path}`", {"content": content, "encoding": "base64"})
        return {**entry, "sha": sha}

    def _mode(self, path: str, tree: str) -> str:
        """The mode of a file in a tree; empty where there is none."""
        *folders, last = path.split("/")
        for folder in folders:
            mode, tree = self._tree(tree).get(folder, ("", ""))
            if mode != _TREE:
                return mode
        return self._tree(tree).get(last, ("", ""))[0]

    def _tree(self, sha: str) -> Mapping[str, tuple[str, str]]:
        """Mode and id of what is directly in a tree, by name."""
        if sha not in self._trees:
            reply = self._api.get(self._at(f"/git/trees/{sha}"), "show a folder")
            items = rows(obj(reply.json(), reply).get("tree"))
            self._trees[sha] = {text(one, "path"): (text(one, "mode"), text(one, "sha")) for one in items}
        return self._trees[sha]

    def _lease(self, branch: str, *, before: str, after: str) -> None:
        """Move a branch from ``before`` to ``after``, or delete it; only from there."""
        doing = f"{'delete' if after == _NOTHING else 'move'} the branch `{branch}`"
        name = f"refs/heads/{branch}"
        values = {"repository": text(self._repository, "node_id"), "name": name, "before": before, "after": after}
        try:
            self._mutate(_UPDATE, values, doing)
        except ForgeRefused as error:
            if self.head(branch) != before:
                raise moved(branch) from error
            if "doesn't exist on type" not in error.message:
                raise
            path = self._at(f"/git/refs/heads/{path_of(branch)}")
            if after == _NOTHING:
                self._api.send("DELETE", path, doing)
            else:
                self._api.send("PATCH", path, doing, {"sha": after, "force": True})

    # -- pull requests -------------------------------------------------------------------------------------------------

    def open(self, new: NewPullRequest) -> PullRequest:
        """Open a pull request."""
        doing = f"open a pull request of `{new.branch}`"
        body = {"title": new.title, "head": new.branch, "base": new.base, "body": new.body, "draft": new.draft}
        try:
            reply = self._api.send("POST", self._at("/pulls"), doing, body)
        except ForgeRefused as error:
            if "already exists" in error.message:
                raise ForgeConflict(error.message, hint="The next run finds it") from error
            raise
        opened = pull_request(obj(reply.json(), reply))
        if opened.author == "github-actions[bot]":
            _log.warning("#%d: %s", opened.number, STARTS_NO_CI)
        return opened

    def update(
        self,
        number: int,
        *,
        title: str | None = None,
        body: str | None = None,
        state: Literal["open", "closed"] | None = None,
    ) -> None:
        """Change what is given of a pull request."""
        self._changed(f"/pulls/{number}", f"change #{number}", title, body, state)

    def label(self, number: int, labels: Sequence[str]) -> None:
        """Add labels; GitHub makes those that the repository does not have."""
        if labels:
            body = {"labels": list(labels)}
            self._api.send("POST", self._at(f"/issues/{number}/labels"), f"label #{number}", body, again=True)

    def reviewers(self, number: int, logins: Sequence[str]) -> None:
        """Ask for reviews; ``org/team`` is a team."""
        people = [login for login in logins if "/" not in login]
        teams = [login.rpartition("/")[2] for login in logins if "/" in login]
        body = {name: value for name, value in (("reviewers", people), ("team_reviewers", teams)) if value}
        if body:
            path = self._at(f"/pulls/{number}/requested_reviewers")
            self._api.send("POST", path, f"ask for a review of #{number}", body, again=True)

    def assignees(self, number: int, logins: Sequence[str]) -> None:
        """Assign people. GitHub leaves out whom it does not know without a word, so its answer is looked at."""
        if not logins:
            return
        path, body = self._at(f"/issues/{number}/assignees"), {"assignees": list(logins)}
        reply = self._api.send("POST", path, f"assign #{number}", body, again=True)
        assigned = {login.lower() for login in texts(obj(reply.json(), reply).get("assignees"), "login")}
        left = [login for login in logins if login.lower() not in assigned]
        if left:
            raise ForgeRefused(
                f"GitHub did not assign `{printable(', '.join(left))}` to #{number}",
                hint="Give people who may read the repository; at most ten at a time",
            )

    def merge_when_checks_pass(self, number: int, *, head: str, method: MergeMethod) -> None:
        """GitHub's auto-merge; it refuses what could be merged at once, which is merged here if checks say so.

        A pull request that nothing has checked is not merged: where no check is required, GitHub would take it at once.
        """
        document = self._weighed(number)
        if flag(document, "merged"):
            return
        if commit_id(document, "head", "sha") != head:
            raise ForgeConflict(f"#{number} is not at {head[:7]} any more and is not merged", hint="Look at it again")
        if document.get("auto_merge"):
            return
        values = {"pull": text(document, "node_id"), "head": head, "method": method.upper()}
        try:
            self._mutate(_AUTO_MERGE, values, f"merge #{number} when its checks pass")
        except ForgeRefused as error:
            if "clean status" not in error.message:
                raise
            self._merge_checked(number, head, method)

    def _weighed(self, number: int) -> Mapping[str, Any]:
        """A pull request of which GitHub knows whether it can be merged: it finds that out once somebody asks."""
        for delay in (*_WEIGHING, None):
            reply = self._api.get(self._at(f"/pulls/{number}"), f"show #{number}")
            document = obj(reply.json(), reply)
            if delay is None or document.get("mergeable") is not None or document.get("state") != "open":
                break
            self._api.pause(delay)
        return document

    def _merge_checked(self, number: int, head: str, method: MergeMethod) -> None:
        checks, passed = self._verdicts(head)
        if not checks or not passed:
            raise ForgeRefused(
                f"#{number} is not merged: {'a check of it did not pass' if checks else 'nothing has checked it'}",
                hint="Require a check in the rules of its base: auto-merge waits for that",
            )
        body = {"sha": head, "merge_method": method}
        self._api.send("PUT", self._at(f"/pulls/{number}/merge"), f"merge #{number}", body)

    def _verdicts(self, head: str) -> tuple[int, bool]:
        """How many checks and statuses a commit has, and whether all of them passed."""
        doing, most = f"show the checks of {head[:7]}", {"per_page": str(_LARGEST_PAGE)}
        reply = self._api.get(self._at(f"/commits/{head}/check-runs"), doing, query=most)
        document = obj(reply.json(), reply)
        runs = rows(document.get("check_runs"))
        passed = number(document, "total_count") == len(runs) and all(run.get("conclusion") in _PASSED for run in runs)
        reply = self._api.get(self._at(f"/commits/{head}/status"), doing, query=most)
        document = obj(reply.json(), reply)
        statuses = number(document, "total_count")
        return len(runs) + statuses, passed and (not statuses or document.get("state") == "success")

    # -- issues --------------------------------------------------------------------------------------------------------

    def open_issue(self, *, title: str, body: str, labels: Sequence[str]) -> Issue:
        """Open an issue; GitHub makes labels that are not there, and leaves them out for who may not label."""
        given = {"title": title, "body": body, "labels": list(labels)}
        reply = self._api.send("POST", self._at("/issues"), "open an issue", given)
        issue = issue_of(obj(reply.json(), reply))
        if {label.lower() for label in labels} - {label.lower() for label in issue.labels}:
            raise ForgeDenied(
                f"GitHub opened issue #{issue.number} without its labels `{printable(', '.join(labels))}`",
                hint="Grant `issues: write`, then close that issue: without its label the next run does not know it",
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

    def _changed(self, path: str, doing: str, title: str | None, body: str | None, state: str | None) -> None:
        given = {"title": title, "body": body, "state": state}
        changes = {name: value for name, value in given.items() if value is not None}
        if changes:
            self._api.send("PATCH", self._at(path), doing, changes, again=True)

    # -- answers -------------------------------------------------------------------------------------------------------

    def _mutate(self, query: str, values: Mapping[str, str], doing: str) -> None:
        reply = self._graph.send("POST", "/graphql", doing, {"query": query, "variables": values})
        document = obj(reply.json(), reply)
        if document.get("errors"):
            raise explain_graphql(reply, doing, document["errors"])

    def _known_head(self, branch: str) -> str:
        found = self.head(branch)
        if found is None:
            raise ForgeNotFound(f"`{self._place.repository}` has no branch `{printable(branch)}`")
        return found
