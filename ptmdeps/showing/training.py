"""What a model learned from, and how well."""

from __future__ import annotations

from ptmdeps.inspect.evaluations import Result, card_results, file_results
from ptmdeps.showing.element import Answer, Element, Known, Missing
from ptmdeps.showing.evidence import CARD, Evidence
from ptmdeps.showing.selecting import result_files
from ptmdeps.showing.values import Relation


def _languages(evidence: Evidence) -> Answer:
    if evidence.card and evidence.card.languages:
        return Known(value=evidence.card.languages, source=CARD)
    return Missing(reason=evidence.absent(CARD, "`language`"))


def _data(evidence: Evidence) -> Answer:
    if evidence.card and evidence.card.datasets:
        return Known(value=evidence.card.datasets, source=CARD)
    edges = evidence.locked.edges if evidence.locked else ()
    if names := tuple(edge.target.name for edge in edges if edge.relation == "dataset"):
        return Known(value=names, source="ptm.lock")
    return Missing(reason=evidence.absent(CARD, "`datasets`"))


def _base_models(evidence: Evidence) -> Answer:
    edges = evidence.locked.edges if evidence.locked else ()
    lineage = [edge for edge in edges if edge.kind == "lineage" and edge.relation != "dataset"]
    if lineage:
        found = (Relation(name=edge.target.name, relation=edge.relation, evidence=edge.evidence) for edge in lineage)
        return Known(value=tuple(found), source="ptm.lock")
    if evidence.card and evidence.card.base_models:
        relation = evidence.card.base_model_relation or "base-model"
        found = (Relation(name=name, relation=relation, evidence=CARD) for name in evidence.card.base_models)
        return Known(value=tuple(found), source=CARD)
    return Missing(reason=evidence.absent(CARD, "`base_model`"))


def _evaluation(evidence: Evidence) -> Answer:
    found: list[Result] = []
    sources: list[str] = []
    if CARD in evidence.contents and (results := card_results(evidence.contents[CARD])):
        found += results
        sources.append(CARD)
    for path in result_files(evidence.contents):
        if results := file_results(evidence.contents[path]):
            found += results
            sources.append(path)
    if found:
        return Known(value=tuple(found), source=", ".join(sources))
    return Missing(reason=evidence.absent(CARD, "`model-index`"))


ELEMENTS = (
    Element(
        group="technical",
        name="languages",
        meaning="codes of the languages it is for",
        sources="`language` of the card",
        collect=_languages,
    ),
    Element(
        group="technical",
        name="training data",
        meaning="data sets it was trained on",
        sources="`datasets` of the card; else `ptm.lock`",
        collect=_data,
    ),
    Element(
        group="technical",
        name="base models",
        meaning="models that it came from, and how",
        sources="`ptm.lock`; else `base_model` of the card",
        collect=_base_models,
    ),
    Element(
        group="technical",
        name="evaluation",
        meaning="claims of what was measured on which data",
        sources="`model-index` of the card; `.eval_results/`",
        collect=_evaluation,
    ),
)
