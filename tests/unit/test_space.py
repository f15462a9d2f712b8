"""Room is looked at before, for each file system by itself."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from ptmdeps import space
from ptmdeps.errors import StoreError
from ptmdeps.space import Need, check

FREE = {"one": 100, "two": 50}


@pytest.fixture(autouse=True)
def two_disks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """``one`` and ``two`` are disks of their own."""
    usage = shutil.disk_usage(tmp_path)
    for name in FREE:
        (tmp_path / name).mkdir()
    monkeypatch.setattr(space, "device_of", lambda folder: folder.relative_to(tmp_path).parts[0])
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: usage._replace(free=FREE[folder.name]))


def test_what_fits_is_no_matter(tmp_path: Path) -> None:
    check(())
    check(
        (
            Need(folder=tmp_path / "one" / "not" / "there", size=100, kind="fetched"),
            Need(folder=tmp_path / "two", size=50, kind="copied"),
        )
    )


def test_a_disk_that_is_too_small_is_named_with_what_it_lacks(tmp_path: Path) -> None:
    one = Need(folder=tmp_path / "one" / "store", size=1_000, kind="fetched")
    with pytest.raises(StoreError, match=r"1,000 bytes are to be fetched, `.*/one` has 100 left") as caught:
        check((one, Need(folder=tmp_path / "two", size=50, kind="copied")))
    assert "HF_HUB_CACHE" in str(caught.value.hint)
    assert "--link-mode" not in str(caught.value.hint)


def test_needs_on_one_disk_add_up(tmp_path: Path) -> None:
    needs = (
        Need(folder=tmp_path / "one" / "store", size=60, kind="fetched"),
        Need(folder=tmp_path / "one" / "project", size=60, kind="copied"),
    )
    with pytest.raises(StoreError, match="60 bytes are to be fetched and 60 copied") as caught:
        check(needs)
    assert "--link-mode" in str(caught.value.hint)


def test_only_copies(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="70 bytes are to be copied"):
        check((Need(folder=tmp_path / "two", size=70, kind="copied"),))


def test_what_is_there_already_gives_no_room_elsewhere(tmp_path: Path) -> None:
    """A partial file that is larger than what it is part of."""
    check((Need(folder=tmp_path / "two", size=-70, kind="fetched"),))
