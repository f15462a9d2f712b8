"""Reading with bounds, and what an answer depends on."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from ptmdeps.libraries.folder import MAXIMUM_BYTES, Folder, state_of

Write = Callable[..., Path]


def test_everything_that_was_looked_at_is_remembered(write: Write) -> None:
    folder = Folder(write({"a/b.txt": "x"}))
    assert folder.read("a/b.txt") == b"x"
    assert folder.read("a/c.txt") is None
    assert folder.names("a") == ("b.txt",)
    assert folder.names("absent") == ()
    assert folder.read("\0") is None
    assert folder.names("\0") == ()
    assert folder.asked() == ("\0", "\0/", "a/", "a/b.txt", "a/c.txt", "absent/")


def test_name_that_is_no_text_is_left_out(tmp_path: Path) -> None:
    (tmp_path / "a.txt").touch()
    with contextlib.suppress(OSError):  # some file systems refuse it themselves
        os.close(os.open(os.fsencode(tmp_path) + b"/requirements\xff.txt", os.O_CREAT))
    assert Folder(tmp_path).names("") == ("a.txt",)


def test_large_file_counts_as_absent(write: Write) -> None:
    assert Folder(write({"x": b"x" * (MAXIMUM_BYTES + 1)})).read("x") is None


def test_folder_with_absurdly_many_names_counts_as_absent(monkeypatch: pytest.MonkeyPatch, write: Write) -> None:
    monkeypatch.setattr("ptmdeps.libraries.folder._MAXIMUM_NAMES", 2)
    root = write({"two/a": "", "two/b": "", "three/a": "", "three/b": "", "three/c": ""})
    assert Folder(root).names("two") == ("a", "b")
    assert Folder(root).names("three") == ()


def test_state_changes_with_content_presence_and_names(write: Write) -> None:
    root = write({"uv.lock": "x"})
    paths = ("/", "\0", "poetry.lock", "uv.lock")
    first = state_of(root, paths)
    assert state_of(root, paths) == first
    (root / "uv.lock").write_text("longer")
    second = state_of(root, paths)
    (root / "poetry.lock").write_text("new")
    third = state_of(root, paths)
    assert len({first, second, third}) == 3
