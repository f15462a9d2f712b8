from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from ptmdeps import manifest
from ptmdeps.errors import ManifestError
from ptmdeps.identity import ModelKey
from ptmdeps.manifest.editing import Entry, target, with_entries, write
from ptmdeps.requirement import Requirement
from tests.unit.manifest.test_reading import WHOLE


def _key(name: str) -> ModelKey:
    return ModelKey("huggingface", name)


def _write(root: Path, text: str, name: str = "ptm.toml") -> Path:
    path = root / name
    path.write_bytes(text.encode())
    return path


def _record(root: Path, *specifiers: str) -> str:
    path = target(root)
    before = path.read_bytes() if path.is_file() else b""
    write(path, with_entries(before, path.name, [Entry(specifier=specifier) for specifier in specifiers]))
    return path.read_bytes().decode()


LAYOUTS: dict[str, tuple[str, str, str]] = {
    "no file": ("ptm.toml", "", '[\n    "org/new@v1",\n]\n'),
    "pyproject without tools": (
        "pyproject.toml",
        '[project] # mine\nname = "x"',
        '[project] # mine\nname = "x"\n\n[tool.ptmdeps]\nmodels = [\n    "org/new@v1",\n]\n',
    ),
    "empty pyproject": ("pyproject.toml", "\n", '\n\n[tool.ptmdeps]\nmodels = [\n    "org/new@v1",\n]\n'),
    "scattered tools": (
        "pyproject.toml",
        "[tool.b]\nx = 1\n\n[project]\n\n[tool.a]\ny = 2\n",
        '[tool.b]\nx = 1\n\n[project]\n\n[tool.a]\ny = 2\n\n[tool.ptmdeps]\nmodels = [\n    "org/new@v1",\n]\n',
    ),
    "scattered tools with ours": (
        "pyproject.toml",
        '[tool.b]\n\n[project]\n\n[tool.ptmdeps]\nfiles = "all" # c\n\n[tool.c]\n',
        '[tool.b]\n\n[project]\n\n[tool.ptmdeps]\nfiles = "all" # c\nmodels = [\n    "org/new@v1",\n]\n\n[tool.c]\n',
    ),
    "comments": (
        "ptm.toml",
        '# 1\nmodels = [\n  # 2\n  "org/a",  # 3\n  "org/new", # 4\n  { name = "b" }, # 5\n]\nfiles = "all" # 6\n',
        '# 1\nmodels = [\n  # 2\n  "org/a",  # 3\n  "org/new@v1", # 4\n  { name = "b" }, # 5\n]\nfiles = "all" # 6\n',
    ),
    "one line": ("ptm.toml", 'models = ["org/a"] # x\n', 'models = ["org/a", "org/new@v1"] # x\n'),
    "inline table": (
        "pyproject.toml",
        '[tool]\nptmdeps = { models = ["org/a"] }\n',
        '[tool]\nptmdeps = { models = ["org/a", "org/new@v1"] }\n',
    ),
    "dotted key": (
        "pyproject.toml",
        '[tool]\nptmdeps.models = ["org/new"]\n',
        '[tool]\nptmdeps.models = ["org/new@v1"]\n',
    ),
    "several refs become one": (
        "ptm.toml",
        'models = ["org/new@v0", "org/a", { name = "org/new", ref = "v2" }]\n',
        'models = ["org/new@v1", "org/a"]\n',
    ),
    "array of tables": (
        "ptm.toml",
        '[[models]] # a\nname = "org/a"\n\n[[models]]\nname = "org/b"\n',
        '[[models]] # a\nname = "org/a"\n\n[[models]]\nname = "org/b"\n[[models]]\nname = "org/new"\nref = "v1"\n',
    ),
    "array of tables with it": (
        "ptm.toml",
        '[[models]]\nname = "org/new"\nref = "v0"\n\n[[models]]\nname = "org/b"\n',
        '[[models]]\nname = "org/new"\nref = "v1"\n\n[[models]]\nname = "org/b"\n',
    ),
    "windows": (
        "ptm.toml",
        '# mine\r\nmodels = [\r\n  "org/a"\r\n]\r\n',
        '# mine\r\nmodels = [\r\n  "org/a",\r\n  "org/new@v1"\r\n]\r\n',
    ),
}


