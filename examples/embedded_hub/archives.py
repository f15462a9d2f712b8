"""Tar archives whose bytes follow from the files in them."""

from __future__ import annotations

import gzip
import io
import tarfile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


def tar(files: Mapping[str, bytes], *, prefix: str = "", compressed: bool = True) -> bytes:
    """Return an archive of files, sorted, after the folders they are in; `prefix` starts the name of every member.

    With the prefix `./` the folder itself is the first member, as where an archive is made by `tar -C folder .`.
    """
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w", format=tarfile.GNU_FORMAT) as archive:
        for folder in _folders(files, prefix):
            member = tarfile.TarInfo(folder)
            member.type = tarfile.DIRTYPE
            member.mode = 0o755
            archive.addfile(member)
        for path, content in sorted(files.items()):
            member = tarfile.TarInfo(prefix + path)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return gzip.compress(stream.getvalue(), mtime=0) if compressed else stream.getvalue()


def _folders(files: Mapping[str, bytes], prefix: str) -> list[str]:
    inside = {path[: position + 1] for path in files for position, letter in enumerate(path) if letter == "/"}
    return [folder for folder in (prefix, *(prefix + folder for folder in sorted(inside))) if folder]
