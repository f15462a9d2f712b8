"""Which files belong to a project, and what kind of code they are."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ptmdeps.errors import ScanError
from ptmdeps.scan import ScanOptions, scan
from ptmdeps.scan.files import is_python, project_files, scope_of

LOAD = "from transformers import AutoModel\nAutoModel.from_pretrained('acme/a')\n"


def write(root: Path, *paths: str) -> None:
    for path in paths:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(LOAD)


def paths(root: Path, *exclude: str) -> list[str]:
    return [file.path for file in project_files(root, exclude=exclude, wanted=is_python)]


def test_source_files_are_sorted(tmp_path: Path) -> None:
    write(tmp_path, "b.py", "a/z.py", "a.py", "n.ipynb", "s.pyi", "w.pyw", "README.md", "data.json", "pyproject.toml")
    assert paths(tmp_path) == ["a.py", "a/z.py", "b.py", "n.ipynb", "s.pyi", "w.pyw"]


@pytest.mark.parametrize(
    "folder",
    [".git", ".venv", ".ptm", ".hidden", "__pycache__", "node_modules", "site-packages", "build", "dist", "x.egg-info"],
)
def test_folder_that_holds_no_code_of_the_project(folder: str, tmp_path: Path) -> None:
    write(tmp_path, f"{folder}/a.py", f"sub/{folder}/b.py", "kept.py")
    assert paths(tmp_path) == ["kept.py"]


def test_virtual_environment_of_any_name(tmp_path: Path) -> None:
    write(tmp_path, "env/pyvenv.cfg", "env/lib/a.py", "kept.py")
    assert paths(tmp_path) == ["kept.py"]


def test_package_that_is_called_build(tmp_path: Path) -> None:
    write(tmp_path, "build/__init__.py", "build/a.py")
    assert paths(tmp_path) == ["build/__init__.py", "build/a.py"]


def test_excluded_by_pattern(tmp_path: Path) -> None:
    write(tmp_path, "a/x.py", "a/y.py", "b/x.py", "c.py")
    assert paths(tmp_path, "a/", "c.*") == ["b/x.py"]
    assert paths(tmp_path, "*/x.py") == ["a/y.py", "c.py"]


def test_links_lead_nowhere(tmp_path: Path) -> None:
    write(tmp_path, "project/a.py", "outside/b.py")
    project = tmp_path / "project"
    (project / "loop").symlink_to(project, target_is_directory=True)
    (project / "out").symlink_to(tmp_path / "outside", target_is_directory=True)
    (project / "c.py").symlink_to(tmp_path / "outside" / "b.py")
    (project / "gone.py").symlink_to(tmp_path / "nothing")
    assert paths(project) == ["a.py"]


def test_special_files_are_not_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.py")
    (tmp_path / "folder.py").mkdir()
    assert paths(tmp_path) == []


def test_names_that_are_no_text_are_left_out(tmp_path: Path) -> None:
    write(tmp_path, "kept.py", "new\nline.py")
    os.close(os.open(os.fsencode(tmp_path) + b"/\xff.py", os.O_CREAT | os.O_WRONLY))
    assert paths(tmp_path) == ["kept.py"]


def test_folder_too_deep_to_be_listed(tmp_path: Path) -> None:
    write(tmp_path, "kept.py")
    parent = os.open(tmp_path, os.O_RDONLY)
    for _ in range(25):
        os.mkdir("d" * 200, dir_fd=parent)
        child = os.open("d" * 200, os.O_RDONLY, dir_fd=parent)
        os.close(parent)
        parent = child
    os.close(os.open("lost.py", os.O_CREAT | os.O_WRONLY, dir_fd=parent))
    os.close(parent)
    assert paths(tmp_path) == ["kept.py"]


def test_folder_that_does_not_exist(tmp_path: Path) -> None:
    with pytest.raises(ScanError, match="is no folder"):
        scan(tmp_path / "nothing")
    with pytest.raises(ScanError, match="cannot list"):
        project_files(tmp_path / "nothing")


def test_one_file(tmp_path: Path) -> None:
    write(tmp_path, "a.py", "b.py")
    (reference,) = scan(tmp_path / "a.py").references
    assert str(reference.location) == "a.py:2"
    (tmp_path / "c.txt").write_text(LOAD)
    with pytest.raises(ScanError, match="no file that can be scanned"):
        scan(tmp_path / "c.txt")


@pytest.mark.parametrize(
    ("path", "scope"),
    [
        *((path, "test") for path in ("tests/a.py", "x/test/a.py", "test_a.py", "src/a_test.py", "conftest.py")),
        *((path, "test") for path in ("a.spec.js", "src/a.test.tsx", "ui/__tests__/a.ts", "ui/a.e2e.mts")),
        *((path, "example") for path in ("examples/a.py", "x/demo/a.py", "Samples/a.py", "docs/a.ipynb")),
        *((path, "doc") for path in ("docs/conf.py", "doc/a.py")),
        *((path, "main") for path in ("spec.js", "src/e2e.py")),
        *((path, "main") for path in ("a.py", "src/x/a.py", "latest.py", "contest.py", "testing/a.py", "a.ipynb")),
    ],
)
def test_scope(path: str, scope: str) -> None:
    assert scope_of(path) == scope


def test_scopes_can_be_chosen(tmp_path: Path) -> None:
    write(tmp_path, "a.py", "tests/b.py", "examples/c.py", "docs/d.py")
    every = scan(tmp_path).references
    assert [reference.scope for reference in every] == ["main", "doc", "example", "test"]
    chosen = scan(tmp_path, options=ScanOptions(scopes=("main", "example"))).references
    assert [str(reference.location) for reference in chosen] == ["a.py:2", "examples/c.py:2"]
