"""Models that come as archives: unpacked on the store's own file system, so that its files need only be renamed."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from ptmdeps.errors import IntegrityError, UnsafeContent
from ptmdeps.unpacking import Member, remove_abandoned, unpack

if TYPE_CHECKING:
    from ptmdeps.hubs.stored import StoredHub

_FOLDER = "unpacked"


@contextmanager
def unpacked(hub: StoredHub, archive: Path, subject: str) -> Iterator[tuple[Path, tuple[Member, ...]]]:
    """The folder with the files of an archive, and these, sorted; folder and archive are gone afterwards.

    ``subject`` is what the archive is of, for people. The caller sees to it that nobody else unpacks the same one.

    Raises:
        UnsafeContent: it is damaged, or an attack; nothing of it stays.
        IntegrityError: what it holds is not what it says.
        StoreError: the disk is full or read-only.
    """
    folder = hub.notes() / _FOLDER / archive.name
    remove_abandoned(folder.parent)
    shutil.rmtree(folder, ignore_errors=True)
    try:
        with _named(archive, subject):
            members = unpack(archive, folder)
        yield folder, members
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        archive.unlink(missing_ok=True)


@contextmanager
def _named(archive: Path, subject: str) -> Iterator[None]:
    """Messages speak of the archive by the model that it is of: its name here means nothing to anybody."""
    try:
        yield
    except (UnsafeContent, IntegrityError) as error:
        error.message = error.message.replace(f"`{archive.name}`", f"the archive of `{subject}`")
        error.args = (error.message,)
        raise
