"""What GitLab says when it does not do something, in our words."""

from __future__ import annotations

from ptmdeps.errors import ForgeConflict, ForgeError, ForgeRefused
from ptmdeps.forges.replies import AGAIN, Reply, refusal, said

LIKE_SCOPES = "Give a token with the scope `api`, of somebody who is at least Developer of the project"
_ADVICE = {
    "insufficient_scope": LIKE_SCOPES,
    "already exists": AGAIN,
    "not allowed to push": "Let the token push there, or give another prefix for branches",
    "protected branch": "Let the token push there, or give another prefix for branches",
    "title is too long": "GitLab takes 255 characters in a title",
    "description is too long": "GitLab takes 1,048,576 characters in a description",
}


def explain(reply: Reply, doing: str) -> ForgeError:
    """The error for people of a refusal of GitLab."""
    words = said(reply).lower()
    error = refusal(reply, doing)
    kind: type[ForgeError] | None = None
    if reply.status in {400, 409} and "already exists" in words:
        kind = ForgeConflict
    elif reply.status in {405, 406, 422}:
        kind = ForgeRefused
        error.hint = "It is a draft, has conflicts, or GitLab has not looked at it yet: the next run tries again"
    elif reply.status == 403:  # noqa: PLR2004
        error.hint = LIKE_SCOPES
    if kind is not None and type(error) is not kind:
        changed = kind(error.message, hint=error.hint)
        changed.status = reply.status
        error = changed
    error.hint = next((advice for part, advice in _ADVICE.items() if part in words), error.hint)
    return error
