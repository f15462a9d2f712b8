"""What is known of one model: the elements of ``showing``, its configuration, and sections of its card."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from ptmdeps.bom.card_facts import CARD_FACTS
from ptmdeps.bom.configured import CONFIGURED, FOLLOWING
from ptmdeps.bom.fact_names import FACTS, FactName
from ptmdeps.bom.model import Absence, Fact, FactValue
from ptmdeps.inspect.evaluations import Result
from ptmdeps.paths import printable
from ptmdeps.showing.element import Answer, Known, Missing
from ptmdeps.showing.elements import ELEMENTS
from ptmdeps.showing.evidence import Evidence
from ptmdeps.showing.values import Access, Length, Memory, Parameters, Part, Software, Value

MAX_ITEMS = 200
"""Items of a list that are kept: cards have thousands of languages and results."""

MAX_TEXT = 2_000
"""Characters of a text that are kept."""

_BY_NAME: Mapping[str, Callable[[Evidence], Answer]] = {element.name: element.collect for element in ELEMENTS}

Shape = Callable[[Value], FactValue | None]
"""From the value of an element to that of a fact; ``None`` where it says nothing of it."""


def _as_it_is(value: Value) -> FactValue | None:
    match value:
        case str():
            return value
        case (str(), *_):
            return tuple(item for item in value if isinstance(item, str))
        case (Part(), *_):
            return tuple((item.name, item.made_by) for item in value if isinstance(item, Part))
        case (Result(), *_):
            return tuple(item for item in value if isinstance(item, Result))
        case _:
            return None


def _number(value: Value) -> FactValue | None:
    match value:
        case Parameters(total=number) | Length(tokens=number) | Memory(size=number):
            return str(number)
        case _:
            return None


def _types(value: Value) -> FactValue | None:
    return tuple((name, str(count)) for name, count in value.types) if isinstance(value, Parameters) else None


def _library(value: Value) -> FactValue | None:
    return value.library if isinstance(value, Software) else None


def _saved_with(value: Value) -> FactValue | None:
    return value.saved_with if isinstance(value, Software) else None


def _terms(value: Value) -> FactValue | None:
    return value.terms if isinstance(value, Access) else None


_SHOWN: Mapping[FactName, tuple[str, Shape]] = {
    "description": ("description", _as_it_is),
    "keywords": ("keywords", _as_it_is),
    "languages": ("languages", _as_it_is),
    "task": ("task", _as_it_is),
    "parameters": ("parameters", _number),
    "tensor-types": ("parameters", _types),
    "memory": ("memory", _number),
    "quantization": ("quantization", _as_it_is),
    "context-length": ("context length", _number),
    "library": ("running environment", _library),
    "saved-with": ("running environment", _saved_with),
    "metrics": ("evaluation", _as_it_is),
    "terms": ("access", _terms),
    "copyright": ("copyright", _as_it_is),
    "entry-points": ("entry points", _as_it_is),
    "parts": ("components", _as_it_is),
    "signature": ("signature", _as_it_is),
}
"""Facts that are elements of ``show``, and what of the element's value is the fact."""


def facts_of(evidence: Evidence) -> tuple[tuple[Fact, ...], tuple[Absence, ...]]:
    """Everything that is known, and what is not with the reason, in the order of ``FACTS``. Never raises."""
    facts: list[Fact] = []
    absences: list[Absence] = []
    answers: dict[str, Answer] = {}
    for name in FACTS:
        found = [fact for fact in map(_bounded, _found(name, evidence, answers)) if fact.value]
        facts += found
        if not found:
            absences.append(Absence(name=name, reason=_why(name, evidence, answers)))
    return tuple(facts), tuple(absences)


def _found(name: FactName, evidence: Evidence, answers: dict[str, Answer]) -> Iterator[Fact]:
    if name in _SHOWN:
        element, shape = _SHOWN[name]
        if element not in answers:
            answers[element] = _BY_NAME[element](evidence)
        answer = answers[element]
        if isinstance(answer, Known) and (value := shape(answer.value)):
            yield Fact(name=name, value=value, source=answer.source)
    elif name in CONFIGURED:
        yield from CONFIGURED[name](evidence)
    elif name in CARD_FACTS:
        yield from CARD_FACTS[name].collect(evidence)


def _why(name: FactName, evidence: Evidence, answers: Mapping[str, Answer]) -> str:
    if name in _SHOWN:
        answer = answers[_SHOWN[name][0]]
        return printable(answer.reason) if isinstance(answer, Missing) else "nothing says it"
    if name in FOLLOWING:
        return "nothing says it"
    if name in CONFIGURED:
        return printable(evidence.absent("config.json", "key for it"))
    return printable(evidence.absent("README.md", CARD_FACTS[name].place))


def _bounded(fact: Fact) -> Fact:
    """Short enough, and without what a terminal would obey."""
    match fact.value:
        case str() as text:
            value: FactValue = _clean(text)
        case values:
            value = tuple(filter(None, map(_item, values[:MAX_ITEMS])))  # type: ignore[assignment]  # of one shape
    return Fact(name=fact.name, value=value, source=printable(fact.source), inferred=fact.inferred)


def _item(item: str | tuple[str, str] | Result) -> str | tuple[str, str] | Result:
    match item:
        case str():
            return _clean(item)
        case Result():
            return Result(
                task=_clean(item.task),
                dataset=_clean(item.dataset),
                metric=_clean(item.metric),
                value=_clean(item.value),
                source=_clean(item.source),
            )
        case name, value:
            return _clean(name), _clean(value)


def _clean(text: str) -> str:
    return printable(" ".join(text.split()), limit=MAX_TEXT)
