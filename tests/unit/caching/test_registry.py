"""Who needs what of a store: noted by sync, believed by prune."""

from __future__ import annotations

import json
import os
import socket
from dataclasses import replace
from pathlib import Path

import pytest

from embedded_hub import EmbeddedHub, models
from ptmdeps import lockfile as lockfiles
from ptmdeps.caching import registry
from ptmdeps.caching.needs import needs
from ptmdeps.caching.registry import Pin, Root
from ptmdeps.errors import StoreError
from ptmdeps.hubs.huggingface import HuggingFace
from ptmdeps.lockfile.model import LockedModel, Lockfile
from ptmdeps.project import Project
from tests.worlds import hugging_face, pin

NAME = "acme/sentiment"


def unheard(_: str) -> None:
    """Nobody waits here."""


@pytest.fixture
def face(hub: EmbeddedHub, tmp_path: Path) -> HuggingFace:
    hub.repositories.create(NAME, models.bert_classifier())
    return hugging_face(hub, tmp_path / "store")


@pytest.fixture
def model(face: HuggingFace) -> LockedModel:
    return pin(face, NAME)


@pytest.fixture
def project(tmp_path: Path, model: LockedModel) -> Project:
    (tmp_path / "project").mkdir()
    made = Project(tmp_path / "project")
    lockfiles.write(Lockfile(models=(model,)), made.lockfile)
    return made


def claim(project: Project, face: HuggingFace, *locked: LockedModel) -> None:
    registry.claim(project, locked, {"huggingface": face}, unheard)


def entry(face: HuggingFace, project: Project) -> Path:
    return face.notes() / "projects" / f"{project.identifier}.json"


def pins(*locked: LockedModel) -> tuple[Pin, ...]:
    return tuple(sorted(Pin(name=model.key.name, revision=model.revision) for model in locked))


def test_a_claim_says_who_needs_what(face: HuggingFace, project: Project, model: LockedModel) -> None:
    claim(project, face, model)
    [root] = registry.roots(face)
    assert root == Root(
        identifier=project.identifier,
        lock=project.lockfile,
        host=socket.gethostname(),
        user=os.getuid(),
        pins=pins(model),
    )
    assert root.standing == "known"
    assert registry.own_locks() == (project.lockfile,)


def test_until_a_sync_is_done_the_old_pins_are_needed_as_well(
    face: HuggingFace, project: Project, model: LockedModel
) -> None:
    later = replace(model, revision="f" * 40)
    claim(project, face, model)
    claim(project, face, later)
    assert registry.roots(face)[0].pins == pins(model, later)
    registry.settle(project, [later], face)
    assert registry.roots(face)[0].pins == pins(later)


def test_what_is_noted_already_is_not_written_again(face: HuggingFace, project: Project, model: LockedModel) -> None:
    claim(project, face, model)
    before = entry(face, project).stat().st_mtime_ns, entry(face, project).stat().st_ino
    claim(project, face, model)
    registry.settle(project, [model], face)
    assert (entry(face, project).stat().st_mtime_ns, entry(face, project).stat().st_ino) == before


def test_a_project_that_needs_nothing_of_a_store_is_not_noted_there(face: HuggingFace, project: Project) -> None:
    claim(project, face)
    registry.settle(project, [], face)
    assert registry.roots(face) == ()


def test_who_may_write_the_store_may_write_the_note(face: HuggingFace, project: Project, model: LockedModel) -> None:
    face.store().chmod(0o2775)
    claim(project, face, model)
    assert entry(face, project).parent.stat().st_mode & 0o7777 == 0o2775
    assert entry(face, project).stat().st_mode & 0o777 == 0o664


def test_a_lock_that_is_gone_is_gone_only_for_those_who_saw_it(
    face: HuggingFace, project: Project, model: LockedModel
) -> None:
    claim(project, face, model)
    project.lockfile.unlink()
    [root] = registry.roots(face)
    assert root.standing == "gone"
    assert replace(root, host="elsewhere").standing == "foreign"
    assert replace(root, user=root.user + 1).standing == "foreign"
    assert needs(face).gone == (root,)
    assert needs(face).pins == {}


def test_what_another_user_noted_is_believed_without_their_lock(
    face: HuggingFace, project: Project, model: LockedModel
) -> None:
    claim(project, face, model)
    table = json.loads(entry(face, project).read_text()) | {"host": "elsewhere", "lock": "/home/ada/x/ptm.lock"}
    entry(face, project).write_text(json.dumps(table))
    found = needs(face)
    assert found.gone == ()
    assert found.pins[pins(model)[0]] == ("/home/ada/x/ptm.lock", str(project.lockfile))


def test_a_lock_that_was_never_synced_with_this_store_counts_too(
    face: HuggingFace, project: Project, model: LockedModel
) -> None:
    claim(project, face)
    assert needs(face).pins == {pins(model)[0]: (str(project.lockfile),)}


def test_a_lock_that_nobody_can_read_leaves_what_was_noted(
    face: HuggingFace, project: Project, model: LockedModel
) -> None:
    claim(project, face, model)
    project.lockfile.write_text("<<<<<<< half a merge")
    found = needs(face)
    assert found.locks == {}
    assert set(found.pins) == {pins(model)[0]}


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"[" * 100_000,
        b"{}",
        b'{"version": 2, "lock": "/x", "host": "h", "user": 1, "pins": []}',
        b'{"version": 1, "lock": "/x", "host": "h", "user": 1, "pins": [["name"]]}',
        b'{"version": 1, "lock": "/x", "host": "h", "user": 1, "pins": [[1, 2]]}',
        b"\xff\xfe",
    ],
)
def test_an_entry_that_cannot_be_understood_is_an_error(face: HuggingFace, project: Project, content: bytes) -> None:
    entry(face, project).parent.mkdir(parents=True)
    entry(face, project).write_bytes(content)
    with pytest.raises(StoreError, match="cannot be read") as caught:
        registry.roots(face)
    assert "ptmdeps sync" in str(caught.value.hint)


def test_damage_in_our_own_note_is_no_matter(face: HuggingFace, project: Project, model: LockedModel) -> None:
    claim(project, face, model)
    for path in (Path(os.environ["PTMDEPS_CACHE"]) / "projects").glob("*.json"):
        path.write_text("{")
    assert registry.own_locks() == ()
    claim(project, face, model)
    assert registry.own_locks() == (project.lockfile,)


def test_a_forgotten_project_protects_nothing(face: HuggingFace, project: Project, model: LockedModel) -> None:
    claim(project, face, model)
    face.protect([model], project.identifier)
    [root] = registry.roots(face)
    registry.forget(root, face)
    assert registry.roots(face) == ()
    assert registry.own_locks() == ()
    assert not list(face.store().glob("models--*/refs/ptmdeps"))


def test_a_store_that_cannot_be_written_is_said_when_it_is_done(
    face: HuggingFace, project: Project, model: LockedModel
) -> None:
    face.notes().mkdir(parents=True, exist_ok=True)
    (face.notes() / "projects").write_text("in the way")
    claim(project, face, model)
    with pytest.raises(StoreError, match="cannot be written") as caught:
        registry.settle(project, [model], face)
    assert "cache prune" in str(caught.value.hint)
