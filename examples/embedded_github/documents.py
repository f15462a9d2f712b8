"""The JSON of the API.

Schemas: docs.github.com/rest (repositories, branches, commits, git trees, releases), version 2022-11-28.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from datetime import UTC
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from embedded_github.origins import Origins
    from embedded_github.repository import Asset, GitHubRepository, Release
    from embedded_hub.git_objects import Commit
    from embedded_hub.repository import Entry

_LICENSES = {
    "Apache-2.0": "Apache License 2.0",
    "BSD-3-Clause": 'BSD 3-Clause "New" or "Revised" License',
    "GPL-3.0": "GNU General Public License v3.0",
    "MIT": "MIT License",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Writer:
    """What knows where the documents point."""

    origins: Origins

    def url(self, repository: GitHubRepository, *parts: str) -> str:
        """Return an address of the API."""
        return "/".join([f"{self.origins.api}/repos/{repository.name}", *parts])

    def repository(self, repository: GitHubRepository, forks: int, parent: GitHubRepository | None) -> dict[str, Any]:
        """Return everything about a repository."""
        facts = repository.facts
        pushed = repository.pushed()
        document = {
            "id": facts.number,
            "node_id": node("Repository", str(facts.number)),
            "name": repository.name.partition("/")[2],
            "full_name": repository.name,
            "private": facts.private,
            "owner": user(repository.owner),
            "html_url": f"{self.origins.web}/{repository.name}",
            "description": facts.description,
            "fork": facts.parent is not None,
            "url": self.url(repository),
            "created_at": stamp(facts.created_at),
            "updated_at": stamp(pushed.date if pushed else facts.created_at),
            "pushed_at": stamp(pushed.date if pushed else facts.created_at),
            "clone_url": f"{self.origins.web}/{repository.name}.git",
            "stargazers_count": facts.stars,
            "forks_count": forks,
            "archived": facts.archived,
            "disabled": False,
            "license": _license(facts.license),
            "visibility": "private" if facts.private else "public",
            "default_branch": facts.default_branch,
        }
        if parent is not None:
            document["parent"] = document["source"] = self.repository(parent, 1, None)
        return document

    def branch(self, repository: GitHubRepository, name: str, commit: str) -> dict[str, Any]:
        """Return one row of the list of branches."""
        return {"name": name, "commit": self._named(repository, commit), "protected": False}

    def tag(self, repository: GitHubRepository, name: str, commit: str) -> dict[str, Any]:
        """Return one row of the list of tags."""
        return {
            "name": name,
            "zipball_url": self.url(repository, "zipball", f"refs/tags/{name}"),
            "tarball_url": self.url(repository, "tarball", f"refs/tags/{name}"),
            "commit": self._named(repository, commit),
            "node_id": node("Ref", f"{repository.facts.number}:refs/tags/{name}"),
        }

    def commit(self, repository: GitHubRepository, commit: Commit) -> dict[str, Any]:
        """Return a commit."""
        person = {
            "name": commit.author,
            "email": f"{commit.author}@users.noreply.example",
            "date": stamp(commit.date),
        }
        inner = {
            "author": person,
            "committer": person,
            "message": commit.message,
            "tree": {"sha": commit.tree, "url": self.url(repository, "git/trees", commit.tree)},
            "url": self.url(repository, "git/commits", commit.id),
            "comment_count": 0,
            "verification": {"verified": False, "reason": "unsigned", "signature": None, "payload": None},
        }
        return {
            "sha": commit.id,
            "node_id": node("Commit", commit.id),
            "commit": inner,
            "url": self.url(repository, "commits", commit.id),
            "html_url": f"{self.origins.web}/{repository.name}/commit/{commit.id}",
            "author": user(commit.author),
            "committer": user(commit.author),
            "parents": [self._named(repository, parent) for parent in commit.parents],
        }

    def tree(self, repository: GitHubRepository, tree: str, entries: Sequence[Entry]) -> dict[str, Any]:
        """Return the files and folders of a tree."""
        return {
            "sha": tree,
            "url": self.url(repository, "git/trees", tree),
            "tree": [self._entry(repository, entry) for entry in sorted(entries, key=lambda entry: entry.path)],
            "truncated": False,
        }

    def release(self, repository: GitHubRepository, release: Release) -> dict[str, Any]:
        """Return a release with its assets."""
        commit = repository.git.objects.read_commit(repository.tags()[release.tag])
        return {
            "id": release.number,
            "url": self.url(repository, "releases", str(release.number)),
            "html_url": f"{self.origins.web}/{repository.name}/releases/tag/{release.tag}",
            "tag_name": release.tag,
            "target_commitish": repository.facts.default_branch,
            "name": release.name,
            "draft": False,
            "prerelease": release.prerelease,
            "created_at": stamp(commit.date),
            "published_at": stamp(commit.date),
            "author": user(repository.owner),
            "assets": [self._asset(repository, release, asset, commit.date) for asset in release.assets],
        }

    def _asset(self, repository: GitHubRepository, release: Release, asset: Asset, date: datetime) -> dict[str, Any]:
        page = f"{self.origins.web}/{repository.name}/releases"
        return {
            "id": asset.number,
            "url": self.url(repository, "releases/assets", str(asset.number)),
            "name": asset.name,
            "content_type": "application/octet-stream",
            "state": "uploaded",
            "size": len(asset.content),
            "digest": asset.digest,
            "created_at": stamp(date),
            "updated_at": stamp(date),
            "browser_download_url": f"{page}/download/{release.tag}/{asset.name}",
        }

    def _entry(self, repository: GitHubRepository, entry: Entry) -> dict[str, Any]:
        if entry.kind == "directory":
            url = self.url(repository, "git/trees", entry.id)
            return {"path": entry.path, "mode": "040000", "type": "tree", "sha": entry.id, "url": url}
        size = entry.lfs.pointer_size if entry.lfs else entry.size
        url = self.url(repository, "git/blobs", entry.id)
        return {"path": entry.path, "mode": "100644", "type": "blob", "sha": entry.id, "size": size, "url": url}

    def _named(self, repository: GitHubRepository, commit: str) -> dict[str, str]:
        return {"sha": commit, "url": self.url(repository, "commits", commit)}


def user(login: str) -> dict[str, Any]:
    """Return a user, as far as other documents hold one."""
    return {"login": login, "node_id": node("User", login), "type": "User", "site_admin": False}


def node(kind: str, name: str) -> str:
    """Return an identifier of the kind that only GitHub itself reads."""
    return base64.urlsafe_b64encode(f"{kind}:{name}".encode()).decode().rstrip("=")


def stamp(date: datetime) -> str:
    """Return a date as the API writes it."""
    return date.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _license(identifier: str | None) -> dict[str, Any] | None:
    if identifier is None:
        return None
    known = identifier in _LICENSES
    return {
        "key": identifier.lower() if known else "other",
        "name": _LICENSES.get(identifier, "Other"),
        "spdx_id": identifier if known else "NOASSERTION",
        "url": f"https://api.github.com/licenses/{identifier.lower()}" if known else None,
        "node_id": node("License", identifier),
    }
