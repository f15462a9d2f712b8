"""What a list of minimum elements is, and what judging a bill by it comes to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

from ptmdeps.bom.model import Bom

Status = Literal["present", "partly", "missing", "none"]
"""``none``: the bill has nothing that the element is about (no data set that could have a licence of its own)."""

Lack = Literal["card", "hash", "manifest", "lock", "format", "unsigned"]

LACKS: dict[Lack, str] = {
    "card": "neither card nor configuration says it",
    "hash": "the lock holds no hash of it",
    "manifest": "only you know it, and the manifest does not say it",
    "lock": "neither lock nor hub says it",
    "format": "no format has a field for it",
    "unsigned": "ptmdeps writes the document, and does not sign it",
}
"""Why something is missing → in words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """How much of an element is there.

    Attributes:
        whole: how many have all of it.
        half: how many have some of it.
        of: of how many; 0 where nothing is there that could have it.
        lacking: names of those that do not have all of it, in the bill's order.
        why: reasons, each once.
    """

    whole: int = 0
    half: int = 0
    of: int = 1
    lacking: tuple[str, ...] = ()
    why: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Element:
    """One element of a list.

    Attributes:
        cluster: the part of the list in which it stands.
        name: as the list has it.
        asks: what it wants, in our words.
        place: where that stands in the bill (``ptmdeps.bom.model``).
        judge: how it is judged.
        advice: what to do where it is missing.
        limit: what neither format has a field for, so that the element is never wholly there; empty where they do.
        extra: whether the list asks for it only where there is such a thing, or merely recommends it.
    """

    cluster: str
    name: str
    asks: str
    place: str
    judge: Callable[[Bom], Judgement]
    advice: str = ""
    limit: str = ""
    extra: bool = False


def row(
    name: str,
    asks: str,
    place: str,
    judge: Callable[[Bom], Judgement],
    advice: str = "",
    *,
    limit: str = "",
    extra: bool = False,
) -> Element:
    """An element, in one row of a table; ``cluster`` says in which part of the list it stands."""
    return Element(cluster="", name=name, asks=asks, place=place, judge=judge, advice=advice, limit=limit, extra=extra)


def cluster(name: str, *rows: Element) -> tuple[Element, ...]:
    """The elements of one part of a list."""
    return tuple(replace(element, cluster=name) for element in rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class ElementList:
    """A list of minimum elements that somebody published.

    Attributes:
        name: how it is asked for: ``g7``.
        title: as it is published.
        publisher: who did.
        version: of the list; empty where it has none.
        date: when it was published, as precisely as is known.
        url: where it stands.
        read: what our elements were made of, and what that does not cover.
        elements: in the order of the list.
    """

    name: str
    title: str
    publisher: str
    version: str
    date: str
    url: str
    read: str
    elements: tuple[Element, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a bill has of an element."""

    element: Element
    judgement: Judgement

    @property
    def status(self) -> Status:
        """All of it for all, some of it or for some, or nothing."""
        found = self.judgement
        if not found.of:
            return "none"
        if found.whole == found.of:
            return "partly" if self.element.limit else "present"
        return "partly" if found.whole or found.half else "missing"

    @property
    def why(self) -> tuple[str, ...]:
        """Why it is not there, or not all of it; nothing where it is."""
        if self.status in {"present", "none"}:
            return ()
        return tuple(filter(None, (*self.judgement.why, self.element.limit)))

    @property
    def advice(self) -> str:
        """What to do; empty where there is nothing to do."""
        return self.element.advice if self.judgement.whole < self.judgement.of else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """What a bill has of a list."""

    list: ElementList
    answers: tuple[Answer, ...]

    @property
    def counts(self) -> Counter[Status]:
        """How many elements of each status."""
        return Counter(answer.status for answer in self.answers)
