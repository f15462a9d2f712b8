"""The record of hashed files."""

from __future__ import annotations

import hashlib
import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from ptmdeps import verification
from ptmdeps.errors import StoreError
from ptmdeps.hashing import sha256_of
from ptmdeps.verification import Verified, fingerprint

CONTENT = b"weights"
DIGEST = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "model"
    path.write_bytes(CONTENT)
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "cache"


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The files that were read, as they are read."""
    seen: list[Path] = []

    def counted(path: Path) -> str:
        seen.append(path)
        return sha256_of(path)

    monkeypatch.setattr(verification, "sha256_of", counted)
    return seen


def remember(folder: Path, path: Path) -> None:
    verified = Verified.open(folder)
    verified.hash(path)
    verified.save()


def test_an_unchanged_file_is_read_once(folder: Path, path: Path, reads: list[Path]) -> None:
    assert Verified.open(folder).sha256(path) is None
    remember(folder, path)
    later = Verified.open(folder)
    assert later.sha256(path) == later.hash(path) == DIGEST
    assert reads == [path]


def test_a_file_that_was_touched_is_read_again(folder: Path, path: Path, reads: list[Path]) -> None:
    remember(folder, path)
    os.utime(path, ns=(1, 1))
    later = Verified.open(folder)
    assert later.sha256(path) is None
    assert later.hash(path) == DIGEST
    assert len(reads) == 2


def test_without_trust_everything_is_read_again(folder: Path, path: Path, reads: list[Path]) -> None:
    remember(folder, path)
    assert Verified.open(folder, trust=False).hash(path) == DIGEST
    assert len(reads) == 2


def test_a_copy_of_verified_bytes_needs_no_reading(folder: Path, path: Path, reads: list[Path]) -> None:
    verified = Verified.open(folder)
    verified.copied(path, DIGEST)
    verified.copied(path.with_name("nothing"), DIGEST)
    verified.save()
    assert Verified.open(folder).sha256(path) == DIGEST
    assert reads == []


def test_a_file_that_changes_while_it_is_read_is_not_remembered(
    folder: Path, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def meanwhile(target: Path) -> str:
        target.write_bytes(b"longer than before")
        return DIGEST

    monkeypatch.setattr(verification, "sha256_of", meanwhile)
    verified = Verified.open(folder)
    assert verified.hash(path) == DIGEST
    assert verified.sha256(path) is None


def test_a_file_that_is_not_there_cannot_be_hashed(folder: Path, path: Path) -> None:
    path.unlink()
    assert fingerprint(path) is None
    assert Verified.open(folder).sha256(path) is None
    with pytest.raises(StoreError, match="cannot be read: No such file"):
        Verified.open(folder).hash(path)


@pytest.mark.parametrize("damage", [b"", b"not a database at all" * 100])
def test_a_damaged_record_is_begun_anew(folder: Path, path: Path, damage: bytes) -> None:
    folder.mkdir()
    (folder / "verified.sqlite3").write_bytes(damage)
    remember(folder, path)
    assert Verified.open(folder).sha256(path) == DIGEST


def test_a_record_in_use_is_left_alone(folder: Path, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    remember(folder, path)
    monkeypatch.setattr(verification, "_BUSY_SECONDS", 0.01)
    other = path.with_name("other")
    other.write_bytes(b"other")
    with closing(sqlite3.connect(folder / "verified.sqlite3", isolation_level=None)) as database:
        database.execute("BEGIN EXCLUSIVE")
        remember(folder, other)
        database.execute("COMMIT")
    assert Verified.open(folder).sha256(path) == DIGEST
    assert Verified.open(folder).sha256(other) is None


def test_a_record_that_cannot_be_written_is_done_without(tmp_path: Path, path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    verified = Verified.open(tmp_path / "file")
    assert verified.hash(path) == DIGEST
    verified.save()
    assert (tmp_path / "file").read_text() == "no folder"


def test_nothing_new_writes_nothing(folder: Path) -> None:
    Verified.open(folder).save()
    assert not folder.exists()


def test_a_record_without_a_place_is_for_this_process_only(path: Path) -> None:
    verified = Verified({}, None)
    assert verified.hash(path) == DIGEST
    verified.save()
    assert verified.sha256(path) == DIGEST
