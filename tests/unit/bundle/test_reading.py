"""Bundles of other people: damaged, cut short, hostile. Each gives a message, and nothing is changed by looking."""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest

from ptmdeps.bundle import archive, opened
from ptmdeps.bundle.layout import contents
from ptmdeps.errors import LockfileError, PtmdepsError
from tests.unit.bundle.conftest import Exporter

Members = list[tuple[tarfile.TarInfo, bytes]]


def members_of(path: Path) -> Members:
    with tarfile.open(path) as bundle:
        return [(member, (bundle.extractfile(member) or io.BytesIO()).read()) for member in bundle.getmembers()]


def written(path: Path, members: Members, format_: int = tarfile.GNU_FORMAT) -> Path:
    with tarfile.open(path, "w", format=format_) as bundle:
        for member, content in members:
            bundle.addfile(member, io.BytesIO(content) if member.isreg() else None)
    return path


def test_an_archive_and_a_folder_say_the_same(exporter: Exporter) -> None:
    for path in (exporter.archive(), exporter.into_folder()):
        bundle = opened(path)
        assert bundle.lockfile == exporter.lockfile
        for content in contents(bundle.lockfile):
            with bundle.open(content) as stream:
                assert stream.read(content.size) == exporter.stored[content.sha256].read_bytes()


@pytest.mark.parametrize("name", ["../../evil", "/etc/evil", "files/../../evil", "C:/evil", "files/\u202eevil", ""])
@pytest.mark.parametrize("place", [0, 1, 3, -1])
def test_names_lead_nowhere(exporter: Exporter, tmp_path: Path, name: str, place: int) -> None:
    members = members_of(exporter.archive())
    members[place][0].name = name
    with pytest.raises(PtmdepsError, match="is no whole bundle"):
        opened(written(tmp_path / "hostile.tar", members))


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        (tarfile.SYMTYPE, "is a symbolic link"),
        (tarfile.LNKTYPE, "is a hard link"),
        (tarfile.CHRTYPE, "is a device"),
        (tarfile.BLKTYPE, "is a device"),
        (tarfile.FIFOTYPE, "is a pipe"),
        (tarfile.DIRTYPE, "is a folder"),
        (b"Z", "is an extension of the format"),
        (tarfile.CONTTYPE, "is an extension of the format"),
    ],
)
def test_nothing_but_files_is_in_an_archive(exporter: Exporter, tmp_path: Path, kind: bytes, said: str) -> None:
    members = members_of(exporter.archive())
    member, content = members[3]
    member.type, member.linkname, member.size = kind, "/etc/passwd", 0
    members[3] = (member, content)
    with pytest.raises(PtmdepsError, match=said):
        opened(written(tmp_path / "hostile.tar", members))


@pytest.mark.parametrize(
    "headers", [{"path": "../evil"}, {"size": "999999999999"}, {"GNU.sparse.map": "0,1"}, {"comment": "x" * 100_000}]
)
def test_extended_headers_are_not_read(exporter: Exporter, tmp_path: Path, headers: dict[str, str]) -> None:
    members = members_of(exporter.archive())
    members[3][0].pax_headers = headers
    with pytest.raises(PtmdepsError, match="is an extension of the format"):
        opened(written(tmp_path / "hostile.tar", members, tarfile.PAX_FORMAT))


def test_long_names_of_gnu_are_not_read(exporter: Exporter, tmp_path: Path) -> None:
    members = members_of(exporter.archive())
    members[3][0].name = "x" * 1_000_000
    with pytest.raises(PtmdepsError, match="is an extension of the format"):
        opened(written(tmp_path / "hostile.tar", members))


def test_members_that_stand_twice_or_in_another_order_are_refused(exporter: Exporter, tmp_path: Path) -> None:
    whole = members_of(exporter.archive())
    twice, surplus, swapped = list(whole), list(whole), list(whole)
    twice.insert(4, whole[3])
    surplus.append(whole[3])
    swapped[3], swapped[4] = whole[4], whole[3]
    for members in (twice, surplus, swapped):
        with pytest.raises(PtmdepsError, match=r"is no whole bundle: `files/sha256/"):
            opened(written(tmp_path / "hostile.tar", members))


@pytest.mark.parametrize("name", ["bundle.json", "ptm.lock", "README.txt"])
def test_texts_of_a_hostile_size_are_not_read(tmp_path: Path, exporter: Exporter, name: str) -> None:
    whole = exporter.archive().read_bytes()
    with tarfile.open(exporter.archive()) as bundle:
        at = bundle.getmember(name).offset
    path = tmp_path / "huge.tar"
    with path.open("wb") as stream:
        size = 10**13
        stream.write(whole[:at] + archive.header(name, size))
        stream.truncate(stream.tell() + size + 10_240)
    with pytest.raises(PtmdepsError, match=r"bytes, which no bundle needs"):
        opened(path)


def test_an_archive_may_be_cut_anywhere(exporter: Exporter, tmp_path: Path) -> None:
    whole = exporter.archive().read_bytes()
    path = tmp_path / "cut.tar"
    for length in (*range(0, 4096, 97), *range(4096, len(whole), 4099), len(whole) - tarfile.RECORDSIZE):
        path.write_bytes(whole[:length])
        with pytest.raises(PtmdepsError, match="is no whole bundle"):
            opened(path)


