from __future__ import annotations

from pathlib import Path

import pytest

from ptmdeps.errors import ManifestError
from ptmdeps.manifest import IgnoreRule, read, read_workspace
from ptmdeps.project import Project, find_project, folders_matching

ROOT = '[tool.ptmdeps]\nmodels = ["org/root"]\nexclude = ["docs"]\n[tool.ptmdeps.workspace]\n'
MEMBERS = 'members = ["packages/*", "tool"]\nexclude = ["packages/old"]\n'


def _write(root: Path, **files: str) -> Path:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A workspace with three members, of which one has no manifest, and one folder that is none."""
    first = '[tool.ptmdeps]\nmodels = ["org/a", "org/shared"]\nignore = ["org/x"]\nexclude = ["gen/**"]\n'
    return _write(
        tmp_path,
        **{
            "pyproject.toml": ROOT + MEMBERS,
            "packages/one/pyproject.toml": first,
            "packages/two/ptm.toml": 'models = ["org/shared", { name = "org/b", group = "training" }]\n',
            "packages/old/ptm.toml": "not = read\n",
            "tool/app.py": "",
        },
    )


def test_members_add_what_they_need_with_their_places(root: Path) -> None:
    manifest = read_workspace(root)
    found = [(wish.key.name, wish.group, wish.used_in) for wish in manifest.requirements]
    assert found == [
        ("org/a", "default", ("packages/one/pyproject.toml",)),
        ("org/b", "training", ("packages/two/ptm.toml",)),
        ("org/root", "default", ()),
        ("org/shared", "default", ("packages/one/pyproject.toml",)),
        ("org/shared", "default", ("packages/two/ptm.toml",)),
    ]
    assert manifest.ignore == (IgnoreRule(model="org/x", within="packages/one"),)
    assert manifest.exclude == ("docs", "packages/old", "packages/one/gen/**")
    assert read(root).exclude == ("docs",)


def test_a_project_without_a_workspace_is_read_as_it_is(root: Path) -> None:
    assert read_workspace(root / "packages/one") == read(root / "packages/one")
    assert read_workspace(root / "nowhere") == read(root / "nowhere")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('files = "all"', "packages/two/ptm.toml:1: `files` is for the root of the workspace to say"),
        ("\n[policy]", "packages/two/ptm.toml:2: `policy` is for the root of the workspace to say"),
        ("[workspace]", "packages/two/ptm.toml:1: `workspace` is for the root of the workspace to say"),
        ("model = 1", "packages/two/ptm.toml:1: `model` is no setting of ptmdeps"),
        ("\n\nmodels = 1", "packages/two/ptm.toml:3: `models` must be an array"),
        ("models = [", "`packages/two/ptm.toml` is no valid TOML: Invalid value (at end of document)"),
    ],
)
def test_mistakes_of_members_are_named_with_their_places(root: Path, text: str, message: str) -> None:
    (root / "packages/two/ptm.toml").write_text(f"{text}\n", encoding="utf-8")
    with pytest.raises(ManifestError) as caught:
        read_workspace(root)
    assert caught.value.message == message


def test_a_member_with_a_lock_of_its_own_is_refused(root: Path) -> None:
    (root / "tool/ptm.lock").touch()
    with pytest.raises(ManifestError, match=r"`tool` is a member of the workspace, and has a `ptm.lock` of its own"):
        read_workspace(root)
    _write(root, **{"packages/old/ptm.lock": ""})
    (root / "tool/ptm.lock").unlink()
    read_workspace(root)


@pytest.mark.parametrize(
    ("start", "member"),
    [
        (".", ""),
        ("packages", ""),
        ("packages/one", "packages/one"),
        ("packages/one/src/deep", "packages/one"),
        ("tool", ""),
    ],
)
def test_commands_find_the_root_of_the_workspace(root: Path, start: str, member: str) -> None:
    (root / start).mkdir(parents=True, exist_ok=True)
    assert find_project(root / start) == Project(root, member)
    assert find_project(root / start).manifest_folder == root / member


def test_a_member_is_found_even_with_a_lock_of_its_own(root: Path) -> None:
    (root / "packages/one/ptm.lock").touch()
    assert find_project(root / "packages/one") == Project(root, "packages/one")


def test_what_is_no_member_is_a_project_of_its_own(root: Path) -> None:
    _write(root, **{"packages/one/examples/demo/pyproject.toml": ""})
    for folder in ("packages/old", "packages/one/examples/demo"):
        assert find_project(root / folder) == Project(root / folder)


@pytest.mark.parametrize(
    "text",
    [
        "[tool.ptmdeps.workspace\n",
        "[tool.ptmdeps]\nworkspace = 3\n",
        "tool = 3 # workspace\n",
        "[tool.ptmdeps.workspace]\nmembers = 3\n",
        '[tool.ptmdeps.workspace]\nmembers = ["../*", "", "/", "p**", "\\u0000", 3]\n',
        "[tool.uv.workspace]\nmembers = ['packages/*']\n",
        "\ufeff[tool.ptmdeps.workspace]\n",
    ],
)
def test_files_above_a_project_that_are_no_workspace_do_no_harm(root: Path, text: str) -> None:
    (root / "pyproject.toml").write_text(text, encoding="utf-8")
    assert find_project(root / "packages/one") == Project(root / "packages/one")


def test_the_standalone_manifest_of_the_root_decides(root: Path) -> None:
    _write(root, **{"ptm.toml": ""})
    assert find_project(root / "packages/one") == Project(root / "packages/one")
    _write(root, **{"ptm.toml": f"[workspace]\n{MEMBERS}"})
    assert find_project(root / "packages/one") == Project(root, "packages/one")


def test_folders_are_real_visible_and_below(root: Path) -> None:
    (root / "packages/link").symlink_to(root / "tool")
    (root / "packages/.hidden").mkdir()
    (root / "packages/file").touch()
    assert folders_matching(root, ("packages/*",)) == ("packages/old", "packages/one", "packages/two")
    assert folders_matching(root, ("packages/*", "packages/one"), ("packages/o*",)) == ("packages/two",)
    assert folders_matching(root, ("nothing/*",)) == ()
