from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest

from ptmdeps.errors import UnsafeContent
from ptmdeps.inspect import onnx
from ptmdeps.inspect.onnx import OnnxGraph, read_onnx
from ptmdeps.inspect.safetensors_header import Tensor
from tests.unit.inspect.protobuf_bytes import entry, field, varint

TINY = (Path(__file__).parent / "onnx" / "tiny.onnx").read_bytes()


def read(data: bytes) -> OnnxGraph:
    return read_onnx(data, path="m.onnx")


def test_a_file_of_the_library_is_read() -> None:
    graph = read(TINY)
    assert graph.facts == {
        "producer": "acme 1.0",
        "opset": {"ai.onnx": 21, "acme.ops": 1},
        "inputs": {"x": "FLOAT[batch,3]"},
        "outputs": {"z": "FLOAT[batch,2]"},
        "operators": {"MatMul": 1, "acme.ops::Special": 1},
        "external": [],
    }
    assert graph.tensors == (Tensor(name="w", dtype="FLOAT", shape=(3, 2)),)


def test_tensors_in_other_files_and_sides_one_after_the_other() -> None:
    place = field(13, entry("location", b"../../etc/passwd")) + field(13, entry("offset", b"0"))
    tensor = field(1, varint(300) + varint(2)) + field(2, 10) + field(8, "w") + place
    graph = read(field(7, field(5, tensor)))
    assert graph.tensors == (Tensor(name="w", dtype="FLOAT16", shape=(300, 2)),)
    assert graph.facts["external"] == ["../../etc/passwd"]


def test_an_input_with_a_value_is_a_tensor() -> None:
    value = field(1, "w") + field(2, field(1, field(1, 1)))
    assert read(field(7, field(11, value) + field(5, field(8, "w")))).facts["inputs"] == {}
    assert read(field(7, field(11, value))).facts["inputs"] == {"w": "FLOAT[]"}


def test_the_digest_is_of_everything_but_values() -> None:
    tensor = field(8, "w") + field(2, 1)
    one, other = (read(field(7, field(5, tensor + field(9, raw)))) for raw in (b"1", b"2"))
    assert one.digest == other.digest
    first, second = (read(field(7, field(1, field(4, "Add") + field(1, name)))) for name in "ab")
    assert first.facts == second.facts and first.digest != second.digest


def test_damaged_files_are_refused_or_read() -> None:
    for length in range(len(TINY)):
        for data in (TINY[:length], TINY[:length] + bytes([TINY[length] ^ 0xFF]) + TINY[length + 1 :]):
            # anything but an error for people would fail here
            with suppress(UnsafeContent):
                assert read(data).digest


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "holds no graph"),
        (b"\xff" * 20, "does not end"),
        (field(7, field(1, field(4, "x" * 5000))), "at most 4096"),
        (field(7, field(5, b"".join(field(1, 1) for _ in range(65)))), "impossible shape"),
        (field(7, field(1, field(4, b"\xff"))), "not in UTF-8"),
    ],
)
def test_what_no_honest_file_has_is_refused(data: bytes, why: str) -> None:
    with pytest.raises(UnsafeContent, match=why):
        read(data)


def test_long_files_and_many_fields_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(onnx, "MAX_FILE", len(TINY) - 1)
    with pytest.raises(UnsafeContent, match="bytes"):
        read(TINY)
    monkeypatch.setattr(onnx, "MAX_FILE", len(TINY))
    assert read(TINY)
