"""Store and environment made to match the lock, against the embedded hub."""

from __future__ import annotations

import errno
import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from huggingface_hub import scan_cache_dir

from embedded_hub import EmbeddedHub, models
from embedded_hub.faults import Corrupt, Lie, unavailable
from ptmdeps import sync
from ptmdeps.errors import (
    HubUnreachable,
    IntegrityError,
    LockfileError,
    PtmdepsError,
    ResolutionError,
    StoreError,
)
from ptmdeps.following import WORTH_FOLLOWING
from ptmdeps.hubs.snapshots.store import folder_name
from ptmdeps.identity import ModelKey
from ptmdeps.lockfile.document import model_digest
from ptmdeps.lockfile.model import Lockfile
from tests.worlds import Place, hugging_face, key, lock, requirement, tree

BASE, LORA = "acme/base", "acme/lora"
FILES = models.bert_classifier()
FORGET_NOTHING = "from huggingface_hub import hf_hub_download, snapshot_download\n"


@pytest.fixture
def place(hub: EmbeddedHub, tmp_path: Path) -> Place:
    hub.repositories.create(BASE, FILES)
    hub.repositories.create(LORA, models.lora_adapter(BASE))
    return Place(tmp_path / "project", hugging_face(hub, tmp_path / "store"))


@pytest.fixture
def locked(place: Place) -> Lockfile:
    return lock(place.hugging_face, requirement(LORA, "peft"))


def in_environment(place: Place) -> dict[str, bytes]:
    """The files of the environment's models: ``name/path`` → content."""
    found = tree(place.hub_cache)
    return {path: content for path, content in found.items() if "/snapshots/" in path}


def stored(place: Place, lockfile: Lockfile, name: str, path: str) -> Path:
    model = lockfile.find(key(name))
    assert model is not None
    [file] = [file for file in model.files if file.path == path]
    return place.hugging_face.stored_path(model, file)


def damage(path: Path) -> bytes:
    """Change one byte in place and keep the size."""
    content = bytearray(path.read_bytes())
    content[-1] ^= 0xFF
    path.resolve().chmod(0o644)
    path.write_bytes(content)
    return bytes(content)


def test_a_first_sync_fetches_what_locking_did_not(hub: EmbeddedHub, place: Place, locked: Lockfile) -> None:
    plan = place.plan(locked)
    assert not plan.current
    missing = {"model.safetensors", "adapter_model.safetensors"}
    assert {item.file.path for item in plan.to_fetch} == missing
    assert {item.state for item in plan.to_fetch} == {"missing"}
    assert tree(place.root) == {}

    done = place.sync(locked)

    assert (done.rebuilt, done.warnings) == (True, ())
    expected = {**models.lora_adapter(BASE), **FILES}
    contents = in_environment(place)
    assert len(contents) == sum(len(model.files) for model in locked.models)
    assert all(content == expected[path.rpartition("/")[2]] for path, content in contents.items())
    total = sum(item.file.size for item in plan.to_fetch)
    assert place.heard.begun == [("Fetching", total)]
    assert sum(place.heard.sizes) == total
    assert place.heard.ended == 1
    assert hub.log.count("/cdn/", method="GET") == len(missing)


def test_a_second_sync_has_nothing_to_do(hub: EmbeddedHub, place: Place, locked: Lockfile) -> None:
    place.sync(locked)
    hub.log.clear()
    before = place.environment.stat().st_ino

    done = place.sync(locked)

    assert not done.rebuilt
    assert done.plan.current
    assert done.plan.items == ()
    assert place.environment.stat().st_ino == before
    assert hub.log.count() == 0


def test_another_project_with_the_same_lock_needs_no_request(
    hub: EmbeddedHub, place: Place, locked: Lockfile, tmp_path: Path
) -> None:
    place.sync(locked)
    hub.log.clear()
    other = Place(tmp_path / "other", place.hugging_face)
    assert other.sync(locked, offline=True).rebuilt
    assert in_environment(other) == in_environment(place)
    assert hub.log.count() == 0
    assert other.heard.begun == []


def test_the_record_of_hashes_is_only_a_shortcut(place: Place, locked: Lockfile) -> None:
    place.sync(locked)
    shutil.rmtree(place.store.parent / "record")
    assert place.plan(locked).current
    assert place.plan(locked, trust=False).current


