"""The store of hubs that have none of their own: whole files or none, and what stands in the way is said."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from embedded_files import EmbeddedFiles
from embedded_github import EmbeddedGitHub
from embedded_hub.faults import Corrupt, Stall, unavailable
from ptmdeps.errors import PtmdepsError, StoreError
from ptmdeps.hubs.protocol import PinRequest, Reading
from ptmdeps.hubs.torchhub import TorchHub
from ptmdeps.hubs.url import Url
from ptmdeps.hubs.web import Patience
from ptmdeps.identity import ModelKey
from ptmdeps.lockfile.model import LockedModel
from ptmdeps.manifest.hubs import HubSettings
from tests.worlds import tree

HURRY = Patience(attempts=2, first_delay=0.001)
CONTENT = b"content " * 1000


@pytest.fixture
def files() -> Iterator[EmbeddedFiles]:
    with EmbeddedFiles() as running:
        yield running


@pytest.fixture
def github(tmp_path: Path) -> Iterator[EmbeddedGitHub]:
    with EmbeddedGitHub(tmp_path / "github") as running:
        running.create("acme/nets", {"hubconf.py": b"A = 1\n", "again.py": b"A = 1\n"})
        yield running


def url(store: Path) -> Url:
    return Url(cache=store, patience=HURRY)


def torchhub(github: EmbeddedGitHub, store: Path) -> TorchHub:
    return TorchHub(settings=HubSettings(endpoint=github.endpoint), cache=store, patience=HURRY)


def pin(hub: Url | TorchHub, name: str) -> LockedModel:
    return hub.pin(PinRequest(key=ModelKey(hub.name, name), readings=(Reading(reads="file"),)))


@pytest.fixture
def model(files: EmbeddedFiles, tmp_path: Path) -> LockedModel:
    return pin(url(tmp_path / "elsewhere"), files.put("/net.bin", CONTENT))


def test_where_it_is(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PTMDEPS_CACHE", str(tmp_path))
    assert Url().store() == tmp_path / "models" / "url"
    assert Url().shared_stores() == ()
    (tmp_path / "shared" / "models").mkdir(parents=True)
    monkeypatch.setenv("PTMDEPS_SHARED_STORES", f"{tmp_path / 'none'}:{tmp_path / 'shared'}:")
    assert Url().shared_stores() == (tmp_path / "shared" / "models" / "url",)
    assert Url(shared=[tmp_path]).shared_stores() == (tmp_path,)


def test_what_is_here_is_not_fetched(files: EmbeddedFiles, model: LockedModel, tmp_path: Path) -> None:
    hub, file = url(tmp_path / "store"), model.files[0]
    first = hub.fetch(model, file, lambda _: None)
    files.log.clear()
    entry = hub.stored_path(model, file)
    entry.unlink()
    second = hub.fetch(model, file, lambda _: None)
    assert (first.path, first.sha256, second.path, second.sha256) == (entry, file.sha256, entry, "")
    assert entry.read_bytes() == CONTENT
    assert entry.is_symlink()
    assert not entry.readlink().is_absolute()
    assert len(files.log) == 0


def test_wrong_bytes_are_not_kept(files: EmbeddedFiles, model: LockedModel, tmp_path: Path) -> None:
    hub = url(tmp_path / "store")
    files.faults.add(Corrupt(position=1), method="GET")
    assert hub.fetch(model, model.files[0], lambda _: None).sha256 != model.files[0].sha256
    assert [path for path in tree(hub.store()) if ".locks" not in path] == []


def test_threads_fetch_a_file_once(files: EmbeddedFiles, model: LockedModel, tmp_path: Path) -> None:
    hub = url(tmp_path / "store")
    files.log.clear()
    with ThreadPoolExecutor(8) as pool:
        arrived = list(pool.map(lambda _: hub.fetch(model, model.files[0], lambda _: None), range(8)))
    assert {one.path.read_bytes() for one in arrived} == {CONTENT}
    assert files.log.count("/net.bin", method="GET") == 1


def test_files_of_one_content_are_one_blob(github: EmbeddedGitHub, tmp_path: Path) -> None:
    hub = torchhub(github, tmp_path / "store")
    model = pin(hub, "acme/nets")
    hub.fetch(model, model.files[0], lambda _: None)
    assert len(list(hub.store().glob("*/blobs/*"))) == 1
    asked = hub.requests()
    steps: list[int] = []
    hub.fetch(model, model.files[1], steps.append)
    assert (hub.requests(), sum(steps)) == (asked, model.files[1].size)
    hub.discard(model, model.files[0])
    assert not hub.stored_path(model, model.files[1]).exists()
    hub.fetch(model, model.files[1], lambda _: None)
    assert [hub.stored_path(model, file).read_bytes() for file in model.files] == [b"A = 1\n"] * 2


def test_what_was_put_aside_is_found_again(files: EmbeddedFiles, model: LockedModel, tmp_path: Path) -> None:
    hub, file = url(tmp_path / "store"), model.files[0]
    hub.fetch(model, file, lambda _: None)
    hub.stored_path(model, file).resolve().write_bytes(b"damaged")
    aside = hub.put_aside(model, file, "f" * 64)
    assert aside is not None
    assert aside.read_bytes() == b"damaged"
    assert aside.name.endswith(f"--{file.sha256[:12]}-ffffffffffff")
    assert hub.fetch(model, file, lambda _: None).path.read_bytes() == CONTENT
    assert files.log.count("/net.bin", method="GET") == 3


PLACES = pytest.mark.parametrize("place", ["", ".locks", "{folder}", "{folder}/blobs", "{folder}/snapshots"])
"""Where a file stands in the way: that stops root, too, whom permissions do not."""


def block(store: Path, folder: str, place: str) -> None:
    path = store / place.format(folder=folder)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("in the way")


@PLACES
def test_a_store_that_cannot_be_written_is_said(files: EmbeddedFiles, tmp_path: Path, place: str) -> None:
    address = files.put("/net.bin", CONTENT)
    model = pin(url(tmp_path / "elsewhere"), address)
    hub = url(tmp_path / "store")
    block(hub.store(), hub.stored_path(model, model.files[0]).relative_to(hub.store()).parts[0], place)
    with pytest.raises(StoreError, match=r"cannot be (written|stored): ") as caught:
        hub.fetch(model, model.files[0], lambda _: None)
    assert "PTMDEPS_CACHE" in (caught.value.hint or "")
    with pytest.raises(StoreError, match=r"cannot be (written|stored): "):
        pin(hub, address)


@PLACES
def test_a_store_that_cannot_take_a_repository_is_said(github: EmbeddedGitHub, tmp_path: Path, place: str) -> None:
    hub = torchhub(github, tmp_path / "store")
    model = pin(hub, "acme/nets")
    block(hub.store(), hub.stored_path(model, model.files[0]).relative_to(hub.store()).parts[0], place)
    with pytest.raises(StoreError, match="cannot be written: ") as caught:
        hub.fetch(model, model.files[0], lambda _: None)
    assert "PTMDEPS_CACHE" in (caught.value.hint or "")


def test_a_disk_that_is_full_is_said_and_nothing_is_half_there(github: EmbeddedGitHub, tmp_path: Path) -> None:
    pytest.importorskip("resource")
    github.create("acme/large", {"hubconf.py": b"A = 1\n", "data.bin": bytes(200_000)})
    program = f"""
        import pathlib, resource, signal
        from ptmdeps.errors import StoreError
        from ptmdeps.hubs.protocol import PinRequest, Reading
        from ptmdeps.hubs.torchhub import TorchHub
        from ptmdeps.identity import ModelKey
        from ptmdeps.manifest.hubs import HubSettings

        hub = TorchHub(settings=HubSettings(endpoint={github.endpoint!r}), cache=pathlib.Path({str(tmp_path / "s")!r}))
        request = PinRequest(key=ModelKey("torchhub", "acme/large"), readings=(Reading(reads="file"),))
        model = hub.pin(request)
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
        try:
            hub.fetch(model, model.files[0], lambda _: None)
        except StoreError as error:
            print(error.message)
    """
    done = subprocess.run([sys.executable, "-c", textwrap.dedent(program)], check=True, capture_output=True, text=True)
    assert done.stdout == f"`{tmp_path / 's'}` cannot be written: File too large\n"
    assert [path for path in tree(tmp_path / "s") if "tmp_" in path] == []
    hub = torchhub(github, tmp_path / "s")
    model = pin(hub, "acme/large")
    assert hub.fetch(model, model.files[0], lambda _: None).path.stat().st_size == 200_000


def test_what_was_broken_off_counts_as_here(files: EmbeddedFiles, tmp_path: Path) -> None:
    content = bytes(2_000_000)
    model = pin(url(tmp_path / "elsewhere"), files.put("/large.bin", content))
    hub = Url(cache=tmp_path / "store", patience=Patience(attempts=1, first_delay=0.001, read=0.1))
    files.faults.add(Stall(seconds=30, after=1_000_000), method="GET", times=1)
    files.faults.add(unavailable(), method="GET", after=1)
    with pytest.raises(PtmdepsError):
        hub.fetch(model, model.files[0], lambda _: None)
    here = hub.arrived(model, model.files[0])
    assert 900_000 < here <= 1_000_000
    files.faults.clear()
    steps: list[int] = []
    hub.fetch(model, model.files[0], steps.append)
    assert sum(steps) == len(content) - here
    assert hub.arrived(model, model.files[0]) == 0
