"""The newest commit that is not too new."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from ptmdeps.errors import RevisionNotFound
from ptmdeps.hubs.description import Revision
from ptmdeps.hubs.huggingface.client import Client
from ptmdeps.paths import printable

_COMMITS_A_PAGE = 100
_MOST_PAGES = 200


def commit_until(client: Client, name: str, ref: str, not_after: str) -> str:
    """The first commit of the history of ``ref`` (empty: the default branch) that was made until ``not_after``.

    Times are those that the hub gives, which are those that authors gave: they keep surprises off, not somebody who
    dates commits back. A tag means one commit, so that a tag of a newer one means none.

    Raises:
        RevisionNotFound: there is none; it says how old the oldest is.
        HubError: the hub does not say.
    """
    oldest = ""
    for count, revision in enumerate(_history(client, name, ref)):
        if revision.committed and revision.committed <= not_after:
            return revision.commit
        if count == 0 and ref and any(found.kind == "tag" and found.name == ref for found in client.refs(name)):
            raise _too_new(f"{name}@{ref}", f"was made at {revision.committed}", not_after)
        oldest = revision.committed or oldest
    subject = f"{name}@{ref}" if ref else name
    raise _too_new(
        subject, f"has no commit that is old enough, the oldest is of {oldest or 'no known time'}", not_after
    )


def _history(client: Client, name: str, ref: str) -> Iterator[Revision]:
    for page in itertools.count():
        revisions = client.history_page(name, ref, page=page, limit=_COMMITS_A_PAGE)
        yield from revisions
        if len(revisions) < _COMMITS_A_PAGE or page == _MOST_PAGES:
            return


def _too_new(subject: str, what: str, not_after: str) -> RevisionNotFound:
    name = printable(subject.partition("@")[0])
    return RevisionNotFound(
        f"`{printable(subject)}` {what}, and `exclude-newer` allows none after {not_after}",
        hint=f'Set a later `exclude-newer`, or `exclude-newer-model = {{ "{name}" = false }}`',
    )
