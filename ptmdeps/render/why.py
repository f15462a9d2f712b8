"""``why``: the ways to a model, or what breaks without it → text or JSON."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from ptmdeps.graph import Arc, ModelGraph, Node
from ptmdeps.graph.questions import Impact
from ptmdeps.paths import printable
from ptmdeps.render.models import Style, as_json
from ptmdeps.render.quantities import counted
from ptmdeps.requirement import Requirement

_LONGEST_LINE = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One way from the project's code to a model.

    Attributes:
        sites: the load sites.
        models: the models from the one that they load to the target.
        steps: what connects each model with the one after it.
    """

    sites: tuple[str, ...]
    models: tuple[str, ...]
    steps: tuple[tuple[Arc, ...], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Breakage:
    """What becomes of the project if a model goes, with the graph that tells how it is connected."""

    impact: Impact
    graph: ModelGraph


def why_text(ways: Iterable[Way], _: Style) -> str:
    """``app.py:12 → org/adapter → org/base``, one line a load site; what came from another model says how."""
    lines = [" → ".join((site, *_models(way))) for way in ways for site in way.sites]
    return "".join(f"{printable(line, limit=_LONGEST_LINE)}\n" for line in lines)


def why_json(ways: Iterable[Way], _: Style) -> str:
    """The same, for programs."""
    found = [{"sites": list(way.sites), "models": list(way.models), "steps": _steps(way)} for way in ways]
    return as_json({"version": 1, "ways": found})


def impact_text(breakages: Iterable[Breakage], _: Style) -> str:
    """What breaks in groups, a line each; and apart from that, what came from the model."""
    lines = (line for breakage in breakages for line in _impact_lines(breakage))
    return "".join(f"{printable(line, limit=_LONGEST_LINE)}\n" for line in lines)


def impact_json(breakages: Iterable[Breakage], _: Style) -> str:
    """The same, for programs."""
    return as_json({"version": 1, "impacts": [_impact(breakage.impact) for breakage in breakages]})


WHY_FORMATS: Mapping[str, Callable[[Iterable[Way], Style], str]] = {"text": why_text, "json": why_json}
IMPACT_FORMATS: Mapping[str, Callable[[Iterable[Breakage], Style], str]] = {"text": impact_text, "json": impact_json}


def _models(way: Way) -> Iterator[str]:
    for arcs, model in zip_longest(((), *way.steps), way.models, fillvalue=()):
        origins = sorted({arc.relation for arc in arcs if arc.kind == "lineage"})
        needs = any(arc.kind != "lineage" for arc in arcs)
        yield f"{model} ({', '.join(origins)})" if origins and not needs else str(model)


def _steps(way: Way) -> list[list[dict[str, Any]]]:
    return [
        [
            {
                "kind": arc.kind,
                "relation": arc.relation,
                "evidence": list(arc.evidence),
                "confidence": arc.confidence,
            }
            for arc in arcs
        ]
        for arcs in way.steps
    ]


def _impact_lines(breakage: Breakage) -> Iterator[str]:
    impact = breakage.impact
    groups = (
        ("place", "nothing to load", impact.places),
        ("place", "another model to choose", impact.alternatives),
        ("requirement", "no model", [_requirement(wish) for wish in impact.requirements]),
        ("model", "a need that is gone", [_dependent(breakage, node) for node in impact.models]),
    )
    if any(found for _, _, found in groups):
        yield f"Without {impact.node}:"
    else:
        yield f"Nothing breaks without {impact.node}"
    for noun, what, found in groups:
        if found:
            yield f"  {counted(len(found), noun)} with {what}"
            yield from (f"    {one}" for one in found)
    unbroken = [node for node in impact.descendants if node not in impact.models]
    if unbroken:
        yield f"Came from {impact.node}, and do without it:"
        yield from (f"  {_dependent(breakage, node, lineage=True)}" for node in unbroken)


def _requirement(wish: Requirement) -> str:
    name = wish.key.spellings(wish.ref)[0]
    return f"{name} ({', '.join(wish.used_in)})" if wish.used_in else name


def _dependent(breakage: Breakage, node: Node, *, lineage: bool = False) -> str:
    """A node with what connects it to the model that goes, or to what goes with it."""
    gone = {breakage.impact.node, *(breakage.impact.descendants if lineage else breakage.impact.models)}
    arcs = [
        arc
        for arc in breakage.graph.arcs[node]
        if arc.target in gone and (arc.kind == "lineage" if lineage else arc.kind == "runtime")
    ]
    said = dict.fromkeys(f"{arc.relation} of {arc.target}" for arc in arcs)
    return f"{node} ({'; '.join(said)})"


def _impact(impact: Impact) -> dict[str, Any]:
    return {
        "model": str(impact.node),
        "places": [str(node) for node in impact.places],
        "alternatives": [str(node) for node in impact.alternatives],
        "requirements": [
            {"hub": wish.key.hub, "name": wish.key.name, "ref": wish.ref or None, "used_in": list(wish.used_in)}
            for wish in impact.requirements
        ],
        "models": [str(node) for node in impact.models],
        "descendants": [str(node) for node in impact.descendants],
    }
