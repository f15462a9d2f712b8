"""The documents of GitHub's API about a project: docs.github.com/rest, as its OpenAPI description has them."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from embedded_forge.state import Issue, PullRequest, instant

if TYPE_CHECKING:
    from collections.abc import Sequence

    from embedded_forge.repository import Person
    from embedded_forge.state import Comment, Label, Project
    from embedded_hub.git_objects import TreeEntry

Document = dict[str, Any]
_KINDS = {"40000": "tree", "160000": "commit"}
_LARGEST_INLINE = 1 << 20
"""Bytes; of larger files the contents API gives everything but the content."""
_USER = "followers following gists starred subscriptions orgs repos events received_events"
_USER_NAMES = {"orgs": "organizations_url"}
_REPOSITORY = {
    "archive_url": "/{archive_format}{/ref}",
    "assignees_url": "/assignees{/user}",
    "blobs_url": "/git/blobs{/sha}",
    "branches_url": "/branches{/branch}",
    "collaborators_url": "/collaborators{/collaborator}",
    "comments_url": "/comments{/number}",
    "commits_url": "/commits{/sha}",
    "compare_url": "/compare/{base}...{head}",
    "contents_url": "/contents/{+path}",
    "git_commits_url": "/git/commits{/sha}",
    "git_refs_url": "/git/refs{/sha}",
    "git_tags_url": "/git/tags{/sha}",
    "issue_comment_url": "/issues/comments{/number}",
    "issue_events_url": "/issues/events{/number}",
    "issues_url": "/issues{/number}",
    "keys_url": "/keys{/key_id}",
    "labels_url": "/labels{/name}",
    "milestones_url": "/milestones{/number}",
    "notifications_url": "/notifications{?since,all,participating}",
    "pulls_url": "/pulls{/number}",
    "releases_url": "/releases{/id}",
    "statuses_url": "/statuses/{sha}",
    "trees_url": "/git/trees{/sha}",
    **{
        f"{name}_url": f"/{name}"
        for name in [
            *("contributors", "deployments", "downloads", "events", "forks", "hooks", "languages", "merges"),
            *("stargazers", "subscribers", "subscription", "tags", "teams"),
        ]
    },
}


class Writer:
    """Writes documents for one server: `api` and `web` are the roots of its addresses."""

    def __init__(self, api: str, web: str) -> None:
        self.api, self.web = api, web

    def user(self, login: str) -> Document:
        """Return `simple-user`."""
        url = f"{self.api}/users/{quote(login)}"
        urls = {_USER_NAMES.get(name, f"{name}_url"): f"{url}/{name}" for name in _USER.split()}
        kind = "Bot" if login.endswith("[bot]") else "User"
        return urls | {
            "login": login,
            "id": 1000 + sum(login.encode()),
            "node_id": f"U_{quote(login)}",
            "avatar_url": f"{self.web}/avatars/{quote(login)}",
            "gravatar_id": "",
            "url": url,
            "html_url": f"{self.web}/{quote(login)}",
            "type": kind,
            "site_admin": False,
        }

    def repository(self, project: Project, *, owner: str = "") -> Document:
        """Return `full-repository`; with `owner`, that of a fork by that owner."""
        name = f"{owner}/{project.name.rpartition('/')[2]}" if owner else project.name
        url, page = f"{self.api}/repos/{name}", f"{self.web}/{name}"
        when = instant(project.created)
        opened = sum(item.state == "open" for item in [*project.issues.values(), *project.pulls.values()])
        zeros = ("forks", "forks_count", "stargazers_count", "watchers", "watchers_count", "size")
        switches = ("has_projects", "has_wiki", "has_pages", "has_discussions", "has_downloads", "disabled")
        return {
            **{key: url + path for key, path in _REPOSITORY.items()},
            **dict.fromkeys((*zeros, "network_count", "subscribers_count"), 0),
            **dict.fromkeys(switches, False),
            **dict.fromkeys(("homepage", "language", "mirror_url", "license", "description")),
            "id": project.number + (500 if owner else 0),
            "node_id": f"R_{project.number}" + (f"_{owner}" if owner else ""),
            "name": name.rpartition("/")[2],
            "full_name": name,
            "owner": self.user(name.partition("/")[0]),
            "private": project.private,
            "fork": bool(owner),
            "html_url": page,
            "url": url,
            "clone_url": f"{page}.git",
            "git_url": f"git://{page.partition('://')[2]}.git",
            "ssh_url": f"git@{page.partition('://')[2]}.git",
            "svn_url": page,
            "default_branch": project.default_branch,
            "has_issues": project.has_issues,
            "archived": project.archived,
            "allow_auto_merge": project.allow_auto_merge,
            "open_issues": opened,
            "open_issues_count": opened,
            "created_at": when,
            "updated_at": when,
            "pushed_at": when,
        }

    # -- Git -----------------------------------------------------------------------------------------------------------

    def ref(self, project: Project, name: str, sha: str) -> Document:
        """Return `git-ref`."""
        url = f"{self._url(project)}/git"
        return {
            "ref": name,
            "node_id": f"REF_{quote(name)}",
            "url": f"{url}/{quote(name)}",
            "object": {"type": "commit", "sha": sha, "url": f"{url}/commits/{sha}"},
        }

    def tree(self, project: Project, sha: str, *, recursive: bool = False) -> Document:
        """Return `git-tree`."""
        url = f"{self._url(project)}/git"
        entries = project.git.objects.read_tree(sha)
        listed = [(entry.name, entry) for entry in entries]
        if recursive:
            listed += [item for item in project.git.files(sha).items() if "/" in item[0]]
        items = []
        for path, entry in sorted(listed, key=lambda item: item[0]):
            kind = _KINDS.get(entry.mode, "blob")
            item = {"path": path, "mode": entry.mode.zfill(6), "type": kind, "sha": entry.id}
            size = {"size": len(project.git.content(entry.id))} if kind == "blob" else {}
            items.append(item | size | {"url": f"{url}/{kind}s/{entry.id}"})
        return {"sha": sha, "url": f"{url}/trees/{sha}", "tree": items, "truncated": False}

    def blob(self, project: Project, sha: str) -> Document:
        """Return `blob`."""
        content = project.git.content(sha)
        return {
            "sha": sha,
            "node_id": f"B_{sha}",
            "size": len(content),
            "url": f"{self._url(project)}/git/blobs/{sha}",
            "content": _lines(content),
            "encoding": "base64",
        }

    def git_commit(self, project: Project, sha: str) -> Document:
        """Return `git-commit`."""
        commit, url = project.git.read_commit(sha), f"{self._url(project)}/git"
        page = f"{self.web}/{project.name}/commit"
        return {
            "sha": sha,
            "node_id": f"C_{sha}",
            "url": f"{url}/commits/{sha}",
            "html_url": f"{page}/{sha}",
            "author": _signature(commit.author),
            "committer": _signature(commit.committer),
            "message": commit.message,
            "tree": {"sha": commit.tree, "url": f"{url}/trees/{commit.tree}"},
            "parents": [
                {"sha": one, "url": f"{url}/commits/{one}", "html_url": f"{page}/{one}"} for one in commit.parents
            ],
            "verification": _UNSIGNED,
        }

    def commit(self, project: Project, sha: str) -> Document:
        """Return `commit`."""
        commit, url = project.git.read_commit(sha), f"{self._url(project)}/commits"
        page = f"{self.web}/{project.name}/commit"
        return {
            "sha": sha,
            "node_id": f"C_{sha}",
            "url": f"{url}/{sha}",
            "html_url": f"{page}/{sha}",
            "comments_url": f"{url}/{sha}/comments",
            "commit": {
                "url": f"{self._url(project)}/git/commits/{sha}",
                "author": _signature(commit.author),
                "committer": _signature(commit.committer),
                "message": commit.message,
                "comment_count": 0,
                "tree": {"sha": commit.tree, "url": f"{self._url(project)}/git/trees/{commit.tree}"},
                "verification": _UNSIGNED,
            },
            "author": self.user(commit.author.name),
            "committer": self.user(commit.committer.name),
            "parents": [{"sha": one, "url": f"{url}/{one}", "html_url": f"{page}/{one}"} for one in commit.parents],
        }

    def comparison(self, project: Project, base: str, head: str, page: Sequence[str]) -> Document:
        """Return `commit-comparison`; `page` are the commits of this page, the oldest one first."""
        git = project.git
        common = git.merge_base(base, head) or ""
        ahead, behind = len(git.log(f"{base}..{head}")), len(git.log(f"{head}..{base}"))
        status = {(False, False): "identical", (True, False): "ahead", (False, True): "behind"}
        url = f"{self._url(project)}/compare/{base}...{head}"
        shown = f"{self.web}/{project.name}/compare/{base}...{head}"
        return {
            "url": url,
            "html_url": shown,
            "permalink_url": shown,
            "diff_url": f"{shown}.diff",
            "patch_url": f"{shown}.patch",
            "base_commit": self.commit(project, base),
            "merge_base_commit": self.commit(project, common),
            "status": status.get((ahead > 0, behind > 0), "diverged"),
            "ahead_by": ahead,
            "behind_by": behind,
            "total_commits": ahead,
            "commits": [self.commit(project, sha) for sha in page],
            "files": self._changes(project, common, head),
        }

    def content(self, project: Project, path: str, commit: str, entry: TreeEntry) -> Document:
        """Return `content-file`."""
        content = project.git.content(entry.id)
        url = f"{self._url(project)}/contents/{quote(path)}?ref={quote(commit)}"
        blob = f"{self._url(project)}/git/blobs/{entry.id}"
        page = f"{self.web}/{project.name}/blob/{commit}/{quote(path)}"
        inline = len(content) <= _LARGEST_INLINE
        return {
            "type": "file",
            "name": entry.name,
            "path": path,
            "sha": entry.id,
            "size": len(content),
            "content": _lines(content) if inline else "",
            "encoding": "base64" if inline else "none",
            "url": url,
            "git_url": blob,
            "html_url": page,
            "download_url": f"{self.web}/raw/{project.name}/{commit}/{quote(path)}",
            "_links": {"self": url, "git": blob, "html": page},
        }

    def folder(self, project: Project, path: str, commit: str, tree: str) -> list[Document]:
        """Return `content-directory`."""
        items = []
        for entry in project.git.objects.read_tree(tree):
            below = f"{path}/{entry.name}"
            url = f"{self._url(project)}/contents/{quote(below)}?ref={quote(commit)}"
            kind = {"tree": "dir", "commit": "submodule"}.get(_KINDS.get(entry.mode, ""), "file")
            git = f"{self._url(project)}/git/{'trees' if kind == 'dir' else 'blobs'}/{entry.id}"
            page = f"{self.web}/{project.name}/{'tree' if kind == 'dir' else 'blob'}/{commit}/{quote(below)}"
            raw = f"{self.web}/raw/{project.name}/{commit}/{quote(below)}"
            items.append(
                {
                    "type": kind,
                    "name": entry.name,
                    "path": below,
                    "sha": entry.id,
                    "size": len(project.git.content(entry.id)) if kind == "file" else 0,
                    "url": url,
                    "git_url": git,
                    "html_url": page,
                    "download_url": raw if kind == "file" else None,
                    "_links": {"self": url, "git": git, "html": page},
                }
            )
        return items

    # -- people's part -------------------------------------------------------------------------------------------------

    def label(self, project: Project, label: Label) -> Document:
        """Return `label`."""
        return {
            "id": label.id,
            "node_id": f"LA_{label.id}",
            "url": f"{self._url(project)}/labels/{quote(label.name)}",
            "name": label.name,
            "color": label.color,
            "default": False,
            "description": label.description,
        }

    def labels(self, project: Project, item: Issue) -> list[Document]:
        """Return the labels that something bears."""
        return [self.label(project, project.labels[name]) for name in sorted(item.labels)]

    def issue(self, project: Project, item: Issue) -> Document:
        """Return `issue`; a pull request is one, too."""
        kind = "pull" if isinstance(item, PullRequest) else "issues"
        url, page = f"{self._url(project)}/issues/{item.number}", f"{self.web}/{project.name}/{kind}/{item.number}"
        pull = {
            "pull_request": {
                "url": f"{self._url(project)}/pulls/{item.number}",
                "html_url": page,
                "diff_url": f"{page}.diff",
                "patch_url": f"{page}.patch",
            }
        }
        return {
            **self._common(project, item),
            "url": url,
            "html_url": page,
            "node_id": f"I_{item.id}",
            "repository_url": self._url(project),
            "labels_url": f"{url}/labels{{/name}}",
            "events_url": f"{url}/events",
            "comments": len(item.comments),
            **(pull if isinstance(item, PullRequest) else {}),
        }

    def pull(self, project: Project, pull: PullRequest) -> Document:
        """Return `pull-request-simple`, as it is in lists."""
        url, page = f"{self._url(project)}/pulls/{pull.number}", f"{self.web}/{project.name}/pull/{pull.number}"
        urls = {
            "issue": f"{self._url(project)}/issues/{pull.number}",
            "commits": f"{url}/commits",
            "review_comments": f"{url}/comments",
            "review_comment": f"{self._url(project)}/pulls/comments{{/number}}",
            "comments": f"{self._url(project)}/issues/{pull.number}/comments",
            "statuses": f"{self._url(project)}/statuses/{pull.head}",
        }
        return {
            **self._common(project, pull),
            **{f"{name}_url": address for name, address in urls.items()},
            "url": url,
            "html_url": page,
            "diff_url": f"{page}.diff",
            "patch_url": f"{page}.patch",
            "node_id": f"PR_{pull.id}",
            "draft": pull.draft,
            "merged_at": instant(pull.merged_at) if pull.merged_at else None,
            "merge_commit_sha": pull.merge_commit or None,
            "requested_reviewers": [self.user(login) for login in sorted(pull.reviewers)],
            "requested_teams": [self._team(project, slug) for slug in sorted(pull.teams)],
            "head": self._end(project, pull.branch, pull.head, pull.fork),
            "base": self._end(project, pull.base, pull.base_sha, ""),
            "_links": {
                "self": {"href": url},
                "html": {"href": page},
                **{name: {"href": address} for name, address in urls.items()},
            },
            "auto_merge": self._auto_merge(pull),
        }

    def whole_pull(self, project: Project, pull: PullRequest) -> Document:
        """Return `pull-request`, as it is alone."""
        changes = self._changes(project, project.git.merge_base(pull.base_sha, pull.head) or pull.base_sha, pull.head)
        return self.pull(project, pull) | {
            "merged": pull.merged,
            "merged_by": self.user(pull.merged_by or "ada") if pull.merged else None,
            "mergeable": None if pull.merged else project.mergeable(pull),
            "rebaseable": None,
            "mergeable_state": merge_state(project, pull),
            "comments": len(pull.comments),
            "review_comments": 0,
            "maintainer_can_modify": False,
            "commits": len(project.git.log(f"{pull.base_sha}..{pull.head}")),
            "additions": sum(one["additions"] for one in changes),
            "deletions": sum(one["deletions"] for one in changes),
            "changed_files": len(changes),
        }

    def comment(self, project: Project, item: Issue, comment: Comment) -> Document:
        """Return `issue-comment`."""
        url = f"{self._url(project)}/issues"
        return {
            "id": comment.id,
            "node_id": f"IC_{comment.id}",
            "url": f"{url}/comments/{comment.id}",
            "html_url": f"{self.web}/{project.name}/issues/{item.number}#issuecomment-{comment.id}",
            "issue_url": f"{url}/{item.number}",
            "user": self.user(comment.author),
            "created_at": instant(comment.created),
            "updated_at": instant(comment.created),
            "body": comment.body,
            "author_association": "MEMBER",
        }

    def check_runs(self, project: Project, sha: str) -> Document:
        """Return the check runs of a commit."""
        runs = []
        for number, (name, verdict) in enumerate(sorted(project.checks.get(sha, {}).items()), start=1):
            done = verdict != "pending"
            url = f"{self._url(project)}/check-runs/{number}"
            runs.append(
                {
                    "id": number,
                    "node_id": f"CR_{number}",
                    "head_sha": sha,
                    "name": name,
                    "url": url,
                    "html_url": f"{self.web}/{project.name}/runs/{number}",
                    "details_url": None,
                    "status": "completed" if done else "in_progress",
                    "conclusion": verdict if done else None,
                    "started_at": instant(project.created),
                    "completed_at": instant(project.created) if done else None,
                    "external_id": None,
                    "check_suite": None,
                    "output": {
                        "title": None,
                        "summary": None,
                        "text": None,
                        "annotations_count": 0,
                        "annotations_url": f"{url}/annotations",
                    },
                    "app": None,
                    "pull_requests": [],
                }
            )
        return {"total_count": len(runs), "check_runs": runs}

    def status(self, project: Project, sha: str) -> Document:
        """Return `combined-commit-status`: without statuses it is pending. Checks here are check runs."""
        url = f"{self._url(project)}/commits/{sha}"
        return {
            "state": "pending",
            "statuses": [],
            "sha": sha,
            "total_count": 0,
            "repository": self.repository(project),
            "commit_url": url,
            "url": f"{url}/status",
        }

    def _url(self, project: Project) -> str:
        return f"{self.api}/repos/{project.name}"

    def _common(self, project: Project, item: Issue) -> Document:
        assignees = [self.user(login) for login in sorted(item.assignees)]
        return {
            "id": item.id,
            "number": item.number,
            "title": item.title,
            "body": item.body,
            "state": item.state,
            "user": self.user(item.author),
            "labels": self.labels(project, item),
            "assignee": assignees[0] if assignees else None,
            "assignees": assignees,
            "milestone": None,
            "locked": False,
            "author_association": "MEMBER",
            "comments_url": f"{self._url(project)}/issues/{item.number}/comments",
            "created_at": instant(item.created),
            "updated_at": instant(item.updated),
            "closed_at": instant(item.closed) if item.closed else None,
        }

    def _end(self, project: Project, branch: str, sha: str, fork: str) -> Document:
        owner = fork or project.owner
        return {
            "label": f"{owner}:{branch}",
            "ref": branch,
            "sha": sha,
            "user": self.user(owner),
            "repo": self.repository(project, owner=fork),
        }

    def _team(self, project: Project, slug: str) -> Document:
        url = f"{self.api}/organizations/1/team/1"
        return {
            "id": 1,
            "node_id": f"T_{slug}",
            "name": slug,
            "slug": slug,
            "description": None,
            "privacy": "closed",
            "permission": "push",
            "type": "organization",
            "url": url,
            "html_url": f"{self.web}/orgs/{project.owner}/teams/{slug}",
            "members_url": f"{url}/members{{/member}}",
            "repositories_url": f"{url}/repos",
            "parent": None,
        }

    def _auto_merge(self, pull: PullRequest) -> Document | None:
        if not pull.auto_merge:
            return None
        return {
            "enabled_by": self.user(pull.auto_merge_by),
            "merge_method": pull.auto_merge,
            "commit_title": f"{pull.title} (#{pull.number})",
            "commit_message": "",
        }

    def _changes(self, project: Project, old: str, new: str) -> list[Document]:
        said = project.git.git("diff-tree", "-r", "--raw", "--numstat", "--no-renames", "--no-abbrev", "-z", old, new)
        fields = said.split("\0")
        raw = [field.split(" ") for field in fields if field.startswith(":")]
        counts = {path: pair for *pair, path in (field.split("\t") for field in fields if "\t" in field)}
        paths = [fields[position + 1] for position, field in enumerate(fields) if field.startswith(":")]
        names = {"A": "added", "D": "removed", "M": "modified"}
        items = []
        for (*_, sha, letter), path in zip(raw, paths, strict=True):
            added, removed = (int(count) if count.isdigit() else 0 for count in counts[path])
            items.append(
                {
                    "sha": sha,
                    "filename": path,
                    "status": names.get(letter, "changed"),
                    "additions": added,
                    "deletions": removed,
                    "changes": added + removed,
                    "blob_url": f"{self.web}/{project.name}/blob/{new}/{quote(path)}",
                    "raw_url": f"{self.web}/{project.name}/raw/{new}/{quote(path)}",
                    "contents_url": f"{self._url(project)}/contents/{quote(path)}?ref={new}",
                }
            )
        return items


_UNSIGNED = {"verified": False, "reason": "unsigned", "signature": None, "payload": None, "verified_at": None}


def merge_state(project: Project, pull: PullRequest) -> str:
    """Return `mergeable_state`, which is undocumented in REST: that of GraphQL's MergeStateStatus."""
    if pull.state == "closed":
        return "unknown"
    if not project.mergeable(pull):
        return "dirty"
    if pull.draft:
        return "draft"
    if not project.rules_met(pull):
        return "blocked"
    return "unstable" if project.verdict(pull.head) in {"pending", "failure"} else "clean"


def _signature(person: Person) -> Document:
    return {"name": person.name, "email": person.email, "date": instant(person.date)}


def _lines(content: bytes) -> str:
    """Return base64 as GitHub writes it: lines of 60 characters."""
    text = base64.b64encode(content).decode()
    return "".join(f"{text[start : start + 60]}\n" for start in range(0, len(text), 60))
