from __future__ import annotations

from pathlib import Path

import pytest

from ptmdeps.errors import StoreError
from ptmdeps.transaction import replacing


@pytest.fixture
def manifest(tmp_path: Path) -> Path:
    path = tmp_path / "ptm.toml"
    path.write_bytes(b"old")
    path.chmod(0o640)
    return path


@pytest.fixture
def lock(tmp_path: Path) -> Path:
    """It is not there yet."""
    return tmp_path / "ptm.lock"


def test_both_are_new_inside_and_afterwards(manifest: Path, lock: Path) -> None:
    (lock.parent / ".ptm.lock.1.ptmdeps-writing").write_bytes(b"left by a kill")
    with replacing({manifest: b"new", lock: b"locked"}):
        assert (manifest.read_bytes(), lock.read_bytes()) == (b"new", b"locked")
    assert (manifest.read_bytes(), lock.read_bytes()) == (b"new", b"locked")
    assert sorted(path.name for path in lock.parent.iterdir()) == ["ptm.lock", "ptm.toml"]


@pytest.mark.parametrize("failure", [StoreError("no"), KeyboardInterrupt(), ValueError("no")])
def test_both_are_put_back_whatever_fails_inside(manifest: Path, lock: Path, failure: BaseException) -> None:
    with pytest.raises(type(failure)), replacing({manifest: b"new", lock: b"locked"}):
        raise failure
    assert manifest.read_bytes() == b"old"
    assert manifest.stat().st_mode & 0o777 == 0o640
    assert list(lock.parent.iterdir()) == [manifest]


def test_the_first_is_not_touched_where_the_second_cannot_be_written(manifest: Path, lock: Path) -> None:
    inode = manifest.stat().st_ino
    with (
        pytest.raises(StoreError, match=r"ptm.lock` cannot be written"),
        replacing({manifest: b"new", lock.parent / "missing" / "ptm.lock": b"locked"}),
    ):
        pytest.fail("nothing was written, so nothing may follow")
    assert (manifest.read_bytes(), manifest.stat().st_ino) == (b"old", inode)


def test_the_first_is_put_back_where_the_second_cannot_be_put_in_place(manifest: Path, lock: Path) -> None:
    lock.mkdir()
    (lock / "inside").write_bytes(b"")
    folder = lock.parent / "other"
    folder.mkdir()
    with pytest.raises(StoreError), replacing({manifest: b"new", lock: b"locked"}):
        pytest.fail("the lock is a folder")
    assert manifest.read_bytes() == b"old"


def test_what_cannot_be_put_back_is_named_and_the_rest_is_put_back(manifest: Path, lock: Path) -> None:
    def spoil() -> None:
        manifest.unlink()
        manifest.mkdir()
        (manifest / "inside").write_bytes(b"")
        raise KeyboardInterrupt

    lock.write_bytes(b"old lock")
    with (
        pytest.raises(StoreError, match=r"`ptm.toml` cannot be put back as it was: .*Is a directory") as caught,
        replacing({manifest: b"new", lock: b"locked"}),
    ):
        spoil()
    assert "version control" in str(caught.value.hint)
    assert lock.read_bytes() == b"old lock"
