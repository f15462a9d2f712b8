"""What is to be known of a licence before one acts on it.

A field says what the text says, not what a court would make of it. ``docs/reference/licenses.md`` prints all records.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Commercial = Literal["yes", "no", "conditional"]
"""Whether commercial use is licensed; ``conditional``: only below a gate, or for some uses (``commercial_terms``)."""

Measure = Literal["monthly-active-users", "annual-revenue", "monthly-revenue"]
"""What a gate measures."""

Beyond = Literal["ask", "pay", "display"]
"""What is asked for beyond a gate: another licence of the licensor, a paid one, or to display a name."""

Place = Literal["display", "notice", "documentation"]
"""Where words of attribution go: where users see them, in a notice file beside the copies, in the documentation."""

Occasion = Literal["distribute", "distribute-or-serve", "train", "publish"]
"""When something is owed: copies are given away; or also served; a model is trained with it; results are published."""

UsePolicy = Literal["none", "binds", "flows-down"]
"""Uses that are forbidden: none, to the licensee only, or also to those who get it or what is made of it from there."""

FlowDown = Literal["none", "restrictions", "agreement"]
"""What terms of derivatives must hold: nothing of this licence, its restrictions of use at least, or all of it."""

Outputs = Literal["yes", "own-family", "with-naming", "with-display", "not-competing", "no", "unsaid"]
"""Whether outputs may train other models.

``own-family``: only models that derive from this one. ``with-naming`` and ``with-display``: if the name of the model
begins with ``name_prefix``, or the words of ``attribution`` are displayed. ``not-competing``: not those that compete
with the licensor's, or no foundation models: the note says which.
"""

ShareAlike = Literal["none", "files", "derivatives", "network"]
"""What must be under the same licence: nothing, changed files, all derivatives, also those that are only served."""

Family = Literal[
    "permissive",
    "public-domain",
    "weak-copyleft",
    "copyleft",
    "creative-commons",
    "data",
    "openmdw",
    "llama",
    "gemma",
    "rail",
    "deepseek",
    "qwen",
    "stability",
    "flux",
    "nvidia",
    "falcon",
    "exaone",
    "lightricks",
    "moonshot",
    "hunyuan",
    "grok",
    "mistral",
    "cohere",
    "apple",
    "meta-research",
    "research",
    "other-model",
]
"""Licences that came from one another or bind alike; ``own-family`` of ``outputs`` means models under one of these."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """A size from which on the licence alone is not enough.

    Attributes:
        measure: what is measured.
        above: the gate is passed by more than this (``inclusive``: by this or more).
        beyond: what is then asked for.
        currency: of ISO 4217, for revenue.
        inclusive: whether the amount itself passes the gate.
        on_release: whether it is measured once, when the model was released, and not as one grows.
    """

    measure: Measure
    above: int
    beyond: Beyond
    currency: str = ""
    inclusive: bool = False
    on_release: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribution:
    """Words that are owed.

    Attributes:
        words: exactly these.
        place: where they go.
        occasion: when.
        required: false where the licence only encourages.
    """

    words: str
    place: Place
    occasion: Occasion = "distribute"
    required: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Territory:
    """Where nothing is licensed.

    Attributes:
        excluded: countries of ISO 3166-1, and ``EU``.
        models: which models of the licence it is about; empty for all.
        who: whom it is about where that is not everybody there.
    """

    excluded: tuple[str, ...]
    models: str = ""
    who: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """Where in the text a fact stands.

    Attributes:
        fact: field of the record.
        where: section of the text, as it numbers itself.
    """

    fact: str
    where: str


def where(**sections: str) -> tuple[Clause, ...]:
    """Where in the text facts stand: field of the record → section."""
    return tuple(Clause(fact=fact, where=section) for fact, section in sections.items())


@dataclass(frozen=True, slots=True, kw_only=True)
class LicenseFacts:
    """What a licence allows and asks for.

    Attributes:
        identifiers: SPDX identifiers and ``LicenseRef-…`` that these facts hold for.
        title: what the text calls itself.
        family: licences that it belongs to.
        commercial: whether commercial use is licensed.
        commercial_terms: under which terms, in a few words, where that is ``conditional``.
        gates: sizes from which on more is asked for.
        name_prefix: with what names of models that are made with it must begin.
        name_prefix_outputs: whether that holds for models trained on its outputs as well.
        attribution: words that are owed.
        use_policy: forbidden uses, and whom they bind.
        use_policy_url: where they stand, if not in the text itself.
        flow_down: what the terms of derivatives must hold.
        outputs: whether outputs may train other models.
        distillation: whether a model that is trained on outputs, or distilled, counts as a derivative.
        territory: where it is not licensed.
        share_alike: what must be under the same licence.
        no_derivatives: whether changed copies may not be given away.
        research_only: whether it is licensed for research alone (which is narrower than non-commercial use).
        copy_required: whether a copy of the licence goes with every copy.
        mark_changes: whether changed files must say so.
        url: address of the text, at its authors' where there is one.
        version: date or version of the text that the facts are of.
        source: where that text was read.
        clauses: where in the text the facts stand.
        checked: whether every fact was read in the text; else some are from hearsay (``note``).
        note: what the fields cannot say, for people.
    """

    identifiers: tuple[str, ...]
    title: str
    family: Family
    commercial: Commercial
    commercial_terms: str = ""
    gates: tuple[Gate, ...] = ()
    name_prefix: str = ""
    name_prefix_outputs: bool = False
    attribution: tuple[Attribution, ...] = ()
    use_policy: UsePolicy = "none"
    use_policy_url: str = ""
    flow_down: FlowDown = "none"
    outputs: Outputs = "yes"
    distillation: bool = False
    territory: tuple[Territory, ...] = ()
    share_alike: ShareAlike = "none"
    no_derivatives: bool = False
    research_only: bool = False
    copy_required: bool = False
    mark_changes: bool = False
    url: str = ""
    version: str = ""
    source: str = ""
    clauses: tuple[Clause, ...] = ()
    checked: bool = True
    note: str = ""
