"""The user's Hugging Face cache as the store, in the layout of huggingface_hub 2.4.

``models--org--name/{blobs,snapshots/<commit>/<path>,refs/<ref>}``; what is there already is used as it is.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import logging
import os
import secrets
import shutil
import time
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from urllib.parse import quote, unquote

from ptmdeps.errors import StoreError
from ptmdeps.lockfile.model import LockedFile, LockedModel

_PREFIX = "models--"
_LONGEST_FOLDER = 200
PROTECTION = "ptmdeps"
"""Folder of the references that keep the client's clean-up off what projects pin."""
ABANDONED_AFTER = 3600.0
"""Seconds without a write after which a partial download is nobody's any more."""
_LONGEST_CHAIN = 40
"""Links that lead to links: as many as Linux itself follows."""
_POLITE_WAIT = 1.0
_ATTEMPTS = 5
_NO_LOCKS = frozenset({errno.ENOSYS, errno.ENOLCK, errno.EOPNOTSUPP, errno.ENOTSUP})
_TRUE = frozenset({"1", "ON", "YES", "TRUE"})
_NO_LINKS = frozenset({errno.EPERM, errno.ENOSYS, errno.EOPNOTSUPP, errno.ENOTSUP})

_log = logging.getLogger(__name__)


def folder_name(name: str) -> str:
    """``org/name`` → ``models--org--name``; other characters than those of such names as ``%XX``.

    A name that would be too long for a folder is replaced by its digest, see ``name_of``.
    """
    folder = _PREFIX + "--".join(_quoted(part) for part in name.split("/"))
    return folder if len(folder) <= _LONGEST_FOLDER else f"{_PREFIX}{hashlib.sha256(name.encode()).hexdigest()}%"


def name_of(cache: Path, folder: str) -> str:
    """The model whose files are in a folder of the cache."""
    if folder.endswith("%"):
        with contextlib.suppress(OSError, UnicodeDecodeError):
            return (notes(cache) / "names" / folder).read_text(encoding="utf-8")
    return unquote(folder.removeprefix(_PREFIX).replace("--", "/"))


def _quoted(part: str) -> str:
    """One part of a name, so that hyphens stand neither at its ends nor beside each other."""
    quoted = quote(part, safe="").replace("--", "%2D%2D")
    if quoted.startswith("-"):
        quoted = f"%2D{quoted[1:]}"
    return f"{quoted[:-1]}%2D" if quoted.endswith("-") else quoted


def notes(cache: Path) -> Path:
    """What ptmdeps itself notes: the client looks at nothing below ``.locks``, and calls other folders corrupted."""
    return cache / ".locks" / "ptmdeps"


def snapshot_path(cache: Path, model: LockedModel) -> Path:
    """Where the cache keeps, or would keep, the files of a model."""
    return cache / folder_name(model.key.name) / "snapshots" / model.revision


def stored_path(cache: Path, model: LockedModel, file: LockedFile) -> Path:
    """Where the cache keeps, or would keep, a file of a model."""
    return snapshot_path(cache, model) / file.path


def shared_stores() -> tuple[Path, ...]:
    """``$PTMDEPS_SHARED_STORES``: caches, or the folders above them that ``HF_HOME`` names, in their order."""
    given = [Path(text).expanduser() for text in os.environ.get("PTMDEPS_SHARED_STORES", "").split(os.pathsep) if text]
    return tuple(folder / "hub" if (folder / "hub").is_dir() else folder for folder in given)


def shared_paths(shared: Sequence[Path], model: LockedModel, file: LockedFile) -> tuple[Path, ...]:
    """Where caches that are only read may have a file: in the snapshot, or as a blob of another one."""
    return tuple(path for cache in shared for path in (stored_path(cache, model, file), *blobs(cache, model, file)))


def blobs(cache: Path, model: LockedModel, file: LockedFile) -> tuple[Path, ...]:
    """Where a cache may have a file, whatever revision brought it.

    Blobs are named by SHA-256, or by Git's digest of what the hub keeps in Git itself.
    """
    folder = cache / folder_name(model.key.name) / "blobs"
    return tuple(folder / name for name in (file.sha256, file.git) if name)


def adopt(cache: Path, model: LockedModel, file: LockedFile, blob: Path) -> None:
    """Point a snapshot's entry to a blob that another revision brought.

    Raises:
        StoreError: the cache cannot be written.
    """
    mutex = cache / ".locks" / folder_name(model.key.name) / f"{blob.name}.lock"
    mark_fetched(cache, model.key.name, model.revision)
    try:
        mutex.parent.mkdir(parents=True, exist_ok=True)
        with held(mutex):
            point(stored_path(cache, model, file), blob, keep=True)
    except OSError as error:
        raise StoreError(
            f"`{cache}` cannot be written: {error.strerror}",
            hint="It has the file from another revision, which only needs an entry in this one: make it writable",
        ) from error


