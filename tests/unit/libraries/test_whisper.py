"""The tables of openai-whisper and faster-whisper."""

from __future__ import annotations

from pathlib import Path

import pytest

from ptmdeps.identity import ModelKey
from ptmdeps.libraries import faster_whisper, whisper
from ptmdeps.libraries.lookup import find
from ptmdeps.libraries.table import Entry
from ptmdeps.libraries.used import PythonUsed
from tests.unit.libraries.making import library

DIGEST = "ab" * 32
WHISPER = f"""
    raise SystemExit("imported")
    HOST = "https://acme.example"
    _MODELS = {{
        "tiny": "https://acme.example/models/{DIGEST}/tiny.pt",
        "base": f"{{HOST}}/models/base.pt",
        "odd": 7,
    }}
"""


def test_sizes_have_addresses_with_hashes(tmp_path: Path) -> None:
    address = f"https://acme.example/models/{DIGEST}/tiny.pt"
    assert whisper.read(library(tmp_path, {"whisper/__init__.py": WHISPER})) == {
        "tiny": (Entry(key=ModelKey("url", address), reads="whisper", hash=f"sha256:{DIGEST}"),),
        "base": (Entry(key=ModelKey("url", "https://acme.example/models/base.pt"), reads="whisper"),),
    }


@pytest.mark.parametrize("text", ["", "_MODELS = load()", "_MODELS = ['tiny']", "def ("])
def test_no_table_of_whisper(tmp_path: Path, text: str) -> None:
    assert whisper.read(library(tmp_path, {"whisper/__init__.py": text})) == {}


NOW = """
    _MODELS = {"tiny": "acme/fast-tiny", "turbo": "acme/fast-turbo"}

    def download_model(size_or_id, output_dir=None, revision=None):
        if re.match(r".*/.*", size_or_id):
            repo_id = size_or_id
        else:
            repo_id = _MODELS.get(size_or_id)
            if repo_id is None:
                raise ValueError("Invalid model size '%s'" % size_or_id)
        kwargs = {"revision": revision}
        if output_dir is not None:
            kwargs["local_dir"] = output_dir
        return huggingface_hub.snapshot_download(repo_id, allow_patterns=["model.bin"], **kwargs)
"""
ONCE = """
    _MODELS = ("tiny", "turbo")

    def download_model(size, output_dir=None):
        if size not in _MODELS:
            raise ValueError(size)
        repo_id = "acme/fast-%s" % size
        return huggingface_hub.snapshot_download(repo_id)
"""


@pytest.mark.parametrize("text", [NOW, ONCE])
def test_sizes_have_repositories(tmp_path: Path, text: str) -> None:
    assert faster_whisper.read(library(tmp_path, {"faster_whisper/utils.py": text})) == {
        size: (Entry(key=ModelKey("huggingface", f"acme/fast-{size}"), reads="faster-whisper"),)
        for size in ("tiny", "turbo")
    }


@pytest.mark.parametrize(
    "text", ["", "_MODELS = ('tiny',)", "_MODELS = ('tiny',)\ndef download_model(size): snapshot_download(f(size))"]
)
def test_no_repositories(tmp_path: Path, text: str) -> None:
    assert faster_whisper.read(library(tmp_path, {"faster_whisper/utils.py": text})) == {}


@pytest.mark.parametrize(("reads", "hub"), [("whisper", "url"), ("faster-whisper", "huggingface"), ("", "url")])
def test_what_reads_a_size_decides_which_table_counts(tmp_path: Path, reads: str, hub: str) -> None:
    answer = find(ModelKey("whisper", "large-v3"), PythonUsed(tmp_path), reads=reads)
    assert [entry.key.hub for entry in answer.entries] == [hub]


@pytest.mark.parametrize(("requirement", "hub"), [("faster-whisper==1.2.1", "huggingface"), ("openai-whisper", "url")])
def test_library_that_the_project_uses_goes_first(tmp_path: Path, requirement: str, hub: str) -> None:
    (tmp_path / "requirements.txt").write_text(f"{requirement}\n", encoding="utf-8")
    answer = find(ModelKey("whisper", "large-v3"), PythonUsed(tmp_path))
    assert [entry.key.hub for entry in answer.entries] == [hub]
