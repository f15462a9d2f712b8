"""Caches that other tools made, of any version and on other disks, are used as they are: no request, no copy."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from huggingface_hub import scan_cache_dir

from embedded_hub import EmbeddedHub, models
from ptmdeps.hashing import git_blob_of
from ptmdeps.hubs.huggingface import HuggingFace
from ptmdeps.hubs.snapshots import store
from ptmdeps.lockfile.model import LockedFile, LockedModel, Lockfile
from tests.worlds import HURRY, Place, hugging_face, lock, requirement, tree

NAME = "acme/sentiment"
FILES = models.bert_classifier()


@pytest.fixture
def locked(hub: EmbeddedHub, tmp_path: Path) -> Lockfile:
    """A lock that was made elsewhere: this machine's caches know nothing of it."""
    hub.repositories.create(NAME, FILES)
    return lock(hugging_face(hub, tmp_path / "of-another-machine"), requirement(NAME))


def digest_of(file: LockedFile) -> str:
    """The name of a file's blob: Git's for what is in Git, SHA-256 for large files."""
    content = FILES[file.path]
    return file.git if git_blob_of(content) == file.git else file.sha256


def as_0_8(cache: Path, model: LockedModel) -> None:
    """0.8 to 0.16: blobs, snapshots, a ref; no locks, no tag."""
    folder = cache / store.folder_name(model.key.name)
    for file in model.files:
        blob = folder / "blobs" / digest_of(file)
        blob.parent.mkdir(parents=True, exist_ok=True)
        blob.write_bytes(FILES[file.path])
        entry = folder / "snapshots" / model.revision / file.path
        entry.parent.mkdir(parents=True, exist_ok=True)
        entry.symlink_to(os.path.relpath(blob, entry.parent))
    (folder / "refs").mkdir()
    (folder / "refs" / "main").write_text(model.revision)


def without_links(cache: Path, model: LockedModel) -> None:
    """Where links cannot be made, the snapshot holds the files themselves."""
    folder = cache / store.folder_name(model.key.name)
    for file in model.files:
        entry = folder / "snapshots" / model.revision / file.path
        entry.parent.mkdir(parents=True, exist_ok=True)
        entry.write_bytes(FILES[file.path])


def as_1_x(cache: Path, model: LockedModel) -> None:
    """Mutexes, the tag, the listing of the tree, files that are known not to exist."""
    as_0_8(cache, model)
    folder = cache / store.folder_name(model.key.name)
    (cache / "CACHEDIR.TAG").write_text("Signature: 8a477f597d28d172789f06886806bc55\n")
    (cache / ".locks" / folder.name).mkdir(parents=True)
    (folder / ".no_exist" / model.revision).mkdir(parents=True)
    (folder / ".no_exist" / model.revision / "adapter_config.json").touch()
    (folder / "trees").mkdir()
    (folder / "trees" / f"{model.revision}.json").write_text('{"format_version":1,"files":{}}')


def as_2_x(cache: Path, model: LockedModel) -> None:
    """Large files are links into a store that all repositories of the cache share, readable only."""
    as_1_x(cache, model)
    (cache / "blobs").mkdir()
    (cache / "blobs" / ".huggingface-shared-blobs").write_text("1\n")
    for blob in (cache / store.folder_name(model.key.name) / "blobs").iterdir():
        if len(blob.name) == 64:
            xet = hashlib.sha256(blob.name.encode()).hexdigest()
            shared = cache / "blobs" / xet[:2] / xet
            shared.parent.mkdir()
            blob.rename(shared)
            shared.chmod(0o444)
            shared.with_name(f"{xet}.refs").write_text(f"{blob.relative_to(cache)}\n")
            blob.symlink_to(os.path.relpath(shared, blob.parent))


