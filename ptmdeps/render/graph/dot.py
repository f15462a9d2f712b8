"""The graph for Graphviz (https://graphviz.org/doc/info/lang.html)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ptmdeps.render.graph.labels import lines_of, said_of

_SHAPES = {
    "project": "house",
    "place": "note",
    "model": "box",
    "dataset": "cylinder",
    "code": "component",
    "package": "box3d",
}
_STYLES = {"use": "solid", "runtime": "bold", "lineage": "dashed"}


def dot(document: dict[str, Any]) -> str:
    """A ``digraph``: shapes tell kinds, lines tell uses (thin), needs (bold) and lineage (dashed)."""
    return "".join(f"{line}\n" for line in _lines(document))


def _lines(document: dict[str, Any]) -> Iterator[str]:
    yield "digraph ptmdeps {"
    yield "  rankdir=LR;"
    yield '  node [fontname="sans-serif", fontsize=11];'
    yield '  edge [fontname="sans-serif", fontsize=9];'
    for node in document["nodes"]:
        label = "\\n".join(map(_escaped, lines_of(node)))
        drawn = f'label="{label}", shape={_SHAPES[node["kind"]]}'
        # what is not locked has a dashed border
        dashed = ", style=dashed" if node["kind"] == "model" and not node["locked"] else ""
        yield f"  {_quoted(node['id'])} [{drawn}{dashed}];"
    for edge in document["edges"]:
        drawn = f"label={_quoted(said_of(edge))}, style={_STYLES[edge['kind']]}"
        yield f"  {_quoted(edge['from'])} -> {_quoted(edge['to'])} [{drawn}];"
    yield "}"


def _quoted(text: str) -> str:
    return f'"{_escaped(text)}"'


def _escaped(text: str) -> str:
    r"""A text within quotes: ``\N`` and its kin would be replaced, and what is no letter may end a line."""
    seen = "".join(char if char.isprintable() else f"\\u{ord(char):04x}" for char in text)
    return seen.replace("\\", "\\\\").replace('"', '\\"')
