from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from ptmdeps import manifest
from ptmdeps.errors import ManifestError
from ptmdeps.identity import ModelKey
from ptmdeps.lockfile.model import Options
from ptmdeps.manifest import Manifest, parse_specifier, recording
from ptmdeps.requirement import FileSelection, Requirement

WHOLE = """
models = [
    "org/plain",
    "org/tagged@v1.0",
    "torchhub:pytorch/vision@v0.10",
    { name = "org/table", ref = "refs/pr/1", files = ["b.json", "*.safetensors"], group = "training" },
    { name = "org/read", reads = "peft" },
    { name = "org/same@v2", ref = "v2" },
]
ignore = ["org/ignored", "huggingface:org/too"]
files = "all"
scopes = ["test", "main", "test"]
link-mode = "copy"
exclude = ["vendor/**"]
"""


def _key(name: str) -> ModelKey:
    return ModelKey("huggingface", name)


def _write(root: Path, text: str, name: str = "ptm.toml") -> Path:
    path = root / name
    path.write_bytes(text.encode())
    return path


def _record(root: Path, *specifiers: str) -> str:
    with recording(root, specifiers) as name:
        return (root / name).read_bytes().decode()


def test_a_project_without_a_manifest_has_the_defaults(tmp_path: Path) -> None:
    assert manifest.read(tmp_path) == Manifest()
    _write(tmp_path, '[project]\nname = "x"\n', "pyproject.toml")
    assert manifest.read(tmp_path) == Manifest(source="pyproject.toml")
    _write(tmp_path, "tool = 3\n", "pyproject.toml")
    assert manifest.read(tmp_path) == Manifest(source="pyproject.toml")


@pytest.mark.parametrize(("name", "section"), [("ptm.toml", ""), ("pyproject.toml", "[tool.ptmdeps]\n")])
def test_every_key_is_read(tmp_path: Path, name: str, section: str) -> None:
    _write(tmp_path, section + WHOLE, name)
    assert manifest.read(tmp_path) == Manifest(
        source=name,
        requirements=(
            Requirement(key=_key("org/plain"), reads="model"),
            Requirement(key=_key("org/read"), reads="peft"),
            Requirement(key=_key("org/same"), ref="v2", reads="model"),
            Requirement(
                key=_key("org/table"),
                ref="refs/pr/1",
                reads="snapshot",
                selection=FileSelection(allow=("*.safetensors", "b.json")),
                group="training",
            ),
            Requirement(key=_key("org/tagged"), ref="v1.0", reads="model"),
            Requirement(key=ModelKey("torchhub", "pytorch/vision"), ref="v0.10", reads="model"),
        ),
        ignore=frozenset({"org/ignored", "huggingface:org/too"}),
        options=Options(files="all", scopes=("main", "test")),
        link_mode="copy",
        exclude=("vendor/**",),
    )


def test_the_standalone_manifest_is_preferred(tmp_path: Path) -> None:
    _write(tmp_path, '[tool.ptmdeps]\nmodels = ["org/other"]\n', "pyproject.toml")
    _write(tmp_path, 'models = ["org/own"]\n')
    assert [requirement.key.name for requirement in manifest.read(tmp_path).requirements] == ["org/own"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("model = []", "`model` in `ptm.toml` is no setting of ptmdeps"),
        ('"\\u001b[2J" = 1', r"`\x1b[2J` in `ptm.toml` is no setting of ptmdeps"),
        ("models = 3", "`models` in `ptm.toml` must be an array"),
        ("models = [3]", "`models[0]` in `ptm.toml` names no model"),
        ('models = ["org/a", { ref = "v1" }]', "`models[1]` in `ptm.toml` names no model"),
        ('models = [{ name = "a", tag = "v1" }]', "`models[0].tag` in `ptm.toml` is no setting of ptmdeps"),
        ('models = [{ name = "a", ref = 1 }]', "`models[0].ref` in `ptm.toml` must be a string"),
        ('models = [{ name = "a", ref = "" }]', "`models[0].ref` in `ptm.toml` must not be empty"),
        ('models = [{ name = "a", group = "" }]', "`models[0].group` in `ptm.toml` must not be empty"),
        ('models = [{ name = "a", reads = "" }]', "`models[0].reads` in `ptm.toml` must not be empty"),
        ('models = [{ name = "a", files = "*" }]', "`models[0].files` in `ptm.toml` must be an array of strings"),
        (
            'models = [{ name = "a@v1", ref = "v2" }]',
            "`models[0].ref` in `ptm.toml` is `v2`, and its name says `v1`",
        ),
        (
            'models = [{ name = "a", ref = "/x" }]',
            "`models[0].ref` in `ptm.toml` is no branch, tag or commit: unsafe path `/x`: it is absolute",
        ),
        ('models = ["org/a b"]', "`org/a b` is no model"),
        ('models = ["../a"]', "`../a` is no model: unsafe path `../a`: `..` is not the name of a file or folder"),
        ("ignore = [1]", "`ignore` in `ptm.toml` must be an array of strings"),
        ('exclude = "vendor"', "`exclude` in `ptm.toml` must be an array of strings"),
        ('files = "some"', "`files` in `ptm.toml` cannot be `some`"),
        ("files = true", "`files` in `ptm.toml` must be a string"),
        ('link-mode = "\\u202e"', r"`link-mode` in `ptm.toml` cannot be `\u202e`"),
        ('scopes = ["main", "prod"]', "`scopes` in `ptm.toml` knows no `prod`"),
        ('scopes = "main"', "`scopes` in `ptm.toml` must be an array of strings"),
        ("models = [", "`ptm.toml` is no valid TOML: Invalid value (at end of document)"),
        ("models = " + "[" * 5000, "`ptm.toml` is nested too deeply to be a manifest"),
    ],
)
def test_every_mistake_is_named_with_its_place(tmp_path: Path, text: str, message: str) -> None:
    _write(tmp_path, text + "\n")
    with pytest.raises(ManifestError) as caught:
        manifest.read(tmp_path)
    assert caught.value.message == message
    assert caught.value.exit_code == 2


