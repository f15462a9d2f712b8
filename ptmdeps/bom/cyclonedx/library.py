"""The bill as values of cyclonedx-python-lib: everything that it has a model for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING
from uuid import UUID

from packageurl import PackageURL

from ptmdeps.bom.cyclonedx import properties
from ptmdeps.bom.cyclonedx.licenses import evidence_of, license_address, licenses_of
from ptmdeps.bom.fact_names import FactName
from ptmdeps.bom.model import Bom, Component, Kind, Occurrence, Relation
from ptmdeps.bom.naming import file_address
from ptmdeps.identity import ModelKey
from ptmdeps.manifest.bom import Party

if TYPE_CHECKING:
    from cyclonedx.model import ExternalReference, Property
    from cyclonedx.model.bom import Bom as LibraryBom
    from cyclonedx.model.bom import BomMetaData
    from cyclonedx.model.component import Component as LibraryComponent
    from cyclonedx.model.component import Pedigree
    from cyclonedx.model.component_evidence import ComponentEvidence, Method
    from cyclonedx.model.contact import OrganizationalEntity

_TYPES: dict[Kind, str] = {
    "application": "application",
    "model": "machine-learning-model",
    "dataset": "data",
    "code": "library",
    "package": "library",
}
_WITH_EXTERNAL = "1.7"
_SYMBOLS = "1.6"
_PREDEFINED = "pre-build"

UNDATED = "1970-01-01T00:00:00Z"
"""The library writes the present where no time is given; whoever finishes the document takes this one out again."""


def library_bom(bom: Bom, version: str) -> LibraryBom:
    """The bill in the library's values, for a version of the specification."""
    from cyclonedx.model.bom import Bom as LibraryBom

    project = _component(bom.project, bom, version)
    components = {one.identifier: _component(one, bom, version) for one in bom.components}
    made = LibraryBom(
        components=components.values(),
        serial_number=UUID(bom.serial),
        version=bom.statements.revision,
        metadata=_metadata(bom, project),
    )
    every = {bom.project.identifier: project, **components}
    for identifier, component in every.items():
        targets = {one.target for one in bom.leaving(identifier) if one.kind != "alternative"} - {identifier}
        made.register_dependency(component, [every[target] for target in sorted(targets)])
    return made


def _metadata(bom: Bom, project: LibraryComponent) -> BomMetaData:
    from cyclonedx.model import ExternalReference, ExternalReferenceType, XsUri
    from cyclonedx.model.bom import BomMetaData
    from cyclonedx.model.component import Component as LibraryComponent
    from cyclonedx.model.component import ComponentType
    from cyclonedx.model.contact import OrganizationalContact
    from cyclonedx.model.lifecycle import LifecyclePhase, PredefinedLifecycle
    from cyclonedx.model.tool import ToolRepository

    page = [ExternalReference(type=ExternalReferenceType.WEBSITE, url=XsUri(bom.tool.url))] if bom.tool.url else []
    tool = LibraryComponent(
        type=ComponentType.APPLICATION,
        name=bom.tool.name,
        version=bom.tool.version,
        bom_ref=f"tool:{bom.tool.name}",
        external_references=page,
    )
    said = bom.statements
    author = [OrganizationalContact(name=said.author.name, email=said.author.email or None)] if said.author else []
    return BomMetaData(
        component=project,
        tools=ToolRepository(components=[tool]),
        authors=author,
        supplier=_organization(said.supplier) if said.supplier else None,
        lifecycles=[PredefinedLifecycle(LifecyclePhase(said.lifecycle or _PREDEFINED))],
        properties=_properties(properties.of_bom(bom)),
        timestamp=datetime.fromisoformat(bom.timestamp or UNDATED),
    )


def _component(component: Component, bom: Bom, version: str) -> LibraryComponent:
    from cyclonedx.model import HashAlgorithm, HashType
    from cyclonedx.model.component import Component as LibraryComponent
    from cyclonedx.model.component import ComponentScope, ComponentType, Swhid
    from cyclonedx.model.contact import OrganizationalContact, OrganizationalEntity

    description, copyright_, keywords, developer = (
        component.fact(name) for name in ("description", "copyright", "keywords", "developer")
    )
    outside = not component.shipped and component.kind != "application"
    excluded = outside and not component.occurrences
    return LibraryComponent(
        type=ComponentType(_TYPES[component.kind]),
        bom_ref=component.identifier,
        group=component.group or None,
        name=component.name,
        version=component.version or None,
        description=description.text if description else None,
        scope=ComponentScope.EXCLUDED if excluded and version < _WITH_EXTERNAL else None,
        is_external=True if outside and version >= _WITH_EXTERNAL else None,
        purl=PackageURL.from_string(component.purl) if component.purl else None,
        swhids=[Swhid(component.swhid)] if component.swhid else (),
        supplier=_organization(component.supplier) if component.supplier else None,
        manufacturer=OrganizationalEntity(name=developer.text) if developer else None,
        author=developer.text if developer and version < _SYMBOLS else None,
        authors=[OrganizationalContact(name=one.name, email=one.email or None) for one in component.authors],
        hashes=[HashType(alg=HashAlgorithm(name), content=value) for name, value in component.hashes],
        licenses=licenses_of(component),
        copyright=copyright_.text if copyright_ else None,
        tags=keywords.value if keywords else (),  # type: ignore[arg-type]  # FACTS: a list of texts
        pedigree=_pedigree(component, bom),
        evidence=_evidence(component),
        external_references=_references(component, bom),
        properties=_properties(properties.of_component(component, bom.leaving(component.identifier))),
    )


