"""The graph as plain lists and dictionaries: what ``--format json`` prints and every other format is made of.

Its form is described in ``docs/reference/graph-json.md``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

from ptmdeps.graph.claims import Conflict, conflicts
from ptmdeps.graph.model import Arc, Known, ModelGraph, Node
from ptmdeps.graph.questions import cycles, orphans
from ptmdeps.lockfile.model import Ancestor, LockedModel, Lockfile

_ROLES = frozenset({"adapter", "quantized", "merge", "finetune", "distilled"})
"""Relations that tell what the model is that they begin at."""


def document(
    graph: ModelGraph,
    lockfile: Lockfile,
    shown: ModelGraph | None = None,
    *,
    outcomes: Mapping[Node, str] = MappingProxyType({}),
) -> dict[str, Any]:
    """Nodes and edges, and what is noteworthy about them.

    Args:
        graph: the whole of it, which tells what goes round and what nothing leads to.
        lockfile: what it was made of.
        shown: the part that is to be shown; all of it by default.
        outcomes: what the rules on licences come to, where they were asked.
    """
    part = shown or graph
    identifiers = {node: identifier(graph, node) for node in part.nodes}
    return {
        "version": 1,
        "nodes": [
            _node(part, node, known, identifiers[node]) | {"outcome": outcomes.get(node)}
            for node, known in sorted(part.nodes.items(), key=_first)
        ],
        "edges": [
            _edge(arc, identifiers)
            for _, arcs in sorted(part.arcs.items(), key=_first)
            for arc in sorted(arcs, key=lambda arc: (arc.target, arc.kind, arc.relation))
        ],
        "conflicts": [_conflict(one, identifiers) for one in conflicts(part)],
        "cycles": [
            [identifiers[node] for node in cycle] for cycle in cycles(graph) if identifiers.keys() >= set(cycle)
        ],
        "orphans": [identifiers[node] for node in orphans(graph, lockfile) if node in identifiers],
    }


def identifier(graph: ModelGraph, node: Node) -> str:
    """``model:huggingface:org/name@ref``: one text a node, and one node a text, whatever its name holds."""
    if not node.key.hub:
        return node.kind if node.kind == "project" else f"{node.kind}:{node.key.name}"
    name = node.key.name.replace("%", "%25").replace("@", "%40")
    text = f"{'code' if node in graph.code else node.kind}:{node.key.hub}:{name}"
    return f"{text}@{node.ref}" if node.ref else text


def _first(item: tuple[Node, object]) -> tuple[bool, Node]:
    """The project before everything else."""
    return item[0].kind != "project", item[0]


def _node(graph: ModelGraph, node: Node, known: Known | None, name: str) -> dict[str, Any]:
    license_ = known.license if known else None
    return {
        "id": name,
        "kind": "code" if node in graph.code or node.kind == "space" else node.kind,
        "label": str(node),
        "hub": node.key.hub or None,
        "name": node.key.name,
        "ref": node.ref or None,
        "revision": (known.revision or None) if known else None,
        "locked": isinstance(known, LockedModel),
        "roles": _roles(graph.arcs[node]),
        "license": (license_.concluded or license_.declared or None) if license_ else None,
        "size": known.size if isinstance(known, LockedModel) else None,
        "gated": (known.gated or None) if known else None,
        "missing": (known.missing or None) if isinstance(known, Ancestor) else None,
    }


def _roles(arcs: Iterable[Arc]) -> list[str]:
    return sorted({arc.relation for arc in arcs if arc.kind != "use"} & _ROLES)


def _edge(arc: Arc, identifiers: dict[Node, str]) -> dict[str, Any]:
    return {
        "from": identifiers[arc.source],
        "to": identifiers[arc.target],
        "relation": arc.relation,
        "kind": arc.kind,
        "evidence": list(arc.evidence),
        "confidence": arc.confidence,
    }


def _conflict(conflict: Conflict, identifiers: dict[Node, str]) -> dict[str, Any]:
    return {
        "node": identifiers[conflict.node],
        "about": conflict.about,
        "claims": [{"value": claim.value, "source": claim.source} for claim in conflict.claims],
    }
