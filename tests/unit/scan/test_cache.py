"""The cache saves time and changes nothing."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from ptmdeps.scan import ScanCache, ScanOptions, ScanResult, looking, scan
from ptmdeps.scan.loaders import LOADERS

APP = """from transformers import AutoModel
from conf import NAME
def load(name):
    AutoModel.from_pretrained(name, subfolder="s")
AutoModel.from_pretrained(NAME)
AutoModel.from_pretrained("./local")
AutoModel.from_pretrained(unknown)
AutoModel.from_pretrained("acme/folder", revision="r")
"""
FILES = {
    "app.py": APP,
    "conf.py": "NAME = 'acme/a'\n",
    "caller.py": "from app import load\nload('acme/b')\n",
    "other.py": "from transformers import AutoModel\nAutoModel.from_pretrained('acme/other')\n",
    "plain.py": "x = 1\n",
}
LONG_AGO = 1_000_000_000


@pytest.fixture
def project(tmp_path: Path) -> Path:
    root = tmp_path / "project"
    root.mkdir()
    for name, text in FILES.items():
        write(root / name, text)
    return root


@pytest.fixture
def cache(tmp_path: Path) -> ScanCache:
    return ScanCache(tmp_path / "cache")


def write(path: Path, text: str, changed: int = LONG_AGO) -> None:
    path.write_text(text)
    os.utime(path, ns=(changed, changed))


@pytest.fixture
def scanned(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The files that were looked at anew."""
    paths: list[str] = []
    original = looking.scan_file

    def remembered(path: str, *rest: Any) -> Any:
        paths.append(path)
        return original(path, *rest)

    monkeypatch.setattr(looking, "scan_file", remembered)
    return paths


def names(result: ScanResult) -> set[str]:
    return {reference.key.name for reference in result.references}


def test_second_scan_is_the_same_and_looks_at_nothing(project: Path, cache: ScanCache, scanned: list[str]) -> None:
    first = scan(project, cache=cache)
    assert names(first) == {"acme/a", "acme/b", "acme/folder", "acme/other"}
    assert scanned == ["app.py", "other.py"]
    scanned.clear()
    written = cache.path.stat().st_mtime_ns
    assert scan(project, cache=cache) == first
    assert scanned == []
    assert cache.path.stat().st_mtime_ns == written


CHANGES: dict[str, tuple[str, str, list[str], set[str], set[str]]] = {
    "constant": ("conf.py", "NAME = 'acme/new'\n", ["app.py"], {"acme/a"}, {"acme/new"}),
    "caller": ("caller.py", "from app import load\nload('acme/new')\n", ["app.py"], {"acme/b"}, {"acme/new"}),
    "new caller": ("plain.py", "from app import load\nload('acme/new')\n", ["app.py"], set(), {"acme/new"}),
    "load gone": ("other.py", "x = 2\n", [], {"acme/other"}, set()),
    "nothing": ("plain.py", "x = 2\n", [], set(), set()),
}


@pytest.mark.parametrize("change", CHANGES)
def test_change_is_seen_where_it_matters(change: str, project: Path, cache: ScanCache, scanned: list[str]) -> None:
    path, text, looked_at, gone, new = CHANGES[change]
    before = names(scan(project, cache=cache))
    scanned.clear()
    write(project / path, text, LONG_AGO + 1)
    after = scan(project, cache=cache)
    assert names(after) == (before - gone) | new
    assert scanned == looked_at
    assert after == scan(project)


def test_change_at_the_same_size_and_time_just_now_is_seen(project: Path, cache: ScanCache) -> None:
    now = (project / "conf.py").stat().st_ctime_ns
    write(project / "conf.py", "NAME = 'acme/1'\n", now)
    assert "acme/1" in names(scan(project, cache=cache))
    write(project / "conf.py", "NAME = 'acme/2'\n", now)
    assert "acme/2" in names(scan(project, cache=cache))


def test_file_touched_without_a_change_is_not_looked_at(project: Path, cache: ScanCache, scanned: list[str]) -> None:
    scan(project, cache=cache)
    scanned.clear()
    write(project / "app.py", APP, LONG_AGO + 5)
    scan(project, cache=cache)
    assert scanned == []


def test_added_and_removed_files_are_seen(project: Path, cache: ScanCache) -> None:
    scan(project, cache=cache)
    write(project / "more.py", "from transformers import AutoModel\nAutoModel.from_pretrained('acme/more')\n")
    assert "acme/more" in names(scan(project, cache=cache))
    (project / "more.py").unlink()
    (project / "caller.py").unlink()
    assert names(scan(project, cache=cache)) == {"acme/a", "acme/folder", "acme/other"}


def test_folder_that_appears_makes_a_name_local(project: Path, cache: ScanCache) -> None:
    assert "acme/folder" in names(scan(project, cache=cache))
    (project / "acme" / "folder").mkdir(parents=True)
    assert "acme/folder" not in names(scan(project, cache=cache))


def test_other_rows_are_another_cache(project: Path, cache: ScanCache, scanned: list[str]) -> None:
    scan(project, cache=cache)
    scanned.clear()
    scan(project, cache=cache, options=ScanOptions(loaders=LOADERS[:-1]))
    assert scanned == ["app.py", "other.py"]


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b"null", b"\xff", b"{}", b'{"stamp": 1}', b"[" * 100_000, b'"' + b"x" * 100],
)
def test_damaged_cache_is_empty(content: bytes, project: Path, cache: ScanCache) -> None:
    first = scan(project, cache=cache)
    cache.path.write_bytes(content)
    assert scan(project, cache=cache) == first
    assert cache.load(None).records


def test_cache_that_lost_a_line_or_has_one_too_many_is_empty(project: Path, cache: ScanCache) -> None:
    first = scan(project, cache=cache)
    lines = cache.path.read_text().split("\n")
    others = [[*lines[:index], *lines[index + 1 :]] for index in range(1, len(lines))]
    for changed in (*others, [*lines, ""], lines[:1]):
        cache.path.write_text("\n".join(changed))
        assert not cache.load(None).fingerprints
    assert scan(project, cache=cache) == first


@pytest.mark.parametrize("which", [-1, -2])  # what the last file depends on, what was found there
def test_line_that_does_not_hold_is_written_again(which: int, project: Path, cache: ScanCache) -> None:
    first = scan(project, cache=cache)
    good = cache.path.read_text().split("\n")
    bad = list(good)
    bad[which] = "[["
    cache.path.write_text("\n".join(bad))
    write(project / "plain.py", "x = 2\n", LONG_AGO + 1)
    assert scan(project, cache=cache) == first
    assert cache.path.read_text().split("\n")[1:] == good[1:]


def test_file_changed_just_before_the_cache_was_written_is_read_once_more(project: Path, cache: ScanCache) -> None:
    now = (project / "conf.py").stat().st_ctime_ns
    write(project / "conf.py", FILES["conf.py"], now)
    scan(project, cache=cache)
    os.utime(cache.path, ns=(now, now))
    scan(project, cache=cache)
    assert cache.path.stat().st_mtime_ns > now


def test_cache_that_cannot_be_written_is_no_error(project: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    cache = ScanCache(tmp_path / "file" / "below")
    assert names(scan(project, cache=cache)) == names(scan(project))


def test_cache_can_be_a_folder_by_mistake(project: Path, cache: ScanCache) -> None:
    cache.path.mkdir(parents=True)
    assert names(scan(project, cache=cache)) == names(scan(project))
