"""Writing files so that a reader, or a kill, sees the old bytes or the new ones and nothing between."""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path

from ptmdeps.errors import StoreError

_SUFFIX = ".ptmdeps-writing"


def write_if_changed(path: Path, content: bytes) -> bool:
    """Replace the file unless it already holds ``content``; says whether it did.

    Raises:
        StoreError: the folder is read-only or full. The old file is then as it was.
    """
    if path.is_file() and path.read_bytes() == content:
        return False
    write(path, content)
    return True


def write(path: Path, content: bytes) -> None:
    """Replace the file at ``path``, or create it, keeping its permissions.

    Raises:
        StoreError: the folder is read-only or full. The old file is then as it was.
    """
    try:
        descriptor, temporary = tempfile.mkstemp(prefix=f".{path.name}.", suffix=_SUFFIX, dir=path.parent)
        try:
            with os.fdopen(descriptor, "wb") as stream:
                stream.write(content)
                stream.flush()
                os.fsync(stream.fileno())
            os.chmod(temporary, _mode(path))  # noqa: PTH101
            os.replace(temporary, path)  # noqa: PTH105
        except BaseException:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(temporary)  # noqa: PTH108
            raise
    except OSError as error:
        raise StoreError(
            f"`{path}` cannot be written: {error.strerror}",
            hint="Free some space or check the permissions of its folder; nothing was changed",
        ) from error


def remove_leftovers(folder: Path, name: str) -> None:
    """Delete what a killed writer of ``name`` left in ``folder``; call it while no other writer can be at work."""
    for leftover in folder.glob(f".{name}.*{_SUFFIX}"):
        leftover.unlink(missing_ok=True)


def _mode(path: Path) -> int:
    """Permissions of the file that is replaced, or what the user's umask gives a new one."""
    try:
        return path.stat().st_mode & 0o7777
    except FileNotFoundError:
        umask = os.umask(0)
        os.umask(umask)
        return 0o666 & ~umask
