"""Files of a bundle in the store of another machine."""

from __future__ import annotations

import os
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from huggingface_hub import scan_cache_dir

from ptmdeps.bundle import opened, take_in
from ptmdeps.bundle.taking_in import absent
from ptmdeps.errors import IntegrityError, StoreError
from ptmdeps.fetching import Item
from ptmdeps.hubs.huggingface import HuggingFace
from ptmdeps.links import reflink
from ptmdeps.lockfile.model import Lockfile
from ptmdeps.sync import stored_items
from ptmdeps.verification import Verified
from tests.unit.bundle.conftest import Exporter
from tests.worlds import Heard, Place, tree


class Machine:
    """A store without any hub behind it."""

    def __init__(self, folder: Path) -> None:
        self.cache = folder / "store"
        self.hub = HuggingFace(endpoint="http://127.0.0.1:9", cache=self.cache)
        self.verified, self.heard = Verified({}, None), Heard()

    def items(self, lockfile: Lockfile) -> tuple[Item, ...]:
        return stored_items(lockfile, {"huggingface": self.hub}, self.verified)

    def take_in(self, path: Path, lockfile: Lockfile, link_mode: str = "auto") -> None:
        items = [item for item in self.items(lockfile) if item.state != "stored"]
        hubs, bundle = {"huggingface": self.hub}, opened(path)
        take_in(items, bundle, hubs, self.verified, self.heard, owner="me", link_mode=link_mode)

    def states(self, lockfile: Lockfile) -> set[str]:
        return {item.state for item in self.items(lockfile)}


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path / "elsewhere")


@pytest.mark.parametrize("form", ["archive", "into_folder"])
def test_everything_is_stored_as_the_client_would_store_it(
    synced: Exporter, place: Place, machine: Machine, form: str
) -> None:
    machine.take_in(getattr(synced, form)(), synced.lockfile)

    assert machine.states(synced.lockfile) == {"stored"}
    there = {path: content for path, content in tree(place.store).items() if path.startswith("models--")}
    here = tree(machine.cache)
    assert here == {path: there[path] for path in here}
    assert any("/blobs/" in path for path in here)
    scanned = scan_cache_dir(machine.cache)
    assert scanned.warnings == []
    assert {repository.repo_id for repository in scanned.repos} == {model.key.name for model in synced.lockfile.models}
    assert sum(machine.heard.sizes) == machine.heard.begun[0][1]


def test_files_of_a_folder_are_linked_unless_told_otherwise(exporter: Exporter, machine: Machine) -> None:
    folder = exporter.into_folder(link_mode="copy")

    def shared() -> bool:
        return all(
            path.resolve().stat().st_nlink > 1 for path in machine.cache.rglob("snapshots/*/*") if path.is_file()
        )

    machine.take_in(folder, exporter.lockfile, "copy")
    assert not shared()
    shutil.rmtree(machine.cache)
    machine.take_in(folder, exporter.lockfile)
    if not _reflinks(machine.cache):
        assert shared()


def _reflinks(folder: Path) -> bool:
    (folder / "a").write_text("x")
    try:
        reflink(folder / "a", folder / "b")
    except OSError:
        return False
    return True


