"""The environment as a tree on disk: built beside and swapped in."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from ptmdeps import environment as environments
from ptmdeps.environment import Contents, build, mismatches, recorded, remove_leftovers
from ptmdeps.errors import StoreError
from ptmdeps.hashing import git_blob_of, sha256_of
from ptmdeps.hubs.protocol import Link
from ptmdeps.lockfile.model import LockedFile, LockedModel
from tests.worlds import key, tree

FOLDER = "huggingface/hub/models--acme--x"
MODEL = LockedModel(
    key=key("acme/x"), revision="a" * 40, files=(LockedFile(path="config.json", size=2, sha256="b" * 64),)
)


def contents(store: Path, *names: str, digest: str = "sha256:1") -> Contents:
    """An environment with files of a store, all in the one model's folder."""
    store.mkdir(exist_ok=True)
    links = []
    for name in names:
        (store / name).write_bytes(name.encode())
        path = f"{FOLDER}/snapshots/c/{name}"
        links.append(Link(path=path, folder=store, file=name, sha256=sha256_of(store / name)))
    texts = {f"{FOLDER}/refs/main": "c"} if names else {}
    folders = frozenset({FOLDER} if names else ())
    return Contents(digest=digest, models=(MODEL,) if names else (), links=tuple(links), texts=texts, folders=folders)


def hashed(path: Path | str) -> str | None:
    return sha256_of(Path(path)) if Path(path).is_file() else None


def differences(environment: Path, wanted: Contents, *, exact: bool = True) -> list[str]:
    return list(mismatches(environment, wanted, hashed, exact=exact))


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return tmp_path / "store"


