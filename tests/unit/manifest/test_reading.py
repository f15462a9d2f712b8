from __future__ import annotations

from pathlib import Path

import pytest

from ptmdeps import manifest
from ptmdeps.errors import ManifestError
from ptmdeps.identity import ModelKey
from ptmdeps.lockfile.model import Options
from ptmdeps.manifest import IgnoreRule, Manifest, parse_specifier
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
        ignore=(IgnoreRule(model="org/ignored"), IgnoreRule(model="huggingface:org/too")),
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
        ("model = []", "ptm.toml:1: `model` is no setting of ptmdeps"),
        ('"\\u001b[2J" = 1', r'ptm.toml:1: `"\x1b[2J"` is no setting of ptmdeps'),
        ("models = 3", "ptm.toml:1: `models` must be an array"),
        ("models = [3]", "ptm.toml:1: `models[0]` names no model"),
        ('models = ["org/a", { ref = "v1" }]', "ptm.toml:1: `models[1]` names no model"),
        ('models = [{ name = "a", tag = "v1" }]', "ptm.toml:1: `models[0].tag` is no setting of ptmdeps"),
        ('models = [{ name = "a", ref = 1 }]', "ptm.toml:1: `models[0].ref` must be a string"),
        ('models = [{ name = "a", ref = "" }]', "ptm.toml:1: `models[0].ref` must not be empty"),
        ('models = [{ name = "a", group = "" }]', "ptm.toml:1: `models[0].group` must not be empty"),
        ('models = [{ name = "a", reads = "" }]', "ptm.toml:1: `models[0].reads` must not be empty"),
        ('models = [{ name = "a", files = "*" }]', "ptm.toml:1: `models[0].files` must be an array of strings"),
        (
            'models = [{ name = "a@v1", ref = "v2" }]',
            "ptm.toml:1: `models[0].ref` is `v2`, and its name says `v1`",
        ),
        (
            'models = [{ name = "a", ref = "/x" }]',
            "ptm.toml:1: `models[0].ref` is no branch, tag or commit: unsafe path `/x`: it is absolute",
        ),
        ('models = ["org/a b"]', "ptm.toml:1: `models[0]` names no model: `org/a b` is no model"),
        (
            'models = ["../a"]',
            (
                "ptm.toml:1: `models[0]` names no model: `../a` is no model: "
                "unsafe path `../a`: `..` is not the name of a file or folder"
            ),
        ),
        ("ignore = 1", "ptm.toml:1: `ignore` must be an array"),
        ("ignore = [1]", "ptm.toml:1: `ignore[0]` names no model"),
        ('exclude = "vendor"', "ptm.toml:1: `exclude` must be an array of strings"),
        ('files = "some"', "ptm.toml:1: `files` cannot be `some`"),
        ("files = true", "ptm.toml:1: `files` must be a string"),
        ('link-mode = "\\u202e"', r"ptm.toml:1: `link-mode` cannot be `\u202e`"),
        ('scopes = ["main", "prod"]', "ptm.toml:1: `scopes` knows no `prod`"),
        ('scopes = "main"', "ptm.toml:1: `scopes` must be an array of strings"),
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
        ("[tool]\nptmdeps = 3\n", "pyproject.toml:2: `tool.ptmdeps` must be a table"),
        ("[tool.ptmdeps]\nmodels = [3]\n", "pyproject.toml:2: `tool.ptmdeps.models[0]` names no model"),
    ):
        _write(tmp_path, text, "pyproject.toml")
        with pytest.raises(ManifestError) as caught:
            manifest.read(tmp_path)
        assert caught.value.message == message


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        (
            "model = []",
            (
                "Did you mean `models`? Known are bom, default-groups, exclude, exclude-newer, exclude-newer-model, "
                "files, hubs, ignore, include, lineage, link-mode, loaders, models, policy, pr, required-version, "
                "scopes, workspace"
            ),
        ),
        ("models = [3]", 'Write "org/name", "org/name@ref" or { name = "org/name", ref = "…", files = ["…"] }'),
        ('files = "some"', "One of auto, all"),
        ('scopes = ["prod"]', "One of main, example, test, doc"),
        (
            'models = [" "]',
            (
                "A model is written `org/name`, `org/name@ref`, `hub:name` or `hub:name@ref`, and a file of weights as "
                "its address, `https://…`"
            ),
        ),
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
        ("torchhub:pytorch/vision:v0.10", (ModelKey("torchhub", "pytorch/vision"), "v0.10")),
        ("kaggle:acme/a/pyTorch/b/3", (ModelKey("kaggle", "acme/a/pyTorch/b"), "3")),
        ("kaggle:acme/a/pyTorch/b@3", (ModelKey("kaggle", "acme/a/pyTorch/b"), "3")),
        ("kaggle:acme/a/pyTorch/b", (ModelKey("kaggle", "acme/a/pyTorch/b"), "")),
        ("https://a.example/x@2.pth", (ModelKey("url", "https://a.example/x@2.pth"), "")),
        ("url:https://a.example/x@2.pth", (ModelKey("url", "https://a.example/x@2.pth"), "")),
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
