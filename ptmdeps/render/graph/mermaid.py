"""The graph as a flowchart of Mermaid (https://mermaid.js.org/syntax/flowchart.html), which GitHub and GitLab draw."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from ptmdeps.render.graph.labels import lines_of, said_of

_SHAPES = {
    "project": ('(["', '"])'),
    "place": ('("', '")'),
    "model": ('["', '"]'),
    "dataset": ('[("', '")]'),
    "code": ('[["', '"]]'),
    "package": ('{{"', '"}}'),
}
_LINES = {"use": "-->", "runtime": "==>", "lineage": "-.->"}
_MEANS_SOMETHING = re.compile(r"[^\w ./:@(),+=·-]")


def mermaid(document: dict[str, Any]) -> str:
    """Shapes tell kinds, lines tell uses (thin), needs (thick) and lineage (dotted)."""
    return "".join(f"{line}\n" for line in _lines(document))


def _lines(document: dict[str, Any]) -> Iterator[str]:
    names = {node["id"]: f"n{index}" for index, node in enumerate(document["nodes"])}
    yield "flowchart LR"
    for node in document["nodes"]:
        before, after = _SHAPES[node["kind"]]
        yield f"  {names[node['id']]}{before}{'<br/>'.join(map(_escaped, lines_of(node)))}{after}"
    for edge in document["edges"]:
        line = f'{_LINES[edge["kind"]]}|"{_escaped(said_of(edge))}"|'
        yield f"  {names[edge['from']]} {line} {names[edge['to']]}"
    missing = [names[node["id"]] for node in document["nodes"] if node["kind"] == "model" and not node["locked"]]
    if missing:
        yield "  classDef notlocked stroke-dasharray: 4 3"
        yield f"  class {','.join(missing)} notlocked"


def _escaped(text: str) -> str:
    """Signs as entities of Mermaid: it would read Markdown, directives and HTML even in what is quoted."""
    return _MEANS_SOMETHING.sub(lambda match: f"#{ord(match[0])};", text)
