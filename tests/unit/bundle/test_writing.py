"""Bundles as they are written."""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import tarfile
import time
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from ptmdeps.bundle import archive, layout, opened
from ptmdeps.errors import IntegrityError, PtmdepsError, StoreError
from ptmdeps.lockfile.model import Lockfile
from tests.unit.bundle.conftest import Exporter
from tests.worlds import tree


def test_an_archive_holds_the_lock_and_every_file_once_under_its_hash(exporter: Exporter) -> None:
    with tarfile.open(exporter.archive()) as bundle:
        names = bundle.getnames()
        for member in bundle.getmembers()[3:]:
            stream = bundle.extractfile(member)
            assert stream is not None
            assert hashlib.sha256(stream.read()).hexdigest() == Path(member.name).name

    wanted = {file.sha256 for model in exporter.lockfile.models for file in model.files}
    assert names[:3] == ["bundle.json", "ptm.lock", "README.txt"]
    assert names[3:] == [f"files/sha256/{sha256[:2]}/{sha256}" for sha256 in sorted(wanted)]


def test_members_have_no_time_no_owner_and_are_for_everybody_to_read(exporter: Exporter) -> None:
    with tarfile.open(exporter.archive()) as bundle:
        told = {(m.mtime, m.uid, m.gid, m.uname, m.gname, m.mode, m.type) for m in bundle.getmembers()}
    assert told == {(0, 0, 0, "", "", 0o644, tarfile.REGTYPE)}


def test_two_exports_give_identical_bytes(exporter: Exporter) -> None:
    first = exporter.archive("first.tar").read_bytes()
    for path in exporter.stored.values():
        os.utime(path.resolve(), (time.time() + 5, time.time() + 5))
    exporter.lockfile = replace(exporter.lockfile, models=exporter.lockfile.models[::-1])

    assert exporter.archive("second.tar").read_bytes() == first
    assert tree(exporter.into_folder("third")) == tree(exporter.into_folder("fourth", "copy"))


def test_the_archive_is_what_tar_itself_would_unpack_to_the_folder(exporter: Exporter, tmp_path: Path) -> None:
    with tarfile.open(exporter.archive()) as bundle:
        bundle.extractall(tmp_path / "unpacked", filter="data")
    assert tree(tmp_path / "unpacked") == tree(exporter.into_folder())
    assert len(exporter.archive().read_bytes()) % tarfile.RECORDSIZE == 0


def test_the_description_and_the_page_for_people_say_what_it_is(exporter: Exporter) -> None:
    folder = exporter.into_folder()
    description = json.loads((folder / "bundle.json").read_bytes())
    contents = layout.contents(exporter.lockfile)
    assert description["version"] == 1
    assert (description["files"], description["size"]) == (len(contents), sum(content.size for content in contents))
    page = (folder / "README.txt").read_text()
    assert all(f"{model.key.name} {model.revision}" in page for model in exporter.lockfile.models)


def test_a_folder_shares_the_bytes_of_the_store_or_has_its_own(exporter: Exporter) -> None:
    def inodes(folder: Path) -> set[int]:
        return {path.stat().st_ino for path in (folder / "files").rglob("*") if path.is_file()}

    stored = {path.resolve().stat().st_ino for path in exporter.stored.values()}
    assert inodes(exporter.into_folder("linked", "hardlink")) == stored
    copied = exporter.into_folder("copied", "copy")
    assert not inodes(copied) & stored
    assert not [path for path in copied.rglob("*") if path.is_symlink()]


def test_progress_is_told_in_bytes(exporter: Exporter) -> None:
    exporter.archive()
    total = sum(content.size for content in layout.contents(exporter.lockfile))
    assert exporter.heard.begun == [("Exporting", total)]
    assert sum(exporter.heard.sizes) == total
    assert exporter.heard.ended == 1


@pytest.mark.parametrize("change", [lambda old: b"X" + old[1:], lambda old: old[:-1], lambda old: old + b"X"])
@pytest.mark.parametrize("form", ["archive", "linked", "copied"])
def test_a_store_that_changed_is_noticed_while_writing(exporter: Exporter, change: object, form: str) -> None:
    write = partial(exporter.into_folder, link_mode="copy" if form == "copied" else "auto")
    write = exporter.archive if form == "archive" else write  # type: ignore[assignment]
    before = write()
    kept = before.read_bytes() if before.is_file() else tree(before)
    victim = max(exporter.stored.values(), key=lambda path: path.stat().st_size).resolve()
    altered = change(victim.read_bytes())  # type: ignore[operator]
    victim.unlink()
    victim.write_bytes(altered)

    with pytest.raises(IntegrityError, match="does not match the lock"):
        write()
    assert (before.read_bytes() if before.is_file() else tree(before)) == kept
    assert [path.name for path in exporter.folder.iterdir()] == [before.name]


