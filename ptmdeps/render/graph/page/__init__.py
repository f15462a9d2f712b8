"""The graph as one HTML page that needs nothing but a browser: the drawing, every fact with its evidence, and tables.

Nothing is loaded from anywhere, and the page's own policy forbids it: only the style sheet and the script that are in
it may run, known by their digests (https://www.w3.org/TR/CSP3/). What hubs and authors wrote is data, which the script
shows as text; a browser that knows trusted types refuses anything else.
"""

from __future__ import annotations

import json
import re
from base64 import b64encode
from collections.abc import Mapping
from hashlib import sha256
from html import escape
from importlib.resources import files
from typing import Any

from ptmdeps.paths import printable
from ptmdeps.render.graph.page.layout import slots

SCRIPTS = ("model", "shapes", "folding", "placing", "view", "drawing", "panel", "tables", "controls", "main")
"""The parts of the script, in the order in which they need each other."""

_PLACE = re.compile(r"\{\{ (\w+) \}\}")
# within a script element only these could end it or start a comment; https://html.spec.whatwg.org/#restrictions-for-contents-of-script-elements
_MARKUP = {ord("<"): "\\u003c", ord(">"): "\\u003e", ord("&"): "\\u0026"}


def page(document: Mapping[str, Any]) -> str:
    """Draw a graph as a page of its own; equal documents give equal pages.

    Args:
        document: what ``ptmdeps graph --format json`` prints: see ``docs/reference/graph-json.md``.
    """
    style = _asset("page.css")
    script = "\n".join(_asset(f"{name}.js") for name in SCRIPTS)
    parts = {
        "policy": policy(style, script),
        "title": escape(_title(document)),
        "style": style,
        "document": embedded(document),
        "layout": embedded([[slot.column, slot.row] for slot in slots(document)]),
        "script": script,
    }
    return _PLACE.sub(lambda place: parts[place[1]], _asset("page.html"))


def policy(style: str, script: str) -> str:
    """Give the content security policy of a page that holds exactly this style sheet and this script."""
    return "; ".join(
        (
            "default-src 'none'",
            f"style-src '{_digest(style)}'",
            f"script-src '{_digest(script)}'",
            "base-uri 'none'",
            "form-action 'none'",
            "require-trusted-types-for 'script'",
            "trusted-types 'none'",
        )
    )


def embedded(value: object) -> str:
    """Write a value as JSON in ASCII that is also the content of a script element, whatever texts it holds."""
    return json.dumps(value, separators=(",", ":"), allow_nan=False).translate(_MARKUP)


def _title(document: Mapping[str, Any]) -> str:
    return next((printable(node["label"], 80) for node in document["nodes"] if node["kind"] == "project"), "project")


def _digest(text: str) -> str:
    return f"sha256-{b64encode(sha256(text.encode()).digest()).decode()}"


def _asset(name: str) -> str:
    return (files(__name__) / "assets" / name).read_text(encoding="utf-8")
