"""How a model got where it is."""

from __future__ import annotations

from ptmdeps.showing.element import Answer, Element, Known, Missing
from ptmdeps.showing.evidence import Evidence
from ptmdeps.showing.values import Release


def _history(evidence: Evidence) -> Answer:
    if evidence.refs is None:
        return Missing(reason=evidence.unknown or evidence.silent("what its tags are"))
    history = evidence.history
    commits = (*history.newer, *history.past) if history else ()
    dates = {commit.commit: commit.committed for commit in commits}
    places = {commit.commit: place for place, commit in enumerate(commits)}
    if not evidence.versioned:
        return Missing(reason="the hub keeps no versions")
    tags = [ref for ref in evidence.refs if ref.kind == "tag"]
    if not tags:
        return Missing(reason="it has no tags: commits are its only versions")
    tags.sort(key=lambda ref: (places.get(ref.revision, len(places)), ref.name))
    found = (Release(tag=ref.name, revision=ref.revision, committed=dates.get(ref.revision, "")) for ref in tags)
    return Known(value=tuple(found), source="hub")


def _notes(evidence: Evidence) -> Answer:
    past = evidence.history.past if evidence.history else ()
    titled = tuple(commit for commit in past if commit.title)
    if titled:
        return Known(value=titled, source="hub")
    return Missing(reason=evidence.unknown or evidence.silent("what was changed"))


ELEMENTS = (
    Element(
        group="technical",
        name="release history",
        meaning="tags, newest first, with the dates of their revisions",
        sources="the hub's refs and history",
        collect=_history,
    ),
    Element(
        group="technical",
        name="release notes",
        meaning="titles of the commits that led to the revision, newest first",
        sources="the hub's history",
        collect=_notes,
    ),
)
