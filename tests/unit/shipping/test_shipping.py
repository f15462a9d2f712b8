"""Locks in wheels: put there by real builds, found in real environments, and never run."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from pathlib import Path

import pytest

from ptmdeps.distributions.environment import Interpreter
from ptmdeps.errors import LockfileError
from ptmdeps.lockfile import dumps
from ptmdeps.shipping import lock_to_ship
from ptmdeps.shipping.installed import shipped_locks
from tests.unit.shipping.wheels import BACKENDS, LOCK, ROOT, SETUPTOOLS, build, building, environment, library

PLACES = {
    "hatchling": "acme_nlp-1.2.dist-info/extra_metadata/ptm.lock",
    "setuptools": "acme_nlp-1.2.dist-info/ptm.lock",
}


def python(path: Path) -> Interpreter:
    return Interpreter(path=path, because="the test says so", label="test")


@pytest.fixture(params=BACKENDS)
def backend(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    pytest.importorskip(name, reason=f"{name} is in the group `test` of pyproject.toml")
    return name


def test_a_wheel_holds_the_lock_among_its_metadata(backend: str, tmp_path: Path) -> None:
    wheel = build(library(tmp_path / "library", BACKENDS[backend]))
    with zipfile.ZipFile(wheel) as archive:
        assert archive.read(PLACES[backend]).decode() == dumps(LOCK)
        assert [name for name in archive.namelist() if "ptm.lock" in name] == [PLACES[backend]]
        [record] = [name for name in archive.namelist() if name.endswith("/RECORD")]
        assert f"{PLACES[backend]},sha256=" in archive.read(record).decode()


def test_a_source_distribution_holds_what_its_wheel_needs(backend: str, tmp_path: Path) -> None:
    sdist = build(library(tmp_path / "library", BACKENDS[backend]), "sdist")
    with tarfile.open(sdist) as archive:
        archive.extractall(tmp_path / "unpacked", filter="data")
    [unpacked] = (tmp_path / "unpacked").iterdir()
    with zipfile.ZipFile(build(unpacked)) as archive:
        assert archive.read(PLACES[backend]).decode() == dumps(LOCK)


def test_installed_it_is_found_and_nothing_is_imported(backend: str, tmp_path: Path) -> None:
    wheel = build(library(tmp_path / "library", BACKENDS[backend]))
    [found] = shipped_locks(python(environment(tmp_path / "environment", wheel)))
    assert (found.name, found.version, found.problem) == ("acme-nlp", "1.2", "")
    assert found.lockfile == LOCK


@pytest.mark.parametrize(
    ("lock", "said"),
    [
        ("version = 1\n[[model]]\n", "is missing"),
        (dumps(LOCK).replace('revision = "', 'revision = "0', 1), "a commit of 40"),
        (dumps(LOCK).replace("size = 570", "size = 571"), "changed without locking again"),
        ("<<<<<<< ours\n", "conflict markers"),
    ],
)
def test_a_lock_that_is_not_fit_for_others_fails_the_build(backend: str, tmp_path: Path, lock: str, said: str) -> None:
    done = building(library(tmp_path / "library", BACKENDS[backend], lock))
    assert done.returncode != 0
    assert said in done.stdout + done.stderr


def test_a_lock_that_is_not_there_fails_the_build(backend: str, tmp_path: Path) -> None:
    project = library(tmp_path / "library", BACKENDS[backend])
    (project / "ptm.lock").unlink()
    done = building(project)
    assert done.returncode != 0
    assert "is to be shipped and cannot be read" in done.stdout + done.stderr


def test_setuptools_ships_nothing_unless_asked(tmp_path: Path) -> None:
    """Its hooks run in every build in whose environment ptmdeps happens to be."""
    project = library(tmp_path / "library", SETUPTOOLS.replace(', "ptmdeps>=0.1"', ""))
    with zipfile.ZipFile(build(project)) as wheel, tarfile.open(build(project, "sdist")) as sdist:
        assert not [name for name in (*wheel.namelist(), *sdist.getnames()) if "ptm.lock" in name]


def test_a_lock_of_an_earlier_build_does_not_stay(tmp_path: Path) -> None:
    project = library(tmp_path / "library", SETUPTOOLS)
    build(project)
    assert [*project.glob("*.egg-info/ptm.lock")]
    (project / "pyproject.toml").write_text(SETUPTOOLS.replace(', "ptmdeps>=0.1"', ""))
    (project.with_name("library-wheel")).rename(tmp_path / "first")
    with zipfile.ZipFile(build(project)) as archive:
        assert not [name for name in archive.namelist() if "ptm.lock" in name]


def _installed_lock(tmp_path: Path) -> tuple[Path, Path]:
    path = environment(tmp_path / "environment", build(library(tmp_path / "library", SETUPTOOLS)))
    [lock] = path.parents[1].rglob("ptm.lock")
    return path, lock


def test_hostile_locks_are_named_and_not_believed(tmp_path: Path) -> None:
    path, lock = _installed_lock(tmp_path)
    whole = lock.read_bytes()
    for content, said in (
        (b"\xff", "not UTF-8"),
        (b"version = 99", "format version 99"),
        (whole.replace(b"org/a", b"../../a"), "unsafe path"),
        (whole.replace(b"size = 570", b"size = 571"), "changed by hand"),
    ):
        lock.write_bytes(content)
        [found] = shipped_locks(python(path))
        assert found.lockfile is None
        assert said in found.problem
    lock.unlink()
    os.mkfifo(lock)
    [found] = shipped_locks(python(path))
    assert "no regular file" in found.problem
    lock.unlink()
    assert shipped_locks(python(path)) == ()


def test_what_is_shipped_is_what_lies_there(tmp_path: Path) -> None:
    (tmp_path / "ptm.lock").write_text(dumps(LOCK))
    assert lock_to_ship(tmp_path) == dumps(LOCK).encode()
    (tmp_path / "ptm.lock").write_bytes(b"\xff")
    with pytest.raises(LockfileError, match="not UTF-8"):
        lock_to_ship(tmp_path)


def test_the_hooks_are_declared() -> None:
    """Our own metadata, as the backends look it up."""
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["entry-points"]
    assert declared["hatch"] == {"ptmdeps": "ptmdeps.shipping.hatch"}
    assert declared["egg_info.writers"] == {"ptm.lock": "ptmdeps.shipping.setuptools_hooks:write_lock"}
    assert declared["setuptools.file_finders"] == {"ptmdeps": "ptmdeps.shipping.setuptools_hooks:find_lock"}


def test_importing_the_package_needs_no_backend() -> None:
    code = "import sys, ptmdeps.shipping; assert not {'hatchling', 'setuptools'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)
