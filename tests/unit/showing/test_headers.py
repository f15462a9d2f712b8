from __future__ import annotations

import io
import json
from typing import BinaryIO

from ptmdeps.errors import HubUnreachable
from ptmdeps.showing.headers import MAX_FILES, MAX_HEADERS, Open, read_weights


def file(dtype: str, *shape: int, bits: int) -> bytes:
    size = bits // 8
    for side in shape:
        size *= side
    header = json.dumps({"w": {"dtype": dtype, "shape": shape, "data_offsets": [0, size]}}).encode()
    return len(header).to_bytes(8, "little") + header + bytes(size)


def given(path: str, data: bytes) -> tuple[str, int, Open]:
    return path, len(data), lambda: io.BytesIO(data)


def test_headers_of_all_files_are_added_up() -> None:
    found = read_weights([given("a", file("F32", 2, 3, bits=32)), given("b", file("F16", 4, bits=16))], map)
    assert (found.paths, found.size, found.doubt) == (("a", "b"), 32, "")
    assert sum(tensor.parameters for tensor in found.tensors) == 10


def test_what_cannot_be_read_is_a_doubt() -> None:
    assert read_weights([], map).doubt == "there is no safetensors file, whose header would say it"
    assert "no sound safetensors file" in read_weights([given("a", b"\x05" + bytes(20))], map).doubt
    many = [given("a", b"")] * (MAX_FILES + 1)
    assert read_weights(many, map).doubt == "the weights are in 257 files, too many to look into each"


def test_headers_that_are_too_long_are_not_fetched() -> None:
    opened: list[int] = []

    def open_() -> BinaryIO:
        opened.append(1)
        return io.BytesIO((MAX_HEADERS // 2 + 1).to_bytes(8, "little"))

    found = read_weights([("a", 9, open_)], map)
    assert "no sound safetensors file" in found.doubt
    huge = read_weights([("a", 9, lambda: io.BytesIO(b"\xff" * 8))], map)
    assert huge.doubt == "the headers of its safetensors files are longer than any honest ones"
    assert opened == [1]


def test_a_hub_or_disk_that_fails_is_a_doubt() -> None:
    def silent() -> BinaryIO:
        raise HubUnreachable("no answer")

    def broken() -> BinaryIO:
        raise OSError(5, "Input/output error")

    assert read_weights([("a", 9, silent)], map).doubt == "no answer"
    assert read_weights([("a", 9, broken)], map).doubt == "`a` cannot be read: Input/output error"
