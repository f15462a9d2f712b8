"""spaCy's embedded releases, seen by pip and by plain HTTP."""

from __future__ import annotations

import csv
import importlib.metadata
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from embedded_hub.faults import Corrupt
from embedded_spacy import EmbeddedSpacy, pipeline_wheel
from tests.contract.plain_http import ask

NAME = "en_core_web_sm"


@pytest.fixture
def spacy(tmp_path: Path) -> Iterator[EmbeddedSpacy]:
    with EmbeddedSpacy(tmp_path / "spacy") as running:
        yield running


def table(spacy: EmbeddedSpacy) -> Any:
    return ask(spacy.compatibility_url).json["spacy"]


def install(url: str, folder: Path) -> subprocess.CompletedProcess[str]:
    options = ["--isolated", "--no-deps", "--no-index", "--no-cache-dir", "--disable-pip-version-check", "--quiet"]
    command = [sys.executable, "-m", "pip", "install", *options, "--target", str(folder), url]
    return subprocess.run(command, capture_output=True, text=True, check=False, env=os.environ | {"PIP_NO_INPUT": "1"})


def test_the_table_names_the_versions_for_each_spacy(spacy: EmbeddedSpacy) -> None:
    spacy.publish(NAME, "3.7.1", spacy="3.7")
    spacy.publish(NAME, "3.8.0")
    spacy.publish("de_core_news_sm", "3.8.0")
    spacy.publish(NAME, "3.8.1")
    spacy.publish(NAME, "3.9.0a1", compatible=False)

    assert table(spacy) == {
        "3.7": {NAME: ["3.7.1"]},
        "3.8": {NAME: ["3.8.1", "3.8.0"], "de_core_news_sm": ["3.8.0"]},
    }
    assert [release.tag for release in spacy.models.releases][:2] == [f"{NAME}-3.9.0a1", f"{NAME}-3.8.1"]


def test_pip_installs_a_pipeline(spacy: EmbeddedSpacy, tmp_path: Path) -> None:
    spacy.publish(NAME, "3.8.0")

    done = install(spacy.wheel_url(NAME, "3.8.0"), tmp_path / "site")

    assert done.returncode == 0, done.stderr
    (found,) = importlib.metadata.distributions(path=[str(tmp_path / "site")])
    assert (found.metadata["Name"], found.version) == (NAME, "3.8.0")
    assert [(entry.group, entry.name, entry.value) for entry in found.entry_points] == [("spacy_models", NAME, NAME)]
    meta = json.loads((tmp_path / f"site/{NAME}/{NAME}-3.8.0/meta.json").read_text())
    assert (meta["lang"], meta["name"], meta["spacy_version"]) == ("en", "core_web_sm", ">=3.8.0,<3.9.0")
    files = {file for file in map(str, found.files or ()) if "__pycache__" not in file}
    assert {f"{NAME}/{NAME}-3.8.0/config.cfg", f"{NAME}/{NAME}-3.8.0/tokenizer", f"{NAME}/__init__.py"} < files


def test_a_damaged_wheel_is_not_installed(spacy: EmbeddedSpacy, tmp_path: Path) -> None:
    spacy.publish(NAME, "3.8.0")
    spacy.faults.add(Corrupt(position=len(pipeline_wheel(NAME, "3.8.0")) - 10), path="^/release-assets/", times=1)

    assert install(spacy.wheel_url(NAME, "3.8.0"), tmp_path / "damaged").returncode != 0
    assert install(spacy.wheel_url(NAME, "3.8.0"), tmp_path / "whole").returncode == 0


def test_wheels_are_the_same_each_time_and_differ_by_what_they_are(tmp_path: Path) -> None:
    wheel = pipeline_wheel(NAME, "3.8.0")

    assert pipeline_wheel(NAME, "3.8.0") == wheel
    others = [pipeline_wheel(NAME, "3.8.1"), pipeline_wheel(NAME, "3.8.0", punctuation=("!",))]
    assert len({wheel, *others}) == 3
    path = tmp_path / f"{NAME}-3.8.0-py3-none-any.whl"
    path.write_bytes(
        pipeline_wheel(NAME, "3.8.0", requires=["spacy-curated-transformers>=0.2"], licence="CC-BY-SA-4.0")
    )
    assert install(str(path), tmp_path / "site").returncode == 0
    (found,) = importlib.metadata.distributions(path=[str(tmp_path / "site")])
    assert found.requires == ["spacy-curated-transformers>=0.2"]
    assert found.metadata["License"] == "CC-BY-SA-4.0"
    record = found.read_text("RECORD") or ""
    assert all(
        digest.startswith("sha256=") for path, digest, _ in csv.reader(record.splitlines()) if path[-6:] == "ta.json"
    )


def test_a_version_that_was_never_released(spacy: EmbeddedSpacy) -> None:
    assert ask(spacy.wheel_url(NAME, "0.0.1")).status == 404
