"""Addresses and repositories of PyTorch Hub: kills, full and read-only disks, and a server that changes its mind."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from embedded_files import EmbeddedFiles
from embedded_github import EmbeddedGitHub
from embedded_hub import models
from embedded_hub.faults import Corrupt, Stall
from tests.faults.disks import needs_mounts, read_only, small
from tests.faults.world import World, ended, listing

pytestmark = pytest.mark.faults

SIZE = 12_000_000
WEIGHTS = models.bert_encoder(weight_bytes=SIZE)["model.safetensors"]
NAME = "large.safetensors"


@pytest.fixture
def files() -> Iterator[EmbeddedFiles]:
    with EmbeddedFiles() as running:
        yield running


@pytest.fixture
def project(world: World, files: EmbeddedFiles, tmp_path: Path) -> Iterator[World]:
    """A project that loads a large file and a repository, and whose store is empty."""
    with EmbeddedGitHub(tmp_path / "github") as github:
        github.create("acme/nets", {"hubconf.py": b"def net():\n    pass\n", "data.txt": bytes(range(65, 91)) * 20_000})
        url = files.put(f"/{NAME}", WEIGHTS)
        code = f'import torch\ntorch.hub.load("acme/nets", "net")\ntorch.hub.load_state_dict_from_url("{url}")\n'
        (world.project / "app.py").write_text(code)
        yield world.told(PTMDEPS_GITHUB_ENDPOINT=github.endpoint)


def partial(world: World) -> int:
    """Bytes of downloads that are not complete."""
    return sum(path.stat().st_size for path in (world.cache / "models").rglob("*.incomplete"))


def until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)


def killed_at(world: World, files: EmbeddedFiles, share: float, command: str) -> None:
    """``kill -9`` when so much of the file is there."""
    kept = int(len(WEIGHTS) * share)
    files.faults.add(Stall(seconds=60, after=kept), method="GET")
    process = world.start(command)
    until(lambda: partial(world) >= kept - 70_000)
    process.kill()
    ended(process, (command, "(killed)"), code=-9)
    files.faults.clear()
    files.log.clear()


def forget(world: World) -> None:
    """Empty the store."""
    (world.cache / "models").rename(world.root / "aside")


def right(world: World) -> bool:
    """Whether the environment has everything as it was served."""
    hub = world.environment / "torch" / "hub"
    return (hub / "checkpoints" / NAME).read_bytes() == WEIGHTS and (hub / "acme_nets_main/data.txt").is_file()


def test_a_lock_that_is_killed_goes_on_with_what_it_fetched(project: World, files: EmbeddedFiles) -> None:
    killed_at(project, files, 0.9, "lock")
    assert not project.lockfile.exists()
    project.run("sync")
    assert files.log.sent() < len(WEIGHTS) * 0.12
    assert right(project)
    assert partial(project) == 0


def test_a_sync_that_is_killed_goes_on_with_what_it_fetched(project: World, files: EmbeddedFiles) -> None:
    project.run("lock")
    forget(project)
    killed_at(project, files, 0.9, "sync")
    assert not project.environment.exists()
    project.run("sync")
    assert files.log.sent() < len(WEIGHTS) * 0.12
    assert right(project)


def test_wrong_bytes_are_fetched_once_more_and_then_refused(project: World, files: EmbeddedFiles) -> None:
    project.run("lock")
    forget(project)
    files.faults.add(Corrupt(position=SIZE // 2), method="GET", times=1)
    project.run("sync")
    assert right(project)
    project.environment.rename(project.root / "old")
    (project.cache / "models").rename(project.root / "again")
    files.faults.add(Corrupt(position=SIZE // 2), method="GET")
    outcome = project.run("sync", code=1)
    assert "does not match the lock" in outcome.err
    assert not project.environment.exists()


def test_a_file_that_was_replaced_is_told_as_that(project: World, files: EmbeddedFiles) -> None:
    project.run("lock")
    forget(project)
    url = files.put(f"/{NAME}", WEIGHTS[:-1] + b"\x01")
    outcome = project.run("sync", code=1)
    assert f"what is at `{url}` does not match the lock" in outcome.err
    assert f"`ptmdeps lock -P {url}` pins what is there now" in outcome.err
    project.run("lock", "-P", url)
    project.run("sync")


@needs_mounts
@pytest.mark.parametrize("command", ["lock", "sync"])
def test_a_store_that_cannot_be_written_is_said(project: World, command: str) -> None:
    if command == "sync":
        project.run("lock")
        forget(project)
    (project.cache / "models").mkdir(parents=True)
    before = listing(project.project)
    with read_only(project, project.cache) as disk:
        outcome = disk.world.run(command, code=2)
    assert "Read-only file system" in outcome.err
    assert "hint: " in outcome.err
    assert listing(project.project) == before


@needs_mounts
def test_a_full_disk_is_said_and_what_fits_is_gone_on_with(project: World, files: EmbeddedFiles) -> None:
    with small(project, project.cache, size=40_000_000) as disk:
        disk.fill(leave=6_000_000)
        outcome = disk.world.run("lock", code=2)
        assert "cannot be stored: No space left on device" in outcome.err
        assert not project.lockfile.exists()
        disk.free()
        files.log.clear()
        disk.world.run("lock")
        assert files.log.sent() < len(WEIGHTS) - 4_000_000
        disk.world.run("sync", "--link-mode", "copy")
    assert right(project)


def test_models_that_want_one_place_are_said_by_every_command(project: World, files: EmbeddedFiles) -> None:
    project.run("lock")
    before = listing(project.project)
    other = files.put(f"/other/{NAME}", b"other")
    with (project.project / "app.py").open("a") as stream:
        stream.write(f'torch.hub.load_state_dict_from_url("{other}")\n')
    for command in ("lock", "sync"):
        outcome = project.run(command, code=2)
        assert "want the same place in the environment" in outcome.err
        assert "because app.py:" in outcome.err
    assert listing(project.project) | {"app.py": ""} == before | {"app.py": ""}
