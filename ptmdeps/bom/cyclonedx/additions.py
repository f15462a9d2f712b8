"""What goes into the library's document by ``bom-ref``: files, model cards, data sets, and how complete it all is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ptmdeps.bom.cyclonedx.cards import Object, data_set, model_card
from ptmdeps.bom.cyclonedx.properties import NAMESPACE
from ptmdeps.bom.model import Bom, Component
from ptmdeps.lockfile.model import LockedFile
from ptmdeps.paths import printable

MAX_GLOBALS = 100
"""Names of one pickle that are kept."""

_RANKS = {"model": 0, "code": 1, "dataset": 3, "package": 4, "application": 5}


@dataclass(frozen=True, slots=True, kw_only=True)
class Additions:
    """What is to be put in.

    Attributes:
        order: identifiers of the components, in the order in which they are to stand: models that the project loads
            first, since programs exist that look at nothing else than the first.
        fields: identifier → name of a field → its value.
        compositions: of the document.
        undated: whether the document has no time.
    """

    order: tuple[str, ...]
    fields: Mapping[str, Object]
    compositions: tuple[Object, ...]
    undated: bool


def additions(bom: Bom, version: str, *, files: bool) -> Additions:
    """What the library's document lacks; ``files`` says whether the files of models are in it."""
    fields: dict[str, Object] = {}
    for component in bom.components:
        own: Object = {}
        if files and component.files:
            own["components"] = [_file(component, file) for file in component.files]
        if component.kind == "model" and (card := model_card(component, bom, version)):
            own["modelCard"] = card
        if component.kind == "dataset":
            own["data"] = data_set(component)
        if own:
            fields[component.identifier] = own
    return Additions(
        order=tuple(one.identifier for one in sorted(bom.components, key=_rank)),
        fields=fields,
        compositions=tuple(_compositions(bom)),
        undated=not bom.timestamp,
    )


def _rank(component: Component) -> tuple[int, bool, str]:
    place = 2 if component.kind == "model" and not component.shipped else _RANKS[component.kind]
    return place, not component.occurrences, component.identifier


def _file(component: Component, file: LockedFile) -> Object:
    properties = [("size", str(file.size)), ("format", file.format)]
    if file.git:
        properties.append(("git-blob", file.git))
    if file.pickle is not None:
        called = set(file.pickle.called)
        kept = [(name in called, name) for name in file.pickle.globals[:MAX_GLOBALS]]
        properties += [("pickle:called" if call else "pickle:global", printable(name)) for call, name in kept]
        left = len(file.pickle.globals) - len(kept)
        properties += [("pickle:more", str(left))] if left else []
        properties += [("pickle:incomplete", printable(file.pickle.incomplete))] if file.pickle.incomplete else []
    return {
        "type": "file",
        "bom-ref": f"{component.identifier}#{file.path}",
        "name": file.path,
        "hashes": [{"alg": "SHA-256", "content": file.sha256}],
        "properties": [{"name": f"{NAMESPACE}{name}", "value": value} for name, value in sorted(set(properties))],
    }


def _compositions(bom: Bom) -> list[Object]:
    """How much is known of what the project is made of, and of what each thing that has a gap is.

    A dependency that could be missing is one of the project; an ancestor of which nothing is known may have others.
    """
    whole = {
        "aggregate": bom.completeness,
        "assemblies": [bom.project.identifier],
        "dependencies": [bom.project.identifier],
    }
    unknown = sorted({gap.component for gap in bom.gaps if gap.component})
    return [whole, *([{"aggregate": "unknown", "dependencies": unknown}] if unknown else [])]
