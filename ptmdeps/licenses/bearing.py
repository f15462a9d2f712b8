"""What a licence that bears on a model has to do with it, and how that is said."""

from __future__ import annotations

from functools import lru_cache

from ptmdeps.licenses.expressions import names, terms
from ptmdeps.licenses.facts.model import Commercial
from ptmdeps.licenses.lineage import Bond, Holder, Manner, kind_of, said
from ptmdeps.licenses.situation import title
from ptmdeps.licenses.terms import License, base_name, license_of
from ptmdeps.paths import printable

LIKE_ENOUGH = 90
"""Per cent from which on a text is taken for the licence that it resembles, where two sources are compared."""

_COMMON = frozenset(
    {"permissive", "public-domain", "openmdw", "weak-copyleft", "copyleft", "creative-commons", "data"}
    | {"other-model", "research", "meta-research", "apple"}
)
"""Families whose licences do not bind alike: who shares one of them has not the same terms."""

_STRICTNESS: dict[Commercial, int] = {"yes": 0, "conditional": 1, "no": 2}

_WORDS: dict[Manner, str] = {
    "own": "is under",
    "copied": "comes from",
    "derived": "comes from",
    "combined": "is loaded with",
    "distilled": "was distilled from",
    "data": "was trained with",
}


def binds(bond: Bond, license_: License) -> bool:
    """Whether who uses the model is bound by the licence: not by that of data, by a teacher's only if it says so."""
    distilled = bond.manner == "distilled" and license_.facts is not None and license_.facts.distillation
    return bond.manner in {"own", "copied", "derived", "combined"} or distilled


def makes_derivative(bond: Bond, license_: License) -> bool:
    """Whether the model counts as something made of what has the licence."""
    return bond.manner in {"copied", "derived"} or (bond.manner == "distilled" and binds(bond, license_))


def effective(bond: Bond, license_: License) -> bool:
    """Whether the licence is part of what the model is under.

    Its own; those of what is in it or loaded with it; and of what it was trained from those that go on to bind.
    """
    near = bond.manner in {"own", "copied", "combined"}
    return near or (makes_derivative(bond, license_) and (license_.facts is None or license_.binding))


def bearing(bond: Bond, license_: License) -> str:
    """The beginning of a sentence: ```org/a` comes from `org/base` under `CC-BY-NC-4.0```."""
    subject, bearer = printable(title(bond.subject)), printable(title(bond.bearer))
    name = f"`{shown(license_.name)}`" if license_.name else "no licence that it declares"
    if bond.manner == "own":
        return f"`{subject}` is under {name}"
    thing = "the data set " if kind_of(bond.bearer) == "dataset" else ""
    guess = "" if bond.certain else " (as it seems)"
    return f"`{subject}` {_WORDS[bond.manner]} {thing}`{bearer}`{guess} under {name}"


def shown(name: str) -> str:
    """The name of a licence, fit for a message."""
    return printable(name, limit=80)


def own_licenses(holder: Holder) -> tuple[License, ...]:
    """Every licence that a model names for itself, the one that its text is among them."""
    found = holder.license
    recognized = found.recognized if found and found.likeness >= LIKE_ENOUGH else ""
    return _licenses(said(holder), recognized)


@lru_cache(maxsize=4096)
def _licenses(text: str, recognized: str) -> tuple[License, ...]:
    found = [*sorted(names(text)), *((recognized,) if recognized else ())]
    return tuple(license_of(name) for name in dict.fromkeys(found))


def known_licenses(holder: Holder) -> tuple[License, ...]:
    """The same without those of which nothing is known."""
    return tuple(one for one in own_licenses(holder) if one.facts is not None)


def carries(holder: Holder, license_: License) -> bool:
    """Whether a model says itself, in every alternative that it offers, that it is under this licence."""
    found = holder.license
    recognized = found.recognized if found and found.likeness >= LIKE_ENOUGH else ""
    return _carries(said(holder), recognized, base_name(license_.name))


@lru_cache(maxsize=4096)
def _carries(text: str, recognized: str, wanted: str) -> bool:
    offered = (all(wanted in {base_name(name) for name in alternative} for alternative in term) for term in terms(text))
    return wanted == base_name(recognized) or any(offered)


def keeps(holder: Holder, license_: License) -> bool:
    """Whether a model's own licence passes on what this one restricts.

    It does if it is the same, or one of the same family that is as strict; where only commercial use is forbidden, any
    other that forbids it.
    """
    facts = license_.facts
    if facts is None or carries(holder, license_):
        return True
    own = [one.facts for one in known_licenses(holder) if one.facts is not None]
    as_strict = [one for one in own if _STRICTNESS[one.commercial] >= _STRICTNESS[facts.commercial]]
    if facts.flow_down == "none":
        return bool(as_strict)
    return facts.family not in _COMMON and any(one.family == facts.family for one in as_strict)


def of_family(holder: Holder, license_: License) -> bool:
    """Whether a model is itself under a licence of this one's family, where that means anything."""
    family = license_.facts.family if license_.facts else ""
    return family not in {"", *_COMMON} and any(
        one.facts and one.facts.family == family for one in own_licenses(holder)
    )
