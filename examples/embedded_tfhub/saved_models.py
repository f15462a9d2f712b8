"""SavedModels written without TensorFlow: a real graph with weights of our own.

`linear.pb` is the graph TensorFlow 2.21 saves for `tf.reduce_sum(x * weights, -1, keepdims=True)`, x of shape
[None, 4]; the checkpoint beside it is written here. Formats: tensorflow/core/protobuf/tensor_bundle.proto, and the
table format of LevelDB (github.com/google/leveldb/blob/main/doc/table_format.md).
"""

from __future__ import annotations

import struct
from pathlib import Path

from embedded_hub.crc32c import crc32c, masked
from embedded_hub.weights import drawn

INPUTS = 4
"""How many numbers the model takes, which is how many weights it has."""

_GRAPH = Path(__file__).with_name("linear.pb")
_WEIGHTS_KEY = b"weights/.ATTRIBUTES/VARIABLE_VALUE"
_OBJECTS_KEY = b"_CHECKPOINTABLE_OBJECT_GRAPH"
# TrackableObjectGraph: the root, its variable, its function and signatures, as the graph knows them.
_OBJECTS = (
    b"\n/\n\x0b\x08\x01\x12\x07weights\n\x0c\x08\x02\x12\x08__call__\n\x0e\x08\x03\x12\nsignatures*\x02\x08\x01"
    b'\nC\x12=\n\x0eVARIABLE_VALUE\x12\x07weights\x1a"weights/.ATTRIBUTES/VARIABLE_VALUE*\x02\x08\x01'
    b"\n\x0f\n\x0b\x08\x04\x12\x07trace_0*\x00\n\x17\n\x13\x08\x05\x12\x0fserving_default*\x00\n\x02*\x00\n\x02*\x00"
)
_BUNDLE_HEADER = b"\x08\x01\x1a\x02\x08\x01"
_NO_COMPRESSION = b"\0"
_TABLE_MAGIC = 0xDB4775248B80FB57
_FOOTER = 48


def linear(weights: tuple[float, ...] = (), *, seed: str = "linear") -> dict[str, bytes]:
    """Return the files of a SavedModel that weighs and sums four numbers; without `weights` they follow from `seed`."""
    values = struct.pack(f"<{INPUTS}f", *weights) if weights else drawn(seed, {"weights": (INPUTS,)})["weights"].data
    length = struct.pack("<I", len(_OBJECTS))
    checked = struct.pack("<I", masked(crc32c(length)))
    objects = _varint(len(_OBJECTS)) + checked + _OBJECTS
    # The checksum of a tensor of strings is taken over fixed-width lengths, though they are stored as varints.
    objects_entry = b"\x08\x07\x12\x00" + _placed(len(values), len(objects), length + checked + _OBJECTS)
    weights_entry = b"\x08\x01\x12\x04\x12\x02\x08\x04" + _placed(0, len(values), values)
    rows = ((b"", _BUNDLE_HEADER), (_OBJECTS_KEY, objects_entry), (_WEIGHTS_KEY, weights_entry))
    return {
        "saved_model.pb": _GRAPH.read_bytes(),
        "variables/variables.data-00000-of-00001": values + objects,
        "variables/variables.index": _table(rows),
    }


def _placed(offset: int, size: int, data: bytes) -> bytes:
    start = b"\x20" + _varint(offset) if offset else b""
    return start + b"\x28" + _varint(size) + b"\x35" + struct.pack("<I", masked(crc32c(data)))


def _table(rows: tuple[tuple[bytes, bytes], ...]) -> bytes:
    data = _block(rows)
    nothing = _block(())
    # The key of an index entry is the shortest that is not before the block's last one.
    after_last = bytes([rows[-1][0][0] + 1])
    index = _block(((after_last, _handle(0, data)),))
    handles = _handle(len(data), nothing) + _handle(len(data) + len(nothing), index)
    return data + nothing + index + handles.ljust(_FOOTER - 8, b"\0") + struct.pack("<Q", _TABLE_MAGIC)


def _block(rows: tuple[tuple[bytes, bytes], ...]) -> bytes:
    entries = b"".join(b"\0" + _varint(len(key)) + _varint(len(value)) + key + value for key, value in rows)
    content = entries + struct.pack("<II", 0, 1) + _NO_COMPRESSION
    return content + struct.pack("<I", masked(crc32c(content)))


def _handle(offset: int, block: bytes) -> bytes:
    return _varint(offset) + _varint(len(block) - 5)


def _varint(number: int) -> bytes:
    result = bytearray()
    while number >> 7:
        result.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*result, number])
