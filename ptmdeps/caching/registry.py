"""Which projects need what of a store: the roots of what must not be deleted.

Each project has one small file in every store that it uses, and one in ptmdeps' own cache. The one in the store is
what counts for deleting: it names the pinned revisions, so that somebody who may not read the project's lock, or sees
it under another path, still knows what it pins. The own one says where to find the locks. See
``docs/decisions/0018-what-prune-may-delete.md``.
"""

from __future__ import annotations

import contextlib
import json
import os
import socket
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from ptmdeps import lockfile as lockfiles
from ptmdeps.atomic import write_if_changed
from ptmdeps.caching.mutex import made_folder, using
from ptmdeps.errors import PtmdepsError, StoreError
from ptmdeps.hubs.protocol import Hub
from ptmdeps.lockfile.model import LockedModel, Lockfile
from ptmdeps.project import Project, cache_folder

_LARGEST = 64 * 1024 * 1024
Standing = Literal["known", "gone", "foreign"]


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Pin:
    """A revision of a model of the store's hub."""

    name: str
    revision: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Root:
    """What a store knows of one project.

    Attributes:
        identifier: see ``Project.identifier``.
        lock: the path of its lock, as its user sees it.
        host: the name of its machine.
        user: the number of its user there.
        pins: everything that it needs of this store, sorted; while it syncs, what it needed before as well.
    """

    identifier: str
    lock: Path
    host: str
    user: int
    pins: tuple[Pin, ...]

    @property
    def standing(self) -> Standing:
        """``known``: its lock is there. ``gone``: it was there for us and is no more. Else it is somebody else's."""
        try:
            self.lock.lstat()
        except (FileNotFoundError, NotADirectoryError):
            return "gone" if (self.host, self.user) == _me() else "foreign"
        except OSError:
            return "foreign"
        return "known"


def note(project: Project) -> None:
    """Remember where the project is, so that what its lock pins is needed; our own cache need not be writable."""
    content = json.dumps({"version": 1, "lock": str(project.lockfile)}) + "\n"
    with contextlib.suppress(OSError, StoreError):
        _own_folder().mkdir(parents=True, exist_ok=True)
        write_if_changed(_own_folder() / f"{project.identifier}.json", content.encode())


def claim(
    project: Project, models: Iterable[LockedModel], hubs: Mapping[str, Hub], waiting: Callable[[str], None]
) -> None:
    """Note that the project needs these models, and still those that it needed before: from now on nobody deletes them.

    A store that cannot be written is not noted in; who may write it may then delete from it.

    Raises:
        StoreError: somebody deletes from the store for too long.
    """
    note(project)
    wanted = tuple(models)
    for hub in hubs.values():
        if hub.derived:
            continue
        with using(hub.notes(), hub.store(), waiting), contextlib.suppress(StoreError, OSError):
            before = _read(_path(hub, project.identifier))
            _write(project, {*_pins(wanted, hub), *(before.pins if before else ())}, hub)


def settle(project: Project, models: Iterable[LockedModel], hub: Hub) -> None:
    """Note that the project needs these models and no others.

    Raises:
        StoreError: the store cannot be written.
    """
    try:
        _write(project, _pins(models, hub), hub)
    except OSError as error:
        raise StoreError(
            f"`{hub.store()}` cannot be written: {error.strerror}",
            hint="The environment is whole, but `ptmdeps cache prune` of others may delete what it links to",
        ) from error


def roots(hub: Hub) -> tuple[Root, ...]:
    """Every project that noted something in the store of a hub, sorted by its lock.

    Raises:
        StoreError: an entry cannot be read, so that nobody knows what it needs.
    """
    found = []
    for path in sorted(_folder(hub).glob("*.json")):
        try:
            root = _read(path)
        except (OSError, ValueError) as error:
            raise StoreError(
                f"`{path}` cannot be read: {getattr(error, 'strerror', None) or error}",
                hint="It says what a project needs of this store; ask its user to run `ptmdeps sync`, or delete it",
            ) from error
        if root is not None:
            found.append(root)
    return tuple(sorted(found, key=lambda root: (root.lock, root.identifier)))


