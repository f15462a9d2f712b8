"""Evidence as annotations: where something is loaded, who says what, and what nobody knows.

SPDX 3.0.1 has no fields for places in code, for the source of a fact or for the reason of its absence. One annotation a
package holds them as JSON (``contentType: application/json``), with these keys, each only where it has something:

- ``occurrences``: path, line, symbol, resolution and confidence of every place that loads it;
- ``facts``: name, value, source and whether it is inferred, of what has no field of its own, or contradicts it;
- ``sources``: name → who says so, of what has one;
- ``unknown``: name → why it is not known;
- ``missing``: fields that a profile demands and nobody could fill;
- ``license``: what stands in the card, in which file, and how like the text is to the licence;
- ``properties``: the rest, ``ptmdeps:…``.
"""

from __future__ import annotations

import json
from typing import Any

from ptmdeps.bom.model import Bom, Component, Fact, Occurrence
from ptmdeps.bom.spdx.profiles import IN_FIELDS
from ptmdeps.manifest.bom import BomStatements

_NAMESPACE = "ptmdeps:"

_ONE_OF = frozenset({"description", "task", "energy"})
"""Facts of which a field holds the first, where two sources do not agree."""


def note_of(component: Component) -> str:
    """What the annotation of a component says; empty where there is nothing to say."""
    in_fields = IN_FIELDS if component.kind == "model" else frozenset({"description"})
    facts = component.facts
    contradicting = [one for one in facts if one.name in _ONE_OF and one is not component.fact(one.name)]
    content: dict[str, Any] = {
        "occurrences": [_occurrence(one) for one in component.occurrences],
        "facts": [_fact(one) for one in facts if one.name not in in_fields or one in contradicting],
        "sources": {one.name: one.source for one in reversed(facts) if one.name in in_fields},
        "unknown": {one.name: one.reason for one in component.absences},
        "license": _license(component),
        "properties": dict(_properties(component)),
    }
    return _json(content)


def note_of_project(bom: Bom) -> str:
    """What the annotation of the project says: what the manifest states beyond the fields, and what is not complete."""
    said = bom.statements
    content: dict[str, Any] = {
        "occurrences": [_occurrence(one) for one in bom.project.occurrences],
        "statements": _statements(said),
        "gaps": [
            {"what": gap.what, "text": gap.text, **({"component": gap.component} if gap.component else {})}
            for gap in bom.gaps
        ],
        "unknown": {one.name: one.reason for one in bom.project.absences},
        "properties": {**dict(_properties(bom.project)), f"{_NAMESPACE}lock:sha256": bom.lock},
    }
    return _json(content)


def _json(content: dict[str, Any]) -> str:
    said = {key: value for key, value in content.items() if value}
    return json.dumps(said, ensure_ascii=False, sort_keys=True) if said else ""


def _occurrence(one: Occurrence) -> dict[str, str | int | float]:
    found: dict[str, str | int | float] = {"path": one.path, "confidence": one.confidence}
    return found | {
        key: value
        for key, value in (("line", one.line), ("symbol", one.symbol), ("resolution", one.resolution))
        if value
    }


def _fact(fact: Fact) -> dict[str, str | bool]:
    said: dict[str, str | bool] = {"name": fact.name, "value": fact.text, "source": fact.source}
    return {**said, "inferred": True} if fact.inferred else said


def _license(component: Component) -> dict[str, str | int]:
    known = component.license
    if known is None:
        return {}
    said: dict[str, str | int] = {
        "declared": known.declared,
        "evidence": known.evidence,
        "link": known.link,
        "text": known.text,
        "sha256": known.sha256,
        "recognized": known.recognized,
        "likeness": known.likeness,
    }
    return {key: value for key, value in said.items() if value}


def _properties(component: Component) -> list[tuple[str, str]]:
    own = [(name if name.startswith(_NAMESPACE) else _NAMESPACE + name, value) for name, value in component.properties]
    rest = [
        ("shipped", "" if component.shipped else "false"),
        ("missing", component.missing),
        ("gated", component.gated),
        ("remote-code", "true" if component.remote_code else ""),
        ("card:sha256", component.card),
        ("refs", ", ".join(component.refs)),
        ("entrypoints", ", ".join(component.entrypoints)),
        ("size", str(component.size or "")),
    ]
    return [*own, *((_NAMESPACE + name, value) for name, value in rest if value)]


def _statements(said: BomStatements) -> dict[str, Any]:
    return {
        key: list(value) if isinstance(value, tuple) else value
        for key, value in (
            ("intended-use", said.intended_use),
            ("domains", said.domains),
            ("inputs", said.inputs),
            ("outputs", said.outputs),
            ("data-flow", said.data_flow),
            ("data-usage", said.data_usage),
            ("security-controls", said.security_controls),
            ("security-compliance", said.security_compliance),
            ("security-metrics", said.security_metrics),
            ("operational-metrics", said.operational_metrics),
            ("lifecycle", said.lifecycle),
            ("revision", said.revision if said.revision > 1 else ""),
        )
        if value
    }
