"""What a card and its files say of a model, and the manifest of a data set, in the words of the two profiles.

https://spdx.github.io/spdx-spec/v3.0.1/model/AI/Classes/AIPackage/,
https://spdx.github.io/spdx-spec/v3.0.1/model/Dataset/Classes/DatasetPackage/. A fact without a field of its own is in
the annotation that ``notes`` writes.
"""

from __future__ import annotations

from contextlib import suppress
from math import isfinite
from typing import Any

from ptmdeps.bom.fact_names import FactName
from ptmdeps.bom.model import Component
from ptmdeps.bom.spdx.fields import put
from ptmdeps.inspect.evaluations import Result
from ptmdeps.manifest.bom import ComponentStatement

_STRUCTURE: tuple[FactName, ...] = ("context-length", "vocabulary", "dimensions", "layers", "attention-heads")
_LIMITS: tuple[FactName, ...] = ("limitations", "out-of-scope", "ethics", "recommendations")
_USE: tuple[FactName, ...] = ("intended-use", "users", "library", "inputs", "outputs")
_TRAINING: tuple[FactName, ...] = ("training", "approach")

IN_FIELDS = frozenset[FactName](
    {*_STRUCTURE, *_LIMITS, *_USE, *_TRAINING, "task", "model-type", "architecture", "hyperparameters", "metrics",
     "preprocessing", "explainability", "energy", "description", "copyright", "paper", "links", "developer"}
)  # fmt: skip
"""Facts that have a field in a model's package."""


def describe_model(spdx: Any, package: Any, model: Component) -> None:  # noqa: ANN401 - bindings without types
    """Fill the fields of ``ai_AIPackage``."""
    if task := model.fact("task"):
        package.ai_domain.append(task.text)
    for fact in (*model.known("model-type"), *model.known("architecture")):
        package.ai_typeOfModel.extend(value for value in values(fact.value) if value not in package.ai_typeOfModel)
    put(
        package,
        ai_informationAboutApplication=_sections(model, _USE),
        ai_informationAboutTraining=_sections(model, _TRAINING),
        ai_limitation=_sections(model, _LIMITS),
    )
    package.ai_modelDataPreprocessing.extend(fact.text for fact in model.known("preprocessing"))
    package.ai_modelExplainability.extend(fact.text for fact in model.known("explainability"))
    for key, value in _hyperparameters(model):
        package.ai_hyperparameter.append(spdx.DictionaryEntry(key=key, value=value))
    for key, value in _metrics(model):
        package.ai_metric.append(spdx.DictionaryEntry(key=key, value=value))
    if (energy := _energy(model)) is not None:
        description = spdx.ai_EnergyConsumptionDescription()
        description.ai_energyQuantity = energy
        description.ai_energyUnit = spdx.ai_EnergyUnitType.kilowattHour
        package.ai_energyConsumption = spdx.ai_EnergyConsumption(ai_trainingEnergyConsumption=[description])
    if model.said and model.said.personal_data:
        package.ai_useSensitivePersonalInformation = getattr(spdx.PresenceType, model.said.personal_data)


def describe_dataset(spdx: Any, package: Any, dataset: Component) -> None:  # noqa: ANN401 - bindings without types
    """Fill the fields of ``dataset_DatasetPackage``."""
    said = dataset.said or ComponentStatement(name=dataset.title)
    types = spdx.dataset_DatasetType
    package.dataset_datasetType = [getattr(types, one) for one in said.content] or [types.noAssertion]
    use = dataset.fact("intended-use")
    put(
        package,
        dataset_dataCollectionProcess=said.collection,
        dataset_intendedUse=said.intended_use or (use.text if use else ""),
    )
    package.dataset_dataPreprocessing.extend(fact.text for fact in dataset.known("preprocessing"))
    package.dataset_knownBias.extend(fact.text for fact in dataset.known("ethics"))
    if said.personal_data:
        package.dataset_hasSensitivePersonalInformation = getattr(spdx.PresenceType, said.personal_data)
    if dataset.gated == "auto":
        package.dataset_datasetAvailability = spdx.dataset_DatasetAvailabilityType.clickthrough


def values(value: object) -> tuple[str, ...]:
    """The texts of a fact that is one text or several; none of a fact of another shape."""
    many = value if isinstance(value, tuple) else (value,)
    return tuple(one for one in many if isinstance(one, str))


def _sections(model: Component, names: tuple[FactName, ...]) -> str:
    """Several facts in one field: each after its name, so that nothing is mixed up."""
    return "\n\n".join(f"{name}: {fact.text}" for name in names for fact in model.known(name))


def _hyperparameters(model: Component) -> list[tuple[str, str]]:
    pairs = [pair for fact in model.known("hyperparameters") for pair in fact.value if isinstance(pair, tuple)]
    found = {(name, fact.text) for name in _STRUCTURE for fact in model.known(name)}
    return sorted({*found, *((str(key), str(value)) for key, value in pairs)})


def _metrics(model: Component) -> list[tuple[str, str]]:
    results = [one for fact in model.known("metrics") for one in fact.value if isinstance(one, Result) and one.value]
    return sorted({(_measured(one), one.value) for one in results})


def _measured(result: Result) -> str:
    return f"{result.metric or result.task or 'result'}{f' on {result.dataset}' if result.dataset else ''}"


def _energy(model: Component) -> float | None:
    with suppress(ValueError):
        if (energy := model.fact("energy")) and isfinite(value := float(energy.text)) and value >= 0:
            return value
    return None
