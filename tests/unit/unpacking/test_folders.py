from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest

from ptmdeps.errors import StoreError, UnsafeContent
from ptmdeps.unpacking import PREFIX, names, remove_abandoned, unpack
from tests.faults.disks import needs_mounts
from tests.unit.unpacking.making import DATA, Zipped, honest_tar, honest_zip, member, stored, tar, unpacked, zip_

REPOSITORY = {"acme-c0ffee/hubconf.py": b"x = 1", "acme-c0ffee/acme/net.py": b"y = 2", "acme-c0ffee/tests/a": b""}


@pytest.mark.parametrize(
    "data", [honest_zip({"./acme-c0ffee/": b"", **REPOSITORY}), honest_tar(REPOSITORY)], ids=["zip", "tar"]
)
def test_leading_folders_are_taken_off(tmp_path: Path, data: bytes) -> None:
    assert unpacked(tmp_path, data, strip=1) == {"hubconf.py": b"x = 1", "acme/net.py": b"y = 2", "tests/a": b""}
    assert [one.path for one in names(stored(tmp_path, data), strip=1)] == ["hubconf.py", "acme/net.py", "tests/a"]


@pytest.mark.parametrize(
    ("first", "second", "strip", "reason"),
    [
        ("acme/a", "other/b", 1, "`other/b` is not in `acme` like what is before it"),
        ("acme/a", "b", 1, "`b` is not in `acme` like|`b` is not in 1 folders"),
        ("a", "acme/b", 1, "`a` is not in 1 folders"),
        ("acme/x/a", "acme/y/a", 2, "`acme/y/a` is not in `acme/x` like"),
        ("acme/", "other/x/a", 2, "`other/x/a` is not in `acme` like"),
    ],
)
def test_all_members_are_in_the_leading_folders(
    tmp_path: Path, first: str, second: str, strip: int, reason: str
) -> None:
    with pytest.raises(UnsafeContent, match=reason):
        unpacked(tmp_path, honest_zip({first: b"", second: b""}), strip=strip)


def test_some_files_can_be_wanted(tmp_path: Path) -> None:
    asked: list[str] = []

    def only(path: str) -> bool:
        asked.append(path)
        return path.endswith(".py")

    data = honest_zip({"acme-c0ffee/empty/": b"", **REPOSITORY})
    assert set(unpacked(tmp_path, data, strip=1, only=only)) == {"hubconf.py", "acme/net.py"}
    assert asked == ["hubconf.py", "acme/net.py", "tests/a"]


def test_empty_folders_are_made(tmp_path: Path) -> None:
    unpack(stored(tmp_path, tar(member("./assets/", b"", tarfile.DIRTYPE))), tmp_path / "target")
    assert [path.name for path in (tmp_path / "target").iterdir()] == ["assets"]


@pytest.mark.parametrize("make", ["file", "folder", "dangling link"])
def test_what_exists_is_not_touched(tmp_path: Path, make: str) -> None:
    target = tmp_path / "target"
    match make:
        case "file":
            target.touch()
        case "folder":
            target.mkdir()
        case _:
            target.symlink_to("nowhere")
    with pytest.raises(StoreError, match="exists already"):
        unpack(stored(tmp_path, tar(member("a"))), target)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["hostile\x1b", "target"]


@pytest.mark.parametrize("work", [lambda path: unpack(path, path.with_name("target")), names])
def test_an_archive_that_is_not_there_is_told(tmp_path: Path, work: Callable[[Path], object]) -> None:
    with pytest.raises(StoreError, match="No such file"):
        work(tmp_path / "missing")
    assert list(tmp_path.iterdir()) == []


def test_an_error_of_the_caller_leaves_nothing(tmp_path: Path) -> None:
    def only(path: str) -> bool:
        raise KeyboardInterrupt(path)

    with pytest.raises(KeyboardInterrupt):
        unpack(stored(tmp_path, tar(member("a"))), tmp_path / "in" / "target", only=only)
    assert list((tmp_path / "in").iterdir()) == []


FULL = """
mount -t tmpfs -o size=1m none "$1" && exec "$2" -c '
import sys
from pathlib import Path
from ptmdeps.errors import StoreError
from ptmdeps.unpacking import unpack
folder = Path(sys.argv[1])
try:
    unpack(Path(sys.argv[2]), folder / "target")
except StoreError as error:
    print(error.message, error.hint, list(folder.iterdir()))
' "$1" "$3"
"""


@needs_mounts
@pytest.mark.parametrize("data", [honest_tar({"a/b": bytes(3_000_000)}, "w:gz"), zip_(Zipped(data=bytes(3_000_000)))])
def test_a_full_disk_is_told_and_nothing_stays(tmp_path: Path, data: bytes) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    command = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", FULL, "sh"]
    done = subprocess.run(
        [*command, str(disk), sys.executable, str(stored(tmp_path, data))], check=True, capture_output=True, text=True
    )
    assert f"`{disk / 'target'}` cannot be written: No space left on device Free some space" in done.stdout
    assert done.stdout.endswith(" []\n")


STARTED = """
import sys
from pathlib import Path
from ptmdeps.unpacking import unpack
def only(path):
    if path == "b":
        print("half", flush=True)
        sys.stdin.read()
    return True
unpack(Path(sys.argv[1]), Path(sys.argv[2]), only=only)
"""


def test_a_kill_leaves_what_the_next_run_removes(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    command = [sys.executable, "-c", STARTED, str(stored(tmp_path, tar(member("a"), member("b")))), str(folder / "x")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "half\n"
        (left,) = folder.iterdir()
        assert left.name.startswith(PREFIX)
        remove_abandoned(folder)
        assert (left / "a").read_bytes() == DATA
        process.send_signal(signal.SIGKILL)
    assert [path.name for path in folder.iterdir()] == [left.name]
    (folder / f"{PREFIX}link").symlink_to(tmp_path)
    remove_abandoned(folder)
    assert [path.name for path in folder.iterdir()] == [f"{PREFIX}link"]
    assert (tmp_path / "hostile\x1b").exists()


def test_two_runs_may_have_one_target(tmp_path: Path) -> None:
    archive, target = stored(tmp_path, tar(member("a"))), tmp_path / "in" / "target"

    def only(path: str) -> bool:
        with contextlib.suppress(StoreError):
            unpack(archive, target)
        return bool(path)

    with pytest.raises(StoreError, match="cannot be written"):
        unpack(archive, target, only=only)
    assert os.listdir(target.parent) == ["target"]  # noqa: PTH208 - names, not paths
    assert (target / "a").read_bytes() == DATA
