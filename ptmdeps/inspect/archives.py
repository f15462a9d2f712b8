"""Archives and compressed data: recognised by their first bytes, unpacked a little at a time."""

from __future__ import annotations

import bz2
import gzip
import lzma
import os
import tarfile
import zlib
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import IO, TYPE_CHECKING, cast

if TYPE_CHECKING:
    from ptmdeps.inspect.byte_source import Bytes

HEAD = tarfile.BLOCKSIZE
"""Number of bytes that decide how a file is packed."""

_CHUNK = 64 * 1024

_PACKINGS = (
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),
    (b"\x1f\x8b", "gzip"),
    (b"BZh", "bzip2"),
    (b"\xfd7zXZ\x00", "xz"),
    (b"]\x00", "lzma"),
    (b"\x28\xb5\x2f\xfd", "zstd"),
    (b"\x04\x22\x4d\x18", "lz4"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"Rar!", "rar"),
    (b"ZF0x", "zfile"),  # joblib before 0.9.3
)


class UnpackingError(ValueError):
    """Compressed data that cannot be unpacked to its end; says why."""


class StreamFailure(Exception):
    """The stream failed, not what it holds; the cause says how."""


class Guarded:
    """A stream for the readers of archives, which raise OSError for bad content: its own failures look different.

    ``largest`` is the most that may be asked for in one piece, in bytes; ``zipfile`` for one reads the directory of an
    archive at once, however long the archive says it is.
    """

    def __init__(self, stream: Bytes, largest: int = 2**63) -> None:
        self._stream = stream
        self._largest = largest

    def read(self, count: int = -1) -> bytes:
        """Up to ``count`` bytes, or up to the largest piece."""
        if count > self._largest:
            raise UnpackingError(f"an archive wants {count} bytes in one piece")
        try:
            return self._stream.read(count if count >= 0 else self._largest)
        except OSError as error:
            raise StreamFailure from error

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Go to ``offset``."""
        if whence == os.SEEK_SET and offset < 0:
            raise UnpackingError("an archive points before its beginning")
        return self._stream.seek(offset, whence)

    def tell(self) -> int:
        """Position of the next byte."""
        return self._stream.tell()

    def seekable(self) -> bool:
        """It is."""
        return True


class Unpacked:
    """The data in a compressed stream, as a stream. Seeking reads on, or starts anew, and stops at the end.

    Everything raises UnpackingError for damaged data, and after ``limit`` unpacked bytes.
    """

    def __init__(self, stream: Bytes, packing: str, limit: int) -> None:
        self._stream = stream
        self._open = _READERS[packing]
        self._packing = packing
        self._limit = limit
        self._position = 0
        self._restart()

    def read(self, count: int, /) -> bytes:
        """Up to ``count`` bytes."""
        try:
            data = self._reader.read(count)
        except (OSError, EOFError, zlib.error, lzma.LZMAError):
            raise UnpackingError(f"{self._packing} data is damaged") from None
        self._position += len(data)
        if self._position > self._limit:
            raise UnpackingError(f"{self._packing} data unpacks to more than {self._limit} bytes")
        return data

    def seek(self, offset: int, whence: int = os.SEEK_SET, /) -> int:
        """Go to ``offset`` from the beginning, or with SEEK_END to the end."""
        end = whence == os.SEEK_END
        if offset < self._position and not end:
            self._restart()
        while (end or self._position < offset) and self.read(_CHUNK if end else min(offset - self._position, _CHUNK)):
            pass
        return self._position

    def tell(self) -> int:
        """Number of unpacked bytes before the next one."""
        return self._position

    def _restart(self) -> None:
        self._stream.seek(0)
        self._reader = self._open(cast("IO[bytes]", Guarded(self._stream)))
        self._position = 0


class _ZlibReader:
    """Reads one zlib stream."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._decompressor = zlib.decompressobj()

    def read(self, count: int, /) -> bytes:
        data = b""
        while not data and not self._decompressor.eof:
            packed = self._decompressor.unconsumed_tail or self._stream.read(_CHUNK)
            if not packed:
                raise EOFError
            data = self._decompressor.decompress(packed, count)
        if self._decompressor.unused_data:
            raise EOFError  # joblib would read on in a second stream
        return data


def packing_of(head: bytes) -> str:
    """How the file that begins with ``head`` is packed: ``zip``, ``tar``, ``gzip``, …; empty if it is not."""
    for magic, name in _PACKINGS:
        if head.startswith(magic):
            return name
    if head[:1] == b"x" and int.from_bytes(head[:2], "big") % 31 == 0:  # RFC 1950, section 2.2
        return "zlib"
    try:
        tarfile.TarInfo.frombuf(head[:HEAD], "utf-8", "surrogateescape")
    except tarfile.HeaderError:
        return ""
    return "tar"


def _open_gzip(stream: IO[bytes]) -> IO[bytes]:
    return cast("IO[bytes]", gzip.GzipFile(fileobj=stream))


_READERS: Mapping[str, Callable[[IO[bytes]], IO[bytes] | bz2.BZ2File | lzma.LZMAFile | _ZlibReader]] = MappingProxyType(
    {"gzip": _open_gzip, "bzip2": bz2.BZ2File, "xz": lzma.LZMAFile, "lzma": lzma.LZMAFile, "zlib": _ZlibReader}
)

UNPACKABLE = frozenset(_READERS)
"""The packings that :class:`Unpacked` reads."""
