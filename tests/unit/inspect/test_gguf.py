from __future__ import annotations

import io
import struct
from collections.abc import Sequence
from pathlib import Path

import pytest

from ptmdeps.errors import UnsafeContent
from ptmdeps.inspect import gguf
from ptmdeps.inspect.gguf import GgufHeader, read_gguf
from ptmdeps.inspect.safetensors_header import Tensor

TINY = (Path(__file__).parent / "gguf" / "tiny.gguf").read_bytes()
LENGTH = 925

Entry = tuple[str, int, bytes]


def text(value: str | bytes) -> bytes:
    data = value.encode() if isinstance(value, str) else value
    return struct.pack("<Q", len(data)) + data


def file(
    entries: Sequence[Entry] = (),
    tensors: Sequence[tuple[str, Sequence[int], int]] = (),
    *,
    version: int = 3,
    counts: tuple[int, int] | None = None,
) -> bytes:
    """A header as the format has it; ``counts`` are those that it lies about."""
    data = b"GGUF" + struct.pack("<IQQ", version, *(counts or (len(tensors), len(entries))))
    data += b"".join(text(key) + struct.pack("<I", kind) + value for key, kind, value in entries)
    for name, shape, kind in tensors:
        data += text(name) + struct.pack(f"<I{len(shape)}QIQ", len(shape), *shape, kind, 0)
    return data


def array(kind: int, count: int, data: bytes = b"") -> bytes:
    return struct.pack("<IQ", kind, count) + data


def read(data: bytes) -> GgufHeader:
    return read_gguf(io.BytesIO(data), path="q4.gguf")


def test_a_file_of_the_library_is_read() -> None:
    header = read(TINY)
    assert header.version == 3
    assert header.length == LENGTH
    assert header.tokens == ("<unk>", "<s>", "</s>", "a", "b")
    assert header.token_types == (2, 3, 3, 1, 1)
    assert header.tensors == (
        Tensor(name="output.weight", dtype="F16", shape=(4, 5)),
        Tensor(name="token_embd.weight", dtype="F32", shape=(4, 5)),
    )
    assert header.metadata["general.architecture"] == "llama"
    assert header.metadata["llama.block_count"] == 1
    assert header.metadata["tokenizer.chat_template"] == "{{ messages }}"
    assert header.metadata["tokenizer.ggml.add_bos_token"] is True
    assert header.metadata["tiny.list"] == (1, 2, 3)
    assert header.metadata["llama.attention.layer_norm_rms_epsilon"] == pytest.approx(1e-5)


def test_weights_do_not_matter() -> None:
    assert read(TINY[:LENGTH]) == read(TINY + b"more")


def test_a_file_that_ends_too_early_is_refused() -> None:
    for length in range(LENGTH):
        with pytest.raises(UnsafeContent, match=r"q4\.gguf"):
            read(TINY[:length])


class Drop(io.BytesIO):
    """A stream over a bad line: a byte at a time."""

    def read(self, count: int | None = -1, /) -> bytes:
        return super().read(min(count or 0, 1))


def test_a_stream_may_give_less_than_it_is_asked_for() -> None:
    assert read_gguf(Drop(TINY), path="q4.gguf") == read(TINY)


def test_long_arrays_are_told_by_their_digest() -> None:
    one, two = (file([("x", 9, array(4, 20, struct.pack("<20I", *([value] * 20))))]) for value in (1, 2))
    values = [str(read(data).metadata["x"]) for data in (one, two)]
    assert values[0].startswith("20 values, sha256:") and values[0] != values[1]


def test_texts_are_told_apart_by_where_they_end() -> None:
    one = file([("x", 9, array(8, 2, text("ab") + text("c")))])
    two = file([("x", 9, array(8, 2, text("a") + text("bc")))])
    assert read(one).metadata != read(two).metadata


HUGE = 2**63
HOSTILE: dict[str, tuple[bytes, str]] = {
    "nothing": (b"", "ends inside"),
    "another format": (b"GGML" + bytes(100), "does not begin"),
    "version 1": (file(version=1), "version 1"),
    "big-endian": (file(version=0x03000000), "version"),
    "many tensors": (file(counts=(HUGE, 0)), "more than 200,000 tensors"),
    "many entries": (file(counts=(0, HUGE)), "more than 10,000 entries"),
    "long key": (file(counts=(0, 1)) + struct.pack("<Q", HUGE), "too long"),
    "long text": (file([("x", 8, struct.pack("<Q", HUGE))]), "too long"),
    "long array": (file([("x", 9, array(4, HUGE))]), "longer than"),
    "array whose length overflows": (file([("x", 9, array(10, 2**61))]), "longer than"),
    "many texts": (file([("x", 9, array(8, HUGE))]), "more than 2,000,000 texts"),
    "array in an array": (file([("x", 9, array(9, 1, array(9, 1)))]), "type 9 of an array"),
    "unknown type": (file([("x", 99, b"")]), "type 99"),
    "entry twice": (file([("x", 0, b"1"), ("x", 0, b"2")]), "entry twice"),
    "tensor twice": (file([], [("a", [1], 0), ("a", [1], 0)]), "tensor twice"),
    "many sides": (file([], [("a\x1b[2J", [1] * 5, 0)]), "impossible shape"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_no_honest_file_has_is_refused(name: str) -> None:
    data, why = HOSTILE[name]
    with pytest.raises(UnsafeContent, match=why) as caught:
        read(data)
    assert "\x1b" not in caught.value.message


def test_texts_that_are_no_utf_8_are_shown_as_far_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    assert read(file([("x", 8, text(b"a\xff"))])).metadata == {"x": "a\ufffd"}
    monkeypatch.setattr(gguf, "MAX_HEADER", 100)
    with pytest.raises(UnsafeContent, match="longer than 100"):
        read(TINY)


def test_types_that_are_newer_than_this_are_told_by_their_number() -> None:
    assert read(file([], [("a", [2, 3], 999)])).tensors[0].dtype == "type 999"
