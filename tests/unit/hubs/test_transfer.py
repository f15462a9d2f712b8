"""Large files: what an earlier download left is gone on with, and nothing counts before its hash is right."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from filelock import FileLock
from huggingface_hub import HfFileMetadata, constants, scan_cache_dir
from huggingface_hub.utils import XetFileData

from embedded_hub import EmbeddedHub, models
from embedded_hub.faults import (
    Corrupt,
    Delay,
    Fault,
    IgnoreRange,
    Lie,
    Reset,
    SetHeaders,
    Stall,
    Truncate,
    server_error,
    unavailable,
)
from ptmdeps.errors import HubUnreachable, PtmdepsError, StoreError
from ptmdeps.hubs.huggingface import HuggingFace, transfer
from ptmdeps.hubs.huggingface.transfer import WORTH_RESUMING, Places, source, transferable
from ptmdeps.hubs.protocol import Arrived
from ptmdeps.lockfile.model import LockedFile, LockedModel
from tests.worlds import hugging_face, pin

NAME = "acme/large"
SIZE = WORTH_RESUMING + 1_000_000
CONTENT = models.bert_classifier(weight_bytes=SIZE)["model.safetensors"]
CDN = "/cdn/"


@pytest.fixture
def face(hub: EmbeddedHub, tmp_path: Path) -> HuggingFace:
    hub.repositories.create(NAME, models.bert_classifier(weight_bytes=SIZE))
    return hugging_face(hub, tmp_path / "store")


@pytest.fixture
def model(face: HuggingFace) -> LockedModel:
    return pin(face, NAME)


@pytest.fixture
def weights(model: LockedModel) -> LockedFile:
    return next(file for file in model.files if file.path == "model.safetensors")


@pytest.fixture
def places(face: HuggingFace, model: LockedModel, weights: LockedFile) -> Places:
    return Places.of(face.store(), model, weights)


class Steps(list[int]):
    """What a progress bar hears."""

    def __call__(self, size: int) -> None:
        self.append(size)


def fetch(face: HuggingFace, model: LockedModel, weights: LockedFile) -> tuple[Arrived, Steps]:
    steps = Steps()
    return face.fetch(model, weights, steps), steps


def leave(places: Places, size: int, *, tag: str = "", content: bytes = CONTENT) -> None:
    """As an earlier download that was broken off after so many bytes."""
    places.partial.parent.mkdir(parents=True, exist_ok=True)
    places.mutex.parent.mkdir(parents=True, exist_ok=True)
    places.partial.write_bytes(content[:size])
    if tag:
        places.validator.write_text(tag)


def tag_of(weights: LockedFile) -> str:
    """The entity tag of the embedded hub's delivery network."""
    return f'"{hashlib.sha256(weights.sha256.encode()).hexdigest()}"'


def whole(places: Places) -> bool:
    """Everything is as the client would have left it."""
    return (
        places.pointer.read_bytes() == CONTENT
        and places.pointer.resolve() == places.blob.resolve()
        and not places.pointer.readlink().is_absolute()
        and not places.partial.exists()
        and not places.validator.exists()
        and not list(places.blob.parent.glob("tmp_*"))
    )


def test_a_whole_download(
    hub: EmbeddedHub, face: HuggingFace, model: LockedModel, weights: LockedFile, places: Places
) -> None:
    hub.log.clear()
    arrived, steps = fetch(face, model, weights)
    assert arrived == Arrived(path=places.pointer, sha256=weights.sha256)
    assert arrived.path == face.stored_path(model, weights)
    assert whole(places)
    assert sum(steps) == weights.size
    assert (hub.log.count("/resolve/", method="HEAD"), hub.log.count(CDN)) == (1, 1)
    assert not scan_cache_dir(face.store()).warnings


