from __future__ import annotations

import io
import stat
import struct
import tracemalloc
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from ptmdeps.errors import IntegrityError, UnsafeContent
from ptmdeps.unpacking import Limits, names, unpack
from tests.unit.unpacking.making import DATA, Zipped, deflated, honest_zip, stored, unpacked, zip_

ZIP64 = struct.Struct("<2H2Q")


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_archives_of_the_library_are_read(tmp_path: Path, method: int) -> None:
    files = {"a/b": DATA, "ü": bytes(3_000_000), "empty": b""}
    data = honest_zip({**files, "folder/": b""}, method)
    assert unpacked(tmp_path, data) == files
    assert unpacked(tmp_path, data, kind="zip") == files
    assert [one.kind for one in names(stored(tmp_path, data))] == ["file", "file", "file", "folder"]


class Pipe(io.RawIOBase):
    """What can only be written from the first byte to the last."""

    def __init__(self) -> None:
        self.data = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: bytes) -> int:  # type: ignore[override]
        self.data += data
        return len(data)


@pytest.mark.parametrize("large", [False, True])
def test_archives_that_were_streamed_are_read(tmp_path: Path, large: bool) -> None:
    pipe = Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in ("a", "b"):
            with archive.open(name, "w", force_zip64=large) as stream:
                stream.write(DATA)
    assert unpacked(tmp_path, bytes(pipe.data)) == {"a": DATA, "b": DATA}


def test_a_comment_may_follow_the_end(tmp_path: Path) -> None:
    assert unpacked(tmp_path, zip_(Zipped(), comment=b"0" * 40)) == {"model.bin": DATA}


def test_an_empty_archive_is_an_empty_folder(tmp_path: Path) -> None:
    assert unpacked(tmp_path, zip_()) == {}


def test_names_of_old_and_of_careless_programs_are_read(tmp_path: Path) -> None:
    assert set(unpacked(tmp_path, zip_(Zipped(name=b"\x81"), Zipped(name="模".encode())))) == {"ü", "模"}


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        (b"../x", "`..` is not the name"),
        (b"a/../../x", "`..` is not the name"),
        (b"/etc/x", "it is absolute"),
        (b"C:x", "it names a drive"),
        (b"..\\x", "it holds a backslash"),
        (b"a\0b", "control characters"),
        (b"a\n", "control characters"),
        (b"a//b", "`` is not the name"),
        (b"x/" * 101, "more than 100 folders"),
        (b"", "`` is not the name"),
    ],
)
def test_names_that_lead_elsewhere_are_refused(tmp_path: Path, name: bytes, reason: str) -> None:
    with pytest.raises(UnsafeContent) as caught:
        unpacked(tmp_path, zip_(Zipped(name=b"first"), Zipped(name=name, data=b"")))
    assert reason in caught.value.message
    assert caught.value.message.isprintable()


def test_a_name_must_be_what_it_says(tmp_path: Path) -> None:
    with pytest.raises(UnsafeContent, match="a name in it is not in UTF-8"):
        unpacked(tmp_path, zip_(Zipped(name=b"\xff", flags=0x800)))


def test_a_second_name_is_refused(tmp_path: Path) -> None:
    def field(name: bytes) -> bytes:
        return struct.pack("<2HBL", 0x7075, 5 + len(name), 1, zlib.crc32(b"model.bin")) + name

    assert unpacked(tmp_path, zip_(Zipped(extra=field(b"model.bin")))) == {"model.bin": DATA}
    with pytest.raises(UnsafeContent, match=r"`model.bin` has another name as well"):
        unpacked(tmp_path, zip_(Zipped(extra=field(b"../../x"))))


@pytest.mark.parametrize(
    ("mode", "word"),
    [
        (stat.S_IFLNK, "symbolic link"),
        (stat.S_IFIFO, "pipe"),
        (stat.S_IFSOCK, "pipe"),
        (stat.S_IFCHR, "device"),
        (stat.S_IFBLK, "device"),
    ],
)
def test_only_files_and_folders_are_created(tmp_path: Path, mode: int, word: str) -> None:
    data = zip_(Zipped(name=b"a", data=b"/etc/passwd", mode=mode | 0o777), Zipped(name=b"b"))
    with pytest.raises(UnsafeContent, match=f"`a` is a {word}"):
        unpacked(tmp_path, data)
    assert unpacked(tmp_path, data, only=lambda path: path == "b") == {"b": DATA}


