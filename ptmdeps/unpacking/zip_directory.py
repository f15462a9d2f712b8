"""The directory of a zip archive, and what must agree with it.

https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT, sections 4.3.7 to 4.3.16 and 4.5.3.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from ptmdeps.paths import printable
from ptmdeps.unpacking.faults import DAMAGED, UNKNOWN, Fault, ends_within
from ptmdeps.unpacking.limits import Meter
from ptmdeps.unpacking.sources import File

_END = struct.Struct("<4s4H2LH")
_LOCATOR = struct.Struct("<4sLQL")
_END_64 = struct.Struct("<4sQ2H2L4Q")
_CENTRAL = struct.Struct("<4s4B4H3L5H2L")
_LOCAL = struct.Struct("<4s5H3L2H")

_MAX_COMMENT = 2**16 - 1
_FULL_16 = 2**16 - 1
_FULL_32 = 2**32 - 1
_ZIP64 = 1
_UNICODE_NAME = 0x7075
_DESCRIPTOR_SIGNATURE = b"PK\x07\x08"

ENCRYPTED = 0x1 | 0x40 | 0x2000
PATCHED = 0x20
DESCRIBED_AFTER = 0x8
UTF_8 = 0x800


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One member as the directory has it.

    Attributes:
        raw_name: bytes of its name, ``flags`` and ``method`` as the format numbers them.
        packed: bytes that it takes in the archive.
        size: bytes that it has.
        offset: where its local header begins.
        mode: type and permissions as Unix numbers them, 0 where nothing is said of them.
    """

    raw_name: bytes
    name: str
    flags: int
    method: int
    crc: int
    packed: int
    size: int
    offset: int
    mode: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """Where the directory is: ``size`` bytes from ``offset``, which are ``count`` records."""

    count: int
    size: int
    offset: int


def read_directory(file: File, meter: Meter) -> tuple[tuple[Record, ...], int]:
    """The members in the order of the directory, and where it begins.

    Raises:
        Fault: there is no directory, there could be two, or it is damaged.
        StoreError: the archive cannot be read.
    """
    place = _find(file)
    if place.count > meter.limits.members:
        raise Fault(f"it holds {place.count:,} members, at most {meter.limits.members:,} are unpacked")
    file.seek(place.offset)
    records = tuple(_records(file, place.count))
    if file.position != place.offset + place.size:
        raise Fault("its directory is not as long as it says")
    return records, place.offset


def content_start(file: File, record: Record) -> int:
    """Where the content of a member begins, after a local header that says the same as the directory.

    Raises:
        Fault: it does not.
    """
    shown = printable(record.name)
    if not file.seek(record.offset):
        raise Fault(f"`{shown}` is not where the directory says", DAMAGED)
    fixed = _exactly(file, _LOCAL.size, f"the header of `{shown}`")
    magic, _, flags, method, _, _, crc, packed, size, name_length, extra_length = _LOCAL.unpack(fixed)
    if magic != b"PK\x03\x04":
        raise Fault(f"`{shown}` is not where the directory says", DAMAGED)
    raw_name = _exactly(file, name_length, f"the header of `{shown}`")
    extra = _extra(_exactly(file, extra_length, f"the header of `{shown}`"))
    same = ENCRYPTED | PATCHED | DESCRIBED_AFTER | (0 if raw_name.isascii() else UTF_8)
    if (raw_name, method, flags & same) != (record.raw_name, record.method, record.flags & same):
        raise Fault(f"`{shown}` has a header that says something else than the directory")
    size, packed = _widened(extra, (size, packed), shown)
    if (crc, size, packed) != (record.crc, record.size, record.packed):
        _expect_described_after(flags, (crc, size, packed), record)
    return file.position


def descriptors(record: Record) -> Iterator[bytes]:
    """What may follow the content of a member whose sizes its local header leaves open."""
    for layout in ("<3L", "<L2Q"):
        if layout == "<L2Q" or max(record.packed, record.size) <= _FULL_32:
            described = struct.pack(layout, record.crc, record.packed, record.size)
            yield described
            yield _DESCRIPTOR_SIGNATURE + described


def _expect_described_after(flags: int, said: tuple[int, int, int], record: Record) -> None:
    known = (record.crc, record.size, record.packed)
    if not flags & DESCRIBED_AFTER or any(one not in {0, right} for one, right in zip(said, known, strict=True)):
        raise Fault(f"`{printable(record.name)}` has a header that says something else than the directory")


