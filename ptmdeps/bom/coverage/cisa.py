"""The minimum elements of an SBOM by CISA and its partners, of 2026."""

from __future__ import annotations

from ptmdeps.bom.coverage import advice, judging
from ptmdeps.bom.coverage.judging import EVERYTHING, always, attribute, complete, each, never, once, stated
from ptmdeps.bom.coverage.model import ElementList, cluster, row

_ELEMENTS = (
    *cluster(
        "SBOM Metadata",
        row("SBOM Author", "who made the document", "statements.author", once(stated("author")), advice.AUTHOR),
        row("SBOM Author Signature", "a digital signature of the author", "nowhere", never("unsigned"), advice.SIGN),
        row("SBOM Data Format Name", "the format", "the writer", always),
        row("SBOM Data Format Version", "its version, which is not deprecated", "the writer", always),
        row("SBOM Generation Context", "phase of the lifecycle", "statements.lifecycle, else pre-build", always),
        row(
            "SBOM Timestamp",
            "when its data last changed",
            "timestamp",
            once(lambda bom: bom.timestamp, "lock"),
            advice.EPOCH,
        ),
        row("SBOM Tool Name", "what made it", "tool.name", always),
        row("SBOM Tool Version", "its version", "tool.version", always),
        row("SBOM Version", "which version of the document this is", "serial, statements.revision", always),
    ),
    *cluster(
        "Component Data",
        row(
            "Component Producer",
            "who creates and names it",
            "Component.supplier, fact developer",
            each(EVERYTHING, judging.supplied, "developer"),
            advice.MAKERS,
        ),
        row(
            "Component Dependency Relationship",
            "what needs what",
            "relations, gaps",
            complete(lambda bom: bom.relations),
            advice.LOCK_ALL,
        ),
        row(
            "Component Hash Value",
            "a digest of what is executed",
            "Component.files, Component.hashes",
            each(("model", "code", "package"), judging.hashed, lack="hash"),
            advice.LOCK_HASH,
        ),
        row(
            "Component Hash Algorithm",
            "how it was made",
            "SHA-256, always",
            each(("model", "code", "package"), judging.hashed, lack="hash"),
            advice.LOCK_HASH,
        ),
        row(
            "Component Identifiers",
            "purl, SWHID or another that programs can look up",
            "Component.purl, Component.swhid",
            each(EVERYTHING, attribute("purl", "swhid"), lack="lock"),
        ),
        row(
            "Component License",
            "its licence",
            "Component.license",
            each(EVERYTHING, judging.licensed, half=judging.declares),
            advice.LICENSE,
        ),
        row("Component Name", "its name", "Component.name", each(EVERYTHING, attribute("name"))),
        row(
            "Component Version",
            "its version",
            "Component.version",
            each(EVERYTHING, attribute("version"), lack="lock"),
            advice.VERSION,
        ),
    ),
)

CISA = ElementList(
    name="cisa",
    title="2026 Minimum Elements for a Software Bill of Materials",
    publisher="CISA and partners",
    version="2.1",
    date="2026-07-29",
    url="https://www.ic3.gov/CSA/2026/260729.pdf",
    read="The 17 fields from a published crosswalk. Its six practices (coverage, delivery, frequency and the like) are "
    'about how documents are handled, and are not judged. It wants the word "unknown" where nothing is known; ptmdeps '
    "names such things with the reason, and counts them as missing.",
    elements=_ELEMENTS,
)
