"""Where a project keeps what ptmdeps reads and writes, and the one-at-a-time rule for those who write."""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from ptmdeps.errors import PtmdepsError, StoreError

ENVIRONMENT = ".ptm"
_MARKS = ("ptm.lock", "ptm.toml", "pyproject.toml")
_POLITE_WAIT = 1.0


@dataclass(frozen=True, slots=True)
class Project:
    """A folder whose code loads models. All paths are absolute."""

    root: Path

    @property
    def lockfile(self) -> Path:
        """Its ``ptm.lock``, whether or not it is there."""
        return self.root / "ptm.lock"

    @property
    def environment(self) -> Path:
        """Its ``.ptm``, whether or not it is there."""
        return self.root / ENVIRONMENT

    @property
    def identifier(self) -> str:
        """Twelve hex digits that stand for this folder on this machine; never written into the project."""
        return hashlib.sha256(os.fsencode(self.root)).hexdigest()[:12]


def find_project(start: Path) -> Project:
    """The nearest folder from ``start`` upwards that holds a lock or a manifest, else ``start`` itself."""
    start = start.resolve()
    for folder in (start, *start.parents):
        if any((folder / mark).is_file() for mark in _MARKS):
            return Project(folder)
    return Project(start)


def cache_folder() -> Path:
    """Ptmdeps' own cache: ``$PTMDEPS_CACHE``, else the platform's cache folder. It may not exist yet."""
    if chosen := os.environ.get("PTMDEPS_CACHE"):
        return Path(chosen).expanduser().absolute()
    from platformdirs import user_cache_path

    return user_cache_path("ptmdeps", appauthor=False)


@contextlib.contextmanager
def exclusive(project: Project, waiting: Callable[[str], None]) -> Iterator[None]:
    """Hold the project's mutex: writers of its lock, manifest and environment take turns.

    ``waiting`` is told once if somebody else holds it for longer than a second. The mutex is an advisory file
    lock outside the project, so that nothing litters the project's folder.

    Raises:
        StoreError: it was not free within ``$PTMDEPS_LOCK_TIMEOUT`` seconds (default 300).
    """
    from filelock import FileLock, Timeout

    lock = FileLock(_mutex_path(project))
    try:
        lock.acquire(timeout=_POLITE_WAIT)
    except Timeout:
        waiting(f"waiting for another ptmdeps that works on `{project.root}`")
        try:
            lock.acquire(timeout=_timeout())
        except Timeout as error:
            raise StoreError(
                f"another ptmdeps works on `{project.root}`", hint="Wait for it, or set `PTMDEPS_LOCK_TIMEOUT` higher"
            ) from error
    try:
        yield
    finally:
        lock.release()


def _mutex_path(project: Project) -> Path:
    """In our cache; in the folder for temporary files where the cache is read-only or full."""
    for folder in (cache_folder() / "projects", Path(tempfile.gettempdir()) / f"ptmdeps-{os.getuid()}"):
        with contextlib.suppress(OSError):
            folder.mkdir(parents=True, exist_ok=True)
            path = folder / f"{project.identifier}.lock"
            path.touch()
            return path
    raise StoreError("neither the cache nor the folder for temporary files can be written", hint="Set `PTMDEPS_CACHE`")


def _timeout() -> float:
    text = os.environ.get("PTMDEPS_LOCK_TIMEOUT", "300")
    try:
        return float(text)
    except ValueError as error:
        raise PtmdepsError(f"`PTMDEPS_LOCK_TIMEOUT` must be a number of seconds, not `{text}`") from error
