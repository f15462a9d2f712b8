from __future__ import annotations

import contextlib
import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from ptmdeps import atomic
from ptmdeps.errors import StoreError

NOBODY = 65534
LIMIT = 64 * 1024


@contextlib.contextmanager
def _folder_of_nobody() -> Iterator[Path]:
    """A folder of a user who is not root, while this process is that user."""
    with tempfile.TemporaryDirectory() as folder:
        user = os.geteuid()
        if user == 0:
            os.chown(folder, NOBODY, NOBODY)
            os.seteuid(NOBODY)
        yield Path(folder)
        os.seteuid(user)


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 64 KiB; where none can be mounted, a folder in which no file may be larger."""
    if _command("mount", "-t", "tmpfs", "-o", f"size={LIMIT}", "tmpfs", tmp_path):
        yield tmp_path
        assert _command("umount", tmp_path)
        return
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    with _folder_of_nobody() as folder:
        resource.setrlimit(resource.RLIMIT_FSIZE, (LIMIT, limits[1]))
        yield folder
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        folder.chmod(0o755)


@pytest.fixture
def nobodys_folder() -> Iterator[Path]:
    with _folder_of_nobody() as folder:
        yield folder


def _command(*words: str | Path) -> bool:
    try:
        return subprocess.run(words, check=False, capture_output=True).returncode == 0
    except FileNotFoundError:
        return False


def _make_read_only(folder: Path) -> None:
    if not _command("mount", "-o", "remount,ro", folder):
        folder.chmod(0o555)


def _mode(path: Path) -> int:
    return path.stat().st_mode & 0o7777


def _with_umask(umask: int, path: Path, content: str) -> None:
    code = "import os, sys; from pathlib import Path; from ptmdeps import atomic; os.umask(int(sys.argv[1])); "
    code += "atomic.write(Path(sys.argv[2]), sys.argv[3].encode())"
    subprocess.run([sys.executable, "-c", code, str(umask), str(path), content], check=True)


def test_a_new_file_holds_the_content(tmp_path: Path) -> None:
    atomic.write(tmp_path / "file", b"content")
    assert (tmp_path / "file").read_bytes() == b"content"
    assert os.listdir(tmp_path) == ["file"]  # noqa: PTH208 - names, not paths


@pytest.mark.parametrize(("umask", "mode"), [(0o022, 0o644), (0o077, 0o600), (0o002, 0o664)])
def test_a_new_file_has_the_permissions_that_the_umask_gives(tmp_path: Path, umask: int, mode: int) -> None:
    _with_umask(umask, tmp_path / "file", "content")
    assert _mode(tmp_path / "file") == mode


@pytest.mark.parametrize("mode", [0o600, 0o644, 0o664, 0o444])
def test_a_replaced_file_keeps_its_permissions(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"old")
    path.chmod(mode)
    atomic.write(path, b"new")
    assert (path.read_bytes(), _mode(path)) == (b"new", mode)


def test_a_replaced_file_does_not_inherit_the_right_to_run_as_its_owner(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"old")
    path.chmod(0o4755)
    atomic.write(path, b"new")
    assert _mode(path) == 0o755


def test_a_link_is_replaced_and_its_target_left_alone(tmp_path: Path) -> None:
    target, link = tmp_path / "precious", tmp_path / "ptm.lock"
    target.write_bytes(b"precious")
    link.symlink_to(target)
    atomic.write(link, b"new")
    assert target.read_bytes() == b"precious"
    assert not link.is_symlink()
    assert link.read_bytes() == b"new"


def test_writing_says_whether_it_changed_anything(tmp_path: Path) -> None:
    path = tmp_path / "file"
    assert atomic.write_if_changed(path, b"one")
    inode = path.stat().st_ino
    assert not atomic.write_if_changed(path, b"one")
    assert path.stat().st_ino == inode
    assert atomic.write_if_changed(path, b"two")
    assert path.read_bytes() == b"two"


def test_a_folder_in_the_way_is_an_error_and_stays(tmp_path: Path) -> None:
    (tmp_path / "file" / "inside").mkdir(parents=True)
    with pytest.raises(StoreError, match="cannot be written: Is a directory"):
        atomic.write_if_changed(tmp_path / "file", b"content")
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_a_missing_folder_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="No such file or directory"):
        atomic.write(tmp_path / "missing" / "file", b"content")


def test_a_full_disk_leaves_the_old_file_and_no_leftovers(disk: Path) -> None:
    path = disk / "ptm.lock"
    atomic.write(path, b"old")
    with pytest.raises(StoreError, match=r"No space left on device|File too large") as caught:
        atomic.write(path, b"x" * 2 * LIMIT)
    assert caught.value.hint == "Free some space or check the permissions of its folder; nothing was changed"
    assert path.read_bytes() == b"old"
    assert list(disk.iterdir()) == [path]


def test_a_read_only_disk_leaves_the_old_file(disk: Path) -> None:
    path, leftover = disk / "ptm.lock", disk / ".ptm.lock.1.ptmdeps-writing"
    atomic.write(path, b"old")
    leftover.write_bytes(b"left over")
    _make_read_only(disk)
    with pytest.raises(StoreError, match=r"Read-only file system|Permission denied"):
        atomic.write(path, b"new")
    atomic.remove_leftovers(disk, "ptm.lock")
    assert path.read_bytes() == b"old"
    assert leftover.exists()


def test_a_file_that_may_not_be_read_can_still_be_replaced(nobodys_folder: Path) -> None:
    path = nobodys_folder / "file"
    path.write_bytes(b"old")
    path.chmod(0o000)
    assert atomic.write_if_changed(path, b"new")
    assert _mode(path) == 0
    path.chmod(0o600)
    assert path.read_bytes() == b"new"


def test_an_interrupt_while_writing_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(_: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupted)
    with pytest.raises(KeyboardInterrupt):
        atomic.write(tmp_path / "file", b"content")
    assert list(tmp_path.iterdir()) == []


def test_leftovers_of_this_file_are_removed_and_nothing_else(tmp_path: Path) -> None:
    for name in (".ptm.lock.abc.ptmdeps-writing", ".other.abc.ptmdeps-writing", "ptm.lock", ".ptm.lock.abc"):
        (tmp_path / name).write_bytes(b"")
    atomic.remove_leftovers(tmp_path, "ptm.lock")
    found = sorted(path.name for path in tmp_path.iterdir())
    assert found == [".other.abc.ptmdeps-writing", ".ptm.lock.abc", "ptm.lock"]


def test_a_killed_writer_leaves_the_old_file_and_a_leftover_that_can_be_removed(tmp_path: Path) -> None:
    path = tmp_path / "ptm.lock"
    path.write_bytes(b"old")
    code = "import os, signal, sys; from pathlib import Path; from ptmdeps import atomic; "
    code += "os.fsync = lambda _: os.kill(os.getpid(), signal.SIGKILL); atomic.write(Path(sys.argv[1]), b'new')"
    assert subprocess.run([sys.executable, "-c", code, str(path)], check=False).returncode == -9
    assert path.read_bytes() == b"old"
    assert len(list(tmp_path.iterdir())) == 2
    atomic.remove_leftovers(tmp_path, "ptm.lock")
    assert list(tmp_path.iterdir()) == [path]


def test_a_full_disk_changes_none_of_several_files(disk: Path) -> None:
    first, second = disk / "ptm.toml", disk / "ptm.lock"
    atomic.write_together({first: b"old", second: b"old"})
    with pytest.raises(StoreError, match=r"ptm.lock` cannot be written: (No space left on device|File too large)"):
        atomic.write_together({first: b"new", second: b"x" * 2 * LIMIT})
    assert (first.read_bytes(), second.read_bytes()) == (b"old", b"old")
    assert sorted(disk.iterdir()) == [second, first]


def test_of_several_files_those_that_hold_their_content_are_left_alone(tmp_path: Path) -> None:
    first, second = tmp_path / "ptm.toml", tmp_path / "ptm.lock"
    atomic.write(first, b"same")
    inode = first.stat().st_ino
    atomic.write_together({first: b"same", second: b"new"})
    assert (first.stat().st_ino, second.read_bytes()) == (inode, b"new")


@pytest.mark.parametrize("done", [True, False])
def test_a_rename_is_believed_by_what_is_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, done: bool) -> None:
    """A network file system may say of what it has done that there is nothing to do it with."""
    real = Path.replace

    def answer_lost(source: Path, target: Path) -> None:
        if done:
            real(source, target)
        raise FileNotFoundError(2, "No such file or directory")

    path = tmp_path / "ptm.lock"
    atomic.write(path, b"old")
    monkeypatch.setattr(Path, "replace", answer_lost)
    if done:
        atomic.write(path, b"new")
    else:
        with pytest.raises(StoreError, match="cannot be written: No such file"):
            atomic.write(path, b"new")
    assert path.read_bytes() == (b"new" if done else b"old")
    assert list(tmp_path.iterdir()) == [path]
