"""The table of the information elements, and a model seen through it."""

from __future__ import annotations

from ptmdeps.showing import composition, delivery, development, legal, package, releases, security, technical, training
from ptmdeps.showing.element import Element, Shown
from ptmdeps.showing.evidence import Evidence

ELEMENTS: tuple[Element, ...] = (
    *delivery.ELEMENTS,
    *legal.ELEMENTS,
    *package.ELEMENTS,
    *security.ELEMENTS,
    *development.ELEMENTS,
    *technical.ELEMENTS,
    *composition.ELEMENTS,
    *training.ELEMENTS,
    *releases.ELEMENTS,
)
"""Everything that is to be known of a model, in the order in which it is shown; groups stand together."""


def show(evidence: Evidence) -> Shown:
    """What the evidence says of each element."""
    return Shown(
        key=evidence.key,
        ref=evidence.ref,
        revision=evidence.revision,
        locked=evidence.locked is not None,
        answers=tuple((element, element.collect(evidence)) for element in ELEMENTS),
    )
