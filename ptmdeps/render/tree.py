"""``tree``: the graph of the lock → text or JSON."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ptmdeps.graph import ModelGraph, Node
from ptmdeps.paths import printable
from ptmdeps.render.models import Style, as_json
from ptmdeps.render.quantities import short, size


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
    nodes = [_node(view, node) for node in view.graph.models if node in shown]
    edges = [
        {
            "from": str(source),
            "to": str(target),
            **{key: getattr(edge, key) for key in ("kind", "relation", "evidence")},
        }
        for source in view.graph.models
        for target, edge in view.graph.edges[source].items()
        if source in shown and target in shown
    ]
    return as_json({"version": 1, "roots": [str(root) for root in view.roots], "nodes": nodes, "edges": edges})


TREE_FORMATS: Mapping[str, Callable[[View, Style], str]] = {"text": tree_text, "json": tree_json}


def _levels(view: View) -> Iterator[tuple[Node, int]]:
    """Every node that is shown, with the fewest steps from a root."""
    level = dict.fromkeys(view.roots, 0)
    queue = list(view.roots)
    for node in queue:
        yield node, level[node]
        if view.depth is None or level[node] < view.depth:
            for target in view.graph.edges[node]:
                if target not in level:
                    level[target] = level[node] + 1
                    queue.append(target)


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
    edges = view.graph.edges[node]
    children = []
    for index, (target, edge) in enumerate(edges.items()):
        again = " (*)" if target in seen and view.graph.edges[target] else ""
        text = f"{_label(view, target)} ({printable(edge.relation)}){again}"
        children.append(_Child(node=target, text=text, depth=depth + 1, last=index == len(edges) - 1))
    return children


def _label(view: View, node: Node) -> str:
    model = view.graph.models[node]
    if model is None:
        return printable(f"{node} (not locked)")
    parts = [f"{node} {short(model.revision)}"]
    if node in view.sizes:
        whole = view.sizes[node]
        parts.append(f"[{size(model.size)}" + (f", {size(whole)} with what it needs]" if whole != model.size else "]"))
    if node in view.newer:
        parts.append(f"({view.newer[node]})")
    return printable(" ".join(parts))


def _node(view: View, node: Node) -> dict[str, Any]:
    model = view.graph.models[node]
    facts: dict[str, Any] = {"id": str(node), "hub": node.key.hub, "locked": model is not None}
    if model is not None:
        facts |= {"revision": model.revision, "size": model.size}
    if node in view.sizes:
        facts["total_size"] = view.sizes[node]
    if node in view.newer:
        facts["newer"] = view.newer[node]
    return facts
