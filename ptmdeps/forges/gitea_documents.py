"""What Gitea and Forgejo answer with, as the values of ``ptmdeps.forges.protocol``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ptmdeps.forges.documents import commit_id, flag, number, rows, text, texts
from ptmdeps.forges.protocol import Commit, Issue, PullRequest, State

DRAFTS = re.compile(r"\A(?:\s*(?:wip:|\[wip\]|draft:|\[draft\]))+\s*", re.IGNORECASE)
"""How Gitea and Forgejo know a draft: by its title (``WORK_IN_PROGRESS_PREFIXES``)."""


def own(item: object, prefix: str) -> PullRequest | None:
    """A pull request whose branch is of the same repository and begins so.

    ``label`` is how the branch was called, also where it is gone and ``ref`` is ``refs/pull/…``.
    """
    head, base = (item.get("head"), item.get("base")) if isinstance(item, dict) else (None, None)
    if not isinstance(item, dict) or not isinstance(head, dict) or not isinstance(base, dict):
        return None
    source = head.get("repo_id")
    ours = isinstance(source, int) and source == base.get("repo_id")
    return pull_request(item) if ours and str(head.get("label", "")).startswith(prefix) else None


def pull_request(item: Mapping[str, Any]) -> PullRequest:
    """A pull request; of a draft the title is without what makes it one."""
    title, draft = text(item, "title"), flag(item, "draft")
    closed: State = "merged" if flag(item, "merged") else "closed"
    return PullRequest(
        number=number(item, "number"),
        branch=text(item, "head", "label"),
        base=text(item, "base", "ref"),
        head=commit_id(item, "head", "sha"),
        title=DRAFTS.sub("", title) if draft else title,
        body=text(item, "body", default=""),
        state="open" if item.get("state") == "open" else closed,
        labels=tuple(sorted(texts(item.get("labels"), "name"))),
        draft=draft,
        url=text(item, "html_url", default=""),
        author=text(item, "user", "login", default=""),
    )


def issue(item: Mapping[str, Any]) -> Issue:
    """An issue."""
    return Issue(
        number=number(item, "number"),
        title=text(item, "title"),
        body=text(item, "body", default=""),
        state="open" if item.get("state") == "open" else "closed",
        labels=tuple(sorted(texts(item.get("labels"), "name"))),
        url=text(item, "html_url", default=""),
        author=text(item, "user", "login", default=""),
    )


def commit(item: object) -> Commit:
    """A commit."""
    document = rows([item])[0]
    return Commit(
        sha=commit_id(document, "sha"),
        parents=texts(document.get("parents"), "sha"),
        message=text(document, "commit", "message").rstrip("\n"),
        author=text(document, "commit", "author", "name", default=""),
        email=text(document, "commit", "author", "email", default=""),
    )
