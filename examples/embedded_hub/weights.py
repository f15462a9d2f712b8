"""Weight files written without any framework: safetensors, and the two pickle formats of PyTorch.

Formats: github.com/huggingface/safetensors#format; `torch.serialization` (zip archive since 1.6, a sequence of pickles
before). Nothing here reads a pickle.
"""

from __future__ import annotations

import hashlib
import io
import json
import struct
import zipfile
from array import array
from dataclasses import dataclass
from itertools import pairwise
from math import prod
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

_BLOCK = 4096
_SPREAD = 0.1
_ZIP_DATE = (1980, 1, 1, 0, 0, 0)
_LEGACY_MAGIC = 0x1950A86A20F9469CFC6C
_LEGACY_VERSION = 1001


@dataclass(frozen=True, slots=True, kw_only=True)
class Tensor:
    """Float32 values, little-endian, row by row."""

    shape: tuple[int, ...]
    data: bytes


Tensors = dict[str, Tensor]


def drawn(seed: str, shapes: Mapping[str, Sequence[int]]) -> Tensors:
    """Return tensors whose values follow from `seed` and their names.

    They are small around 0, or around 1 for the weights of normalisations. A tensor of more than 4096 values repeats
    its first ones, so that large files are made quickly.
    """
    return {name: _drawn(f"{seed}/{name}", tuple(shape), _centre(name)) for name, shape in shapes.items()}


def safetensors(tensors: Mapping[str, Tensor]) -> bytes:
    """Return a safetensors file."""
    header: dict[str, object] = {"__metadata__": {"format": "pt"}}
    position = 0
    for name, tensor in tensors.items():
        end = position + len(tensor.data)
        header[name] = {"dtype": "F32", "shape": list(tensor.shape), "data_offsets": [position, end]}
        position = end
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    return b"".join([struct.pack("<Q", len(text)), text, *(tensor.data for tensor in tensors.values())])


def torch_zip(tensors: Mapping[str, Tensor]) -> bytes:
    """Return what `torch.save` makes of a state dict today: a zip archive around a pickle."""
    members = {"data.pkl": _state_dict(tensors, legacy=False), "byteorder": b"little"}
    members |= {f"data/{number}": tensor.data for number, tensor in enumerate(tensors.values())}
    members["version"] = b"3\n"
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as archive:
        for name, data in members.items():
            archive.writestr(zipfile.ZipInfo(f"archive/{name}", _ZIP_DATE), data)
    return stream.getvalue()


def torch_legacy(tensors: Mapping[str, Tensor]) -> bytes:
    """Return what `torch.save` made before PyTorch 1.6: pickles one after another, then the raw storages."""
    sizes = _mapping([(_text(name), _integer(size)) for name, size in (("short", 2), ("int", 4), ("long", 4))])
    system = _mapping(
        [
            (_text("protocol_version"), _integer(_LEGACY_VERSION)),
            (_text("little_endian"), b"\x88"),
            (_text("type_sizes"), sizes),
        ]
    )
    keys = b"](" + b"".join(_text(str(number)) for number in range(len(tensors))) + b"e"
    pickles = [_pickle(_integer(_LEGACY_MAGIC)), _pickle(_integer(_LEGACY_VERSION)), _pickle(system)]
    pickles += [_state_dict(tensors, legacy=True), _pickle(keys)]
    storages = [struct.pack("<q", len(tensor.data) // 4) + tensor.data for tensor in tensors.values()]
    return b"".join(pickles + storages)


def shards(tensors: Mapping[str, Tensor], count: int) -> list[Tensors]:
    """Split tensors into `count` parts of consecutive names, as even in number as possible."""
    names = list(tensors)
    bounds = [len(names) * number // count for number in range(count + 1)]
    return [{name: tensors[name] for name in names[a:b]} for a, b in pairwise(bounds)]


def size(tensors: Iterable[Tensor]) -> int:
    """Return the bytes of all values."""
    return sum(len(tensor.data) for tensor in tensors)


def _centre(name: str) -> float:
    return 1.0 if "norm" in name.lower() and name.endswith("weight") else 0.0


def _drawn(seed: str, shape: tuple[int, ...], centre: float) -> Tensor:
    count = prod(shape)
    block = min(count, _BLOCK)
    integers = array("H", hashlib.shake_256(seed.encode()).digest(2 * block))
    values = struct.pack(f"<{block}f", *(centre + _SPREAD * (integer / 32768 - 1) for integer in integers))
    return Tensor(shape=shape, data=(values * -(-count // max(block, 1)))[: 4 * count])


def _state_dict(tensors: Mapping[str, Tensor], *, legacy: bool) -> bytes:
    items = [
        (_text(name), _tensor(str(number), tensor, legacy)) for number, (name, tensor) in enumerate(tensors.items())
    ]
    return _pickle(_global("collections", "OrderedDict") + b")R" + _items(items))


def _tensor(key: str, tensor: Tensor, legacy: bool) -> bytes:
    """Return the opcodes of `_rebuild_tensor_v2(storage, offset, shape, strides, requires_grad, hooks)`."""
    strides = [prod(tensor.shape[position + 1 :]) for position in range(len(tensor.shape))]
    storage = [
        _text("storage"),
        _global("torch", "FloatStorage"),
        _text(key),
        _text("cpu"),
        _integer(len(tensor.data) // 4),
    ]
    storage += [b"N"] * legacy  # which part of another storage it is
    arguments = [
        _tuple(storage) + b"Q",
        _integer(0),
        _tuple(map(_integer, tensor.shape)),
        _tuple(map(_integer, strides)),
    ]
    arguments += [b"\x89", _global("collections", "OrderedDict") + b")R"]
    return _global("torch._utils", "_rebuild_tensor_v2") + _tuple(arguments) + b"R"


# The opcodes of pickle protocol 2; see `pickletools`.


def _pickle(opcodes: bytes) -> bytes:
    return b"\x80\x02" + opcodes + b"."


def _text(value: str) -> bytes:
    return b"X" + struct.pack("<I", len(value.encode())) + value.encode()


def _integer(value: int) -> bytes:
    if -(2**31) <= value < 2**31:
        return b"J" + struct.pack("<i", value)
    data = value.to_bytes(value.bit_length() // 8 + 1, "little", signed=True)
    return b"\x8a" + bytes([len(data)]) + data


def _global(module: str, name: str) -> bytes:
    return f"c{module}\n{name}\n".encode()


def _tuple(items: Iterable[bytes]) -> bytes:
    return b"(" + b"".join(items) + b"t"


def _items(items: Iterable[tuple[bytes, bytes]]) -> bytes:
    return b"(" + b"".join(key + value for key, value in items) + b"u"


def _mapping(items: Iterable[tuple[bytes, bytes]]) -> bytes:
    return b"}" + _items(items)
