"""Telling archives apart, and opening them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from ptmdeps.errors import StoreError
from ptmdeps.unpacking.entries import Entry
from ptmdeps.unpacking.faults import UNKNOWN, Fault, explained
from ptmdeps.unpacking.limits import Limits, Meter
from ptmdeps.unpacking.sources import MAGIC, File, Unpacked
from ptmdeps.unpacking.tars import read_tar
from ptmdeps.unpacking.zips import read_zip

KINDS = ("tar", "tar.gz", "tar.bz2", "tar.xz", "zip")
"""What an archive can be. A wheel is a ``zip``."""

_ZIP_MAGICS = (b"PK\x03\x04", b"PK\x05\x06")
_HEAD = max(map(len, (*MAGIC.values(), *_ZIP_MAGICS)))


@contextmanager
def opened(archive: Path, kind: str, limits: Limits) -> Iterator[Iterator[tuple[Entry, Iterable[bytes]]]]:
    """The members of an archive, each with its content, which can be read until the next is asked for.

    ``kind`` is one of :data:`KINDS`, or empty to go by the first bytes.

    Raises:
        UnsafeContent: it is not what it should be, cannot be read or is an attack; also while it is read.
        IntegrityError: what it holds is not what it says.
        StoreError: the file cannot be read.
    """
    try:
        stream = archive.open("rb")
    except OSError as error:
        raise StoreError(
            f"`{archive}` cannot be read: {error.strerror}", hint="Check that it is there, and its permissions"
        ) from error
    with stream, explained(archive):
        meter = Meter(limits)
        file = File(stream, meter)
        head = file.raw(_HEAD)
        file.seek(0)
        yield _members(file, kind or _recognised(head), meter)


def _recognised(head: bytes) -> str:
    if head.startswith(_ZIP_MAGICS):
        return "zip"
    return next((f"tar.{packing}" for packing, magic in MAGIC.items() if head.startswith(magic)), "tar")


def _members(file: File, kind: str, meter: Meter) -> Iterator[tuple[Entry, Iterable[bytes]]]:
    if kind not in KINDS:
        raise Fault(f"archives of the kind `{kind}` are not known", UNKNOWN)
    if kind == "zip":
        return read_zip(file, meter)
    packing = kind.partition(".")[2]
    return read_tar(Unpacked(file, packing, meter) if packing else file, meter)
