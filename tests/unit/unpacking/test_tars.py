from __future__ import annotations

import gzip
import lzma
import tarfile
import tracemalloc
import zlib
from pathlib import Path
from typing import Literal

import pytest

from ptmdeps.errors import UnsafeContent
from ptmdeps.unpacking import Limits, names, unpack
from tests.unit.unpacking.making import DATA, honest_tar, member, pax, stored, tar, unpacked

LONG = "folder/" + "x" * 200


@pytest.mark.parametrize("form", [tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
def test_every_form_is_read_and_names_may_begin_with_a_dot(tmp_path: Path, form: Literal[0, 1, 2]) -> None:
    long = "./" + "d" * 90 + "/" + "f" * 90
    data = tar(
        member("./", b"", tarfile.DIRTYPE),
        member("./a/", b"", tarfile.DIRTYPE),
        member("./a/b"),
        member(long),
        form=form,
    )
    assert unpacked(tmp_path, data) == {"a/b": DATA, long[2:]: DATA}


@pytest.mark.parametrize("form", [tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
def test_long_and_foreign_names_are_read(tmp_path: Path, form: Literal[0, 1, 2]) -> None:
    assert unpacked(tmp_path, tar(member(LONG), member("ü/模型"), form=form)) == {LONG: DATA, "ü/模型": DATA}


def test_a_name_in_another_unicode_form_is_put_into_nfc(tmp_path: Path) -> None:
    assert unpacked(tmp_path, tar(member("u\u0308"))) == {"ü": DATA}
    with pytest.raises(UnsafeContent, match="`ü` is in it twice"):
        unpacked(tmp_path, tar(member("u\u0308"), member("ü")))


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("../x", "`..` is not the name"),
        ("a/../../x", "`..` is not the name"),
        ("./../x", "`..` is not the name"),
        ("/etc/x", "it is absolute"),
        (".//etc/x", "it is absolute"),
        ("C:x", "it names a drive"),
        ("a\\..\\x", "it holds a backslash"),
        ("\\\\host\\share", "it holds a backslash"),
        ("a\x1b[2J", "control characters"),
        ("a\u202eb", "control characters"),
        ("a\udc80", "control characters"),
        ("a//b", "`` is not the name"),
        ("aux.json", "names a device"),
        ("a.", "ends with a dot"),
        ("x" * 256, "longer than 255 bytes"),
        ("x/" * 100 + "x", "more than 100 folders"),
    ],
)
@pytest.mark.parametrize("kind", [tarfile.REGTYPE, tarfile.DIRTYPE])
def test_names_that_lead_elsewhere_are_refused(tmp_path: Path, name: str, reason: str, kind: bytes) -> None:
    data = DATA if kind == tarfile.REGTYPE else b""
    with pytest.raises(UnsafeContent) as caught:
        unpacked(tmp_path, tar(member("first"), member(name, data, kind)))
    assert reason in caught.value.message
    assert caught.value.message.isprintable()


@pytest.mark.parametrize("name", ["/", "..", "../"])
def test_folders_that_lead_elsewhere_are_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(UnsafeContent, match="unsafe path"):
        unpacked(tmp_path, tar(member(name, b"", tarfile.DIRTYPE)))


@pytest.mark.parametrize("name", ["", ".", "./"])
def test_a_file_needs_a_name(tmp_path: Path, name: str) -> None:
    with pytest.raises(UnsafeContent, match="is not the name of a file"):
        unpacked(tmp_path, tar(pax(b"path=" + name.encode()), member("x")))


@pytest.mark.parametrize("name", ["a\0b", "a\0"])
def test_a_zero_byte_in_a_long_name_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(UnsafeContent, match="control characters"):
        unpacked(tmp_path, tar(pax(b"path=" + name.encode()), member("x")))


@pytest.mark.parametrize(
    ("kind", "word"),
    [
        (tarfile.SYMTYPE, "symbolic link"),
        (tarfile.LNKTYPE, "hard link"),
        (tarfile.CHRTYPE, "device"),
        (tarfile.BLKTYPE, "device"),
        (tarfile.FIFOTYPE, "pipe"),
    ],
)
def test_only_files_and_folders_are_created(tmp_path: Path, kind: bytes, word: str) -> None:
    data = tar(member("a", b"", kind, linkname="/etc/passwd"), member("b"))
    with pytest.raises(UnsafeContent, match=f"`a` is a {word}"):
        unpacked(tmp_path, data)
    assert unpacked(tmp_path, data, only=lambda path: path == "b") == {"b": DATA}
    assert [one.kind for one in names(stored(tmp_path, data))] == [word, "file"]


def test_links_can_be_left_out_and_devices_cannot(tmp_path: Path) -> None:
    links = member("a", b"", tarfile.SYMTYPE, linkname="/"), member("c", b"", tarfile.LNKTYPE, linkname="b")
    assert unpacked(tmp_path, tar(*links, member("b")), links="omit") == {"b": DATA}
    with pytest.raises(UnsafeContent, match="`a` is a device"):
        unpacked(tmp_path, tar(member("a", b"", tarfile.CHRTYPE)), links="omit")


def test_a_file_through_a_link_is_refused(tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    link = member("a", b"", tarfile.SYMTYPE, linkname=str(tmp_path / "outside"))
    data = tar(link, member("a/b"))
    with pytest.raises(UnsafeContent, match="`a` is a symbolic link"):
        unpacked(tmp_path, data)
    assert unpacked(tmp_path, data, links="omit") == {"a/b": DATA}
    assert not list((tmp_path / "outside").iterdir())


def test_a_link_with_content_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnsafeContent, match="is a hard link and says it has 512 bytes"):
        unpacked(tmp_path, tar(member("a", bytes(512), tarfile.LNKTYPE), member("b")), links="omit")


@pytest.mark.parametrize(
    "data",
    [
        tar(member("a", bytes(512), tarfile.GNUTYPE_SPARSE)),
        tar(pax(b"GNU.sparse.major=1", b"GNU.sparse.minor=0", b"GNU.sparse.name=a"), member("x")),
        tar(pax(b"GNU.sparse.map=0,1", kind=tarfile.XGLTYPE), member("x")),
    ],
    ids=["gnu", "pax", "global"],
)
def test_sparse_files_are_refused(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(UnsafeContent, match="is a sparse file"):
        unpacked(tmp_path, data)


def test_unknown_extensions_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UnsafeContent, match=r"`a` is an extension of the format .*b'V'"):
        unpacked(tmp_path, tar(member("a", b"", b"V")))


@pytest.mark.parametrize(
    ("first", "second", "reason"),
    [
        (member("a"), member("./a"), "`a` is in it twice"),
        (member("a"), member("a/b"), "`a/b` is where another member"),
        (member("a/b"), member("a"), "`a` is where another member"),
        (member("a"), member("a/", b"", tarfile.DIRTYPE), "`a` is in it twice"),
        (member("a/", b"", tarfile.DIRTYPE), member("a"), "`a` is where another member"),
        (member("a"), member("A"), "`A` and `a` are one file"),
        (member("ß"), member("ss"), "`ss` and `ß` are one file"),
        (member("a"), member("A/b"), "`A/b` and `a` are one file"),
        (member("A/", b"", tarfile.DIRTYPE), member("a"), "`A` and `a` are one file"),
    ],
)
def test_no_member_comes_in_the_way_of_another(
    tmp_path: Path,
    first: tuple[tarfile.TarInfo, bytes],
    second: tuple[tarfile.TarInfo, bytes],
    reason: str,
) -> None:
    with pytest.raises(UnsafeContent) as caught:
        unpacked(tmp_path, tar(first, second))
    assert reason in caught.value.message


def test_folders_may_differ_in_case_and_be_listed_twice(tmp_path: Path) -> None:
    folder = member("A/", b"", tarfile.DIRTYPE)
    assert set(unpacked(tmp_path, tar(folder, folder, member("A/b"), member("a/c")))) == {"A/b", "a/c"}


@pytest.mark.parametrize("executable", [False, True])
def test_permissions_of_the_archive_do_not_count(tmp_path: Path, executable: bool) -> None:
    data = tar(member("run", mode=0o6755), member("open", mode=0o666), member("d/", b"", tarfile.DIRTYPE, mode=0o1000))
    target = tmp_path / "target"
    unpack(stored(tmp_path, data), target, executable=executable)
    plain = tmp_path / "plain"
    plain.touch()
    usual = plain.stat().st_mode & 0o7777
    assert (target / "open").stat().st_mode & 0o7777 == usual
    assert (target / "run").stat().st_mode & 0o7777 == (usual | (usual >> 2 & 0o111) if executable else usual)
    assert (target / "d").stat().st_mode & 0o7700 == 0o700
    assert [one.executable for one in names(stored(tmp_path, data))] == [True, False, False]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (tar(pax(b"path=a"), pax(b"path=b"), member("x")), "two extended headers of one kind"),
        (tar(pax(b"path=a", b"path=b"), member("x")), "two values for its path"),
        (tar(pax(b"path=a", kind=tarfile.XGLTYPE), member("x")), "all of its members one path"),
        (tar(pax(b"size=9", kind=tarfile.XGLTYPE), member("x")), "all of its members one size"),
        (tar(pax(b"path=a"), member("n", b"b\0", tarfile.GNUTYPE_LONGNAME), member("x")), "`a` is `b` as well"),
        (tar(pax(b"size=1024"), member("x", b"")), "0 bytes, and 1,024 as well"),
        (tar(pax(b"size=0"), member("x", bytes(512))), "512 bytes, and 0 as well"),
        (tar(pax(b"size=-1"), member("x")), "a size in an extended header is `-1`"),
        (tar(pax(b"size=99999999999999"), member("x")), "says it has 99,999,999,999,999 bytes"),
        (tar(member("p", b"99 path=a\n", tarfile.XHDTYPE), member("x")), "an extended header in it is damaged"),
        (tar(member("p", b"5 path=a\n", tarfile.XHDTYPE), member("x")), "an extended header in it is damaged"),
        (tar(member("p", b"0 path=a\n", tarfile.XHDTYPE), member("x")), "an extended header in it is damaged"),
        (tar(member("p", b"path", tarfile.XHDTYPE), member("x")), "an extended header in it is damaged"),
        (tar(member("p", bytes(2**21), tarfile.XHDTYPE), member("x")), "an extended header in it has 2,097,152 bytes"),
        (tar(pax(b"path=a")), "followed by no member"),
        (tar(pax(b"path=a"), end=False)[:-1], "it ends within an extended header"),
    ],
)
def test_extended_headers_that_programs_read_differently_are_refused(tmp_path: Path, data: bytes, reason: str) -> None:
    with pytest.raises(UnsafeContent) as caught:
        unpacked(tmp_path, data)
    assert reason in caught.value.message