@pytest.mark.parametrize(
    "one",
    [
        Zipped(name=b"a", mode=stat.S_IFDIR | 0o755),
        Zipped(name=b"a/", mode=stat.S_IFDIR | 0o755),
        Zipped(name=b"a/", data=b"", mode=stat.S_IFLNK | 0o755),
        Zipped(name=b"a", mode=stat.S_IFREG | stat.S_IFIFO),
    ],
)
def test_what_is_a_file_and_a_folder_is_refused(tmp_path: Path, one: Zipped) -> None:
    with pytest.raises(UnsafeContent, match="a file by its name and a folder by its attributes"):
        unpacked(tmp_path, zip_(one))


def test_links_can_be_left_out(tmp_path: Path) -> None:
    link = Zipped(name=b"a", data=b"/etc", mode=stat.S_IFLNK | 0o777)
    assert unpacked(tmp_path, zip_(link, Zipped(name=b"a/b")), links="omit") == {"a/b": DATA}


def test_set_user_bits_are_dropped(tmp_path: Path) -> None:
    target = tmp_path / "target"
    members = unpack(
        stored(tmp_path, zip_(Zipped(mode=stat.S_IFREG | 0o6755), Zipped(name=b"b"))), target, executable=True
    )
    assert [one.executable for one in members] == [False, True]
    assert (target / "model.bin").stat().st_mode & 0o7700 == 0o700
    assert (target / "b").stat().st_mode & 0o7700 == 0o600


@pytest.mark.parametrize(
    ("first", "second", "reason"),
    [
        (b"a", b"a", "`a` is in it twice"),
        (b"a", b"./a", "`a` is in it twice"),
        (b"a", b"a/b", "`a/b` is where another member"),
        (b"a/b", b"a", "`a` is where another member"),
        (b"a", b"A", "`A` and `a` are one file"),
        (b"a/b", b"A", "`A` and `a/b` are one file"),
    ],
)
def test_no_member_comes_in_the_way_of_another(tmp_path: Path, first: bytes, second: bytes, reason: str) -> None:
    with pytest.raises(UnsafeContent) as caught:
        unpacked(tmp_path, zip_(Zipped(name=first), Zipped(name=second)))
    assert reason in caught.value.message


@pytest.mark.parametrize("flags", [0x1, 0x41, 0x2001])
def test_encrypted_members_are_refused(tmp_path: Path, flags: int) -> None:
    with pytest.raises(UnsafeContent, match=r"`model.bin` is encrypted"):
        unpacked(tmp_path, zip_(Zipped(flags=flags)))


@pytest.mark.parametrize(("method", "word"), [(9, "Deflate64"), (12, "bzip2"), (14, "LZMA"), (1, "method 1")])
def test_unknown_packings_are_refused(tmp_path: Path, method: int, word: str) -> None:
    with pytest.raises(UnsafeContent, match=f"packed with {word}, which is not known"):
        unpacked(tmp_path, zip_(Zipped(method=method)))


@pytest.mark.parametrize(
    "one",
    [
        Zipped(size=6),
        Zipped(size=8),
        Zipped(crc=1),
        Zipped(method=0, size=6),
        Zipped(method=0, size=8),
        Zipped(method=0, crc=1),
        Zipped(data=bytes(5_000_000), size=5),
        Zipped(size=6, crc=zlib.crc32(DATA[:6])),
        Zipped(method=0, size=6, crc=zlib.crc32(DATA[:6])),
    ],
)
def test_sizes_and_checksums_that_lie_are_found(tmp_path: Path, one: Zipped) -> None:
    with pytest.raises(IntegrityError, match=r"`model.bin` in `hostile.* does not match what the archive says"):
        unpacked(tmp_path, zip_(one))


@pytest.mark.parametrize(
    ("packed", "reason"),
    [
        (b"\xff\xff", "`model.bin` cannot be unpacked"),
        (deflated(DATA)[:-1], "`model.bin` ends before its data does"),
        (b"", "`model.bin` ends before its data does"),
        (deflated(DATA) + b"x", "something stands behind the end of `model.bin`"),
    ],
)
def test_damaged_members_are_refused(tmp_path: Path, packed: bytes, reason: str) -> None:
    with pytest.raises(UnsafeContent, match=reason):
        unpacked(tmp_path, zip_(Zipped(packed=packed)))


