"""Archives that no honest program writes, made field by field."""

from __future__ import annotations

import hashlib
import io
import struct
import tarfile
import tempfile
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from ptmdeps.errors import IntegrityError, UnsafeContent
from ptmdeps.unpacking import unpack

DATA = b"weights"


def tar(
    *members: tuple[tarfile.TarInfo, bytes], form: Literal[0, 1, 2] = tarfile.GNU_FORMAT, end: bool = True
) -> bytes:
    """A tar archive of these members; without its end if so wished."""
    parts = []
    for info, data in members:
        parts.append(info.tobuf(form, "utf-8", "surrogateescape") + data + bytes(-len(data) % 512))
    return b"".join(parts) + (bytes(1024) if end else b"")


def member(
    name: str, data: bytes = DATA, kind: bytes = tarfile.REGTYPE, **fields: object
) -> tuple[tarfile.TarInfo, bytes]:
    info = tarfile.TarInfo(name)
    info.type, info.size = kind, len(data)
    for field, value in fields.items():
        setattr(info, field, value)
    return info, data


def pax(*records: bytes, kind: bytes = tarfile.XHDTYPE) -> tuple[tarfile.TarInfo, bytes]:
    """An extended header; records such as ``b"path=x"`` get the length that they must have."""
    return member("extended", b"".join(map(record, records)), kind)


def record(text: bytes) -> bytes:
    length = len(text) + 3
    while len(str(length)) + len(text) + 2 != length:
        length += 1
    return b"%d %b\n" % (length, text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Zipped:
    """One member of a zip archive; what is not given is as it should be."""

    name: bytes = b"model.bin"
    data: bytes = DATA
    method: int = 8
    flags: int = 0
    mode: int = 0
    extra: bytes = b""
    packed: bytes | None = None
    crc: int | None = None
    size: int | None = None
    local: Zipped | None = None  # what the local header says instead
    descriptor: bytes = b""
    offset: int | None = None

    def content(self) -> bytes:
        if self.packed is not None:
            return self.packed
        return deflated(self.data) if self.method == 8 else self.data

    def numbers(self) -> tuple[int, int, int]:
        """Checksum, packed and unpacked size."""
        crc = zlib.crc32(self.data) if self.crc is None else self.crc
        return crc, len(self.content()), len(self.data) if self.size is None else self.size

    def header(self) -> bytes:
        numbers = (0, 0, 0) if self.descriptor else self.numbers()
        lengths = len(self.name), len(self.extra)
        fixed = struct.pack("<4s5H3L2H", b"PK\3\4", 20, self.flags, self.method, 0, 33, *numbers, *lengths)
        return fixed + self.name + self.extra

    def entry(self, offset: int) -> bytes:
        lengths = len(self.name), len(self.extra), 0
        attributes = 0, 0, self.mode << 16, offset if self.offset is None else self.offset
        versions = 20, 3 << 8 | 20
        fixed = struct.pack(
            "<4s2H4H3L5H2L",
            *(b"PK\1\2", versions[1], versions[0], self.flags, self.method, 0, 33),
            *(*self.numbers(), *lengths, *attributes),
        )
        return fixed + self.name + self.extra


def deflated(data: bytes) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    return packer.compress(data) + packer.flush()


def zip_(*members: Zipped, comment: bytes = b"", before: bytes = b"", between: bytes = b"", **end: int) -> bytes:
    """A zip archive; ``end`` replaces ``count``, ``size`` or ``offset`` of its directory."""
    body, entries = before, b""
    for one in members:
        entries += one.entry(len(body))
        body += (one.local or one).header() + one.content() + one.descriptor
    body += between
    count = end.get("count", len(members))
    place = end.get("size", len(entries)), end.get("offset", len(body))
    return body + entries + struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, count, count, *place, len(comment)) + comment


def honest_zip(files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """What the standard library writes."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return stream.getvalue()


def honest_tar(files: dict[str, bytes], mode: str = "w") -> bytes:
    """What the standard library writes."""
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode=mode) as archive:  # type: ignore[call-overload]
        for name, data in files.items():
            info, _ = member(name, data)
            archive.addfile(info, io.BytesIO(data))
    return stream.getvalue()


def stored(tmp_path: Path, data: bytes) -> Path:
    """A file of this content, with a name that nobody would print as it is."""
    archive = tmp_path / "hostile\x1b"
    archive.write_bytes(data)
    return archive


def unpacked(tmp_path: Path, data: bytes, **options: object) -> dict[str, bytes]:
    """What an archive becomes. If it is refused, its name is said, and nothing of it is left."""
    archive = stored(tmp_path, data)
    parent = Path(tempfile.mkdtemp(dir=tmp_path))
    try:
        members = unpack(archive, parent / "target", **options)  # type: ignore[arg-type]
    except (UnsafeContent, IntegrityError) as error:
        explained = "`hostile\\x1b`" in error.message and error.hint
        assert explained
        assert not list(parent.iterdir())
        raise
    found = {}
    for path in sorted((parent / "target").rglob("*")):
        assert not path.is_symlink()
        if path.is_file():
            found[path.relative_to(parent / "target").as_posix()] = path.read_bytes()
    hashes = {path: hashlib.sha256(content).hexdigest() for path, content in found.items()}
    assert {one.path: one.sha256 for one in members} == hashes
    assert [one.size for one in members] == [len(found[one.path]) for one in members]
    assert list(members) == sorted(members)
    assert [path.name for path in parent.iterdir()] == ["target"]
    return found