@pytest.fixture
def environment(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    return folder / ".ptm"


def test_an_environment_says_what_it_is(environment: Path, store: Path) -> None:
    build(environment, contents(store, "a"), link_mode="auto")
    assert (environment / ".gitignore").read_text() == "*\n"
    # https://bford.info/cachedir/: the first 43 bytes
    assert (environment / "CACHEDIR.TAG").read_bytes()[:43] == b"Signature: 8a477f597d28d172789f06886806bc55"
    assert (environment / "python" / "sitecustomize.py").is_file()
    assert environment.stat().st_mode & 0o777 == 0o755
    assert recorded(environment) == {
        "version": 1,
        "lock": "sha256:1",
        "parents": ["huggingface/hub"],
        "models": [
            {"hub": "huggingface", "name": "acme/x", "ref": "", "revision": "a" * 40, "files": ["b" * 64]},
        ],
    }


def test_building_twice_gives_the_same_tree(environment: Path, store: Path) -> None:
    build(environment, contents(store, "a", "b"), link_mode="auto")
    before = tree(environment)
    build(environment, contents(store, "a", "b"), link_mode="copy")
    assert tree(environment) == before
    assert differences(environment, contents(store, "a", "b")) == []


def test_a_new_environment_replaces_the_old_whole(environment: Path, store: Path) -> None:
    build(environment, contents(store, "a"), link_mode="auto")
    build(environment, contents(store, "b", digest="sha256:2"), link_mode="auto")
    assert [path for path in tree(environment) if "/snapshots/" in path] == [f"{FOLDER}/snapshots/c/b"]
    assert list(environment.parent.iterdir()) == [environment]


def test_differences_are_named(environment: Path, store: Path) -> None:
    wanted = contents(store, "a", "b")
    build(environment, contents(store, "a", "x"), link_mode="copy")
    (environment / FOLDER / "refs/main").write_text("other")
    assert differences(environment, wanted) == [
        f"{FOLDER}/refs/main",
        f"{FOLDER}/snapshots/c/b",
        f"{FOLDER}/snapshots/c/x",
    ]
    assert differences(environment, wanted, exact=False) == [f"{FOLDER}/refs/main", f"{FOLDER}/snapshots/c/b"]


def test_no_environment_differs_in_everything(environment: Path, store: Path) -> None:
    assert differences(environment, contents(store, "a"))[0] == environments.RECORD
    assert recorded(environment) == {}


@pytest.mark.parametrize("text", ["", "{", "[]", '{"models": 1}', '{"models": [], "parents": 3}', "\xff"])
def test_a_damaged_record_is_no_record(environment: Path, store: Path, text: str) -> None:
    wanted = contents(store, "a")
    build(environment, wanted, link_mode="auto")
    (environment / environments.RECORD).write_text(text, encoding="latin-1")
    assert differences(environment, wanted)[0] == environments.RECORD


def test_what_a_killed_build_left_is_removed(environment: Path) -> None:
    (environment.parent / ".ptm-building-folder" / "deep").mkdir(parents=True)
    (environment.parent / ".ptm-building-file").write_text("x")
    (environment.parent / ".ptm-building-link").symlink_to(environment.parent)
    (environment.parent / "mine").write_text("x")
    remove_leftovers(environment)
    assert [path.name for path in environment.parent.iterdir()] == ["mine"]


def test_what_cannot_be_removed_is_left(environment: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    leftover = environment.parent / ".ptm-building-file"
    leftover.write_text("x")

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError

    monkeypatch.setattr(Path, "unlink", refuse)
    remove_leftovers(environment)
    assert leftover.exists()


@pytest.mark.parametrize("exchanging", [True, False])
@pytest.mark.parametrize("kind", ["folder", "link"])
def test_the_old_environment_is_cleared_away_however_it_was_made(
    environment: Path, store: Path, monkeypatch: pytest.MonkeyPatch, kind: str, *, exchanging: bool
) -> None:
    elsewhere = environment.parent.parent / "large disk"
    elsewhere.mkdir()
    if kind == "link":
        environment.symlink_to(elsewhere)
    else:
        environment.mkdir()
        (environment / "old").write_text("old")
    if not exchanging:
        monkeypatch.setattr(environments, "exchange", lambda *_: False)

    build(environment, contents(store, "a"), link_mode="auto")

    assert differences(environment, contents(store, "a")) == []
    assert [path.name for path in environment.parent.iterdir()] == [".ptm"]
    assert elsewhere.is_dir()


def test_a_build_that_fails_leaves_the_old_environment(environment: Path, store: Path) -> None:
    build(environment, contents(store, "a"), link_mode="auto")
    before = tree(environment)
    wanted = contents(store, "a", "b")
    (store / "b").unlink()

    with pytest.raises(StoreError, match="cannot be built: No such file") as caught:
        build(environment, wanted, link_mode="auto")

    assert "--link-mode" in str(caught.value.hint)
    assert tree(environment) == before
    assert list(environment.parent.iterdir()) == [environment]


def test_a_project_that_is_not_there_cannot_be_built_in(tmp_path: Path, store: Path) -> None:
    with pytest.raises(StoreError, match="cannot be built"):
        build(tmp_path / "nowhere" / ".ptm", contents(store, "a"), link_mode="auto")


def test_surplus_is_kept_where_asked_for_and_remembered(environment: Path, store: Path) -> None:
    build(environment, contents(store, "a"), link_mode="copy")
    build(environment, contents(store), link_mode="copy", keep_surplus=True)
    assert (environment / FOLDER / "snapshots/c/a").read_bytes() == b"a"
    assert recorded(environment)["parents"] == ["huggingface/hub"]
    assert differences(environment, contents(store), exact=False) == []
    assert sorted(differences(environment, contents(store))) == [f"{FOLDER}/refs/main", f"{FOLDER}/snapshots/c/a"]


def test_surplus_is_copied_where_it_cannot_be_linked(
    environment: Path, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build(environment, contents(store, "a"), link_mode="copy")

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", refuse)
    build(environment, contents(store), link_mode="copy", keep_surplus=True)
    assert (environment / FOLDER / "snapshots/c/a").read_bytes() == b"a"


def test_a_model_that_is_wanted_is_not_carried_over(environment: Path, store: Path) -> None:
    build(environment, contents(store, "a", "old"), link_mode="copy")
    build(environment, contents(store, "a"), link_mode="copy", keep_surplus=True)
    assert not (environment / FOLDER / "snapshots/c/old").exists()


def test_the_record_is_the_same_on_every_machine(environment: Path, store: Path) -> None:
    build(environment, contents(store, "a"), link_mode="auto")
    text = (environment / environments.RECORD).read_text()
    assert str(environment.parent) not in text
    assert json.loads(text)["version"] == 1


def test_git_names_blobs_by_their_content() -> None:
    # `git hash-object` of these bytes
    assert git_blob_of(b"") == "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391"
    assert git_blob_of(b"hello\n") == "ce013625030ba8dba906f756967f9e9ca394464a"


def test_what_changes_with_an_environment_changes_when_it_is_whole(environment: Path, store: Path) -> None:
    build(environment, contents(store, "a"), link_mode="auto")
    old = recorded(environment)
    seen = []

    @contextlib.contextmanager
    def swapping() -> Iterator[None]:
        (building,) = environment.parent.glob(".ptm-building-*")
        seen.append((recorded(environment), recorded(building)["lock"]))
        yield
        seen.append((recorded(environment)["lock"], recorded(building)))

    build(environment, contents(store, "a", "b", digest="sha256:2"), link_mode="auto", swapping=swapping)

    assert seen == [(old, "sha256:2"), ("sha256:2", old)], "and what was the old one is deleted afterwards"


def test_an_environment_stays_where_what_changes_with_it_cannot(environment: Path, store: Path) -> None:
    wanted = contents(store, "a")
    build(environment, wanted, link_mode="auto")

    @contextlib.contextmanager
    def swapping() -> Iterator[None]:
        raise StoreError("the lock cannot be written")
        yield

    with pytest.raises(StoreError, match="the lock cannot be written"):
        build(environment, contents(store, "a", "b"), link_mode="auto", swapping=swapping)
    assert differences(environment, wanted) == []
    assert not [*environment.parent.glob(".ptm-building-*")]


def test_what_python_compiled_beside_a_module_is_no_difference(environment: Path, store: Path) -> None:
    wanted = contents(store, "a")
    build(environment, wanted, link_mode="copy")
    compiled = environment / FOLDER / "snapshots/c/__pycache__/a.cpython-311.pyc"
    compiled.parent.mkdir()
    compiled.write_bytes(b"code")
    assert differences(environment, wanted) == []
    (environment / FOLDER / "snapshots/c/other.py").write_text("")
    assert differences(environment, wanted) == [f"{FOLDER}/snapshots/c/other.py"]


def test_files_of_their_own_are_written_by_nobody_else(environment: Path, store: Path) -> None:
    wanted = contents(store, "a", "b")
    alone = replace(wanted, links=tuple(replace(link, independent=link.file == "a") for link in wanted.links))
    before = os.umask(0o002)
    try:
        build(environment, alone, link_mode="auto")
    finally:
        os.umask(before)
    folders = ("huggingface", FOLDER, f"{FOLDER}/snapshots/c")
    assert [(environment / path).stat().st_mode & 0o022 for path in (*folders, f"{FOLDER}/snapshots/c/a")] == [0] * 4
    assert (store / "b").read_bytes() == b"b"