def test_any_flipped_byte_of_a_header_or_text_is_noticed(exporter: Exporter, tmp_path: Path) -> None:
    whole = exporter.archive().read_bytes()
    with tarfile.open(exporter.archive()) as bundle:
        texts = [member for member in bundle.getmembers() if member.name in ("bundle.json", "ptm.lock")]
        headers = [member.offset for member in bundle.getmembers()]
    path = tmp_path / "flipped.tar"
    # of a header every byte is in its checksum; of the lock every byte is in its hash
    places = [at + index for at in headers for index in (0, 60, 100, 124, 130, 150, 156, 400)]
    places += [member.offset_data + index for member in texts[1:] for index in range(0, member.size, 101)]
    for place in places:
        flipped = bytearray(whole)
        flipped[place] ^= 0x01
        path.write_bytes(flipped)
        with pytest.raises((PtmdepsError, LockfileError)):
            opened(path)


def test_something_behind_the_end_is_refused(exporter: Exporter, tmp_path: Path) -> None:
    whole = exporter.archive().read_bytes()
    path = tmp_path / "longer.tar"
    for more in (b"x", bytes(100_000), archive.header("evil", 0) + bytes(1024)):
        path.write_bytes(whole + more)
        with pytest.raises(PtmdepsError, match="something follows its end"):
            opened(path)


@pytest.mark.parametrize(
    ("description", "said"),
    [
        (b"", "cannot be read"),
        (b"[" * 100_000, "cannot be read"),
        (b"[]", "cannot be read"),
        (b"{}", "cannot be read"),
        (b'{"version": true}', "no format version"),
        (b'{"version": 0}', "no format version"),
        (b'{"version": 1}', "names no lock"),
        (b'{"version": 1, "lock": {"sha256": "../x", "size": 1}}', "names no lock"),
        (b'{"version": 1, "lock": {"sha256": "%s", "size": -1}}' % (b"0" * 64), "names no lock"),
        (b'{"version": 1, "lock": {"sha256": "%s", "size": 1}}' % (b"0" * 64), "was changed"),
        (b'{"version": 2}', "of format version 2, this ptmdeps reads up to 1"),
    ],
)
def test_descriptions_are_not_believed(exporter: Exporter, description: bytes, said: str) -> None:
    folder = exporter.into_folder(link_mode="copy")
    (folder / "bundle.json").write_bytes(description)
    with pytest.raises(PtmdepsError, match=said):
        opened(folder)


def test_a_lock_that_is_none_is_refused_though_its_hash_fits(exporter: Exporter) -> None:
    folder = exporter.into_folder(link_mode="copy")
    for lock in (
        b"version = 99\n",
        b"\xff\xfe",
        b"x" * 10,
        b'version = 1\n[[model]]\nhub = "huggingface"\nname = "../x"\n',
    ):
        (folder / "ptm.lock").write_bytes(lock)
        told = {"version": 1, "lock": {"sha256": hashlib.sha256(lock).hexdigest(), "size": len(lock)}}
        (folder / "bundle.json").write_text(json.dumps(told))
        with pytest.raises(PtmdepsError):
            opened(folder)


def _linked(victim: Path) -> None:
    outside = victim.parents[3] / "outside"
    victim.rename(outside)
    victim.symlink_to(outside)


def _folder(victim: Path) -> None:
    victim.unlink()
    victim.mkdir()


def _pipe(victim: Path) -> None:
    victim.unlink()
    os.mkfifo(victim)


def _shorter(victim: Path) -> None:
    os.truncate(victim, 3)


@pytest.mark.parametrize("harm", [_linked, _folder, _pipe, _shorter, Path.unlink])
@pytest.mark.parametrize("name", ["ptm.lock", "bundle.json", "files"])
def test_a_folder_is_entered_by_names_of_our_own(exporter: Exporter, harm: Callable[[Path], None], name: str) -> None:
    folder = exporter.into_folder(link_mode="copy")
    files = sorted(path for path in (folder / "files").rglob("*") if path.is_file())
    harm(files[-1] if name == "files" else folder / name)
    with pytest.raises(PtmdepsError, match=r"is no whole bundle"):
        opened(folder)


def test_what_else_lies_in_a_folder_is_nobodys_business(exporter: Exporter) -> None:
    folder = exporter.into_folder()
    (folder / "notes.txt").write_text("copied on Monday")
    assert opened(folder).lockfile == exporter.lockfile


def test_what_is_no_bundle_at_all_is_said(tmp_path: Path) -> None:
    with pytest.raises(PtmdepsError, match="there is no bundle at"):
        opened(tmp_path / "nothing.tar")
    with pytest.raises(PtmdepsError, match=r"`bundle\.json` is not in it"):
        opened(tmp_path)
    (tmp_path / "file.tar").write_bytes(b"\x1f\x8b" + bytes(range(256)) * 10)
    with pytest.raises(PtmdepsError, match="no header at byte 0"):
        opened(tmp_path / "file.tar")
    with pytest.raises(PtmdepsError, match="no regular file"):
        opened(Path(os.devnull))


def test_a_folder_that_goes_away_is_said(exporter: Exporter) -> None:
    bundle = opened(exporter.into_folder())
    shutil.rmtree(bundle.path)
    with pytest.raises(PtmdepsError, match="cannot be read"), bundle.open(contents(bundle.lockfile)[0]):
        pass
