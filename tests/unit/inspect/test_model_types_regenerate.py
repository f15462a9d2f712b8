"""The table of model types, made from folders that look like unpacked wheels."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ptmdeps.inspect.model_types_regenerate import main, regenerated


def release(folder: Path, version: str, *types: str, old: tuple[str, ...] = ()) -> None:
    wheel = folder / f"transformers-{version}"
    auto = wheel / "transformers" / "models" / "auto"
    auto.mkdir(parents=True)
    (wheel / f"transformers-{version}.dist-info").mkdir()
    pairs = ", ".join(f'("{name}", "XConfig")' for name in types)
    (auto / "configuration_auto.py").write_text(f'M = OrderedDict([{pairs}])\nN = {{"no": "type"}}\nP = ("a", "b")\n')
    classes = "".join(f'class C{index}:\n    model_type = "{name}"\n' for index, name in enumerate(old))
    (wheel / "transformers" / "configuration_old.py").write_text(classes)


def types(folder: Path, before: dict[str, str] | None = None, newest: str = "0") -> dict[str, str]:
    found: dict[str, str] = json.loads(regenerated(folder, before or {}, newest))["types"]
    return found


def test_types_come_and_go(tmp_path: Path) -> None:
    release(tmp_path, "4.0.0", "bert", "old")
    release(tmp_path, "4.9.0", "bert", "new", "old")
    release(tmp_path, "4.10.0", "bert", "new", old=("classy",))
    assert types(tmp_path) == {"bert": "", "classy": ">=4.10.0", "new": ">=4.9.0", "old": "<4.10.0"}


def test_one_new_release_is_enough(tmp_path: Path) -> None:
    release(tmp_path, "5.1.0", "bert", "newer")
    before = {"bert": "", "new": ">=4.9.0", "old": "<4.10.0"}
    after = {"bert": "", "new": ">=4.9.0,<5.1.0", "newer": ">=5.1.0", "old": "<4.10.0"}
    assert types(tmp_path, before, "5.0.0") == after


def test_usage(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2 and main([str(tmp_path / "gone")]) == 2
    assert "usage" in capsys.readouterr().err