def forget(root: Root, hub: Hub) -> None:
    """Drop the entry of a project that is gone, and what protected its models; the caller is alone in the store.

    Raises:
        StoreError: the store cannot be written.
    """
    hub.protect((), root.identifier)
    for path in (_path(hub, root.identifier), _own_folder() / f"{root.identifier}.json"):
        with contextlib.suppress(OSError):
            path.unlink()


def own_locks() -> tuple[Path, ...]:
    """The locks of all projects that this user worked on and that are still there, sorted."""
    found = []
    for path in _own_folder().glob("*.json"):
        with contextlib.suppress(OSError, ValueError, TypeError, KeyError):
            lock = Path(_table(path)["lock"])
            if lock.is_file():
                found.append(lock)
    return tuple(sorted(found))


def readable(lock: Path) -> Lockfile | None:
    """A project's lock, ``None`` where it cannot be read by us, or says nothing that we understand."""
    try:
        return lockfiles.read(lock)
    except (PtmdepsError, OSError):
        return None


def pins_of(lockfile: Lockfile, hub: Hub) -> tuple[Pin, ...]:
    """What a lock needs of the store of a hub."""
    return tuple(sorted(_pins(lockfile.models, hub)))


def _pins(models: Iterable[LockedModel], hub: Hub) -> set[Pin]:
    return {Pin(name=model.key.name, revision=model.revision) for model in models if model.key.hub == hub.name}


def _write(project: Project, pins: set[Pin], hub: Hub) -> None:
    """Replaced in one step; not touched at all where it says the same already."""
    path = _path(hub, project.identifier)
    if not pins and not path.exists():
        return
    host, user = _me()
    document = {
        "version": 1,
        "lock": str(project.lockfile),
        "host": host,
        "user": user,
        "pins": [[pin.name, pin.revision] for pin in sorted(pins)],
    }
    content = (json.dumps(document, indent=0) + "\n").encode()
    if path.is_file() and path.read_bytes() == content:
        return
    hub.store().mkdir(parents=True, exist_ok=True)
    made_folder(path.parent, hub.store())
    write_if_changed(path, content)
    with contextlib.suppress(OSError):
        path.chmod(hub.store().stat().st_mode & 0o666)


def _read(path: Path) -> Root | None:
    """One entry; ``None`` where there is none.

    Raises:
        OSError, ValueError: it cannot be read, or is none.
    """
    try:
        table = _table(path)
    except FileNotFoundError:
        return None
    match table:
        case {"version": 1, "lock": str(lock), "host": str(host), "user": int(user), "pins": list(pins)}:
            return Root(
                identifier=path.stem,
                lock=Path(lock),
                host=host,
                user=user,
                pins=tuple(sorted(_pin(pin) for pin in pins)),
            )
    raise ValueError("it is no entry of a project that this ptmdeps understands")


def _pin(value: object) -> Pin:
    match value:
        case [str(name), str(revision)]:
            return Pin(name=name, revision=revision)
    raise ValueError("it names something that is no revision of a model")


def _table(path: Path) -> dict[str, Any]:
    with path.open("rb") as stream:
        content = stream.read(_LARGEST)
    try:
        table = json.loads(content)
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error
    if not isinstance(table, dict):
        raise ValueError("it is no entry of a project")  # noqa: TRY004 - the same as any other damage
    return table


def _own_folder() -> Path:
    return cache_folder() / "projects"


def _folder(hub: Hub) -> Path:
    return hub.notes() / "projects"


def _path(hub: Hub, identifier: str) -> Path:
    return _folder(hub) / f"{identifier}.json"


def _me() -> tuple[str, int]:
    return socket.gethostname(), os.getuid()
