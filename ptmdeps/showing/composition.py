"""What a model is made of, and how it is loaded."""

from __future__ import annotations

from collections.abc import Iterator

from ptmdeps.errors import UnsafeContent
from ptmdeps.inspect.configuration import pipeline_components, sentence_modules
from ptmdeps.inspect.formats import file_format
from ptmdeps.showing.element import Answer, Element, Known, Missing
from ptmdeps.showing.evidence import CARD, Evidence
from ptmdeps.showing.selecting import HUBCONF
from ptmdeps.showing.values import Part

_CONFIG, _ADAPTER, _TOKENIZER = "config.json", "adapter_config.json", "tokenizer_config.json"
_INDEX, _MODULES = "model_index.json", "modules.json"
_PROCESSORS = ("preprocessor_config.json", "processor_config.json")
_MAX_PARTS = 500


def _components(evidence: Evidence) -> Answer:
    """Parts of a pipeline, stages of a sentence transformer, tokenizer and processors."""
    parts: list[Part] = []
    sources: list[str] = []
    for path, found in _parts(evidence):
        parts.append(found)
        sources.append(path)
    if parts:
        return Known(value=tuple(parts[:_MAX_PARTS]), source=", ".join(dict.fromkeys(sources)))
    reason = f"no `{_INDEX}`, `{_MODULES}` or `{_TOKENIZER}` that lists any"
    doubt = evidence.doubt(_INDEX, _MODULES, _TOKENIZER) or evidence.unasked
    return Missing(reason=evidence.nothing or (f"{doubt}: {reason}" if doubt else reason))


def _parts(evidence: Evidence) -> Iterator[tuple[str, Part]]:
    for path in (_INDEX, _MODULES):
        if path not in evidence.contents:
            continue
        try:
            yield from ((path, part) for part in _READERS[path](evidence.contents[path]))
        except UnsafeContent:
            continue  # an index that cannot be read lists nothing; loaders refuse it as well
    tokenizer = _text(evidence.config(_TOKENIZER).get("tokenizer_class"))
    if tokenizer or _TOKENIZER in evidence.contents:
        yield _TOKENIZER, Part(name="tokenizer", made_by=tokenizer or "tokenizer.json")
    for path, config in evidence.configs(*_PROCESSORS):
        for key in ("processor_class", "image_processor_type", "feature_extractor_type"):
            if made_by := _text(config.get(key)):
                yield (
                    path,
                    Part(name=key.removesuffix("_class").removesuffix("_type").replace("_", " "), made_by=made_by),
                )
    if "chat_template" in evidence.config(_TOKENIZER):
        yield _TOKENIZER, Part(name="chat template", made_by=_TOKENIZER)
    elif "chat_template.jinja" in evidence.paths:
        yield "chat_template.jinja", Part(name="chat template", made_by="chat_template.jinja")


def _pipeline_parts(data: bytes) -> Iterator[Part]:
    for component in pipeline_components(data):
        yield Part(name=component.name, made_by=f"{component.library}.{component.class_name}")


def _sentence_parts(data: bytes) -> Iterator[Part]:
    for number, module in enumerate(sentence_modules(data)):
        yield Part(name=module.path or f"module {number}", made_by=module.type)


_READERS = {_INDEX: _pipeline_parts, _MODULES: _sentence_parts}


_MADE_BY = {"torchhub": "torch.hub.load", "tfhub": "tensorflow_hub.load", "spacy": "spacy.load"}
"""What calls the entry points of a hub's models."""


def _entry_points(evidence: Evidence) -> Answer:
    """What to call to load it, as its own files say."""
    found = tuple(_loaders(evidence))
    if found:
        parts = dict.fromkeys(part for _, part in found)
        return Known(value=tuple(parts)[:_MAX_PARTS], source=", ".join(dict.fromkeys(path for path, _ in found)))
    return Missing(reason=evidence.absent(_CONFIG, "`architectures` and no `auto_map`"))


def _loaders(evidence: Evidence) -> Iterator[tuple[str, Part]]:
    if _MODULES in evidence.contents:
        yield _MODULES, Part(name="SentenceTransformer", made_by="sentence_transformers")
    if pipeline := _text(evidence.config(_INDEX).get("_class_name")):
        yield _INDEX, Part(name=pipeline, made_by="diffusers")
    if kind := _text(evidence.config(_ADAPTER).get("peft_type")):
        yield _ADAPTER, Part(name="AutoPeftModel", made_by=f"peft, {kind}")
    yield from _mapped(evidence)
    yield from _transformers(evidence)
    if evidence.locked is not None and evidence.locked.entrypoints:
        yield from (
            ("ptm.lock", Part(name=call, made_by=_MADE_BY.get(evidence.key.hub, "")))
            for call in evidence.locked.entrypoints
        )
    elif HUBCONF in evidence.paths:
        yield HUBCONF, Part(name="torch.hub.load", made_by=HUBCONF)
    for path in evidence.paths:
        if file_format(path) == "gguf":
            yield path, Part(name=path, made_by="GGUF")


def _mapped(evidence: Evidence) -> Iterator[tuple[str, Part]]:
    """Automatic classes that lead to code of a repository."""
    for path, config in evidence.configs(_CONFIG, _TOKENIZER, *_PROCESSORS):
        mapped = config.get("auto_map")
        for name, target in mapped.items() if isinstance(mapped, dict) else ():
            if made_by := _text(target[0] if isinstance(target, list) and target else target):
                yield path, Part(name=name, made_by=made_by)


def _transformers(evidence: Evidence) -> Iterator[tuple[str, Part]]:
    architectures = evidence.config(_CONFIG).get("architectures")
    for name in architectures if isinstance(architectures, list) else ():
        if _text(name):
            yield _CONFIG, Part(name=name, made_by="transformers")
    card = evidence.card
    if card and card.pipeline_tag and card.library_name in {"", "transformers"} and _CONFIG in evidence.contents:
        yield CARD, Part(name=f'pipeline("{card.pipeline_tag}")', made_by="transformers")


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


ELEMENTS = (
    Element(
        group="technical",
        name="components",
        meaning="parts of a pipeline, stages of a sentence transformer, tokenizer, processors, chat template",
        sources="`model_index.json`, `modules.json`, `tokenizer_config.json`, `preprocessor_config.json`",
        collect=_components,
    ),
    Element(
        group="technical",
        name="entry points",
        meaning="what to call to load it",
        sources="`architectures` and `auto_map` of configurations, `modules.json`, `model_index.json`, `hubconf.py`",
        collect=_entry_points,
    ),
)
