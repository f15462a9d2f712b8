"""keras-hub and keras-nlp: ``BertBackbone.from_preset("bert_base_en")``.

Read are the tables of presets that every package of ``keras_hub/src/models`` (0.16 to 0.32; of ``keras_nlp`` since
0.9) registers: ``"kaggle_handle": "kaggle://keras/bert/keras/bert_base_en/3"`` is version 3 of a model of
Kaggle, ``hf://owner/name`` a repository of the Hugging Face Hub. The library knows neither files nor hashes.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from ptmdeps.identity import ModelKey
from ptmdeps.libraries.reading import in_repository
from ptmdeps.libraries.static import Modules
from ptmdeps.libraries.table import Entry, Names
from ptmdeps.libraries.tracing import Tracer

_READS = "keras-hub"
_MODELS = ("keras_hub.src.models", "keras_nlp.src.models", "keras_nlp.models")
_PRESETS = re.compile(r"(?:\w+_)?presets")
_KAGGLE = re.compile(r"kaggle://((?:[\w.-]+/){3}[\w.-]+)(?:/(\d{1,6}))?", re.ASCII)
_HUGGING_FACE = re.compile(r"hf://([\w.-]+/[\w.-]+)", re.ASCII)


def read(modules: Modules) -> Names:
    """Return the model behind every preset."""
    tracer = Tracer(modules)
    found = [
        handle for models in _MODELS for module in _modules(modules, models) for handle in _handles(tracer, module)
    ]
    entries = {name: _entry(handle) for name, handle in found}
    return {name: (entry,) for name, entry in entries.items() if entry}


def _modules(modules: Modules, models: str) -> Iterator[str]:
    """Yield the tables that stand in the modules of presets, as dotted names."""
    for package in modules.children(models):
        for module in modules.children(package):
            source = modules.source(module) if module.endswith("_presets") else None
            for name, statement in (source.bound if source else {}).items():
                if isinstance(statement, ast.Assign) and _PRESETS.fullmatch(name):
                    yield f"{module}.{name}"


def _handles(tracer: Tracer, table: str) -> Iterator[tuple[str, str]]:
    presets = tracer.value(table)
    for name, preset in (presets if isinstance(presets, dict) else {}).items():
        handle = preset.get("kaggle_handle") if isinstance(preset, dict) else None
        if isinstance(name, str) and isinstance(handle, str):
            yield name, handle


def _entry(handle: str) -> Entry | None:
    if match := _KAGGLE.fullmatch(handle):
        return Entry(key=ModelKey("kaggle", match[1]), ref=match[2] or "", reads=_READS)
    match = _HUGGING_FACE.fullmatch(handle)
    return in_repository(match[1], reads=_READS) if match else None
