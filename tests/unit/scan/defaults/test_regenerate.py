"""Renewing the shipped table from unpacked wheels."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ptmdeps.scan.defaults import regenerate
from ptmdeps.scan.defaults.regenerate import main, regenerated
from ptmdeps.scan.defaults.tables import VERSIONS

Write = Callable[..., Path]

SHIPPED = Path(regenerate.__file__).with_name(VERSIONS)


def test_nothing_to_add_gives_the_shipped_bytes(tmp_path: Path) -> None:
    assert regenerated(tmp_path) == SHIPPED.read_text(encoding="utf-8")


def test_new_wheels_are_added(write: Write) -> None:
    code = "class KeyBERT:\n def __init__(self, model={!r}): ..."
    files = {
        "one/keybert/__init__.py": code.format("a/new"),
        "one/keybert-99.0.dist-info/METADATA": "",
        "two/keybert/__init__.py": code.format("a/new"),
        "two/keybert-99.1.dist-info/METADATA": "",
        "three/keybert/__init__.py": "class KeyBERT: ...",
        "three/keybert-99.2.dist-info/METADATA": "",
        "other/readme.txt": "",
    }
    text = regenerated(write(dict(files)))
    document: dict[str, Any] = json.loads(text)
    before: dict[str, Any] = json.loads(SHIPPED.read_bytes())
    row, old = document.pop("keybert.KeyBERT"), before.pop("keybert.KeyBERT")
    assert document == before
    assert row["read"] == [*old["read"], "99.0", "99.1"]
    assert row["defaults"][""] == [*old["defaults"][""], ["99.0", "a/new", None]]


def test_removed_task_is_written_as_none(write: Write) -> None:
    code = 'SUPPORTED_TASKS = {"ner": {"default": {"model": ("a/b", "1234567")}}}'
    root = write({"x/transformers/pipelines/__init__.py": code, "x/transformers-99.0.dist-info/METADATA": ""})
    defaults = json.loads(regenerated(root))["transformers.pipeline"]["defaults"]
    assert defaults["ner"][-1] == ["99.0", "a/b", "1234567"]
    assert defaults["fill-mask"][-1] == ["99.0", None, None]


def test_main_writes_the_table(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(regenerate, "__file__", str(tmp_path / "regenerate.py"))
    assert main([str(tmp_path)]) == 0
    assert (tmp_path / VERSIONS).read_bytes() == SHIPPED.read_bytes()


def test_usage(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "ptmdeps.scan.defaults.regenerate", str(tmp_path / "absent")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 2 and "FOLDER" in done.stderr
    assert main([]) == 2