def arrived(cache: Path, model: LockedModel, file: LockedFile) -> int:
    """Bytes of a file that an interrupted download left; the next one goes on after them."""
    try:
        return (cache / folder_name(model.key.name) / "blobs" / f"{file.sha256}.incomplete").stat().st_size
    except OSError:
        return 0


def point(pointer: Path, blob: Path, *, keep: bool = False) -> None:
    """Let a snapshot's entry lead to its blob as the client does: a relative link.

    Where no links can be made, or ``$HF_HUB_DISABLE_SYMLINKS`` forbids them, the entry becomes the file itself; with
    ``keep`` the blob stays as well, because other snapshots may lead to it.

    Raises:
        OSError: the cache cannot be written.
    """
    pointer.parent.mkdir(parents=True, exist_ok=True)
    temporary = blob.with_name(f"tmp_{secrets.token_hex(8)}")
    try:
        if not _linked(temporary, os.path.relpath(blob, pointer.parent)):
            if not keep:
                blob.replace(pointer)
                return
            shutil.copyfile(blob, temporary)
        temporary.replace(pointer)
    finally:
        temporary.unlink(missing_ok=True)


def _linked(link: Path, target: str) -> bool:
    """Make a symbolic link, unless there are none here."""
    if os.environ.get("HF_HUB_DISABLE_SYMLINKS", "").upper() in _TRUE:
        return False
    try:
        link.symlink_to(target)
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        return False
    return True


@contextlib.contextmanager
def held(mutex: Path) -> Iterator[None]:
    """Hold the client's mutex of one blob; where the file system cannot lock at all, go on without, as it does."""
    from filelock import FileLock, Timeout

    lock = FileLock(mutex, mode=0o664)
    try:
        try:
            lock.acquire(timeout=_POLITE_WAIT)
        except Timeout:
            _log.warning("waiting for another process that fetches the same file")
            lock.acquire()
    except (NotImplementedError, OSError) as error:
        if isinstance(error, OSError) and error.errno not in _NO_LOCKS:
            raise
    try:
        yield
    finally:
        lock.release()


def mark_fetched(cache: Path, name: str, revision: str) -> None:
    """Note that a snapshot which is not there yet is brought by ptmdeps, so that ``cache prune`` may take it away."""
    mark = notes(cache) / "fetched" / folder_name(name) / revision
    with contextlib.suppress(OSError):  # then it goes by its digest in lists
        _note_name(cache, name)
    if (cache / folder_name(name) / "snapshots" / revision).exists():
        return
    with contextlib.suppress(OSError):  # then it is kept for longer
        mark.parent.mkdir(parents=True, exist_ok=True)
        mark.touch()


def _note_name(cache: Path, name: str) -> None:
    """Of a folder whose name does not say whose it is."""
    note = notes(cache) / "names" / folder_name(name)
    if note.name.endswith("%") and not note.exists():
        note.parent.mkdir(parents=True, exist_ok=True)
        note.write_text(name, encoding="utf-8")


def discard(path: Path, cache: Path) -> None:
    """Remove a damaged file from the cache: its entry in the snapshot and the blob behind it.

    Raises:
        StoreError: the cache cannot be written.
    """
    try:
        for link in _ours(path, cache):
            link.unlink(missing_ok=True)
    except OSError as error:
        raise _irreplaceable(path, error) from error


def put_aside(path: Path, cache: Path, folder: str, label: str) -> Path | None:
    """Likewise, but keep the bytes in ``quarantine/<folder>--<label>``: they may be somebody's work, or evidence.

    Says where they are now, ``None`` where there was nothing to keep.

    Raises:
        StoreError: the cache cannot be written.
    """
    aside = notes(cache) / "quarantine" / f"{folder}--{label}"
    kept = False
    try:
        for link in _ours(path, cache):
            if link.is_file() and not link.is_symlink():
                aside.parent.mkdir(parents=True, exist_ok=True)
                link.replace(aside)
                kept = True
            else:
                link.unlink(missing_ok=True)
    except OSError as error:
        raise _irreplaceable(path, error) from error
    return aside if kept else None


def _ours(path: Path, cache: Path) -> list[Path]:
    """A file with all links that lead to it, without what lies outside of the cache: that is not ours to touch."""
    chain = [path]
    while chain[-1].is_symlink() and len(chain) < _LONGEST_CHAIN:
        chain.append(chain[-1].parent / chain[-1].readlink())
    root = cache.resolve()
    return [link for link in chain if link.parent.resolve().is_relative_to(root)]


