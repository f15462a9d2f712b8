"""What the hook changes in spaCy and in ModelScope's client, whose shapes are made here."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from ptmdeps.hook.ptmdeps_hook import modelscope, spacy_packages

NOT_FOUND = "[E050] Can't find model '{}'."


@pytest.fixture
def environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """One package and one model at two revisions; and a place for what the hook reports."""
    folder = tmp_path / ".ptm"
    (folder / "spacy" / "en_core_web_sm").mkdir(parents=True)
    for revision in ("master", "feat/wide"):
        snapshot = folder / "modelscope" / "models" / "acme--model" / "snapshots" / revision
        (snapshot / "onnx").mkdir(parents=True)
        (snapshot / "config.json").write_text(revision)
        (snapshot / "onnx" / "model.onnx").write_text(revision)
    (tmp_path / "report").touch()
    monkeypatch.setenv("PTMDEPS_ENVIRONMENT", str(folder))
    monkeypatch.setenv("MODELSCOPE_CACHE", str(folder / "modelscope"))
    monkeypatch.setenv("PTMDEPS_REPORT", str(tmp_path / "report"))
    return folder


def reported(environment: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in (environment.parent / "report").read_text().splitlines()]


def spacy_util() -> Any:
    def load_model(name: Any, *, disable: Any = ()) -> Any:
        if name == "broken":
            raise OSError("[E053] Could not read meta.json")
        if name != "en_core_web_sm":
            raise OSError(NOT_FOUND.format(name))
        return name, disable

    module = SimpleNamespace(load_model=load_model)
    spacy_packages.explain(module)
    return module


def test_spacy_loads_as_ever(environment: Path) -> None:
    assert spacy_util().load_model("en_core_web_sm", disable=["ner"]) == ("en_core_web_sm", ["ner"])
    with pytest.raises(OSError, match=r"^\[E053\] Could not read meta\.json$"):
        spacy_util().load_model("broken")
    assert reported(environment) == []


def test_a_package_that_is_missing_is_named(environment: Path) -> None:
    with pytest.raises(OSError, match=r"the model `spacy:xx_acme_lg` is not in ptm\.lock"):
        spacy_util().load_model("xx_acme_lg")
    assert [entry["model"] for entry in reported(environment)] == ["spacy:xx_acme_lg"]


@pytest.mark.parametrize("name", ["some/folder", Path("other")])
@pytest.mark.usefixtures("environment")
def test_a_folder_that_is_missing_is_no_package(name: Any) -> None:
    with pytest.raises(OSError, match=r"^\[E050\] Can't find model '[^']+'\.$"):
        spacy_util().load_model(name)


def test_spacy_downloads_nothing(environment: Path) -> None:
    asked: list[str] = []
    module: Any = SimpleNamespace(download=asked.append)
    spacy_packages.keep_inside(module)
    assert module.download("en_core_web_sm") is None
    assert module.download("en_core_web_sm-3.8.0", True) is None
    with pytest.raises(RuntimeError, match=r"the model `spacy:de_core_news_sm` is not in ptm\.lock"):
        module.download("de_core_news_sm")
    assert asked == []
    assert [entry["model"] for entry in reported(environment)] == ["spacy:de_core_news_sm"]


def client() -> Any:
    """The functions of modelscope 1.37 and 1.40, which say that they were called."""

    def snapshot_download(
        model_id: Any = None,
        revision: Any = None,
        *,
        cache_dir: Any = None,
        local_dir: Any = None,
        repo_id: Any = None,
        repo_type: Any = None,
    ) -> Any:
        return "network", model_id, revision, cache_dir, local_dir, repo_id, repo_type

    def model_file_download(
        model_id: Any, file_path: Any, revision: Any = None, *, cache_dir: Any = None, local_dir: Any = None
    ) -> Any:
        return "network", model_id, file_path, revision, cache_dir, local_dir

    module = SimpleNamespace(snapshot_download=snapshot_download, model_file_download=model_file_download)
    modelscope.keep_inside(module)
    return module


def test_modelscope_gives_what_is_locked(environment: Path) -> None:
    snapshots = environment / "modelscope" / "models" / "acme--model" / "snapshots"
    module = client()
    assert module.snapshot_download("acme/model") == str(snapshots / "master")
    assert module.snapshot_download(repo_id="acme/model", revision="feat/wide") == str(snapshots / "feat/wide")
    assert module.model_file_download("acme/model", "config.json") == str(snapshots / "master" / "config.json")
    assert module.model_file_download("acme/model", "onnx/model.onnx", "feat/wide") == str(
        snapshots / "feat/wide/onnx/model.onnx"
    )
    assert module.snapshot_download("acme/model", cache_dir=str(environment / "modelscope"))
    assert reported(environment) == []


def test_modelscope_fills_the_folder_that_is_asked_for(environment: Path, tmp_path: Path) -> None:
    module = client()
    assert module.snapshot_download("acme/model", local_dir=tmp_path / "copy") == str(tmp_path / "copy")
    assert (tmp_path / "copy" / "onnx" / "model.onnx").read_text() == "master"
    path = module.model_file_download("acme/model", "onnx/model.onnx", local_dir=str(tmp_path / "one"))
    assert Path(path) == tmp_path / "one" / "onnx" / "model.onnx"
    assert [file.name for file in (tmp_path / "one").rglob("*") if file.is_file()] == ["model.onnx"]
    module.snapshot_download("acme/model", cache_dir="elsewhere")
    assert [entry.get("cache_dir") for entry in reported(environment)] == ["elsewhere"]


@pytest.mark.parametrize(
    ("load", "name"),
    [
        (lambda module: module.snapshot_download("acme/none"), "modelscope:acme/none"),
        (lambda module: module.snapshot_download("acme/model", "v9"), "modelscope:acme/model@v9"),
        (lambda module: module.model_file_download("acme/model", "none.txt"), "modelscope:acme/model"),
        (lambda module: module.snapshot_download("../../etc"), "modelscope:../../etc"),
    ],
)
def test_modelscope_names_what_is_not_locked(environment: Path, load: Callable[[Any], Any], name: str) -> None:
    with pytest.raises(RuntimeError, match=r"is not in ptm\.lock"):
        load(client())
    assert [entry["model"] for entry in reported(environment)] == [name]


@pytest.mark.usefixtures("environment")
def test_datasets_go_their_usual_way() -> None:
    assert client().snapshot_download("acme/texts", repo_type="dataset")[0] == "network"
    assert client().snapshot_download(None)[0] == "network"


def test_the_manager_gives_paths(environment: Path) -> None:
    class DownloadManager:
        def download_repo(self, repo_id: Any, repo_type: Any, revision: Any = None) -> Any:
            return repo_id, repo_type, revision

        def download_file(self, repo_id: Any, repo_type: Any, file_path: Any, revision: Any = None) -> Any:
            return repo_id, repo_type, file_path, revision

    modelscope.keep_manager_inside(SimpleNamespace(DownloadManager=DownloadManager))
    snapshots = environment / "modelscope" / "models" / "acme--model" / "snapshots"
    assert DownloadManager().download_repo("acme/model", "model") == snapshots / "master"
    assert DownloadManager().download_file("acme/model", "model", "config.json") == snapshots / "master" / "config.json"
    assert DownloadManager().download_repo("acme/texts", "dataset") == ("acme/texts", "dataset", None)
