"""Writing files so that a reader, or a kill, sees the old bytes or the new ones and nothing between."""

from __future__ import annotations

import contextlib
import os
import secrets
from pathlib import Path

from ptmdeps.errors import StoreError

_SUFFIX = ".ptmdeps-writing"


def write_if_changed(path: Path, content: bytes) -> bool:
    """Replace the file unless it already holds ``content``; says whether it did.

    Raises:
        StoreError: the folder is read-only or full. The old file is then as it was.
    """
    with contextlib.suppress(OSError):
        if path.is_file() and path.read_bytes() == content:
            return False
    write(path, content)
    return True


def write(path: Path, content: bytes) -> None:
    """Replace the file at ``path``, or create it, keeping its permissions; a link is replaced, not followed.

    Raises:
        StoreError: the folder is read-only or full. The old file is then as it was.
    """
    try:
        mode = _mode(path)
        temporary = path.with_name(f".{path.name}.{secrets.token_hex(8)}{_SUFFIX}")
        try:
            # created with the permissions that the user's umask gives a new file
            with temporary.open("xb") as stream:
                stream.write(content)
                stream.flush()
                os.fsync(stream.fileno())
            if mode is not None:
                temporary.chmod(mode)
            temporary.replace(path)
        except BaseException:
            with contextlib.suppress(FileNotFoundError):
                temporary.unlink()
            raise
    except OSError as error:
        raise StoreError(
            f"`{path}` cannot be written: {error.strerror}",
            hint="Free some space or check the permissions of its folder; nothing was changed",
        ) from error


def remove_leftovers(folder: Path, name: str) -> None:
    """Delete what a killed writer of ``name`` left in ``folder``; call it while no other writer can be at work."""
    for leftover in folder.glob(f".{name}.*{_SUFFIX}"):
        # what cannot be deleted harms nobody, and the next write says why
        with contextlib.suppress(OSError):
            leftover.unlink()


def _mode(path: Path) -> int | None:
    """Permissions of the file that is replaced, without set-user bits; ``None`` where there is none."""
    try:
        return path.stat().st_mode & 0o777
    except FileNotFoundError:
        return None
