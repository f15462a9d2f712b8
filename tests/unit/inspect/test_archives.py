from __future__ import annotations

import bz2
import gzip
import io
import lzma
import os
import zlib

import pytest

from ptmdeps.inspect.archives import UNPACKABLE, Guarded, Unpacked, UnpackingError, packing_of

DATA = bytes(range(256)) * 1000
PACKED = {
    "gzip": gzip.compress(DATA, mtime=0),
    "bzip2": bz2.compress(DATA),
    "xz": lzma.compress(DATA),
    "lzma": lzma.compress(DATA, format=lzma.FORMAT_ALONE),
    "zlib": zlib.compress(DATA),
}


def test_every_packing_is_tried() -> None:
    assert set(PACKED) == UNPACKABLE


@pytest.mark.parametrize("packing", PACKED)
def test_compressed_data_can_be_read_and_seeked(packing: str) -> None:
    assert packing_of(PACKED[packing]) == packing
    stream = Unpacked(io.BytesIO(PACKED[packing]), packing, limit=10**6)
    assert stream.seek(1000) == 1000
    assert stream.read(10) == DATA[1000:1010]
    assert stream.tell() == 1010
    assert stream.seek(5) == 5
    assert stream.read(5) == DATA[5:10]
    assert stream.seek(0, os.SEEK_END) == len(DATA)
    assert stream.read(1) == b""
    assert stream.seek(10**9) == len(DATA)


@pytest.mark.parametrize("level", range(10))
def test_every_level_of_zlib_is_recognised(level: int) -> None:
    assert packing_of(zlib.compress(b"N.", level)) == "zlib"


@pytest.mark.parametrize("head", [b"", b"x", b"xml", b"\x80\x04", b"{}", b"P", b"\0" * 600])
def test_what_is_not_packed(head: bytes) -> None:
    assert packing_of(head) == ""


def test_a_guarded_stream_is_bounded() -> None:
    stream = Guarded(io.BytesIO(DATA), largest=100)
    assert stream.seekable()
    assert stream.read() == DATA[:100]
    assert stream.tell() == 100
    with pytest.raises(UnpackingError, match="101 bytes in one piece"):
        stream.read(101)
    with pytest.raises(UnpackingError, match="before its beginning"):
        stream.seek(-1)
    assert stream.seek(-1, os.SEEK_END) == len(DATA) - 1
