"""NTIA's minimum elements of 2021: seven fields of data."""

from __future__ import annotations

from ptmdeps.bom.coverage import advice, judging
from ptmdeps.bom.coverage.judging import EVERYTHING, attribute, complete, each, once, stated
from ptmdeps.bom.coverage.model import ElementList, cluster, row

_ELEMENTS = cluster(
    "Data Fields",
    row(
        "Supplier Name",
        "who creates and names a component",
        "Component.supplier, fact developer",
        each(EVERYTHING, judging.supplied, "developer"),
        advice.MAKERS,
    ),
    row("Component Name", "its name", "Component.name", each(EVERYTHING, attribute("name"))),
    row(
        "Version of the Component",
        "its version",
        "Component.version",
        each(EVERYTHING, attribute("version"), lack="lock"),
        advice.VERSION,
    ),
    row(
        "Other Unique Identifiers",
        "purl, SWHID or another that programs can look up",
        "Component.purl, Component.swhid",
        each(EVERYTHING, attribute("purl", "swhid"), lack="lock"),
    ),
    row(
        "Dependency Relationship",
        "what includes or needs what",
        "relations, gaps",
        complete(lambda bom: bom.relations),
        advice.LOCK_ALL,
    ),
    row("Author of SBOM Data", "who made the document", "statements.author", once(stated("author")), advice.AUTHOR),
    row("Timestamp", "when it was made", "timestamp", once(lambda bom: bom.timestamp, "lock"), advice.EPOCH),
)

NTIA = ElementList(
    name="ntia",
    title="The Minimum Elements For a Software Bill of Materials (SBOM)",
    publisher="NTIA, United States Department of Commerce",
    version="",
    date="2021-07-12",
    url="https://www.ntia.gov/report/2021/minimum-elements-software-bill-materials-sbom",
    read="The data fields, as ntia-conformance-checker 6.0.0 has them. That program takes the tool for the author "
    "where nobody else is named; here, the author is who answers for the document.",
    elements=_ELEMENTS,
)
