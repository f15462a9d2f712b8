"""The graph as GraphML (http://graphml.graphdrawing.org/specification.html), for yEd, Gephi, networkx and others."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from xml.sax.saxutils import escape, quoteattr

_NODE = {
    "kind": "string",
    "label": "string",
    "hub": "string",
    "name": "string",
    "ref": "string",
    "revision": "string",
    "locked": "boolean",
    "roles": "string",
    "license": "string",
    "size": "long",
    "gated": "string",
    "missing": "string",
    "outcome": "string",
}
_EDGE = {"relation": "string", "kind": "string", "evidence": "string", "confidence": "string"}


def graphml(document: dict[str, Any]) -> str:
    """Facts of nodes and edges as keys of the same names; of what is not known there is no ``data``."""
    return "".join(f"{line}\n" for line in _lines(document))


def _lines(document: dict[str, Any]) -> Iterator[str]:
    yield '<?xml version="1.0" encoding="UTF-8"?>'
    yield '<graphml xmlns="http://graphml.graphdrawing.org/xmlns">'
    for of, keys in (("node", _NODE), ("edge", _EDGE)):
        for name, kind in keys.items():
            yield f'  <key id="{of}-{name}" for="{of}" attr.name="{name}" attr.type="{kind}"/>'
    yield '  <graph id="ptmdeps" edgedefault="directed">'
    for node in document["nodes"]:
        yield f"    <node id={_quoted(node['id'])}>{_data('node', _NODE, node)}</node>"
    for index, edge in enumerate(document["edges"]):
        ends = f'id="e{index}" source={_quoted(edge["from"])} target={_quoted(edge["to"])}'
        yield f"    <edge {ends}>{_data('edge', _EDGE, edge)}</edge>"
    yield "  </graph>"
    yield "</graphml>"


def _data(of: str, keys: Mapping[str, str], facts: Mapping[str, Any]) -> str:
    known = ((name, _text(facts[name])) for name in keys)
    return "".join(f'<data key="{of}-{name}">{escape(_seen(text))}</data>' for name, text in known if text)


def _text(value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case list():
            return "; ".join(map(str, value))
    return str(value)


def _quoted(text: str) -> str:
    return quoteattr(_seen(text))


def _seen(text: str) -> str:
    """XML 1.0 has no way to write most control characters, and attributes lose line ends."""
    return "".join(char if char.isprintable() else f"\\u{ord(char):04x}" for char in text)
