"""Writing Protocol Buffers, field by field."""

from __future__ import annotations


def varint(value: int) -> bytes:
    value &= 2**64 - 1
    data = bytearray()
    while value >= 0x80:
        data.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*data, value])


def field(number: int, value: int | str | bytes) -> bytes:
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    data = value.encode() if isinstance(value, str) else value
    return varint(number << 3 | 2) + varint(len(data)) + data


def entry(key: str, value: bytes) -> bytes:
    """One pair of a map."""
    return field(1, key) + field(2, value)


def tensor(dtype: int, *sides: int, rank: bool = True) -> bytes:
    shape = b"".join(field(2, field(1, side) + field(2, "batch")) for side in sides) + (b"" if rank else field(3, 1))
    return field(1, "op:0") + field(2, dtype) + field(3, shape)


def signature(inputs: dict[str, bytes], outputs: dict[str, bytes], method: str = "tensorflow/serving/predict") -> bytes:
    parts = [field(1, entry(*one)) for one in inputs.items()] + [field(2, entry(*one)) for one in outputs.items()]
    return b"".join(parts) + field(3, method)


def graph(signatures: dict[str, bytes], *tags: str, definition: bytes = b"") -> bytes:
    info = field(1, b"".join(field(4, tag) for tag in tags) + field(5, "2.21.0"))
    return info + field(2, definition) + b"".join(field(5, entry(*one)) for one in signatures.items())


def saved_model(*graphs: bytes, version: int = 1) -> bytes:
    return field(1, version) + b"".join(field(2, one) for one in graphs)
