"""Libraries with caches of their own read what is locked, by the parts of them that the hook changes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from ptmdeps.hook.ptmdeps_hook import fetched

URL = "https://models.example/net.h5"


@pytest.fixture
def locked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An environment with one locked file, and where that is."""
    monkeypatch.setenv("PTMDEPS_ENVIRONMENT", str(tmp_path))
    path = tmp_path / "files" / "ultralytics" / "acme8n.pt"
    note = tmp_path / "files" / "index" / f"{hashlib.sha256(URL.encode()).hexdigest()[:32]}.json"
    for one, text in ((path, "weights"), (note, json.dumps({"url": URL, "path": "files/ultralytics/acme8n.pt"}))):
        one.parent.mkdir(parents=True)
        one.write_text(text)
    return path


def own(*arguments: object, **keywords: object) -> tuple[object, ...]:
    """What a library does itself: it says how it was called."""
    return (*arguments, *sorted(keywords.items()))


def keras() -> Callable[..., Any]:
    module = SimpleNamespace(get_file=own)
    fetched.read_keras(module)
    get_file: Callable[..., Any] = module.get_file
    return get_file


def test_keras_reads_what_is_locked(locked: Path) -> None:
    assert keras()("net.h5", URL, cache_subdir="models", file_hash="0123") == str(locked)
    assert keras()(fname="net.h5", origin=URL) == str(locked)
    assert keras()("net.h5", URL, untar=False, extract=False) == str(locked)


def test_keras_does_itself_what_it_does_with_other_files(locked: Path) -> None:
    assert locked.is_file()
    assert keras()("other.h5", "https://models.example/other.h5") == ("other.h5", "https://models.example/other.h5")
    assert keras()("net", URL, extract=True) == ("net", URL, ("extract", True))
    assert keras()("net", URL, True) == ("net", URL, True)
    assert keras()("net") == ("net",)


def test_flair_reads_what_is_locked(locked: Path) -> None:
    module = SimpleNamespace(get_from_cache=own, Path=Path)
    fetched.read_flair(module)
    assert module.get_from_cache(URL, Path("cache")) == locked
    assert module.get_from_cache("https://models.example/x", Path("cache"))[0] == "https://models.example/x"


def test_ultralytics_reads_what_is_locked_before_the_working_directory(
    locked: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    checks = SimpleNamespace(check_yolov5u_filename=lambda name: name.replace("acme5n", "acme8n"))
    module = SimpleNamespace(attempt_download_asset=own, checks=checks)
    fetched.read_ultralytics(module)
    monkeypatch.chdir(tmp_path)
    Path("acme8n.pt").write_text("something else")
    assert module.attempt_download_asset("acme8n.pt") == str(locked)
    assert module.attempt_download_asset(" 'acme5n.pt'") == str(locked)
    assert module.attempt_download_asset("runs/acme8n.pt") == ("runs/acme8n.pt",)
    assert module.attempt_download_asset(Path("acme9.pt"), release="v1") == (Path("acme9.pt"), ("release", "v1"))


def test_outside_of_an_environment_nothing_is_different(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PTMDEPS_ENVIRONMENT", raising=False)
    assert keras()("net.h5", URL) == ("net.h5", URL)
