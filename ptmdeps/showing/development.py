"""Where a model is developed, and where people talk about it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from ptmdeps.inspect.prose import body, links
from ptmdeps.showing.element import Answer, Element, Known, Missing
from ptmdeps.showing.evidence import CARD, Evidence

_HUB = "hub"
_ISSUES: Mapping[str, str] = {
    "huggingface": "{page}/discussions",
    "kaggle": "{page}/discussion",
    "spacy": "https://github.com/explosion/spaCy/discussions",
    "torchhub": "{page}/issues",
}
"""Where a hub has a place for problems of a model."""

_OF_CODE = frozenset({"torchhub"})
"""Hubs whose models are repositories of code themselves."""
_CODE = re.compile(
    r"https?://(?:www\.)?(github\.com|gitlab\.com|codeberg\.org|bitbucket\.org)/([\w.-]{1,100})/([\w.-]{1,100})"
)
_NO_OWNERS = frozenset({"apps", "assets", "features", "login", "marketplace", "orgs", "settings", "sponsors", "topics"})
_ARXIV = re.compile(
    r"(?:arxiv\.org/(?:abs|pdf|html)/|huggingface\.co/papers/|hf\.co/papers/|\barxiv:\s?|eprint\s{0,5}=\s{0,5}[{\"]\s?)"
    r"(\d{4}\.\d{4,5}|[a-z-]{2,20}(?:\.[A-Z]{2})?/\d{7})",
    re.IGNORECASE,
)
_DOI = re.compile(
    r"(?:doi\.org/|\bdoi:\s?|\bdoi\s{0,5}=\s{0,5}[{\"]\s?)(10\.\d{4,9}/[^\s\"'<>{},;\])]{1,200})", re.IGNORECASE
)


def _issues(evidence: Evidence) -> Answer:
    place = _ISSUES.get(evidence.key.hub)
    if place is None or not evidence.page:
        return Missing(reason=f"no place for them is known of the hub `{evidence.key.hub}`")
    return Known(value=place.format(page=evidence.page), source=_HUB)


def _repository(evidence: Evidence) -> Answer:
    return Known(value=evidence.page, source=_HUB) if evidence.page else Missing(reason="the hub has no pages")


def _source(evidence: Evidence) -> Answer:
    """Repositories of code that the card links to, the first ones being those that matter most often."""
    if evidence.key.hub in _OF_CODE and evidence.page:
        return Known(value=(evidence.page,), source=_HUB)
    if CARD not in evidence.contents:
        return Missing(reason=evidence.absent(CARD))
    found = tuple(dict.fromkeys(_repositories(links(evidence.contents[CARD]))))
    if found:
        return Known(value=found, source=CARD)
    return Missing(reason=f"`{CARD}` links to no repository of code")


def _repositories(addresses: tuple[str, ...]) -> Iterator[str]:
    for address in addresses:
        match = _CODE.match(address)
        if match and match[2].lower() not in _NO_OWNERS:
            yield f"https://{match[1]}/{match[2]}/{match[3].removesuffix('.git').rstrip('.')}"


def _papers(evidence: Evidence) -> Answer:
    tags = "\n".join(evidence.described.facts.tags) if evidence.described else ""
    text = body(evidence.contents[CARD]) if CARD in evidence.contents else ""
    said: dict[str, str] = {}
    for place, source in ((text, CARD), (tags, _HUB)):
        for match in _ARXIV.finditer(place):
            said.setdefault(f"https://arxiv.org/abs/{match[1]}", source)
        for match in _DOI.finditer(place):
            said.setdefault(f"https://doi.org/{match[1].rstrip('.')}", source)
    if said:
        return Known(value=tuple(said), source=", ".join(dict.fromkeys(said.values())))
    if CARD not in evidence.contents:
        return Missing(reason=evidence.absent(CARD))
    return Missing(reason=f"`{CARD}` names no arXiv number and no DOI")


ELEMENTS = (
    Element(
        group="development",
        name="issues",
        meaning="where problems with it are discussed",
        sources="the hub",
        collect=_issues,
    ),
    Element(
        group="development",
        name="repository",
        meaning="its page at the hub",
        sources="the hub",
        collect=_repository,
    ),
    Element(
        group="development",
        name="source code",
        meaning="repositories of code that the card links to",
        sources="links in `README.md`",
        collect=_source,
    ),
    Element(
        group="development",
        name="papers",
        meaning="arXiv numbers and DOIs",
        sources="`README.md`; tags of the hub",
        collect=_papers,
    ),
)