def _properties(pairs: Iterable[tuple[str, str]]) -> list[Property]:
    from cyclonedx.model import Property

    return [Property(name=name, value=value) for name, value in dict.fromkeys(pairs)]


def _organization(party: Party) -> OrganizationalEntity:
    from cyclonedx.model import XsUri
    from cyclonedx.model.contact import OrganizationalContact, OrganizationalEntity

    contact = [OrganizationalContact(name=party.name, email=party.email)] if party.email else []
    return OrganizationalEntity(name=party.name, urls=[XsUri(party.url)] if party.url else (), contacts=contact)


def _pedigree(component: Component, bom: Bom) -> Pedigree | None:
    """What it came from, each named inside of it, as the specification wants; the notes say how, and who says so."""
    from cyclonedx.model.component import Component as LibraryComponent
    from cyclonedx.model.component import ComponentType, Pedigree

    origins: dict[str, list[Relation]] = {}
    for relation in bom.leaving(component.identifier, "descends"):
        origins.setdefault(relation.target, []).append(relation)
    if not origins:
        return None
    ancestors = [
        LibraryComponent(
            type=ComponentType.MACHINE_LEARNING_MODEL,
            bom_ref=f"{component.identifier}|{ancestor.identifier}",
            group=ancestor.group or None,
            name=ancestor.name,
            version=ancestor.version or None,
            purl=PackageURL.from_string(ancestor.purl) if ancestor.purl else None,
        )
        for ancestor in (bom.component(target) for target in origins)
    ]
    notes = (
        f"{relation.role} of {bom.component(target).title}"
        f" ({', '.join(filter(None, (relation.evidence, relation.confidence)))})"
        for target, relations in origins.items()
        for relation in relations
    )
    return Pedigree(ancestors=ancestors, notes="; ".join(notes))


def _evidence(component: Component) -> ComponentEvidence | None:
    from cyclonedx.model.component_evidence import ComponentEvidence, Identity, IdentityField
    from cyclonedx.model.component_evidence import Occurrence as LibraryOccurrence

    field = IdentityField.PURL if component.purl else IdentityField.NAME
    methods = list(_methods(component.occurrences))
    sure = max((one.confidence for one in component.occurrences), default=0.0)
    found = ComponentEvidence(
        identity=[Identity(field=field, confidence=_decimal(sure), methods=methods)] if methods else (),
        occurrences=[
            LibraryOccurrence(
                bom_ref=f"{component.identifier}|{number}",
                location=one.path,
                line=one.line or None,
                symbol=one.symbol or None,
            )
            for number, one in enumerate(component.occurrences)
        ],
        licenses=list(evidence_of(component)) if component.kind != "application" else (),
    )
    return found if found.identity or found.occurrences or found.licenses else None


def _methods(occurrences: Iterable[Occurrence]) -> Iterator[Method]:
    """How the name was found at these places, each way once."""
    from cyclonedx.model.component_evidence import AnalysisTechnique, Method

    found = {one.resolution: one.confidence for one in occurrences if one.resolution}
    for resolution, confidence in sorted(found.items()):
        manifest = resolution in {"manifest", "lock"}
        technique = AnalysisTechnique.MANIFEST_ANALYSIS if manifest else AnalysisTechnique.SOURCE_CODE_ANALYSIS
        yield Method(technique=technique, confidence=_decimal(confidence), value=resolution)


def _decimal(number: float) -> Decimal:
    """An integer would be written as text, which no schema accepts."""
    return Decimal(f"{number:.1f}")


def _references(component: Component, bom: Bom) -> list[ExternalReference]:
    """Addresses, each with what it is for, and the digest of what is there."""
    from cyclonedx.model import ExternalReference, ExternalReferenceType, HashAlgorithm, HashType, XsUri

    found = _of_project(component, bom) if component.kind == "application" else _of_other(component)
    return [
        ExternalReference(
            type=ExternalReferenceType[kind],
            url=XsUri(url),
            comment=comment or None,
            hashes=[HashType(alg=HashAlgorithm.SHA_256, content=sha256)] if sha256 else (),
        )
        for kind, url, comment, sha256 in found
        if url
    ]


def _of_project(component: Component, bom: Bom) -> Iterator[tuple[str, str, str, str]]:
    said = bom.statements
    contact = f"mailto:{said.contact}" if said.contact and "://" not in said.contact else said.contact
    yield "VCS", component.repository, "", ""
    yield "SECURITY_CONTACT", contact, "", ""
    yield "OTHER", said.security_policy, "security.txt", ""
    yield "ADVISORIES", said.vulnerabilities, "", ""
    yield "BOM", said.software, "software", ""
    yield "BOM", said.hardware, "hardware", ""
    yield "DOCUMENTATION", said.acceptable_use, "acceptable use policy", ""


def _of_other(component: Component) -> Iterator[tuple[str, str, str, str]]:
    key = ModelKey(component.hub, component.title)
    yield "WEBSITE", component.repository, "", ""
    if component.swhid and component.repository:
        yield "VCS", component.repository, "", ""
        yield "DISTRIBUTION", f"{component.repository}/tree/{component.version}", "", ""
    if component.card:
        yield "MODEL_CARD", file_address(key, component.version, "README.md"), "", component.card
    if component.license:
        yield "LICENSE", license_address(component), "", component.license.sha256
    named: tuple[tuple[FactName, str], ...] = (("paper", "DOCUMENTATION"), ("links", "OTHER"))
    for name, kind in named:
        for fact in component.known(name):
            yield from ((kind, str(url), f"named in {fact.source}", "") for url in fact.value)
