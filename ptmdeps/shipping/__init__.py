"""``ptm.lock`` inside of wheels: a library says which models it was tested with, and its users can take them over.

A wheel holds the lock among its metadata, where installers put it beside ``METADATA`` and no import can run it:
``<name>-<version>.dist-info/ptm.lock`` (setuptools) or ``…/extra_metadata/ptm.lock`` (hatchling, which keeps what it
does not know in that folder). ``hatch`` and ``setuptools_hooks`` are called by the backends, ``installed`` reads.
"""

from __future__ import annotations

from pathlib import Path

from ptmdeps.errors import LockfileError
from ptmdeps.lockfile import FILENAME, loads
from ptmdeps.lockfile.staleness import tampered

PLACES = (FILENAME, f"extra_metadata/{FILENAME}")
"""Where the metadata of an installed distribution may hold a lock, relative to its folder."""


def lock_to_ship(root: Path) -> bytes:
    """The lock of the project at ``root``, which is fit for others: whole, and as ptmdeps wrote it.

    Raises:
        LockfileError: there is none, it cannot be read, or was changed by hand.
    """
    try:
        content = (root / FILENAME).read_bytes()
    except OSError as error:
        raise LockfileError(
            f"`{root / FILENAME}` is to be shipped and cannot be read: {error.strerror}",
            hint="Run `ptmdeps lock` before building, or take ptmdeps out of the build",
        ) from error
    try:
        lockfile = loads(content.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise LockfileError(f"`{FILENAME}` is not UTF-8 (byte {error.start})") from error
    for reason in tampered(lockfile):
        raise LockfileError(
            f"the entry of `{reason.model.key.label}` in `{FILENAME}` was changed without locking again",
            hint="Run `ptmdeps lock` before building",
        )
    return content
