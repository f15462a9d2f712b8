"""The title of a pull request: what moves, from where to where."""

from __future__ import annotations

from ptmdeps.proposing.naming import shortened
from ptmdeps.proposing.proposal import Proposal
from ptmdeps.render.proposals.quoting import for_title
from ptmdeps.render.quantities import counted

MAX_TITLE = 200
"""Characters; forges take 255 or 256, and a merge adds the number to it."""

_NAME = 110


def title(proposal: Proposal) -> str:
    """``chore(models): update acme/encoder 86b5e09 → 6d2f3c1``; of a group, its name and how many models."""
    prefix = proposal.prefix
    verb = "update" if prefix else "Update"
    if len(proposal.moving) == 1:
        one = proposal.moving[0]
        before, after = one.before, one.after
        ref = f" ({for_title(after.ref, 40)})" if after.ref else ""
        was = for_title(before.key.label, _NAME // 2)
        name = for_title(after.key.label, _NAME if before.key == after.key else _NAME // 2)
        named = name if before.key == after.key else f"{was} to {name}"
        revisions = " → ".join(for_title(shortened(revision), 20) for revision in (before.revision, after.revision))
        text = f"{verb} {named}{ref} {revisions}"
    else:
        name = f" of {for_title(proposal.group, _NAME)}" if proposal.group else ""
        text = f"{verb} {counted(len(proposal.moving), 'model')}{name}"
    return f"{prefix}{text}"[:MAX_TITLE]
