"""What the embedded hub writes is git: the real `git` reads it, and it reads what `git` writes."""

from __future__ import annotations

import os
import subprocess
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from embedded_hub import GitFile, LfsFile, Repositories, Repository, models
from embedded_hub.git_objects import ObjectMissingError, object_id
from embedded_hub.repository import RevisionMissingError

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repositories(tmp_path / "hub").create("acme/x", {"a/b.txt": b"1", "a.txt": b"2", "a/c/d.bin": b"3"})


def git(repository: Repository, *arguments: str, given: bytes = b"") -> str:
    environment = {"PATH": os.environ["PATH"], "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    environment |= {
        "GIT_AUTHOR_NAME": "G",
        "GIT_AUTHOR_EMAIL": "g@x",
        "GIT_COMMITTER_NAME": "G",
        "GIT_COMMITTER_EMAIL": "g@x",
    }
    environment |= {"GIT_AUTHOR_DATE": "1700000000 +0200", "GIT_COMMITTER_DATE": "1700000000 +0200"}
    command = ["git", "-C", os.fspath(repository.directory), *arguments]
    return (
        subprocess.run(command, env=environment, input=given, capture_output=True, check=True).stdout.decode().strip()
    )


def test_git_finds_no_fault_with_what_was_written(repository: Repository) -> None:
    repository.tag("light")
    repository.tag("heavy", message="Annotated\n\nWith a body")
    repository.pull_request(1, {"näme.txt": "ü".encode(), "a.txt": None})
    repository.commit({"a-b/x": b"", "a/z": b"", "a": None}, message="Sorting of a, a-b and a/")

    assert git(repository, "fsck", "--strict", "--full") == ""
    assert git(repository, "ls-tree", "-r", "--name-only", "refs/pr/1").splitlines()[-1] == '"n\\303\\244me.txt"'
    assert git(repository, "log", "--format=%an %aI %s", "main").splitlines() == [
        "acme 2024-01-01T02:00:00+00:00 Sorting of a, a-b and a/",
        "acme 2024-01-01T01:00:00+00:00 Upload model",
        "acme 2024-01-01T00:00:00+00:00 initial commit",
    ]
    assert git(repository, "cat-file", "-t", "heavy") == "tag"


def test_git_clones_it(repository: Repository, tmp_path: Path) -> None:
    git(repository, "clone", "--quiet", os.fspath(repository.directory), os.fspath(tmp_path / "clone"))

    assert (tmp_path / "clone/a/b.txt").read_bytes() == b"1"
    assert (tmp_path / "clone/a/c/d.bin").read_bytes().startswith(b"version https://git-lfs.github.com/spec/v1\n")


def test_commits_and_packs_of_git_are_read(repository: Repository, tmp_path: Path) -> None:
    parent = repository.resolve("main")
    blob = git(repository, "hash-object", "-w", "--stdin", given=b"from git")
    tree = git(repository, "mktree", given=f"100644 blob {blob}\tgit.txt\n".encode())
    commit = git(repository, "commit-tree", tree, "-p", parent, "-m", "By git")
    git(repository, "update-ref", "refs/heads/main", commit)
    git(repository, "tag", "--annotate", "-m", "tag", "packed")
    git(repository, "gc", "--quiet", "--prune=now")
    git(repository, "pack-refs", "--all")

    again = Repository("acme/x", repository.directory)

    assert again.refs() == {"refs/heads/main": commit, "refs/tags/packed": commit}
    assert [entry.size for entry in again.listing(again.resolve("packed")).values()] == [8]
    assert [item.title for item in again.history(commit)] == ["By git", "Upload model", "initial commit"]
    assert again.history(commit)[0].date == datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)
    with pytest.raises(ObjectMissingError):
        again.objects.read("0" * 40)
    assert tmp_path.exists()


def test_same_content_gives_same_commits_anywhere(tmp_path: Path) -> None:
    heads = {
        Repositories(tmp_path / root).create("acme/x", models.bert_classifier()).resolve("main")
        for root in ("one", "two")
    }

    assert len(heads) == 1


def test_who_and_when_can_be_chosen(repository: Repository) -> None:
    when = datetime(2020, 5, 17, 12, 30, tzinfo=UTC)

    commit = repository.commit({"x": b"x"}, author="ada", date=when, message="Title\n\nBody\nmore")

    found = repository.objects.read_commit(commit)
    assert (found.author, found.date, found.title, found.body) == ("ada", when, "Title", "Body\nmore")