def test_an_older_bundle_is_replaced(exporter: Exporter) -> None:
    whole = exporter.lockfile
    exporter.lockfile = replace(whole, models=whole.models[:1])
    archive, folder = exporter.archive(), exporter.into_folder()
    exporter.lockfile = whole
    exporter.archive()
    exporter.into_folder()

    assert opened(archive).lockfile == opened(folder).lockfile == whole
    assert sorted(path.name for path in exporter.folder.iterdir()) == ["bundle", "bundle.tar"]


def test_anything_else_in_its_place_is_left_alone(exporter: Exporter) -> None:
    file, folder = exporter.folder / "bundle.tar", exporter.folder / "bundle"
    file.write_bytes(b"my thesis")
    folder.mkdir()
    (folder / "thesis.txt").write_text("mine")
    for write in (exporter.archive, exporter.into_folder):
        with pytest.raises(PtmdepsError, match="is there already"):
            write()
    with pytest.raises(PtmdepsError, match="is there already"):
        exporter.archive("bundle")
    assert file.read_bytes() == b"my thesis"
    assert (folder / "thesis.txt").read_text() == "mine"


def test_an_empty_folder_is_filled(exporter: Exporter) -> None:
    (exporter.folder / "bundle").mkdir()
    assert opened(exporter.into_folder()).lockfile == exporter.lockfile


def test_what_a_killed_export_left_is_deleted_by_the_next(exporter: Exporter) -> None:
    (exporter.folder / ".bundle.tar.me.ptmdeps-exporting").write_bytes(b"half")
    (exporter.folder / ".bundle.me.ptmdeps-exporting").mkdir()
    (exporter.folder / ".bundle.me.ptmdeps-exporting" / "half").touch()
    exporter.archive()
    exporter.into_folder()
    assert sorted(path.name for path in exporter.folder.iterdir()) == ["bundle", "bundle.tar"]


def test_a_disk_that_is_too_small_is_said_before(exporter: Exporter, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = shutil.disk_usage(exporter.folder)._replace(free=10)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
    with pytest.raises(StoreError, match="has 10 left"):
        exporter.archive()
    with pytest.raises(StoreError, match="has 10 left"):
        exporter.into_folder(link_mode="copy")
    assert list(exporter.folder.iterdir()) == []
    exporter.into_folder(link_mode="hardlink")


def test_a_folder_that_is_not_there_is_an_error_for_people(exporter: Exporter) -> None:
    with pytest.raises(StoreError, match="cannot be written: No such file"):
        exporter.archive("no/such/bundle.tar")


def test_an_empty_lock_makes_a_bundle_that_can_be_read(exporter: Exporter) -> None:
    exporter.lockfile = Lockfile()
    assert opened(exporter.archive()).lockfile == Lockfile()
    assert opened(exporter.into_folder()).lockfile == Lockfile()


def test_two_sizes_of_one_content_are_refused(exporter: Exporter) -> None:
    model = exporter.lockfile.models[0]
    twice = (*model.files, replace(model.files[0], path="again", size=model.files[0].size + 1))
    with pytest.raises(PtmdepsError, match="bytes, and"):
        layout.contents(replace(exporter.lockfile, models=(replace(model, files=twice),)))


def test_sizes_beyond_eight_gibibytes_fit(tmp_path: Path) -> None:
    size = 40 * 10**9
    path = tmp_path / "large.tar"
    with path.open("wb") as stream:
        stream.write(archive.header("files/large", size))
        stream.seek(size, io.SEEK_CUR)
        stream.write(archive.padding(size) + archive.end(stream.tell()))
    with path.open("rb") as stream:
        [member] = archive.members(stream, path.stat().st_size)
    assert (member.name, member.size, member.offset) == ("files/large", size, 512)
    with tarfile.open(path) as read:
        assert [entry.size for entry in read] == [size]