@pytest.mark.parametrize(("name", "before", "after"), LAYOUTS.values(), ids=LAYOUTS)
def test_recording_keeps_layout_and_comments(tmp_path: Path, name: str, before: str, after: str) -> None:
    if before:
        _write(tmp_path, before, name)
    text = _record(tmp_path, "org/new@v1")
    assert text == (after if before else f"models = {after}")
    (found,) = (r for r in manifest.read(tmp_path).requirements if r.key == _key("org/new"))
    assert found.ref == "v1"
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_an_empty_pyproject_gets_the_section_alone(tmp_path: Path) -> None:
    _write(tmp_path, "", "pyproject.toml")
    assert _record(tmp_path, "org/new") == '[tool.ptmdeps]\nmodels = [\n    "org/new",\n]\n'


def test_recording_twice_changes_nothing(tmp_path: Path) -> None:
    once = _record(tmp_path, "org/a", "org/b@v1")
    assert _record(tmp_path, "org/a", "org/b@v1") == once


def test_several_refs_of_one_model_are_recorded_together(tmp_path: Path) -> None:
    _write(tmp_path, 'models = ["org/a@v0", "org/b"]\n')
    text = _record(tmp_path, "org/a@v1", "org/a@v2", "org/a@v1")
    assert tomllib.loads(text)["models"] == ["org/a@v1", "org/b", "org/a@v2"]


def test_the_same_name_on_another_hub_is_another_model(tmp_path: Path) -> None:
    _write(tmp_path, 'models = ["torchhub:org/a"]\n')
    assert tomllib.loads(_record(tmp_path, "org/a"))["models"] == ["torchhub:org/a", "org/a"]


@pytest.mark.parametrize("specifier", ["", "../x", "org/name@"])
def test_what_is_no_model_is_not_recorded(tmp_path: Path, specifier: str) -> None:
    with pytest.raises(ManifestError, match="is no model"):
        _record(tmp_path, "org/a", specifier)
    assert list(tmp_path.iterdir()) == []


def test_a_manifest_with_a_mistake_is_not_touched(tmp_path: Path) -> None:
    path = _write(tmp_path, "nonsense = 1\n")
    with pytest.raises(ManifestError, match="no setting"):
        _record(tmp_path, "org/a")
    assert path.read_bytes() == b"nonsense = 1\n"


def test_a_layout_that_cannot_be_edited_is_left_alone(tmp_path: Path) -> None:
    path = _write(tmp_path, "tool = {}\n", "pyproject.toml")
    with pytest.raises(ManifestError) as caught:
        _record(tmp_path, "org/a", "org/b@v1")
    assert caught.value.message == "`pyproject.toml` is laid out in a way that ptmdeps cannot edit"
    assert caught.value.hint == 'Add to its `models` by hand: "org/a", "org/b@v1"'
    assert path.read_bytes() == b"tool = {}\n"


def test_leftovers_of_a_killed_recording_are_removed(tmp_path: Path) -> None:
    (tmp_path / ".ptm.toml.123.ptmdeps-writing").write_bytes(b"")
    _record(tmp_path, "org/a")
    assert [path.name for path in tmp_path.iterdir()] == ["ptm.toml"]


def test_recorded_values_are_those_that_were_there_and_the_new_ones(tmp_path: Path) -> None:
    _write(tmp_path, "[tool.ptmdeps]\n" + WHOLE, "pyproject.toml")
    before: Any = manifest.read(tmp_path)
    _record(tmp_path, "org/plain@v9", "org/more")
    after = manifest.read(tmp_path)
    assert set(after.requirements) - set(before.requirements) == {
        Requirement(key=_key("org/plain"), ref="v9", reads="model"),
        Requirement(key=_key("org/more"), reads="model"),
    }
    assert (after.ignore, after.options, after.link_mode) == (before.ignore, before.options, before.link_mode)
