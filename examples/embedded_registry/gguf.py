"""GGUF files, written without any framework: github.com/ggml-org/ggml/blob/master/docs/gguf.md (version 3)."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from embedded_hub.weights import drawn

if TYPE_CHECKING:
    from collections.abc import Mapping

_MAGIC = b"GGUF"
_VERSION = 3
_ALIGNMENT = 32
_UINT32, _FLOAT32, _BOOL, _STRING, _ARRAY = 4, 6, 7, 8, 9
_F32 = 0

Value = str | int | float | bool | tuple[str, ...]


def gguf(*, architecture: str = "llama", seed: str = "gguf", facts: Mapping[str, Value] | None = None) -> bytes:
    """Return a model of one small tensor whose values follow from `seed`; `facts` are added to its header."""
    told: dict[str, Value] = {
        "general.architecture": architecture,
        "general.name": seed,
        "general.alignment": _ALIGNMENT,
        "general.file_type": _F32,
        f"{architecture}.context_length": 128,
        f"{architecture}.embedding_length": 4,
        f"{architecture}.block_count": 1,
        "tokenizer.ggml.model": "llama",
        "tokenizer.ggml.tokens": ("<unk>", "<s>", "</s>", "a"),
    }
    told |= facts or {}
    shape = (4, 4)
    tensor = drawn(seed, {"token_embd.weight": shape})["token_embd.weight"].data
    information = _text("token_embd.weight") + struct.pack("<I2QIQ", len(shape), *shape, _F32, 0)
    pairs = b"".join(_text(key) + _value(value) for key, value in told.items())
    head = _MAGIC + struct.pack("<IQQ", _VERSION, 1, len(told)) + pairs + information
    return head.ljust(-(-len(head) // _ALIGNMENT) * _ALIGNMENT, b"\0") + tensor


def _value(value: Value) -> bytes:
    match value:
        case bool():
            return struct.pack("<I?", _BOOL, value)
        case int():
            return struct.pack("<II", _UINT32, value)
        case float():
            return struct.pack("<If", _FLOAT32, value)
        case str():
            return struct.pack("<I", _STRING) + _text(value)
        case _:
            return struct.pack("<IIQ", _ARRAY, _STRING, len(value)) + b"".join(map(_text, value))


def _text(value: str) -> bytes:
    data = value.encode()
    return struct.pack("<Q", len(data)) + data
