"""Reading a stream that may lie about its lengths, in little memory."""

from __future__ import annotations

import os
from typing import Protocol

BLOCK = 64 * 1024
"""Bytes that are asked of the stream at a time."""

MAX_LINE = 16 * 1024 * 1024
"""Longest line that is passed over in search of its end, in bytes."""


MAX_FILE = 2**40
"""Longest file that is believed, in bytes; operating systems refuse to seek far beyond it."""


class Bytes(Protocol):
    """What is needed of a stream; every binary file that can be seeked has it."""

    def read(self, count: int, /) -> bytes:
        """Up to ``count`` bytes, empty at the end only."""

    def seek(self, offset: int, whence: int = ..., /) -> int:
        """Go to a position."""

    def tell(self) -> int:
        """Position of the next byte."""


class EndOfBytesError(EOFError):
    """The stream ended inside something."""


class ByteSource:
    """Bytes of a seekable stream from where it stands; never more than one block of them is held.

    What is skipped is not read, so that a stream over a network fetches only what matters.
    """

    def __init__(self, stream: Bytes) -> None:
        self._stream = stream
        self._block = b""
        self._index = 0
        self._after = stream.tell()  # position in the stream just after the block

    @property
    def position(self) -> int:
        """Position in the stream of the next byte."""
        return self._after - len(self._block) + self._index

    def seek(self, position: int) -> None:
        """Continue at ``position``, which may lie after the end."""
        index = position - (self._after - len(self._block))
        if 0 <= index <= len(self._block):
            self._index = index
        else:
            self._block, self._index, self._after = b"", 0, position

    def skip(self, count: int) -> None:
        """Pass over ``count`` bytes without reading them.

        Raises:
            EndOfBytesError: no file is that long. That a file is shorter shows when the next byte is read.
        """
        if count > MAX_FILE:
            raise EndOfBytesError
        self.seek(self.position + count)

    def byte(self) -> int:
        """The next byte."""
        if self._index == len(self._block) and not self._fill():
            raise EndOfBytesError
        self._index += 1
        return self._block[self._index - 1]

    def peek(self, count: int) -> bytes:
        """The next bytes, which stay next: ``count`` of them, or fewer where the block or the stream ends."""
        if self._index == len(self._block):
            self._fill()
        return self._block[self._index : self._index + count]

    def read(self, count: int) -> bytes:
        """Exactly ``count`` bytes; the caller bounds it."""
        parts = []
        while count:
            if self._index == len(self._block) and not self._fill():
                raise EndOfBytesError
            part = self._block[self._index : self._index + count]
            self._index += len(part)
            count -= len(part)
            parts.append(part)
        return b"".join(parts)

    def line(self, keep: int) -> tuple[bytes, bool]:
        """The next line without its end: its first ``keep`` bytes, and whether that is all of it.

        At the end of the stream the rest counts as a line that lacks its last byte: that is how ``pickle`` takes it.

        Raises:
            EndOfBytesError: no end of line in the next 16 MiB.
        """
        kept, length, ended = b"", 0, False
        while not ended and (self._index < len(self._block) or self._fill()):
            end = self._block.find(b"\n", self._index)
            ended = end >= 0
            part = self._block[self._index : end if ended else len(self._block)]
            kept += part[: keep + 1 - len(kept)]
            length += len(part)
            self._index += len(part) + ended
            if length > MAX_LINE:
                raise EndOfBytesError
        if not ended:
            kept, length = kept[: max(length - 1, 0)], length - 1
        return kept[:keep], length <= keep

    def remaining(self) -> int:
        """Number of bytes up to the end of the stream."""
        return max(self._stream.seek(0, os.SEEK_END) - self.position, 0)

    def _fill(self) -> bool:
        self._stream.seek(self._after)
        self._block, self._index = self._stream.read(BLOCK), 0
        self._after += len(self._block)
        return bool(self._block)
