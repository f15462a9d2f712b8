from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from ptmdeps.errors import LockfileError, PtmdepsError
from ptmdeps.lockfile import Lockfile, dumps
from ptmdeps.project import Project
from ptmdeps.upgrade.committed import committed_lockfile


def git(folder: Path, *arguments: str) -> None:
    identity = ["-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false"]
    settings = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    subprocess.run(["git", "-C", str(folder), *identity, *arguments], check=True, capture_output=True, env=settings)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A project below the root of a repository."""
    git(tmp_path, "init", "--quiet")
    folder = tmp_path / "sub" / "project"
    folder.mkdir(parents=True)
    return Project(folder)


def commit(project: Project, content: bytes) -> None:
    project.lockfile.write_bytes(content)
    git(project.root, "add", "--all")
    git(project.root, "commit", "--quiet", "--message", "lock")


def test_the_lock_as_it_was_committed(project: Project) -> None:
    commit(project, dumps(Lockfile()).encode())
    project.lockfile.write_text("changed since")
    assert committed_lockfile(project) == Lockfile()


def test_a_repository_without_commits_or_locks(project: Project) -> None:
    with pytest.raises(PtmdepsError, match=r"no `ptm\.lock` is committed in `HEAD`"):
        committed_lockfile(project)


def test_no_repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    with pytest.raises(PtmdepsError, match="in no Git repository") as caught:
        committed_lockfile(Project(tmp_path))
    assert caught.value.hint


def test_no_git(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(PtmdepsError, match="Git is not installed"):
        committed_lockfile(project)


@pytest.mark.parametrize("content", [b"version = 99\n", b"\xff\xfe", b"no toml"])
def test_what_was_committed_is_no_lock(project: Project, content: bytes) -> None:
    commit(project, content)
    with pytest.raises(LockfileError):
        committed_lockfile(project)