def test_a_damaged_store_is_found_and_repaired(place: Place, locked: Lockfile, tmp_path: Path) -> None:
    place.sync(locked, link_mode="copy")
    path = stored(place, locked, BASE, "model.safetensors")
    damage(path)
    other = Place(tmp_path / "other", place.hugging_face)

    [item] = other.plan(locked).to_fetch
    assert (item.state, item.file.path) == ("damaged", "model.safetensors")
    assert item.found not in {"", item.file.sha256}
    other.sync(locked)

    assert path.read_bytes() == FILES["model.safetensors"]
    assert in_environment(other) == in_environment(place)


def test_damage_through_a_link_is_repaired_on_both_sides(place: Place, locked: Lockfile) -> None:
    place.sync(locked, link_mode="hardlink")
    path = stored(place, locked, BASE, "model.safetensors")
    damage(path)

    assert not place.plan(locked).current
    place.sync(locked, link_mode="hardlink")

    assert path.read_bytes() == FILES["model.safetensors"]
    assert FILES["model.safetensors"] in in_environment(place).values()
    assert place.plan(locked).current


@pytest.mark.parametrize(
    "harm",
    [
        lambda place: (place.environment / "environment.json").write_text("{"),
        lambda place: (place.environment / "environment.json").write_text('{"models": 7}'),
        lambda place: (place.environment / ".gitignore").unlink(),
        lambda place: (place.environment / "python" / "sitecustomize.py").write_text("evil"),
        lambda place: next(place.hub_cache.glob("*/refs/main")).write_text("0" * 40),
        lambda place: next(place.hub_cache.rglob("config.json")).unlink(),
        lambda place: shutil.rmtree(place.hub_cache / "models--acme--base"),
    ],
    ids=["record", "record's shape", "own file", "hook", "ref", "file", "model"],
)
def test_an_environment_that_was_changed_is_made_anew(
    hub: EmbeddedHub, place: Place, locked: Lockfile, harm: Callable[[Place], object]
) -> None:
    place.sync(locked)
    before = tree(place.environment)
    harm(place)
    hub.log.clear()

    assert not place.plan(locked).current
    place.sync(locked, offline=True)

    assert tree(place.environment) == before
    assert hub.log.count() == 0


def test_bytes_that_only_seem_new_are_no_reason_to_build(place: Place, locked: Lockfile) -> None:
    place.sync(locked, link_mode="copy")
    config = next(place.hub_cache.rglob("config.json"))
    config.write_bytes(config.read_bytes())
    assert place.plan(locked).current


def test_damage_on_the_way_is_fetched_once_more(hub: EmbeddedHub, place: Place, locked: Lockfile) -> None:
    fault = hub.faults.add(Corrupt(position=200), path="/cdn/", times=1)
    assert place.sync(locked).rebuilt
    assert fault.hits == 1
    assert damage_free(place, locked)


def damage_free(place: Place, locked: Lockfile) -> bool:
    return place.plan(locked, trust=False).current and not place.plan(locked, trust=False).to_fetch


def test_a_hub_that_lies_about_a_file_changes_nothing(hub: EmbeddedHub, place: Place, locked: Lockfile) -> None:
    first = lock(place.hugging_face, requirement(BASE, "tokenizers"))
    place.sync(first)
    before = tree(place.environment)
    hub.faults.add(Corrupt(position=200), path=r"/cdn/.*/acme/base")

    with pytest.raises(IntegrityError, match=r"`model\.safetensors` of `acme/base@") as caught:
        place.sync(locked)

    assert "twice" in str(caught.value.hint)
    assert caught.value.exit_code == 1
    assert tree(place.environment) == before
    corrupted = bytearray(FILES["model.safetensors"])
    corrupted[200] ^= 0xFF
    assert bytes(corrupted) not in tree(place.store).values()
    assert place.heard.ended == 1
    hub.faults.clear()
    place.sync(locked)
    assert damage_free(place, locked)


def test_large_files_are_verified_while_they_arrive(hub: EmbeddedHub, place: Place) -> None:
    files = models.bert_classifier(weight_bytes=WORTH_FOLLOWING + 1)
    hub.repositories.create("acme/large", files)
    lockfile = lock(place.hugging_face, requirement("acme/large"))
    place.sync(lockfile)
    assert damage_free(place, lockfile)
    damage(stored(place, lockfile, "acme/large", "model.safetensors"))
    fault = hub.faults.add(Corrupt(position=9_000), path="/cdn/")
    with pytest.raises(IntegrityError):
        place.sync(lockfile)
    assert fault.hits == 2
    hub.faults.clear()
    place.sync(lockfile)
    assert damage_free(place, lockfile)


