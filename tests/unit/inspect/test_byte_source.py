from __future__ import annotations

import io

import pytest

from ptmdeps.inspect.byte_source import BLOCK, MAX_FILE, ByteSource, EndOfBytesError


def test_reading_across_blocks() -> None:
    data = bytes(range(256)) * (BLOCK // 64)
    source = ByteSource(io.BytesIO(data))
    assert source.read(BLOCK + 10) == data[: BLOCK + 10]
    assert source.byte() == data[BLOCK + 10]
    assert source.position == BLOCK + 11
    assert source.remaining() == len(data) - BLOCK - 11


def test_skipping_reads_nothing_in_between() -> None:
    stream = io.BytesIO(b"a" + b"x" * 1_000_000 + b"b")
    source = ByteSource(stream)
    assert source.byte() == ord("a")
    source.skip(1_000_000)
    assert source.read(1) == b"b"
    source.seek(0)
    assert source.peek(2) == b"ax"
    source.skip(3)
    assert source.position == 3


def test_the_end_is_an_error() -> None:
    source = ByteSource(io.BytesIO(b"ab"))
    with pytest.raises(EndOfBytesError):
        source.read(3)
    with pytest.raises(EndOfBytesError):
        source.byte()
    with pytest.raises(EndOfBytesError):
        source.skip(MAX_FILE + 1)
    assert source.peek(5) == b""
    source.skip(100)
    assert source.remaining() == 0


def test_lines() -> None:
    source = ByteSource(io.BytesIO(b"ab\n\ncdef\n" + b"x" * BLOCK * 2 + b"\nend"))
    assert source.line(10) == (b"ab", True)
    assert source.line(10) == (b"", True)
    assert source.line(2) == (b"cd", False)
    assert source.line(5) == (b"xxxxx", False)
    assert source.line(10) == (b"en", True)  # a line without its end lacks its last byte
    assert source.line(10) == (b"", True)


def test_a_line_without_end_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ptmdeps.inspect.byte_source.MAX_LINE", 1000)
    with pytest.raises(EndOfBytesError):
        ByteSource(io.BytesIO(b"x" * BLOCK * 2)).line(10)


def test_a_source_begins_where_its_stream_stands() -> None:
    stream = io.BytesIO(b"abc")
    stream.seek(1)
    assert ByteSource(stream).read(2) == b"bc"
