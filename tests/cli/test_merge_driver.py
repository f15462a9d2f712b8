"""Git merges of ``ptm.lock`` with the merge driver, in real repositories; see docs/how-to/merge-locks.md."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from lockfiles.examples import CONFIG, WEIGHTS, model
from ptmdeps.lockfile import LockedModel, Lockfile, dumps, loads
from ptmdeps.lockfile.conflicts import loads_merged
from tests.unit.lockfile.test_merging import locked, moved

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "merge-locks.md"
A, B, C = (model(f"org/{name}", files=(CONFIG, WEIGHTS)) for name in "abc")


class Repository:
    """A repository whose users did what the page says."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.seconds = 1_700_000_000
        self.git("init", "--quiet", "--initial-branch=main")
        self.git("config", "user.name", "Test")
        self.git("config", "user.email", "test@example.org")
        for command in re.findall(r"^\$ (.*)$", PAGE.read_text(encoding="utf-8"), re.MULTILINE):
            if command.startswith("echo"):
                subprocess.run(command, shell=True, cwd=folder, check=True)  # noqa: S602 - it is on our page
            elif command.startswith("git config"):
                self.git(*shlex.split(command)[1:])

    def git(self, *arguments: str, fails: bool = False) -> str:
        self.seconds += 60
        binaries = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        dates = dict.fromkeys(("GIT_AUTHOR_DATE", "GIT_COMMITTER_DATE"), f"{self.seconds} +0000")
        variables = {**os.environ, **dates, "PATH": binaries, "GIT_CONFIG_GLOBAL": os.devnull}
        done = subprocess.run(
            ["git", *arguments], cwd=self.folder, env=variables, check=False, capture_output=True, text=True
        )
        assert (done.returncode != 0) == fails, done.stdout + done.stderr
        return done.stdout + done.stderr

    @property
    def text(self) -> str:
        return (self.folder / "ptm.lock").read_text(encoding="utf-8")

    def commit(self, content: Lockfile | str) -> None:
        text = content if isinstance(content, str) else dumps(content)
        (self.folder / "ptm.lock").write_text(text, encoding="utf-8")
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", "lock")

    def parted(self, base: Lockfile | str | None, ours: Lockfile | str, theirs: Lockfile | str) -> None:
        self.git("add", ".gitattributes")
        self.git("commit", "--quiet", "--message", "begin")
        if base is not None:
            self.commit(base)
        self.git("checkout", "--quiet", "-b", "theirs")
        self.commit(theirs)
        self.git("checkout", "--quiet", "main")
        self.commit(ours)


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository(tmp_path)


def wide(found: LockedModel) -> Lockfile:
    return locked(A, found, C)


def test_neighbours_that_git_alone_would_leave_in_conflict_merge(repository: Repository) -> None:
    """Added at one place: to Git, two insertions between the same lines."""
    repository.parted(locked(A), locked(A, B), locked(A, C))
    repository.git("merge", "theirs")
    assert loads(repository.text) == locked(A, B, C)
    assert repository.git("status", "--porcelain") == ""


def test_a_dispute_is_a_conflict_to_git_and_heals(repository: Repository) -> None:
    repository.parted(wide(B), wide(moved(B, "1")), locked(A, moved(B, "2")))
    said = repository.git("merge", "theirs", fails=True)
    assert "Both sides changed `org/b` in `ptm.lock`: run `ptmdeps lock`" in said
    assert "CONFLICT (content): Merge conflict in ptm.lock" in said
    assert repository.git("diff", "--name-only", "--diff-filter=U").strip() == "ptm.lock"
    healed = loads_merged(repository.text)
    assert healed.disputed == ("org/b",)
    assert healed.lockfile.models == (A,), "their removal of org/c counts"


def test_a_lock_that_both_sides_began(repository: Repository) -> None:
    repository.parted(None, locked(A), locked(B))
    repository.git("merge", "theirs")
    assert loads(repository.text) == locked(A, B)


def test_a_rebase_and_a_cherry_pick_call_it_too(repository: Repository) -> None:
    repository.parted(locked(A), locked(A, B), locked(A, C))
    repository.git("rebase", "theirs")
    assert loads(repository.text) == locked(A, B, C)
    repository.git("checkout", "--quiet", "theirs")
    repository.git("cherry-pick", "main")
    assert loads(repository.text) == locked(A, B, C)


def test_criss_cross_merges_have_an_ancestor_with_markers(repository: Repository) -> None:
    repository.parted(wide(B), wide(moved(B, "1")), wide(moved(B, "2")))
    repository.git("branch", "mine-alone")
    repository.git("merge", "theirs", fails=True)
    repository.commit(wide(moved(B, "1")))
    repository.git("checkout", "--quiet", "theirs")
    repository.git("merge", "mine-alone", fails=True)
    repository.commit(wide(moved(B, "2")))
    repository.git("merge", "main", fails=True)
    assert loads_merged(repository.text).disputed == ("org/b",)


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        ("version = 99\n", "format version 99"),
        (dumps(locked(moved(A))).replace("revision = ", "revision = 9", 1), "written by a newer ptmdeps"),
        ("not = [toml\n", "no valid TOML"),
    ],
)
def test_what_cannot_be_read_is_merged_as_git_would(repository: Repository, broken: str, reason: str) -> None:
    repository.parted(locked(A), locked(moved(A, "1")), broken)
    said = repository.git("merge", "theirs", fails=True)
    assert "is merged by lines" in said
    assert reason in said
    assert "<<<<<<< ours" in repository.text
    assert "Traceback" not in said


def test_the_page_is_what_was_done(repository: Repository) -> None:
    assert "ptm.lock merge=ptmdeps" in (repository.folder / ".gitattributes").read_text(encoding="utf-8")
    assert "merge-driver" in repository.git("config", "merge.ptmdeps.driver")