def test_harmless_extended_headers_are_read(tmp_path: Path) -> None:
    commit = pax(b"comment=" + b"0" * 40, kind=tarfile.XGLTYPE)
    times = pax(b"mtime=1.5", b"path=real/name", b"size=7", b"SCHILY.xattr.user.x=\xff\0=\n")
    assert unpacked(tmp_path, tar(commit, times, member("short"))) == {"real/name": DATA}


def test_times_of_gnu_are_no_beginning_of_a_name(tmp_path: Path) -> None:
    header = bytearray(tar(member("a"), end=False))
    header[345:356] = b"14000000000"
    header[148:156] = b"%06o\0 " % (sum(header[:148]) + 8 * 32 + sum(header[156:512]))
    assert unpacked(tmp_path, bytes(header) + bytes(1024)) == {"a": DATA}


@pytest.mark.parametrize("size", [-1, -(2**40)])
def test_a_negative_size_is_refused(tmp_path: Path, size: int) -> None:
    with pytest.raises(UnsafeContent, match=f"says it has {size:,} bytes"):
        unpacked(tmp_path, tar(member("a", b"", size=size), member("b")))


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "it is no tar archive"),
        (b"nonsense" * 100, "it is no tar archive"),
        (tar(member("a"), end=False), "it ends before its end is marked"),
        (tar(member("a"), end=False)[:-1], "it ends within `a`"),
        (tar(member("a"), end=False)[:515], "it ends within `a`"),
        (tar(member("a"))[:300], "it is no tar archive"),
        (tar(member("a", b"", size=2**30), end=False), "it ends within `a`"),
        (tar(member("a")) + tar(member("b")), "something follows its end"),
        (tar(member("a")) + b"\1", "something follows its end"),
        (tar(member("a"), end=False) + b"x" * 512, "a header in it is damaged"),
    ],
)
@pytest.mark.parametrize("packed", [bytes, gzip.compress])
def test_damaged_archives_are_refused(tmp_path: Path, data: bytes, reason: str, packed: type[bytes]) -> None:
    with pytest.raises(UnsafeContent) as caught:
        unpacked(tmp_path, packed(data))
    assert reason in caught.value.message


