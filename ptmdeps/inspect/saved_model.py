"""Signatures of a TensorFlow SavedModel: what can be called, with which tensors, and what comes out of it.

Read from ``saved_model.pb`` without TensorFlow. Field numbers are those of ``saved_model.proto``,
``meta_graph.proto``, ``tensor_shape.proto`` and ``types.proto``
(https://github.com/tensorflow/tensorflow/tree/master/tensorflow/core). A model of more than 2 GiB in several chunks
(``saved_model.cpb``) is not read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from ptmdeps.errors import UnsafeContent
from ptmdeps.inspect.protobuf import MAX_MESSAGE, MalformedError, Reader, signed, text
from ptmdeps.paths import printable

MAX_FIELDS = 250_000
"""Fields that are looked at; a graph is one field, whatever it holds."""

MAX_TENSORS = 10_000
"""Tensors of all signatures together."""

_MAX_NAME = 4096
_MAX_SIDES = 254  # what TensorFlow can represent: tensor_shape.h
_SCHEMA_VERSION = 1

# They are no signatures, but where TensorFlow 2 writes down which operations to run after loading.
_OPERATIONS = frozenset({"__saved_model_init_op", "__saved_model_train_op"})

_DTYPES = MappingProxyType(
    dict(
        enumerate(
            (
                *("invalid", "float32", "float64", "int32", "uint8", "int16", "int8", "string", "complex64", "int64"),
                *("bool", "qint8", "quint8", "qint32", "bfloat16", "qint16", "quint16", "uint16", "complex128"),
                *("float16", "resource", "variant", "uint32", "uint64", "float8_e5m2", "float8_e4m3fn"),
                *(
                    "float8_e4m3fnuz",
                    "float8_e4m3b11fnuz",
                    "float8_e5m2fnuz",
                    "int4",
                    "uint4",
                    "int2",
                    "uint2",
                    "float4_e2m1fn",
                ),
            )
        )
    )
)
_REFERENCE = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Tensor:
    """What goes in or comes out under a name.

    Attributes:
        name: keyword of the argument, or of the result.
        dtype: as TensorFlow calls it, such as ``float32``; ``type 99`` for one that is not known here.
        shape: its sides, -1 for one of any length; None where even their number is open.
    """

    name: str
    dtype: str
    shape: tuple[int, ...] | None

    def __str__(self) -> str:
        sides = ["..."] if self.shape is None else ["?" if side < 0 else str(side) for side in self.shape]
        return f"{printable(self.name)}: {self.dtype}[{','.join(sides)}]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """One function that a SavedModel offers.

    Attributes:
        tags: of the graph that it belongs to, sorted; ``("serve",)`` with few exceptions.
        name: ``serving_default`` is what is called where nobody asks for another.
        method: what kind of call it is, such as ``tensorflow/serving/predict``; may be empty.
        inputs: sorted by name.
        outputs: likewise.
    """

    tags: tuple[str, ...]
    name: str
    method: str
    inputs: tuple[Tensor, ...]
    outputs: tuple[Tensor, ...]

    def __str__(self) -> str:
        inputs, outputs = (", ".join(map(str, tensors)) for tensors in (self.inputs, self.outputs))
        return f"{printable(self.name)}({inputs}) -> ({outputs})"


def signatures(data: bytes | memoryview, *, path: str = "saved_model.pb") -> tuple[Signature, ...]:
    """The signatures in a ``saved_model.pb``, sorted by tags and name. Graphs are neither read nor copied.

    ``data`` may be a view of a mapped file; ``path`` is for messages.

    Raises:
        UnsafeContent: it is no SavedModel, damaged, or far larger than any.
    """
    try:
        return _Model().read(memoryview(data).cast("B"))
    except MalformedError as error:
        raise UnsafeContent(
            f"`{printable(path)}` is no sound SavedModel: {error}",
            hint="look at the file on the hub, or tell the model's author",
        ) from None


class _Model:
    """Reads one file. Fields that occur again are taken as Protocol Buffers does: the last, or all of a list."""

    def __init__(self) -> None:
        self._fields = Reader(MAX_FIELDS).fields
        self._tensors = 0

    def read(self, model: memoryview) -> tuple[Signature, ...]:
        if len(model) > MAX_MESSAGE:
            raise MalformedError(f"it has more than {MAX_MESSAGE} bytes")
        version, graphs = 0, []
        for number, value in self._fields(model):
            match number, value:
                case 1, int():
                    version = value
                case 2, memoryview():
                    graphs.append(value)
        if version != _SCHEMA_VERSION:
            raise MalformedError(f"its schema has the version {version}, known is {_SCHEMA_VERSION}")
        found = (signature for graph in graphs for signature in self._graph(graph))
        return tuple(sorted(found, key=lambda signature: (signature.tags, signature.name)))

    def _graph(self, graph: memoryview) -> Iterator[Signature]:
        tags: set[str] = set()
        entries: list[memoryview] = []
        for number, value in self._fields(graph):
            match number, value:
                case 1, memoryview():
                    tags.update(text(tag, _MAX_NAME) for tag in self._messages(value, 4))
                case 5, memoryview():
                    entries.append(value)
        for name, signature in self._map(entries).items():
            if name not in _OPERATIONS:
                yield self._signature(name, tuple(sorted(tags)), signature)

    def _signature(self, name: str, tags: tuple[str, ...], signature: memoryview) -> Signature:
        method = ""
        tensors: dict[int, list[memoryview]] = {1: [], 2: []}
        for number, value in self._fields(signature):
            match number, value:
                case ((1 | 2), memoryview()):
                    tensors[number].append(value)
                case 3, memoryview():
                    method = text(value, _MAX_NAME)
        inputs, outputs = (
            tuple(
                self._tensor(*entry) for entry in sorted(self._map(tensors[number]).items(), key=lambda entry: entry[0])
            )
            for number in (1, 2)
        )
        return Signature(tags=tags, name=name, method=method, inputs=inputs, outputs=outputs)

    def _tensor(self, name: str, tensor: memoryview) -> Tensor:
        self._tensors += 1
        if self._tensors > MAX_TENSORS:
            raise MalformedError(f"its signatures have more than {MAX_TENSORS} tensors")
        dtype, shapes = 0, []
        for number, value in self._fields(tensor):
            match number, value:
                case 2, int():
                    dtype = value
                case 3, memoryview():
                    shapes.append(value)
        # a tensor of a shape that is not said at all has no sides, as protobuf has it
        return Tensor(name=name, dtype=_dtype(dtype), shape=self._shape(shapes))

    def _shape(self, shapes: list[memoryview]) -> tuple[int, ...] | None:
        sides: list[int] = []
        unknown = False
        for shape in shapes:
            for number, value in self._fields(shape):
                match number, value:
                    case 2, memoryview():
                        sides.append(self._side(value))
                    case 3, int():
                        unknown = bool(value)
        if len(sides) > _MAX_SIDES:
            raise MalformedError(f"a tensor in it has {len(sides)} sides")
        return None if unknown else tuple(sides)

    def _side(self, side: memoryview) -> int:
        size = 0
        for number, value in self._fields(side):
            if number == 1 and isinstance(value, int):
                size = signed(value)
        return max(size, -1)

    def _messages(self, message: memoryview, wanted: int) -> Iterator[memoryview]:
        """All fields of one number that are texts or messages."""
        for number, value in self._fields(message):
            if number == wanted and isinstance(value, memoryview):
                yield value

    def _map(self, entries: list[memoryview]) -> Mapping[str, memoryview]:
        """What a map field holds; of entries with one key, the last."""
        found: dict[str, memoryview] = {}
        for entry in entries:
            key, content = "", memoryview(b"")
            for number, value in self._fields(entry):
                match number, value:
                    case 1, memoryview():
                        key = text(value, _MAX_NAME)
                    case 2, memoryview():
                        content = value
            found[key] = content
        return found


def _dtype(number: int) -> str:
    if number > _REFERENCE and (number - _REFERENCE) in _DTYPES:
        return f"{_DTYPES[number - _REFERENCE]}_ref"
    return _DTYPES.get(number, f"type {number}")