def test_a_large_file_that_cannot_be_had_is_an_error(hub: EmbeddedHub, place: Place) -> None:
    hub.repositories.create("acme/large", models.bert_classifier(weight_bytes=WORTH_FOLLOWING + 1))
    lockfile = lock(place.hugging_face, requirement("acme/large"))
    hub.repositories.delete("acme/large")
    with pytest.raises(PtmdepsError, match="acme/large"):
        place.sync(lockfile)


def test_a_listing_that_lied_about_a_hash_is_caught_when_the_bytes_come(hub: EmbeddedHub, place: Place) -> None:
    rule = hub.faults.add(Lie(path="model.safetensors", sha256="e" * 64), path="/api/models/")
    lockfile = lock(place.hugging_face, requirement(BASE))
    hub.faults.clear()
    assert rule.hits
    with pytest.raises(IntegrityError, match=f"sha256:{'e' * 64}"):
        place.sync(lockfile)
    assert not place.environment.exists()


def test_several_failures_are_reported_together(hub: EmbeddedHub, place: Place, locked: Lockfile) -> None:
    hub.faults.add(Corrupt(position=200), path="/cdn/")
    with pytest.raises(ResolutionError, match="2 files could not be fetched") as caught:
        place.sync(locked)
    assert [type(cause) for cause in caught.value.causes] == [IntegrityError, IntegrityError]
    assert caught.value.exit_code == 1


def test_what_was_fetched_before_a_failure_stays(hub: EmbeddedHub, place: Place, locked: Lockfile) -> None:
    hub.repositories[LORA].gate("auto")
    with pytest.raises(PtmdepsError, match="gated"):
        place.sync(locked)
    assert [item.file.path for item in place.plan(locked).to_fetch] == ["adapter_model.safetensors"]


def test_a_lost_commit_is_no_obstacle_for_what_is_stored(hub: EmbeddedHub, place: Place, locked: Lockfile) -> None:
    place.sync(locked)
    shutil.rmtree(place.environment)
    hub.repositories.delete(BASE)
    assert place.sync(locked).rebuilt


def test_offline_says_what_is_missing(hub: EmbeddedHub, place: Place, locked: Lockfile) -> None:
    hub.log.clear()
    with pytest.raises(HubUnreachable, match="`acme/base`, `acme/lora` are missing or damaged") as caught:
        place.sync(locked, offline=True)
    assert "with a connection" in str(caught.value.hint)
    assert not place.environment.exists()
    assert hub.log.count() == 0


@pytest.fixture
def later(hub: EmbeddedHub, place: Place, locked: Lockfile) -> Lockfile:
    """The lock after a commit that left the weights as they were; the store has them from the commit before."""
    place.sync(locked)
    hub.repositories[BASE].commit({"README.md": b"# Card\n"}, message="Card")
    later = lock(place.hugging_face, requirement(BASE))
    assert later.models[0].revision not in {model.revision for model in locked.models}
    assert not stored(place, later, BASE, "model.safetensors").exists()
    place.heard.begun.clear()
    hub.log.clear()
    return later


@pytest.mark.parametrize("linked", [True, False], ids=["links", "no links"])
def test_what_another_revision_brought_is_stored(
    hub: EmbeddedHub, place: Place, later: Lockfile, monkeypatch: pytest.MonkeyPatch, *, linked: bool
) -> None:
    if not linked:
        monkeypatch.setenv("HF_HUB_DISABLE_SYMLINKS", "1")
    assert {item.state for item in place.plan(later).items} == {"stored"}

    done = place.sync(later, offline=True)

    assert (done.rebuilt, done.plan.to_fetch, done.warnings) == (True, (), ())
    assert (hub.log.count(), place.heard.begun) == (0, [])
    entry = stored(place, later, BASE, "model.safetensors")
    assert entry.is_symlink() == linked
    assert entry.read_bytes() == FILES["model.safetensors"]
    assert damage_free(place, later)
    [model] = place.hugging_face.stock()[:1]
    kept = next(one for one in model.revisions if one.revision == later.models[0].revision)
    assert (kept.fetched, len(kept.owners)) == (True, 1)


