"""The user's Hugging Face cache: damage removed, pins protected from its own clean-up."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from filelock import FileLock
from huggingface_hub import constants, scan_cache_dir

from embedded_hub import EmbeddedHub, models
from ptmdeps.errors import StoreError
from ptmdeps.hubs.huggingface import HuggingFace
from ptmdeps.hubs.protocol import Progress
from ptmdeps.hubs.snapshots import store
from ptmdeps.lockfile.model import LockedModel
from tests.worlds import hugging_face, pin, tree

NAME = "acme/sentiment"
FILES = models.bert_classifier()


def _unheard(_: int) -> None:
    """Nobody listens."""


def fetch(face: HuggingFace, model: LockedModel, progress: Progress = _unheard) -> None:
    for file in model.files:
        face.fetch(model, file, progress)


@pytest.fixture
def face(hub: EmbeddedHub, tmp_path: Path) -> HuggingFace:
    return hugging_face(hub, tmp_path / "store")


@pytest.fixture
def model(hub: EmbeddedHub, face: HuggingFace) -> LockedModel:
    hub.repositories.create(NAME, FILES)
    model = pin(face, NAME)
    fetch(face, model)
    return model


def prune(folder: Path, *options: str) -> str:
    command = [sys.executable, "-c", "from huggingface_hub.cli.hf import main; main()", "cache", "prune"]
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder.parent), "HF_HUB_OFFLINE": "1"}
    done = subprocess.run(
        [*command, "--cache-dir", str(folder), *options], env=environment, capture_output=True, text=True, check=True
    )
    return done.stdout


def refs(folder: Path) -> dict[str, bytes]:
    return {path: content for path, content in tree(folder).items() if "/refs/" in path}


def test_fetching_reports_every_byte_once(hub: EmbeddedHub, face: HuggingFace) -> None:
    hub.repositories.create(NAME, models.bert_classifier(weight_bytes=3_000_000))
    model = pin(face, NAME)
    [weights] = [file for file in model.files if file.path == "model.safetensors"]
    steps: list[int] = []

    path = face.fetch(model, weights, steps.append).path

    assert sum(steps) == weights.size == path.stat().st_size
    assert path == face.stored_path(model, weights)


def test_what_is_stored_is_not_fetched_again(hub: EmbeddedHub, face: HuggingFace, model: LockedModel) -> None:
    hub.log.clear()
    fetch(face, model)
    assert len(hub.log) == 0


def test_a_file_that_the_user_already_had_is_not_fetched(
    hub: EmbeddedHub, tmp_path: Path, hub_environment: dict[str, str]
) -> None:
    hub.repositories.create(NAME, FILES)
    code = f"from huggingface_hub import snapshot_download; snapshot_download({NAME!r})"
    settings = hub_environment | {"HF_HUB_CACHE": str(tmp_path / "store")}
    subprocess.run([sys.executable, "-c", code], env=settings, check=True, capture_output=True)
    face = hugging_face(hub, tmp_path / "store")
    hub.log.clear()

    fetch(face, pin(face, NAME))

    assert hub.log.count("/resolve/|/cdn/|resolve-cache") == 0


def test_the_store_is_the_clients_own_by_default(tmp_path: Path, hub_environment: dict[str, str]) -> None:
    code = "from ptmdeps.hubs.huggingface import HuggingFace; print(HuggingFace().store())"
    settings = hub_environment | {"HF_HUB_CACHE": str(tmp_path / "elsewhere"), "PYTHONPATH": str(Path.cwd())}
    done = subprocess.run([sys.executable, "-c", code], env=settings, check=True, capture_output=True, text=True)
    assert done.stdout.strip() == str(tmp_path / "elsewhere")


def test_the_store_is_the_clients_own_in_this_process_too() -> None:
    assert HuggingFace().store() == Path(constants.HF_HUB_CACHE)


def test_discarding_removes_the_blob_behind_the_snapshot(face: HuggingFace, model: LockedModel) -> None:
    [config] = [file for file in model.files if file.path == "config.json"]
    path = face.stored_path(model, config)
    blob = path.resolve()
    assert path.is_symlink()

    face.discard(model, config)

    assert not path.is_symlink()
    assert not blob.exists()
    face.discard(model, config)


def test_discarding_leaves_what_is_outside_of_the_store(tmp_path: Path) -> None:
    precious = tmp_path / "precious"
    precious.write_text("mine")
    cache = tmp_path / "store"
    cache.mkdir()
    (cache / "link").symlink_to(precious)

    store.discard(cache / "link", cache)

    assert precious.read_text() == "mine"
    assert not (cache / "link").is_symlink()


def test_links_in_a_circle_are_discarded_too(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to("b")
    (tmp_path / "b").symlink_to("a")
    store.discard(tmp_path / "a", tmp_path)
    assert not list(tmp_path.iterdir())


def test_what_cannot_be_discarded_is_said(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    with pytest.raises(StoreError, match="is damaged and cannot be replaced") as caught:
        store.discard(tmp_path / "a", tmp_path)
    assert "HF_HUB_CACHE" in str(caught.value.hint)


def test_pins_survive_a_prune_and_the_cache_scans_clean(face: HuggingFace, model: LockedModel) -> None:
    face.protect([model], "0123456789ab")

    scanned = scan_cache_dir(face.store())
    assert not scanned.warnings
    [repo] = scanned.repos
    [revision] = repo.revisions
    assert revision.refs == {f"ptmdeps/0123456789ab-{model.revision[:12]}"}
    prune(face.store(), "--yes")
    assert all(face.stored_path(model, file).is_file() for file in model.files)


def test_without_protection_a_prune_deletes_them(face: HuggingFace, model: LockedModel) -> None:
    face.protect([model], "0123456789ab")
    face.protect([], "0123456789ab")
    assert refs(face.store()) == {}
    prune(face.store(), "--yes")
    assert not any(face.stored_path(model, file).is_file() for file in model.files)


def test_protection_of_one_owner_does_not_touch_that_of_another(face: HuggingFace, model: LockedModel) -> None:
    face.protect([model], "a" * 12)
    face.protect([model], "b" * 12)
    face.protect([], "a" * 12)
    assert list(refs(face.store())) == [f"models--acme--sentiment/refs/ptmdeps/{'b' * 12}-{model.revision[:12]}"]


def test_protection_of_an_earlier_pin_moves_on(hub: EmbeddedHub, face: HuggingFace, model: LockedModel) -> None:
    hub.repositories[NAME].commit(models.bert_classifier(seed="v2"))
    later = pin(face, NAME)
    fetch(face, later)
    face.protect([model], "a" * 12)
    face.protect([later], "a" * 12)
    assert list(refs(face.store()).values()) == [later.revision.encode()]


def test_protecting_twice_writes_once(face: HuggingFace, model: LockedModel) -> None:
    face.protect([model], "a" * 12)
    [reference] = face.store().glob("models--*/refs/ptmdeps/*")
    before = reference.stat().st_mtime_ns
    face.protect([model], "a" * 12)
    assert reference.stat().st_mtime_ns == before


def test_a_damaged_reference_is_written_anew(face: HuggingFace, model: LockedModel) -> None:
    face.protect([model], "a" * 12)
    [reference] = face.store().glob("models--*/refs/ptmdeps/*")
    reference.write_bytes(b"\xff\xfe")
    face.protect([model], "a" * 12)
    assert reference.read_text() == model.revision


def test_the_empty_folder_that_a_kill_left_goes_with_the_next_protection(face: HuggingFace, model: LockedModel) -> None:
    face.protect([model], "a" * 12)
    [reference] = face.store().glob("models--*/refs/ptmdeps/*")
    reference.unlink()
    face.protect([], "a" * 12)
    assert not reference.parent.exists()


@pytest.mark.parametrize(("times", "protected"), [(1, True), (100, False)])
def test_another_project_may_take_its_folder_away_in_the_same_moment(
    face: HuggingFace, model: LockedModel, monkeypatch: pytest.MonkeyPatch, times: int, *, protected: bool
) -> None:
    real, left = Path.replace, iter(range(times))

    def interrupted(source: Path, target: Path) -> Path:
        if next(left, None) is not None:
            target.parent.rmdir()
        return real(source, target)

    monkeypatch.setattr(Path, "replace", interrupted)
    if protected:
        face.protect([model], "a" * 12)
    else:
        with pytest.raises(StoreError, match="cannot be written"):
            face.protect([model], "a" * 12)
    assert bool(list(face.store().glob("models--*/refs/ptmdeps/*"))) == protected


def test_a_model_that_is_not_stored_is_not_protected(hub: EmbeddedHub, tmp_path: Path) -> None:
    hub.repositories.create(NAME, FILES)
    model = pin(hugging_face(hub, tmp_path / "one"), NAME)
    other = hugging_face(hub, tmp_path / "other")
    other.protect([model], "a" * 12)
    assert tree(tmp_path / "other") == {}


def test_a_cache_that_cannot_be_written_is_said(face: HuggingFace, model: LockedModel) -> None:
    folder = face.store() / store.folder_name(NAME) / "refs"
    folder.mkdir(exist_ok=True)
    (folder / "ptmdeps").write_text("in the way")
    with pytest.raises(StoreError, match="cannot be written") as caught:
        face.protect([model], "a" * 12)
    assert "prune" in str(caught.value.hint)


def _partial(cache: Path, name: str, age: float) -> Path:
    path = cache / store.folder_name(NAME) / "blobs" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"half")
    os.utime(path, (time.time() - age,) * 2)
    return path


def test_what_killed_downloads_left_is_removed(tmp_path: Path) -> None:
    old, new = _partial(tmp_path, "aa.12345678.incomplete", 7200), _partial(tmp_path, "bb.12345678.incomplete", 0)
    whole = _partial(tmp_path, "cc", 7200)
    store.remove_partial_downloads(tmp_path, NAME)
    assert [path.exists() for path in (old, new, whole)] == [False, True, True]


def test_what_was_written_before_the_clock_was_set_back_is_removed_too(tmp_path: Path) -> None:
    skewed, future = _partial(tmp_path, "aa.12345678.incomplete", -60), _partial(tmp_path, "bb.1.incomplete", -7200)
    store.remove_partial_downloads(tmp_path, NAME)
    assert [path.exists() for path in (skewed, future)] == [True, False]


def test_what_can_be_gone_on_with_is_kept_however_old(tmp_path: Path) -> None:
    path = _partial(tmp_path, f"{'a' * 64}.incomplete", 72_000)
    store.remove_partial_downloads(tmp_path, NAME)
    assert path.exists()


def test_a_download_that_goes_on_is_left_alone(tmp_path: Path) -> None:
    path = _partial(tmp_path, "aa.12345678.incomplete", 7200)
    mutex = tmp_path / ".locks" / store.folder_name(NAME) / "aa.lock"
    mutex.parent.mkdir(parents=True)
    with FileLock(mutex):
        store.remove_partial_downloads(tmp_path, NAME)
        assert path.exists()
    store.remove_partial_downloads(tmp_path, NAME)
    assert not path.exists()