@pytest.mark.parametrize("form", ["archive", "into_folder"])
def test_a_damaged_file_leaves_the_store_as_it_was(exporter: Exporter, machine: Machine, form: str) -> None:
    bundle = exporter.archive() if form == "archive" else exporter.into_folder(link_mode="copy")
    largest = max(exporter.lockfile.models[0].files, key=lambda file: file.size)
    if form == "archive":
        content = bytearray(bundle.read_bytes())
        at = opened(bundle).offsets
        assert at is not None
        content[at[largest.sha256] + largest.size // 2] ^= 0xFF
        bundle.write_bytes(content)
    else:
        victim = bundle / "files" / "sha256" / largest.sha256[:2] / largest.sha256
        content, times = bytearray(victim.read_bytes()), victim.stat()
        content[largest.size // 2] ^= 0xFF
        victim.write_bytes(content)
        os.utime(victim, ns=(times.st_atime_ns, times.st_mtime_ns))

    with pytest.raises(IntegrityError, match="in the bundle"):
        machine.take_in(bundle, exporter.lockfile)
    assert tree(machine.cache) == {}


def test_a_file_that_was_hashed_here_before_is_hashed_again(exporter: Exporter, machine: Machine) -> None:
    """The bundle's file system shows whatever inode and time its maker likes."""
    folder = exporter.into_folder(link_mode="copy")
    file = exporter.lockfile.models[0].files[0]
    victim = folder / "files" / "sha256" / file.sha256[:2] / file.sha256
    machine.verified.hash(victim)
    status, content = victim.stat(), victim.read_bytes()
    with victim.open("r+b") as stream:
        stream.write(bytes([content[0] ^ 0xFF]))
    os.utime(victim, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert machine.verified.hash(victim) == file.sha256, "the record is deceived"

    with pytest.raises(IntegrityError):
        machine.take_in(folder, exporter.lockfile)


def test_damage_in_the_store_is_repaired(exporter: Exporter, machine: Machine) -> None:
    bundle = exporter.archive()
    machine.take_in(bundle, exporter.lockfile)
    model = exporter.lockfile.models[0]
    stored = machine.hub.stored_path(model, model.files[0]).resolve()
    stored.unlink()
    stored.write_bytes(b"decayed")
    assert machine.states(exporter.lockfile) == {"stored", "damaged"}

    machine.take_in(bundle, exporter.lockfile)

    assert machine.states(exporter.lockfile) == {"stored"}


def test_one_content_at_several_places_is_stored_at_each(exporter: Exporter, machine: Machine) -> None:
    """Two paths of one model, and two models."""
    first, second = exporter.lockfile.models
    again = replace(first.files[0], path="again/there.bin")
    exporter.lockfile = replace(
        exporter.lockfile,
        models=(
            replace(first, files=(*first.files, again)),
            replace(second, files=(*second.files, replace(first.files[0], path="from-the-other.bin"))),
        ),
    )
    machine.take_in(exporter.archive(), exporter.lockfile)
    assert machine.states(exporter.lockfile) == {"stored"}


def test_what_a_bundle_lacks_is_known_before(exporter: Exporter, machine: Machine) -> None:
    whole = exporter.lockfile
    exporter.lockfile = replace(whole, models=whole.models[:1])
    bundle = opened(exporter.archive())
    lacking = absent(machine.items(whole), bundle)
    assert {item.model.key.name for item in lacking} == {whole.models[1].key.name}


def test_a_store_without_room_is_said_before(
    exporter: Exporter, machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    bundle = exporter.archive()
    usage = shutil.disk_usage(exporter.folder)._replace(free=10)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
    with pytest.raises(StoreError, match="are to be taken in"):
        machine.take_in(bundle, exporter.lockfile)
    assert tree(machine.cache) == {}


def test_a_store_that_cannot_be_written_is_said(exporter: Exporter, machine: Machine) -> None:
    machine.cache.parent.mkdir()
    machine.cache.write_text("a file")
    with pytest.raises(StoreError, match="cannot be written"):
        machine.take_in(exporter.archive(), exporter.lockfile)


def test_leftovers_of_the_same_owner_are_deleted_and_no_others(exporter: Exporter, machine: Machine) -> None:
    bundle = exporter.archive()
    blobs = machine.cache / f"models--{exporter.lockfile.models[0].key.name.replace('/', '--')}" / "blobs"
    blobs.mkdir(parents=True)
    (blobs / "0123.me.taking-in").write_bytes(b"half")
    (blobs / "0123.other.taking-in").write_bytes(b"half")
    machine.take_in(bundle, exporter.lockfile)
    assert [path.name for path in machine.cache.rglob("*.taking-in")] == ["0123.other.taking-in"]
