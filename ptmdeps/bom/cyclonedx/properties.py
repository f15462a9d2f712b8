"""Properties: what CycloneDX has no field for, and where each fact comes from; ``sbom/PROFILE.md`` explains every name.

Our names begin with ``ptmdeps:``. Two other vocabularies are spoken as well, so that tools that read them find the
facts: ``genai:aibom:modelcard:`` of the OWASP AIBOM project inside of model cards, and ``spdx:`` with the names of the
AI profile of SPDX 3.0.1 beside them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from ptmdeps.bom.fact_names import FactName
from ptmdeps.bom.model import Bom, Component, Relation
from ptmdeps.manifest.bom import BomStatements

NAMESPACE = "ptmdeps:"

Pair = tuple[str, str]

_UNPLACED: tuple[FactName, ...] = (
    "languages", "parameters", "tensor-types", "memory", "quantization", "context-length", "vocabulary", "dimensions",
    "layers", "attention-heads", "library", "saved-with", "hyperparameters", "out-of-scope", "training",
    "preprocessing", "evaluation", "explainability", "hardware", "energy", "emissions", "terms", "entry-points",
    "parts", "signature",
)  # fmt: skip
"""Facts without a field of their own in CycloneDX 1.7."""

_SPDX: Mapping[FactName, str] = {
    "task": "primaryPurpose",
    "intended-use": "intendedUse",
    "limitations": "limitation",
    "training": "informationAboutTraining",
    "preprocessing": "modelDataPreprocessing",
    "explainability": "modelExplainability",
    "metrics": "metric",
    "model-type": "typeOfModel",
}
_GENAI: Mapping[FactName, str] = {
    "hyperparameters": "hyperparameter",
    "explainability": "modelCardExplainability",
    "vocabulary": "vocabSize",
    "context-length": "contextLength",
    "dimensions": "embeddingLength",
    "layers": "blockCount",
    "attention-heads": "attentionHeadCount",
}
_STATED: Mapping[str, str] = {
    "intended-use": "intended_use",
    "inputs": "inputs",
    "outputs": "outputs",
    "data-flow": "data_flow",
    "data-usage": "data_usage",
    "acceptable-use": "acceptable_use",
    "hardware": "hardware",
    "security-controls": "security_controls",
    "security-metrics": "security_metrics",
    "operational-metrics": "operational_metrics",
}
"""What the manifest says of the project, and what of it has no field."""


def of_component(component: Component, relations: Iterator[Relation]) -> Iterator[Pair]:
    """Everything about one component, without repetition."""
    plain = {
        "kind": component.kind,
        "hub": component.hub,
        "published": component.published,
        "missing": component.missing,
        "gated": component.gated,
        "card": component.card,
        "shipped": "" if component.shipped else "false",
        "remote-code": "true" if component.remote_code else "",
        "size": str(component.size) if component.size else "",
        "files": str(len(component.files)) if component.files else "",
    }
    yield from ((f"{NAMESPACE}{name}", value) for name, value in plain.items() if value)
    yield from ((f"{NAMESPACE}ref", ref) for ref in component.refs)
    yield from ((f"{NAMESPACE}entrypoint", call) for call in component.entrypoints)
    yield from ((f"{NAMESPACE}{name}", value) for name, value in component.properties)
    yield from _license(component)
    yield from _facts(component)
    yield from _said(component)
    for one in relations:
        role = f":{one.role}" if one.kind != "requires" and one.role else ""
        evidence = f"{one.evidence}, " if one.evidence else ""
        yield f"{NAMESPACE}relation:{one.kind}{role}", f"{one.target} ({evidence}{one.confidence})"


def _license(component: Component) -> Iterator[Pair]:
    license_ = component.license
    if license_ is not None:
        said = {
            "declared": license_.declared,
            "concluded": license_.concluded,
            "evidence": license_.evidence,
            "link": license_.link,
            "text": license_.text,
            "sha256": license_.sha256,
            "recognized": license_.recognized,
            "likeness": str(license_.likeness) if license_.likeness else "",
        }
        yield from ((f"{NAMESPACE}license:{name}", value) for name, value in said.items() if value)


def _facts(component: Component) -> Iterator[Pair]:
    sources: defaultdict[str, list[str]] = defaultdict(list)
    for fact in component.facts:
        if fact.name in _UNPLACED:
            yield f"{NAMESPACE}fact:{fact.name}", fact.text
        sources[f"{fact.source}, inferred" if fact.inferred else fact.source].append(fact.name)
    yield from ((f"{NAMESPACE}source", f"{', '.join(names)}: {source}") for source, names in sources.items())
    reasons: defaultdict[str, list[str]] = defaultdict(list)
    for absence in component.absences:
        reasons[absence.reason].append(absence.name)
    yield from ((f"{NAMESPACE}absent", f"{', '.join(names)}: {reason}") for reason, names in reasons.items())
    yield from _crosswalk(component)


def _crosswalk(component: Component) -> Iterator[Pair]:
    """Under the names of the AI profile of SPDX."""
    if component.kind != "model":
        return
    if component.supplier is not None:
        yield "spdx:suppliedBy", component.supplier.name
    for name, theirs in _SPDX.items():
        if fact := component.fact(name):
            yield f"spdx:{theirs}", fact.text
    if fact := component.fact("intended-use"):
        yield "spdx:informationAboutApplication", fact.text
    if fact := component.fact("energy"):
        yield "spdx:energyQuantity", fact.text
        yield "spdx:energyUnit", "kilowattHour"


def _said(component: Component) -> Iterator[Pair]:
    said = component.said
    if said is not None:
        named = {
            "released": said.released,
            "built": said.built,
            "content": ", ".join(said.content),
            "collection": said.collection,
            "personal-data": said.personal_data,
            "statistics": said.statistics,
        }
        yield from ((f"{NAMESPACE}said:{name}", value) for name, value in named.items() if value)


def of_card(component: Component) -> Iterator[Pair]:
    """What stands inside of the model card, under the names of the OWASP AIBOM project."""
    for name, theirs in _GENAI.items():
        if fact := component.fact(name):
            yield f"genai:aibom:modelcard:{theirs}", fact.text
    for fact in component.known("parts"):
        tokenizer = dict(item for item in fact.value if isinstance(item, tuple)).get("tokenizer", "")
        if tokenizer and not tokenizer.endswith(".json"):
            yield "genai:aibom:modelcard:tokenizerClass", tokenizer


def of_environment(component: Component) -> Iterator[Pair]:
    """What the training cost: CycloneDX' own fields ask for more than anybody says."""
    for name, ours in (("energy", "energy-kwh"), ("emissions", "emissions-gco2eq"), ("hardware", "hardware")):
        if fact := component.fact(name):  # type: ignore[arg-type]  # names of facts
            yield f"{NAMESPACE}{ours}", fact.text


def of_bom(bom: Bom) -> Iterator[Pair]:
    """What is about the bill, and about the project as its manifest describes it."""
    yield f"{NAMESPACE}lock:sha256", bom.lock
    yield f"{NAMESPACE}completeness", bom.completeness
    yield from ((f"{NAMESPACE}gap:{gap.what}", gap.text) for gap in bom.gaps)
    yield from _stated(bom.statements)


def _stated(statements: BomStatements) -> Iterator[Pair]:
    for name, attribute in _STATED.items():
        value = getattr(statements, attribute)
        for text in value if isinstance(value, tuple) else (value,) if value else ():
            yield f"{NAMESPACE}{name}", text
    yield from (("spdx:domain", text) for text in statements.domains)
    yield from (("spdx:standardCompliance", text) for text in statements.security_compliance)
