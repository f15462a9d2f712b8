"""What happened to a model since it was locked: its history, cut at the locked revision."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ptmdeps.hubs.description import Revision

MAX_COMMITS = 2000
"""How far back the locked revision is looked for."""

MAX_KEPT = 50
"""Commits that are kept; of more, only the number is told."""

EARLIER = 100
"""Commits before the locked one whose authors count as known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """The commits after the locked one.

    Attributes:
        commits: the newest of them, newest first.
        count: how many there are, as far as was looked.
        found: whether the locked revision is among the ancestors.
        exhausted: whether the history was read to its end; neither found nor exhausted: nobody looked further.
        new_authors: who wrote some of them, and none of the ``EARLIER`` before, sorted; empty where that is not known.
    """

    commits: tuple[Revision, ...] = ()
    count: int = 0
    found: bool = False
    exhausted: bool = False
    new_authors: tuple[str, ...] = ()

    @property
    def rewritten(self) -> bool:
        """The locked revision is no ancestor: somebody replaced history."""
        return self.exhausted and not self.found


def news_since(history: Iterable[Revision], locked: str) -> News:
    """Cut a history (newest first, read lazily) at the locked commit."""
    new: list[Revision] = []
    known: set[str] = set()
    earlier = -1
    exhausted = True
    for revision in history:
        if revision.commit == locked:
            earlier = 0
        if earlier >= 0:
            known.update(revision.authors)
            earlier += 1
        else:
            new.append(revision)
        if earlier >= EARLIER or len(new) >= MAX_COMMITS:
            exhausted = False
            break
    found = earlier >= 0
    authors = {author for revision in new for author in revision.authors}
    return News(
        commits=tuple(new[:MAX_KEPT]),
        count=len(new),
        found=found,
        exhausted=exhausted,
        new_authors=tuple(sorted(authors - known)) if found else (),
    )
