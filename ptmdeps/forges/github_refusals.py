"""What GitHub says when it does not do something, in our words: above all, which permission is missing."""

from __future__ import annotations

import re
from dataclasses import replace

from ptmdeps.errors import ForgeDenied, ForgeError, ForgeRateLimited, ForgeRefused
from ptmdeps.forges.replies import AGAIN, Reply, refusal, said
from ptmdeps.hubs.redirects import host
from ptmdeps.paths import printable

STARTS_NO_CI = (
    "pull requests that are opened with the `GITHUB_TOKEN` of GitHub Actions start no workflows: give the token of an "
    "app or of a person where checks shall run"
)

_PERMISSIONS = {
    "contents": "contents: write",
    "pull_requests": "pull-requests: write",
    "issues": "issues: write",
    "workflows": "workflows: write",
}
_NEEDED = (
    (re.compile(r"/git/|/merge$"), "contents: write"),
    (re.compile(r"/pulls\b"), "pull-requests: write"),
    (re.compile(r"/(issues|labels)\b"), "issues: write"),
    (re.compile(r"/graphql$"), "contents: write` and `pull-requests: write"),
)
_REPOSITORY = re.compile(r".*?/repos/[^/]+/[^/]+")
_MAKING = re.compile(r"/(git/(refs|blobs|trees|commits)|pulls|issues|labels)")
"""What is posted to is there if the repository is: a 404 is a missing permission."""
_SETTINGS = "Settings → Actions → General → `Allow GitHub Actions to create and approve pull requests`"


def explain(reply: Reply, doing: str) -> ForgeError:
    """The error for people of a refusal of the REST API."""
    text, path = said(reply), _REPOSITORY.sub("", reply.url.partition("?")[0], count=1)
    plain = refusal(reply, doing)
    forbidden, hidden = reply.status == 403, reply.status == 404  # noqa: PLR2004
    if forbidden and "not permitted to create or approve pull requests" in text:
        plain.hint = f"Allow it: {_SETTINGS}; or give the token of an app or a person"
    elif forbidden and "x-github-sso" in reply.headers:
        plain.hint = "The organisation asks for single sign-on: authorise the token for it, in the settings of tokens"
    elif (forbidden or hidden) and reply.method != "GET":
        needed = _needed(reply, path)
        if hidden and not _MAKING.fullmatch(path):
            plain.hint = f"Either there is none by now, or the token lacks `{needed}`"
            return plain
        denied = ForgeDenied(f"{plain.message}; the token lacks `{needed}`", hint=_grant(needed))
        denied.status = reply.status
        return denied
    elif reply.status == 422:  # noqa: PLR2004
        plain.hint = _advice(text)
    elif reply.status == 410:  # noqa: PLR2004
        refused = ForgeRefused(plain.message, hint="Turn issues on in the settings of the repository")
        refused.status = reply.status
        return refused
    return plain


def explain_graphql(reply: Reply, doing: str, errors: object) -> ForgeError:
    """The error for people of the ``errors`` of a GraphQL answer, whose status is 200."""
    listed = [one for one in errors if isinstance(one, dict)] if isinstance(errors, list) else []
    kinds = {str(one.get("type", "")) for one in listed}
    message = printable("; ".join(str(one.get("message", "")) for one in listed), limit=400)
    text = f"`{host(reply.url)}` does not {doing}: {message}"
    if "RATE_LIMITED" in kinds:
        return ForgeRateLimited(text, hint=f"Wait a while. {AGAIN}")
    if "FORBIDDEN" in kinds or "not accessible by" in message:
        needed = _needed(reply, reply.url)
        return ForgeDenied(f"{text}; the token lacks `{needed}`", hint=_grant(needed))
    if "NOT_FOUND" in kinds:
        return refusal(replace(reply, status=404), doing)
    return ForgeRefused(text, hint=_advice(message))


def _needed(reply: Reply, path: str) -> str:
    """The permission that GitHub names, else the one that its documentation does for that address."""
    for part in re.split(r"[,;]\s*", reply.headers.get("x-accepted-github-permissions", "")):
        name, _, level = part.partition("=")
        if level == "write" and name in _PERMISSIONS:
            return _PERMISSIONS[name]
    return next((needed for pattern, needed in _NEEDED if pattern.search(path)), "contents: write")


def _grant(needed: str) -> str:
    return f"Grant `{needed}`: under `permissions` of the workflow, or in the settings of the token or the app"


def _advice(text: str) -> str | None:
    """What to do about the refusals that people meet, by a part of GitHub's words."""
    found = (advice for words, advice in _ADVICE.items() if words in text.lower())
    return next(found, None)


_ADVICE = {
    "too long": "Shorten it: GitHub takes 65,536 characters in a body and 256 in a title",
    "draft pull requests are not supported": "Do without `draft`: the plan of that repository has none",
    "no commits between": "The branch holds nothing that its base has not",
    "not a collaborator": "Give reviewers who may read the repository, and teams that were given access to it",
    "from pull request author": "Do not ask the one for a review whose token it is",
    "auto merge is not allowed": "Allow it: Settings → General → `Allow auto-merge`",
    "unstable status": "Some checks have not passed. The next run tries again, or make those checks required",
    "protected branch rules not configured": "Protect the base with a required check: nothing else can be waited for",
    "is in draft": "A draft is not merged: take `draft` or auto-merge out of the settings",
    "protected branch": "Let the token pass the rules of that branch, or give another prefix for branches",
    "repository rule violations": "Let the token pass the rules of that branch, or give another prefix for branches",
}
