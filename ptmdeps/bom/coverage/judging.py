"""How elements are judged: once for the whole bill, or of each component of some kinds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable

from ptmdeps.bom.coverage.model import LACKS, Judgement, Lack
from ptmdeps.bom.fact_names import FactName
from ptmdeps.bom.model import Bom, Component, Kind

Judge = Callable[[Bom], Judgement]
OfBom = Callable[[Bom], object]
OfComponent = Callable[[Bom, Component], object]

_MOST_REASONS = 3

EVERYTHING: tuple[Kind, ...] = ("application", "model", "dataset", "code", "package")


def always(_bom: Bom) -> Judgement:
    """Of what every document of ours has, whatever the bill."""
    return Judgement(whole=1)


def never(lack: Lack) -> Judge:
    """Of what no document of ours has."""
    return lambda _: Judgement(why=(LACKS[lack],))


def once(whole: OfBom, lack: Lack = "manifest", *, half: OfBom | None = None) -> Judge:
    """Of the bill, or of the project: there, half there, or not."""

    def judge(bom: Bom) -> Judgement:
        if whole(bom):
            return Judgement(whole=1)
        return Judgement(half=int(bool(half and half(bom))), why=(LACKS[lack],))

    return judge


def complete(there: OfBom) -> Judge:
    """Of something that is there in part as long as the bill has gaps."""

    def judge(bom: Bom) -> Judgement:
        if there(bom) and bom.completeness == "complete":
            return Judgement(whole=1)
        count = "1 gap" if len(bom.gaps) == 1 else f"{len(bom.gaps)} gaps, such as"
        first = [f"{count}: {bom.gaps[0].text}"] if bom.gaps else []
        unseen = [] if bom.scanned else ["the code was not looked at"]
        return Judgement(half=int(bool(there(bom))), why=tuple((first + unseen) or [LACKS["lock"]]))

    return judge


def each(
    kinds: Iterable[Kind],
    whole: OfComponent,
    *facts: FactName,
    lack: Lack = "card",
    half: OfComponent | None = None,
    among: OfComponent | None = None,
    empty: str = "",
) -> Judge:
    """Of each component of some kinds; models only those that are locked, as others are not part of the system.

    ``facts`` are those whose absence explains that it is missing; ``among`` says of which components it is asked;
    ``empty`` why it is missing where there is none, and without it there is nothing to ask.
    """
    wanted = tuple(kinds)

    def judge(bom: Bom) -> Judgement:
        asked = [one for one in _components(bom, wanted) if among is None or among(bom, one)]
        if empty and not asked:
            return Judgement(why=(empty,))
        lacking = [one for one in asked if not whole(bom, one)]
        return Judgement(
            whole=len(asked) - len(lacking),
            half=sum(1 for one in lacking if half and half(bom, one)),
            of=len(asked),
            lacking=tuple(one.title for one in lacking),
            why=_reasons(lacking, facts, lack),
        )

    return judge


def _components(bom: Bom, kinds: tuple[Kind, ...]) -> list[Component]:
    only_models = kinds == ("model",)
    return [one for one in (bom.project, *bom.components) if one.kind in kinds and (one.shipped or not only_models)]


def _reasons(lacking: list[Component], facts: tuple[FactName, ...], lack: Lack) -> tuple[str, ...]:
    """Why components lack it, the most frequent reason first: what looking for facts came to, else the usual one."""
    found = Counter(
        next((reason for name in facts if (reason := one.why_absent(name))), LACKS[lack]) for one in lacking
    )
    return tuple(reason for reason, _ in sorted(found.items(), key=lambda item: (-item[1], item[0]))[:_MOST_REASONS])


def fact(*names: FactName) -> OfComponent:
    """Whether one of the facts is known of a component."""
    return lambda _, one: any(one.fact(name) for name in names)


def facts(*names: FactName) -> OfComponent:
    """Whether all of the facts are known of a component."""
    return lambda _, one: all(one.fact(name) for name in names)


def attribute(*names: str) -> OfComponent:
    """Whether a component has one of its attributes."""
    return lambda _, one: any(getattr(one, name) for name in names)


def stated(*names: str) -> OfBom:
    """Whether the manifest says one of these of the project."""
    return lambda bom: any(getattr(bom.statements, name) for name in names)


def stated_of(*names: str) -> OfComponent:
    """Whether the manifest says one of these of a component."""
    return lambda _, one: one.said is not None and any(getattr(one.said, name) for name in names)


def either(*tests: OfComponent) -> OfComponent:
    """Whether one of the tests holds."""
    return lambda bom, one: any(test(bom, one) for test in tests)


def hashed(_bom: Bom, one: Component) -> bool:
    """Whether the component, or every file of it, has a digest."""
    return bool(one.hashes or one.files)


def licensed(_bom: Bom, one: Component) -> bool:
    """Whether a licence is concluded."""
    return one.license is not None and bool(one.license.concluded)


def declares(_bom: Bom, one: Component) -> bool:
    """Whether a licence is declared."""
    return one.license is not None and bool(one.license.declared)


def supplied(bom: Bom, one: Component) -> bool:
    """Whether somebody is named who distributes or made it."""
    own = one is bom.project and bom.statements.supplier
    return bool(own or one.supplier or one.authors or one.fact("developer"))