def test_zeros_after_the_end_are_the_rest_of_a_record(tmp_path: Path) -> None:
    assert unpacked(tmp_path, tar(member("a")) + bytes(2**20)) == {"a": DATA}
    archive = tmp_path / "zeros.tar"
    archive.write_bytes(tar(member("a")))
    with archive.open("r+b") as stream:
        stream.truncate(2**27)
    with pytest.raises(UnsafeContent, match="more than 67,108,864 zeros follow its end"):
        unpack(archive, tmp_path / "target")


def test_an_empty_archive_is_an_empty_folder(tmp_path: Path) -> None:
    assert unpack(stored(tmp_path, bytes(1024)), tmp_path / "target") == ()
    assert list((tmp_path / "target").iterdir()) == []


@pytest.mark.parametrize("mode", ["w:gz", "w:bz2", "w:xz"])
def test_packings_are_recognised(tmp_path: Path, mode: str) -> None:
    files = {"a/b": DATA, "c": bytes(3_000_000)}
    data = honest_tar(files, mode)
    assert unpacked(tmp_path, data) == files
    assert unpacked(tmp_path, data, kind=f"tar.{mode[2:]}") == files
    for kind in {"tar", "tar.gz", "tar.bz2", "tar.xz", "zip", "rar"} - {f"tar.{mode[2:]}"}:
        with pytest.raises(UnsafeContent):
            unpacked(tmp_path, data, kind=kind)


