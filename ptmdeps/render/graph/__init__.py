"""``graph``: the graph as one document, and that as text for programs and people; one module a format."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any

GRAPH_FORMATS: Mapping[str, str] = {
    "json": "ptmdeps.render.models:as_json_lines",
    "dot": "ptmdeps.render.graph.dot:dot",
    "mermaid": "ptmdeps.render.graph.mermaid:mermaid",
    "graphml": "ptmdeps.render.graph.graphml:graphml",
    "html": "ptmdeps.render.graph.page:page",
}
"""Every format with the function that writes it; only the one that is asked for is imported."""


def written(document: dict[str, Any], format_: str) -> str:
    """The document of ``ptmdeps.render.graph.document`` in one of ``GRAPH_FORMATS``."""
    module, _, name = GRAPH_FORMATS[format_].partition(":")
    write: Callable[[dict[str, Any]], str] = getattr(import_module(module), name)
    return write(document)
