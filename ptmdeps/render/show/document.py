"""``show --format json``: one object, version 1; keys are only added within a version."""

from __future__ import annotations

from dataclasses import asdict, is_dataclass

from ptmdeps.render.models import as_json
from ptmdeps.showing.element import Answer, Element, Known, Missing, Shown


def show_json(shown: Shown) -> str:
    """Every element, with its whole value and source, or with the reason why there is none."""
    return as_json(
        {
            "version": 1,
            "model": {
                "hub": shown.key.hub,
                "name": shown.key.name,
                "ref": shown.ref or None,
                "revision": shown.revision,
                "locked": shown.locked,
            },
            "elements": [_element(element, answer) for element, answer in shown.answers],
            "complete": len(shown.answers) - len(shown.missing),
            "of": len(shown.answers),
        }
    )


def _element(element: Element, answer: Answer) -> dict[str, object]:
    known = answer if isinstance(answer, Known) else None
    return {
        "group": element.group,
        "name": element.name,
        "value": _plain(known.value) if known else None,
        "source": known.source if known else None,
        "missing_reason": answer.reason if isinstance(answer, Missing) else None,
    }


def _plain(value: object) -> object:
    """Objects for values with fields, arrays for tuples."""
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    return [_plain(item) for item in value] if isinstance(value, tuple) else value
