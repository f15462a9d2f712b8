"""What a model is, technically: what it computes, and how large it is."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping

from ptmdeps.showing.element import Answer, Element, Known, Missing
from ptmdeps.showing.evidence import CARD, Evidence
from ptmdeps.showing.values import Length, Parameters

_HUB = "hub"
_CONFIG, _ADAPTER, _TOKENIZER = "config.json", "adapter_config.json", "tokenizer_config.json"
_INDEX = "model_index.json"

# what model types call the longest input; the first one that is there counts
_LENGTHS = (
    ("sentence_bert_config.json", ("max_seq_length",)),
    (_CONFIG, ("max_position_embeddings", "n_positions", "max_sequence_length", "max_seq_len", "seq_length", "n_ctx")),
    (_TOKENIZER, ("model_max_length",)),
)
_MOST_TOKENS = 10**9
"""Tokenizers write a number with thirty digits where there is no limit."""

_GGUF_TYPE = re.compile(r"(?:.*[-._])?((?:IQ|Q|TQ)\d(?:_[A-Z0-9]+)*|BF16|F16|F32)", re.IGNORECASE)


def _task(evidence: Evidence) -> Answer:
    if evidence.card and evidence.card.pipeline_tag:
        return Known(value=evidence.card.pipeline_tag, source=CARD)
    if evidence.described and evidence.described.facts.task:
        return Known(value=evidence.described.facts.task, source=_HUB)
    return Missing(reason=evidence.absent(CARD, "`pipeline_tag`"))


def _architecture(evidence: Evidence) -> Answer:
    found: dict[str, str] = {}
    for path, config in evidence.configs(_CONFIG, _INDEX, _ADAPTER):
        architectures = config.get("architectures")
        named = architectures if isinstance(architectures, list) else []
        if timm := _text(config.get("architecture")):
            named = [*named, timm]
        keys = ("_class_name", "model_type", "peft_type")
        for text in (*named, *(config.get(key) for key in keys)):
            if isinstance(text, str) and text:
                found.setdefault(text, path)
    if found:
        return Known(value=tuple(found), source=", ".join(dict.fromkeys(found.values())))
    return Missing(reason=evidence.absent(_CONFIG, "`architectures` and no `model_type`"))


def _parameters(evidence: Evidence) -> Answer:
    weights = evidence.weights
    if not weights.tensors:
        return Missing(reason=evidence.nothing or weights.doubt or "its safetensors files hold no tensor")
    types: Counter[str] = Counter()
    for tensor in weights.tensors:
        types[tensor.dtype] += tensor.parameters
    source = weights.paths[0] if len(weights.paths) == 1 else f"{len(weights.paths)} safetensors files"
    return Known(value=Parameters(total=sum(types.values()), types=tuple(sorted(types.items()))), source=source)


def _quantization(evidence: Evidence) -> Answer:
    for path, config in evidence.configs(_CONFIG, "quantize_config.json"):
        own = config.get("quantization_config", config.get("compression_config"))
        settings = own if isinstance(own, dict) else config if path == "quantize_config.json" else None
        if settings:
            return Known(value=_quantized(settings), source=path)
    names = (path.rpartition("/")[2].removesuffix(".gguf") for path in evidence.paths if path.endswith(".gguf"))
    types = sorted(
        {match[1].upper() for name in names if (match := _GGUF_TYPE.fullmatch(re.sub(r"-\d+-of-\d+$", "", name)))}
    )
    if types:
        return Known(value=f"GGUF: {', '.join(types)}", source="names of the files")
    if evidence.config(_CONFIG):
        return Known(value="none", source=_CONFIG)
    return Missing(reason=evidence.absent(_CONFIG, "`quantization_config`"))


def _quantized(settings: Mapping[str, object]) -> str:
    """``gptq, 4 bits, groups of 128``."""
    bits = settings.get("bits", settings.get("w_bit"))
    if not isinstance(bits, int):
        bits = 4 if settings.get("load_in_4bit") is True else 8 if settings.get("load_in_8bit") is True else None
    group = settings.get("group_size", settings.get("q_group_size"))
    parts = [
        _text(settings.get("quant_method")) or ("bitsandbytes" if "load_in_4bit" in settings else ""),
        _text(settings.get("quant_type", settings.get("format"))),
        f"{bits} bits" if bits else "",
        f"groups of {group}" if isinstance(group, int) and group > 0 else "",
    ]
    return ", ".join(filter(None, parts)) or "quantized"


def _length(evidence: Evidence) -> Answer:
    for path, keys in _LENGTHS:
        config = evidence.config(path)
        inner = config.get("text_config")
        for settings in (config, inner if isinstance(inner, dict) else {}):
            for key in keys:
                tokens = settings.get(key)
                if isinstance(tokens, int) and not isinstance(tokens, bool) and 0 < tokens < _MOST_TOKENS:
                    return Known(value=Length(tokens=tokens), source=path)
    return Missing(reason=evidence.absent(_CONFIG, "`max_position_embeddings` or the like"))


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


ELEMENTS = (
    Element(
        group="technical",
        name="task",
        meaning="such as `text-classification`",
        sources="`pipeline_tag` of the card; else the hub",
        collect=_task,
    ),
    Element(
        group="technical",
        name="architecture",
        meaning="classes and type of the model",
        sources="`config.json`, `model_index.json`, `adapter_config.json`",
        collect=_architecture,
    ),
    Element(
        group="technical",
        name="parameters",
        meaning="number of elements of the tensors that are loaded, by type",
        sources="headers of safetensors files, read without the tensors",
        collect=_parameters,
    ),
    Element(
        group="technical",
        name="quantization",
        meaning="method, bits and groups",
        sources="`quantization_config` in `config.json`; `quantize_config.json`; names of GGUF files",
        collect=_quantization,
    ),
    Element(
        group="technical",
        name="context length",
        meaning="the longest input, in tokens",
        sources="`sentence_bert_config.json`, `config.json`, `tokenizer_config.json`",
        collect=_length,
    ),
)
