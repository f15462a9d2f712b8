"""``ptmdeps pr`` as a user sees it, with the embedded hub and real Git."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from embedded_forge import Access, Project
from embedded_forge.github import EmbeddedForgeGitHub
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


@pytest.fixture
def github(moved: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[EmbeddedForgeGitHub]:
    """The same project at a GitHub of its own, whose CI runs this."""
    with EmbeddedForgeGitHub(tmp_path / "forge") as server:
        files = {name: (moved.project / name).read_bytes() for name in ("app.py", "ptm.lock")}
        server.create("acme/search", files)
        server.grant("secret", Access(login="bot", app=True))
        monkeypatch.setenv("GITHUB_ACTIONS", "true")
        monkeypatch.setenv("GITHUB_API_URL", server.api)
        monkeypatch.setenv("GITHUB_SERVER_URL", server.api.partition("/api")[0])
        monkeypatch.setenv("GITHUB_REPOSITORY", "acme/search")
        monkeypatch.setenv("GITHUB_TOKEN", "secret")
        moved.replacements[server.api] = "[api]"
        moved.replacements[server.api.partition("/api")[0]] = "[github]"
        yield server


def there(server: EmbeddedForgeGitHub) -> Project:
    found = server.state.project("acme/search")
    assert found is not None
    return found


def test_on_github(moved: Session, github: EmbeddedForgeGitHub, snapshot: Snapshot) -> None:
    moved.write("ptm.toml", '[pr]\nlabels = ["models"]\ndashboard = true\n')
    moved.run("pr")
    (one,) = there(github).pulls.values()
    assert one.labels == {"models"} and "mit" in one.body.lower() and one.author.startswith("bot")
    (issue,) = there(github).issues.values()
    assert one.branch.split("/")[1][:5] == "acme-" and f"[{one.number}]" in issue.body
    before = len(github.writes)
    moved.run("pr")
    assert len(github.writes) == before
    new = models.bert_classifier(seed="v3")
    moved.hub.repositories["acme/sentiment"].commit(new, message="Again")
    moved.note("upstream moved again")
    moved.run("pr")
    assert [found.state for found in there(github).pulls.values()] == ["closed", "open"]
    snapshot(moved)
    before = len(github.writes)
    moved.run("pr --format json")
    assert len(github.writes) == before
    (action,) = json.loads(moved.stdout)["actions"]
    assert (action["action"], action["theirs"], action["number"]) == ("leave", False, 3)


def test_a_token_without_permission(moved: Session, github: EmbeddedForgeGitHub) -> None:
    github.grant("secret", Access(login="bot", app=True, may=frozenset({"contents"})))
    assert moved.run("pr") == 2
    assert "pull" in moved.stderr and "secret" not in moved.stdout + moved.stderr
    github.grant("secret", Access(login="bot", app=True))
    assert moved.run("pr") == 0
    assert [found.state for found in there(github).pulls.values()] == ["open"]


def test_what_a_forge_refuses_is_told_and_hinders_nothing(moved: Session, github: EmbeddedForgeGitHub) -> None:
    moved.write("ptm.toml", '[pr]\nreviewers = ["nobody"]\nlabels = ["models"]\ndashboard = true\n')
    github.grant("secret", Access(login="bot", may=frozenset({"contents", "pull_requests"})))
    assert moved.run("pr") == 0
    assert "reviewers: " in moved.stderr and "the dashboard: " in moved.stderr
    (one,) = there(github).pulls.values()
    assert one.state == "open" and not there(github).issues


def test_only_looking_needs_no_token(
    moved: Session, github: EmbeddedForgeGitHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("GITHUB_TOKEN")
    assert moved.run("pr --dry-run") == 0
    assert moved.stdout.startswith("+ open ") and github.writes == ()
    assert moved.run("pr") == 2
    assert "there is no token" in moved.stderr


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
