"""Reading tar archives member by member, without ever going back."""

from __future__ import annotations

import tarfile
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType

from ptmdeps.paths import printable
from ptmdeps.unpacking.entries import Entry, Kind, clean_path
from ptmdeps.unpacking.faults import DAMAGED, UNKNOWN, Fault, ends_within
from ptmdeps.unpacking.limits import Meter
from ptmdeps.unpacking.sources import CHUNK, Source
from ptmdeps.unpacking.tar_headers import (
    BEFORE_MEMBERS,
    BLOCK,
    EXTENDED,
    GLOBAL,
    LONG_NAME,
    Extension,
    Header,
    check_global,
    parse,
    read_extended,
)

_MAX_EXTENDED = 1024 * 1024
"""Bytes of one extended header: names have 4096 at most, the rest is attributes."""

_MAX_TAIL = 64 * 1024 * 1024
"""Zero bytes after the end: tar fills its last record, which is as long as a tape wants it."""

_KINDS: Mapping[bytes, Kind] = MappingProxyType(
    {
        tarfile.REGTYPE: "file",
        tarfile.AREGTYPE: "file",
        tarfile.CONTTYPE: "file",
        tarfile.DIRTYPE: "folder",
        tarfile.SYMTYPE: "symbolic link",
        tarfile.LNKTYPE: "hard link",
        tarfile.CHRTYPE: "device",
        tarfile.BLKTYPE: "device",
        tarfile.FIFOTYPE: "pipe",
    }
)
_EXECUTABLE = 0o100


def read_tar(source: Source, meter: Meter) -> Iterator[tuple[Entry, Iterable[bytes]]]:
    """The members of a tar archive. The content of one can be read until the next is asked for.

    Raises:
        Fault: it is no sound archive, or goes beyond a limit.
        StoreError: it cannot be read.
    """
    header = _header(source, "it is no tar archive", UNKNOWN)
    while header is not None:
        extension = Extension()
        header = _member_header(source, header, extension)
        entry = _entry(header, extension, meter)
        content = _Content(source, entry)
        yield entry, content
        content.drop()
        header = _header(source, "a header in it is damaged, or it ends before its end is marked", DAMAGED)
    _expect_end(source)


class _Content:
    """The bytes of a member, which stand before the next header."""

    def __init__(self, source: Source, entry: Entry) -> None:
        self._source = source
        self._entry = entry
        self._left = entry.size

    def __iter__(self) -> Iterator[bytes]:
        while self._left:
            data = self._source.read(min(self._left, CHUNK))
            if not data:
                raise self._cut_off()
            self._left -= len(data)
            yield data

    def drop(self) -> None:
        """Pass over what was not read, up to the next header."""
        if not self._source.skip(self._left + -self._entry.size % BLOCK):
            raise self._cut_off()

    def _cut_off(self) -> Fault:
        return ends_within(f"`{printable(self._entry.path)}`")


def _header(source: Source, otherwise: str, hint: str) -> Header | None:
    """The next header; ``None`` for the block of zeros that ends an archive."""
    block = source.read(BLOCK)
    if len(block) == BLOCK and not any(block):
        return None
    header = parse(block)
    if header is None:
        raise Fault(otherwise, hint)
    return header


def _member_header(source: Source, header: Header, extension: Extension) -> Header:
    """The header of the next member, after those that say something of it: at most one of each kind."""
    seen = set()
    while header.type in BEFORE_MEMBERS:
        if header.type in seen:
            raise Fault("two extended headers of one kind stand before one member")
        seen.add(header.type)
        _extend(source, header, extension)
        following = _header(source, "an extended header in it is followed by no member", DAMAGED)
        if following is None:
            raise Fault("an extended header in it is followed by no member", DAMAGED)
        header = following
    return header


def _extend(source: Source, header: Header, extension: Extension) -> None:
    if header.size > _MAX_EXTENDED:
        raise Fault(f"an extended header in it has {header.size:,} bytes, at most {_MAX_EXTENDED:,} are read")
    data = source.read(header.size)
    if len(data) < header.size or not source.skip(-header.size % BLOCK):
        raise ends_within("an extended header")
    if header.type == GLOBAL:
        check_global(data)
    elif header.type == LONG_NAME:
        extension.gnu_name = data.removesuffix(b"\0").decode("utf-8", "surrogateescape")
    elif header.type == EXTENDED:
        read_extended(data, extension)


def _entry(header: Header, extension: Extension, meter: Meter) -> Entry:
    kind = _KINDS.get(header.type)
    name = extension.name(header)
    size = extension.size(header, name)
    shown = printable(name)
    if kind is None:
        raise Fault(f"`{shown}` is an extension of the format that is not known here ({header.type!r})")
    if kind != "file" and size:
        raise Fault(f"`{shown}` is a {kind} and says it has {size:,} bytes")
    meter.member(shown, size)
    path = clean_path(name, meter.limits, folder=kind == "folder")
    return Entry(path=path, kind=kind, size=size, executable=kind == "file" and bool(header.mode & _EXECUTABLE))


def _expect_end(source: Source) -> None:
    """Zeros up to the end, which also lets a packing compare its checksum."""
    tail = 0
    while data := source.read(CHUNK):
        tail += len(data)
        if data.count(0) < len(data):
            raise Fault("something follows its end")
        if tail > _MAX_TAIL:
            raise Fault(f"more than {_MAX_TAIL:,} zeros follow its end")
