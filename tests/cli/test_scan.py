"""What a user of ``ptmdeps scan`` sees and gets."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from embedded_hub import models
from tests.cli.conftest import Session

Snapshot = Callable[[Session], None]

APP = """\
from transformers import AutoModel, AutoTokenizer

NAME = "acme/sentiment"

model = AutoModel.from_pretrained(
    "acme/sentiment",  # the small one
    torch_dtype="auto",
)
tokenizer = AutoTokenizer.from_pretrained(NAME)
"""
CLI = """\
import argparse
from transformers import AutoModel

parser = argparse.ArgumentParser()
parser.add_argument("--model", default="acme/sentiment")
arguments = parser.parse_args()
AutoModel.from_pretrained(arguments.model, revision="main")
AutoModel.from_pretrained("acme/sentiment", revision="main").to("cuda")
AutoModel.from_pretrained("acme/embeddings")
AutoModel.from_pretrained(input())
AutoModel.from_pretrained("./checkpoint")
"""
TEST = 'from transformers import AutoModel\n\nAutoModel.from_pretrained("acme/tiny")\n'


@pytest.fixture
def project(session: Session) -> Session:
    """A project of several files, whose models the hub has but for one."""
    session.hub.repositories.create("acme/sentiment", models.bert_classifier())
    session.hub.repositories.create("acme/embeddings", models.bert_encoder())
    session.write("app.py", APP)
    session.write("cli.py", CLI)
    session.write("tests/test_app.py", TEST)
    return session


def test_scan_shows_outcomes_apart(project: Session, snapshot: Snapshot) -> None:
    for command in (
        "scan",
        "scan --all",
        "scan --explain",
        "scan --scope all",
        "scan --scope test",
        "scan --scope nonsense",
        "scan tests/test_app.py",
        "scan --unresolved",
    ):
        project.run(command)
    snapshot(project)


def test_scan_writes_locked_commits_into_code(project: Session, snapshot: Snapshot) -> None:
    project.run("scan --fix")
    project.run("-q lock")
    for command in ("scan --diff", "scan --fix", "scan --diff", "lock", "scan --fix --diff", "scan"):
        project.run(command)
    for path in ("app.py", "cli.py"):
        project.note(f"{path}\n{(project.project / path).read_text()}")
    snapshot(project)


def test_the_diff_is_a_patch_that_gives_what_the_fix_gives(project: Session) -> None:
    project.write("windows.py", APP.replace("\n", "\r\n"))
    project.write("end.py", TEST.rstrip().replace("tiny", "sentiment"))
    project.run("-q lock")
    names = ("app.py", "cli.py", "windows.py", "end.py")
    # in a process of its own, because the runner of these tests shows Windows line ends as others
    command = [sys.executable, "-m", "ptmdeps", "--project", str(project.project), "scan", "--diff"]
    shown = subprocess.run(command, capture_output=True, check=False)
    assert shown.returncode == 1
    before = {name: (project.project / name).read_bytes() for name in names}
    assert project.run("scan --fix") == 0
    fixed = {name: (project.project / name).read_bytes() for name in names}
    for name, data in before.items():
        (project.project / name).write_bytes(data)
    subprocess.run(["git", "apply", "-"], input=shown.stdout, cwd=project.project, check=True)
    assert {name: (project.project / name).read_bytes() for name in names} == fixed
    assert all(b'revision="' in data for data in fixed.values())


def test_scan_documents_models_in_a_readme(project: Session, snapshot: Snapshot) -> None:
    project.write("README.md", "# Demo\n")
    for command in ("scan --write README.md --check", "scan --write README.md", "scan --write README.md --check"):
        project.run(command)
    project.run("-q lock")
    project.note("locked")
    for command in ("scan --write README.md --check", "scan --write README.md", "scan --format markdown"):
        project.run(command)
    project.write("app.py", f"\n\n{APP}")
    project.note("code moved")
    project.run("scan --write README.md --check")
    project.write("README.md", "<!-- ptmdeps:end -->\n")
    project.note("somebody removed a marker")
    project.run("scan --write README.md")
    snapshot(project)


def test_documents_elsewhere_and_other_bytes_are_left_alone(project: Session) -> None:
    other = project.project.parent / "other.md"
    other.write_bytes(b"# x\n")
    (project.project / "LINK.md").symlink_to(other)
    assert project.run("scan --write LINK.md") == 2
    assert other.read_bytes() == b"# x\n"
    (project.project / "BYTES.md").write_bytes(b"\xff")
    assert project.run("scan --write BYTES.md") == 2
    (project.project / "INNER.md").symlink_to("README.md")
    assert project.run("scan --write INNER.md") == 0
    assert (project.project / "INNER.md").is_symlink()
    assert "acme/sentiment" in (project.project / "README.md").read_text()


def test_what_is_no_document_is_not_read(project: Session) -> None:
    assert project.run("scan --write /dev/null") == 2
    assert "is no ordinary file" in project.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device that is always full is only there on Linux")
def test_result_that_cannot_be_written_is_said(project: Session) -> None:
    command = [sys.executable, "-m", "ptmdeps", "scan", "--format", "json"]
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(command, cwd=project.project, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr == "error: standard output cannot be written: No space left on device\n"


def test_a_locked_load_is_a_note_in_sarif(project: Session) -> None:
    def levels() -> dict[str, str]:
        project.run("scan --format sarif")
        results = json.loads(project.stdout)["runs"][0]["results"]
        return {
            f"{found['locations'][0]['physicalLocation']['artifactLocation']['uri']} {found['ruleId']}": found["level"]
            for found in results
        }

    assert levels() == {"app.py PTM001": "warning", "cli.py PTM001": "warning", "cli.py PTM003": "warning"}
    project.run("-q lock")
    assert set(levels().values()) == {"note"}


def test_a_lock_that_was_edited_pins_nothing(project: Session) -> None:
    project.run("-q lock")
    lockfile = project.project / "ptm.lock"
    revision = next(line for line in lockfile.read_text().splitlines() if line.startswith('revision = "'))
    lockfile.write_text(lockfile.read_text().replace(revision, f'revision = "{"0" * 40}"'))
    assert project.run("scan --fix") == 2
    assert "changed without locking again" in project.stderr
    assert (project.project / "app.py").read_text() == APP


@pytest.mark.parametrize("command", ["scan --fix --write README.md", "scan --check"])
def test_options_that_contradict_each_other_are_refused(session: Session, command: str) -> None:
    assert session.run(command) == 2
    assert "Error: " in session.stderr


def test_scopes_can_be_a_variable_and_the_manifest_decides_otherwise(
    project: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.write("ptm.toml", 'scopes = ["main", "test"]\n')
    project.run("scan")
    assert "acme/tiny" in project.stdout
    monkeypatch.setenv("PTMDEPS_SCAN_SCOPE", "main")
    project.run("scan")
    assert "acme/tiny" not in project.stdout
