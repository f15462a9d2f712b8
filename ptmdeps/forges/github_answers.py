"""What GitHub's API answers with, as the values of the protocol."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from typing import Any, Literal

from ptmdeps.errors import ForgeUnreachable
from ptmdeps.forges.documents import commit_id, flag, number, rows, text, texts
from ptmdeps.forges.protocol import Commit, Issue, PullRequest


def pull_request(item: Mapping[str, Any]) -> PullRequest:
    """A pull request, from a list or alone; a merged one has a date.

    Raises:
        ForgeUnreachable: it is none.
    """
    closed: Literal["merged", "closed"] = "merged" if item.get("merged_at") else "closed"
    return PullRequest(
        number=number(item, "number"),
        branch=text(item, "head", "ref"),
        base=text(item, "base", "ref"),
        head=commit_id(item, "head", "sha"),
        title=text(item, "title"),
        body=text(item, "body", default=""),
        state="open" if item.get("state") == "open" else closed,
        labels=tuple(sorted(texts(item.get("labels"), "name"))),
        draft=flag(item, "draft"),
        url=text(item, "html_url", default=""),
        author=text(item, "user", "login", default=""),
    )


def issue_of(item: Mapping[str, Any]) -> Issue:
    """An issue; its labels are objects, or names only.

    Raises:
        ForgeUnreachable: it is none.
    """
    listed = item.get("labels")
    return Issue(
        number=number(item, "number"),
        title=text(item, "title"),
        body=text(item, "body", default=""),
        state="open" if item.get("state") == "open" else "closed",
        labels=tuple(sorted({*texts(listed, "name"), *texts(listed)})),
        url=text(item, "html_url", default=""),
        author=text(item, "user", "login", default=""),
    )


def commit_of(item: Mapping[str, Any]) -> Commit:
    """A commit with its message.

    Raises:
        ForgeUnreachable: it is none.
    """
    return Commit(
        sha=commit_id(item, "sha"),
        parents=tuple(commit_id(parent, "sha") for parent in rows(item.get("parents"))),
        message=text(item, "commit", "message").rstrip("\n"),
        author=text(item, "commit", "author", "name", default=""),
        email=text(item, "commit", "author", "email", default=""),
    )


def decoded(content: str) -> bytes:
    """The bytes of a file, which comes in lines of base64.

    Raises:
        ForgeUnreachable: it does not.
    """
    try:
        return base64.b64decode("".join(content.split()), validate=True)
    except (binascii.Error, ValueError) as error:
        raise ForgeUnreachable("GitHub sent a file that is not encoded as it says") from error


def is_of(item: object, repository: str, prefix: str) -> bool:
    """Whether a pull request is of a repository, and its branch begins so; of a fork that is gone it is not."""
    head = item.get("head") if isinstance(item, dict) else None
    origin = head.get("repo") if isinstance(head, dict) else None
    if not isinstance(head, dict) or not isinstance(origin, dict):
        return False
    ours = str(origin.get("full_name", "")).lower() == repository.lower()
    return ours and str(head.get("ref", "")).startswith(prefix)
