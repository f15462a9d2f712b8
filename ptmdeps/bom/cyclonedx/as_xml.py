"""The library's XML with what it lacks.

Order and names of elements are those of the official schemas (``bom-1.5.xsd`` to ``bom-1.7.xsd``), which differ from
the JSON form in little: lists have an element around them, some names are attributes, properties have text.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from xml.etree import ElementTree as ET  # our own library's output is read: nothing of others

from ptmdeps.bom.cyclonedx.additions import Additions

_ITEMS: Mapping[str, str] = {
    "assemblies": "assembly",
    "components": "component",
    "compositions": "composition",
    "dependencies": "dependency",
    "ethicalConsiderations": "ethicalConsideration",
    "hashes": "hash",
    "inputs": "input",
    "outputs": "output",
    "owners": "owner",
    "performanceMetrics": "performanceMetric",
    "properties": "property",
    "technicalLimitations": "technicalLimitation",
    "useCases": "useCase",
    "users": "user",
}
"""Lists with an element around them, and what an entry of each is called."""

_REPEATED = frozenset({"data", "sensitiveData"})
"""Lists without one."""

_ATTRIBUTES: Mapping[str, tuple[str, ...]] = {
    "component": ("type", "bom-ref", "mime-type"),
    "property": ("name",),
    "hash": ("alg",),
    "modelCard": ("bom-ref",),
    "assembly": ("ref",),
    "dependency": ("ref",),
}
_TEXTS: Mapping[str, str] = {"property": "value", "hash": "content"}
"""What of these stands between their tags."""

_AFTER_COMPONENTS = ("evidence", "releaseNotes", "modelCard", "data", "cryptoProperties", "tags")
_BEFORE: Mapping[str, tuple[str, ...]] = {
    "components": _AFTER_COMPONENTS,
    "modelCard": ("data", "cryptoProperties", "tags"),
    "data": ("cryptoProperties", "tags"),
    "compositions": (
        "properties", "vulnerabilities", "annotations", "formulation", "declarations", "definitions", "citations",
    ),
}  # fmt: skip
"""The elements that stand behind an added one."""

_ORDER: Mapping[str, tuple[str, ...]] = {
    "modelCard": ("modelParameters", "quantitativeAnalysis", "considerations", "properties"),
    "component": ("name", "hashes", "properties"),
}


def completed(text: str, added: Additions) -> str:
    """The library's document, with the additions in their places; the same bytes for the same values."""
    root = ET.fromstring(text)  # noqa: S314 - see above
    space = root.tag[1:].partition("}")[0]
    ET.register_namespace("", space)
    writer = _Writer(space)
    listed = root.find(writer.name("components"))
    components = {one.get("bom-ref", ""): one for one in listed} if listed is not None else {}
    for identifier, fields in added.fields.items():
        for field, value in fields.items():
            writer.put(components[identifier], field, value)
    if listed is not None:
        listed[:] = [components[identifier] for identifier in added.order]
    metadata = root.find(writer.name("metadata"))
    if added.undated and metadata is not None:
        for found in metadata.findall(writer.name("timestamp")):
            metadata.remove(found)
    writer.put(root, "compositions", list(added.compositions))
    ET.indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ET.tostring(root, encoding="unicode")}\n'


class _Writer:
    """Values of JSON as elements of one namespace."""

    def __init__(self, space: str) -> None:
        self._space = space

    def name(self, plain: str) -> str:
        return f"{{{self._space}}}{plain}"

    def put(self, parent: ET.Element, field: str, value: Any) -> None:  # noqa: ANN401 - values of JSON
        """Add a field where the schema wants it."""
        behind = {self.name(name) for name in _BEFORE[field]}
        place = next((index for index, child in enumerate(parent) if child.tag in behind), len(parent))
        parent[place:place] = list(self._elements(field, value))

    def _elements(self, field: str, value: Any) -> Iterator[ET.Element]:  # noqa: ANN401 - see above
        if isinstance(value, list) and field in _REPEATED:
            for item in value:
                yield from self._elements(field, item)
            return
        element = ET.Element(self.name(field))
        if isinstance(value, list):
            for item in value:
                element.extend(self._items(field, item))
        elif isinstance(value, dict):
            self._fill(element, field, value)
        else:
            element.text = str(value)
        yield element

    def _items(self, field: str, item: Any) -> Iterator[ET.Element]:  # noqa: ANN401 - see above
        if field == "datasets":
            yield from self._elements("ref", item["ref"])
        elif field in {"assemblies", "dependencies"}:
            yield ET.Element(self.name(_ITEMS[field]), {"ref": item})
        else:
            yield from self._elements(_ITEMS[field], item)

    def _fill(self, element: ET.Element, field: str, value: Mapping[str, Any]) -> None:
        attributes = _ATTRIBUTES.get(field, ())
        for name in attributes:
            if name in value:
                element.set(name, value[name])
        for name in _ordered(field, value):
            if name == _TEXTS.get(field):
                element.text = str(value[name])
            elif name not in attributes:
                element.extend(self._elements(name, value[name]))


def _ordered(field: str, value: Mapping[str, Any]) -> list[str]:
    """The names of a value as the schema orders them: those of ours are written in that order."""
    order = _ORDER.get(field, ())
    return sorted(value, key=lambda name: order.index(name) if name in order else -1)
