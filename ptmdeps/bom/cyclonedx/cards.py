"""Model cards and data sets, as CycloneDX' JSON has them; the library has no model for either."""

from __future__ import annotations

from typing import Any

from ptmdeps.bom.cyclonedx import properties
from ptmdeps.bom.fact_names import FactName
from ptmdeps.bom.model import Bom, Component, Fact
from ptmdeps.inspect.evaluations import Result

Object = dict[str, Any]
"""A JSON object."""

_WITH_ENVIRONMENT = "1.6"


def model_card(component: Component, bom: Bom, version: str) -> Object:
    """What is known of a model; empty where nothing of it is."""
    considerations = _considerations(component)
    environment = list(properties.of_environment(component))
    pairs = list(properties.of_card(component))
    if environment and version >= _WITH_ENVIRONMENT:
        considerations["environmentalConsiderations"] = {"properties": _pairs(environment)}
    elif environment:
        pairs += environment
    return _filled(
        modelParameters=_parameters(component, bom),
        quantitativeAnalysis=_filled(performanceMetrics=_metrics(component)),
        considerations=considerations,
        properties=_pairs(pairs),
    )


def data_set(component: Component) -> list[Object]:
    """What is known of a data set."""
    said = component.said
    owner = component.supplier
    return [
        _filled(
            type="dataset",
            name=component.title,
            contents=_filled(url=component.repository),
            classification="",
            sensitiveData=["personal data"] if said and said.personal_data == "yes" else [],
            description=_text(component, "description"),
            governance={"owners": [{"organization": {"name": owner.name}}]} if owner else {},
        )
    ]


def _parameters(component: Component, bom: Bom) -> Object:
    datasets = [relation.target for relation in bom.leaving(component.identifier, "trained-on")]
    return _filled(
        approach=_filled(type=_text(component, "approach")),
        task=_text(component, "task"),
        architectureFamily=_text(component, "model-type"),
        modelArchitecture=_text(component, "architecture"),
        datasets=[{"ref": target} for target in dict.fromkeys(datasets)],
        inputs=[{"format": text} for text in _texts(component.fact("inputs"))],
        outputs=[{"format": text} for text in _texts(component.fact("outputs"))],
    )


def _metrics(component: Component) -> list[Object]:
    results = [item for fact in component.known("metrics") for item in fact.value if isinstance(item, Result)]
    found = (_filled(type=one.metric or one.task, value=one.value, slice=one.dataset) for one in results)
    return _unique(found)


def _considerations(component: Component) -> Object:
    ethics = _filled(name=_text(component, "ethics"), mitigationStrategy=_text(component, "recommendations"))
    outside = _text(component, "out-of-scope")
    limits = (_text(component, "limitations"), f"Out of scope: {outside}" if outside else "")
    return _filled(
        users=[text for fact in component.known("users") if (text := fact.text)],
        useCases=[text for fact in component.known("intended-use") if (text := fact.text)],
        technicalLimitations=[text for text in limits if text],
        ethicalConsiderations=[ethics] if ethics else [],
    )


def _text(component: Component, name: FactName) -> str:
    fact = component.fact(name)
    return fact.text if fact else ""


def _texts(fact: Fact | None) -> list[str]:
    return [item for item in fact.value if isinstance(item, str)] if fact else []


def _pairs(pairs: list[properties.Pair]) -> list[Object]:
    return [{"name": name, "value": value} for name, value in sorted(set(pairs))]


def _filled(**fields: Any) -> Object:  # noqa: ANN401 - values of JSON
    """Those that hold something."""
    return {name: value for name, value in fields.items() if value}


def _unique(found: Any) -> list[Object]:  # noqa: ANN401 - values of JSON
    kept: list[Object] = []
    seen: set[tuple[tuple[str, str], ...]] = set()
    for one in found:
        key = tuple(sorted(one.items()))
        if one and key not in seen:
            seen.add(key)
            kept.append(one)
    return kept
