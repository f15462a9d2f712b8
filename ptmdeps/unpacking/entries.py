"""What archives list: one entry a member, under a name that may be created below a folder."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

from ptmdeps.errors import UnsafeContent
from ptmdeps.paths import printable, safe_path
from ptmdeps.unpacking.faults import Fault
from ptmdeps.unpacking.limits import Limits

Kind = Literal["file", "folder", "symbolic link", "hard link", "device", "pipe"]

_HERE = re.compile(r"(?:\./)+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One member of an archive.

    Attributes:
        path: where it would be created, as :func:`ptmdeps.paths.safe_path` accepts it; empty for the folder itself
            into which the archive is unpacked.
        kind: what it would be.
        size: bytes that it says it has.
        executable: whether its owner may run it. No other permission is ever looked at.
    """

    path: str
    kind: Kind
    size: int
    executable: bool


def clean_path(name: str, limits: Limits, *, folder: bool) -> str:
    """The path of a member that is called ``name`` in its archive.

    ``./`` before a name is taken off. A name that is merely not in Unicode NFC is put into it: macOS makes archives of
    such names, and every other place of ptmdeps knows files by their NFC names. Two members that become one by that
    are found as any two members of one name. Everything else that is wrong with a name is an attack, or as good as one.

    Raises:
        Fault: it may not be created below a folder.
    """
    path = _HERE.sub("", name, count=1) if name.startswith("./") else name
    if folder and path != "/":
        path = path.removesuffix("/")
        if path in {"", "."} and name:
            return ""
    path = unicodedata.normalize("NFC", path)
    if path.count("/") >= limits.depth:
        raise Fault(f"`{printable(path)}` lies in more than {limits.depth} folders")
    try:
        return safe_path(path)
    except UnsafeContent as error:
        raise Fault(f"it holds an {error.message}") from None
