"""The places that outcomes name, which move when lines are put in or taken out before them."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from ptmdeps.identity import Location
from ptmdeps.scan.references import Outcome, Reference
from ptmdeps.scan.serialization import line_of_outcomes, outcomes_of

if TYPE_CHECKING:
    from ptmdeps.scan.differences import Difference


def in_order(outcomes: Iterable[Outcome]) -> list[Outcome]:
    """Return outcomes in the order of their places, each once."""
    every = set(outcomes)
    places = Counter(map(_place_of, every))
    return sorted(every, key=lambda one: (*(place := _place_of(one)), repr(one) if places[place] > 1 else ""))


def _place_of(outcome: Outcome) -> tuple[str, int, str]:
    return outcome.location.path, outcome.location.line, outcome.loader


def moved(line: str, differences: Mapping[str, Difference]) -> str | None:
    """Return outcomes with the lines that they name in files that changed, both as lines of ``serialization``.

    ``None`` where one of those lines cannot be found any more.

    Raises:
        ForeignError: ``line`` is damaged.
    """
    if not any(json.dumps(path) in line for path in differences):
        return line
    try:
        return line_of_outcomes(in_order(_moved(outcome, differences) for outcome in outcomes_of([line])))
    except LookupError:
        return None


def _moved(outcome: Outcome, differences: Mapping[str, Difference]) -> Outcome:
    location = _place(outcome.location, differences)
    if isinstance(outcome, Reference):
        evidence = tuple(_place(place, differences) for place in outcome.evidence)
        return replace(outcome, location=location, evidence=evidence)
    return replace(outcome, location=location)


def _place(place: Location, differences: Mapping[str, Difference]) -> Location:
    """Return where a place is now.

    Raises:
        LookupError: it cannot be found.
    """
    if place.path not in differences:
        return place
    line = differences[place.path].line(place.line)
    if line is None:
        raise LookupError(str(place))
    return replace(place, line=line)