def test_what_is_packed_twice_is_no_tar_archive(tmp_path: Path) -> None:
    with pytest.raises(UnsafeContent, match="it is no tar archive"):
        unpacked(tmp_path, gzip.compress(gzip.compress(tar(member("a")))))


@pytest.mark.parametrize("mode", ["w:gz", "w:bz2", "w:xz"])
@pytest.mark.parametrize("missing", [1, 9, 40])
def test_packings_that_were_cut_off_are_refused(tmp_path: Path, mode: str, missing: int) -> None:
    with pytest.raises(UnsafeContent, match=f"it ends within its {mode[2:]} data"):
        unpacked(tmp_path, honest_tar({"a": bytes(100_000)}, mode)[:-missing])


def test_checksums_of_packings_are_compared(tmp_path: Path) -> None:
    data = bytearray(gzip.compress(tar(member("a"))))
    data[-8] ^= 1
    with pytest.raises(UnsafeContent, match="incorrect data check"):
        unpacked(tmp_path, bytes(data))


def test_gzip_may_have_many_members(tmp_path: Path) -> None:
    data = tar(member("a", bytes(5000)))
    parts = [gzip.compress(data[start : start + 100]) for start in range(0, len(data), 100)]
    assert unpacked(tmp_path, b"".join(parts) + bytes(1000)) == {"a": bytes(5000)}
    with pytest.raises(UnsafeContent, match="something follows the end of its gz data"):
        unpacked(tmp_path, b"".join(parts) + b"garbage")


def test_an_xz_stream_may_not_ask_for_all_memory(tmp_path: Path) -> None:
    data = bytearray(lzma.compress(tar(member("a"))))
    # the header of the first block names the dictionary, 36 means 2**30 bytes; its checksum follows
    data[data.index(b"\x21\x01") + 2] = 36
    end = 12 + (data[12] + 1) * 4 - 4
    data[end : end + 4] = zlib.crc32(data[12:end]).to_bytes(4, "little")
    with pytest.raises(UnsafeContent, match=r"[Mm]emory"):
        unpacked(tmp_path, bytes(data))


def test_a_bomb_is_stopped_while_it_unpacks(tmp_path: Path) -> None:
    data = honest_tar({"a": bytes(20_000_000)}, "w:gz")
    limits = Limits(floor=1_000_000, ratio=100)
    with pytest.raises(UnsafeContent, match="as those of a bomb do"):
        unpacked(tmp_path, data, limits=limits)
    with pytest.raises(UnsafeContent, match="as those of a bomb do"):
        unpacked(tmp_path, data, limits=limits, only=lambda path: path == "b")


@pytest.mark.parametrize(
    ("limits", "reason"),
    [
        (Limits(members=2), "more than 2 members"),
        (Limits(file_size=6), "`a` says it has 7 bytes, at most 6 are unpacked"),
        (Limits(size=1000), "more than 1,000 bytes"),
        (Limits(depth=1), "`d/e/f` lies in more than 1 folders"),
    ],
)
def test_limits_hold(tmp_path: Path, limits: Limits, reason: str) -> None:
    with pytest.raises(UnsafeContent) as caught:
        unpacked(tmp_path, tar(member("a"), member("b"), member("d/e/f")), limits=limits)
    assert reason in caught.value.message


def test_memory_does_not_grow_with_the_archive(tmp_path: Path) -> None:
    archive = tmp_path / "large.tar.gz"
    with gzip.open(archive, "wb", compresslevel=1) as stream:
        info, _ = member("a", b"", size=100_000_000)
        stream.write(info.tobuf())
        for _ in range(100):
            stream.write(bytes(1_000_000))
        stream.write(bytes(-100_000_000 % 512 + 1024))
    tracemalloc.start()
    members = unpack(archive, tmp_path / "target", limits=Limits(ratio=2000))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert members[0].size == 100_000_000
    assert peak < 8_000_000