@pytest.mark.parametrize("tagged", [True, False], ids=["with its tag", "as older clients leave it"])
def test_a_broken_download_goes_on(
    hub: EmbeddedHub, face: HuggingFace, model: LockedModel, weights: LockedFile, places: Places, *, tagged: bool
) -> None:
    leave(places, SIZE * 9 // 10, tag=tag_of(weights) if tagged else "")
    assert face.arrived(model, weights) == SIZE * 9 // 10
    hub.log.clear()

    arrived, steps = fetch(face, model, weights)

    assert arrived.sha256 == weights.sha256
    assert whole(places)
    assert hub.log.sent(CDN) == weights.size - SIZE * 9 // 10
    assert sum(steps) == weights.size - SIZE * 9 // 10
    assert face.arrived(model, weights) == 0


def test_a_download_that_lacks_only_its_name_needs_no_bytes(
    hub: EmbeddedHub, face: HuggingFace, model: LockedModel, weights: LockedFile, places: Places
) -> None:
    leave(places, weights.size)
    hub.log.clear()
    fetch(face, model, weights)
    assert whole(places)
    assert hub.log.count(CDN) == 0


def _changed(places: Places, _: LockedFile) -> Fault | None:
    leave(places, 5_000_000, tag='"another representation"', content=bytes(SIZE))
    return None


def _no_ranges(places: Places, weights: LockedFile) -> Fault | None:
    leave(places, 5_000_000, tag=tag_of(weights), content=bytes(SIZE))
    return IgnoreRange()


def _too_long(places: Places, _: LockedFile) -> Fault | None:
    leave(places, SIZE * 2, content=bytes(SIZE * 2))
    return None


def _another_part(places: Places, weights: LockedFile) -> Fault | None:
    leave(places, 5_000_000, tag=tag_of(weights))
    return SetHeaders(headers={"Content-Range": f"bytes 7-{SIZE}/{SIZE}"})


def _no_such_part(places: Places, weights: LockedFile) -> Fault | None:
    leave(places, 5_000_000, tag=tag_of(weights))
    return SetHeaders(headers={"Content-Range": f"bytes */{SIZE}"})


@pytest.mark.parametrize("prepare", [_changed, _no_ranges, _too_long, _another_part, _no_such_part])
def test_what_cannot_be_gone_on_with_is_begun_again(
    hub: EmbeddedHub, face: HuggingFace, model: LockedModel, weights: LockedFile, places: Places, *, prepare: object
) -> None:
    assert callable(prepare)
    if fault := prepare(places, weights):
        hub.faults.add(fault, path=CDN, times=1)
    left = min(face.arrived(model, weights), weights.size)
    hub.log.clear()

    arrived, steps = fetch(face, model, weights)

    assert arrived.sha256 == weights.sha256
    assert whole(places)
    assert left + sum(steps) == weights.size
    assert min(steps) == -left


def test_a_partial_file_with_wrong_bytes_is_thrown_away_and_the_next_fetch_begins_anew(
    face: HuggingFace, model: LockedModel, weights: LockedFile, places: Places
) -> None:
    leave(places, 5_000_000, tag=tag_of(weights), content=bytes(SIZE))
    arrived, _ = fetch(face, model, weights)
    assert arrived.sha256 not in {"", weights.sha256}
    assert not places.partial.exists() and not places.blob.exists() and not places.pointer.is_symlink()

    assert fetch(face, model, weights)[0].sha256 == weights.sha256
    assert whole(places)


@pytest.mark.parametrize(
    "fault",
    [Truncate(keep=5_000_000), Reset(after=5_000_000), Reset(), unavailable(), server_error()],
    ids=["cut short", "reset in the middle", "reset at once", "503", "500"],
)
def test_a_connection_that_breaks_is_made_again_from_there(
    hub: EmbeddedHub, face: HuggingFace, model: LockedModel, weights: LockedFile, places: Places, *, fault: Fault
) -> None:
    rule = hub.faults.add(fault, path=CDN, times=2)
    hub.log.clear()

    arrived, steps = fetch(face, model, weights)

    assert rule.hits == 2
    assert arrived.sha256 == weights.sha256
    assert whole(places)
    assert sum(steps) == weights.size
    assert all(entry.range or index < 3 for index, entry in enumerate(hub.log.matching(CDN)))


def test_patience_lasts_as_long_as_something_comes(
    hub: EmbeddedHub, face: HuggingFace, model: LockedModel, weights: LockedFile, places: Places
) -> None:
    rule = hub.faults.add(Truncate(keep=1_500_000), path=CDN, times=6)
    assert fetch(face, model, weights)[0].sha256 == weights.sha256
    assert rule.hits > 4, "more than the patience of this test"
    assert whole(places)


def test_a_hub_that_sends_nothing_is_given_up_and_what_is_there_stays(
    hub: EmbeddedHub, face: HuggingFace, model: LockedModel, weights: LockedFile, places: Places
) -> None:
    leave(places, 5_000_000, tag=tag_of(weights))
    hub.faults.add(Reset(), path=CDN)
    with pytest.raises(HubUnreachable):
        fetch(face, model, weights)
    assert places.partial.stat().st_size == 5_000_000
    hub.faults.clear()
    hub.log.clear()
    fetch(face, model, weights)
    assert whole(places)
    assert hub.log.sent(CDN) == weights.size - 5_000_000


def test_more_bytes_than_were_listed_are_not_written(
    hub: EmbeddedHub, face: HuggingFace, model: LockedModel, weights: LockedFile, places: Places
) -> None:
    leave(places, 5_000_000, tag=tag_of(weights))
    hub.faults.add(IgnoreRange(), path=CDN)
    short = LockedFile(path=weights.path, size=WORTH_RESUMING, sha256=weights.sha256, git=weights.git)
    hub.faults.add(Lie(path=weights.path, size=WORTH_RESUMING), path="/resolve/")
    with pytest.raises(PtmdepsError):
        fetch(face, model, short)
    assert not places.blob.exists()
    assert not places.partial.exists() or places.partial.stat().st_size <= WORTH_RESUMING


def test_bytes_in_an_encoding_are_refused(
    hub: EmbeddedHub, face: HuggingFace, model: LockedModel, weights: LockedFile, places: Places
) -> None:
    hub.faults.add(SetHeaders(headers={"Content-Encoding": "gzip"}), path=CDN)
    with pytest.raises(PtmdepsError, match="could not be read"):
        fetch(face, model, weights)
    assert not places.blob.exists()


def test_the_token_goes_to_the_hub_alone(
    hub: EmbeddedHub, face: HuggingFace, model: LockedModel, weights: LockedFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub.repositories.users["hf_ada"] = "ada"
    monkeypatch.setenv("HF_TOKEN", "hf_ada")
    hub.log.clear()
    fetch(face, model, weights)
    assert all(entry.had_authorization for entry in hub.log.matching("/resolve/"))
    assert [entry.had_authorization for entry in hub.log.matching(CDN)] == [False]


@pytest.mark.parametrize(
    ("location", "kept"),
    [
        ("https://hub.example/f", True),
        ("https://hub.example:8443/f", False),
        ("http://hub.example/f", False),
        ("https://cdn.example/f", False),
        ("https://hub.example.evil.example/f", False),
    ],
)
def test_another_origin_is_another_host(location: str, *, kept: bool) -> None:
    metadata = HfFileMetadata(commit_hash=None, etag=None, location=location, size=None, xet_file_data=None)
    found = source(metadata, "https://hub.example", {"authorization": "Bearer x", "user-agent": "y"})
    assert found.url == location
    assert ("authorization" in found.headers) == kept
    assert found.headers["user-agent"] == "y"


def test_processes_that_want_the_same_file_fetch_it_once(
    hub: EmbeddedHub, face: HuggingFace, model: LockedModel, weights: LockedFile, places: Places
) -> None:
    hub.faults.add(Delay(seconds=0.3), path=CDN, times=1)
    hub.log.clear()
    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(lambda _: fetch(face, model, weights), range(4)))
    assert hub.log.count(CDN) == 1
    assert {arrived.path for arrived, _ in done} == {places.pointer}
    assert sorted(sum(steps) for _, steps in done) == [0, 0, 0, weights.size]
    assert whole(places)


def test_who_waits_for_another_process_says_so(
    face: HuggingFace,
    model: LockedModel,
    weights: LockedFile,
    places: Places,
    caplog: pytest.LogCaptureFixture,
) -> None:
    places.mutex.parent.mkdir(parents=True, exist_ok=True)
    taken = threading.Event()

    def hold() -> None:
        with FileLock(places.mutex):
            taken.set()
            time.sleep(1.3)

    other = threading.Thread(target=hold)
    other.start()
    taken.wait()
    fetch(face, model, weights)
    other.join()
    assert "waiting for another process that fetches the same file" in caplog.text
    assert whole(places)


def test_a_file_system_without_locks_does_without(
    face: HuggingFace,
    model: LockedModel,
    weights: LockedFile,
    places: Places,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise NotImplementedError("use SoftFileLock instead")

    monkeypatch.setattr(FileLock, "acquire", refuse)
    fetch(face, model, weights)
    assert whole(places)


def test_where_links_cannot_be_made_the_file_itself_is_the_entry(
    face: HuggingFace, model: LockedModel, weights: LockedFile, places: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(Path, "symlink_to", refuse)
    fetch(face, model, weights)
    assert places.pointer.read_bytes() == CONTENT
    assert not places.pointer.is_symlink()
    assert not places.blob.exists()


def test_without_links_another_revision_gets_bytes_of_its_own(
    hub: EmbeddedHub, face: HuggingFace, model: LockedModel, weights: LockedFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    fetch(face, model, weights)
    hub.repositories[NAME].commit({"README.md": b"# New card\n"}, message="Card")
    later = pin(face, NAME)
    monkeypatch.setenv("HF_HUB_DISABLE_SYMLINKS", "1")
    hub.log.clear()

    assert fetch(face, later, weights)[0].path.read_bytes() == CONTENT

    assert hub.log.count(CDN) == 0
    assert not face.stored_path(later, weights).is_symlink()
    assert face.stored_path(model, weights).read_bytes() == CONTENT, "the first one is as it was"
    assert not list(face.store().rglob("tmp_*"))


def test_another_revision_with_the_same_file_needs_no_request(
    hub: EmbeddedHub, face: HuggingFace, model: LockedModel, weights: LockedFile
) -> None:
    fetch(face, model, weights)
    hub.repositories[NAME].commit({"README.md": b"# New card\n"}, message="Card")
    later = pin(face, NAME)
    assert later.revision != model.revision
    hub.log.clear()

    for file in later.files:
        if file.size > 100_000:
            face.fetch(later, file, Steps())

    assert len(hub.log) == 0
    assert face.stored_path(later, weights).read_bytes() == CONTENT


def test_a_cache_that_is_read_only_is_said(
    face: HuggingFace, model: LockedModel, weights: LockedFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(transfer, "_write", refuse)
    with pytest.raises(StoreError, match="Read-only file system"):
        fetch(face, model, weights)


def _metadata(weights: LockedFile, **changes: object) -> HfFileMetadata:
    values: dict[str, object] = {"etag": weights.sha256, "size": weights.size, "xet_file_data": None, **changes}
    return HfFileMetadata(commit_hash="c" * 40, location="https://cdn.example/f", **values)  # type: ignore[arg-type]


def test_what_the_client_does_better_is_left_to_it(
    weights: LockedFile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    xet = XetFileData(file_hash="ab" * 32, refresh_route="https://hub.example/xet")
    monkeypatch.setattr(constants, "HF_HUB_DISABLE_XET", False)
    assert transferable(_metadata(weights), weights, tmp_path)
    assert transferable(_metadata(weights, xet_file_data=xet), weights, tmp_path)
    assert not transferable(_metadata(weights, etag="0" * 40), weights, tmp_path)
    assert not transferable(_metadata(weights, size=7), weights, tmp_path)
    with monkeypatch.context() as patch:
        patch.setattr(constants, "HF_XET_HIGH_PERFORMANCE", True)
        assert not transferable(_metadata(weights, xet_file_data=xet), weights, tmp_path)
        assert transferable(_metadata(weights), weights, tmp_path)
    with monkeypatch.context() as patch:
        patch.setattr(constants, "MAX_HTTP_DOWNLOAD_SIZE", 1000)
        assert not transferable(_metadata(weights, xet_file_data=xet), weights, tmp_path)
    shared = tmp_path / "blobs" / "ab" / ("ab" * 32)
    shared.parent.mkdir(parents=True)
    shared.touch()
    assert not transferable(_metadata(weights, xet_file_data=xet), weights, tmp_path)
    monkeypatch.setattr(constants, "HF_HUB_DISABLE_XET", True)
    assert transferable(_metadata(weights, xet_file_data=xet), weights, tmp_path)


def test_the_client_takes_what_we_stored_as_its_own(
    hub: EmbeddedHub, face: HuggingFace, model: LockedModel, weights: LockedFile, hub_environment: dict[str, str]
) -> None:
    fetch(face, model, weights)
    hub.log.clear()
    code = f"import huggingface_hub as h; print(h.hf_hub_download({NAME!r}, 'model.safetensors', revision='main'))"
    settings = hub_environment | {"HF_HUB_CACHE": str(face.store())}
    done = subprocess.run([sys.executable, "-c", code], env=settings, check=True, capture_output=True, text=True)
    assert Path(done.stdout.strip()) == face.stored_path(model, weights)
    assert hub.log.count(CDN) == 0


@pytest.mark.usefixtures("places")
def test_a_stall_ends_and_goes_on(
    hub: EmbeddedHub, face: HuggingFace, model: LockedModel, weights: LockedFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(constants, "HF_HUB_DOWNLOAD_TIMEOUT", 0.3)
    hub.faults.add(Stall(seconds=5, after=SIZE - 100_000), path=CDN, times=1)
    hub.log.clear()
    assert fetch(face, model, weights)[0].sha256 == weights.sha256
    assert hub.log.sent(CDN) < weights.size * 1.1
    assert not list(face.store().rglob("*.incomplete"))


@pytest.mark.parametrize("times", [1, 2])
def test_wrong_bytes_from_the_hub_are_never_stored(
    hub: EmbeddedHub, face: HuggingFace, model: LockedModel, weights: LockedFile, places: Places, *, times: int
) -> None:
    hub.faults.add(Corrupt(position=SIZE // 2), path=CDN, times=times)
    for _ in range(times):
        arrived, _ = fetch(face, model, weights)
        assert arrived.sha256 != weights.sha256
        assert not places.blob.exists() and not places.partial.exists()
    assert fetch(face, model, weights)[0].sha256 == weights.sha256
