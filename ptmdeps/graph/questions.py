"""What people ask the graph: what breaks, where something comes from, what goes round, what nobody leads to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ptmdeps.graph.building import node_of
from ptmdeps.graph.model import PROJECT, Arc, ModelGraph, Node, is_need
from ptmdeps.graph.walking import back, components, depends, onward, steps
from ptmdeps.lockfile.model import LockedModel, Lockfile
from ptmdeps.requirement import Requirement


@dataclass(frozen=True, slots=True, kw_only=True)
class Impact:
    """What becomes of a project if a model goes.

    Attributes:
        node: the model.
        places: places of the project that load nothing then, sorted.
        alternatives: places that can load another one instead, sorted.
        requirements: what the project asks for and gets no more, sorted.
        models: locked models that cannot be loaded without it, sorted.
        descendants: what came from it, nearest first: not broken, but its licence and its faults are theirs as well.
    """

    node: Node
    places: tuple[Node, ...] = ()
    alternatives: tuple[Node, ...] = ()
    requirements: tuple[Requirement, ...] = ()
    models: tuple[Node, ...] = ()
    descendants: tuple[Node, ...] = ()


def impact(graph: ModelGraph, lockfile: Lockfile, node: Node) -> Impact:
    """What breaks if ``node`` goes and, apart from that, what came from it."""
    needing = back(graph, lambda arc: arc.kind == "runtime")
    broken = (node, *(one for _, one in steps(needing, (node,))))
    gone = set(broken)
    loading = [arc for arcs in graph.arcs.values() for arc in arcs if arc.source.kind == "place" and arc.target in gone]
    places = {arc.source for arc in loading if not _has_other(graph, arc, gone)}
    return Impact(
        node=node,
        places=tuple(sorted(places)),
        alternatives=tuple(sorted({arc.source for arc in loading} - places)),
        requirements=tuple(
            wish
            for wish in lockfile.requirements
            if (found := lockfile.find(wish.key, wish.ref)) is not None and node_of(found) in gone
        ),
        models=tuple(sorted(gone - {node})),
        descendants=dependents(graph, node, lineage=True),
    )


def dependents(graph: ModelGraph, node: Node, *, lineage: bool = False) -> tuple[Node, ...]:
    """What needs ``node`` or, with ``lineage``, came from it, directly and otherwise; nearest first."""

    def counts(arc: Arc) -> bool:
        return arc.kind == "lineage" if lineage else is_need(arc)

    return tuple(one for _, one in steps(back(graph, counts), (node,)))


def origins(graph: ModelGraph, node: Node) -> tuple[Node, ...]:
    """Where a model comes from in the end, sorted: those of its ancestors of which no origin is known."""
    came_from = onward(graph, lambda arc: arc.kind == "lineage")
    return tuple(sorted(one for _, one in steps(came_from, (node,)) if not any(came_from(one))))


def cycles(graph: ModelGraph) -> tuple[tuple[Node, ...], ...]:
    """A shortest circle for each group of nodes that lead to each other, from its smallest node on; sorted."""
    # nothing leads to a place, and a dataset leads nowhere
    neighbours = {
        node: [arc.target for arc in arcs if depends(arc) and graph.arcs[arc.target]]
        for node, arcs in graph.arcs.items()
        if arcs and node.kind == "model"
    }
    groups = ((set(group), min(group)) for group in components(neighbours))
    circles = (
        _circle({node: [one for one in neighbours[node] if one in group] for node in group}, first)
        for group, first in groups
        if len(group) > 1 or first in neighbours[first]
    )
    return tuple(sorted(circles))


def orphans(graph: ModelGraph, lockfile: Lockfile) -> tuple[Node, ...]:
    """Models that are locked though nothing leads there, and those that are needed or loaded and not locked; sorted.

    What lineage or a dataset's load names is never locked, so that it is no orphan.
    """
    asked = {
        node_of(found) for wish in lockfile.requirements if (found := lockfile.find(wish.key, wish.ref)) is not None
    }
    begin = asked | ({PROJECT} & graph.nodes.keys())
    reached = begin | {node for _, node in steps(onward(graph, is_need), begin)}
    needs = (arc.target for arcs in graph.arcs.values() for arc in arcs if is_need(arc))
    named = {target for target in needs if target.kind == "model"}
    lost = {node for node, known in graph.nodes.items() if isinstance(known, LockedModel)} - reached
    return tuple(sorted(lost | {node for node in named if not isinstance(graph.nodes[node], LockedModel)}))


def alternatives(graph: ModelGraph) -> Iterator[tuple[Node, tuple[Node, ...]]]:
    """Every place that loads one of several models, with these."""
    for node, arcs in graph.arcs.items():
        found = tuple(sorted({arc.target for arc in arcs if arc.relation == "alternative"}))
        if len(found) > 1:
            yield node, found


def _has_other(graph: ModelGraph, arc: Arc, gone: set[Node]) -> bool:
    """Whether a place can load something else instead of what an arc leads to."""
    if arc.relation != "alternative":
        return False
    return any(one.relation == "alternative" and one.target not in gone for one in graph.arcs[arc.source])


def _circle(neighbours: dict[Node, list[Node]], first: Node) -> tuple[Node, ...]:
    """The shortest way from a node back to itself."""
    before = {target: node for node, target in steps(neighbours.__getitem__, (first,))}
    last = next(node for node in (first, *before) if first in neighbours[node])
    way = [last]
    while way[-1] != first:
        way.append(before[way[-1]])
    return tuple(reversed(way))
