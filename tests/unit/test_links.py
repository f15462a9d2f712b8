"""One file at two places."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from ptmdeps import links
from ptmdeps.links import Linker, exchange
from ptmdeps.manifest import LINK_MODES


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "source"
    path.write_bytes(b"bytes")
    return path


def failing(number: int) -> Callable[..., None]:
    def fail(*_: object, **__: object) -> None:
        raise OSError(number, os.strerror(number))

    return fail


def can_reflink(folder: Path) -> bool:
    (folder / "one").write_bytes(b"x")
    try:
        links.reflink(folder / "one", folder / "two")
    except OSError:
        return False
    return True


@pytest.mark.parametrize("mode", ["auto", "hardlink", "symlink", "copy"])
def test_every_mode_shows_the_same_bytes(source: Path, tmp_path: Path, mode: str) -> None:
    target = tmp_path / "target"
    Linker(mode).link(source, target)
    assert target.read_bytes() == b"bytes"
    assert target.is_symlink() == (mode == "symlink")
    if mode in {"hardlink", "copy"}:
        assert target.samefile(source) == (mode == "hardlink")


def test_every_mode_of_the_manifest_is_a_mode() -> None:
    assert [Linker(mode) for mode in LINK_MODES]
    with pytest.raises(KeyError):
        Linker("teleport")


def test_sharing_blocks_works_or_leaves_nothing(source: Path, tmp_path: Path) -> None:
    target = tmp_path / "target"
    if can_reflink(tmp_path):
        Linker("reflink").link(source, target)
        assert target.read_bytes() == b"bytes"
    else:
        with pytest.raises(OSError, match=r"\[Errno"):
            Linker("reflink").link(source, target)
        assert not target.exists()


def test_sharing_blocks_is_for_linux(source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    with pytest.raises(OSError, match="not supported"):
        links.reflink(source, tmp_path / "target")
    assert not exchange(source, tmp_path)


def test_auto_falls_back_from_way_to_way(source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[str] = []

    def way(name: str, number: int | None) -> Callable[[Path, Path], None]:
        def link(_: Path, target: Path) -> None:
            tried.append(name)
            if number is not None:
                failing(number)()
            target.write_bytes(b"bytes")

        return link

    ways = (way("reflink", errno.EOPNOTSUPP), way("hardlink", errno.EXDEV), way("symlink", errno.EPERM))
    monkeypatch.setattr(links, "_WAYS", {"auto": (*ways, way("copy", None))})
    linker = Linker("auto")

    linker.link(source, tmp_path / "one")
    linker.link(source, tmp_path / "two")

    assert tried == ["reflink", "hardlink", "symlink", "copy", "copy"]


def test_a_full_disk_is_no_reason_for_another_way(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(links, "_WAYS", {"auto": (failing(errno.ENOSPC), links.copy)})
    with pytest.raises(OSError, match="No space left"):
        Linker("auto").link(source, tmp_path / "target")


def test_the_last_way_of_a_mode_is_the_last(source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "link", failing(errno.EXDEV))
    with pytest.raises(OSError, match="cross-device"):
        Linker("hardlink").link(source, tmp_path / "target")


@pytest.mark.parametrize("mode", ["auto", "hardlink", "symlink"])
def test_independent_files_have_bytes_of_their_own(source: Path, tmp_path: Path, mode: str) -> None:
    target = tmp_path / "target"
    linker = Linker(mode)
    linker.link(source, target, independent=True)
    assert not target.is_symlink()
    assert not target.samefile(source)
    target.write_bytes(b"other")
    assert source.read_bytes() == b"bytes"


def test_links_lead_to_the_file_itself(source: Path, tmp_path: Path) -> None:
    pointer = tmp_path / "pointer"
    pointer.symlink_to(source)
    for mode in ("symlink", "hardlink"):
        Linker(mode).link(pointer, tmp_path / mode)
        assert (tmp_path / mode).samefile(source)
    assert (tmp_path / "symlink").readlink() == source
    assert not (tmp_path / "hardlink").is_symlink()


def test_two_folders_swap_in_one_step(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "name").write_text(name)
    swapped = exchange(tmp_path / "a", tmp_path / "b")
    assert (tmp_path / "a" / "name").read_text() == ("b" if swapped else "a")
    assert swapped == (sys.platform == "linux")
    assert not exchange(tmp_path / "a", tmp_path / "nothing")


def test_a_system_without_the_call_cannot_swap(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ctypes.CDLL", lambda *_, **__: object())
    assert not exchange(tmp_path, tmp_path)
