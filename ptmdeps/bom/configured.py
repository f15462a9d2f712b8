"""Facts of a model's configuration: how large its parts are, and what its task takes in and gives out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from ptmdeps.bom.fact_names import FactName
from ptmdeps.bom.model import Fact
from ptmdeps.showing.evidence import CARD, Evidence

_CONFIG = "config.json"
_FILES = (_CONFIG, "model_index.json", "adapter_config.json")
_MOST = 10**12

# what model types call the same; the first one that is there counts
_NUMBERS: Mapping[FactName, tuple[str, ...]] = {
    "vocabulary": ("vocab_size",),
    "dimensions": ("hidden_size", "d_model", "n_embd", "dim"),
    "layers": ("num_hidden_layers", "n_layer", "n_layers", "num_layers"),
    "attention-heads": ("num_attention_heads", "n_head", "n_heads", "encoder_attention_heads"),
}

_TEXT, _IMAGE, _AUDIO, _VIDEO, _TABLE = ("text",), ("image",), ("audio",), ("video",), ("tabular",)
# https://huggingface.co/tasks: what each takes in and gives out, as far as its page says one thing only
_MODALITIES: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "any-to-any": ((), ()),
    "audio-classification": (_AUDIO, ("label",)),
    "audio-text-to-text": (("audio", "text"), _TEXT),
    "audio-to-audio": (_AUDIO, _AUDIO),
    "automatic-speech-recognition": (_AUDIO, _TEXT),
    "depth-estimation": (_IMAGE, _IMAGE),
    "document-question-answering": (("image", "text"), _TEXT),
    "feature-extraction": ((), ("vector",)),
    "fill-mask": (_TEXT, _TEXT),
    "image-classification": (_IMAGE, ("label",)),
    "image-feature-extraction": (_IMAGE, ("vector",)),
    "image-segmentation": (_IMAGE, ("mask",)),
    "image-text-to-text": (("image", "text"), _TEXT),
    "image-to-image": (_IMAGE, _IMAGE),
    "image-to-text": (_IMAGE, _TEXT),
    "image-to-video": (_IMAGE, _VIDEO),
    "mask-generation": (_IMAGE, ("mask",)),
    "object-detection": (_IMAGE, ("bounding box", "label")),
    "question-answering": (_TEXT, _TEXT),
    "sentence-similarity": (_TEXT, ("number",)),
    "summarization": (_TEXT, _TEXT),
    "table-question-answering": (("tabular", "text"), _TEXT),
    "tabular-classification": (_TABLE, ("label",)),
    "tabular-regression": (_TABLE, ("number",)),
    "text-classification": (_TEXT, ("label",)),
    "text-generation": (_TEXT, _TEXT),
    "text-ranking": (_TEXT, ("number",)),
    "text-to-audio": (_TEXT, _AUDIO),
    "text-to-image": (_TEXT, _IMAGE),
    "text-to-speech": (_TEXT, _AUDIO),
    "text-to-video": (_TEXT, _VIDEO),
    "text2text-generation": (_TEXT, _TEXT),
    "token-classification": (_TEXT, ("label",)),
    "translation": (_TEXT, _TEXT),
    "video-classification": (_VIDEO, ("label",)),
    "video-text-to-text": (("video", "text"), _TEXT),
    "visual-question-answering": (("image", "text"), _TEXT),
    "zero-shot-classification": (_TEXT, ("label",)),
    "zero-shot-image-classification": (("image", "text"), ("label",)),
    "zero-shot-object-detection": (("image", "text"), ("bounding box", "label")),
}


def _architecture(evidence: Evidence) -> Iterator[Fact]:
    """The classes; of an adapter its method."""
    for path, config in evidence.configs(*_FILES):
        listed = config.get("architectures")
        named = [*(listed if isinstance(listed, list) else ()), config.get("_class_name"), config.get("peft_type")]
        classes = tuple(dict.fromkeys(name for name in named if isinstance(name, str) and name))
        if classes:
            yield Fact(name="architecture", value=classes, source=path)
            return


def _model_type(evidence: Evidence) -> Iterator[Fact]:
    for path, config in evidence.configs(_CONFIG):
        kind = config.get("model_type") or config.get("architecture")
        if isinstance(kind, str) and kind:
            yield Fact(name="model-type", value=kind, source=path)


def _number(name: FactName) -> Callable[[Evidence], Iterator[Fact]]:
    def read(evidence: Evidence) -> Iterator[Fact]:
        config = evidence.config(_CONFIG)
        inner = config.get("text_config")
        for settings in (config, inner if isinstance(inner, dict) else {}):
            for key in _NUMBERS[name]:
                value = settings.get(key)
                if isinstance(value, int) and not isinstance(value, bool) and 0 < value < _MOST:
                    yield Fact(name=name, value=str(value), source=_CONFIG)
                    return

    return read


def _modality(name: FactName, index: int) -> Callable[[Evidence], Iterator[Fact]]:
    def read(evidence: Evidence) -> Iterator[Fact]:
        task = evidence.card.pipeline_tag if evidence.card else ""
        if formats := _MODALITIES.get(task, ((), ()))[index]:
            yield Fact(name=name, value=formats, source=CARD, inferred=True)

    return read


def _approach(evidence: Evidence) -> Iterator[Fact]:
    if evidence.card and evidence.card.pipeline_tag == "reinforcement-learning":
        yield Fact(name="approach", value="reinforcement-learning", source=CARD, inferred=True)


CONFIGURED: Mapping[FactName, Callable[[Evidence], Iterator[Fact]]] = {
    "architecture": _architecture,
    "model-type": _model_type,
    "inputs": _modality("inputs", 0),
    "outputs": _modality("outputs", 1),
    "approach": _approach,
    **{name: _number(name) for name in _NUMBERS},
}
"""Facts that follow from configuration or task."""

FOLLOWING: frozenset[FactName] = frozenset({"inputs", "outputs", "approach"})
"""Those that follow from the task."""
