"""open_clip reads what is locked from the environment; that the real one does is shown by `tests/loaders`."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from types import SimpleNamespace

import pytest

from ptmdeps.hook.ptmdeps_hook import open_clip

ADDRESS = "https://models.example/mini.pt"


@pytest.fixture
def environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An environment that has the file of one address."""
    name = hashlib.sha256(ADDRESS.encode()).hexdigest()[:32]
    for path, content in {
        "clip/mini.pt": "locked",
        f"files/index/{name}.json": json.dumps({"path": "clip/mini.pt"}),
    }.items():
        (tmp_path / path).parent.mkdir(parents=True)
        (tmp_path / path).write_text(content)
    monkeypatch.setenv("PTMDEPS_ENVIRONMENT", str(tmp_path))
    return tmp_path


@pytest.mark.parametrize("arguments", [(), ("~/other",)])
def test_only_what_is_locked_comes_from_the_environment(environment: Path, arguments: tuple[str, ...]) -> None:
    asked = []

    def download(url: str, cache_dir: str | None = None) -> str:
        asked.append((url, cache_dir))
        return "cache/mini.pt"

    module = SimpleNamespace(download_pretrained_from_url=download)
    open_clip.read_locked(module)

    assert module.download_pretrained_from_url(ADDRESS, *arguments) == str(environment / "clip" / "mini.pt")
    assert module.download_pretrained_from_url(url=f"{ADDRESS}?other", cache_dir="mine") == "cache/mini.pt"
    assert asked == [(f"{ADDRESS}?other", "mine")]
