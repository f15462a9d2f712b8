"""What the graph consists of: nodes, arcs with their evidence, and both together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from ptmdeps.identity import ModelKey
from ptmdeps.lockfile.model import Ancestor, LockedModel
from ptmdeps.unguarded import replace, unguarded

if TYPE_CHECKING:
    import networkx as nx

Known = LockedModel | Ancestor
"""What the lock tells of a node."""

NodeKind = Literal["model", "dataset", "space", "project", "place", "package"]

Confidence = Literal["declared", "inferred"]
"""Whether somebody says so, or it only follows from something that was written for another purpose."""

PACKAGES = "pypi"
"""The hub of Python distributions."""


@dataclass(frozen=True, slots=True, order=True)
class Node:
    """One thing in the graph, by its name; what is known of it is in the graph.

    Attributes:
        key: hub and name; the project and its places have no hub.
        ref: what a model or dataset was asked for at; empty for the hub's default.
        kind: which names its name is one of: a model, a dataset and a space may share theirs.
    """

    key: ModelKey
    ref: str = ""
    kind: NodeKind = "model"

    def __hash__(self) -> int:
        # names are nearly unique, and their hash is known already: graphs are walked by looking up nodes
        return hash(self.key.name)

    def __str__(self) -> str:
        label = self.key.label if self.key.hub not in {"", PACKAGES} else self.key.name
        return f"{label}@{self.ref}" if self.ref else label


PROJECT = Node(ModelKey("", "project"), kind="project")
"""Where every way begins."""


@unguarded(frozen=True, slots=True, kw_only=True)
class Arc:
    """A directed edge: ``source`` loads, needs, or came from ``target``, or hands over to it.

    Attributes:
        kind: ``use`` (the project's doing), ``runtime`` (without it the source cannot be loaded) or ``lineage``.
        relation: ``contains``, ``loads``, ``alternative``, ``declares`` and ``hand-off`` of uses; ``requires`` and the
            relations of runtime edges; ``trained_on`` and the other relations of lineage edges.
        evidence: who says so: ``README.md: base_model``, ``app.py:12 transformers.AutoModel.from_pretrained``; sorted.
        confidence: ``declared`` if any evidence is.
    """

    source: Node
    target: Node
    kind: Literal["use", "runtime", "lineage"]
    relation: str
    evidence: tuple[str, ...] = ()
    confidence: Confidence = "declared"


def is_need(arc: Arc) -> bool:
    """Whether the source does not work without the target: handing something over does not make two models depend."""
    return arc.kind != "lineage" and arc.relation != HAND_OFF


HAND_OFF = "hand-off"
"""The relation of two models of which one gets what the other gives."""

REMOTE_CODE = "remote-code"
"""The relation of a model to the repository that its code is in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelGraph:
    """Nodes and the arcs between them, in the order of the lock.

    Attributes:
        nodes: every node with what the lock knows of it; ``None`` for what is only named, and for what is no model.
        arcs: for every node, the arcs that leave it: needs first, then where it came from. Two nodes may be connected
            by several.
        code: the repositories of which nothing but code is loaded.
    """

    nodes: Mapping[Node, Known | None]
    arcs: Mapping[Node, tuple[Arc, ...]]
    code: frozenset[Node] = frozenset()
    _incoming: dict[Node, list[Arc]] = field(default_factory=dict, init=False, repr=False, compare=False)

    @property
    def incoming(self) -> Mapping[Node, list[Arc]]:
        """For every node that an arc leads to, these arcs."""
        if not self._incoming:
            for arcs in self.arcs.values():
                for arc in arcs:
                    self._incoming.setdefault(arc.target, []).append(arc)
        return self._incoming

    def reversed(self) -> ModelGraph:
        """The same with every arc the other way round: from a model to what needs it."""
        arcs = {
            node: tuple(replace(arc, source=arc.target, target=arc.source) for arc in self.incoming.get(node, ()))
            for node in self.nodes
        }
        return ModelGraph(nodes=self.nodes, arcs=arcs, code=self.code)

    def networkx(self) -> nx.MultiDiGraph[Node]:
        """For algorithms and exports: nodes have their ``known``, edges ``kind``, ``relation``, ``evidence`` and so on.

        The library takes longer to import than a command has to answer in.
        """
        import networkx as nx

        graph: nx.MultiDiGraph[Node] = nx.MultiDiGraph()
        graph.add_nodes_from((node, {"known": known}) for node, known in self.nodes.items())
        for arcs in self.arcs.values():
            for arc in arcs:
                graph.add_edge(
                    arc.source,
                    arc.target,
                    kind=arc.kind,
                    relation=arc.relation,
                    evidence=arc.evidence,
                    confidence=arc.confidence,
                )
        return graph
