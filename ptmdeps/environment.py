"""``.ptm/``: exactly the locked models, in the layouts that loaders already read.

It is built beside and swapped in, so that a reader sees the old environment or the new one and nothing between.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ptmdeps import atomic
from ptmdeps.errors import StoreError, UnsafeContent
from ptmdeps.hubs.places import refuse_collisions
from ptmdeps.hubs.protocol import Exposure, Hub, Link
from ptmdeps.links import Linker, exchange
from ptmdeps.lockfile.document import lock_digest
from ptmdeps.lockfile.model import LockedModel, Lockfile
from ptmdeps.paths import safe_path
from ptmdeps.space import Need, device_of

RECORD = "environment.json"
HOOK_FOLDER = "python"
_PREFIX = ".ptm-building-"
_WRITABLE_BY_OTHERS = 0o022
_CACHEDIR_TAG = (
    "Signature: 8a477f597d28d172789f06886806bc55\n"
    "# This folder was made by ptmdeps and can be made again with `ptmdeps sync`.\n"
    "# See https://bford.info/cachedir/\n"
)

Hasher = Callable[[Path | str], str | None]
"""SHA-256 of a file, ``None`` where it is not there or not known."""

Swapping = Callable[[], contextlib.AbstractContextManager[None]]
"""What is to change together with an environment; it takes its changes back if the swap inside fails."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """What an environment shall hold.

    Attributes:
        digest: of the lock it stands for.
        models: the models, in the order of the lock.
        links: every file of every model.
        texts: small files that layouts need: path → content.
        folders: the folders that models own; anything else in their parents is surplus.
    """

    digest: str
    models: tuple[LockedModel, ...]
    links: tuple[Link, ...]
    texts: Mapping[str, str]
    folders: frozenset[str]


def contents(lockfile: Lockfile, hubs: Mapping[str, Hub]) -> Contents:
    """What the environment of a lock holds; nothing is read from disk.

    Raises:
        ResolutionError: two models want one place in it.
    """
    exposures = [hubs[model.key.hub].expose(model) for model in lockfile.models]
    refuse_collisions(zip(lockfile.models, exposures, strict=True))
    return Contents(
        digest=lock_digest(lockfile),
        models=lockfile.models,
        links=tuple({link.path: link for exposure in exposures for link in exposure.links}.values()),
        texts=dict(text for exposure in exposures for text in exposure.texts),
        folders=frozenset(_folders(exposures)),
    )


def relocated(wanted: Contents, elsewhere: Mapping[Path, Path]) -> Contents:
    """The same contents, with files taken from other places than their usual ones."""
    if not elsewhere:
        return wanted
    sources = ((link, elsewhere.get(link.source)) for link in wanted.links)
    links = (replace(link, folder=source.parent, file=source.name) if source else link for link, source in sources)
    return replace(wanted, links=tuple(links))


def room(environment: Path, wanted: Contents, link_mode: str) -> Need:
    """The room that files of their own take: all of them by copy, else those that no link may stand for.

    On the store's own file system the latter may share their blocks: they are not counted there.
    """
    sizes = {file.sha256: file.size for model in wanted.models for file in model.files}
    here = device_of(environment.parent)
    own = (
        sizes[link.sha256]
        for link in wanted.links
        if link_mode == "copy" or (link.independent and device_of(link.source.parent) != here)
    )
    return Need(folder=environment.parent, size=sum(own), kind="copied")


def recorded(environment: Path) -> dict[str, Any]:
    """What the environment says of itself; empty where there is none or its record is damaged."""
    try:
        record = json.loads((environment / RECORD).read_bytes())
    except (OSError, ValueError):
        return {}
    return record if isinstance(record, dict) and isinstance(record.get("models"), list) else {}


def mismatches(environment: Path, wanted: Contents, sha256: Hasher, *, exact: bool) -> Iterator[str]:
    """Paths in which the environment is not ``wanted``."""
    record = recorded(environment)
    if record.get("lock") != wanted.digest:
        yield RECORD
    for path, text in (*wanted.texts.items(), *_own_files()):
        if not _holds(f"{environment}/{path}", text):
            yield path
    folder = f"{environment}/"
    for link in wanted.links:
        if sha256(folder + link.path) != link.sha256:
            yield link.path
    if exact:
        yield from _surplus(environment, wanted, record)


def build(
    environment: Path,
    wanted: Contents,
    *,
    link_mode: str,
    keep_surplus: bool = False,
    swapping: Swapping = contextlib.nullcontext,
) -> None:
    """Make the environment anew and swap it in; the caller holds the project's mutex and has verified the sources.

    ``swapping`` is entered when the new one is whole, and left when it is in place.

    Raises:
        StoreError: the project's folder is read-only or full, or ``link_mode`` does not work here; the old
            environment is then as it was.
    """
    try:
        building = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=environment.parent))
        try:
            kept = _parents(recorded(environment)) if keep_surplus else set()
            _fill(building, wanted, link_mode)
            record = _record(wanted, kept, _kept_models(environment, wanted) if keep_surplus else [])
            (building / RECORD).write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
            _carry_over(environment, building, wanted, kept)
            building.chmod(0o755)
            with swapping():
                _swap(building, environment)
        finally:
            _delete(building)
    except OSError as error:
        raise StoreError(
            f"`{environment}` cannot be built: {error.strerror}",
            hint="Free some space, check permissions, or choose another `--link-mode`; the old one is as it was",
        ) from error


def remove_leftovers(environment: Path) -> None:
    """Delete what a killed build left beside the environment; the caller holds the project's mutex."""
    for leftover in environment.parent.glob(f"{_PREFIX}*"):
        with contextlib.suppress(OSError):  # what cannot be deleted harms nobody
            _delete(leftover)