def test_what_another_revision_brought_and_was_damaged_since_is_fetched(
    hub: EmbeddedHub, place: Place, locked: Lockfile, later: Lockfile
) -> None:
    blob = stored(place, locked, BASE, "model.safetensors").resolve()
    damage(blob)
    assert [item.state for item in place.plan(later).to_fetch] == ["missing"]
    place.sync(later)
    assert hub.log.count("/cdn/", method="GET") == 1
    assert blob.read_bytes() == FILES["model.safetensors"]
    assert damage_free(place, later)


def test_an_entry_that_cannot_be_made_changes_nothing(
    place: Place, locked: Lockfile, later: Lockfile, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.EROFS, "Read-only file system")

    before = tree(place.environment)
    monkeypatch.setattr(Path, "symlink_to", refuse)
    with pytest.raises(StoreError, match="cannot be written: Read-only file system"):
        place.sync(later)
    assert tree(place.environment) == before
    assert place.plan(locked).current


def test_a_busy_hub_is_an_error_that_can_be_tried_again(
    hub: EmbeddedHub, place: Place, locked: Lockfile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("time.sleep", lambda _: None)
    hub.faults.add(unavailable(), path="/cdn/")
    with pytest.raises(PtmdepsError):
        place.sync(locked)
    hub.faults.clear()
    assert place.sync(locked).rebuilt


def test_a_full_disk_is_said_before_anything_is_fetched(
    hub: EmbeddedHub, place: Place, locked: Lockfile, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage(place.root.parent)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=10))
    hub.log.clear()
    with pytest.raises(StoreError, match="10 left"):
        place.sync(locked)
    assert hub.log.count() == 0


def test_the_folders_of_the_store_are_made(place: Place, locked: Lockfile) -> None:
    shutil.rmtree(place.store)
    assert place.sync(locked).rebuilt
    assert damage_free(place, locked)


def test_exact_takes_out_what_is_not_locked(place: Place, locked: Lockfile) -> None:
    place.sync(locked)
    surplus = place.hub_cache / "models--acme--surplus" / "snapshots" / "x"
    surplus.mkdir(parents=True)
    (surplus / "config.json").write_text("{}")
    (next(place.hub_cache.rglob("config.json")).parent / "more.txt").write_text("more")

    assert not place.plan(locked).current
    assert place.plan(locked, exact=False).current
    place.sync(locked)

    assert not surplus.exists()
    assert not list(place.hub_cache.rglob("more.txt"))


def test_what_loaders_hide_in_the_environment_is_no_surplus(place: Place, locked: Lockfile) -> None:
    place.sync(locked)
    for hidden in (".no_exist/x/added_tokens.json", ".locks/x"):
        path = place.hub_cache / "models--acme--base" / hidden
        path.parent.mkdir(parents=True)
        path.write_text("")
    assert place.plan(locked).current


def test_inexact_keeps_what_is_not_locked(place: Place, locked: Lockfile) -> None:
    place.sync(locked)
    only_base = lock(place.hugging_face, requirement(BASE))
    place.sync(only_base, exact=False)
    assert {path.name for path in place.hub_cache.iterdir()} == {"models--acme--base", "models--acme--lora"}
    place.sync(only_base)
    assert {path.name for path in place.hub_cache.iterdir()} == {"models--acme--base"}


@pytest.mark.parametrize("link_mode", ["auto", "symlink", "copy"])
def test_what_inexact_kept_can_be_taken_out_of_an_empty_lock(place: Place, locked: Lockfile, link_mode: str) -> None:
    place.sync(locked, link_mode=link_mode)
    before = in_environment(place)
    place.sync(Lockfile(), exact=False)
    assert in_environment(place) == before
    place.sync(Lockfile())
    assert in_environment(place) == {}


def test_an_empty_lock_makes_an_environment_without_models(place: Place) -> None:
    assert place.sync(Lockfile()).rebuilt
    assert not place.hub_cache.exists()
    assert place.plan(Lockfile()).current


# protection


def test_pins_are_protected_and_the_store_scans_clean(place: Place, locked: Lockfile) -> None:
    place.sync(locked)
    scanned = scan_cache_dir(place.store)
    assert not scanned.warnings
    protected = {revision.commit_hash for repo in scanned.repos for revision in repo.revisions if revision.refs}
    assert protected == {model.revision for model in locked.models}


def test_a_model_that_leaves_the_lock_is_free(place: Place, locked: Lockfile) -> None:
    place.sync(locked)
    place.sync(lock(place.hugging_face, requirement(BASE)))
    assert [path.parts[-4] for path in place.store.glob("models--*/refs/ptmdeps/*")] == ["models--acme--base"]


