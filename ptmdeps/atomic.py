"""Writing files so that a reader, or a kill, sees the old bytes or the new ones and nothing between."""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Iterator, Mapping
from pathlib import Path

from ptmdeps.errors import StoreError

_SUFFIX = ".ptmdeps-writing"


def write_if_changed(path: Path, content: bytes) -> bool:
    """Replace the file unless it already holds ``content``; says whether it did.

    Raises:
        StoreError: the folder is read-only or full. The old file is then as it was.
    """
    if _holds(path, content):
        return False
    write(path, content)
    return True


def write(path: Path, content: bytes) -> None:
    """Replace the file at ``path``, or create it, keeping its permissions; a link is replaced, not followed.

    Raises:
        StoreError: the folder is read-only or full. The old file is then as it was.
    """
    with _beside(path, content) as temporary, _explained(path):
        rename(temporary, path)


def write_together(contents: Mapping[Path, bytes]) -> None:
    """Replace several files, or create them: all stand beside before the first is put in place.

    So a full disk changes none of them. What holds its content already is left alone.

    Raises:
        StoreError: a folder is read-only or full, and no file was changed; or a file that was written cannot be put in
            place, and those before it have changed.
    """
    with contextlib.ExitStack() as stack:
        temporaries = {
            path: stack.enter_context(_beside(path, content))
            for path, content in contents.items()
            if not _holds(path, content)
        }
        for path, temporary in temporaries.items():
            with _explained(path):
                rename(temporary, path)


def rename(source: Path, target: Path) -> None:
    """Rename what nobody else renames, over a file that is there, and believe what is there rather than an error.

    A network file system can lose the answer, ask again, and hear that there is no such file any more.

    Raises:
        OSError: it was not renamed.
    """
    try:
        source.replace(target)
    except OSError:
        if os.path.lexists(source) or not os.path.lexists(target):
            raise


def remove_leftovers(folder: Path, name: str) -> None:
    """Delete what a killed writer of ``name`` left in ``folder``; call it while no other writer can be at work."""
    for leftover in folder.glob(f".{name}.*{_SUFFIX}"):
        # what cannot be deleted harms nobody, and the next write says why
        with contextlib.suppress(OSError):
            leftover.unlink()


@contextlib.contextmanager
def _beside(path: Path, content: bytes) -> Iterator[Path]:
    """A file with that content and the permissions of ``path``; gone afterwards, unless it was put in place."""
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(8)}{_SUFFIX}")
    try:
        with _explained(path):
            mode = _mode(path)
            # created with the permissions that the user's umask gives a new file
            with temporary.open("xb") as stream:
                stream.write(content)
                stream.flush()
                os.fsync(stream.fileno())
            if mode is not None:
                temporary.chmod(mode)
        yield temporary
    finally:
        with contextlib.suppress(OSError):  # the error that led here says more
            temporary.unlink()


@contextlib.contextmanager
def _explained(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StoreError(
            f"`{path}` cannot be written: {error.strerror}",
            hint="Free some space or check the permissions of its folder; nothing was changed",
        ) from error


def _holds(path: Path, content: bytes) -> bool:
    with contextlib.suppress(OSError):
        return path.is_file() and path.read_bytes() == content
    return False


def _mode(path: Path) -> int | None:
    """Permissions of the file that is replaced, without set-user bits; ``None`` where there is none."""
    try:
        return path.stat().st_mode & 0o777
    except FileNotFoundError:
        return None
