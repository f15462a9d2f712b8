"""Taking revisions out of a Hugging Face cache, so that a kill at any moment leaves nothing half.

A snapshot is renamed into the trash together with the list of the blobs that it alone used. Whatever is in the trash
is on its way out: who deletes next finishes it first. A snapshot that can be seen is therefore as whole as it was.
"""

from __future__ import annotations

import contextlib
import json
import shutil
from pathlib import Path

from ptmdeps.errors import StoreError
from ptmdeps.hubs.snapshots.stock import files_below, marks, trash
from ptmdeps.hubs.snapshots.store import PROTECTION, free
from ptmdeps.hubs.stock import Leftover, Removal, StoredFile, StoredRevision

_LIST = "blobs.json"


def remove(cache: Path, removal: Removal) -> None:
    """Delete revisions and leftovers of one model; the caller is alone in the store.

    Raises:
        StoreError: the cache cannot be written.
    """
    folder = removal.model.folder
    try:
        for leftover in removal.leftovers:
            _remove_leftover(cache, folder, leftover)
        for revision in removal.revisions:
            _finish(cache, folder, _set_aside(cache, folder, revision, removal.blobs))
        if removal.revisions:
            _remove_if_empty(cache, folder)
    except OSError as error:
        raise StoreError(
            f"`{error.filename or folder}` cannot be deleted: {error.strerror}",
            hint="Check the permissions of the store; what was deleted before is gone, everything else is whole",
        ) from error


def _set_aside(cache: Path, folder: Path, revision: StoredRevision, blobs: tuple[StoredFile, ...]) -> Path:
    """From here on the revision is not there for anybody."""
    aside = trash(cache) / f"{folder.name}--{revision.revision}"
    aside.mkdir(parents=True, exist_ok=True)
    names = sorted({name for file in blobs if (name := _blob_name(folder, file.place))})
    (aside / _LIST).write_text(json.dumps(names), encoding="utf-8")
    # a reference to a snapshot that is gone would make the client disregard the whole repository
    for reference in files_below(folder / "refs"):
        with contextlib.suppress(UnicodeDecodeError):
            if reference.read_text(encoding="utf-8").strip() == revision.revision:
                reference.unlink()
    with contextlib.suppress(OSError):
        (folder / "refs" / PROTECTION).rmdir()
    snapshot = folder / "snapshots" / revision.revision
    if snapshot.is_dir():
        snapshot.rename(_unused(aside / "snapshot"))
    return aside


def _blob_name(folder: Path, place: Path) -> str:
    """Name of the blob that an entry leads to first; empty where it is the file itself, or leads elsewhere."""
    if not place.is_symlink():
        return ""
    target = place.parent / place.readlink()
    return target.name if target.parent.resolve() == (folder / "blobs").resolve() else ""


def _unused(path: Path) -> Path:
    number = 0
    while path.exists():  # what an interrupted deletion left
        number += 1
        path = path.with_name(f"snapshot-{number}")
    return path


def _finish(cache: Path, folder: Path, aside: Path) -> None:
    """Delete what is in the trash, and the blobs that nothing needs any more; may be done again and again."""
    needed = {(path.parent / path.readlink()).name for path in files_below(folder / "snapshots") if path.is_symlink()}
    for name in _listed(aside):
        # somebody who downloads it again in this moment holds its mutex: it is left to them
        if name not in needed and free(cache / ".locks" / folder.name / f"{name}.lock"):
            (folder / "blobs" / name).unlink(missing_ok=True)
    revision = aside.name.rpartition("--")[2]
    for path in (folder / "trees" / f"{revision}.json", marks(cache, folder.name) / revision):
        with contextlib.suppress(OSError):
            path.unlink()
    shutil.rmtree(folder / ".no_exist" / revision, ignore_errors=True)
    shutil.rmtree(aside)


def _listed(aside: Path) -> list[str]:
    try:
        names = json.loads((aside / _LIST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return []  # killed before it was written: nothing was moved yet
    return [name for name in names if isinstance(name, str) and name and Path(name).name == name]


def _remove_leftover(cache: Path, folder: Path, leftover: Leftover) -> None:
    if leftover.path.parent == trash(cache):
        _finish(cache, folder, leftover.path)
    else:
        leftover.path.unlink(missing_ok=True)


def _remove_if_empty(cache: Path, folder: Path) -> None:
    """The last revision takes the folder along, unless somebody has something else in it."""
    if any(path.is_dir() for path in (folder / "snapshots").glob("*")):
        return
    if any((folder / "blobs").glob("*")) or any(files_below(folder / "refs")):
        return
    aside = trash(cache) / f"{folder.name}--folder"
    shutil.rmtree(aside, ignore_errors=True)
    folder.rename(aside)
    shutil.rmtree(aside)