@pytest.mark.parametrize(
    "local",
    [
        Zipped(name=b"other.bin"),
        Zipped(name=b"model.bin/"),
        Zipped(method=0),
        Zipped(flags=1),
        Zipped(flags=8),
        Zipped(size=1),
        Zipped(crc=1),
        Zipped(packed=b""),
    ],
)
def test_headers_must_say_what_the_directory_says(tmp_path: Path, local: Zipped) -> None:
    with pytest.raises(UnsafeContent, match="says something else than the directory"):
        unpacked(tmp_path, zip_(Zipped(local=local)))


def described(
    layout: str, *, crc: int = zlib.crc32(DATA), size: int = len(DATA), signature: bytes = b"PK\7\x08"
) -> bytes:
    return signature + struct.pack(layout, crc, len(deflated(DATA)), size)


@pytest.mark.parametrize("layout", ["<3L", "<L2Q"])
@pytest.mark.parametrize("signature", [b"PK\7\x08", b""])
def test_descriptors_are_read(tmp_path: Path, layout: str, signature: bytes) -> None:
    one = Zipped(flags=8, descriptor=described(layout, signature=signature))
    assert unpacked(tmp_path, zip_(one, Zipped(name=b"b"))) == {"model.bin": DATA, "b": DATA}


@pytest.mark.parametrize(
    ("one", "reason"),
    [
        (Zipped(flags=8, descriptor=described("<3L", crc=1)), "what stands behind `model.bin` says something else"),
        (Zipped(flags=8, descriptor=described("<3L", size=1)), "what stands behind `model.bin` says something else"),
        (Zipped(flags=8, descriptor=described("<3L", signature=b"PK\3\4")), "what stands behind `model.bin`"),
        (Zipped(flags=8, descriptor=described("<3L") * 2), "belongs to no member"),
        (Zipped(flags=8, descriptor=described("<3L"), local=Zipped(flags=8, size=9)), "than the directory"),
        (Zipped(descriptor=described("<3L")), "says something else than the directory"),
    ],
)
def test_descriptors_that_lie_are_refused(tmp_path: Path, one: Zipped, reason: str) -> None:
    with pytest.raises(UnsafeContent, match=reason):
        unpacked(tmp_path, zip_(one))


def test_members_may_not_overlap(tmp_path: Path) -> None:
    """https://www.bamsoftware.com/hacks/zipbomb/: every member quotes the headers of those after it."""
    kernel = Zipped(name=b"b", data=bytes(100_000))
    inner = kernel.header() + kernel.content()
    quoting = struct.pack("<BHH", 0, len(kernel.header()), len(kernel.header()) ^ 0xFFFF) + kernel.header()
    outer = Zipped(name=b"a", data=kernel.header() + kernel.data, packed=quoting + kernel.content(), flags=0)
    body = outer.header() + quoting + kernel.content()
    entries = outer.entry(0) + kernel.entry(len(body) - len(inner))
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 2, 2, len(entries), len(body), 0)
    with zipfile.ZipFile(io.BytesIO(body + entries + end)) as archive:
        assert archive.namelist() == ["a", "b"]
    with pytest.raises(UnsafeContent, match="`a` overlaps what follows it, as in a bomb"):
        unpacked(tmp_path, body + entries + end)


def test_two_members_may_not_share_their_bytes(tmp_path: Path) -> None:
    with pytest.raises(UnsafeContent, match="overlaps what follows it"):
        unpacked(tmp_path, zip_(Zipped(), Zipped(offset=0)))


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (zip_(Zipped()) + b"x", "something follows its end"),
        (zip_(Zipped()) + zip_(Zipped(name=b"b")), "its directory is not where it says"),
        (b"PK\3\4" + zip_(Zipped()), "its directory is not where it says"),
        (zip_(Zipped(), before=b"PK\3\4"), "`model.bin` is not where the directory says|before its first member"),
        (zip_(Zipped(), between=b"hidden"), "belongs to no member"),
        (zip_(Zipped(offset=1)), "something stands before its first member"),
        (zip_(Zipped(), Zipped(name=b"b", offset=2**31)), "behind `model.bin` that belongs to no member"),
        (zip_(Zipped(), comment=zip_(Zipped(name=b"b"))), "its directory is not where it says|two places"),
        (zip_(Zipped())[:-1], "something follows its end|no zip archive"),
        (zip_(Zipped())[:40], "no zip archive, or was cut off"),
        (zip_(Zipped(), count=2), "it ends within its directory|its directory is damaged"),
        (zip_(Zipped(), Zipped(name=b"b"), count=1), "its directory is not as long as it says"),
        (zip_(Zipped(), size=10), "its directory is not where it says"),
        (zip_(Zipped(), offset=10), "its directory is not where it says"),
        (zip_(Zipped(extra=b"\1\0\xff\0")), "an extra field in it is damaged"),
        (zip_(Zipped(extra=ZIP64.pack(1, 16, 0, 0) * 2)), "an extra field in it is damaged"),
        (zip_(Zipped(size=2**32 - 1)), "has a size or place that is said nowhere"),
        (b"PK\3\4", "no zip archive, or was cut off"),
    ],
)
def test_bytes_that_programs_read_differently_are_refused(tmp_path: Path, data: bytes, reason: str) -> None:
    with pytest.raises(UnsafeContent, match=reason):
        unpacked(tmp_path, data, kind="zip")


