"""The lock as a graph: who needs whom, who came from whom, and how the project gets to a model."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ptmdeps.identity import ModelKey
from ptmdeps.lockfile.model import Edge, LockedModel, Lockfile
from ptmdeps.lockfile.naming import meant, not_locked

if TYPE_CHECKING:
    import networkx as nx


@dataclass(frozen=True, slots=True, order=True)
class Node:
    """A model in the graph: what is locked has a revision, what is only named by a model's lineage has none."""

    key: ModelKey
    ref: str = ""

    def __str__(self) -> str:
        return f"{self.key.label}@{self.ref}" if self.ref else self.key.label


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelGraph:
    """Models, and the edges between them, in the order of the lock.

    Attributes:
        models: every node with its locked model; ``None`` for what lineage only names.
        edges: for every node, the nodes that it leads to and why. Where two models are connected twice, a need counts
            for more than an origin.
    """

    models: Mapping[Node, LockedModel | None]
    edges: Mapping[Node, Mapping[Node, Edge]]

    def reversed(self) -> ModelGraph:
        """The same with every edge the other way round: from a model to what needs it."""
        edges: dict[Node, dict[Node, Edge]] = {node: {} for node in self.models}
        for source, targets in self.edges.items():
            for target, edge in targets.items():
                edges[target][source] = edge
        return ModelGraph(models=self.models, edges=edges)

    def networkx(self) -> nx.DiGraph[Node]:
        """For algorithms and exports: nodes have their ``model``, edges ``kind``, ``relation`` and ``evidence``.

        The library takes longer to import than a command has to answer in.
        """
        import networkx as nx

        graph: nx.DiGraph[Node] = nx.DiGraph()
        graph.add_nodes_from((node, {"model": model}) for node, model in self.models.items())
        for source, targets in self.edges.items():
            for target, edge in targets.items():
                graph.add_edge(source, target, kind=edge.kind, relation=edge.relation, evidence=edge.evidence)
        return graph


def model_graph(lockfile: Lockfile, *, lineage: bool = False) -> ModelGraph:
    """Edges lead from a model to what it needs and, with ``lineage``, to what it came from."""
    index = _index(lockfile)
    models: dict[Node, LockedModel | None] = {Node(model.key, model.ref): model for model in lockfile.models}
    edges: dict[Node, dict[Node, Edge]] = {node: {} for node in models}
    for source, model in tuple(models.items()):
        # needs come last
        for edge in sorted(model.edges) if model else ():
            if edge.kind == "runtime" or lineage:
                target = index.get((edge.target, edge.ref), Node(edge.target, edge.ref))
                models.setdefault(target, None)
                edges.setdefault(target, {})
                edges[source][target] = edge
    return ModelGraph(models=models, edges=edges)


def roots(lockfile: Lockfile) -> tuple[Node, ...]:
    """The models that the project itself asks for, sorted; the others are needed by them."""
    index = _index(lockfile)
    wishes = ((requirement.key, requirement.ref) for requirement in lockfile.requirements)
    return tuple(sorted({index[wish] for wish in wishes if wish in index}))


def ways(graph: ModelGraph, sources: Iterable[Node], target: Node) -> tuple[tuple[Node, ...], ...]:
    """The shortest way from each source that leads to ``target``, both ends included."""
    if target not in graph.models:
        return ()
    following = {before: node for node, before in _steps(graph.reversed().edges, target)}
    return tuple(tuple(_way(following, source)) for source in sources if source == target or source in following)


def total_sizes(graph: ModelGraph) -> dict[Node, int]:
    """Bytes of each node's model and of everything that it needs to be loaded, each counted once."""
    needs = {
        node: [target for target, edge in targets.items() if edge.kind == "runtime"]
        for node, targets in graph.edges.items()
    }
    sizes = {node: model.size if model else 0 for node, model in graph.models.items()}
    return {node: sizes[node] + sum(sizes[one] for _, one in _steps(needs, node)) for node in graph.models}


def named(graph: ModelGraph, name: str) -> tuple[Node, ...]:
    """Every node that ``name`` means (see ``ptmdeps.lockfile.naming``).

    Raises:
        PtmdepsError: it means nothing.
    """
    candidates = [(node, model.keys if model else (node.key,), node.ref) for node, model in graph.models.items()]
    found = meant(name, candidates)
    if not found:
        raise not_locked(name, candidates)
    return found


def _steps(edges: Mapping[Node, Collection[Node]], start: Node) -> Iterator[tuple[Node, Node]]:
    """Every node that can be reached from ``start``, nearest first, each with the one it was reached from before it."""
    seen = {start}
    queue = [start]
    for node in queue:
        for target in edges[node]:
            if target not in seen:
                seen.add(target)
                queue.append(target)
                yield node, target


def _way(following: Mapping[Node, Node], source: Node) -> Iterator[Node]:
    node: Node | None = source
    while node is not None:
        yield node
        node = following.get(node)


def _index(lockfile: Lockfile) -> dict[tuple[ModelKey, str], Node]:
    return {wish: Node(model.key, model.ref) for wish, model in lockfile.pins.items()}
