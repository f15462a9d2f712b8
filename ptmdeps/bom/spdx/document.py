"""The document: everything in it, in a fixed order, and what it claims of itself."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from ptmdeps.bom.model import Bom
from ptmdeps.bom.spdx.agents import Agents
from ptmdeps.bom.spdx.licensing import Licensing
from ptmdeps.bom.spdx.mandatory import FIELDS, said_of, unmet
from ptmdeps.bom.spdx.naming import Names
from ptmdeps.bom.spdx.notes import note_of, note_of_project
from ptmdeps.bom.spdx.packages import Packages, moment
from ptmdeps.bom.spdx.relations import lines_of, relations
from ptmdeps.errors import PtmdepsError

CONTEXT = "https://spdx.org/rdf/3.0.1/spdx-context.jsonld"
VERSION = "3.0.1"

_SBOM_TYPES = {
    "design": "design",
    "pre-build": "source",
    "build": "build",
    "post-build": "analyzed",
    "operations": "deployed",
    "discovery": "runtime",
}
"""Phase of a lifecycle → type of the bill (``software_sbomType``); of one that was taken down there is none."""

_COLLECTIONS = frozenset({"SpdxDocument", "software_Sbom"})


def write(bom: Bom) -> str:
    """The bill as an SPDX document: the same text for the same bill.

    Raises:
        PtmdepsError: the extra ``spdx`` is not installed, or nobody knows when the bill was made.
    """
    return text_of(graph(bom))


def text_of(elements: Sequence[Mapping[str, Any]]) -> str:
    """The text of a document that has these elements."""
    text = json.dumps({"@context": CONTEXT, "@graph": elements}, ensure_ascii=False, indent=2, sort_keys=True)
    return f"{text}\n".encode(errors="replace").decode()  # JSON of others may hold halves of characters


def graph(bom: Bom) -> list[dict[str, Any]]:
    """The elements of the document as JSON has them, sorted: what ``@graph`` holds.

    Raises:
        PtmdepsError: as of ``write``.
    """
    spdx = _bindings()
    names = Names(bom.serial)
    creation = _creation(spdx, bom)
    packages = Packages(spdx, names, creation, Agents(spdx, names, creation), bom)
    elements = _elements(spdx, names, creation, packages, bom)
    document = spdx.JSONLDSerializer().serialize_data(spdx.SHACLObjectSet(elements), force_at_graph=True)
    found: list[dict[str, Any]] = document["@graph"]
    made = next(str(element["@id"]) for element in found if element["type"] == "CreationInfo")
    found += (packages.file(one, file, made) for one in bom.components for file in one.files)
    return _claimed(sorted(found, key=_place))


def _bindings() -> Any:  # noqa: ANN401 - a generated module
    try:
        from spdx_python_model import v3_0_1
    except ImportError as error:
        raise PtmdepsError(
            "SPDX needs the extra `spdx`, which is not installed", hint='Install it: pip install "ptmdeps[spdx]"'
        ) from error
    return v3_0_1


def _elements(spdx: Any, names: Names, creation: Any, packages: Packages, bom: Bom) -> list[Any]:  # noqa: ANN401 - a generated module and its class
    """Everything but the files."""
    agents, licensing = packages.agents, Licensing(spdx, names, creation, bom)
    author = bom.statements.author
    creation.createdBy.append(agents.declared(author) if author else agents.program(bom.tool.name))
    found = [packages.package(one) for one in (bom.project, *bom.components)]
    found += relations(spdx, names, creation, lines_of(bom, names, packages, licensing))
    found += _notes(spdx, names, creation, bom)
    found += [*agents.elements, *licensing.elements, _tool(spdx, names, creation, bom)]
    files = [packages.name_of(one, file) for one in bom.components for file in one.files]
    return [creation, *found, *_collections(spdx, names, creation, bom, [*_identifiers(found), *files])]


def _identifiers(elements: list[Any]) -> list[str]:
    return [str(element._id) for element in elements]  # noqa: SLF001 - where the bindings keep it


def _creation(spdx: Any, bom: Bom) -> Any:  # noqa: ANN401 - a generated module and its class
    created = moment(bom.timestamp)
    if created is None:
        raise PtmdepsError(
            "SPDX asks when the document was made, and no locked revision says when it was",
            hint="Set SOURCE_DATE_EPOCH to the time that shall stand there",
        )
    creation = spdx.CreationInfo(specVersion=VERSION, created=created)
    creation.createdUsing.append(Names(bom.serial)("tool", bom.tool.name))
    return creation


def _tool(spdx: Any, names: Names, creation: Any, bom: Bom) -> Any:  # noqa: ANN401 - as above
    tool = spdx.Tool(_id=names("tool", bom.tool.name), name=f"{bom.tool.name} {bom.tool.version}")
    tool.creationInfo = creation
    return tool


def _notes(spdx: Any, names: Names, creation: Any, bom: Bom) -> list[Any]:  # noqa: ANN401 - as above
    texts = [(bom.project, note_of_project(bom)), *((one, note_of(one)) for one in bom.components)]
    found = []
    for component, text in texts:
        if text:
            note = spdx.Annotation(_id=names("note", component.identifier), statement=text, creationInfo=creation)
            note.annotationType = spdx.AnnotationType.other
            note.contentType = "application/json"
            note.subject = names.component(component.identifier)
            found.append(note)
    return found


def _collections(spdx: Any, names: Names, creation: Any, bom: Bom, identifiers: list[str]) -> list[Any]:  # noqa: ANN401 - as above
    held = sorted(identifiers)
    sbom = spdx.software_Sbom(_id=names("sbom"), name=bom.project.title, creationInfo=creation)
    sbom.rootElement = [names.component(bom.project.identifier)]
    sbom.element = held
    if known := _SBOM_TYPES.get(bom.statements.lifecycle or "pre-build"):
        sbom.software_sbomType.append(getattr(spdx.software_SbomType, known))
    document = spdx.SpdxDocument(_id=names.document, name=bom.project.title, creationInfo=creation)
    document.rootElement = [names("sbom")]
    document.element = sorted([*held, names("sbom")])
    return [sbom, document]


def _place(element: Mapping[str, Any]) -> tuple[bool, str]:
    """What was made when comes first: it has no name outside the document."""
    return "spdxId" in element, str(element.get("spdxId", element.get("@id", "")))


def _claimed(elements: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """With the profiles that the document conforms to, and why it does not to others."""
    lacking = unmet(elements)
    types = {element.get("type") for element in elements}
    present = {FIELDS[str(one)][0] for one in types if one in FIELDS}
    profiles = sorted({"core", "software", "simpleLicensing", *(present - {one.profile for one in lacking})})
    if "expandedlicensing_CustomLicense" in types:
        profiles = sorted([*profiles, "expandedLicensing"])
    for element in elements:
        if element.get("type") in _COLLECTIONS:
            element["profileConformance"] = profiles
            if comment := said_of(lacking):
                element["comment"] = comment
    return elements
