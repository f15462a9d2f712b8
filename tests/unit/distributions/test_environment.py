"""Which Python is the project's, and what the real pip says that it has."""

from __future__ import annotations

from pathlib import Path

import pytest
from packaging.version import Version

from ptmdeps.distributions.environment import find_interpreter, inspect_environment
from ptmdeps.errors import PtmdepsError
from tests.wheels import environment, install, only_folder, wheel


def fake(folder: Path) -> Path:
    """A folder that looks like an environment."""
    python = folder / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text("#!/bin/sh\nexit 1\n")
    python.chmod(0o755)
    return folder


def label(root: Path, chosen: Path | None = None, **variables: str) -> str:
    found = find_interpreter(root, chosen, variables)
    return found.label if found else "none"


def test_order_of_environments(tmp_path: Path) -> None:
    active, conda, own = fake(tmp_path / "active"), fake(tmp_path / "conda"), fake(tmp_path / "project" / ".venv")
    root = tmp_path / "project"
    assert label(root, active, VIRTUAL_ENV=str(conda)) == str(active)
    assert label(root, VIRTUAL_ENV=str(active), CONDA_PREFIX=str(conda)) == str(active)
    assert label(root, CONDA_PREFIX=str(conda), CONDA_DEFAULT_ENV="work") == str(conda)
    assert label(root, CONDA_PREFIX=str(conda), CONDA_DEFAULT_ENV="base") == ".venv"
    assert label(root, VIRTUAL_ENV=str(tmp_path / "gone")) == ".venv"
    assert label(root, own / "bin" / "python") == ".venv/bin/python"
    (own / "pyvenv.cfg").touch()
    assert label(root, own / "bin" / "python") == ".venv"


def test_the_python_that_runs_counts_unless_it_is_a_tools_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.prefix", str(tmp_path / "prefix"))
    assert label(tmp_path / "project") == str(tmp_path / "prefix")
    (tmp_path / "prefix").mkdir()
    (tmp_path / "prefix" / "pipx_metadata.json").touch()
    assert label(tmp_path / "project") == "none"


@pytest.mark.parametrize("name", ["gone", "folder", "file.txt"])
def test_what_is_no_python_is_refused_by_name(tmp_path: Path, name: str) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "file.txt").touch()
    with pytest.raises(PtmdepsError, match=name):
        find_interpreter(tmp_path, tmp_path / name, {})


def test_an_environment_without_pip_is_inspected(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    index = tmp_path / "index"
    wheel(index, "Acme.Core", "1.5")
    only_folder(monkeypatch, index)
    install(environment(tmp_path / ".venv"), index, "acme-core")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    (tmp_path / "sitecustomize.py").write_text("raise SystemExit('imported')\n")
    interpreter = find_interpreter(tmp_path, None, {})
    assert interpreter is not None
    found = inspect_environment(interpreter)
    assert found.installed == {"acme-core": Version("1.5")}
    assert found.markers["implementation_name"] == "cpython"


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("echo 'no such thing' >&2; exit 3", "no such thing"),
        ("exit 3", "it says nothing"),
        ("echo '{}'", "neither `environment` nor `installed`"),
        ("echo 'not json'", "neither `environment` nor `installed`"),
        (r"printf '\033[31mred\033[0m' >&2; exit 1", r"\x1b[31mred"),
    ],
)
def test_a_program_that_is_no_python_is_explained(tmp_path: Path, script: str, said: str) -> None:
    python = tmp_path / "bin" / "python"
    python.parent.mkdir()
    python.write_text(f"#!/bin/sh\n{script}\n")
    python.chmod(0o755)
    interpreter = find_interpreter(tmp_path, tmp_path, {})
    assert interpreter is not None
    with pytest.raises(PtmdepsError) as failure:
        inspect_environment(interpreter)
    assert said in failure.value.message and failure.value.hint
