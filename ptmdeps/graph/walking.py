"""Going along arcs: neighbours, what can be reached, and the ways to it. Nothing is recursive."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from itertools import pairwise
from typing import TypeVar

from ptmdeps.graph.model import HAND_OFF, Arc, ModelGraph, Node

Neighbours = Mapping[Node, Collection[Node]]
"""For every node, those that one step leads to."""

Step = Callable[[Node], Iterable[Node]]
"""Where one step leads from a node."""

Wanted = Callable[[Arc], bool]
"""Which arcs count."""

T = TypeVar("T")

_CLOSED = -1


def depends(arc: Arc) -> bool:
    """Whether one node would not be, or not be as it is, without the other; see ``is_need`` for the needs alone."""
    return arc.relation != HAND_OFF


def following(graph: ModelGraph, wanted: Wanted = depends) -> dict[Node, list[Node]]:
    """Every node with those that its arcs lead to."""
    return {node: [arc.target for arc in arcs if wanted(arc)] for node, arcs in graph.arcs.items()}


def onward(graph: ModelGraph, wanted: Wanted = depends) -> Step:
    """The step from a node to those that its arcs lead to."""
    arcs = graph.arcs
    return lambda node: (arc.target for arc in arcs[node] if wanted(arc))


def back(graph: ModelGraph, wanted: Wanted = depends) -> Step:
    """The step from a node to those whose arcs lead to it."""
    incoming = graph.incoming
    return lambda node: (arc.source for arc in incoming.get(node, ()) if wanted(arc))


def steps(step: Step, start: Iterable[Node]) -> Iterator[tuple[Node, Node]]:
    """Every node that can be reached, nearest first, each with the one it was reached from before it."""
    queue = list(start)
    seen = set(queue)
    for node in queue:
        for target in step(node):
            if target not in seen:
                seen.add(target)
                queue.append(target)
                yield node, target


def ways(graph: ModelGraph, sources: Iterable[Node], target: Node) -> tuple[tuple[Node, ...], ...]:
    """The shortest way from each source that leads to ``target``, both ends included."""
    if target not in graph.nodes:
        return ()
    next_on_way = {before: node for node, before in steps(back(graph), (target,))}
    return tuple(tuple(_way(next_on_way, source)) for source in sources if source == target or source in next_on_way)


def between(graph: ModelGraph, way: Iterable[Node]) -> Iterator[tuple[Arc, ...]]:
    """For each step of a way, every arc that makes it."""
    for source, target in pairwise(way):
        yield tuple(arc for arc in graph.arcs[source] if arc.target == target and depends(arc))


def total_sizes(graph: ModelGraph) -> dict[Node, int]:
    """Bytes of each node's model and of everything that it needs to be loaded, each counted once."""
    needs = following(graph, lambda arc: arc.kind == "runtime").__getitem__
    sizes = {node: getattr(known, "size", 0) for node, known in graph.nodes.items()}
    return {node: sizes[node] + sum(sizes[one] for _, one in steps(needs, (node,))) for node in graph.nodes}


def components(neighbours: Neighbours) -> Iterator[tuple[Node, ...]]:
    """The strongly connected components, each after all that it leads to (Tarjan 1972, with a stack of our own).

    A node that is in no circle is a component by itself.
    """
    order: dict[Node, int] = {}  # when a node was opened; `_CLOSED` once its component is known
    lowest: dict[Node, int] = {}
    open_nodes: list[Node] = []
    for start in neighbours:
        if start in order:
            continue
        if all(order.get(target) == _CLOSED for target in neighbours[start]):
            order[start] = _CLOSED  # as most are: all that they lead to is known
            yield (start,)
            continue
        path = [(start, iter(neighbours[start]))]
        order[start] = lowest[start] = len(open_nodes)
        open_nodes.append(start)
        while path:
            node, rest = path[-1]
            for target in rest:
                seen = order.get(target)
                if seen is None:
                    path.append((target, iter(neighbours[target])))
                    order[target] = lowest[target] = len(open_nodes)
                    open_nodes.append(target)
                    break
                if seen != _CLOSED:
                    lowest[node] = min(lowest[node], seen)
            else:
                path.pop()
                low = lowest.pop(node)
                if path:
                    before = path[-1][0]
                    lowest[before] = min(lowest[before], low)
                if low == order[node]:
                    component = tuple(open_nodes[low:])
                    del open_nodes[low:]
                    order.update(dict.fromkeys(component, _CLOSED))
                    yield component


def inherited(neighbours: Neighbours, own: Mapping[Node, frozenset[T]]) -> dict[Node, frozenset[T]]:
    """For every node, what it has itself and what everything has that it leads to: one pass, circles included."""
    nothing: frozenset[T] = frozenset()
    found: dict[Node, frozenset[T]] = {}
    for component in components(neighbours):
        if len(component) == 1:
            (node,) = component
            found[node] = _joined(own.get(node, nothing), [found[one] for one in neighbours[node] if one != node])
            continue
        members = set(component)
        having: set[frozenset[T]] = {own.get(node, nothing) for node in component}
        having |= {found[target] for node in component for target in neighbours[node] if target not in members}
        found.update(dict.fromkeys(component, nothing.union(*having)))
    return found


def _joined(own: frozenset[T], others: Iterable[frozenset[T]]) -> frozenset[T]:
    """All of them; most nodes have what one of their bases has, and share it."""
    joined = own
    for one in others:
        if not joined:
            joined = one
        elif one and not one <= joined:
            joined = joined | one
    return joined


def _way(next_on_way: Mapping[Node, Node], source: Node) -> Iterator[Node]:
    node: Node | None = source
    while node is not None:
        yield node
        node = next_on_way.get(node)
