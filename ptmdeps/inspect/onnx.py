"""The graph of an ONNX file: what it takes and gives, its operators and tensors, without running or checking it.

https://github.com/onnx/onnx/blob/main/onnx/onnx.proto. Whoever loads such a file may have to load libraries for the
operators of other domains, and files beside it that hold its tensors: both are told.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Protocol

from ptmdeps.errors import UnsafeContent
from ptmdeps.inspect.protobuf import MalformedError, Reader, signed, text
from ptmdeps.inspect.safetensors_header import Tensor
from ptmdeps.paths import printable

MAX_FILE = 16 * 1024 * 1024
"""Bytes of a file that is read: all of it, as tensors stand between everything else."""

_MAX_FIELDS = 2_000_000
_MAX_TEXT = 4096
_MAX_SIDES = 64
_TYPES: Mapping[int, str] = MappingProxyType(
    dict(
        enumerate(
            (
                *("UNDEFINED", "FLOAT", "UINT8", "INT8", "UINT16", "INT16", "INT32", "INT64", "STRING", "BOOL"),
                *("FLOAT16", "DOUBLE", "UINT32", "UINT64", "COMPLEX64", "COMPLEX128", "BFLOAT16", "FLOAT8E4M3FN"),
                *("FLOAT8E4M3FNUZ", "FLOAT8E5M2", "FLOAT8E5M2FNUZ", "UINT4", "INT4", "FLOAT4E2M1"),
                *("FLOAT8E8M0", "UINT2", "INT2", "FLOAT6E2M3", "FLOAT6E3M2"),
            )
        )
    )
)
_EXTERNAL = "location"


class Digest(Protocol):
    """What a hash of the standard library is."""

    def update(self, data: memoryview, /) -> None:
        """Go on with these bytes."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class OnnxGraph:
    """What the file says.

    Attributes:
        facts: ``opset``: domain → version; ``inputs`` and ``outputs``: name → ``FLOAT[batch,3]``; ``operators``: type
            → how many, with their domain where it is not ONNX's own; ``external``: files with tensors; ``producer``.
        tensors: those with fixed values, sorted by name.
        digest: SHA-256 of all this and of the order of the operators: of everything but the values of tensors.
    """

    facts: Mapping[str, object]
    tensors: tuple[Tensor, ...]
    digest: str


def read_onnx(data: bytes, *, path: str) -> OnnxGraph:
    """Read the graph of a whole file. ``path`` is for messages.

    Raises:
        UnsafeContent: it is longer than ``MAX_FILE``, or no message of that format.
    """
    try:
        return _Parser().graph(memoryview(data))
    except MalformedError as error:
        raise UnsafeContent(
            f"`{printable(path)}` is no ONNX file that can be read: {error}",
            hint="look at the file on the hub, or tell the model's author",
        ) from None


