"""A file is hashed while it grows, and only a file that was followed from its first byte gets an answer."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from ptmdeps.following import Follower

CONTENT = bytes(range(256)) * 20_000
DIGEST = hashlib.sha256(CONTENT).hexdigest()


def eventually(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.005)


def test_a_growing_file_that_is_renamed_is_hashed(tmp_path: Path) -> None:
    partial, whole = tmp_path / "x.incomplete", tmp_path / "x"
    follower = Follower(lambda: partial if partial.exists() else None)
    with partial.open("wb", buffering=0) as stream:
        for start in range(0, len(CONTENT), 500_000):
            stream.write(CONTENT[start : start + 500_000])
            time.sleep(0.005)
    partial.rename(whole)
    assert follower.finish(whole) in {DIGEST, None}


def test_what_arrives_after_the_last_look_is_hashed_too(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(CONTENT[:100])
    follower = Follower(lambda: path)
    eventually(lambda: follower._stream is not None and follower._stream.tell() == 100)
    with path.open("ab") as stream:
        stream.write(CONTENT[100:])
    assert follower.finish(path) == DIGEST


def test_a_file_that_never_appeared_has_no_answer(tmp_path: Path) -> None:
    path = tmp_path / "x"
    follower = Follower(lambda: None)
    path.write_bytes(CONTENT)
    assert follower.finish(path) is None


def test_another_file_of_the_same_name_has_no_answer(tmp_path: Path) -> None:
    path, other = tmp_path / "x", tmp_path / "y"
    path.write_bytes(CONTENT)
    follower = Follower(lambda: path)
    eventually(lambda: follower._stream is not None)
    other.write_bytes(CONTENT)
    other.replace(path)
    assert follower.finish(path) is None


@pytest.mark.parametrize("truncated", [True, False])
def test_a_file_that_is_written_again_has_no_answer(tmp_path: Path, truncated: bool) -> None:
    path = tmp_path / "x"
    path.write_bytes(CONTENT)
    follower = Follower(lambda: path)
    eventually(lambda: follower._stream is not None and follower._stream.tell() == len(CONTENT))
    if truncated:
        with path.open("r+b") as stream:
            stream.truncate(10)
    else:
        follower.spoil()
    assert follower.finish(path) is None


def test_giving_up_ends_the_thread(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(CONTENT)
    follower = Follower(lambda: path)
    follower.give_up()
    assert not follower._thread.is_alive()


def test_a_file_that_vanishes_while_it_is_opened_has_no_answer(tmp_path: Path) -> None:
    path = tmp_path / "x"
    follower = Follower(lambda: tmp_path / "gone")
    path.write_bytes(CONTENT)
    assert follower.finish(path) is None


def test_a_file_that_cannot_be_read_has_no_answer(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(CONTENT)
    folder = tmp_path / "folder"
    folder.mkdir()
    follower = Follower(lambda: folder)
    eventually(lambda: follower._spoiled)
    assert follower.finish(path) is None


def test_a_file_that_is_gone_when_it_should_be_complete_has_no_answer(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(CONTENT)
    follower = Follower(lambda: path)
    eventually(lambda: follower._stream is not None)
    assert follower.finish(tmp_path / "gone") is None
