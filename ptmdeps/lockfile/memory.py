"""Remembering that a lock's text was found right, so that the same bytes are not worked through again.

What is found out about a text never changes: that every digest in it fits, and that it is spelled as we would. The
memory is a cache: losing it costs time, and who may write it could as well change what they are protected from.
"""

from __future__ import annotations

import hashlib
import os
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

from ptmdeps import __version__
from ptmdeps.atomic import write_if_changed
from ptmdeps.errors import StoreError
from ptmdeps.lockfile.model import FORMAT_REVISION
from ptmdeps.project import cache_folder


def known(path: Path, text: str) -> bool:
    """Whether this text, which was read from ``path``, was found right before."""
    with suppress(OSError):
        return _place(path).read_text(encoding="utf-8") == _note(text)
    return False


def remember(path: Path, text: str) -> None:
    """Keep in mind that the text at ``path`` is right; a cache that cannot be written is not needed to go on."""
    place = _place(path)
    with suppress(OSError, StoreError):
        place.parent.mkdir(parents=True, exist_ok=True)
        write_if_changed(place, _note(text).encode())


def _place(path: Path) -> Path:
    name = hashlib.sha256(os.fsencode(path.absolute())).hexdigest()[:12]
    return cache_folder() / "locks" / name


@lru_cache(maxsize=1)
def _note(text: str) -> str:
    # the quickest of the digests, and as good for a note that nobody else reads
    return f"{__version__}/{FORMAT_REVISION} {hashlib.blake2b(text.encode()).hexdigest()}\n"
