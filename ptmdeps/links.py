"""Making one file appear at a second place without a second copy of its bytes, where the file system can."""

from __future__ import annotations

import errno
import os
import shutil
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

_FICLONE = 0x40049409
"""``ioctl`` that shares the blocks of a file (Linux: Btrfs, XFS, bcachefs, overlay of these)."""

CANNOT = frozenset(
    {errno.EXDEV, errno.EOPNOTSUPP, errno.ENOTSUP, errno.ENOTTY, errno.EINVAL, errno.EPERM, errno.EMLINK, errno.ENOSYS}
)
"""What a file system says that does not know a kind of link, or not from here to there."""
_AT_FDCWD = -100
_RENAME_EXCHANGE = 2


def reflink(source: Path, target: Path) -> None:
    """Share the blocks: a copy in every respect but the space. Raises OSError where that cannot be."""
    if sys.platform != "linux":
        raise OSError(errno.EOPNOTSUPP, os.strerror(errno.EOPNOTSUPP))
    import fcntl

    with source.open("rb") as reader, target.open("xb") as writer:
        try:
            fcntl.ioctl(writer.fileno(), _FICLONE, reader.fileno())
        except OSError:
            target.unlink()
            raise


def hardlink(source: Path, target: Path) -> None:
    """A second name for the same file. Raises OSError where that cannot be, as on another file system."""
    os.link(source, target)


def symlink(source: Path, target: Path) -> None:
    """A pointer to the stored file, absolute, because environment and store move independently."""
    target.symlink_to(source)


def copy(source: Path, target: Path) -> None:
    """Bytes of its own."""
    shutil.copyfile(source, target)


_WAYS: Mapping[str, tuple[Callable[[Path, Path], None], ...]] = {
    "auto": (reflink, hardlink, symlink, copy),
    "reflink": (reflink,),
    "hardlink": (hardlink,),
    "symlink": (symlink,),
    "copy": (copy,),
}
_INDEPENDENT = (reflink, copy)


class Linker:
    """Links files in one mode; a way that the file system refuses once is not tried again.

    ``auto`` prefers what nobody can damage through the environment (reflink), then what survives a deleted
    store (hardlink), then what works across file systems (symlink), then a copy.
    """

    def __init__(self, mode: str) -> None:
        self._ways = list(_WAYS[mode])
        self._independent = list(_INDEPENDENT)

    def link(self, source: Path, target: Path, *, independent: bool = False) -> None:
        """Make ``source`` appear at ``target``, whose folder exists and which does not exist itself.

        Raises:
            OSError: no way of this mode works here, or the disk is full.
        """
        real = source.resolve()
        ways = self._independent if independent else self._ways
        while True:
            try:
                ways[0](real, target)
            except OSError as error:
                if error.errno not in CANNOT or len(ways) == 1:
                    raise
                del ways[0]
            else:
                return


def exchange(first: Path, second: Path) -> bool:
    """Swap two paths in one step, so that neither is ever missing; says whether this system can (Linux)."""
    if sys.platform != "linux":
        return False
    import ctypes  # which only who builds an environment needs

    library = ctypes.CDLL(None, use_errno=True)
    rename = getattr(library, "renameat2", None)
    if rename is None:
        return False
    return bool(rename(_AT_FDCWD, os.fsencode(first), _AT_FDCWD, os.fsencode(second), _RENAME_EXCHANGE) == 0)
