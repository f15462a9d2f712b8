"""``list``, ``tree`` and ``why``: results → text or JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ptmdeps.lockfile.model import LockedModel, Lockfile
from ptmdeps.paths import printable
from ptmdeps.render.quantities import short, size

if TYPE_CHECKING:
    import networkx as nx
    from rich.tree import Tree

    from ptmdeps.graph import Node


_UNSEEN = re.compile("[\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """How text may look: coloured, and fitted to a terminal's width."""

    color: bool = False
    fit: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One way from the project's code to a model: load sites, then models, the last one being the target."""

    sites: tuple[str, ...]
    models: tuple[str, ...]


def as_json(value: object) -> str:
    """JSON for programs: two spaces, sorted by meaning rather than by key, one trailing newline."""
    return _seen(json.dumps(value, indent=2, ensure_ascii=False)) + "\n"


def as_json_lines(document: Mapping[str, object]) -> str:
    """JSON of an object that holds long lists, one item a line: quicker to write, and to read for people as well."""
    members: list[str] = []
    for key, value in document.items():
        if isinstance(value, list) and value:
            items = ",\n".join(f"    {json.dumps(item, ensure_ascii=False)}" for item in value)
            members.append(f"  {json.dumps(key)}: [\n{items}\n  ]")
        else:
            members.append(f"  {json.dumps(key)}: {json.dumps(value)}")
    return _seen("{\n" + ",\n".join(members) + "\n}\n")


def _seen(text: str) -> str:
    """Escape what JSON leaves alone though terminals obey it, or show in another order, or nothing can write."""
    return _UNSEEN.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def list_text(lockfile: Lockfile, style: Style) -> str:
    """A table, one row a model."""
    from rich.table import Table

    from ptmdeps.render.console import drawn

    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("model", "ref", "revision", "licence"):
        table.add_column(heading, overflow="fold")
    table.add_column("files", justify="right")
    table.add_column("size", justify="right")
    for model in lockfile.models:
        license_ = model.license.concluded or model.license.declared if model.license else "-"
        cells = (model.key.name, model.ref or "-", short(model.revision), license_, str(len(model.files)))
        table.add_row(*map(printable, cells), size(model.size))
    return drawn(table, color=style.color, fit=style.fit)


def list_json(lockfile: Lockfile, _: Style) -> str:
    """Every locked model with its facts, without its files."""
    return as_json({"version": 1, "models": [_model(model) for model in lockfile.models]})


def tree_text(graph: nx.DiGraph[Node], roots: Iterable[Node], style: Style) -> str:
    """What each root leads to; a model that was shown before is marked and not opened again."""
    from rich.text import Text
    from rich.tree import Tree

    from ptmdeps.render.console import drawn

    seen: set[Node] = set()
    lines: list[str] = []
    for root in roots:
        tree = Tree(Text(_label(graph, root)), guide_style="dim")
        _grow(tree, graph, root, seen)
        lines.append(drawn(tree, color=style.color, fit=style.fit))
    return "".join(lines)


def tree_json(graph: nx.DiGraph[Node], roots: Iterable[Node], _: Style) -> str:
    """Nodes and edges; the tree is what follows from the roots."""
    from ptmdeps.graph import model_of

    nodes = [
        {"id": str(node), "hub": node.key.hub, "locked": model is not None}
        | ({"revision": model.revision, "size": model.size} if model else {})
        for node in graph
        for model in (model_of(graph, node),)
    ]
    edges = [
        {"from": str(source), "to": str(target), **{key: data[key] for key in ("kind", "relation", "evidence")}}
        for source, target, data in graph.edges(data=True)
    ]
    return as_json({"version": 1, "roots": [str(root) for root in roots], "nodes": nodes, "edges": edges})


def why_text(ways: Iterable[Way], _: Style) -> str:
    """``app.py:12 → org/adapter → org/base``, one line a load site."""
    lines = [" → ".join((site, *way.models)) for way in ways for site in way.sites]
    return "".join(f"{printable(line, limit=1000)}\n" for line in lines)


def why_json(ways: Iterable[Way], _: Style) -> str:
    """The same, for programs."""
    return as_json({"version": 1, "ways": [{"sites": list(way.sites), "models": list(way.models)} for way in ways]})


LIST_FORMATS: Mapping[str, Callable[[Lockfile, Style], str]] = {"text": list_text, "json": list_json}
TREE_FORMATS: Mapping[str, Callable[[nx.DiGraph[Node], Iterable[Node], Style], str]] = {
    "text": tree_text,
    "json": tree_json,
}
WHY_FORMATS: Mapping[str, Callable[[Iterable[Way], Style], str]] = {"text": why_text, "json": why_json}


def _model(model: LockedModel) -> dict[str, Any]:
    return {
        "hub": model.key.hub,
        "name": model.key.name,
        "aliases": list(model.aliases),
        "ref": model.ref or None,
        "revision": model.revision,
        "committed": model.committed or None,
        "purl": model.purl or None,
        "license": (model.license.concluded or model.license.declared) if model.license else None,
        "gated": model.gated or None,
        "remote_code": model.remote_code,
        "requires": list(model.requires),
        "files": len(model.files),
        "size": model.size,
    }


def _grow(tree: Tree, graph: nx.DiGraph[Node], node: Node, seen: set[Node]) -> None:
    """Depth first, without recursion: chains of models may be long."""
    from rich.text import Text

    pending = [(tree, node)]
    while pending:
        branch, current = pending.pop()
        if current in seen:
            continue
        seen.add(current)
        children = []
        for _, target, data in graph.out_edges(current, data=True):
            again = " (*)" if target in seen and graph.out_degree(target) else ""
            label = Text(f"{_label(graph, target)} ({printable(data['relation'])}){again}")
            children.append((branch.add(label), target))
        pending += reversed(children)


def _label(graph: nx.DiGraph[Node], node: Node) -> str:
    from ptmdeps.graph import model_of

    model = model_of(graph, node)
    return printable(f"{node} {short(model.revision)}" if model else f"{node} (not locked)")
