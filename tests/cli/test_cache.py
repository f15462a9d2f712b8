"""Looking after the stores, as a user sees it: whole sessions against snapshots that were read by a person."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from embedded_hub import models
from tests.cli.conftest import Session

Snapshot = Callable[[Session], None]

LOAD = "from transformers import AutoModel\n\nAutoModel.from_pretrained({name!r})\n"


@pytest.fixture
def user(session: Session, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Session:
    """Somebody whose project loads a model, and whose own cache has a name that snapshots know."""
    cache = tmp_path_factory.mktemp("own")
    monkeypatch.setenv("PTMDEPS_CACHE", str(cache))
    session.replacements[str(cache)] = "[cache]"
    session.hub.repositories.create("acme/sentiment", models.bert_classifier())
    session.write("app.py", LOAD.format(name="acme/sentiment"))
    return session


def damage(user: Session) -> Path:
    """Flip a byte of the stored weights, and keep size and time."""
    weights = next(user.store.glob("models--acme--sentiment/snapshots/*/model.safetensors"))
    content = bytearray(weights.read_bytes())
    content[-1] ^= 0xFF
    weights.write_bytes(content)
    return weights


def test_cache_before_anything_is_stored(user: Session, snapshot: Snapshot) -> None:
    for command in ("cache dir", "cache dir --format json", "cache size", "cache list", "cache verify", "cache prune"):
        user.run(command)
    snapshot(user)


def test_cache_after_an_upgrade(user: Session, snapshot: Snapshot) -> None:
    user.run("sync --link-mode symlink")
    user.hub.repositories["acme/sentiment"].commit(models.bert_classifier(seed="v2"), message="Retrain")
    user.note("upstream moved main")
    for command in (
        "sync --link-mode symlink",
        "lock -U",
        "cache prune --dry-run",
        "sync --link-mode symlink",
        "cache list",
        "cache prune --dry-run",
        "cache prune --dry-run --format json",
        "cache prune",
        "cache list",
        "--verbose cache prune",
        "sync --frozen --check",
    ):
        user.run(command)
    snapshot(user)


def test_cache_of_a_project_that_is_gone(user: Session, snapshot: Snapshot) -> None:
    user.run("sync --link-mode symlink")
    (user.project / "ptm.lock").unlink()
    user.note("the lock was deleted")
    for command in ("cache list", "cache prune --dry-run", "cache prune", "cache list"):
        user.run(command)
    snapshot(user)
    assert not list(user.store.glob("models--*"))


def test_cache_damage_is_found_and_repaired(user: Session, snapshot: Snapshot) -> None:
    user.run("sync --link-mode copy")
    weights = damage(user)
    user.note("a byte of the stored weights changed")
    for command in (
        "cache verify",
        "cache verify --format json",
        "cache verify acme/sentiment --repair",
        "cache verify",
        "cache list",
        "cache prune",
        "cache verify acme/nothing",
    ):
        user.run(command)
    snapshot(user)
    assert weights.is_file()


def test_cache_damage_that_cannot_be_repaired(user: Session, snapshot: Snapshot) -> None:
    user.run("sync --link-mode copy")
    damage(user)
    user.hub.repositories.delete("acme/sentiment")
    user.note("the weights changed, and the hub has them no more")
    user.run("cache verify --repair")
    snapshot(user)


def test_cache_clean(user: Session, snapshot: Snapshot) -> None:
    user.run("sync --link-mode symlink")
    for command in (
        "cache clean acme/nothing",
        "cache clean acme/sentiment",
        "cache clean acme/sentiment --force",
        "cache clean acme/sentiment --force --dry-run",
        "cache clean acme/sentiment --force --yes",
        "cache list",
        "sync",
        "cache clean --dry-run",
        "cache clean --yes",
        "sync",
    ):
        user.run(command)
    # our own cache holds paths of this machine, and is as large as they are long
    own = re.compile(r"(ould free|reed) 8\.\d KB")
    user.transcript[:] = [own.sub(r"\1 N KB", line) for line in user.transcript]
    snapshot(user)


def test_cache_help(user: Session, snapshot: Snapshot) -> None:
    for verb in ("", "dir", "size", "list", "verify", "prune", "clean"):
        user.run(f"cache {verb} --help")
    snapshot(user)


def test_cache_list_for_programs(user: Session) -> None:
    user.run("sync")
    user.run("cache list --format json")
    [store] = json.loads(user.stdout)["stores"]
    [model] = store["models"]
    [revision] = model["revisions"]
    assert (store["hub"], store["store"], model["name"]) == ("huggingface", str(user.store), "acme/sentiment")
    assert revision["pinned_by"] == [str(user.project / "ptm.lock")]
    assert revision["fetched_by_ptmdeps"] is True
    assert revision["size"] == sum(file.stat().st_size for file in user.store.glob("models--*/blobs/*"))
    user.run("cache size --format json")
    assert json.loads(user.stdout)["folders"][0]["size"] == revision["size"]
    user.run("cache size")
    assert user.stdout.split()[0] == str(revision["size"])
    user.run("cache size -H")
    assert user.stdout.split()[1] == "KB"


def test_another_projects_pins_are_kept(user: Session, tmp_path: Path) -> None:
    user.run("sync")
    other = tmp_path / "other"
    shutil.copytree(user.project, other, ignore=shutil.ignore_patterns(".ptm"))
    user.project, mine = other, user.project
    user.run("sync")
    user.project = mine
    shutil.rmtree(mine / ".ptm")
    (mine / "ptm.lock").unlink()

    user.run("cache prune")

    user.run("cache list --format json")
    [store] = json.loads(user.stdout)["stores"]
    assert store["models"][0]["revisions"][0]["pinned_by"] == [str(other / "ptm.lock")]
