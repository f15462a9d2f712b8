"""The G7's minimum elements of an SBOM for AI."""

from __future__ import annotations

from functools import partial

from ptmdeps.bom.coverage import advice, judging
from ptmdeps.bom.coverage.advice import say, say_of
from ptmdeps.bom.coverage.judging import always, attribute, each, either, fact, facts, never, once, stated, stated_of
from ptmdeps.bom.coverage.model import ElementList, cluster, row
from ptmdeps.bom.model import Kind

_MODEL: tuple[Kind, ...] = ("model",)

_of_data = partial(each, ("dataset",), empty="no card names data that a model was trained on")

_OPENNESS = "no format has a field for open weights, architecture, data or training"

_ELEMENTS = (
    *cluster(
        "Metadata",
        row(
            "SBOM author",
            "who answers for the document; not the tool",
            "statements.author",
            once(stated("author")),
            advice.AUTHOR,
        ),
        row("SBOM version", "which version of the document this is", "serial, statements.revision", always),
        row("SBOM data format name", "the format", "the writer", always),
        row("SBOM data format version", "its version", "the writer", always),
        row("SBOM author signature", "a digital signature of the author", "nowhere", never("unsigned"), advice.SIGN),
        row("SBOM tool name", "what made the document", "tool.name", always),
        row("SBOM tool version", "its version", "tool.version", always),
        row(
            "SBOM generation context",
            "phase of the lifecycle in which it was made",
            "statements.lifecycle, else pre-build",
            always,
        ),
        row(
            "SBOM timestamp",
            "when its data last changed",
            "timestamp",
            once(lambda bom: bom.timestamp, "lock"),
            advice.EPOCH,
        ),
        row(
            "SBOM dependency relationship",
            "what includes, needs or descends from what",
            "relations, gaps",
            judging.complete(lambda bom: bom.relations),
            advice.LOCK_ALL,
        ),
    ),
    *cluster(
        "System Level Properties",
        row("System name", "name of the whole system", "project.name", once(lambda bom: bom.project.name)),
        row(
            "System components",
            "the parts of which it is made",
            "components, gaps",
            judging.complete(lambda bom: bom.components),
            advice.LOCK_ALL,
        ),
        row(
            "System producer",
            "who makes it",
            "statements.supplier",
            once(stated("supplier"), half=lambda bom: bom.project.authors),
            advice.SUPPLIER,
        ),
        row("System version", "its version", "project.version", once(lambda bom: bom.project.version), advice.VERSION),
        row(
            "System timestamp",
            "when it last changed",
            "statements.released",
            once(stated("released")),
            say("released", "2026-12-31"),
        ),
        row(
            "System data flow",
            "how data move between its parts and to others",
            "statements.data_flow",
            once(stated("data_flow")),
            say("data-flow", '"https://…"'),
        ),
        row(
            "System data usage",
            "what is done with the data",
            "statements.data_usage",
            once(stated("data_usage")),
            say("data-usage", '"https://…"'),
        ),
        row(
            "System input/output properties",
            "what goes in and what comes out",
            "statements.inputs, statements.outputs",
            once(lambda bom: bom.statements.inputs and bom.statements.outputs, half=stated("inputs", "outputs")),
            say("inputs", '["text"], outputs = ["text"]'),
        ),
        row(
            "Intended application area",
            "where it is used",
            "statements.domains, statements.intended_use",
            once(stated("domains", "intended_use")),
            say("domains", '["healthcare"]'),
        ),
    ),
    *cluster(
        "Models",
        row("Model name", "its name", "Component.name", each(_MODEL, attribute("name"))),
        row(
            "Model identifier",
            "identifiers that programs can use",
            "Component.purl, Component.swhid",
            each(_MODEL, attribute("purl", "swhid"), lack="lock"),
        ),
        row("Model version", "its version", "Component.version", each(_MODEL, attribute("version"), lack="lock")),
        row(
            "Model timestamp",
            "when it last changed, or was released",
            "Component.published, said.released",
            each(_MODEL, either(attribute("published"), stated_of("released")), lack="lock"),
            say_of("released", "2026-12-31"),
        ),
        row(
            "Model producer",
            "who trained it",
            "fact developer, said.supplier",
            each(_MODEL, either(fact("developer"), stated_of("supplier")), "developer", half=attribute("supplier")),
            advice.MAKER,
        ),
        row(
            "Model description",
            "what it can do, what it cannot, where it comes from",
            "facts description, limitations",
            each(
                _MODEL,
                facts("description", "limitations"),
                "description",
                "limitations",
                half=fact("description", "limitations"),
            ),
            advice.CARD,
        ),
        row(
            "Model hash value",
            "digests of its weights and other files",
            "Component.files, Component.hashes",
            each(_MODEL, judging.hashed, lack="hash"),
            advice.LOCK_HASH,
        ),
        row(
            "Model hash algorithm",
            "how they were made",
            "SHA-256, always",
            each(_MODEL, judging.hashed, lack="hash"),
            advice.LOCK_HASH,
        ),
        row(
            "Model properties",
            "architecture, number of parameters, settings",
            "facts architecture, model-type, parameters, hyperparameters",
            each(
                _MODEL,
                facts("architecture", "parameters"),
                "parameters",
                "architecture",
                half=fact("architecture", "model-type", "parameters", "hyperparameters"),
            ),
            advice.CARD,
        ),
        row(
            "Model input-output properties",
            "modality, longest input, tokenizer",
            "facts inputs, outputs, context-length, vocabulary",
            each(
                _MODEL,
                facts("inputs", "outputs", "context-length"),
                "context-length",
                "inputs",
                half=fact("inputs", "outputs", "context-length", "vocabulary"),
            ),
            advice.CARD,
        ),
        row(
            "Model training properties",
            "how it was trained",
            "facts training, approach, hyperparameters; relations",
            each(
                _MODEL,
                fact("training", "approach"),
                "training",
                half=lambda bom, one: (
                    one.fact("hyperparameters") or [*bom.leaving(one.identifier, "descends", "trained-on")]
                ),
            ),
            advice.ASK,
        ),
        row(
            "Model license",
            "its licence, and what of it is open",
            "Component.license",
            each(_MODEL, judging.licensed, half=judging.declares),
            advice.LICENSE,
            limit=_OPENNESS,
        ),
        row(
            "Model external references",
            "card, papers, documentation",
            "Component.repository, Component.card, facts paper, links",
            each(
                _MODEL,
                lambda bom, one: one.repository and (one.card or fact("paper", "links")(bom, one)),
                "paper",
                half=attribute("repository", "card"),
            ),
            advice.CARD,
        ),
    ),
    *cluster(
        "Datasets Properties",
        row("Dataset name", "its name", "Component.name", _of_data(attribute("name"))),
        row(
            "Dataset description",
            "what it is for, and whether it is public",
            "fact description, said.description, said.intended_use",
            _of_data(either(fact("description", "intended-use"), stated_of("description", "intended_use"))),
            say_of("description", '"…"'),
        ),
        row(
            "Dataset content",
            "what it holds, and in which form",
            "said.content",
            _of_data(stated_of("content"), lack="manifest"),
            say_of("content", '["text"]'),
        ),
        row(
            "Dataset identifier",
            "what identifies it, such as its address",
            "Component.purl, Component.repository",
            _of_data(attribute("purl", "repository"), lack="lock"),
        ),
        row(
            "Dataset hash",
            "a digest of it",
            "Component.hashes; the commit is one of a kind",
            _of_data(attribute("hashes"), lack="hash", half=attribute("version")),
            "Data sets are not locked: nobody hashed them",
        ),
        row(
            "Dataset provenance",
            "where the data come from, how they were collected",
            "said.collection, said.supplier, Component.supplier",
            _of_data(
                stated_of("collection"),
                lack="manifest",
                half=either(stated_of("supplier"), attribute("supplier")),
            ),
            say_of("collection", '"…"'),
        ),
        row(
            "Dataset statistical properties",
            "mean, range, skewness and the like",
            "said.statistics",
            _of_data(stated_of("statistics"), lack="manifest"),
            say_of("statistics", '"https://…"'),
            limit="no format has a field for statistics: they are a property",
        ),
        row(
            "Dataset sensitivity",
            "personal, protected or secret data in it",
            "said.personal_data",
            _of_data(stated_of("personal_data"), lack="manifest"),
            say_of("personal-data", '"no"'),
        ),
        row(
            "Dataset dependency relationship",
            "what it was made of, and with which software",
            "relations that leave it",
            _of_data(
                lambda bom, one: [*bom.leaving(one.identifier)],
                lack="lock",
                half=lambda bom, one: any(edge.target == one.identifier for edge in bom.relations),
            ),
            advice.ASK,
        ),
        row(
            "Dataset license",
            "its licence",
            "Component.license",
            _of_data(judging.licensed, half=judging.declares),
            advice.LICENSE,
        ),
    ),
    *cluster(
        "Infrastructure",
        row(
            "Infrastructure software",
            "libraries, frameworks and runtimes it needs",
            "components of kind package, statements.software",
            once(lambda bom: bom.statements.software or any(bom.of_kind("package"))),
            advice.PYTHON,
        ),
        row(
            "Infrastructure hardware",
            "a link to the bill of its hardware",
            "statements.hardware",
            once(stated("hardware")),
            say("hardware", '"https://…/hbom.json"'),
        ),
    ),
    *cluster(
        "Security Properties",
        row(
            "Security controls",
            "measures against attacks, those of AI among them",
            "statements.security_controls",
            once(stated("security_controls")),
            say("security-controls", '["inputs are filtered"]'),
        ),
        row(
            "Security compliance",
            "standards and certificates",
            "statements.security_compliance",
            once(stated("security_compliance")),
            say("security-compliance", '["ISO/IEC 27001"]'),
        ),
        row(
            "Cybersecurity policy information",
            "a link to security.txt",
            "statements.security_policy",
            once(stated("security_policy")),
            say("security-policy", '"https://…/.well-known/security.txt"'),
        ),
        row(
            "Vulnerability referencing",
            "a link to known vulnerabilities",
            "statements.vulnerabilities",
            once(stated("vulnerabilities")),
            say("vulnerabilities", '"https://…"'),
        ),
    ),
    *cluster(
        "Key Performance Indicators",
        row(
            "Security metrics",
            "figures of its security, such as robustness",
            "statements.security_metrics",
            once(stated("security_metrics")),
            say("security-metrics", '"https://…"'),
        ),
        row(
            "Operational performance KPIs",
            "latency, uptime and the like",
            "statements.operational_metrics",
            once(stated("operational_metrics")),
            say("operational-metrics", '"https://…"'),
        ),
    ),
)

G7 = ElementList(
    name="g7",
    title="Software Bill of Materials for AI: Minimum Elements",
    publisher="BSI, ACN, ANSSI, CSE, CISA, NCSC, NCO and the European Commission",
    version="",
    date="2026-05-12",
    url="https://www.bsi.bund.de/SharedDocs/Downloads/EN/BSI/KI/SBOM-for-AI_minimum-elements.pdf",
    read="Names and meanings from two published crosswalks that agree on 50 elements in 7 clusters; the document "
    "itself has neither version nor date in it, and is not mandatory.",
    elements=_ELEMENTS,
)
