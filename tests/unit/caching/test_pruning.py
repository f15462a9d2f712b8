"""What nobody needs goes, what anybody needs stays, and nothing is ever half there."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from huggingface_hub import scan_cache_dir, snapshot_download

from embedded_hub import EmbeddedHub, models
from ptmdeps import lockfile as lockfiles
from ptmdeps.caching import registry
from ptmdeps.caching.pruning import PINNED, Plan, carry_out, plan_clean, plan_prune
from ptmdeps.errors import PtmdepsError, StoreError
from ptmdeps.hubs.huggingface import HuggingFace
from ptmdeps.hubs.snapshots import removal, store
from ptmdeps.lockfile.model import LockedModel, Lockfile
from ptmdeps.project import Project
from tests.worlds import hugging_face, pin, tree

NAME = "acme/sentiment"
FOLDER = store.folder_name(NAME)


def unheard(_: object) -> None:
    """Nobody listens."""


@pytest.fixture
def face(hub: EmbeddedHub, tmp_path: Path) -> HuggingFace:
    hub.repositories.create(NAME, models.bert_classifier())
    return hugging_face(hub, tmp_path / "store")


def bring(face: HuggingFace) -> LockedModel:
    """Pin what the hub has now and fetch it, as ``sync`` does."""
    model = pin(face, NAME)
    for file in model.files:
        face.fetch(model, file, unheard)
    return model


@pytest.fixture
def model(face: HuggingFace) -> LockedModel:
    return bring(face)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    (tmp_path / "project").mkdir()
    return Project(tmp_path / "project")


def sync(project: Project, face: HuggingFace, *locked: LockedModel) -> None:
    """What a sync leaves in the store beside the files."""
    lockfiles.write(Lockfile(models=locked), project.lockfile)
    registry.claim(project, locked, {"huggingface": face}, unheard)
    face.protect(locked, project.identifier)
    registry.settle(project, locked, face)


def retrained(hub: EmbeddedHub, face: HuggingFace) -> LockedModel:
    hub.repositories[NAME].commit(models.bert_classifier(seed="v2"), message="Retrain")
    return bring(face)


def prune(face: HuggingFace, *, everything: bool = False) -> Plan:
    return carry_out(lambda: plan_prune(face, everything=everything), face, unheard)


def revisions(face: HuggingFace) -> set[str]:
    return {path.name for path in face.store().glob("models--*/snapshots/*")}


def bytes_of(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.glob("models--*/blobs/*") if not path.is_symlink())


def test_what_a_project_pins_stays(face: HuggingFace, model: LockedModel, project: Project) -> None:
    sync(project, face, model)
    before = tree(face.store())
    plan = prune(face)
    assert (plan.removals, plan.freed, plan.kept) == ((), 0, ((PINNED, 1),))
    assert tree(face.store()).items() >= before.items()


def test_what_it_pinned_before_goes_without_what_both_need(
    hub: EmbeddedHub, face: HuggingFace, model: LockedModel, project: Project
) -> None:
    sync(project, face, model)
    later = retrained(hub, face)
    sync(project, face, later)
    before = bytes_of(face.store())

    dry = plan_prune(face)
    assert revisions(face) == {model.revision, later.revision}
    plan = prune(face)

    assert revisions(face) == {later.revision}
    assert dry.freed == plan.freed == before - bytes_of(face.store()) > 0
    assert all(face.stored_path(later, file).is_file() for file in later.files)
    assert not scan_cache_dir(face.store()).warnings
    assert not list((face.notes() / "trash").iterdir())


def test_an_upgrade_that_was_locked_and_not_synced_keeps_both(
    hub: EmbeddedHub, face: HuggingFace, model: LockedModel, project: Project
) -> None:
    sync(project, face, model)
    later = retrained(hub, face)
    lockfiles.write(Lockfile(models=(later,)), project.lockfile)
    prune(face)
    assert revisions(face) == {model.revision, later.revision}


def test_what_nobody_pins_goes_with_its_folder(face: HuggingFace, model: LockedModel) -> None:
    plan = prune(face)
    assert [removal.model.name for removal in plan.removals] == [model.key.name]
    assert not (face.store() / FOLDER).exists()
    assert prune(face).removals == ()


def test_what_another_tool_brought_stays_unless_all_is_asked_for(
    hub: EmbeddedHub, face: HuggingFace, hub_environment: dict[str, str]
) -> None:
    commit = hub.repositories[NAME].resolve("main")
    snapshot_download(NAME, revision=commit, cache_dir=face.store(), endpoint=hub.endpoint)
    assert hub_environment
    model = bring(face)
    assert prune(face).kept == (("not brought by ptmdeps (`--all` deletes them as well)", 1),)
    assert revisions(face) == {model.revision}
    prune(face, everything=True)
    assert revisions(face) == set()


@pytest.mark.parametrize("everything", [False, True])
def test_what_another_tool_refers_to_stays(face: HuggingFace, model: LockedModel, *, everything: bool) -> None:
    ref = face.store() / FOLDER / "refs" / "main"
    ref.parent.mkdir()
    ref.write_text(model.revision)
    assert prune(face, everything=everything).kept == (("used by other tools", 1),)
    assert revisions(face) == {model.revision}


@pytest.mark.parametrize("everything", [False, True])
def test_what_is_protected_for_somebody_unknown_stays(
    face: HuggingFace, model: LockedModel, *, everything: bool
) -> None:
    """As after a project of another machine, or of an older ptmdeps, that left no entry."""
    face.protect([model], "0" * 12)
    assert prune(face, everything=everything).kept == (("protected for a project that is not known here", 1),)
    assert revisions(face) == {model.revision}


def test_a_lock_that_is_gone_frees_what_it_pinned(face: HuggingFace, model: LockedModel, project: Project) -> None:
    sync(project, face, model)
    project.lockfile.unlink()
    assert [root.lock for root in plan_prune(face).gone] == [project.lockfile]
    assert revisions(face) == {model.revision}
    prune(face)
    assert revisions(face) == set()
    assert registry.roots(face) == ()


def test_bytes_that_an_environment_holds_are_not_counted_as_free(
    face: HuggingFace, model: LockedModel, tmp_path: Path
) -> None:
    weights = next(file for file in model.files if file.path == "model.safetensors")
    total = plan_prune(face).freed
    (tmp_path / "environment").hardlink_to(face.stored_path(model, weights).resolve())
    assert plan_prune(face).freed == total - weights.size


def test_leftovers_go_when_nobody_works_on_them(face: HuggingFace, model: LockedModel, project: Project) -> None:
    sync(project, face, model)
    blobs = face.store() / FOLDER / "blobs"
    long_ago = time.time() - 7200
    kept = {"a" * 64 + ".incomplete", "b" * 64 + ".12345678.incomplete"}
    for name, when in (("a" * 64 + ".incomplete", long_ago), ("b" * 64 + ".12345678.incomplete", time.time())):
        (blobs / name).write_bytes(b"half")
        os.utime(blobs / name, (when, when))
    abandoned = blobs / ("c" * 64 + ".12345678.incomplete")
    abandoned.write_bytes(b"half")
    os.utime(abandoned, (long_ago, long_ago))

    assert prune(face).freed == 4

    assert {path.name for path in blobs.glob("*.incomplete")} == kept, "it may go on, and somebody works on the other"
    prune(face, everything=True)
    assert {path.name for path in blobs.glob("*.incomplete")} == {"b" * 64 + ".12345678.incomplete"}


@pytest.mark.usefixtures("model")
def test_a_download_to_go_on_with_goes_with_the_last_who_needs_its_model(face: HuggingFace) -> None:
    partial = face.store() / FOLDER / "blobs" / f"{'a' * 64}.incomplete"
    partial.write_bytes(b"half")
    os.utime(partial, (time.time() - 7200,) * 2)
    prune(face)
    assert not partial.exists()
    assert revisions(face) == set()


def test_quarantine_goes(face: HuggingFace, model: LockedModel, project: Project) -> None:
    sync(project, face, model)
    [config] = [file for file in model.files if file.path == "config.json"]
    aside = face.put_aside(model, config, "f" * 64)
    assert aside is not None and aside.read_bytes() == models.bert_classifier()["config.json"]
    assert not scan_cache_dir(face.store()).warnings
    assert prune(face).freed == config.size
    assert not aside.exists()


class Killed(BaseException):
    """As by ``kill -9``."""


def _deadly(monkeypatch: pytest.MonkeyPatch, moment: int) -> None:
    """End at the n-th change to a file."""
    count = iter(range(1, 10_000))

    def wrap(owner: object, name: str) -> None:
        real = getattr(owner, name)

        def deadly(*args: object, **keywords: object) -> object:
            if next(count) >= moment:
                raise Killed
            return real(*args, **keywords)

        monkeypatch.setattr(owner, name, deadly)

    for name in ("rename", "unlink", "rmdir", "mkdir", "write_text"):
        wrap(Path, name)
    wrap(shutil, "rmtree")


def _moments(face: HuggingFace, saved: Path) -> Iterator[int]:
    for moment in range(1, 200):
        shutil.rmtree(face.store())
        shutil.copytree(saved, face.store(), symlinks=True)
        yield moment


def test_a_kill_at_any_moment_leaves_nothing_half_and_the_next_prune_finishes(
    hub: EmbeddedHub, face: HuggingFace, model: LockedModel, project: Project, tmp_path: Path
) -> None:
    sync(project, face, model)
    later = retrained(hub, face)
    sync(project, face, later)
    saved = tmp_path / "saved"
    shutil.copytree(face.store(), saved, symlinks=True)
    prune(face)
    expected = tree(face.store())
    killed = 0
    for moment in _moments(face, saved):
        with pytest.MonkeyPatch.context() as patch:
            _deadly(patch, moment)
            try:
                prune(face)
            except Killed:
                killed += 1
            else:
                break
        for folder in (face.store() / FOLDER / "snapshots").iterdir():
            whole = {path.name for path in (saved / FOLDER / "snapshots" / folder.name).iterdir()}
            assert {path.name for path in folder.iterdir()} == whole
        assert all(face.stored_path(later, file).is_file() for file in later.files)
        assert not scan_cache_dir(face.store()).warnings
        prune(face)
        assert tree(face.store()) == expected
        assert not list((face.notes() / "trash").iterdir())
    assert killed > 8


def test_a_model_that_is_named_goes_whoever_brought_it(
    hub: EmbeddedHub, face: HuggingFace, hub_environment: dict[str, str]
) -> None:
    snapshot_download(NAME, cache_dir=face.store(), endpoint=hub.endpoint)
    assert hub_environment
    carry_out(lambda: plan_clean(face, [NAME]), face, unheard)
    assert not (face.store() / FOLDER).exists()


def test_a_model_that_is_pinned_is_not_cleaned_without_force(
    face: HuggingFace, model: LockedModel, project: Project
) -> None:
    sync(project, face, model)
    with pytest.raises(PtmdepsError, match=f"is pinned by `{project.lockfile}`"):
        plan_clean(face, [NAME])
    carry_out(lambda: plan_clean(face, [NAME], force=True), face, unheard)
    assert revisions(face) == set()


def test_a_store_that_cannot_be_written_is_said(
    face: HuggingFace, model: LockedModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(30, "Read-only file system", "/store/x")

    monkeypatch.setattr(removal, "_set_aside", refuse)
    with pytest.raises(StoreError, match="`/store/x` cannot be deleted: Read-only file system"):
        prune(face)
    assert revisions(face) == {model.revision}


def test_nothing_is_deleted_while_it_is_not_known_what_somebody_needs(face: HuggingFace, model: LockedModel) -> None:
    (face.notes() / "projects").mkdir()
    (face.notes() / "projects" / "000000000000.json").write_text("{")
    with pytest.raises(StoreError, match="cannot be read"):
        prune(face)
    assert revisions(face) == {model.revision}
