"""The data fields of BSI TR-03183-2."""

from __future__ import annotations

from ptmdeps.bom.coverage import advice, judging
from ptmdeps.bom.coverage.judging import EVERYTHING, always, attribute, complete, each, never, once, stated
from ptmdeps.bom.coverage.model import ElementList, cluster, row
from ptmdeps.bom.model import Bom, Component, Kind

_FILES: tuple[Kind, ...] = ("model", "code")


def _reachable(bom: Bom, one: Component) -> bool:
    """Whether its maker is named with an address, as the guideline wants it."""
    parties = (bom.statements.supplier if one is bom.project else None, one.said and one.said.supplier, one.supplier)
    return any(party and (party.email or party.url) for party in parties)


def _sha_512(_bom: Bom, one: Component) -> bool:
    return any(algorithm == "SHA-512" for algorithm, _ in one.hashes)


_ELEMENTS = (
    *cluster(
        "Required of the SBOM itself",
        row(
            "Creator of the SBOM",
            "mailbox or address of who made it",
            "statements.author",
            once(lambda bom: (one := bom.statements.author) and (one.email or one.url), half=stated("author")),
            advice.AUTHOR,
        ),
        row("Timestamp", "when it was made", "timestamp", once(lambda bom: bom.timestamp, "lock"), advice.EPOCH),
    ),
    *cluster(
        "Required of each component",
        row(
            "Component creator",
            "mailbox or address of who made it",
            "Component.supplier, said.supplier",
            each(EVERYTHING, _reachable, "developer", half=judging.supplied),
            advice.MAKERS,
        ),
        row("Component name", "its name", "Component.name", each(EVERYTHING, attribute("name"))),
        row(
            "Component version",
            "its version",
            "Component.version",
            each(EVERYTHING, attribute("version"), lack="lock"),
            advice.VERSION,
        ),
        row(
            "Filename of the component",
            "names of its files",
            "Component.files",
            each(_FILES, attribute("files"), lack="hash"),
            advice.LOCK_HASH,
        ),
        row(
            "Dependencies on other components",
            "what it needs, and whether that is all",
            "relations, gaps",
            complete(lambda bom: bom.relations),
            advice.LOCK_ALL,
        ),
        row(
            "Distribution licences",
            "licences under which it can be used",
            "Component.license",
            each(EVERYTHING, judging.licensed, half=judging.declares),
            advice.LICENSE,
        ),
        row(
            "Hash value of the deployable component",
            "SHA-512 of what is deployed",
            "Component.files, which have SHA-256",
            each(_FILES, _sha_512, lack="hash", half=judging.hashed),
            "The lock records SHA-256, which is what the hubs publish, too",
        ),
        row(
            "Executable property",
            "whether it is executed",
            "Component.files have a format, from which it follows only roughly",
            each(_FILES, lambda _bom, _one: False, lack="lock", half=attribute("files")),
        ),
        row("Archive property", "whether it is an archive", "nowhere", never("lock")),
        row("Structured property", "whether an archive keeps the structure of its contents", "nowhere", never("lock")),
    ),
    *cluster(
        "Additional, where they exist",
        row("SBOM-URI", "an identifier of the document", "serial", always, extra=True),
        row("Source code URI", "where its source is", "nowhere", never("card"), advice.ASK, extra=True),
        row(
            "URI of the deployable form",
            "where it is to be had",
            "Component.repository",
            each(_FILES, attribute("repository"), lack="lock"),
            extra=True,
        ),
        row(
            "Other unique identifiers",
            "purl, CPE or SWID",
            "Component.purl",
            each(EVERYTHING, attribute("purl"), lack="lock"),
            extra=True,
        ),
        row(
            "Original licences",
            "licences that its makers gave it",
            "Component.license.declared",
            each(EVERYTHING, judging.declares),
            advice.LICENSE,
            extra=True,
        ),
    ),
    *cluster(
        "Optional",
        row("Effective licence", "the licence by which the project uses it", "nowhere", never("format"), extra=True),
        row("Hash value of the source code", "SHA-512 of its source", "nowhere", never("hash"), extra=True),
        row(
            "URL of the security.txt",
            "security.txt of its maker",
            "statements.security_policy",
            once(stated("security_policy")),
            advice.say("security-policy", '"https://…/.well-known/security.txt"'),
            extra=True,
        ),
    ),
)

BSI = ElementList(
    name="bsi",
    title="TR-03183-2: Cyber Resilience Requirements, Part 2: Software Bill of Materials (SBOM)",
    publisher="BSI",
    version="2.1.0",
    date="2025-08-20",
    url="https://www.bsi.bund.de/SharedDocs/Downloads/EN/BSI/Publications/TechGuidelines/TR03183/BSI-TR-03183-2_v2_1_0.html",
    read="The fields that ntia-conformance-checker 6.0.0 checks for this guideline. Models are judged like software, "
    "which they are not: a deployable component is here the files of a model.",
    elements=_ELEMENTS,
)
