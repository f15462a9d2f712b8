"""The header of a safetensors file: which tensors it holds (https://github.com/huggingface/safetensors#format)."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from ptmdeps.errors import UnsafeContent
from ptmdeps.paths import printable

if TYPE_CHECKING:
    from ptmdeps.inspect.byte_source import Bytes

MAX_HEADER = 100_000_000
"""Longest header that the format allows, in bytes."""

_LENGTH = 8
_MAX_SIDES = 64
_MAX_SIDE = 2**63
_METADATA = "__metadata__"

# Bits of one element. An unknown dtype is believed, as the format grows; only its size cannot be checked.
_BITS: Mapping[str, int] = MappingProxyType(
    {
        dtype: bits
        for bits, dtypes in {
            4: "F4",
            6: "F6_E2M3 F6_E3M2",
            8: "BOOL U8 I8 F8_E4M3 F8_E5M2 F8_E8M0 F8_E4M3FNUZ F8_E5M2FNUZ",
            16: "U16 I16 F16 BF16",
            32: "U32 I32 F32",
            64: "U64 I64 F64 C64",
        }.items()
        for dtype in dtypes.split()
    }
)


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Tensor:
    """One tensor: its name, the format's word for its type (``F32``, ``BF16``, …), and its sides."""

    name: str
    dtype: str
    shape: tuple[int, ...]

    @property
    def parameters(self) -> int:
        """Number of elements."""
        return math.prod(self.shape)


@dataclass(frozen=True, slots=True, kw_only=True)
class SafetensorsHeader:
    """What the header says.

    Attributes:
        tensors: sorted by name.
        metadata: pairs of free text, sorted.
        data: length of the tensors together, in bytes; they follow the header to the end of the file.
    """

    tensors: tuple[Tensor, ...]
    metadata: tuple[tuple[str, str], ...]
    data: int

    @property
    def parameters(self) -> int:
        """Number of elements of all tensors."""
        return sum(tensor.parameters for tensor in self.tensors)


class _FaultError(ValueError):
    """What is wrong with a header."""


def read_header(stream: Bytes, *, path: str, size: int | None = None) -> SafetensorsHeader:
    """Read the header at the position of ``stream``; nothing after it is read.

    ``path`` is for messages. ``size`` is the size of the whole file in bytes, where it is known and to be checked.

    Raises:
        UnsafeContent: no such header, or one that breaks the format: too long, not JSON, a name twice, tensors that
            overlap, leave holes or do not fit their shape or the file.
        OSError: the stream cannot be read.
    """
    try:
        return _read(stream, size)
    except _FaultError as fault:
        raise UnsafeContent(
            f"`{printable(path)}` is no sound safetensors file: {fault}",
            hint="look at the file on the hub, or tell the model's author",
        ) from None


def _read(stream: Bytes, size: int | None) -> SafetensorsHeader:
    length = int.from_bytes(_exactly(stream, _LENGTH), "little")
    if length > MAX_HEADER:
        raise _FaultError(f"its header is longer than {MAX_HEADER} bytes")
    header = _header(_exactly(stream, length))
    described = _LENGTH + length + header.data
    if size not in {None, described}:
        raise _FaultError(f"its header describes {described} bytes, the file has {size}")
    return header


def _exactly(stream: Bytes, count: int) -> bytes:
    """The next ``count`` bytes; a stream over a network may give fewer at a time."""
    parts = []
    while count:
        part = stream.read(count)
        if not part:
            raise _FaultError("it ends inside its header")
        parts.append(part)
        count -= len(part)
    return b"".join(parts)


def _header(data: bytes) -> SafetensorsHeader:
    try:
        entries = json.loads(data.decode(), object_pairs_hook=_unrepeated)
    except RecursionError:
        raise _FaultError("its header is nested too deep") from None
    except ValueError as error:
        raise error if isinstance(error, _FaultError) else _FaultError("its header is no JSON in UTF-8") from None
    if not isinstance(entries, dict):
        raise _FaultError("its header is no JSON object")
    metadata = _metadata(entries.pop(_METADATA, None) or {})
    placed = sorted(_tensor(name, entry) for name, entry in entries.items())
    return SafetensorsHeader(
        tensors=tuple(sorted(tensor for _, _, tensor in placed)), metadata=metadata, data=_placement(placed)
    )


def _unrepeated(pairs: list[tuple[str, object]]) -> dict[str, object]:
    entries = dict(pairs)
    if len(entries) < len(pairs):
        raise _FaultError("its header holds a name twice")
    return entries


def _metadata(entries: object) -> tuple[tuple[str, str], ...]:
    if not isinstance(entries, dict) or not all(isinstance(value, str) for value in entries.values()):
        raise _FaultError("its metadata is not all text")
    return tuple(sorted(entries.items()))


def _tensor(name: str, entry: object) -> tuple[int, int, Tensor]:
    """Where a tensor begins and ends in the data, and what it is."""
    match entry:
        case {"dtype": str(dtype), "shape": [*shape], "data_offsets": [int(begin), int(end)]}:
            sides = tuple(side for side in shape[:_MAX_SIDES] if type(side) is int and 0 <= side < _MAX_SIDE)
            if len(sides) < len(shape):
                raise _FaultError(f"tensor `{printable(name)}` has an impossible shape")
        case _:
            raise _FaultError(f"tensor `{printable(name)}` lacks a type, a shape or a place")
    tensor = Tensor(name=name, dtype=dtype, shape=sides)
    if dtype in _BITS and tensor.parameters * _BITS[dtype] != (end - begin) * 8:
        raise _FaultError(f"tensor `{printable(name)}` does not fit its place")
    return begin, end, tensor


def _placement(placed: list[tuple[int, int, Tensor]]) -> int:
    """Length of the data, which the tensors fill one after the other."""
    position = 0
    for begin, end, tensor in placed:
        if begin != position or end < begin:
            raise _FaultError(f"tensor `{printable(tensor.name)}` overlaps another, or leaves a hole before it")
        position = end
    return position
