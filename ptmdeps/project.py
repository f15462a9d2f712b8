"""Where a project keeps what ptmdeps reads and writes, and the one-at-a-time rule for those who write."""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ptmdeps.errors import PtmdepsError, StoreError

if TYPE_CHECKING:
    from filelock import BaseFileLock

ENVIRONMENT = ".ptm"
_MARKS = ("ptm.lock", "ptm.toml", "pyproject.toml")
_POLITE_WAIT = 1.0


@dataclass(frozen=True, slots=True)
class Project:
    """A folder whose code loads models. All paths are absolute.

    Attributes:
        root: where its lock and its environment are.
        member: the member of a workspace in which the command was given, relative to ``root``; empty elsewhere.
    """

    root: Path
    member: str = ""

    @property
    def manifest_folder(self) -> Path:
        """Where the manifest is that a command edits: the member's own."""
        return self.root / self.member

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
    """The nearest folder from ``start`` upwards that holds a lock or a manifest, else ``start`` itself.

    A member of a workspace belongs to the project at the workspace's root.
    """
    start = start.resolve()
    nearest = next(
        (folder for folder in (start, *start.parents) if any((folder / mark).is_file() for mark in _MARKS)), start
    )
    for root in nearest.parents:
        if (workspace := _workspace_at(root)) is not None:
            member = nearest.relative_to(root).as_posix()
            if member in folders_matching(root, *workspace):
                return Project(root, member)
    return Project(nearest)


def folders_matching(root: Path, members: Iterable[str], exclude: Iterable[str] = ()) -> tuple[str, ...]:
    """The folders below ``root`` that match a pattern and none to ``exclude``: POSIX paths, sorted.

    Hidden folders and symbolic links, which may lead elsewhere, are none.
    """
    left_out = set(_matching(root, exclude))
    return tuple(sorted(set(_matching(root, members)) - left_out))


def leads_below(pattern: str) -> bool:
    """Whether a glob pattern is one, and means nothing but folders below the one it is relative to."""
    parts = pattern.rstrip("/").split("/")
    whole = all(part == "**" or "**" not in part for part in parts)
    return whole and {"", ".", ".."}.isdisjoint(parts) and pattern.isprintable() and "\\" not in pattern


def _matching(root: Path, patterns: Iterable[str]) -> Iterator[str]:
    for pattern in patterns:
        for folder in root.glob(pattern):
            path = folder.relative_to(root)
            real = folder.is_dir() and folder.resolve() == root.resolve() / path
            if real and path.parts and not any(part.startswith(".") for part in path.parts):
                yield path.as_posix()


def _workspace_at(folder: Path) -> tuple[tuple[str, ...], tuple[str, ...]] | None:
    """Patterns of the members, and of what is none, of the workspace whose root ``folder`` is.

    Most folders above a project are no business of ours: what is wrong with their files is said where they are read.
    """
    for name, keys in (("ptm.toml", ("workspace",)), ("pyproject.toml", ("tool", "ptmdeps", "workspace"))):
        try:
            content = (folder / name).read_bytes()
        except OSError:
            continue
        return _workspace_in(content, keys) if b"workspace" in content else None
    return None


def _workspace_in(content: bytes, keys: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]] | None:
    import tomllib

    try:
        table: Any = tomllib.loads(content.decode())
    except (ValueError, RecursionError):
        return None
    for key in keys:
        table = table.get(key) if isinstance(table, dict) else None
    if not isinstance(table, dict):
        return None
    return _patterns(table.get("members")), _patterns(table.get("exclude"))


def _patterns(value: object) -> tuple[str, ...]:
    """Those patterns of a list that stay below their folder."""
    texts = [item for item in value if isinstance(item, str)] if isinstance(value, list) else []
    return tuple(text.rstrip("/") for text in texts if leads_below(text))


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
    lock = _acquired(project, waiting)
    try:
        yield
    finally:
        lock.release()


def _acquired(project: Project, waiting: Callable[[str], None]) -> BaseFileLock:
    """The mutex, held; in the second place where the first is on a network disk that cannot lock."""
    from filelock import FileLock, Timeout

    for path in _mutex_paths(project):
        lock = FileLock(path)
        try:
            try:
                lock.acquire(timeout=_POLITE_WAIT)
            except Timeout:
                waiting(f"waiting for another ptmdeps that works on `{project.root}`")
                lock.acquire(timeout=mutex_timeout())
        except Timeout as error:
            raise StoreError(
                f"another ptmdeps works on `{project.root}`", hint="Wait for it, or set `PTMDEPS_LOCK_TIMEOUT` higher"
            ) from error
        except (OSError, NotImplementedError):
            continue
        return lock
    raise StoreError(
        "neither the cache nor the folder for temporary files can be written and locked",
        hint="Set `PTMDEPS_CACHE` to a folder on a local disk",
    )


def _mutex_paths(project: Project) -> Iterator[Path]:
    """In our cache; in the folder for temporary files where the cache is read-only or full."""
    for folder in (cache_folder() / "projects", Path(tempfile.gettempdir()) / f"ptmdeps-{os.getuid()}"):
        with contextlib.suppress(OSError):
            folder.mkdir(parents=True, exist_ok=True)
            path = folder / f"{project.identifier}.lock"
            path.touch()
            yield path


def mutex_timeout() -> float:
    """Seconds to wait for others: ``$PTMDEPS_LOCK_TIMEOUT``, else 300.

    Raises:
        PtmdepsError: it is no number.
    """
    text = os.environ.get("PTMDEPS_LOCK_TIMEOUT", "300")
    try:
        return float(text)
    except ValueError as error:
        raise PtmdepsError(f"`PTMDEPS_LOCK_TIMEOUT` must be a number of seconds, not `{text}`") from error