def test_mistakes_in_pyproject_name_the_whole_key(tmp_path: Path) -> None:
    for text, message in (
        ("[tool]\nptmdeps = 3\n", "`tool.ptmdeps` in `pyproject.toml` must be a table"),
        ("[tool.ptmdeps]\nmodels = [3]\n", "`tool.ptmdeps.models[0]` in `pyproject.toml` names no model"),
    ):
        _write(tmp_path, text, "pyproject.toml")
        with pytest.raises(ManifestError) as caught:
            manifest.read(tmp_path)
        assert caught.value.message == message


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("model = []", "Known are exclude, files, ignore, link-mode, loaders, models, scopes"),
        ("models = [3]", 'Write "org/name", "org/name@ref" or { name = "org/name", ref = "…", files = ["…"] }'),
        ('files = "some"', "One of auto, all"),
        ('scopes = ["prod"]', "One of main, example, test, doc"),
        ('models = [" "]', "A model is written `org/name`, `org/name@ref` or `hub:org/name@ref`"),
    ],
)
def test_mistakes_come_with_what_is_known(tmp_path: Path, text: str, hint: str) -> None:
    _write(tmp_path, text)
    with pytest.raises(ManifestError) as caught:
        manifest.read(tmp_path)
    assert caught.value.hint == hint


def test_bytes_that_are_no_text_and_numbers_without_end_are_mistakes(tmp_path: Path) -> None:
    path = tmp_path / "ptm.toml"
    path.write_bytes(b"# \xff\n")
    with pytest.raises(ManifestError, match=r"`ptm.toml` is not UTF-8 \(byte 2\)"):
        manifest.read(tmp_path)
    path.write_text(f"models = {'9' * 5000}\n", encoding="utf-8")
    with pytest.raises(ManifestError, match=r"is no valid TOML: Exceeds the limit"):
        manifest.read(tmp_path)


def test_a_manifest_that_may_not_be_read_is_a_mistake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # root may read everything: only the system's answer is replaced
    def denied(_: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    _write(tmp_path, "")
    monkeypatch.setattr(Path, "read_bytes", denied)
    with pytest.raises(ManifestError, match=r"`ptm\.toml` cannot be read: Permission denied"):
        manifest.read(tmp_path)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("bert", (_key("bert"), "")),
        ("org/name", (_key("org/name"), "")),
        ("org/name@v1.0", (_key("org/name"), "v1.0")),
        ("org/name@refs/pr/3", (_key("org/name"), "refs/pr/3")),
        ("torchhub:pytorch/vision@main", (ModelKey("torchhub", "pytorch/vision"), "main")),
    ],
)
def test_specifiers_are_read(text: str, expected: tuple[ModelKey, str]) -> None:
    assert parse_specifier(text) == expected


@pytest.mark.parametrize(
    "text",
    ["", " ", "@v1", "org/name@", "org/na me", "Hub:org/name", "/abs", "../up", "a//b", "a\x00b", "a@../x", "a@/x"],
)
def test_what_is_no_specifier_is_refused_with_its_spelling(text: str) -> None:
    with pytest.raises(ManifestError, match="is no model") as caught:
        parse_specifier(text)
    assert caught.value.message.isprintable()
    assert "org/name@ref" in str(caught.value.hint)


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
        '[[models]] # a\nname = "org/a"\n\n[[models]]\nname = "org/b"\n[[models]]\nname = "org/new@v1"\n',
    ),
    "array of tables with it": (
        "ptm.toml",
        '[[models]]\nname = "org/new"\nref = "v0"\n\n[[models]]\nname = "org/b"\n',
        '[[models]]\nname = "org/new@v1"\n[[models]]\nname = "org/b"\n',
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


def test_nothing_to_record_touches_nothing(tmp_path: Path) -> None:
    with recording(tmp_path, ()) as name:
        assert name == "ptm.toml"
    assert list(tmp_path.iterdir()) == []
    _write(tmp_path, "this is no TOML", "pyproject.toml")
    with recording(tmp_path, ()) as name:
        assert name == "pyproject.toml"


def _fail(root: Path, *, gone: bool = False) -> None:
    """Record a model, and fail while it is recorded."""
    with recording(root, ["org/b"]) as name:
        assert "org/b" in (root / name).read_text(encoding="utf-8")
        if gone:
            (root / name).unlink()
        raise KeyboardInterrupt


def test_what_fails_inside_puts_the_manifest_back(tmp_path: Path) -> None:
    text = '# mine\nmodels = ["org/a"]  # keep\r\n'
    path = _write(tmp_path, text)
    path.chmod(0o640)
    with pytest.raises(KeyboardInterrupt):
        _fail(tmp_path)
    assert path.read_bytes() == text.encode()
    assert path.stat().st_mode & 0o777 == 0o640


@pytest.mark.parametrize("gone", [False, True])
def test_what_fails_inside_leaves_no_manifest_where_there_was_none(tmp_path: Path, *, gone: bool) -> None:
    with pytest.raises(KeyboardInterrupt):
        _fail(tmp_path, gone=gone)
    assert list(tmp_path.iterdir()) == []


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
