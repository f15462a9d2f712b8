"""Archives that must not be unpacked, for hubs whose models come as archives."""

from __future__ import annotations

import gzip
import tarfile
from collections.abc import Mapping

from tests.unit.unpacking.making import member, tar

HOSTILE: Mapping[str, bytes] = {
    "above": tar(member("../outside")),
    "absolute": tar(member("/etc/cron.d/outside")),
    "behind a folder": tar(member("inside/../../outside")),
    "symbolic link": tar(member("variables", b"", tarfile.SYMTYPE, linkname="../.."), member("variables/outside")),
    "hard link": tar(member("outside", b"", tarfile.LNKTYPE, linkname="/etc/passwd")),
    "device": tar(member("outside", b"", tarfile.CHRTYPE)),
    "pipe": tar(member("outside", b"", tarfile.FIFOTYPE)),
    "twice": tar(member("saved_model.pb", b"first"), member("saved_model.pb", b"other")),
    "one on some systems": tar(member("saved_model.pb"), member("Saved_Model.pb")),
    "control characters": tar(member("saved\x1b[2Jmodel.pb")),
    "device of Windows": tar(member("aux")),
    "cut off": tar(member("saved_model.pb", b"x" * 4096))[:2048],
}
"""By what is wrong with them."""

_MEBIBYTE = 1024 * 1024
_HEADER = tarfile.TarInfo("saved_model.pb")
_HEADER.size = 400 * _MEBIBYTE
BOMB = gzip.compress(_HEADER.tobuf()) + 400 * gzip.compress(bytes(_MEBIBYTE))
"""400 MiB of nothing in half of one."""


def packed(archive: bytes) -> bytes:
    """The archive in gzip."""
    return gzip.compress(archive, mtime=0)
