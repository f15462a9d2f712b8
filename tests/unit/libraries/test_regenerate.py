"""Renewing the shipped tables from unpacked wheels."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from ptmdeps.libraries import regenerate
from ptmdeps.libraries.regenerate import main, regenerated
from ptmdeps.libraries.shipped_tables import FOLDER
from tests.unit.libraries.making import written

CLIP = """
raise SystemExit("imported")
"""
TABLE = '_MODELS = {{"Net-B/32": "https://example.org/{}.pt"}}'


def wheels(root: Path, **versions: str) -> Path:
    for folder, version in versions.items():
        written(
            root / folder,
            {
                f"openai_clip-{version}.dist-info/METADATA": "",
                "clip/__init__.py": CLIP,
                "clip/clip.py": TABLE.format(folder),
            },
        )
    return root


def documents(folder: Path, *, anew: bool = False) -> dict[str, dict[str, Any]]:
    return {name: json.loads(text) for name, text in regenerated(folder, anew=anew)}


def test_nothing_to_add(tmp_path: Path) -> None:
    assert documents(tmp_path) == {}


def test_new_wheels_are_added(tmp_path: Path) -> None:
    before: dict[str, Any] = json.loads((FOLDER / "openai-clip.json").read_bytes())
    found = documents(wheels(tmp_path, one="98.0", two="99.0"))
    assert list(found) == ["openai-clip.json"]
    document = found["openai-clip.json"]
    assert document["read"] == [*before["read"], "98.0", "99.0"]
    assert document["names"]["RN50"][-1] == ["98.0", None]
    assert document["names"]["Net-B/32"] == [
        ["98.0", {"url": "https://example.org/one.pt"}],
        ["99.0", {"url": "https://example.org/two.pt"}],
    ]


def test_table_from_nothing(tmp_path: Path) -> None:
    document = documents(wheels(tmp_path, one="98.0", two="99.0"), anew=True)["openai-clip.json"]
    assert (document["read"], list(document["names"])) == (["98.0", "99.0"], ["Net-B/32"])


def test_version_in_which_nothing_is_found(tmp_path: Path) -> None:
    written(tmp_path / "bad", {"openai_clip-99.0.dist-info/METADATA": "", "clip/clip.py": "_MODELS = here()"})
    before: dict[str, Any] = json.loads((FOLDER / "openai-clip.json").read_bytes())
    assert documents(tmp_path) == {"openai-clip.json": before}
    assert documents(tmp_path, anew=True) == {}


def test_main_writes_the_tables(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    folder = tmp_path / "shipped"
    folder.mkdir()
    monkeypatch.setattr(regenerate, "FOLDER", folder)
    assert main([str(wheels(tmp_path / "wheels", one="99.0"))]) == 0
    assert [path.name for path in folder.iterdir()] == ["openai-clip.json"]
    assert main(["--anew", str(tmp_path / "wheels")]) == 0
    assert json.loads((folder / "openai-clip.json").read_bytes())["read"] == ["99.0"]


def test_usage(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "ptmdeps.libraries.regenerate", str(tmp_path / "absent")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 2 and "FOLDER" in done.stderr
    assert main([]) == 2 and main(["--anew"]) == 2
