"""``tree``: the graph of the lock → text or JSON."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ptmdeps.graph import Arc, ModelGraph, Node
from ptmdeps.lockfile.model import Ancestor, LockedModel
from ptmdeps.paths import printable
from ptmdeps.render.models import Style, as_json
from ptmdeps.render.quantities import short, size

_MISSING = {"not-found": "not found", "denied": "access denied"}
"""Why nothing is known of an ancestor, in words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """What of the graph is shown, and how much is said of each model.

    Attributes:
        graph: the models and what they need.
        roots: where the tree begins.
        depth: how many levels below a root are shown; ``None`` for all.
        sizes: bytes of each model with all that it needs, where they are to be said.
        newer: what is said of models that have moved upstream.
    """

    graph: ModelGraph
    roots: tuple[Node, ...]
    depth: int | None = None
    sizes: Mapping[Node, int] = field(default_factory=dict)
    newer: Mapping[Node, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Child:
    """A line below another: its model, what is said of it, how deep it is, and whether it is the last of its kind."""

    node: Node
    text: str
    depth: int
    last: bool


def tree_text(view: View, _: Style) -> str:
    """What each root leads to; a model that was shown before is marked and not opened again."""
    seen: set[Node] = set()
    return "".join(f"{line}\n" for root in view.roots for line in _lines(view, root, seen))


def tree_json(view: View, _: Style) -> str:
    """Nodes and edges; the tree is what follows from the roots."""
    shown = dict.fromkeys(node for node, _ in _levels(view))
    nodes = [_node(view, node) for node in view.graph.nodes if node in shown]
    edges = [
        {
            "from": _identifier(arc.source),
            "to": _identifier(arc.target),
            "kind": arc.kind,
            "relation": arc.relation,
            "evidence": "; ".join(arc.evidence),
            "confidence": arc.confidence,
        }
        for source in view.graph.nodes
        for arc in view.graph.arcs[source]
        if source in shown and arc.target in shown
    ]
    roots = [_identifier(root) for root in view.roots]
    return as_json({"version": 1, "roots": roots, "nodes": nodes, "edges": edges})


TREE_FORMATS: Mapping[str, Callable[[View, Style], str]] = {"text": tree_text, "json": tree_json}


def _levels(view: View) -> Iterator[tuple[Node, int]]:
    """Every node that is shown, with the fewest steps from a root."""
    level = dict.fromkeys(view.roots, 0)
    queue = list(view.roots)
    for node in queue:
        yield node, level[node]
        if view.depth is None or level[node] < view.depth:
            for arc in view.graph.arcs[node]:
                if arc.target not in level:
                    level[arc.target] = level[node] + 1
                    queue.append(arc.target)


def _lines(view: View, root: Node, seen: set[Node]) -> Iterator[str]:
    """Depth first, without recursion: chains of models may be long."""
    yield _label(view, root)
    pending = [(child, "") for child in reversed(_children(view, root, 0, seen))]
    while pending:
        child, guides = pending.pop()
        yield f"{guides}{'└── ' if child.last else '├── '}{child.text}"
        deeper = guides + ("    " if child.last else "│   ")
        pending += [(one, deeper) for one in reversed(_children(view, child.node, child.depth, seen))]


def _children(view: View, node: Node, depth: int, seen: set[Node]) -> list[_Child]:
    """What a node leads to; nothing where it was opened before, or is as deep as is shown."""
    if node in seen or (view.depth is not None and depth >= view.depth):
        return []
    seen.add(node)
    connected: dict[Node, list[Arc]] = {}
    for arc in view.graph.arcs[node]:
        connected.setdefault(arc.target, []).append(arc)
    children = []
    for index, (target, arcs) in enumerate(connected.items()):
        again = " (*)" if target in seen and view.graph.arcs[target] else ""
        text = f"{_label(view, target)} ({printable('; '.join(dict.fromkeys(map(_relation, arcs))))}){again}"
        children.append(_Child(node=target, text=text, depth=depth + 1, last=index == len(connected) - 1))
    return children


def _relation(arc: Arc) -> str:
    return f"{arc.relation}, inferred" if arc.confidence == "inferred" else arc.relation


def _label(view: View, node: Node) -> str:
    match view.graph.nodes[node]:
        case LockedModel() as model:
            parts = [f"{node} {short(model.revision)}", *_sizes(view, node, model)]
            if node in view.newer:
                parts.append(f"({view.newer[node]})")
        case Ancestor(missing=missing) as ancestor if not missing:
            license_ = ancestor.license
            said = (license_.concluded or license_.declared) if license_ else ""
            parts = [str(node), short(ancestor.revision), f"[{said or 'no licence'}]"]
        case Ancestor(missing=missing):
            parts = [str(node), f"({_MISSING.get(missing, missing)})"]
        case None:
            parts = [str(node), "(not locked)" if node.kind == "model" else ""]
    return printable(" ".join(filter(None, parts)))


def _sizes(view: View, node: Node, model: LockedModel) -> Iterator[str]:
    if node in view.sizes:
        whole = view.sizes[node]
        yield f"[{size(model.size)}" + (f", {size(whole)} with what it needs]" if whole != model.size else "]")


def _node(view: View, node: Node) -> dict[str, Any]:
    known = view.graph.nodes[node]
    facts: dict[str, Any] = {"id": _identifier(node), "hub": node.key.hub, "locked": isinstance(known, LockedModel)}
    if isinstance(known, LockedModel):
        facts |= {"revision": known.revision, "size": known.size}
    elif known is not None:
        license_ = known.license
        facts |= {
            "kind": known.kind,
            "revision": known.revision or None,
            "license": (license_.concluded or license_.declared) if license_ else None,
            "missing": known.missing or None,
        }
    if node in view.sizes:
        facts["total_size"] = view.sizes[node]
    if node in view.newer:
        facts["newer"] = view.newer[node]
    return facts


def _identifier(node: Node) -> str:
    """A dataset may have the name of a model."""
    return str(node) if node.kind == "model" else f"{node.kind}:{node}"