@dataclass(slots=True)
class _Parser:
    """Goes through a file once."""

    reader: Reader = field(default_factory=lambda: Reader(_MAX_FIELDS))
    opset: dict[str, int] = field(default_factory=dict)
    producer: list[str] = field(default_factory=list)
    inputs: dict[str, str] = field(default_factory=dict)
    outputs: dict[str, str] = field(default_factory=dict)
    operators: Counter[str] = field(default_factory=Counter)
    external: set[str] = field(default_factory=set)
    tensors: dict[str, Tensor] = field(default_factory=dict)

    def graph(self, message: memoryview) -> OnnxGraph:
        if len(message) > MAX_FILE:
            raise MalformedError(f"it has {len(message):,} bytes")
        digest, found = hashlib.sha256(), False
        for number, value in self.reader.fields(message):
            match number, value:
                case ((2 | 3), memoryview()):
                    self.producer.append(text(value, _MAX_TEXT))
                case 8, memoryview():
                    self._operator_set(value)
                case 7, memoryview():
                    found = True
                    self._graph(value, digest)
        if not found:
            raise MalformedError("it holds no graph")
        facts: dict[str, object] = {
            "producer": " ".join(filter(None, self.producer)),
            "opset": self.opset,
            "inputs": {name: shape for name, shape in self.inputs.items() if name not in self.tensors},
            "outputs": self.outputs,
            "operators": dict(self.operators),
            "external": sorted(self.external),
        }
        tensors = tuple(sorted(self.tensors.values()))
        digest.update(repr((facts, tensors)).encode())
        return OnnxGraph(facts=facts, tensors=tensors, digest=digest.hexdigest())

    def _graph(self, message: memoryview, digest: Digest) -> None:
        for number, value in self.reader.fields(message):
            match number, value:
                case 1, memoryview():
                    digest.update(value)
                    self._node(value)
                case 5, memoryview():
                    tensor = self._tensor(value)
                    self.tensors[tensor.name] = tensor
                case 11, memoryview():
                    self.inputs.update([self._value(value)])
                case 12, memoryview():
                    self.outputs.update([self._value(value)])

    def _operator_set(self, message: memoryview) -> None:
        domain, version = "", 0
        for number, value in self.reader.fields(message):
            match number, value:
                case 1, memoryview():
                    domain = text(value, _MAX_TEXT)
                case 2, int():
                    version = signed(value)
        self.opset[domain or "ai.onnx"] = version

    def _node(self, message: memoryview) -> None:
        kind = domain = ""
        for number, value in self.reader.fields(message):
            match number, value:
                case 4, memoryview():
                    kind = text(value, _MAX_TEXT)
                case 7, memoryview():
                    domain = text(value, _MAX_TEXT)
        self.operators[kind if domain in {"", "ai.onnx"} else f"{domain}::{kind}"] += 1

    def _tensor(self, message: memoryview) -> Tensor:
        name, kind, shape = "", 0, list[int]()
        for number, value in self.reader.fields(message):
            match number, value:
                case 1, int():
                    shape.append(signed(value))
                case 1, memoryview():
                    shape += _packed(value)
                case 2, int():
                    kind = value
                case 8, memoryview():
                    name = text(value, _MAX_TEXT)
                case 13, memoryview():
                    self._external(value)
        if len(shape) > _MAX_SIDES:
            raise MalformedError("a tensor in it has an impossible shape")
        return Tensor(name=name, dtype=_TYPES.get(kind, f"type {kind}"), shape=tuple(shape))

    def _external(self, message: memoryview) -> None:
        found = {number: text(value, _MAX_TEXT) for number, value in self._texts(message)}
        if found.get(1) == _EXTERNAL:
            self.external.add(found.get(2, ""))

    def _texts(self, message: memoryview) -> list[tuple[int, memoryview]]:
        return [(number, value) for number, value in self.reader.fields(message) if isinstance(value, memoryview)]

    def _value(self, message: memoryview) -> tuple[str, str]:
        """Name and type of an input or output; of one that is no tensor, ``other``."""
        name, shown = "", "other"
        for number, value in self._texts(message):
            if number == 1:
                name = text(value, _MAX_TEXT)
            elif number == 2:  # noqa: PLR2004 - TypeProto
                shown = next((self._tensor_type(one) for field_, one in self._texts(value) if field_ == 1), shown)
        return name, shown

    def _tensor_type(self, message: memoryview) -> str:
        kind, sides = 0, list[str]()
        for number, value in self.reader.fields(message):
            match number, value:
                case 1, int():
                    kind = value
                case 2, memoryview():
                    sides = [self._side(one) for field_, one in self._texts(value) if field_ == 1]
        return f"{_TYPES.get(kind, f'type {kind}')}[{','.join(sides[:_MAX_SIDES])}]"

    def _side(self, message: memoryview) -> str:
        for number, value in self.reader.fields(message):
            match number, value:
                case 1, int():
                    return str(signed(value))
                case 2, memoryview():
                    return text(value, _MAX_TEXT)
        return "?"


def _packed(message: memoryview) -> list[int]:
    """Numbers one after the other, as newer writers put them."""
    found, value, shift = [], 0, 0
    for byte in message[: _MAX_SIDES * 10]:
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:  # noqa: PLR2004 - the bit that says that more follows
            found.append(signed(value % 2**64))
            value = shift = 0
    return found
