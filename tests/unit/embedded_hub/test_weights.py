"""Weight files are what the formats say; that frameworks load them is proved where the frameworks are."""

from __future__ import annotations

import io
import json
import pickletools
import struct
import zipfile

import pytest

from embedded_hub import weights
from embedded_hub.weights import Tensor

TENSORS = weights.drawn("seed", {"norm.weight": (3,), "a.weight": (2, 4), "a.bias": (2,)})


def test_values_follow_from_seed_and_name() -> None:
    again = weights.drawn("seed", {"a.weight": (2, 4)})
    other = weights.drawn("other", {"a.weight": (2, 4)})

    assert again["a.weight"] == TENSORS["a.weight"]
    assert other["a.weight"].data != TENSORS["a.weight"].data


def test_values_are_small_and_those_of_norms_around_one() -> None:
    assert all(abs(value) <= 0.1 for value in struct.unpack("<8f", TENSORS["a.weight"].data))
    assert all(abs(value - 1) <= 0.1001 for value in struct.unpack("<3f", TENSORS["norm.weight"].data))


def test_large_tensors_repeat_their_first_values() -> None:
    (tensor,) = weights.drawn("s", {"t": (3, 5000)}).values()

    assert len(tensor.data) == 60_000
    assert tensor.data[: 4 * 4096] == tensor.data[4 * 4096 : 8 * 4096]


def test_safetensors_header_points_at_the_values() -> None:
    content = weights.safetensors(TENSORS)

    (length,) = struct.unpack("<Q", content[:8])
    header = json.loads(content[8 : 8 + length])
    assert length % 8 == 0
    assert header.pop("__metadata__") == {"format": "pt"}
    for name, tensor in TENSORS.items():
        start, end = header[name]["data_offsets"]
        assert content[8 + length + start : 8 + length + end] == tensor.data
        assert tuple(header[name]["shape"]) == tensor.shape


def test_zip_holds_pickle_and_storages_and_is_deterministic() -> None:
    content = weights.torch_zip(TENSORS)

    assert content == weights.torch_zip(TENSORS)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert {info.compress_type for info in archive.infolist()} == {zipfile.ZIP_STORED}
        assert archive.read("archive/version") == b"3\n"
        assert archive.read("archive/byteorder") == b"little"
        assert archive.read("archive/data/1") == TENSORS["a.weight"].data
        opcodes = list(pickletools.genops(archive.read("archive/data.pkl")))
    names = {str(argument) for opcode, argument, _ in opcodes if opcode.name == "GLOBAL"}
    assert names == {"collections OrderedDict", "torch FloatStorage", "torch._utils _rebuild_tensor_v2"}


def test_legacy_file_is_five_pickles_and_the_storages() -> None:
    content = weights.torch_legacy(TENSORS)

    stream = io.BytesIO(content)
    first = list(pickletools.genops(stream))
    for _ in range(4):
        assert list(pickletools.genops(stream))
    assert first[1][1] == 0x1950A86A20F9469CFC6C
    assert stream.read() == b"".join(struct.pack("<q", len(t.data) // 4) + t.data for t in TENSORS.values())


@pytest.mark.parametrize("count", [1, 2, 3])
def test_shards_hold_every_tensor_once_in_order(count: int) -> None:
    parts = weights.shards(TENSORS, count)

    assert len(parts) == count
    assert [name for part in parts for name in part] == list(TENSORS)
    assert all(parts)


def test_size_is_that_of_the_values() -> None:
    assert weights.size([Tensor(shape=(2,), data=b"12345678"), Tensor(shape=(1,), data=b"1234")]) == 12
