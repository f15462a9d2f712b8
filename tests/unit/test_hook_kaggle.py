"""What the hook makes of `kagglehub` and `tensorflow_hub`, by the parts of them that it changes.

The clients themselves are tried in `tests/loaders/test_kaggle.py` and `test_tensorflow_hub.py`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from ptmdeps.hook.ptmdeps_hook import kagglehub, tensorflow_hub

NAME = "acme/net/pyTorch/base"


@dataclass(frozen=True)
class Handle:
    """As `kagglehub.handle.ModelHandle`."""

    owner: str
    model: str
    framework: str
    variation: str
    version: int | None


@pytest.fixture
def environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An environment with one model of each hub, and a report."""
    folder = tmp_path / ".ptm"
    for path, text in {
        f"kagglehub/refs/{NAME}/version": "3",
        f"kagglehub/models/{NAME}/3/config.json": "{}",
        f"kagglehub/models/{NAME}/3.complete": "",
        f"kagglehub/models/{NAME}/.complete/3/config.json.complete": "",
        f"tfhub/{hashlib.sha1(b'https://tfhub.dev/a/b', usedforsecurity=False).hexdigest()}/saved_model.pb": "graph",
    }.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    monkeypatch.setenv("PTMDEPS_ENVIRONMENT", str(folder))
    monkeypatch.setenv("PTMDEPS_REPORT", str(tmp_path / "report"))
    (tmp_path / "report").touch()
    return folder


def registry(environment: Path, *, versions: bool = True) -> Any:
    """As `kagglehub.registry`: what would ask Kaggle is the last way, what looks into the cache the first."""

    def cached(handle: Handle, path: str | None, *, force_download: bool) -> object:
        assert not force_download
        folder = environment / "kagglehub/models" / NAME / str(handle.version)
        found = str(folder / path if path else folder)
        return (found, handle.version) if versions else found

    def ask(*_: object, **__: object) -> object:
        raise AssertionError("Kaggle was asked")

    module = SimpleNamespace(model_resolver=SimpleNamespace(_impls=[cached, ask], name="models"), dataset_resolver=ask)
    kagglehub.keep_inside(module)
    return module


def handle(version: int | None = None, model: str = "net") -> Handle:
    return Handle(owner="acme", model=model, framework="pyTorch", variation="base", version=version)


@pytest.mark.parametrize("version", [None, 3])
def test_handles_mean_what_is_locked(environment: Path, version: int | None) -> None:
    resolver = registry(environment).model_resolver
    folder = str(environment / "kagglehub/models" / NAME / "3")
    assert resolver(handle(version)) == (folder, 3)
    assert resolver(handle(version), "config.json", force_download=True) == (f"{folder}/config.json", 3)
    assert resolver.name == "models"


def test_files_can_go_where_the_program_wants_them(environment: Path, tmp_path: Path) -> None:
    target = tmp_path / "elsewhere"
    found, version = registry(environment).model_resolver(handle(), output_dir=str(target))
    assert (Path(found), version) == (target, 3)
    assert (target / "config.json").read_text() == "{}"
    older = registry(environment, versions=False).model_resolver
    assert older(handle(), "config.json", output_dir=str(tmp_path / "x")) == str(tmp_path / "x/config.json")
    assert (tmp_path / "x/config.json").read_text() == "{}"


@pytest.mark.parametrize(
    ("asked", "path", "name"),
    [
        (handle(4), None, f"kaggle:{NAME}@4"),
        (handle(3), "weights.bin", f"kaggle:{NAME}@3"),
        (handle(model="other"), None, "kaggle:acme/other/pyTorch/base"),
    ],
)
def test_a_model_of_kaggle_that_is_not_locked_is_named(
    environment: Path, tmp_path: Path, asked: Handle, path: str | None, name: str
) -> None:
    with pytest.raises(RuntimeError, match=f"the model `{name}` is not in ptm.lock") as caught:
        registry(environment).model_resolver(asked, path)
    assert f"ptmdeps install {name}" in str(caught.value)
    assert json.loads((tmp_path / "report").read_text())["model"] == name


def test_a_damaged_note_locks_nothing(environment: Path) -> None:
    (environment / "kagglehub/refs" / NAME / "version").write_text("three")
    with pytest.raises(RuntimeError, match=r"not in ptm\.lock"):
        registry(environment).model_resolver(handle())


def test_other_things_of_kaggle_are_left_alone(environment: Path) -> None:
    with pytest.raises(AssertionError, match="Kaggle was asked"):
        registry(environment).dataset_resolver("acme/data")


class Resolver:
    """As `HttpCompressedFileResolver`."""

    __call__: Callable[..., str]
    is_supported: Callable[..., bool]

    def is_http_protocol(self, handle: str) -> bool:
        return handle.startswith("https://")


def compressed() -> Any:
    """As `tensorflow_hub.compressed_module_resolver`."""

    class Own(Resolver):
        """Each test changes its own."""

    class Manager:
        def __init__(self, handle: str) -> None:
            self.handle = handle

        def download_and_uncompress(self, stream: Any, folder: str) -> None:
            Path(folder, "saved_model.pb").write_bytes(stream.read())

    def atomic_download(handle: str, fetch: Callable[[str, str], None], folder: str) -> str:
        Path(folder).mkdir()
        fetch(handle, folder)
        return folder

    module = SimpleNamespace(
        HttpCompressedFileResolver=Own,
        resolver=SimpleNamespace(DownloadManager=Manager, atomic_download=atomic_download),
    )
    tensorflow_hub.keep_inside(module)
    return module


def test_handles_of_tensorflow_hub_mean_what_is_locked(environment: Path, tmp_path: Path) -> None:
    resolver = compressed().HttpCompressedFileResolver()
    assert resolver.is_supported("https://tfhub.dev/a/b")
    assert not resolver.is_supported("/a/folder")
    assert Path(resolver("https://tfhub.dev/a/b"), "saved_model.pb").read_text() == "graph"
    assert Path(resolver("https://tfhub.dev/a/b")).is_relative_to(environment)
    name = "tfhub:https://tfhub.dev/a/b/"
    with pytest.raises(RuntimeError, match=f"the model `{name}` is not in ptm.lock"):
        resolver("https://tfhub.dev/a/b/")
    assert json.loads((tmp_path / "report").read_text())["model"] == name


def test_an_archive_at_an_address_is_unpacked(environment: Path) -> None:
    url = "https://models.acme/b.tar.gz"
    index = environment / "files/index"
    index.mkdir(parents=True)
    (environment / "files/b.tar.gz").write_text("archive")
    note = json.dumps({"url": url, "path": "files/b.tar.gz", "etag": ""})
    (index / f"{hashlib.sha256(url.encode()).hexdigest()[:32]}.json").write_text(note)
    found = Path(compressed().HttpCompressedFileResolver()(url))
    assert (found / "saved_model.pb").read_text() == "archive"
    assert found.parent == environment / "tfhub/.unpacked"


def test_outside_of_an_environment_nothing_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PTMDEPS_ENVIRONMENT", raising=False)
    resolver = object()
    module = SimpleNamespace(model_resolver=resolver)
    kagglehub.keep_inside(module)
    assert module.model_resolver is resolver
    assert not hasattr(compressed().HttpCompressedFileResolver, "is_supported")
