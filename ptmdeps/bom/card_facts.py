"""Facts that only the prose of a model card says: uses, limitations, training, energy.

What stands there is quoted, bounded and without markup, never summed up. The headings are those of the template of
``huggingface_hub``, of the older template of ``transformers``, and of the cards that ``Trainer`` writes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from ptmdeps.bom.fact_names import FactName
from ptmdeps.bom.model import Fact
from ptmdeps.inspect.card_sections import sections, settings, under
from ptmdeps.inspect.front_matter import UnreadableFrontMatterError, Value, entries, front_matter
from ptmdeps.inspect.prose import labelled, links
from ptmdeps.showing.evidence import CARD, Evidence

_TITLES: Mapping[FactName, tuple[str, ...]] = {
    "intended-use": ("intended use", "intended uses", "direct use", "intended uses limitations", "uses", "use cases"),
    "out-of-scope": ("out of scope use", "out of scope uses", "out of scope", "prohibited uses"),
    "users": ("intended users", "primary intended users", "users"),
    "limitations": (
        "limitations", "known limitations", "limitations and bias", "limitations and biases", "risks and limitations",
        "bias risks and limitations", "technical limitations", "limitations and risks",
    ),
    "ethics": (
        "ethical considerations", "ethical considerations and limitations", "responsibility safety",
        "bias", "bias and fairness", "bias risks and limitations", "limitations and bias", "risks",
        "responsibility and safety", "ethics and safety",
    ),
    "recommendations": ("recommendations",),
    "training": ("training details", "training", "training data", "training procedure", "pretraining", "data"),
    "preprocessing": ("preprocessing", "data preprocessing", "training data preprocessing", "data filtering"),
    "evaluation": ("evaluation", "evaluation results", "results", "performance", "benchmarks"),
    "explainability": ("model examination", "explainability", "interpretability"),
}  # fmt: skip
"""Titles of the sections that say it, the most exact first."""

_HYPERPARAMETERS = ("training hyperparameters", "hyperparameters", "hyperparameter")
_OWN = frozenset(
    title for name in ("out-of-scope", "recommendations", "preprocessing", "explainability") for title in _TITLES[name]
) | frozenset({*_HYPERPARAMETERS, "training results", "framework versions", "downstream use"})
"""Sections with a meaning of their own wherever they stand."""

_MASS = re.compile(r"(?<![\w.,-])(\d[\d.,]{0,15})\s*(kg|kilograms?|g|grams?|t|tons?|tonnes?)\b", re.IGNORECASE)
_ENERGY = re.compile(r"(?<![\w.,-])(\d[\d.,]{0,15})\s*([km])?wh", re.IGNORECASE)
_PAPERS = re.compile(r"https?://(?:www\.)?(?:arxiv\.org/(?:abs|pdf)|doi\.org|aclanthology\.org)/\S+")
_LINKS = ("Repository", "Demo", "Paper")
_MAX_PAPERS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class CardFact:
    """Where a card says something: ``place`` in words, for who misses it."""

    place: str
    collect: Callable[[Evidence], Iterator[Fact]]


_sections = lru_cache(maxsize=4)(sections)
"""Each fact of a card asks for them in turn."""


def _readme(evidence: Evidence) -> bytes:
    return evidence.contents.get(CARD, b"")


def _section(name: FactName) -> CardFact:
    titles = _TITLES[name]

    def collect(evidence: Evidence) -> Iterator[Fact]:
        found = _sections(_readme(evidence))
        for title in titles:
            if said := under(found, {title}, _OWN - {title}):
                yield Fact(name=name, value=said, source=CARD)
                return

    return CardFact(place=f"section “{titles[0].capitalize()}”", collect=collect)


def _label(name: FactName, label: str) -> CardFact:
    def collect(evidence: Evidence) -> Iterator[Fact]:
        if said := labelled(_readme(evidence), label):
            yield Fact(name=name, value=(said,) if name == "developer" else said, source=CARD)

    return CardFact(place=f"line “{label}”", collect=collect)


def _hyperparameters(evidence: Evidence) -> Iterator[Fact]:
    if pairs := settings(_sections(_readme(evidence)), _HYPERPARAMETERS):
        yield Fact(name="hyperparameters", value=pairs, source=CARD)


def _emissions(evidence: Evidence) -> Iterator[Fact]:
    """``co2_eq_emissions`` is in grams (https://huggingface.co/docs/hub/model-cards-co2); prose says its own unit."""
    value = _front(evidence, "co2_eq_emissions")
    grams = value.get("emissions") if isinstance(value, dict) else value
    if isinstance(grams, str) and (number := _as_number(grams)):
        yield Fact(name="emissions", value=number, source=CARD)
        return
    said = labelled(_readme(evidence), "Carbon Emitted")
    match = _MASS.search(said)
    if match and (number := _as_number(match[1])):
        factor = {"g": 1, "k": 1_000, "t": 1_000_000}[match[2][0].lower()]
        yield Fact(name="emissions", value=_times(number, factor), source=CARD)


def _energy(evidence: Evidence) -> Iterator[Fact]:
    for label in ("Energy Consumed", "Energy Consumption", "Energy"):
        match = _ENERGY.search(labelled(_readme(evidence), label))
        if match and (number := _as_number(match[1])):
            prefix = (match[2] or "").lower()
            yield Fact(name="energy", value=_times(number, {"": 0.001, "k": 1, "m": 1_000}[prefix]), source=CARD)
            return


def _hardware(evidence: Evidence) -> Iterator[Fact]:
    value = _front(evidence, "co2_eq_emissions")
    used = value.get("hardware_used") if isinstance(value, dict) else None
    said = used if isinstance(used, str) and used else labelled(_readme(evidence), "Hardware Type")
    if said:
        yield Fact(name="hardware", value=said, source=CARD)


def _papers(evidence: Evidence) -> Iterator[Fact]:
    found = dict.fromkeys(link for link in links(_readme(evidence)) if _PAPERS.match(link))
    if found:
        yield Fact(name="paper", value=tuple(found)[:_MAX_PAPERS], source=CARD)


def _addresses(evidence: Evidence) -> Iterator[Fact]:
    found = [labelled(_readme(evidence), label) for label in _LINKS]
    addresses = tuple(dict.fromkeys(text for text in found if re.fullmatch(r"https?://[^\s<>\"\\]{3,500}", text)))
    if addresses:
        yield Fact(name="links", value=addresses, source=CARD)


def _front(evidence: Evidence, key: str) -> Value:
    readme = _readme(evidence)
    if key.encode() not in readme:
        return None
    try:
        values = [value for _, value in entries(front_matter(readme), {key})]
    except UnreadableFrontMatterError:
        return None
    return values[-1] if values else None


def _as_number(text: str) -> str:
    """As it is written, without separators of thousands; empty for what is no positive number."""
    plain = text.strip().replace(",", "")
    return plain if re.fullmatch(r"\d{1,15}(?:\.\d{1,15})?", plain) and float(plain) > 0 else ""


def _times(number: str, factor: float) -> str:
    return f"{float(number) * factor:.12g}"


CARD_FACTS: Mapping[FactName, CardFact] = {
    **{name: _section(name) for name in _TITLES},
    "developer": _label("developer", "Developed by"),
    "hyperparameters": CardFact(place="section “Training hyperparameters”", collect=_hyperparameters),
    "hardware": CardFact(place="line “Hardware Type”", collect=_hardware),
    "energy": CardFact(place="line “Energy Consumed”", collect=_energy),
    "emissions": CardFact(place="`co2_eq_emissions` and no line “Carbon Emitted”", collect=_emissions),
    "paper": CardFact(place="address of a paper", collect=_papers),
    "links": CardFact(place="line “Repository” with an address", collect=_addresses),
}
"""Facts that stand in the card, and where."""
