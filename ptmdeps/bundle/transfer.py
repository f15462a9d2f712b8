"""Getting one file from here to there, by a link where that will do, else by bytes that are hashed on their way."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import BinaryIO

from ptmdeps.errors import StoreError
from ptmdeps.links import CANNOT, hardlink, reflink

PIECE = 4 * 1024 * 1024
"""Bytes that are in memory at a time."""

Advance = Callable[[int], None]
"""Hears of bytes that are done."""

_WAYS: Mapping[str, tuple[Callable[[Path, Path], None], ...]] = {
    "auto": (reflink, hardlink),
    "reflink": (reflink,),
    "hardlink": (hardlink,),
    "copy": (),
}
"""No symbolic links: neither a bundle nor the store may end where the other one does."""

_COPYING = ("auto", "copy")


def linked(source: Path, target: Path, mode: str) -> bool:
    """Make ``source`` appear at ``target`` without copying it; says whether that could be done.

    Raises:
        StoreError: it could not, and ``mode`` allows nothing else.
        OSError: a folder is read-only or full.
    """
    real = source.resolve()
    for way in _WAYS[mode]:
        try:
            way(real, target)
        except OSError as error:
            if error.errno not in CANNOT:
                raise
        else:
            return True
    if mode in _COPYING:
        return False
    raise StoreError(
        f"`{target.parent}` takes no {mode} of `{real}`", hint="Choose another `--link-mode`, such as `copy`"
    )


def copied(source: BinaryIO, target: BinaryIO, size: int, advance: Advance) -> str:
    """Write at most ``size`` bytes of ``source`` to ``target``; gives the SHA-256 of what was written.

    Raises:
        StoreError: ``source`` cannot be read.
        OSError: ``target`` cannot be written.
    """
    digest = hashlib.sha256()
    while size > 0 and (piece := _read(source, min(PIECE, size))):
        digest.update(piece)
        target.write(piece)
        advance(len(piece))
        size -= len(piece)
    return digest.hexdigest()


def _read(source: BinaryIO, size: int) -> bytes:
    try:
        return source.read(size)
    except OSError as error:
        raise StoreError(
            f"`{source.name}` cannot be read: {error.strerror}", hint="Its disk may be damaged, or was taken out"
        ) from error


def settled(stream: BinaryIO) -> None:
    """Wait until what was written is on the disk, so that a name that it gets afterwards leads to all of it."""
    stream.flush()
    os.fsync(stream.fileno())
