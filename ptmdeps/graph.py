"""The lock as a graph: who needs whom, who came from whom, and how the project gets to a model."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass

import networkx as nx

from ptmdeps.errors import PtmdepsError
from ptmdeps.identity import ModelKey
from ptmdeps.lockfile.model import LockedModel, Lockfile


@dataclass(frozen=True, slots=True, order=True)
class Node:
    """A model in the graph: what is locked has a revision, what is only named by a model's lineage has none."""

    key: ModelKey
    ref: str = ""

    def __str__(self) -> str:
        return f"{self.key.name}@{self.ref}" if self.ref else self.key.name


def model_graph(lockfile: Lockfile, *, lineage: bool = False) -> nx.DiGraph[Node]:
    """Edges lead from a model to what it needs (``kind="runtime"``) or came from (``kind="lineage"``).

    Each locked node has its ``model``; each edge has ``kind``, ``relation`` and ``evidence``. Nodes and edges are
    in the order of the lock.
    """
    graph: nx.DiGraph[Node] = nx.DiGraph()
    index = _index(lockfile)
    for model in lockfile.models:
        graph.add_node(Node(model.key, model.ref), model=model)
    for model in lockfile.models:
        for edge in model.edges:
            if edge.kind == "runtime" or lineage:
                target = index.get((edge.target, edge.ref), Node(edge.target, edge.ref))
                graph.add_edge(
                    Node(model.key, model.ref), target, kind=edge.kind, relation=edge.relation, evidence=edge.evidence
                )
    return graph


def roots(lockfile: Lockfile) -> tuple[Node, ...]:
    """The models that the project itself asks for, sorted; the others are needed by them."""
    index = _index(lockfile)
    wishes = ((requirement.key, requirement.ref) for requirement in lockfile.requirements)
    return tuple(sorted({index[wish] for wish in wishes if wish in index}))


def ways(graph: nx.DiGraph[Node], sources: Iterable[Node], target: Node) -> tuple[tuple[Node, ...], ...]:
    """The shortest way from each source that leads to ``target``, both ends included."""
    leading = nx.ancestors(graph, target) | {target} if target in graph else set()
    return tuple(tuple(nx.shortest_path(graph, source, target)) for source in sources if source in leading)


def model_of(graph: nx.DiGraph[Node], node: Node) -> LockedModel | None:
    """The locked model at a node, ``None`` for what lineage only names."""
    model: LockedModel | None = graph.nodes[node].get("model")
    return model


def total_sizes(graph: nx.DiGraph[Node]) -> dict[Node, int]:
    """Bytes of each node's model and of everything that it needs to be loaded, each counted once."""
    needs = nx.subgraph_view(graph, filter_edge=lambda source, target: graph.edges[source, target]["kind"] == "runtime")
    return {
        node: sum(model.size for one in (node, *nx.descendants(needs, node)) if (model := model_of(graph, one)))
        for node in graph
    }


def named(graph: nx.DiGraph[Node], name: str) -> tuple[Node, ...]:
    """Every node that answers to ``name``: ``org/name``, ``org/name@ref``, ``hub:org/name``, or an alias.

    Raises:
        PtmdepsError: none does.
    """
    found = tuple(node for node in graph if name in _names(graph, node))
    if not found:
        close = difflib.get_close_matches(name, sorted(str(node) for node in graph), n=1)
        hint = f"Did you mean `{close[0]}`?" if close else "`ptmdeps list` shows what is"
        raise PtmdepsError(f"`{name}` is not locked", hint=hint)
    return found


def _names(graph: nx.DiGraph[Node], node: Node) -> set[str]:
    model = model_of(graph, node)
    return {str(node), node.key.name, str(node.key), *(model.names if model else ())}


def _index(lockfile: Lockfile) -> dict[tuple[ModelKey, str], Node]:
    return {wish: Node(model.key, model.ref) for wish, model in lockfile.pins.items()}