def _irreplaceable(path: Path, error: OSError) -> StoreError:
    return StoreError(
        f"`{path}` is damaged and cannot be replaced: {error.strerror}",
        hint="Make the cache writable, or point `HF_HUB_CACHE` to one that is",
    )


def free(mutex: Path) -> bool:
    """Whether nobody holds the mutex of a blob at the moment."""
    from filelock import FileLock, Timeout

    if not mutex.exists():
        return True
    try:
        with FileLock(mutex, timeout=0, mode=0o664):
            return True
    except Timeout:
        return False


def remove_partial_downloads(cache: Path, name: str) -> None:
    """Delete what killed downloads of a model left: the client neither resumes nor removes it.

    Downloads that go on are left alone: who downloads writes now and then, and holds the mutex of that file (which
    alone would not say it on network file systems that pretend to lock).
    """
    blobs, mutexes = cache / folder_name(name) / "blobs", cache / ".locks" / folder_name(name)
    for path in (*blobs.glob("*.*.incomplete"), *blobs.glob("tmp_*")):
        with contextlib.suppress(OSError):
            # a time in the future was written before the clock was set back: the mutex alone tells
            if abs(time.time() - path.lstat().st_mtime) > ABANDONED_AFTER:
                _remove_unless_held(path, mutexes / f"{path.name.partition('.')[0]}.lock")


def _remove_unless_held(path: Path, mutex: Path) -> None:
    from filelock import FileLock, Timeout

    with contextlib.suppress(Timeout), FileLock(mutex, timeout=0) if mutex.exists() else contextlib.nullcontext():
        path.unlink(missing_ok=True)


def protect(cache: Path, models: Sequence[LockedModel], owner: str) -> None:
    """Name the pinned snapshots in ``refs/ptmdeps/<owner>-<commit>``, without which ``hf cache prune`` deletes them.

    A reference to a snapshot that is not there would make the client disregard the whole repository, so none is
    made for a model that is not stored. References of this owner to anything else are removed.

    Raises:
        StoreError: the cache cannot be written.
    """
    wanted = {
        f"{cache}/{folder}/refs/{PROTECTION}/{owner}-{model.revision[:12]}": model.revision
        for model, folder in ((model, folder_name(model.key.name)) for model in models)
        if os.path.isdir(f"{cache}/{folder}/snapshots/{model.revision}")  # noqa: PTH112 - called for every model
    }
    try:
        for repository in _listed(str(cache)):
            if repository.startswith(_PREFIX):
                _remove_references(f"{cache}/{repository}/refs/{PROTECTION}", owner, wanted)
        for reference, revision in wanted.items():
            if not _says(reference, revision):
                _write_reference(Path(reference), revision)
    except OSError as error:
        raise StoreError(
            f"`{cache}` cannot be written: {error.strerror}",
            hint="The environment is whole, but `hf cache prune` may delete what it links to",
        ) from error


def _remove_references(folder: str, owner: str, wanted: Collection[str]) -> None:
    """Those of an owner that are wanted no more, and the folder if it is empty then."""
    names = _listed(folder)
    stale = [name for name in names if name.startswith(f"{owner}-") and f"{folder}/{name}" not in wanted]
    for name in stale:
        Path(folder, name).unlink(missing_ok=True)
    if len(stale) == len(names):
        with contextlib.suppress(OSError):  # there is none, or another project has put a reference there meanwhile
            os.rmdir(folder)  # noqa: PTH106 - called for every model of the store


def _listed(folder: str) -> list[str]:
    """The names in a folder; none where it cannot be listed."""
    try:
        return os.listdir(folder)  # noqa: PTH208 - called for every model of the store
    except OSError:
        return []


def _says(reference: str, revision: str) -> bool:
    try:
        with open(reference, "rb") as stream:  # noqa: PTH123 - called for every model
            return stream.read() == revision.encode()
    except (FileNotFoundError, IsADirectoryError):
        return False


def _write_reference(reference: Path, revision: str) -> None:
    """Never half there, nor with a temporary file beside it that the client would read as a reference, too."""
    reference.parent.parent.mkdir(parents=True, exist_ok=True)
    temporary = reference.parent.parent.parent / f".{reference.name}"
    temporary.write_text(revision, encoding="utf-8")
    for attempts_left in reversed(range(_ATTEMPTS)):
        reference.parent.mkdir(exist_ok=True)
        try:
            temporary.replace(reference)
        except FileNotFoundError:
            # another project's last reference went in this moment, and the empty folder with it
            if not attempts_left:
                raise
        else:
            return
