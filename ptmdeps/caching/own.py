"""ptmdeps' own cache: results of scans and hashes, which can be worked out again at any time."""

from __future__ import annotations

import contextlib
import os
import shutil
from pathlib import Path

from ptmdeps.project import cache_folder

MODELS = "models"
"""The stores of hubs, which are no cache: what they hold is somebody's."""
_KEPT = frozenset({MODELS, "projects"})
"""And mutexes that somebody may hold, and where to find the locks that say what is needed."""


def size_of_folder(folder: Path, *, without: str = "") -> int:
    """Bytes of all files below a folder, ``without`` one of its own folders; links are not followed."""
    total = 0
    for parent, folders, names in os.walk(folder):
        if without in folders and Path(parent) == folder:
            folders.remove(without)
        for name in names:
            with contextlib.suppress(OSError):
                total += Path(parent, name).lstat().st_size
    return total


def clear_own(*, dry_run: bool = False) -> int:
    """Delete what can be worked out again; gives the bytes that this frees."""
    freed = 0
    with contextlib.suppress(OSError):
        for path in sorted(cache_folder().iterdir()):
            if path.name in _KEPT:
                continue
            freed += size_of_folder(path) if path.is_dir() else path.lstat().st_size
            if not dry_run:
                _delete(path)
    return freed


def _delete(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        with contextlib.suppress(OSError):
            path.unlink()
