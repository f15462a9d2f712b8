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


LONG = '"""' + "What is long enough is parsed on its own. " * 5 + '"""'
LIBRARY = f"""def spare():
    {LONG}
    return 1
def load(name):
    {LONG}
    return AutoModel.from_pretrained(name)
class Base:
    {LONG}
    def spare(self):
        {LONG}
        return 2
    def name(self):
        {LONG}
        return "acme/method"
class Other:
    {LONG}
    def title(self):
        {LONG}
        return "acme/other"
NAME = "acme/constant"
from transformers import AutoModel
"""
USER = """from transformers import AutoModel
from library import NAME, Base, Other
AutoModel.from_pretrained(NAME)
AutoModel.from_pretrained(Base().name())
AutoModel.from_pretrained(Base().held)
"""
INSIDE: dict[str, tuple[str, str, str, list[str]]] = {
    "code of nobody": ("library.py", "return 1", "return 11", ["library.py"]),
    "line of nobody": ("library.py", "return 1", "x = 1\n    return x", ["library.py"]),
    "code of a method of nobody": ("library.py", "return 2", "x = 2\n        return x", ["library.py"]),
    "class of nobody": ("library.py", "acme/other", "acme/new", ["library.py"]),
    "comment": ("library.py", "NAME =", "# a comment\nNAME =", ["library.py"]),
    "comment elsewhere": ("library.py", "return 1", "return 1\n# a comment", ["library.py"]),
    "code that gives the value": ("library.py", "acme/method", "acme/new", ["library.py", "user.py"]),
    "constant": ("library.py", "acme/constant", "acme/new", ["library.py", "user.py"]),
    "attribute of an object": ("library.py", "return 2", "self.held = 'acme/held'", ["library.py", "user.py"]),
    "name that is gone": ("library.py", "class Base", "class Basis", ["library.py", "user.py"]),
    "function that is gone": ("library.py", "def name(self)", "def title(self)", ["library.py", "user.py"]),
    "text without an end": ("library.py", "return 2", 'return """', ["library.py", "user.py"]),
    "caller that gives something else": ("caller.py", "acme/called", "acme/new", ["library.py"]),
    "other code of a caller": ("caller.py", "return 3", "return 33", []),
    "caller that was none": ("caller.py", "return 3", "load('acme/new')", ["library.py"]),
    "caller that is none any more": ("caller.py", "load('acme/called')", "pass", ["library.py"]),
    "file that was no caller": ("plain.py", "return 4", "load('acme/new')", ["library.py"]),
}


@pytest.mark.parametrize("edit", INSIDE)
def test_edit_is_seen_where_somebody_looked(edit: str, tmp_path: Path, cache: ScanCache, scanned: list[str]) -> None:
    root = tmp_path / "inside"
    root.mkdir()
    write(root / "library.py", LIBRARY)
    write(root / "user.py", USER)
    imports = "from library import Base, load\n"
    caller = f"def spare():\n    {LONG}\n    return 3\ndef main():\n    {LONG}\n    load('acme/called')\n"
    write(root / "caller.py", imports + caller)
    plain = f"class Derived:\n    {LONG}\n    held = 'acme/derived'\ndef main():\n    {LONG}\n    return 4\n"
    write(root / "plain.py", imports + plain)
    path, old, new, looked_at = INSIDE[edit]
    assert "acme/called" in names(scan(root, cache=cache))
    scanned.clear()
    text = (root / path).read_text()
    assert old in text
    write(root / path, text.replace(old, new, 1), LONG_AGO + 1)
    after = scan(root, cache=cache)
    assert scanned == looked_at
    assert after == scan(root)
    scanned.clear()
    write(root / path, text, LONG_AGO + 2)
    assert scan(root, cache=cache) == scan(root, cache=cache) == scan(root)


def test_line_of_parts_that_does_not_hold_makes_a_file_count_as_another(project: Path, cache: ScanCache) -> None:
    scan(project, cache=cache)
    lines = cache.path.read_text().split("\n")
    parts = 2 * (sorted(FILES).index("conf.py") + 1)
    assert lines[parts]
    lines[parts] = "x"
    cache.path.write_text("\n".join(lines))
    write(project / "conf.py", "NAME = 'acme/new'\n", LONG_AGO + 1)
    assert "acme/new" in names(scan(project, cache=cache))


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
