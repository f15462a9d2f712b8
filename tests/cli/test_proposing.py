"""``ptmdeps pr`` as a user sees it, with the embedded hub and real Git."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable

import pytest

from embedded_hub import models
from tests.cli.conftest import Session

Snapshot = Callable[[Session], None]

LOADS = 'from transformers import AutoModel\n\nmodel = AutoModel.from_pretrained("acme/sentiment")\n'
BRANCHES = "refs/heads/ptmdeps"


def git(session: Session, *arguments: str) -> str:
    command = ["git", "-C", str(session.project), "-c", "user.name=Ada", "-c", "user.email=ada@acme.example"]
    return subprocess.run([*command, *arguments], check=True, capture_output=True, text=True).stdout.strip()


@pytest.fixture
def moved(session: Session, monkeypatch: pytest.MonkeyPatch) -> Session:
    """A committed project whose one model was trained anew since."""
    for name in [name for name in os.environ if name.startswith(("GITHUB_", "GITLAB_", "GITEA_", "CI_", "GIT_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_SYSTEM", os.devnull)
    session.hub.repositories.create("acme/sentiment", models.bert_classifier())
    session.write("app.py", LOADS)
    session.run("-q lock")
    git(session, "init", "-q", "-b", "main")
    git(session, "add", ".")
    git(session, "commit", "-q", "-m", "Begin")
    new = models.bert_classifier(seed="v2", facts={"license": "mit"})
    session.hub.repositories["acme/sentiment"].commit(new, message="Retrain", author="eve")
    session.transcript.clear()
    return session


def branches(session: Session) -> list[str]:
    return git(session, "for-each-ref", "--format=%(refname:short) %(objectname)", BRANCHES).splitlines()


def test_pull_requests_without_a_forge(moved: Session, snapshot: Snapshot) -> None:
    moved.run("pr --print")
    assert "acme/sentiment" in moved.stdout and "mit" in moved.stdout
    moved.transcript.clear()
    moved.run("pr --local --dry-run")
    assert branches(moved) == []
    moved.run("pr --local")
    made = branches(moved)
    assert len(made) == 1
    moved.run("pr --local")
    assert branches(moved) == made
    assert git(moved, "status", "--porcelain") == ""
    snapshot(moved)


def test_the_branch_holds_the_lock_that_an_upgrade_would_write(moved: Session) -> None:
    assert moved.run("pr --local") == 0
    name = branches(moved)[0].split()[0]
    message = git(moved, "log", "-1", "--format=%B", name)
    assert "updated-models:" in message and "Ptmdeps-Digest: " in message
    assert git(moved, "diff", "--name-only", "main", name) == "ptm.lock"
    proposed = git(moved, "show", f"{name}:ptm.lock")
    assert moved.run("-q upgrade --no-sync") == 0
    assert (moved.project / "ptm.lock").read_text(encoding="utf-8").strip() == proposed


def test_a_group_and_programs(moved: Session) -> None:
    moved.run("pr --local --dry-run --group weekly --format json acme/sentiment")
    (action,) = json.loads(moved.stdout)["actions"]
    assert action["action"] == "open" and action["branch"].startswith("ptmdeps/group-weekly-")
    moved.run("pr --print --format json")
    (offer,) = json.loads(moved.stdout)
    assert offer["base"] == "main" and "ptm.lock" in offer["files"]


def test_a_second_project_of_a_repository(moved: Session) -> None:
    folder = moved.project / "packages" / "search"
    folder.mkdir(parents=True)
    for name in ("app.py", "ptm.lock"):
        (moved.project / name).rename(folder / name)
    (folder / "ptm.toml").write_text("")
    git(moved, "add", "-A")
    git(moved, "commit", "-q", "-m", "Move")
    assert moved.run(f"--project {folder} pr --local") == 0
    assert git(moved, "diff", "--name-only", "main", branches(moved)[0].split()[0]) == "packages/search/ptm.lock"


def test_what_people_are_told(moved: Session, snapshot: Snapshot) -> None:
    moved.run("pr")
    moved.run("pr --local --print")
    moved.run("pr --forge github")
    git(moved, "remote", "add", "origin", "https://github.com/acme/search.git")
    moved.run("pr")
    moved.write("app.py", LOADS.replace("sentiment", "other"))
    moved.run("pr --print")
    moved.write("app.py", LOADS)
    moved.write("ptm.toml", "[pr]\nautomerge = ['everything']\n")
    moved.run("pr --print")
    snapshot(moved)


def test_a_lock_that_is_not_committed_is_no_base(moved: Session) -> None:
    assert moved.run("-q upgrade --no-sync") == 0
    new = models.bert_classifier(seed="v3")
    moved.hub.repositories["acme/sentiment"].commit(new, message="Again")
    assert moved.run("pr --local") == 2
    assert "this is not its checkout" in moved.stderr


def test_outside_of_a_repository(session: Session) -> None:
    session.hub.repositories.create("acme/sentiment", models.bert_classifier())
    session.write("app.py", LOADS)
    session.run("-q lock")
    assert session.run("pr --local") == 2
    assert "is in no Git repository" in session.stderr
    assert session.run("pr --print") == 0 and session.stdout == ""
