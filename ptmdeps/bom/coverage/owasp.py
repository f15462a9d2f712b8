"""The fields that the OWASP AIBOM generator counts when it scores a BOM."""

from __future__ import annotations

from ptmdeps.bom.coverage import advice, judging
from ptmdeps.bom.coverage.advice import say_of
from ptmdeps.bom.coverage.judging import OfComponent, always, attribute, each, fact, never, stated_of
from ptmdeps.bom.coverage.model import Element, ElementList, cluster, row
from ptmdeps.bom.fact_names import FactName
from ptmdeps.bom.model import Bom, Component, Kind

_MODEL: tuple[Kind, ...] = ("model",)


def _of_gguf(_bom: Bom, one: Component) -> bool:
    return any(file.format == "gguf" for file in one.files)


def _of_fact(name: str, asks: str, *names: FactName, also: OfComponent | None = None) -> Element:
    place = f"facts {', '.join(names)}" if len(names) > 1 else f"fact {names[0]}"
    test = judging.either(fact(*names), also) if also else fact(*names)
    return row(name, asks, place, each(_MODEL, test, *names), advice.CARD)


def _of_header(name: str, asks: str, *names: FactName) -> Element:
    place = f"fact {names[0]}" if names else "nowhere"
    test = fact(*names) if names else (lambda _bom, _one: False)
    return row(name, asks, place, each(_MODEL, test, *names, among=_of_gguf))


_ELEMENTS = (
    *cluster(
        "required_fields",
        row("bomFormat", "the format", "the writer", always),
        row("specVersion", "its version", "the writer", always),
        row("serialNumber", "an identifier of the document", "serial", always),
        row("version", "which version of the document this is", "statements.revision", always),
    ),
    *cluster(
        "metadata",
        row("primaryPurpose", "that it is a model", "Component.kind", each(_MODEL, attribute("kind"))),
        row("suppliedBy", "who distributes it", "Component.supplier", each(_MODEL, judging.supplied), advice.MAKER),
        row("standardCompliance", "standards it complies with", "nowhere", never("card"), advice.ASK),
        _of_fact("domain", "where it can be used", "task"),
        row("autonomyType", "whether it acts without people", "nowhere", never("card"), advice.ASK),
    ),
    *cluster(
        "component_basic",
        row("name", "its name", "Component.name", each(_MODEL, attribute("name"))),
        row("type", "that it is a model", "Component.kind", each(_MODEL, attribute("kind"))),
        row("component_version", "its version", "Component.version", each(_MODEL, attribute("version"), lack="lock")),
        row("purl", "its package URL", "Component.purl", each(_MODEL, attribute("purl"), lack="lock")),
        _of_fact("description", "what it is", "description"),
        row(
            "licenses",
            "its licence",
            "Component.license",
            each(_MODEL, judging.licensed, half=judging.declares),
            advice.LICENSE,
        ),
        row(
            "external_references",
            "addresses about it",
            "Component.repository",
            each(_MODEL, attribute("repository"), lack="lock"),
        ),
    ),
    *cluster(
        "component_model_card",
        row(
            "datasets",
            "data sets it was trained on",
            "relations trained-on",
            each(_MODEL, lambda bom, one: [*bom.leaving(one.identifier, "trained-on")]),
            advice.ASK,
        ),
        _of_fact("ethicalConsiderations", "bias and risks", "ethics"),
        _of_fact("energyConsumption", "energy of its training", "energy", "emissions"),
        _of_fact("hyperparameter", "settings", "hyperparameters", "context-length", "layers"),
        _of_fact("technicalLimitations", "what it cannot do", "limitations"),
        row("safetyRiskAssessment", "how dangerous it is", "nowhere", never("card"), advice.ASK),
        _of_fact("intendedUse", "what it is for", "intended-use", also=stated_of("intended_use")),
        _of_fact("typeOfModel", "its architecture", "model-type", "architecture"),
        _of_fact("modelExplainability", "how its answers can be explained", "explainability"),
        _of_fact("energyQuantity", "energy of its training in numbers", "energy"),
        _of_fact("energyUnit", "the unit of that, kWh", "energy"),
        _of_fact("informationAboutTraining", "how it was trained", "training"),
        _of_fact("informationAboutApplication", "how it is used", "intended-use", "library"),
        _of_fact("metric", "what was measured", "metrics"),
        row("metricDecisionThreshold", "from which value on an answer counts", "nowhere", never("card"), advice.ASK),
        _of_fact("modelDataPreprocessing", "how its data were prepared", "preprocessing"),
        row(
            "useSensitivePersonalInformation",
            "whether personal data were used",
            "said.personal_data",
            each(_MODEL, stated_of("personal_data"), lack="manifest"),
            say_of("personal-data", '"no"'),
        ),
        _of_header("vocab_size", "of GGUF files: tokens that it knows", "vocabulary"),
        _of_header("tokenizer_class", "of GGUF files: its tokenizer", "parts"),
        _of_header("context_length", "of GGUF files: longest input", "context-length"),
        _of_header("embedding_length", "of GGUF files: size of the hidden state", "dimensions"),
        _of_header("block_count", "of GGUF files: layers", "layers"),
        _of_header("attention_head_count", "of GGUF files: attention heads", "attention-heads"),
        _of_header("attention_head_count_kv", "of GGUF files: heads of keys and values"),
        _of_header("feed_forward_length", "of GGUF files: size of the feed-forward layers"),
        _of_header("rope_dimension_count", "of GGUF files: dimensions of rotary embeddings"),
        _of_header("quantization_version", "of GGUF files: version of the quantization"),
        _of_header("quantization_file_type", "of GGUF files: kind of quantization", "quantization"),
    ),
    *cluster(
        "external_references",
        row(
            "downloadLocation",
            "where it is to be had",
            "Component.repository",
            each(_MODEL, attribute("repository"), lack="lock"),
        ),
        row("vcs", "its repository", "Component.swhid", each(_MODEL, attribute("swhid"), lack="lock")),
        row("website", "its page", "Component.repository", each(_MODEL, attribute("repository"), lack="lock")),
        _of_fact("paper", "papers about it", "paper"),
    ),
)

OWASP = ElementList(
    name="owasp",
    title="OWASP AIBOM generator: field registry",
    publisher="OWASP GenAI Security Project",
    version="1.0.2",
    date="2026-04-27",
    url="https://github.com/GenAI-Security-Project/aibom-generator/blob/main/src/models/field_registry.json",
    read="The 48 fields of the registry at commit c5a3f2f647b8, in its order of categories. Its own score weighs them, "
    "looks at the first component only and takes any text for an answer; here each model is looked at.",
    elements=_ELEMENTS,
)