def test_an_archive_may_not_end_twice(tmp_path: Path) -> None:
    second = zip_(Zipped(name=b"b"))[-22:]
    with pytest.raises(UnsafeContent, match="it could end in two places"):
        unpacked(tmp_path, zip_(Zipped(), comment=b"-" + second))


def with_end_64(change: Callable[[list[int]], None] = lambda _: None) -> bytes:
    """An archive whose end is repeated for large archives, with numbers that may be changed."""
    plain = zip_(Zipped())
    body, end = plain[:-22], plain[-22:]
    _, _, _, _, count, size, offset, _ = struct.unpack("<4s4H2LH", end)
    numbers = [44, 0, 0, count, count, size, offset, 0, len(body), 1]
    change(numbers)
    length, disk, first, here, count, size, offset, locator_disk, place, disks = numbers
    record = struct.pack("<4sQ2H2L4Q", b"PK\6\6", length, 45, 45, disk, first, here, count, size, offset)
    return body + record + struct.pack("<4sLQL", b"PK\6\7", locator_disk, place, disks) + end


def test_ends_of_large_archives_are_read(tmp_path: Path) -> None:
    assert unpacked(tmp_path, with_end_64()) == {"model.bin": DATA}
    full = with_end_64()[:-22] + struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)
    assert unpacked(tmp_path, full) == {"model.bin": DATA}


@pytest.mark.parametrize("field", range(10))
def test_ends_of_large_archives_may_not_say_something_else(tmp_path: Path, field: int) -> None:
    def change(numbers: list[int]) -> None:
        numbers[field] += 1

    with pytest.raises(UnsafeContent, match=r"one part of several|in two ways"):
        unpacked(tmp_path, with_end_64(change))


def test_sizes_may_stand_in_an_extra_field(tmp_path: Path) -> None:
    one = Zipped(method=0, extra=ZIP64.pack(1, 16, len(DATA), len(DATA)))
    data = bytearray(zip_(one))
    for at in (18, len(one.header()) + len(DATA) + 20):
        data[at : at + 8] = b"\xff" * 8
    assert unpacked(tmp_path, bytes(data)) == {"model.bin": DATA}


def test_parts_of_several_are_refused(tmp_path: Path) -> None:
    data = bytearray(zip_(Zipped()))
    data[-18] = 1
    with pytest.raises(UnsafeContent, match="it is one part of several"):
        unpacked(tmp_path, bytes(data))


@pytest.mark.parametrize(
    ("limits", "reason"),
    [
        (Limits(members=1), "it holds 2 members, at most 1"),
        (Limits(file_size=6), "`a` says it has 7 bytes, at most 6"),
        (Limits(size=10), "more than 10 bytes"),
        (Limits(floor=5, ratio=0), "as those of a bomb do"),
        (Limits(depth=1), "`b/c/d` lies in more than 1 folders"),
    ],
)
def test_limits_hold(tmp_path: Path, limits: Limits, reason: str) -> None:
    with pytest.raises(UnsafeContent) as caught:
        unpacked(tmp_path, zip_(Zipped(name=b"a"), Zipped(name=b"b/c/d")), limits=limits)
    assert reason in caught.value.message


def test_memory_does_not_grow_with_a_member(tmp_path: Path) -> None:
    archive = stored(tmp_path, zip_(Zipped(data=bytes(60_000_000))))
    tracemalloc.start()
    members = unpack(archive, tmp_path / "target", limits=Limits(ratio=2000))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert members[0].size == 60_000_000
    assert peak < 8_000_000
