"""The library's JSON with what it lacks."""

from __future__ import annotations

import json
from typing import Any

from ptmdeps.bom.cyclonedx.additions import Additions


def completed(text: str, added: Additions) -> str:
    """The library's document, with the additions in their places; the same bytes for the same values."""
    document = json.loads(text)
    if added.undated:
        document["metadata"].pop("timestamp", None)
    components = {one["bom-ref"]: one for one in document.get("components", ())}
    for identifier, fields in added.fields.items():
        components[identifier].update(fields)
    if components:
        document["components"] = [components[identifier] for identifier in added.order]
    for dependency in document.get("dependencies", ()):
        # not saying it and saying that there are none is the same; some programs only know the second
        dependency.setdefault("dependsOn", [])
    document["compositions"] = list(added.compositions)
    return dumps(document)


def dumps(document: dict[str, Any]) -> str:
    """As all documents of ours are written: two spaces, the schema first, then by the alphabet."""
    first = {"$schema": document["$schema"]} if "$schema" in document else {}
    rest = {name: document[name] for name in sorted(document) if name != "$schema"}
    return json.dumps({**first, **rest}, indent=2, ensure_ascii=False) + "\n"
