"""Headers of tar archives, and the extended headers before them that say something else.

https://pubs.opengroup.org/onlinepubs/9699919799/utilities/pax.html#tag_20_92_13 (ustar and pax),
https://www.gnu.org/software/tar/manual/html_node/Standard.html (GNU).
"""

from __future__ import annotations

import re
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass

from ptmdeps.paths import printable
from ptmdeps.unpacking.faults import DAMAGED, Fault

BLOCK = tarfile.BLOCKSIZE

GLOBAL = tarfile.XGLTYPE
EXTENDED = tarfile.XHDTYPE
LONG_NAME = tarfile.GNUTYPE_LONGNAME
BEFORE_MEMBERS = frozenset({GLOBAL, EXTENDED, LONG_NAME, tarfile.GNUTYPE_LONGLINK})
"""Types of headers that say something of the next member, or of all; where links lead to is not looked at."""

SPARSE = "is a sparse file, which few programs read alike"

_NAME_FIELD = 100
_GNU_MAGIC = slice(257, 265), b"ustar  \0"
_LARGEST_IN_HEADER = 8**11 - 1
_RECORD = re.compile(rb"(\d{1,9}) ")
_OVERRIDING = frozenset({"path", "size", "linkpath"})
_SPARSE_KEYS = "GNU.sparse."


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """One header of 512 bytes: ``type`` is tar's byte for what follows, ``mode`` permissions as numbers."""

    name: str
    type: bytes
    size: int
    mode: int


@dataclass(slots=True, kw_only=True)
class Extension:
    """What extended headers said of the next member: its name in two ways, and its size."""

    gnu_name: str | None = None
    pax_name: str | None = None
    pax_size: int | None = None

    def name(self, header: Header) -> str:
        """The name of the member.

        Raises:
            Fault: the two kinds of extended headers call it differently, and which one counts is anybody's guess.
        """
        if None not in {self.gnu_name, self.pax_name} and self.gnu_name != self.pax_name:
            raise Fault(f"`{printable(str(self.pax_name))}` is `{printable(str(self.gnu_name))}` as well")
        return next((name for name in (self.pax_name, self.gnu_name) if name is not None), header.name)

    def size(self, header: Header, name: str) -> int:
        """The bytes of the member. An extended header is for what has no room in the other.

        Raises:
            Fault: both have room and say different things: programs differ in whom they believe.
        """
        if self.pax_size is None:
            return header.size
        if self.pax_size <= _LARGEST_IN_HEADER and self.pax_size != header.size:
            raise Fault(f"`{printable(name)}` has {header.size:,} bytes, and {self.pax_size:,} as well")
        return self.pax_size


def parse(block: bytes) -> Header | None:
    """Read one header; ``None`` where it is none, is cut off, or does not agree with its checksum.

    Raises:
        Fault: it is one of a sparse file, or has an impossible size.
    """
    try:
        info = tarfile.TarInfo.frombuf(block, "utf-8", "surrogateescape")
    except (tarfile.HeaderError, ValueError):
        return None
    name = info.name
    if block[_GNU_MAGIC[0]] == _GNU_MAGIC[1]:
        # GNU keeps times where POSIX keeps the beginning of a long name
        name = block[:_NAME_FIELD].partition(b"\0")[0].decode("utf-8", "surrogateescape")
    if info.type == tarfile.GNUTYPE_SPARSE:
        raise Fault(f"`{printable(name)}` {SPARSE}")
    if info.size < 0:
        raise Fault(f"`{printable(name)}` says it has {info.size:,} bytes")
    return Header(name=name, type=info.type, size=info.size, mode=info.mode)


def read_extended(data: bytes, extension: Extension) -> None:
    """Take over what a pax header says of the next member.

    Raises:
        Fault: it is damaged, says a thing twice, or describes a sparse file.
    """
    values = dict(_overriding(data))
    if "path" in values:
        extension.pax_name = values["path"]
    if "size" in values:
        if not re.fullmatch(r"[0-9]{1,19}", values["size"]):
            raise Fault(f"a size in an extended header is `{printable(values['size'])}`")
        extension.pax_size = int(values["size"])


def check_global(data: bytes) -> None:
    """Look at a pax header that counts for all members: ``git archive`` writes its commit in one.

    Raises:
        Fault: it is damaged, or gives all members one name or one size.
    """
    for key, _ in _overriding(data):
        raise Fault(f"a header in it gives all of its members one {key}")


def _overriding(data: bytes) -> Iterator[tuple[str, str]]:
    """What a pax header says that changes how the archive is read."""
    seen = set()
    for key, value in _records(data):
        if key.startswith(_SPARSE_KEYS):
            raise Fault(f"a file in it {SPARSE}")
        if key in _OVERRIDING:
            if key in seen:
                raise Fault(f"an extended header gives a member two values for its {key}")
            seen.add(key)
            yield key, value


def _records(data: bytes) -> Iterator[tuple[str, str]]:
    """Keys and values of a pax header: each record is its length, a space, ``key=value`` and a line end."""
    position = 0
    while position < len(data):
        length = _RECORD.match(data, position)
        end = position + int(length[1]) if length else 0
        record = data[length.end() : end] if length else b""
        key, equals, value = record.partition(b"=")
        if end > len(data) or not equals or not value.endswith(b"\n"):
            raise Fault("an extended header in it is damaged", DAMAGED)
        yield key.decode("utf-8", "replace"), value[:-1].decode("utf-8", "surrogateescape")
        position = end
