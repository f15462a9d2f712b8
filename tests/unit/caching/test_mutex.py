"""Many use a store, one deletes from it."""

from __future__ import annotations

import errno
import fcntl
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from ptmdeps.caching.mutex import alone, made_folder, using
from ptmdeps.errors import StoreError


@pytest.fixture
def store(tmp_path: Path) -> Path:
    (tmp_path / "store").mkdir()
    return tmp_path / "store"


@pytest.fixture
def notes(store: Path) -> Path:
    return store / ".locks" / "ptmdeps"


class Heard(list[str]):
    def __call__(self, text: str) -> None:
        self.append(text)


def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PTMDEPS_LOCK_TIMEOUT", "0.2")


def test_many_use_a_store_at_the_same_time(notes: Path, store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hurry(monkeypatch)
    with using(notes, store, Heard()), using(notes, store, Heard()):
        pass


def test_who_deletes_is_alone(notes: Path, store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hurry(monkeypatch)
    busy = "another ptmdeps works on the store"
    with using(notes, store, Heard()), pytest.raises(StoreError, match=busy), alone(notes, store, Heard()):
        pass
    with alone(notes, store, Heard()), pytest.raises(StoreError, match=busy), using(notes, store, Heard()):
        pass
    with alone(notes, store, Heard()):
        pass


def test_who_waits_says_so_once(notes: Path, store: Path) -> None:
    taken, heard = threading.Event(), Heard()

    def hold() -> None:
        with using(notes, store, Heard()):
            taken.set()
            time.sleep(1.4)

    thread = threading.Thread(target=hold)
    thread.start()
    taken.wait()
    with alone(notes, store, heard):
        pass
    thread.join()
    assert heard == [f"waiting for another ptmdeps that works on the store `{store}`"]


def test_who_is_killed_holds_nothing(notes: Path, store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    code = (
        "import sys, time; from pathlib import Path; from ptmdeps.caching.mutex import alone\n"
        f"with alone(Path({str(notes)!r}), Path({str(store)!r}), print):\n    print('held', flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        process.kill()
    hurry(monkeypatch)
    with alone(notes, store, Heard()):
        pass


@pytest.mark.parametrize("number", [errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP])
def test_a_file_system_without_locks_can_be_used_and_not_deleted_from(
    notes: Path, store: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(number, "No locks available")

    monkeypatch.setattr(fcntl, "flock", refuse)
    with using(notes, store, Heard()):
        pass
    with pytest.raises(StoreError, match="cannot lock: No locks available") as caught, alone(notes, store, Heard()):
        pass
    assert "Nothing was deleted" in str(caught.value.hint)


def test_a_store_that_is_not_there_can_be_used_and_is_not_made(notes: Path, store: Path) -> None:
    store.rmdir()
    with using(notes, store, Heard()):
        pass
    assert not store.exists()
    with pytest.raises(StoreError, match="cannot be written"), alone(notes, store, Heard()):
        pass


def test_a_link_in_the_place_of_the_mutex_is_not_followed(notes: Path, store: Path, tmp_path: Path) -> None:
    notes.mkdir(parents=True)
    (notes / "store.lock").symlink_to(tmp_path / "victim")
    with pytest.raises(StoreError, match="cannot be written"), alone(notes, store, Heard()):
        pass
    assert not (tmp_path / "victim").exists()


def test_folders_are_as_open_as_the_store(notes: Path, store: Path) -> None:
    store.chmod(0o2770)
    assert made_folder(notes / "projects", store) == notes / "projects"
    assert {path.stat().st_mode & 0o7777 for path in (notes, notes.parent, notes / "projects")} == {0o2770}
    store.chmod(0o700)
    made_folder(notes / "projects", store)
    assert notes.stat().st_mode & 0o7777 == 0o2770, "what was there stays as it was"
