from __future__ import annotations

import io
import json

import numpy as np
import pytest
from safetensors.numpy import save

from ptmdeps.errors import UnsafeContent
from ptmdeps.inspect.safetensors_header import SafetensorsHeader, Tensor, read_header


def file(header: object, data: int = 0) -> bytes:
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return len(text).to_bytes(8, "little") + text + b"\0" * data


def tensor(begin: int, end: int, dtype: str = "U8", shape: object = None) -> dict[str, object]:
    return {"dtype": dtype, "shape": [end - begin] if shape is None else shape, "data_offsets": [begin, end]}


def test_a_file_of_the_library_is_read() -> None:
    arrays = {"b": np.ones((2, 3), dtype="f4"), "a": np.zeros((0, 4), dtype="f2"), "c": np.zeros(5, dtype="i8")}
    data = save(arrays, metadata={"format": "pt"})
    header = read_header(io.BytesIO(data), path="model.safetensors", size=len(data))
    assert header == SafetensorsHeader(
        tensors=(
            Tensor(name="a", dtype="F16", shape=(0, 4)),
            Tensor(name="b", dtype="F32", shape=(2, 3)),
            Tensor(name="c", dtype="I64", shape=(5,)),
        ),
        metadata=(("format", "pt"),),
        data=64,
    )
    assert header.parameters == 11


class Trickling(io.BytesIO):
    """Gives one byte at a time, as networks do, and none of the tensors."""

    def read(self, size: int | None = -1, /) -> bytes:
        assert size
        return super().read(1)


def test_only_the_header_is_read_and_short_reads_do_not_matter() -> None:
    stream = Trickling(file({"a": tensor(0, 10_000)}, 10_000))
    assert read_header(stream, path="m").parameters == 10_000
    assert stream.tell() < 100


def test_types_that_are_not_known_yet_are_believed() -> None:
    header = read_header(io.BytesIO(file({"a": tensor(0, 3, "F2_NEW", [12])})), path="m")
    assert header.tensors[0].dtype == "F2_NEW"


def test_types_of_parts_of_bytes_and_no_metadata() -> None:
    header = read_header(io.BytesIO(file({"a": tensor(0, 3, "F4", [6]), "__metadata__": None})), path="m", size=None)
    assert header.metadata == ()
    assert header.data == 3


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "ends inside its header"),
        (b"\x05\0\0\0\0\0\0\0{", "ends inside its header"),
        (b"\xff" * 8, "longer than 100000000 bytes"),
        (file(b"[]"), "no JSON object"),
        (file(b"nonsense"), "no JSON in UTF-8"),
        (file(b"\xff"), "no JSON in UTF-8"),
        (file(b"[" * 200_000), "nested too deep"),
        (file(b'{"a": 1, "a": 2}'), "a name twice"),
        (file({"__metadata__": {"a": 1}}), "metadata is not all text"),
        (file({"__metadata__": [1]}), "metadata is not all text"),
        (file({"a\x1b": {}}), "`a\\x1b` lacks a type"),
        (file({"a": tensor(0, 1, shape=[-1])}), "impossible shape"),
        (file({"a": tensor(0, 1, shape=[1.0])}), "impossible shape"),
        (file({"a": tensor(0, 1, shape=[True])}), "impossible shape"),
        (file({"a": tensor(0, 1, shape=[2**64])}), "impossible shape"),
        (file({"a": tensor(0, 1, shape=[1] * 100)}), "impossible shape"),
        (file({"a": tensor(0, 4, "F32", [2])}), "does not fit its place"),
        (file({"a": tensor(0, 4), "b": tensor(3, 5)}), "overlaps another"),
        (file({"a": tensor(0, 4), "b": tensor(5, 6)}), "leaves a hole"),
        (file({"a": tensor(1, 4)}), "leaves a hole"),
        (file({"a": tensor(0, -1, "NEW", [1])}), "overlaps another"),
    ],
)
def test_unsound_headers_are_refused(data: bytes, reason: str) -> None:
    with pytest.raises(UnsafeContent) as caught:
        read_header(io.BytesIO(data), path="mod\x1bel.safetensors")
    assert reason in caught.value.message
    assert caught.value.message.isprintable()
    assert caught.value.hint


def test_a_file_of_another_size_is_refused() -> None:
    data = file({"a": tensor(0, 4)}, data=3)
    with pytest.raises(UnsafeContent, match=f"describes {len(data) + 1} bytes, the file has {len(data)}"):
        read_header(io.BytesIO(data), path="m", size=len(data))
