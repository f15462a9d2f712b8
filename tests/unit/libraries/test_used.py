"""What a project has installed, wherever its environment lies."""

from __future__ import annotations

from pathlib import Path

import pytest
from packaging.version import Version

from ptmdeps.libraries.rows import Library
from ptmdeps.libraries.static import Modules
from ptmdeps.libraries.used import Installed, PythonUsed, read
from tests.unit.libraries.making import library, written

CLIP = Library(module="clip", distributions=("acme-net", "acme.net-cpu"))
METADATA = "Name: x\nVersion: 1.5\n"


@pytest.mark.parametrize(
    "path",
    [
        "lib/python3.11/site-packages/acme_net-1.5.dist-info",
        "lib/python3.13t/site-packages/Acme.Net-1.5.dist-info",
        "lib/pypy3.10/site-packages/acme_net-1.5.egg-info",
        "Lib/site-packages/acme_net-1.5.dist-info",
        "lib/python3.11/site-packages/acme_net_cpu-1.5.dist-info",
    ],
)
def test_environment_that_lies_elsewhere(tmp_path: Path, path: str) -> None:
    prefix = written(tmp_path / "environment", {f"{path}/METADATA": METADATA})
    packages = (prefix / path).parent
    in_use = PythonUsed(tmp_path / "project", prefix).of(CLIP)
    assert in_use.installed == Installed(version=Version("1.5"), packages=packages)
    assert in_use and not in_use.locked and not in_use.allowed


def test_chosen_environment_goes_before_the_one_in_the_project(tmp_path: Path) -> None:
    path = "lib/python3.11/site-packages"
    written(tmp_path, {f".venv/{path}/acme_net-1.0.dist-info/METADATA": METADATA})
    prefix = written(tmp_path / "conda", {f"{path}/acme_net-1.5.dist-info/METADATA": METADATA})
    inside, chosen = PythonUsed(tmp_path).of(CLIP).installed, PythonUsed(tmp_path, prefix).of(CLIP).installed
    assert inside and chosen and (inside.version, chosen.version) == (Version("1.0"), Version("1.5"))
    assert inside.packages == tmp_path / ".venv" / path
    written(tmp_path / "empty", {f"{path}/other-1.5.dist-info/METADATA": METADATA})
    assert PythonUsed(tmp_path, tmp_path / "empty").of(CLIP).installed == inside


def test_library_of_which_nothing_is_known(tmp_path: Path) -> None:
    assert not PythonUsed(tmp_path, tmp_path / "absent").of(CLIP)


def test_declared_library_is_in_use(tmp_path: Path) -> None:
    in_use = PythonUsed(written(tmp_path, {"requirements.txt": "acme-net>=1\n"})).of(CLIP)
    assert in_use and in_use.allowed and str(in_use.allowed.specifier) == ">=1"


def test_entries_with_faults_are_left_out(tmp_path: Path) -> None:
    table = """
    _MODELS = {
        "good": "https://example.org/good.pt",
        "bad": "file:///etc/passwd",
        "worse": "https://example.org/\\x1b[2J.pt",
        "b\\nad": "https://example.org/name.pt",
    }
    """
    modules: Modules = library(tmp_path, {"clip/__init__.py": "", "clip/clip.py": table})
    assert list(read(CLIP, modules)) == ["good"]
