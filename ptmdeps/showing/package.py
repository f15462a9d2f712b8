"""What the package is: who made it, what for, which version, and what came after it."""

from __future__ import annotations

from ptmdeps.inspect.card_notes import successor
from ptmdeps.inspect.prose import description, labelled
from ptmdeps.showing.element import Answer, Element, Known, Missing
from ptmdeps.showing.evidence import CARD, Evidence
from ptmdeps.showing.values import Newer, Version

_HUB = "hub"
_NO_OWNERS = frozenset({"tfhub", "url"})
"""Hubs whose names are addresses."""

MAX_COMMITS = 50
"""Newer commits that are kept; of more, only the number is told."""


def _description(evidence: Evidence) -> Answer:
    if CARD not in evidence.contents:
        return Missing(reason=evidence.absent(CARD))
    text = description(evidence.contents[CARD])
    return Known(value=text, source=CARD) if text else Missing(reason=f"`{CARD}` has no paragraph of prose")


def _authors(evidence: Evidence) -> Answer:
    """The owner of the repository, who the card says developed it, and who wrote the commits."""
    said: dict[str, str] = {}
    if evidence.described and evidence.described.facts.author:
        said[evidence.described.facts.author] = _HUB
    elif "/" in evidence.key.name and not evidence.nothing and evidence.key.hub not in _NO_OWNERS:
        said[evidence.key.name.partition("/")[0]] = "ptm.lock"
    if CARD in evidence.contents and (developer := labelled(evidence.contents[CARD], "Developed by")):
        said.setdefault(developer, CARD)
    for commit in evidence.history.past if evidence.history else ():
        for author in commit.authors:
            said.setdefault(author, _HUB)
    if not said:
        return Missing(reason=evidence.silent("who made it"))
    return Known(value=tuple(said), source=", ".join(dict.fromkeys(said.values())))


def _keywords(evidence: Evidence) -> Answer:
    """Free tags: those that the hub makes of other fields (``license:mit``) are shown with these fields."""
    if evidence.card and evidence.card.tags:
        return Known(value=evidence.card.tags, source=CARD)
    tags = evidence.described.facts.tags if evidence.described else ()
    if free := tuple(tag for tag in tags if ":" not in tag):
        return Known(value=free, source=_HUB)
    return Missing(reason=evidence.absent(CARD, "`tags`"))


def _downloads(evidence: Evidence) -> Answer:
    count = evidence.described.facts.downloads if evidence.described else None
    return (
        Known(value=count, source=_HUB) if count is not None else Missing(reason=evidence.silent("how many there are"))
    )


def _likes(evidence: Evidence) -> Answer:
    count = evidence.described.facts.likes if evidence.described else None
    return (
        Known(value=count, source=_HUB) if count is not None else Missing(reason=evidence.silent("how many there are"))
    )


def _created(evidence: Evidence) -> Answer:
    date = evidence.described.facts.created if evidence.described else ""
    return Known(value=date, source=_HUB) if date else Missing(reason=evidence.silent("when it was made"))


def _committed(evidence: Evidence) -> Answer:
    if evidence.locked and evidence.locked.committed:
        return Known(value=evidence.locked.committed, source="ptm.lock")
    past = evidence.history.past if evidence.history else ()
    if past and past[0].committed:
        return Known(value=past[0].committed, source=_HUB)
    return Missing(reason=evidence.unknown or evidence.silent("when the revision was made"))


def _modified(evidence: Evidence) -> Answer:
    date = evidence.described.facts.modified if evidence.described else ""
    return Known(value=date, source=_HUB) if date else Missing(reason=evidence.silent("when it was last changed"))


def _version(evidence: Evidence) -> Answer:
    tags = tuple(ref.name for ref in evidence.refs or () if ref.kind == "tag" and ref.revision == evidence.revision)
    sources = ["ptm.lock"] if evidence.locked else []
    sources += [_HUB] if evidence.described else []
    value = Version(revision=evidence.revision, ref=evidence.ref, tags=tags)
    return Known(value=value, source=", ".join(sources) or _HUB)


def _newer(evidence: Evidence) -> Answer:
    history, refs = evidence.history, evidence.refs
    next_model = successor(evidence.contents[CARD]) if CARD in evidence.contents else ""
    if history is None or refs is None:
        if next_model:
            return Known(value=Newer(branch="", head="", unrelated=False, successor=next_model), source=CARD)
        return Missing(reason=evidence.unknown or evidence.silent("what came after it"))
    if not evidence.versioned:
        return Missing(reason="the hub keeps no versions: `ptmdeps outdated` says whether it moved")
    head = history.newer[0].commit if history.newer else evidence.revision
    places = {commit.commit: place for place, commit in enumerate(history.newer)}
    tags = sorted((places[ref.revision], ref.name) for ref in refs if ref.kind == "tag" and ref.revision in places)
    leads = next((ref.revision for ref in refs if ref.name == evidence.ref), "")
    return Known(
        value=Newer(
            branch=history.branch
            or next((ref.name for ref in refs if ref.kind == "branch" and ref.revision == head), ""),
            head=head,
            count=len(history.newer),
            more=history.more,
            unrelated=not history.holds and not history.more,
            moved=leads if leads not in {"", evidence.revision, head} else "",
            tags=tuple(name for _, name in tags),
            commits=history.newer[:MAX_COMMITS],
            successor=next_model,
        ),
        source=f"{_HUB}, {CARD}" if next_model else _HUB,
    )


ELEMENTS = (
    Element(
        group="package",
        name="description",
        meaning="the first paragraph of the card, without markup",
        sources="`README.md`",
        collect=_description,
    ),
    Element(
        group="package",
        name="authors",
        meaning="the owner of the repository, who the card says developed it, and who committed",
        sources="the hub; `Developed by` in the card",
        collect=_authors,
    ),
    Element(
        group="package",
        name="keywords",
        meaning="free tags",
        sources="`tags` of the card; else the hub",
        collect=_keywords,
    ),
    Element(
        group="package",
        name="downloads",
        meaning="of the last thirty days, of all revisions together",
        sources="the hub",
        collect=_downloads,
    ),
    Element(group="package", name="likes", meaning="of users of the hub", sources="the hub", collect=_likes),
    Element(
        group="package",
        name="created",
        meaning="when the repository was made",
        sources="the hub",
        collect=_created,
    ),
    Element(
        group="package",
        name="committed",
        meaning="when the revision was made",
        sources="`ptm.lock`; else the hub's history",
        collect=_committed,
    ),
    Element(
        group="package",
        name="modified",
        meaning="when the repository was last changed, on any branch",
        sources="the hub",
        collect=_modified,
    ),
    Element(
        group="package",
        name="version",
        meaning="the revision that is shown, the ref that was asked for, and the tags on it",
        sources="`ptm.lock`; the hub's refs",
        collect=_version,
    ),
    Element(
        group="package",
        name="newer versions",
        meaning="commits and tags since, whether the ref leads elsewhere now, and a successor that the card names",
        sources="the hub's refs and history; `new_version` of the card",
        collect=_newer,
    ),
)
