"""What drawings say of a node and of an edge, the same in every format that draws."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ptmdeps.paths import printable
from ptmdeps.render.quantities import short

_LONGEST = 120


def lines_of(node: Mapping[str, Any]) -> tuple[str, ...]:
    """The name, then what is to be known of it in a few words: revision, licence, that it is not locked."""
    named = node["kind"] in {"model", "dataset", "code"} and node["hub"]
    state = _MISSING.get(node["missing"], node["missing"]) or ("" if node["revision"] or not named else "not known")
    facts = [short(node["revision"] or ""), node["license"] or "", state, *node["roles"]]
    return tuple(printable(text, _LONGEST) for text in (node["label"], " · ".join(filter(None, facts))) if text)


def said_of(edge: Mapping[str, Any]) -> str:
    """The relation, and whether it is only inferred."""
    inferred = ", inferred" if edge["confidence"] == "inferred" else ""
    return printable(f"{edge['relation']}{inferred}", _LONGEST)


_MISSING = {"not-found": "not found", "denied": "access denied"}
