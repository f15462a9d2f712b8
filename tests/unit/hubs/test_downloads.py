"""Downloads that break off, and go on only where the server still has the same file."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest

from embedded_files import EmbeddedFiles
from embedded_hub.exchange import Answer, Request
from embedded_hub.faults import Corrupt, Fails, Fault, IgnoreRange, Reset, SetHeaders, Stall, Truncate, unavailable
from ptmdeps.errors import HubUnreachable, ModelNotFound, StoreError, UnsafeContent
from ptmdeps.hubs.downloads import Downloaded, download, unfinished
from ptmdeps.hubs.web import Patience, Web
from tests.unit.hubs.scripted import Scripted, says

HURRY = Patience(attempts=2, first_delay=0.001, read=5.0)
CONTENT = bytes(range(256)) * 16_000
SIZE = len(CONTENT)


class Steps(list[int]):
    """What a progress bar hears."""

    def __call__(self, size: int) -> None:
        self.append(size)


@pytest.fixture
def files() -> Iterator[EmbeddedFiles]:
    with EmbeddedFiles() as running:
        yield running


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "blobs" / "file"


def fetch(url: str, target: Path, *, largest: int = 1 << 42, patience: Patience = HURRY) -> tuple[Downloaded, Steps]:
    steps = Steps()
    return download(Web(patience), url, target, "a file", progress=steps, largest=largest), steps


def leave(target: Path, size: int, *, tag: str = "", content: bytes = CONTENT) -> None:
    """As an earlier process that was killed after so many bytes."""
    target.parent.mkdir(parents=True)
    unfinished(target).write_bytes(content[:size])
    if tag:
        target.with_name(f"{target.name}.etag").write_text(tag)


def tag_of(content: bytes) -> str:
    return f'"{hashlib.sha256(content).hexdigest()[:32]}"'


def whole(found: Downloaded, target: Path, content: bytes = CONTENT) -> bool:
    """Everything is there, and nothing else."""
    digests = hashlib.sha256(content).hexdigest(), hashlib.md5(content, usedforsecurity=False).hexdigest()
    return (
        (found.path, found.size, found.sha256, found.md5) == (target, len(content), *digests)
        and target.read_bytes() == content
        and [path.name for path in target.parent.iterdir()] == [target.name]
    )


@pytest.mark.parametrize("length", ["right", None])
@pytest.mark.parametrize("content", [CONTENT, b""])
def test_a_whole_download(files: EmbeddedFiles, target: Path, content: bytes, length: str | None) -> None:
    url = files.put("/file", content, length=None if length is None else "right")
    found, steps = fetch(url, target)
    assert whole(found, target, content)
    assert sum(steps) == len(content)
    assert (found.head.etag, found.head.size) == (tag_of(content), len(content))


@pytest.mark.parametrize(
    "fault", [Truncate(keep=1_500_000), Reset(after=1_500_000), Stall(seconds=30, after=1_500_000)]
)
def test_a_connection_that_breaks_is_gone_on_with(files: EmbeddedFiles, target: Path, fault: Fault) -> None:
    url = files.put("/file", CONTENT)
    files.faults.add(fault, times=1)
    found, steps = fetch(url, target, patience=Patience(attempts=2, first_delay=0.001, read=0.2))
    assert whole(found, target)
    assert sum(steps) == SIZE
    assert len(files.log) == 2
    if not isinstance(fault, Reset):  # which may take with it what arrived and was not read yet
        assert files.log.entries[1].size < SIZE - 1_400_000


def test_a_line_that_breaks_again_and_again_is_enough_as_long_as_it_brings_something(
    files: EmbeddedFiles, target: Path
) -> None:
    content = CONTENT * 3
    url = files.put("/file", content)
    rule = files.faults.add(Truncate(keep=1_200_000), times=9)
    found, steps = fetch(url, target)
    assert whole(found, target, content)
    assert (rule.hits, sum(steps)) == (9, len(content))


@pytest.mark.parametrize("keep", [0, 1_500_000])
def test_a_line_that_always_breaks_at_the_same_place_is_given_up(files: EmbeddedFiles, target: Path, keep: int) -> None:
    url = files.put("/file", CONTENT, etag=None)
    files.faults.add(Truncate(keep=keep))
    with pytest.raises(HubUnreachable, match=r"the connection to .* broke") as caught:
        fetch(url, target)
    assert caught.value.hint
    assert len(files.log) <= 6


def test_a_server_that_goes_away_in_between_leaves_what_is_there(files: EmbeddedFiles, target: Path) -> None:
    url = files.put("/file", CONTENT)
    files.faults.add(Truncate(keep=1_500_000), times=1)
    files.faults.add(unavailable(), after=1)
    with pytest.raises(HubUnreachable, match="answered 503"):
        fetch(url, target)
    left = unfinished(target).stat().st_size
    assert 1_400_000 < left <= 1_500_000
    files.faults.clear()
    files.log.clear()
    found, steps = fetch(url, target)
    assert whole(found, target)
    assert files.log.sent() == SIZE - left + 1, "and one byte"
    assert sum(steps) == SIZE - left


@pytest.mark.parametrize("left", [1, 1_000_000, SIZE - 1, SIZE])
def test_another_process_goes_on(files: EmbeddedFiles, target: Path, left: int) -> None:
    url = files.put("/file", CONTENT)
    leave(target, left, tag=tag_of(CONTENT))
    found, steps = fetch(url, target)
    assert whole(found, target)
    assert sum(steps) == SIZE - left
    assert files.log.sent() == SIZE - left + 1
    assert found.head.etag == tag_of(CONTENT)


def test_a_process_that_is_killed_leaves_what_the_next_one_needs(files: EmbeddedFiles, target: Path) -> None:
    url = files.put("/file", CONTENT)
    files.faults.add(Stall(seconds=60, after=2_000_000), times=1)
    program = f"""
        import os, pathlib
        from ptmdeps.hubs.downloads import download
        from ptmdeps.hubs.web import Web

        def heard(size, sizes=[]):
            sizes.append(size)
            if sum(sizes) >= 1_900_000:
                os._exit(9)

        download(Web(), {url!r}, pathlib.Path({str(target)!r}), "a file", progress=heard)
    """
    done = subprocess.run([sys.executable, "-c", textwrap.dedent(program)], check=False)
    assert done.returncode == 9
    left = unfinished(target).stat().st_size
    assert 1_900_000 <= left <= 2_000_000
    files.log.clear()
    found, steps = fetch(url, target)
    assert whole(found, target)
    assert (sum(steps), files.log.sent()) == (SIZE - left, SIZE - left + 1)


@pytest.mark.parametrize("tag", ["", '"another"', "not a tag", '"a"\r\nX-Evil: 1', "W/" + tag_of(CONTENT)])
def test_without_the_servers_own_name_for_it_nothing_is_gone_on_with(
    files: EmbeddedFiles, target: Path, tag: str
) -> None:
    url = files.put("/file", CONTENT)
    leave(target, 1_000_000, tag=tag, content=b"x" * SIZE)
    found, steps = fetch(url, target)
    assert whole(found, target)
    assert sum(steps) == SIZE - 1_000_000
    assert files.log.sent() == SIZE


@pytest.mark.parametrize("etag", ["weak", None])
def test_a_server_that_names_no_state_is_asked_for_everything(
    files: EmbeddedFiles, target: Path, etag: str | None
) -> None:
    url = files.put("/file", CONTENT, etag="weak" if etag else None)
    files.faults.add(Truncate(keep=2_000_000), times=1)
    found, steps = fetch(url, target)
    assert whole(found, target)
    assert sum(steps) == SIZE
    assert [entry.range for entry in files.log] == [None, None]


def test_a_file_that_is_replaced_in_between_is_fetched_as_it_is_now(files: EmbeddedFiles, target: Path) -> None:
    url = files.put("/file", b"old" * 1_000_000)
    files.faults.add(Truncate(keep=2_000_000), times=1)
    files.faults.add(Fails(status=503), after=1, times=2)
    with pytest.raises(HubUnreachable):
        fetch(url, target)
    files.put("/file", CONTENT)
    found, _ = fetch(url, target)
    assert whole(found, target)
    assert found.head.etag == tag_of(CONTENT)


@pytest.mark.parametrize("fault", [IgnoreRange(), SetHeaders(headers={"ETag": '"other"'})])
def test_what_a_server_may_do(files: EmbeddedFiles, target: Path, fault: Fault) -> None:
    url = files.put("/file", CONTENT)
    leave(target, 1_000_000, tag=tag_of(CONTENT))
    files.faults.add(fault)
    found, steps = fetch(url, target)
    assert whole(found, target)
    assert sum(steps) == SIZE - 1_000_000


@pytest.mark.parametrize(
    "extent",
    [
        "",
        "bytes 0-99/100",
        "bytes 5-/100",
        "bytes */100",
        "bytes ٣-4/5",
        "items 999999-4095999/4096000",
        "bytes 999999-",
    ],
)
def test_another_part_than_was_asked_for_is_thrown_away(target: Path, extent: str) -> None:
    def script(request: Request) -> Answer:
        if "range" in request.headers:
            return says(b"evil", status=206, ETag=tag_of(CONTENT), Content_Range=extent.encode().decode("latin-1"))
        return says(CONTENT, ETag=tag_of(CONTENT))

    leave(target, 1_000_000, tag=tag_of(CONTENT))
    with Scripted(script) as server:
        found, steps = fetch(server.endpoint, target)
    assert whole(found, target)
    assert sum(steps) == SIZE - 1_000_000


def test_a_part_that_nobody_asked_for_is_no_file(target: Path) -> None:
    answer = says(b"part", status=206, Content_Range="bytes 0-3/4")
    server = Scripted(lambda _: answer)
    with server, pytest.raises(HubUnreachable, match="has another part of `a file` than was asked for"):
        fetch(server.endpoint, target)
    assert not list(target.parent.iterdir())


def test_a_file_that_shrank_is_fetched_again(files: EmbeddedFiles, target: Path) -> None:
    url = files.put("/file", b"short")
    leave(target, 1_000_000, tag=tag_of(b"short"))
    found, steps = fetch(url, target)
    assert whole(found, target, b"short")
    assert sum(steps) == 5 - 1_000_000
    assert [entry.status for entry in files.log] == [416, 200]


@pytest.mark.parametrize("announced", [SIZE + 1, SIZE * 1000])
def test_less_than_was_announced_is_not_the_file(files: EmbeddedFiles, target: Path, announced: int) -> None:
    url = files.put("/file", CONTENT, length=announced)
    with pytest.raises(HubUnreachable):
        fetch(url, target)
    assert not target.exists()


def test_what_is_sent_beyond_the_announced_is_not_read(files: EmbeddedFiles, target: Path) -> None:
    url = files.put("/file", CONTENT, length=SIZE - 1)
    found, _ = fetch(url, target)
    assert whole(found, target, CONTENT[:-1])


@pytest.mark.parametrize("length", ["right", None])
def test_a_file_that_is_too_large_is_refused(files: EmbeddedFiles, target: Path, length: str | None) -> None:
    url = files.put("/file", CONTENT, length=None if length is None else "right")
    with pytest.raises(UnsafeContent, match=rf"more than {SIZE - 1:,} bytes for `a file`"):
        fetch(url, target, largest=SIZE - 1)
    assert not list(target.parent.iterdir())
    found, _ = fetch(url, target, largest=SIZE)
    assert whole(found, target)


def test_damaged_bytes_are_hashed_as_they_are(files: EmbeddedFiles, target: Path) -> None:
    url = files.put("/file", CONTENT)
    files.faults.add(Corrupt(position=1_000))
    found, _ = fetch(url, target)
    damaged = CONTENT[:1_000] + bytes([CONTENT[1_000] ^ 0xFF]) + CONTENT[1_001:]
    assert whole(found, target, damaged)


def test_what_the_server_called_it_may_lie_elsewhere(files: EmbeddedFiles, target: Path, tmp_path: Path) -> None:
    url, notes = files.put("/file", CONTENT), tmp_path / "notes"
    leave(target, 1_000_000)
    notes.mkdir()
    (notes / "file.etag").write_text(tag_of(CONTENT))
    found = download(Web(HURRY), url, target, "a file", notes=notes)
    assert whole(found, target)
    assert files.log.sent() == SIZE - 1_000_000 + 1
    assert not list(notes.iterdir())


def test_what_is_not_there_leaves_nothing(files: EmbeddedFiles, target: Path) -> None:
    with pytest.raises(ModelNotFound):
        fetch(files.url("/file"), target)
    assert not list(target.parent.iterdir())


def test_a_place_that_cannot_be_written_is_said(files: EmbeddedFiles, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StoreError, match="`a file` cannot be stored: ") as caught:
        fetch(files.put("/file", CONTENT), tmp_path / "file" / "blob")
    assert "PTMDEPS_CACHE" in (caught.value.hint or "")


def test_a_full_disk_is_said_and_keeps_what_fits(files: EmbeddedFiles, target: Path) -> None:
    pytest.importorskip("resource")
    program = f"""
        import pathlib, resource, signal
        from ptmdeps.errors import StoreError
        from ptmdeps.hubs.downloads import download
        from ptmdeps.hubs.web import Web

        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, 1_000_000))
        try:
            download(Web(), {files.put("/file", CONTENT)!r}, pathlib.Path({str(target)!r}), "a file")
        except StoreError as error:
            print(error.message)
    """
    command = [sys.executable, "-c", textwrap.dedent(program)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    assert done.stdout == "`a file` cannot be stored: File too large\n"
    assert unfinished(target).stat().st_size == 1_000_000
    found, steps = fetch(files.url("/file"), target)
    assert whole(found, target)
    assert sum(steps) == SIZE - 1_000_000
