"""Sessions with ``check``: real environments, real pip, lock files on disk."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from embedded_hub import models
from tests.cli.conftest import Session
from tests.wheels import environment, install, only_folder, wheel

Snapshot = Callable[[Session], None]

CODE = 'from transformers import AutoModel\n\nmodel = AutoModel.from_pretrained("acme/{}")\n'
UV = '[[package]]\nname = "transformers"\nversion = "{}"\n\n[[package]]\nname = "safetensors"\nversion = "0.5.0"\n'


@pytest.fixture
def project(session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Session:
    """A project with an environment of its own, that loads a model of a young kind."""
    index = tmp_path / "index"
    for version in ("4.49.0", "4.51.0", "4.57.1"):
        wheel(index, "transformers", version)
    wheel(index, "safetensors", "0.5.0")
    only_folder(monkeypatch, index)
    install(environment(session.project / ".venv"), index, "transformers==4.49.0")
    config = {"model_type": "qwen3", "transformers_version": "4.57.1"}
    files = {**models.bert_encoder(), "config.json": json.dumps(config).encode()}
    session.hub.repositories.create("acme/young", files)
    session.write("app.py", CODE.format("young"))
    session.run("-q lock")
    return session


def test_check_against_environment_and_lock(project: Session, snapshot: Snapshot) -> None:
    project.run("check")
    project.write("uv.lock", UV.format("4.51.0"))
    project.run("-v check")
    project.note("the lock moves, and the environment follows it")
    project.write("uv.lock", UV.format("4.57.1"))
    install(project.project / ".venv", project.project.parent / "index", "transformers==4.57.1", "safetensors")
    project.run("check")
    project.run("check --fail-on warning")
    project.run("check --format json")
    snapshot(project)


def test_check_without_an_environment(project: Session, monkeypatch: pytest.MonkeyPatch, snapshot: Snapshot) -> None:
    prefix = project.project.parent / "tool"
    prefix.mkdir()
    (prefix / "uv-receipt.toml").touch()
    monkeypatch.setattr("sys.prefix", str(prefix))
    (project.project / ".venv").rename(project.project.parent / "elsewhere")
    project.run("-v check")
    project.write("requirements.txt", "torch\ntransformers>=4.40,<4.50\n")
    project.run("check")
    project.run("check --python nothing-here")
    snapshot(project)


def test_check_of_the_policy(session: Session, snapshot: Snapshot) -> None:
    environment(session.project / ".venv")
    session.hub.repositories.create("acme/pickled", models.bert_encoder(storage="pickle", facts={"license": "gpl-3.0"}))
    session.write("app.py", CODE.format("pickled"))
    session.run("-q lock")
    session.write("ptm.toml", '[policy]\npickle = "deny"\nlicenses = { allow = ["MIT"] }\n')
    session.run("check")
    session.write(
        "ptm.toml",
        '[policy]\npickle = "allow"\n[policy.licenses]\nallow = ["MIT"]\n'
        'exceptions = [{ model = "acme/pickled", reason = "asked its authors" }]\n',
    )
    session.run("check")
    snapshot(session)


def test_check_has_nothing_to_look_at(session: Session, snapshot: Snapshot) -> None:
    session.run("check")
    snapshot(session)


def test_check_as_sarif(project: Session) -> None:
    project.write("requirements.txt", "# what we use\ntransformers==4.49.0\n")
    assert project.run("check --format sarif") == 1
    (run,) = json.loads(project.stdout)["runs"]
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]][:4] == ["PTM101", "PTM102", "PTM103", "PTM104"]
    places = {
        (result["ruleId"], result["level"], place["artifactLocation"]["uri"], place["region"]["startLine"])
        for result in run["results"]
        for place in (result["locations"][0]["physicalLocation"],)
    }
    assert ("PTM102", "error", "requirements.txt", 2) in places
    for result in run["results"]:
        assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"]
    assert len({result["partialFingerprints"]["ptmdepsFinding/v1"] for result in run["results"]}) == len(run["results"])
    before = project.stdout
    project.write("requirements.txt", "\n\n# moved\ntransformers==4.49.0\n")
    project.run("check --format sarif")
    after = json.loads(project.stdout)["runs"][0]["results"]
    assert [result["partialFingerprints"] for result in after] == [
        result["partialFingerprints"] for result in json.loads(before)["runs"][0]["results"]
    ]
