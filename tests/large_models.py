"""A model of 700 GB in 100 files whose headers are real and whose tensors are holes: no room on disk, no download."""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator, Mapping

from embedded_hub import SimulatedFile

SHARDS = 100
SIZE = 700_000_000_000
"""Bytes, about: of all files together."""

_LAYERS, _EXPERTS = 60, 256
_HIDDEN, _INNER = 7168, 1024


def large_model(seed: str, *, shards: int = SHARDS, hidden: int = _HIDDEN) -> Mapping[str, bytes | SimulatedFile]:
    """A mixture of experts of some 47,000 tensors in bfloat16; another ``seed`` is other values."""
    tensors = list(_tensors(hidden))
    bounds = [len(tensors) * number // shards for number in range(shards + 1)]
    files: dict[str, bytes | SimulatedFile] = {}
    places: dict[str, str] = {}
    for number in range(shards):
        name = f"model-{number + 1:05}-of-{shards:05}.safetensors"
        part = tensors[bounds[number] : bounds[number + 1]]
        files[name] = _file(part, f"{seed}/{name}")
        places |= {tensor: name for tensor, _ in part}
    total = sum(2 * rows * columns for _, (rows, columns) in tensors)
    index = {"metadata": {"total_size": total}, "weight_map": places}
    files["model.safetensors.index.json"] = json.dumps(index, indent=2).encode()
    settings = {"model_type": "deepseek_v3", "architectures": ["DeepseekV3ForCausalLM"], "hidden_size": hidden}
    files["config.json"] = json.dumps(settings, indent=2).encode()
    return files


def _tensors(hidden: int) -> Iterator[tuple[str, tuple[int, int]]]:
    yield "model.embed_tokens.weight", (129_280, hidden)
    for layer in range(_LAYERS):
        start = f"model.layers.{layer}"
        for name in ("q", "k", "v", "o"):
            yield f"{start}.self_attn.{name}_proj.weight", (hidden, hidden)
        for expert in range(_EXPERTS):
            for name in ("gate", "up", "down"):
                yield f"{start}.mlp.experts.{expert}.{name}_proj.weight", (_INNER, hidden)
    yield "lm_head.weight", (129_280, hidden)


def _file(tensors: list[tuple[str, tuple[int, int]]], seed: str) -> SimulatedFile:
    header: dict[str, object] = {"__metadata__": {"format": "pt"}}
    position = 0
    for name, shape in tensors:
        end = position + 2 * shape[0] * shape[1]
        header[name] = {"dtype": "BF16", "shape": list(shape), "data_offsets": [position, end]}
        position = end
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    return SimulatedFile(struct.pack("<Q", len(text)) + text, 8 + len(text) + position, seed)
