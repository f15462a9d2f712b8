"""The part of the tar format that bundles use: regular files with short names, each behind one header of 512 bytes.

Whatever else the format can say (links, devices, extended headers, sparse files) has no place in a bundle, so that
nobody needs to follow it. Headers are GNU's, in which a size may have more than eleven octal digits
(https://www.gnu.org/software/tar/manual/html_node/Standard.html).
"""

from __future__ import annotations

import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from ptmdeps.errors import PtmdepsError
from ptmdeps.paths import printable

BLOCK = tarfile.BLOCKSIZE
RECORD = tarfile.RECORDSIZE
_EPOCH = 0
_KINDS = {
    tarfile.LNKTYPE: "a hard link",
    tarfile.SYMTYPE: "a symbolic link",
    tarfile.CHRTYPE: "a device",
    tarfile.BLKTYPE: "a device",
    tarfile.DIRTYPE: "a folder",
    tarfile.FIFOTYPE: "a pipe",
    tarfile.GNUTYPE_SPARSE: "a sparse file",
}


class NoArchive(PtmdepsError):
    """What was read is not the part of the tar format that bundles use; ``message`` says what is wrong."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A file of an archive: its content begins at ``offset``."""

    name: str
    size: int
    offset: int


def header(name: str, size: int) -> bytes:
    """The header of a regular file that anybody may read, of no time and no owner."""
    info = tarfile.TarInfo(name)
    info.size, info.mode, info.mtime = size, 0o644, _EPOCH
    return info.tobuf(tarfile.GNU_FORMAT, "ascii", "strict")


def padding(size: int) -> bytes:
    """What follows a content of ``size`` bytes, up to the next header."""
    return bytes(-size % BLOCK)


def end(size: int) -> bytes:
    """What ends an archive whose members take ``size`` bytes: two empty blocks, and up to a whole record."""
    return bytes(2 * BLOCK + (-(size + 2 * BLOCK) % RECORD))


def space(sizes: Iterator[int]) -> int:
    """The bytes that an archive of files of these sizes takes."""
    total = sum(BLOCK + size + len(padding(size)) for size in sizes)
    return total + len(end(total))


def members(stream: BinaryIO, length: int) -> Iterator[Member]:
    """The members of an archive of ``length`` bytes, of which nothing but the headers is read.

    Raises:
        NoArchive: a header is damaged, says more than a bundle may say, or the archive ends too early.
        OSError: it cannot be read.
    """
    offset = 0
    while True:
        stream.seek(offset)
        block = stream.read(BLOCK)
        if not any(block):
            _refuse_other_end(stream, offset)
            return
        member = _member(block, offset + BLOCK)
        offset = member.offset + member.size + len(padding(member.size))
        if offset > length:
            raise NoArchive(f"it ends within `{printable(member.name)}`, after {length:,} of its bytes")
        yield member


def _refuse_other_end(stream: BinaryIO, offset: int) -> None:
    stream.seek(offset)
    expected = end(offset)
    found = stream.read(len(expected) + 1)
    if found != expected:
        whole = len(found) >= len(expected)
        raise NoArchive("something follows its end" if whole else "it ends where another file should begin")


def _member(block: bytes, offset: int) -> Member:
    try:
        info = tarfile.TarInfo.frombuf(block, "ascii", "strict")
    except (tarfile.HeaderError, ValueError) as error:
        raise NoArchive(f"there is no header at byte {offset - BLOCK:,}") from error
    if info.type not in (tarfile.REGTYPE, tarfile.AREGTYPE):
        kind = _KINDS.get(info.type, "an extension of the format")
        raise NoArchive(f"`{printable(info.name)}` is {kind}, and a bundle holds nothing but files")
    if info.size < 0:
        raise NoArchive(f"`{printable(info.name)}` claims {info.size:,} bytes")
    return Member(name=info.name, size=info.size, offset=offset)
