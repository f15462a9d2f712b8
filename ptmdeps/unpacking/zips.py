"""Reading zip archives: only members that the directory and the bytes before it agree about."""

from __future__ import annotations

import stat
import zlib
from collections.abc import Iterable, Iterator

from ptmdeps.paths import printable
from ptmdeps.unpacking.entries import Entry, Kind, clean_path
from ptmdeps.unpacking.faults import DAMAGED, UNKNOWN, Fault, Mismatch, ends_within
from ptmdeps.unpacking.limits import Meter
from ptmdeps.unpacking.sources import CHUNK, File
from ptmdeps.unpacking.zip_directory import (
    DESCRIBED_AFTER,
    ENCRYPTED,
    PATCHED,
    Record,
    content_start,
    descriptors,
    read_directory,
)

_STORED = 0
_DEFLATED = 8
_METHODS = {9: "Deflate64", 12: "bzip2", 14: "LZMA", 93: "Zstandard", 95: "xz", 99: "encryption"}
_FOLDER_ENDS_WITH = "/"


def read_zip(file: File, meter: Meter) -> Iterator[tuple[Entry, Iterable[bytes]]]:
    """The members of a zip archive, in the order of its directory.

    They must follow each other without overlaps and holes from the first byte to the directory: a program that reads
    the archive as a stream then sees what one sees that reads the directory.

    Raises:
        Fault: it is no sound archive, or goes beyond a limit.
        StoreError: it cannot be read.
    """
    records, directory = read_directory(file, meter)
    entries = [_entry(record, meter) for record in records]
    starts = _starts(file, records, directory)
    for record, entry, start in zip(records, entries, starts, strict=True):
        yield entry, _content(file, record, start, meter)


def _entry(record: Record, meter: Meter) -> Entry:
    shown = printable(record.name)
    meter.member(shown, record.size)
    if record.flags & ENCRYPTED:
        raise Fault(f"`{shown}` is encrypted", UNKNOWN)
    if record.flags & PATCHED or record.method not in {_STORED, _DEFLATED}:
        method = _METHODS.get(record.method, f"method {record.method}")
        raise Fault(f"`{shown}` is packed with {method}, which is not known here", UNKNOWN)
    kind = _kind(record, shown)
    path = clean_path(record.name, meter.limits, folder=kind == "folder")
    return Entry(path=path, kind=kind, size=record.size, executable=kind == "file" and bool(record.mode & stat.S_IXUSR))


def _kind(record: Record, shown: str) -> Kind:
    folder = record.name.endswith(_FOLDER_ENDS_WITH)
    match stat.S_IFMT(record.mode):
        case stat.S_IFLNK if not folder:
            return "symbolic link"
        case stat.S_IFIFO | stat.S_IFSOCK if not folder:
            return "pipe"
        case stat.S_IFCHR | stat.S_IFBLK if not folder:
            return "device"
        case stat.S_IFDIR | stat.S_IFREG | 0 if folder and not record.size:  # the name decides everywhere
            return "folder"
        case stat.S_IFREG | 0 if not folder:
            return "file"
    raise Fault(f"`{shown}` is a file by its name and a folder by its attributes, or the other way round")


def _starts(file: File, records: tuple[Record, ...], directory: int) -> list[int]:
    """Where the content of each member begins, after every place was found right."""
    order = sorted(range(len(records)), key=lambda index: records[index].offset)
    offsets = [*(records[index].offset for index in order), directory]
    starts = [0] * len(records)
    if offsets[0]:
        raise Fault("something stands before its first member")
    for place, index in enumerate(order):
        starts[index] = content_start(file, records[index])
        _expect_next(file, records[index], starts[index], offsets[place + 1])
    return starts


def _expect_next(file: File, record: Record, start: int, following: int) -> None:
    """After a member comes the next one, or a descriptor that says of it what the directory says."""
    end = start + record.packed
    shown = printable(record.name)
    if end > following:
        raise Fault(f"`{shown}` overlaps what follows it, as in a bomb")
    if end == following:
        return
    expected = set(descriptors(record)) if record.flags & DESCRIBED_AFTER else set()
    file.seek(end)
    if following - end > max(map(len, expected), default=0):
        raise Fault(f"something stands behind `{shown}` that belongs to no member")
    if file.raw(following - end) not in expected:
        raise Fault(f"what stands behind `{shown}` says something else than the directory")


def _content(file: File, record: Record, start: int, meter: Meter) -> Iterator[bytes]:
    """The bytes of a member, of which number and checksum are compared at their end."""
    crc, size = 0, 0
    shown = printable(record.name)
    file.seek(start)
    packed = _packed(file, record)
    for data in packed if record.method == _STORED else _inflated(packed, shown):
        meter.give(len(data))
        crc = zlib.crc32(data, crc)
        size += len(data)
        if size > record.size:
            raise Mismatch(f"`{shown}`", expected=f"{record.size:,} bytes", found="more")
        yield data
    if (size, crc) != (record.size, record.crc):
        expected = f"{record.size:,} bytes with the CRC {record.crc:08x}"
        raise Mismatch(f"`{shown}`", expected=expected, found=f"{size:,} bytes with the CRC {crc:08x}")


def _packed(file: File, record: Record) -> Iterator[bytes]:
    left = record.packed
    while left:
        data = file.raw(min(left, CHUNK))
        if not data:
            raise ends_within(f"`{printable(record.name)}`")
        left -= len(data)
        yield data


def _inflated(packed: Iterator[bytes], shown: str) -> Iterator[bytes]:
    """What deflated data comes to; it must end with its last byte."""
    stream = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        for block in packed:
            rest = block
            while rest and not stream.eof:
                yield stream.decompress(rest, CHUNK)
                rest = stream.unconsumed_tail
            if rest or stream.unused_data:
                raise Fault(f"something stands behind the end of `{shown}`")
        while not stream.eof and (data := stream.decompress(b"", CHUNK)):
            yield data
    except zlib.error as error:
        raise Fault(f"`{shown}` cannot be unpacked ({error})", DAMAGED) from None
    if not stream.eof:
        raise Fault(f"`{shown}` ends before its data does", DAMAGED)
