"""The bytes of an archive, one after the other and in little memory: as they are, or as they come out of a packing."""

from __future__ import annotations

import bz2
import lzma
import os
import zlib
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import BinaryIO, Protocol

from ptmdeps.errors import StoreError
from ptmdeps.unpacking.faults import DAMAGED, Fault, ends_within
from ptmdeps.unpacking.limits import Meter

CHUNK = 1024 * 1024
"""Bytes that are held at a time of what comes out."""

_BLOCK = 64 * 1024
"""Bytes that are held at a time of what goes in."""

_MAX_DICTIONARY = 256 * 1024 * 1024
"""Bytes of memory that an xz stream may ask for; ``xz -9`` asks for 65 MiB, the format allows 4 GiB."""

_MAX_STREAMS = 1_000_000
"""Streams that may follow each other in one packing: ``bgzip`` begins a new one for every 64 KiB."""

_GZIP = 16 + zlib.MAX_WBITS


class Source(Protocol):
    """Bytes that are read once, from the first to the last."""

    def read(self, count: int) -> bytes:
        """The next ``count`` bytes; fewer only at the end."""

    def skip(self, count: int) -> bool:
        """Pass over bytes; says whether there were so many."""


class File:
    """An archive on disk: its failures are those of the disk, and not of what it holds."""

    def __init__(self, stream: BinaryIO, meter: Meter) -> None:
        self._stream = stream
        self._meter = meter
        self.size = os.fstat(stream.fileno()).st_size
        self.position = 0

    def read(self, count: int) -> bytes:
        """The next ``count`` bytes; fewer only at the end.

        Raises:
            StoreError: the file cannot be read.
            Fault: more came out of the archive than may.
        """
        data = self.raw(count)
        self._meter.give(len(data))
        return data

    def raw(self, count: int) -> bytes:
        """Bytes that are packed, and count as such only.

        Raises:
            StoreError: the file cannot be read.
        """
        try:
            data = self._stream.read(count)
        except OSError as error:
            raise StoreError(
                f"`{self._stream.name}` cannot be read: {error.strerror}", hint="Check the disk that it is on"
            ) from error
        self._meter.take(len(data))
        self.position += len(data)
        return data

    def skip(self, count: int) -> bool:
        """Pass over bytes without reading them; says whether there were so many."""
        return self.seek(self.position + count)

    def seek(self, position: int) -> bool:
        """Go to ``position``; says whether the file is so long, and stays where it was if not."""
        if not 0 <= position <= self.size:
            return False
        self.position = self._stream.seek(position)
        return True


class _Decompressor(Protocol):
    """What bz2 and lzma have in common."""

    @property
    def eof(self) -> bool: ...
    @property
    def needs_input(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, max_length: int = -1) -> bytes: ...


class _Gunzip:
    """One stream of gzip, in the manner of bz2 and lzma. Its length and CRC are compared by zlib."""

    def __init__(self) -> None:
        self._stream = zlib.decompressobj(_GZIP)

    @property
    def eof(self) -> bool:
        return self._stream.eof

    @property
    def needs_input(self) -> bool:
        return not (self.eof or self._stream.unconsumed_tail)

    @property
    def unused_data(self) -> bytes:
        return self._stream.unused_data

    def decompress(self, data: bytes, max_length: int = 0) -> bytes:
        return self._stream.decompress(self._stream.unconsumed_tail + data, max_length)


def _unxz() -> lzma.LZMADecompressor:
    return lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=_MAX_DICTIONARY)


_PACKINGS: Mapping[str, tuple[bytes, Callable[[], _Decompressor]]] = MappingProxyType(
    {"gz": (b"\x1f\x8b", _Gunzip), "bz2": (b"BZh", bz2.BZ2Decompressor), "xz": (b"\xfd7zXZ\0", _unxz)}
)

MAGIC: Mapping[str, bytes] = MappingProxyType({packing: magic for packing, (magic, _) in _PACKINGS.items()})
"""The first bytes of each packing."""


class Unpacked:
    """What comes out of a packed file; several streams after each other are one, as for every program that unpacks.

    Zero bytes may follow the last stream, nothing else.
    """

    def __init__(self, file: File, packing: str, meter: Meter) -> None:
        self._file = file
        self._packing = packing
        self._magic, self._new = _PACKINGS[packing]
        self._meter = meter
        self._decompressor = self._new()
        self._streams = 1
        self._ended = False
        self._packed = b""  # read, and not yet given to the decompressor
        self._block = b""  # came out, and of it what is before the index was asked for
        self._index = 0

    def read(self, count: int) -> bytes:
        """The next ``count`` bytes; fewer only at the end.

        Raises:
            StoreError: the file cannot be read.
            Fault: it is damaged, or more came out of it than may.
        """
        parts: list[bytes] = []
        while count and (self._index < len(self._block) or self._fill()):
            part = self._block[self._index : self._index + count]
            self._index += len(part)
            count -= len(part)
            parts.append(part)
        return b"".join(parts)

    def skip(self, count: int) -> bool:
        """Pass over bytes, which have to be unpacked for it; says whether there were so many."""
        while count and (data := self.read(min(count, CHUNK))):
            count -= len(data)
        return not count

    def _fill(self) -> bool:
        """Let more come out; says whether anything did."""
        self._block, self._index = b"", 0
        while not (self._block or self._ended):
            if self._decompressor.eof:
                self._next_stream()
            else:
                self._block = self._decompressed()
        self._meter.give(len(self._block))
        return bool(self._block)

    def _decompressed(self) -> bytes:
        hungry = self._decompressor.needs_input
        packed = (self._packed or self._file.raw(_BLOCK)) if hungry else b""
        if hungry:
            self._packed = b""
        try:
            data = self._decompressor.decompress(packed, CHUNK)
        except (OSError, EOFError, ValueError, zlib.error, lzma.LZMAError) as error:
            raise Fault(f"its {self._packing} data cannot be unpacked ({error})", DAMAGED) from None
        if hungry and not (packed or data or self._decompressor.eof):
            raise ends_within(f"its {self._packing} data")
        return data

    def _next_stream(self) -> None:
        """Begin with what follows a stream that has ended."""
        rest = self._decompressor.unused_data.lstrip(b"\0")
        while len(rest) < len(self._magic) and (more := self._file.raw(_BLOCK)):
            rest = (rest + more).lstrip(b"\0")
        if not rest:
            self._ended = True
            return
        if not rest.startswith(self._magic):
            raise Fault(f"something follows the end of its {self._packing} data")
        self._streams += 1
        if self._streams > _MAX_STREAMS:
            raise Fault(f"its {self._packing} data begins more than {_MAX_STREAMS:,} times")
        self._decompressor, self._packed = self._new(), rest