def test_protection_that_a_kill_prevented_is_caught_up_with(place: Place, locked: Lockfile) -> None:
    place.sync(locked)
    for reference in place.store.glob("models--*/refs/ptmdeps/*"):
        reference.unlink()
    assert not place.sync(locked).rebuilt
    assert len(list(place.store.glob("models--*/refs/ptmdeps/*"))) == len(locked.models)


def test_a_store_that_cannot_be_written_is_a_warning(place: Place, locked: Lockfile, tmp_path: Path) -> None:
    place.sync(locked)
    for name in (BASE, LORA):
        folder = place.store / folder_name(name) / "refs"
        shutil.rmtree(folder)
        folder.write_text("no folder")
    other = Place(tmp_path / "other", place.hugging_face)

    done = other.sync(locked)

    assert done.rebuilt
    [warning] = done.warnings
    assert "cannot be written" in warning
    assert "prune" in warning
    assert in_environment(other) == in_environment(place)


def test_a_stored_file_that_cannot_be_read_is_an_error(place: Place, locked: Lockfile, tmp_path: Path) -> None:
    place.sync(locked)
    path = stored(place, locked, BASE, "config.json").resolve()

    def refuse(_: Path) -> str:
        raise PermissionError(13, "Permission denied")

    patch = pytest.MonkeyPatch()
    patch.setattr("ptmdeps.verification.sha256_of", refuse)
    path.write_bytes(path.read_bytes())
    with pytest.raises(StoreError, match="cannot be read: Permission denied"):
        Place(tmp_path / "other", place.hugging_face).sync(locked)
    patch.undo()


# what is refused


def test_an_entry_that_was_changed_by_hand_is_refused(locked: Lockfile) -> None:
    sync.refuse_tampered(locked)
    base, lora = locked.models
    tampered = replace(base, revision="f" * 40)
    with pytest.raises(IntegrityError, match=r"entry of `acme/base` in `ptm\.lock`") as caught:
        sync.refuse_tampered(replace(locked, models=(tampered, lora)))
    assert (caught.value.expected, caught.value.found) == (base.recorded_digest, model_digest(tampered))
    assert "ptmdeps lock -P acme/base" in str(caught.value.hint)


def test_a_model_of_an_unknown_hub_is_refused(place: Place, locked: Lockfile) -> None:
    hubs = {"huggingface": place.hugging_face, "torchhub": None}
    assert sync.open_hubs(locked, hubs) == {"huggingface": place.hugging_face}
    foreign = replace(locked.models[0], key=ModelKey("torchhub", "pytorch/vision"))
    with pytest.raises(LockfileError, match=r"no hub `torchhub` in `model\[1\]\.hub`"):
        sync.open_hubs(replace(locked, models=(locked.models[1], foreign)), hubs)


# what it is all for


def test_code_without_revisions_loads_the_pins_offline(hub: EmbeddedHub, place: Place) -> None:
    hub.repositories.create("acme/open", FILES)
    hub.repositories.alias("open", "acme/open")
    hub.repositories["acme/open"].tag("v1")
    wishes = [requirement("acme/open", "snapshot"), requirement("open", "snapshot")]
    wishes += [requirement("acme/open", "snapshot", ref="v1"), requirement("open", "file", ref="refs/pr/1")]
    hub.repositories["acme/open"].pull_request(1, {"README.md": b"# request"})
    lockfile = lock(place.hugging_face, *wishes)
    place.sync(lockfile)
    hub.repositories["acme/open"].commit({"config.json": b'{"late": true}'})
    hub.log.clear()
    code = """
        import json, pathlib
        found = {}
        for name, revision in [("acme/open", None), ("acme/open", "main"), ("open", None), ("acme/open", "v1")]:
            one = hf_hub_download(name, "config.json", revision=revision)
            whole = snapshot_download(name, revision=revision)
            assert pathlib.Path(whole, "config.json").read_bytes() == pathlib.Path(one).read_bytes()
            found[f"{name}@{revision}"] = pathlib.Path(one).read_text()
        found["request"] = pathlib.Path(hf_hub_download("open", "README.md", revision="refs/pr/1")).read_text()
        print(json.dumps(found))
    """

    done = place.run(FORGET_NOTHING + "\n".join(line.removeprefix(" " * 8) for line in code.splitlines()))

    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found.pop("request") == "# request"
    assert len(found) == 4
    assert set(found.values()) == {FILES["config.json"].decode()}
    assert hub.log.count() == 0
    assert place.plan(lockfile).current
