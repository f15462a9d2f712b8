"""The conditions of licences in a few words each: what is new with another licence is the difference of two sets."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ptmdeps.licenses.bearing import own_licenses
from ptmdeps.licenses.facts import Gate, LicenseFacts
from ptmdeps.lockfile.model import LockedModel
from ptmdeps.render.proposals.quoting import code

_BEYOND = {
    "ask": "another licence is needed",
    "pay": "it has to be paid for",
    "display": "its name has to be displayed",
}
_OUTPUTS = {
    "own-family": "its outputs train only models that are made of it",
    "with-naming": "models trained on its outputs bear its name",
    "with-display": "models trained on its outputs say so",
    "not-competing": "its outputs train no models that compete with it",
    "no": "its outputs train no models",
}
_SHARED = {
    "files": "changed files stay under it",
    "derivatives": "what is made of it is under the same licence",
    "network": "what is made of it is under the same licence, also where it is only served",
}


def duties(model: LockedModel) -> tuple[str, ...]:
    """Markdown for each condition of the licences that a model names, without doubles."""
    named = (license_.facts for license_ in own_licenses(model) if license_.facts)
    return tuple(dict.fromkeys(duty for facts in named for duty in _of(facts)))


def unknown(model: LockedModel) -> tuple[str, ...]:
    """The licences of which nothing is known, as Markdown."""
    return tuple(code(license_.name) for license_ in own_licenses(model) if license_.name and not license_.facts)


def gained(before: LockedModel, after: LockedModel) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The conditions that are new, and those that end."""
    old, new = duties(before), duties(after)
    return _without(new, old), _without(old, new)


def _without(some: Iterable[str], others: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(one for one in some if one not in others)


def _of(facts: LicenseFacts) -> Iterator[str]:
    yield from _of_use(facts)
    yield from _of_derivatives(facts)
    if facts.name_prefix:
        yield f"names of models made of it begin with {code(facts.name_prefix)}"
    yield from (f"to be shown: {code(words.words, 120)}" for words in facts.attribution if words.required)
    if facts.outputs in _OUTPUTS:
        yield _OUTPUTS[facts.outputs]
    if facts.copy_required:
        yield "a copy of the licence goes with copies"
    if facts.mark_changes:
        yield "changed files say so"


def _of_use(facts: LicenseFacts) -> Iterator[str]:
    if facts.research_only:
        yield "**for research only**"
    elif facts.commercial == "no":
        yield "**no commercial use**"
    elif facts.commercial == "conditional":
        yield f"commercial use on terms{f' ({code(facts.commercial_terms)})' if facts.commercial_terms else ''}"
    yield from (_gate(gate) for gate in facts.gates)
    yield from (f"not licensed in {code(', '.join(one.excluded))}" for one in facts.territory)
    if facts.use_policy != "none" or facts.flow_down == "restrictions":
        yield "it forbids some uses" + (", and that is passed on" if facts.use_policy == "flows-down" else "")


def _of_derivatives(facts: LicenseFacts) -> Iterator[str]:
    if facts.no_derivatives:
        yield "**changed copies are not given away**"
    if facts.share_alike in _SHARED:
        yield _SHARED[facts.share_alike]
    if facts.flow_down == "agreement":
        yield "whoever gets what is made of it is bound by the whole licence"


def _gate(gate: Gate) -> str:
    amount = f"{gate.above:,} {gate.currency}".rstrip()
    return f"{_BEYOND[gate.beyond]} from {amount} {gate.measure.replace('-', ' ')} on"
