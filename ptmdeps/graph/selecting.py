"""A part of the graph: what lies around some nodes."""

from __future__ import annotations

from collections.abc import Iterable

from ptmdeps.graph.model import ModelGraph, Node
from ptmdeps.graph.walking import Step, back, onward


def around(graph: ModelGraph, nodes: Iterable[Node], depth: int | None = None) -> ModelGraph:
    """What leads to some nodes and what they lead to, at most ``depth`` steps away; ``None`` for all of it."""
    begin = tuple(nodes)
    kept = _near(onward(graph), begin, depth) | _near(back(graph), begin, depth)
    arcs = {
        node: tuple(arc for arc in leaving if arc.target in kept)
        for node, leaving in graph.arcs.items()
        if node in kept
    }
    nodes = {node: known for node, known in graph.nodes.items() if node in kept}
    return ModelGraph(nodes=nodes, arcs=arcs, code=graph.code & kept)


def _near(step: Step, begin: tuple[Node, ...], depth: int | None) -> set[Node]:
    seen, level = set(begin), set(begin)
    while level and depth != 0:
        level = {target for node in level for target in step(node)} - seen
        seen |= level
        depth = None if depth is None else depth - 1
    return seen
