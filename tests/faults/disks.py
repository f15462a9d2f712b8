"""Disks that are full or read-only, mounted where only the command under test sees them: needs no privileges."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from tests.faults.world import World

_UNSHARE = ("unshare", "--user", "--map-root-user", "--mount")


def _can_mount() -> bool:
    """Whether this user may mount a tmpfs in a namespace of their own; some containers forbid it."""
    if shutil.which("unshare") is None or shutil.which("nsenter") is None:
        return False
    trial = (*_UNSHARE, "mount", "-t", "tmpfs", "none", "/tmp")  # noqa: S108 - in a namespace that ends at once
    return subprocess.run(trial, capture_output=True, check=False).returncode == 0


needs_mounts = pytest.mark.skipif(not _can_mount(), reason="user namespaces are forbidden here: nothing can be mounted")


@dataclass(frozen=True, slots=True, kw_only=True)
class Disk:
    """A disk that exists for the commands of ``world`` only, mounted at ``folder``."""

    world: World
    folder: Path
    holder: int

    def see(self, path: Path) -> Path:
        """A path as the commands see it, from outside."""
        return Path(f"/proc/{self.holder}/root{path}")

    @property
    def _filler(self) -> Path:
        return self.see(self.folder / ".filler")

    def fill(self, *, leave: int = 0) -> None:
        """Let no more than ``leave`` bytes be free."""
        free = shutil.disk_usage(self.see(self.folder)).free - leave
        with self._filler.open("ab", buffering=0) as stream:
            while free > 0:
                try:
                    free -= stream.write(bytes(min(free, 65_536)))
                except OSError as error:
                    if error.errno != errno.ENOSPC:
                        raise
                    break

    def free(self) -> None:
        """Give back what was filled."""
        self._filler.unlink()


@contextmanager
def small(world: World, folder: Path, *, size: int = 4_000_000, files: int = 10_000) -> Iterator[Disk]:
    """A disk of ``size`` bytes for at most so many files; what ``folder`` holds is on it already."""
    folder.mkdir(parents=True, exist_ok=True)
    beside = folder.with_name(f"{folder.name}-contents")
    shutil.copytree(folder, beside, symlinks=True)
    script = 'mount -t tmpfs -o "size=$2,nr_inodes=$3,mode=755" none "$1" && cp -a "$4/." "$1"'
    with _mounted(world, folder, script, str(size), str(files), str(beside)) as disk:
        yield disk


@contextmanager
def read_only(world: World, folder: Path) -> Iterator[Disk]:
    """A folder that cannot be written, not even by root."""
    folder.mkdir(parents=True, exist_ok=True)
    script = 'mount --bind "$1" "$1" && mount -o remount,bind,ro "$1"'
    with _mounted(world, folder, script) as disk:
        yield disk


@contextmanager
def _mounted(world: World, folder: Path, script: str, *arguments: str) -> Iterator[Disk]:
    command = (*_UNSHARE, "sh", "-c", f"{script} && echo ready && exec cat", "sh", str(folder), *arguments)
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdin is not None
        assert holder.stdout.readline() == "ready\n"
        enter = ("nsenter", "--target", str(holder.pid), "--user", "--mount", "--preserve-credentials")
        # the current folder is another one in there, if the disk is mounted over it
        again = ("sh", "-c", 'cd "$0" && exec "$@"', str(world.project))
        yield Disk(world=replace(world, prefix=(*enter, *again)), folder=folder, holder=holder.pid)
        holder.stdin.close()


def without_override(world: World) -> World:
    """The same world for a user whom permissions stop; they do not stop root otherwise."""
    if os.geteuid() != 0:
        return world
    return replace(world, prefix=("setpriv", "--bounding-set=-dac_override,-dac_read_search"))
