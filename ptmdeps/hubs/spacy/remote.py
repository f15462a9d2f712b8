"""A wheel on a server, of which only the directory and small files are fetched. What it says are claims."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO, cast
from zlib import error as ZlibError  # noqa: N812 - a name of that library

from ptmdeps.errors import FileNotInModel, UnsafeContent
from ptmdeps.hubs.description import RemoteFile
from ptmdeps.hubs.spacy.wheels import record_of
from ptmdeps.hubs.web import LARGEST_PAGE
from ptmdeps.paths import printable

_MOST_FILES = 10_000
_BROKEN = (zipfile.BadZipFile, NotImplementedError, RuntimeError, ValueError, EOFError, OSError, ZlibError)
"""What ``zipfile`` raises for archives that are none."""


def files_of(stream: BinaryIO, subject: str) -> tuple[RemoteFile, ...]:
    """What the wheel lists, with the digests of its record, sorted by path.

    Raises:
        UnsafeContent: it is no wheel.
    """
    with _opened(stream, subject) as archive:
        listed = [one for one in archive.infolist() if not one.is_dir()]
        if len(listed) > _MOST_FILES:
            raise ValueError("too many files")
        record = next((one.filename for one in listed if one.filename.endswith(".dist-info/RECORD")), "")
        digests = dict(record_of(_read(archive, record))) if record else {}
        files = (
            RemoteFile(path=one.filename, size=one.file_size, git="", sha256=digests.get(one.filename, ""))
            for one in listed
        )
        return tuple(sorted(files, key=lambda file: file.path))


def content_of(stream: BinaryIO, subject: str, path: str) -> bytes:
    """One of its files.

    Raises:
        FileNotInModel: it has none of that name.
        UnsafeContent: it is no wheel, or the file is too large.
    """
    with _opened(stream, subject) as archive:
        if path not in archive.namelist():
            raise FileNotInModel(f"`{subject}` holds no `{printable(path)}`", hint="Check the name of the file")
        return _read(archive, path)


@contextmanager
def _opened(stream: BinaryIO, subject: str) -> Iterator[zipfile.ZipFile]:
    try:
        with zipfile.ZipFile(_Sparing(stream)) as archive:
            yield archive
    except _BROKEN as error:
        raise UnsafeContent(
            f"the wheel of `{subject}` cannot be read: {printable(str(error))}",
            hint="Is the endpoint the one that you mean?",
        ) from error


def _read(archive: zipfile.ZipFile, path: str) -> bytes:
    with archive.open(path) as member:
        content = member.read(LARGEST_PAGE + 1)
    if len(content) > LARGEST_PAGE:
        raise ValueError(f"`{path}` is too large")
    return content


class _Sparing(io.BufferedReader):
    """Refuses to hold much at a time: the directory of an archive says itself how long it is."""

    def __init__(self, stream: BinaryIO) -> None:
        super().__init__(cast("io.RawIOBase", stream), 64 * 1024)

    def read(self, size: int | None = -1, /) -> bytes:
        """As every stream, up to a limit."""
        wanted = LARGEST_PAGE + 1 if size is None or size < 0 else size
        found = super().read(min(wanted, LARGEST_PAGE + 1))
        if len(found) > LARGEST_PAGE:
            raise ValueError("its directory is too long")
        return found
