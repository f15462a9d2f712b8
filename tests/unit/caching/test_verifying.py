"""Every byte is read again: what locks and the store's own names say is compared, and nothing else believed."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from embedded_hub import EmbeddedHub, models
from embedded_hub.faults import Corrupt
from ptmdeps import lockfile as lockfiles
from ptmdeps.caching import registry
from ptmdeps.caching.needs import Needs, needs
from ptmdeps.caching.verifying import Finding, chosen, repair, subjects, verify
from ptmdeps.errors import IntegrityError, PtmdepsError
from ptmdeps.hubs.huggingface import HuggingFace
from ptmdeps.lockfile.model import LockedModel, Lockfile
from ptmdeps.project import Project
from ptmdeps.verification import Verified
from tests.worlds import Heard, hugging_face, pin

NAME = "acme/sentiment"
FILES = models.bert_classifier()
NOBODY = Needs(roots=(), locks={}, pins={})


def unheard(_: object) -> None:
    """Nobody listens."""


@pytest.fixture
def face(hub: EmbeddedHub, tmp_path: Path) -> HuggingFace:
    hub.repositories.create(NAME, FILES)
    return hugging_face(hub, tmp_path / "store")


@pytest.fixture
def model(face: HuggingFace) -> LockedModel:
    model = pin(face, NAME)
    for file in model.files:
        face.fetch(model, file, unheard)
    return model


@pytest.fixture
def verified(tmp_path: Path) -> Verified:
    return Verified.open(tmp_path / "record", trust=False)


def damage(face: HuggingFace, model: LockedModel, path: str) -> Path:
    """Flip a byte, and keep size and time."""
    [file] = [file for file in model.files if file.path == path]
    place = face.stored_path(model, file)
    status, content = place.stat(), bytearray(place.read_bytes())
    content[0] ^= 0xFF
    place.write_bytes(content)
    os.utime(place, ns=(status.st_atime_ns, status.st_mtime_ns))
    return place


def found(face: HuggingFace, verified: Verified, needed: Needs = NOBODY) -> tuple[Finding, ...]:
    return verify(chosen(subjects(face.stock(), needed)), verified, Heard())


def test_a_whole_store(face: HuggingFace, model: LockedModel, verified: Verified) -> None:
    heard = Heard()
    todo = chosen(subjects(face.stock(), NOBODY))
    assert {subject.file.path for subject in todo} >= {file.path for file in model.files}
    assert [subject.file.size for subject in todo] == sorted((s.file.size for s in todo), reverse=True)
    assert verify(todo, verified, heard) == ()
    assert heard.begun == [("Verifying", sum(subject.file.size for subject in todo))]
    assert sum(heard.sizes) == heard.begun[0][1]
    assert heard.ended == 1


@pytest.mark.parametrize(("path", "kind"), [("model.safetensors", "sha256"), ("config.json", "git")])
def test_damage_is_found_without_any_lock(
    face: HuggingFace, model: LockedModel, verified: Verified, path: str, kind: str
) -> None:
    damage(face, model, path)
    [finding] = found(face, verified)
    assert (finding.state, finding.subject.file.path, finding.subject.by) == ("damaged", path, "")
    assert finding.subject.expected.startswith(f"{kind}:")
    assert finding.found.startswith(f"{kind}:")


def test_a_lock_says_more_than_the_names_of_the_store(
    face: HuggingFace, model: LockedModel, verified: Verified, tmp_path: Path
) -> None:
    """A file that is no link has no name that tells what it should be."""
    (tmp_path / "project").mkdir()
    project = Project(tmp_path / "project")
    lockfiles.write(Lockfile(models=(model,)), project.lockfile)
    registry.claim(project, [model], {"huggingface": face}, unheard)
    place = damage(face, model, "config.json")
    content = place.read_bytes()
    place.unlink()
    place.write_bytes(content)
    assert found(face, verified) == ()
    [finding] = found(face, verified, needs(face))
    assert (finding.subject.by, finding.state) == (str(project.lockfile), "damaged")


def test_the_record_is_not_believed_and_brought_up_to_date(
    face: HuggingFace, model: LockedModel, tmp_path: Path
) -> None:
    known = Verified.open(tmp_path / "record")
    [weights] = [file for file in model.files if file.path == "model.safetensors"]
    assert known.hash(face.stored_path(model, weights)) == weights.sha256
    known.save()
    place = damage(face, model, "model.safetensors")
    assert Verified.open(tmp_path / "record").sha256(place) == weights.sha256, "size and time are as they were"

    again = Verified.open(tmp_path / "record", trust=False)
    [finding] = found(face, again)
    again.save()

    assert f"sha256:{Verified.open(tmp_path / 'record').sha256(place)}" == finding.found


def test_a_file_that_cannot_be_read_is_said(
    face: HuggingFace, model: LockedModel, verified: Verified, monkeypatch: pytest.MonkeyPatch
) -> None:
    [weights] = [file for file in model.files if file.path == "model.safetensors"]
    blob = face.stored_path(model, weights).resolve()
    real = Path.open

    def refuse(self: Path, *args: object, **keywords: object) -> object:
        if self == blob:
            raise PermissionError(13, "Permission denied")
        return real(self, *args, **keywords)  # type: ignore[call-overload]

    monkeypatch.setattr(Path, "open", refuse)
    [finding] = found(face, verified)
    assert (finding.state, finding.found) == ("unreadable", "Permission denied")


@pytest.mark.parametrize("path", ["model.safetensors", "config.json"])
def test_damage_is_repaired_and_kept_aside(
    face: HuggingFace, model: LockedModel, verified: Verified, path: str
) -> None:
    place = damage(face, model, path)
    wrong = place.read_bytes()
    assert repair(found(face, verified), {face.name: face}, verified, Heard()) == ()
    assert place.read_bytes() == FILES[path]
    assert found(face, verified) == ()
    [aside] = (face.notes() / "quarantine").iterdir()
    assert aside.read_bytes() == wrong


@pytest.mark.parametrize("path", ["model.safetensors", "config.json"])
def test_what_comes_wrong_again_is_not_stored(
    hub: EmbeddedHub, face: HuggingFace, model: LockedModel, verified: Verified, path: str
) -> None:
    place = damage(face, model, path)
    hub.faults.add(Corrupt(position=1), method="GET")
    [error] = repair(found(face, verified), {face.name: face}, verified, Heard())
    assert isinstance(error, IntegrityError)
    assert path in error.message
    assert not place.exists()


def test_only_some_models(hub: EmbeddedHub, face: HuggingFace, model: LockedModel) -> None:
    hub.repositories.create("acme/other", models.bert_classifier(seed="other"))
    other = pin(face, "acme/other")
    assert other
    assert {subject.model for subject in subjects(face.stock(), NOBODY)} == {NAME, "acme/other"}
    assert {subject.model for subject in chosen(subjects(face.stock(), NOBODY), [NAME])} == {model.key.name}
    with pytest.raises(PtmdepsError, match="`acme/none`"):
        chosen(subjects(face.stock(), NOBODY), ["acme/none", NAME])


def test_bytes_that_two_revisions_share_are_read_once(hub: EmbeddedHub, face: HuggingFace, model: LockedModel) -> None:
    hub.repositories[NAME].commit({"README.md": b"# Card\n"}, message="Card")
    later = pin(face, NAME)
    for file in later.files:
        face.fetch(later, file, unheard)
    assert later.revision != model.revision
    todo = chosen(subjects(face.stock(), NOBODY))
    assert len({subject.file.blob for subject in todo}) == len(todo)