LAYOUTS: dict[str, Callable[[Path, LockedModel], None]] = {
    "0.8": as_0_8,
    "1.x": as_1_x,
    "2.x with shared blobs": as_2_x,
    "without links": without_links,
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_cache_is_used_without_a_request_or_a_copy(
    hub: EmbeddedHub, tmp_path: Path, locked: Lockfile, layout: str
) -> None:
    cache = tmp_path / "cache"
    cache.mkdir()
    LAYOUTS[layout](cache, locked.models[0])
    before = {path: content for path, content in tree(cache).items() if ".locks" not in path}
    place = Place(tmp_path / "project", hugging_face(hub, cache))
    hub.log.clear()

    done = place.sync(locked, link_mode="hardlink", offline=True)

    assert done.rebuilt
    assert done.plan.to_fetch == ()
    assert hub.log.count() == 0
    after = {path: content for path, content in tree(cache).items() if ".locks" not in path and "/ptmdeps/" not in path}
    assert after == before
    weights = next(place.hub_cache.rglob("model.safetensors"))
    assert weights.stat().st_nlink == 2, "not a byte was copied"
    assert not scan_cache_dir(cache).warnings


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_cache_is_listed_as_what_it_is(hub: EmbeddedHub, tmp_path: Path, locked: Lockfile, layout: str) -> None:
    cache, [model] = tmp_path / "cache", locked.models
    cache.mkdir()
    LAYOUTS[layout](cache, model)
    [stored] = hugging_face(hub, cache).stock()
    [revision] = stored.revisions
    assert (stored.name, revision.revision, revision.fetched, revision.owners) == (NAME, model.revision, False, ())
    assert revision.refs == (() if layout == "without links" else ("main",))
    assert {file.path: file.size for file in revision.files} == {file.path: file.size for file in model.files}
    weights = next(file for file in revision.files if file.path == "model.safetensors")
    digest = next(file.sha256 for file in model.files if file.path == "model.safetensors")
    assert weights.digest == ("" if layout == "without links" else f"sha256:{digest}")
    assert weights.shared == (layout == "2.x with shared blobs")


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("above", [True, False], ids=["HF_HOME", "HF_HUB_CACHE"])
def test_a_shared_store_is_read_and_never_written(
    hub: EmbeddedHub, tmp_path: Path, locked: Lockfile, monkeypatch: pytest.MonkeyPatch, layout: str, *, above: bool
) -> None:
    shared = tmp_path / "mnt" / "hub"
    shared.mkdir(parents=True)
    LAYOUTS[layout](shared, locked.models[0])
    monkeypatch.setenv("PTMDEPS_SHARED_STORES", f"/not/there{os.pathsep}{shared.parent if above else shared}")
    before = tree(shared)
    place = Place(tmp_path / "project", hugging_face(hub, tmp_path / "own"))
    hub.log.clear()

    done = place.sync(locked, link_mode="symlink", offline=True)

    assert done.rebuilt
    assert hub.log.count() == 0
    assert tree(shared) == before
    assert not list((tmp_path / "own").glob("models--*/snapshots/*/*"))
    link = next(place.hub_cache.rglob("model.safetensors"))
    assert link.is_symlink()
    assert shared in link.readlink().parents
    assert place.plan(locked).current
    assert place.sync(locked, offline=True).rebuilt is False


@pytest.fixture
def shared(hub: EmbeddedHub, tmp_path: Path, locked: Lockfile) -> HuggingFace:
    """The user's own cache is empty, a shared one has everything."""
    as_1_x(tmp_path / "mnt", locked.models[0])
    return HuggingFace(
        endpoint=hub.endpoint, cache=tmp_path / "own", patience=HURRY, shared=[tmp_path / "empty", tmp_path / "mnt"]
    )


def test_the_first_level_that_is_whole_counts(
    hub: EmbeddedHub, tmp_path: Path, locked: Lockfile, shared: HuggingFace
) -> None:
    as_1_x(tmp_path / "own", locked.models[0])
    own = next((tmp_path / "own").rglob("model.safetensors"))
    content = bytearray(own.read_bytes())
    content[0] ^= 1
    own.write_bytes(content)
    place = Place(tmp_path / "project", shared)
    hub.log.clear()

    place.sync(locked, link_mode="symlink", offline=True)

    weights = next(place.hub_cache.rglob("model.safetensors")).readlink()
    config = next(place.hub_cache.rglob("config.json")).readlink()
    assert tmp_path / "mnt" in weights.parents
    assert tmp_path / "own" in config.parents


def test_what_is_damaged_there_is_fetched_into_the_own_store_and_stays_there_as_it_is(
    hub: EmbeddedHub, tmp_path: Path, locked: Lockfile, shared: HuggingFace
) -> None:
    there = next((tmp_path / "mnt").rglob("model.safetensors"))
    content = bytearray(there.read_bytes())
    content[0] ^= 1
    there.write_bytes(content)
    before = tree(tmp_path / "mnt")
    place = Place(tmp_path / "project", shared)
    hub.log.clear()

    place.sync(locked)

    assert hub.log.count("/cdn/") == 1
    assert tree(tmp_path / "mnt") == before
    assert next((tmp_path / "own").rglob("model.safetensors")).read_bytes() == FILES["model.safetensors"]
    assert [path.name for path in (tmp_path / "own").rglob("snapshots/*/*")] == ["model.safetensors"]


def test_a_file_of_another_revision_there_serves_as_well(
    hub: EmbeddedHub, tmp_path: Path, locked: Lockfile, shared: HuggingFace
) -> None:
    hub.repositories[NAME].commit({"README.md": b"# Card\n"}, message="Card")
    later = lock(hugging_face(hub, tmp_path / "elsewhere"), requirement(NAME))
    assert later.models[0].revision != locked.models[0].revision
    place = Place(tmp_path / "project", shared)
    place.sync(later)
    assert hub.log.count("/cdn/") == 0
    assert place.plan(later).current


def test_what_may_not_be_read_there_is_as_good_as_absent(
    tmp_path: Path, locked: Lockfile, shared: HuggingFace, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = Path.open

    def refuse(self: Path, *args: object, **keywords: object) -> object:
        if tmp_path / "mnt" in self.parents:
            raise PermissionError(13, "Permission denied")
        return real(self, *args, **keywords)  # type: ignore[call-overload]

    monkeypatch.setattr(Path, "open", refuse)
    place = Place(tmp_path / "project", shared)
    assert {item.state for item in place.plan(locked).items} == {"missing"}
    assert len(place.plan(locked).to_fetch) == len(locked.models[0].files)


def test_what_an_old_client_left_of_a_download_is_gone_on_with(hub: EmbeddedHub, tmp_path: Path) -> None:
    """0.x wrote to ``<etag>.incomplete`` as well, and so may go on with ours."""
    content = models.bert_classifier(weight_bytes=9_000_000)
    hub.repositories.create("acme/large", content)
    locked = lock(hugging_face(hub, tmp_path / "elsewhere"), requirement("acme/large"))
    weights = next(file for file in locked.models[0].files if file.path == "model.safetensors")
    partial = tmp_path / "own" / store.folder_name("acme/large") / "blobs" / f"{weights.sha256}.incomplete"
    partial.parent.mkdir(parents=True)
    partial.write_bytes(content["model.safetensors"][:8_500_000])
    place = Place(tmp_path / "project", hugging_face(hub, tmp_path / "own"))
    hub.log.clear()

    place.sync(locked)

    assert hub.log.sent("/cdn/") == weights.size - 8_500_000
    assert place.heard.begun == [("Fetching", sum(file.size for file in locked.models[0].files))]
    assert sum(place.heard.sizes) == place.heard.begun[0][1]
    shutil.rmtree(tmp_path / "own")