def _find(file: File) -> _Place:
    """Read the end of the archive, which says where the directory is."""
    start = max(file.size - _END.size - _MAX_COMMENT, 0)
    file.seek(start)
    tail = file.raw(file.size - start)
    ends = [at for at in _occurrences(tail, b"PK\x05\x06") if len(tail) - at >= _END.size]
    if not ends:
        raise Fault("it is no zip archive, or was cut off", UNKNOWN)
    whole = [at for at in ends if at + _END.size + _END.unpack_from(tail, at)[-1] == len(tail)]
    if len(whole) != 1:
        raise Fault("it could end in two places" if whole else "something follows its end")
    _, disk, first_disk, here, count, size, offset, _ = _END.unpack_from(tail, whole[0])
    end = start + whole[0]
    place, end = _find_64(file, end, _Place(count=count, size=size, offset=offset))
    if {disk, first_disk} - {0, _FULL_16} or here != count:
        raise Fault("it is one part of several")
    if place.offset + place.size != end:
        raise Fault("its directory is not where it says: something stands before or behind it")
    return place


def _occurrences(data: bytes, part: bytes) -> Iterator[int]:
    at = data.find(part)
    while at >= 0:
        yield at
        at = data.find(part, at + 1)


def _find_64(file: File, end: int, place: _Place) -> tuple[_Place, int]:
    """The place and end of the directory according to the records for large archives, where there are such."""
    if not file.seek(end - _LOCATOR.size):
        return place, end
    magic, disk, offset, disks = _LOCATOR.unpack(_exactly(file, _LOCATOR.size, "its end"))
    if magic != b"PK\x06\x07":
        return place, end
    if disk or disks > 1 or not file.seek(offset):
        raise Fault("its end is damaged, or it is one part of several", DAMAGED)
    magic, length, _, _, disk, first_disk, here, count, size, start = _END_64.unpack(
        _exactly(file, _END_64.size, "its end")
    )
    if magic != b"PK\x06\x06" or offset + 12 + length != end - _LOCATOR.size or disk or first_disk or here != count:
        raise Fault("its end is damaged, or it is one part of several", DAMAGED)
    small, large = (place.count, place.size, place.offset), (count, size, start)
    for narrow, wide, full in zip(small, large, (_FULL_16, _FULL_32, _FULL_32), strict=True):
        if narrow not in {wide, full}:
            raise Fault("its end says where the directory is in two ways")
    return _Place(count=count, size=size, offset=start), offset


def _records(file: File, count: int) -> Iterator[Record]:
    for _ in range(count):
        fields = _CENTRAL.unpack(_exactly(file, _CENTRAL.size, "its directory"))
        magic, _, _, _, _, flags, method, _, _, crc, packed, size = fields[:12]
        name_length, extra_length, comment_length, disk, _, attributes, offset = fields[12:]
        if magic != b"PK\x01\x02":
            raise Fault("its directory is damaged", DAMAGED)
        raw_name = _exactly(file, name_length, "its directory")
        extra = _extra(_exactly(file, extra_length, "its directory"))
        _exactly(file, comment_length, "its directory")
        name = _name(raw_name, flags, extra)
        size, packed, offset = _widened(extra, (size, packed, offset), printable(name))
        if disk not in {0, _FULL_16}:
            raise Fault("it is one part of several")
        mode = attributes >> 16
        yield Record(
            raw_name=raw_name,
            name=name,
            flags=flags,
            method=method,
            crc=crc,
            packed=packed,
            size=size,
            offset=offset,
            mode=mode,
        )


def _name(raw: bytes, flags: int, extra: dict[int, bytes]) -> str:
    """UTF-8, which some write without saying so, or else the code page of the first PCs."""
    try:
        name = raw.decode()
    except UnicodeDecodeError:
        if flags & UTF_8:
            raise Fault("a name in it is not in UTF-8", DAMAGED) from None
        name = raw.decode("cp437")
    other = extra.get(_UNICODE_NAME, b"")[5:]
    if other and other != name.encode():
        raise Fault(f"`{printable(name)}` has another name as well, which some programs prefer")
    return name


def _extra(data: bytes) -> dict[int, bytes]:
    """The extra fields of a member. Up to three bytes of padding are no field."""
    fields: dict[int, bytes] = {}
    position = 0
    while position + 4 <= len(data):
        kind, length = struct.unpack_from("<2H", data, position)
        position += 4 + length
        if position > len(data) or (kind in fields and kind in {_ZIP64, _UNICODE_NAME}):
            raise Fault("an extra field in it is damaged", DAMAGED)
        fields[kind] = data[position - length : position]
    return fields


def _widened(extra: dict[int, bytes], numbers: tuple[int, ...], shown: str) -> tuple[int, ...]:
    """Numbers that have no room in 32 bits are in an extra field, in their order."""
    wide = extra.get(_ZIP64, b"")
    full = sum(number == _FULL_32 for number in numbers)
    if len(wide) < 8 * full:
        raise Fault(f"`{shown}` has a size or place that is said nowhere", DAMAGED)
    values = iter(struct.unpack(f"<{full}Q", wide[: 8 * full]))
    return tuple(next(values) if number == _FULL_32 else number for number in numbers)


def _exactly(file: File, count: int, what: str) -> bytes:
    data = file.raw(count)
    if len(data) < count:
        raise ends_within(what)
    return data