def test_suffix_or_wrapper_or_size_decides_about_large_files(repository: Repository) -> None:
    commit = repository.commit(
        {"w.safetensors": b"1", "t.txt": b"2", "l.txt": LfsFile(b"3"), "g.bin": GitFile(b"4"), "big.txt": bytes(10**7)}
    )

    listing = repository.listing(commit)
    assert {path for path, entry in listing.items() if entry.lfs} == {"a/c/d.bin", "w.safetensors", "l.txt", "big.txt"}
    assert listing["big.txt"].size == 10**7
    assert repository.content(listing["g.bin"]) == b"4"
    assert listing["g.bin"].id == object_id("blob", b"4")


def test_whole_commit_drops_the_rest(repository: Repository) -> None:
    assert list(repository.listing(repository.commit({"only.txt": b""}, whole=True))) == ["only.txt"]


def test_refs_can_be_moved_and_deleted(repository: Repository) -> None:
    first = repository.resolve("main")
    repository.move("dev", "main")
    second = repository.commit({"x": b"x"}, branch="dev")
    repository.move("main", second)
    repository.move("dev", first)

    assert (repository.resolve("main"), repository.resolve("dev")) == (second, first)
    repository.delete_ref("refs/heads/dev")
    with pytest.raises(RevisionMissingError):
        repository.resolve("dev")


def test_branch_whose_commit_was_lost_is_missing(repository: Repository) -> None:
    lost = repository.commit({"x": b"x"}, branch="dev")
    repository.lose(lost)

    assert list(repository.refs()) == ["refs/heads/main"]
    with pytest.raises(RevisionMissingError):
        repository.resolve("dev")


def test_branch_wins_over_tag_and_full_refs_are_literal(repository: Repository) -> None:
    first = repository.tag("same")
    second = repository.commit({"x": b"x"}, branch="same")

    assert repository.resolve("same") == second
    assert repository.resolve("refs/tags/same") == first


@pytest.mark.parametrize(
    "revision", ["", "-x", "..", "a/../b", "a b", "x.lock", "/etc/passwd", "refs/heads/", "a\x00b", "HEAD~1"]
)
def test_revisions_that_git_would_refuse_are_missing(repository: Repository, revision: str) -> None:
    with pytest.raises(RevisionMissingError):
        repository.resolve(revision)


def test_trees_blobs_and_ambiguous_prefixes_are_no_commits(repository: Repository) -> None:
    tree = repository.objects.read_commit(repository.resolve("main")).tree
    for name in (tree, object_id("blob", b"1"), "0" * 7):
        with pytest.raises(RevisionMissingError):
            repository.resolve(name)
    with pytest.raises(ObjectMissingError):
        repository.objects.read_tree(repository.resolve("main"))
    with pytest.raises(ObjectMissingError):
        repository.objects.read_tree(object_id("blob", b"1"))


def test_last_commit_of_a_path_is_the_one_that_changed_it(repository: Repository) -> None:
    first = repository.resolve("main")
    second = repository.commit({"a/b.txt": b"changed"})

    last = {path: commit.id for path, commit in repository.last_commits(second).items()}

    assert (last["a/b.txt"], last["a"], last["a/c"], last["a.txt"]) == (second, second, first, first)


def test_history_of_a_merge_has_every_commit_once(repository: Repository) -> None:
    base = repository.resolve("main")
    left, right = repository.commit({"l": b""}), repository.commit({"r": b""}, branch="side")
    tree = repository.objects.read_commit(left).tree
    date = datetime(2025, 1, 1, tzinfo=UTC)
    merge = repository.objects.write_commit(tree=tree, parents=(left, right), author="a", date=date, message="Merge")

    names = [commit.id for commit in repository.history(merge)]

    assert names[0] == merge
    assert sorted(names[1:3]) == sorted([left, right]) or base in names[1:3]
    assert len(names) == len(set(names))
    assert git(repository, "rev-list", "--count", merge) == str(len(names))


def test_all_repositories_are_listed_in_order(tmp_path: Path) -> None:
    repositories = Repositories(tmp_path)
    for name in ("b/x", "a/y"):
        repositories.create(name)

    assert [repository.name for repository in repositories] == ["a/y", "b/x"]