def _delete(path: Path) -> None:
    """Whatever stood where the environment goes: usually a folder, but some people link it to a larger disk."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def _folders(exposures: Iterable[Exposure]) -> Iterator[str]:
    for exposure in exposures:
        yield from exposure.folders


def _own_files() -> tuple[tuple[str, str], ...]:
    """The files that every environment holds, whatever is locked."""
    hook = Path(__file__).with_name("hook")
    package = hook.joinpath("ptmdeps_hook")
    modules = [("sitecustomize.py", hook.joinpath("sitecustomize.py"))]
    modules += [(f"ptmdeps_hook/{file.name}", file) for file in package.iterdir() if file.name.endswith(".py")]
    texts = tuple((f"{HOOK_FOLDER}/{path}", file.read_text(encoding="utf-8")) for path, file in sorted(modules))
    return ((".gitignore", "*\n"), ("CACHEDIR.TAG", _CACHEDIR_TAG), *texts)


def _holds(path: str, text: str) -> bool:
    try:
        with open(path, "rb") as stream:  # noqa: PTH123 - called for every model
            return stream.read() == text.encode()
    except OSError:
        return False


def _surplus(environment: Path, wanted: Contents, record: Mapping[str, Any]) -> Iterator[str]:
    """Models, and files inside of models, that are not wanted."""
    expected = {link.path for link in wanted.links} | wanted.texts.keys()
    for parent in sorted({folder.rpartition("/")[0] for folder in wanted.folders} | _parents(record)):
        found = _files_below(environment, parent)
        # loaders keep locks and marks of their own in hidden folders, and Python what it compiled beside each module
        own = ("/.", "/__pycache__/")
        yield from sorted(path for path in found if path not in expected and not any(mark in path for mark in own))


def _files_below(environment: Path, folder: str) -> Iterator[str]:
    """What is in a folder of the environment and is no folder itself; what cannot be listed holds nothing."""
    pending = [folder]
    while pending:
        folder = pending.pop()
        with contextlib.suppress(OSError), os.scandir(f"{environment}/{folder}") as entries:
            for entry in entries:
                if not entry.is_dir():
                    yield f"{folder}/{entry.name}"
                elif not entry.is_symlink():
                    pending.append(f"{folder}/{entry.name}")


def _parents(record: Mapping[str, Any]) -> set[str]:
    """Where earlier models stood, so that an emptied lock empties the environment.

    The record may have come with somebody's repository: it is followed only inside of the environment.
    """
    parents = record.get("parents")
    return {str(parent) for parent in parents if _is_inside(parent)} if isinstance(parents, list) else set()


def _is_inside(parent: object) -> bool:
    try:
        return bool(safe_path(str(parent)))
    except UnsafeContent:
        return False


def _fill(building: Path, wanted: Contents, link_mode: str) -> None:
    for path, text in (*_own_files(), *sorted(wanted.texts.items())):
        (building / path).parent.mkdir(parents=True, exist_ok=True)
        (building / path).write_text(text, encoding="utf-8")
    linker = Linker(link_mode)
    made: set[Path] = set()
    for link in wanted.links:
        target = building / link.path
        if target.parent not in made:
            target.parent.mkdir(parents=True, exist_ok=True)
            made.add(target.parent)
        linker.link(link.source, target, independent=link.independent)
    _guard(building, (link.path for link in wanted.links if link.independent))


def _guard(building: Path, paths: Iterable[str]) -> None:
    """Let nobody else write files of their own, nor their folders: NLTK reads no others, whatever the umask is."""
    guarded: set[str] = set()
    for path in paths:
        while path and path not in guarded:
            guarded.add(path)
            mode = (building / path).stat().st_mode
            (building / path).chmod(mode & ~_WRITABLE_BY_OTHERS)
            path = path.rpartition("/")[0]  # noqa: PLW2901 - one step up


def _kept_models(environment: Path, wanted: Contents) -> list[dict[str, object]]:
    """What the record says of models that stay although they are not wanted."""
    keys = {(model.key.hub, model.key.name) for model in wanted.models}
    models = recorded(environment).get("models", [])
    return [one for one in models if isinstance(one, dict) and (one.get("hub"), one.get("name")) not in keys]


def _record(wanted: Contents, kept: set[str], kept_models: list[dict[str, object]]) -> dict[str, object]:
    return {
        "version": 1,
        "lock": wanted.digest,
        "parents": sorted({folder.rpartition("/")[0] for folder in wanted.folders} | kept),
        "models": [
            {
                "hub": model.key.hub,
                "name": model.key.name,
                "ref": model.ref,
                "revision": model.revision,
                "files": sorted(file.sha256 for file in model.files),
            }
            for model in wanted.models
        ]
        + kept_models,
    }


def _carry_over(environment: Path, building: Path, wanted: Contents, parents: set[str]) -> None:
    """Keep the old environment's models that the lock does not name."""
    for parent in sorted(parents):
        for folder in sorted((environment / parent).glob("*")):
            if f"{parent}/{folder.name}" not in wanted.folders and folder.is_dir():
                target = building / parent / folder.name
                shutil.copytree(folder, target, symlinks=True, copy_function=_again)


def _again(source: str, target: str) -> None:
    """The same file at a second place; bytes of its own where the file system has no hard links."""
    try:
        os.link(source, target, follow_symlinks=False)
    except OSError:
        shutil.copyfile(source, target)


def _swap(building: Path, environment: Path) -> None:
    """Afterwards the new tree is the environment, and what was there is at ``building``, to be deleted."""
    if not environment.exists():
        atomic.rename(building, environment)
    elif not exchange(building, environment):
        aside = building.with_name(f"{building.name}-old")
        atomic.rename(environment, aside)
        try:
            atomic.rename(building, environment)
        except OSError:
            atomic.rename(aside, environment)
            raise
        _delete(aside)
