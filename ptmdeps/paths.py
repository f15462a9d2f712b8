"""Names of files that others chose: which may be believed, and how to print the rest.

A path from a hub, an archive, an index file or a lockfile ends up below a folder of this machine. It is believed only
if it means the same file, inside that folder, on every system: see :func:`safe_path`.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from functools import lru_cache
from typing import TYPE_CHECKING

from ptmdeps.errors import UnsafeContent

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

MAX_PART = 255
"""Longest name of one file or folder, in bytes of UTF-8: ``NAME_MAX`` of the usual file systems."""

MAX_PATH = 4096
"""Longest path, in bytes of UTF-8: ``PATH_MAX`` of Linux."""

_DRIVE = re.compile(r"[A-Za-z]:")
# https://learn.microsoft.com/windows/win32/fileio/naming-a-file: with or without an extension they name a device
_DEVICE = re.compile(r"(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9\u00b9\u00b2\u00b3])(?:\..*)?", re.IGNORECASE)
_ADDRESS = re.compile(
    r"https?://(?:[A-Za-z0-9._~-]+|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?(?:/[!$-;=?-\[\]_a-z~@]*)?(?:\?[!$-;=?-\[\]_a-z~@]*)?"
)
# control, surrogate, line and paragraph separators; and the format characters that reorder what a person reads
_UNSEEN = frozenset({"Cc", "Cs", "Zl", "Zp"})
_REORDERING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


@lru_cache(maxsize=8192)
def safe_path(path: str) -> str:
    """Give ``path`` back if it may be created below a folder; the only kind of path that a lockfile holds.

    Accepted are relative POSIX paths in Unicode NFC without empty, ``.`` and ``..`` parts, without backslashes, drive
    letters, control and reordering characters, whose parts mean the same on Windows (no device names such as ``aux``,
    no dot or space at the end) and fit a file system. A colon that makes no drive letter is accepted: logs are named
    after times of day.

    Raises:
        UnsafeContent: naming the path, with what cannot be printed escaped, and what is wrong with it.
    """
    reason = _unsafe_whole(path) or next(filter(None, map(_unsafe_part, path.split("/"))), None)
    if reason:
        raise UnsafeContent(
            f"unsafe path `{printable(path)}`: {reason}",
            hint="the model may be damaged or hostile: do not use it before its author has explained this name",
        )
    return path


@lru_cache(maxsize=8192)
def safe_name(name: str) -> str:
    """Give the name of a model back if a lockfile may hold it: a safe path, or an address of the web.

    An address is ``http(s)://host/…`` of visible ASCII without a user, a password and a fragment: what would be a
    secret in it has no place in a file that is published.

    Raises:
        UnsafeContent: as ``safe_path``.
    """
    if "://" not in name:
        return safe_path(name)
    if not _ADDRESS.fullmatch(name) or len(name) > MAX_PATH:
        raise UnsafeContent(
            f"unsafe address `{printable(name)}`: it is not `https://host/path` in plain letters",
            hint="write other characters as `%XX`, and leave out users, passwords and `#…`",
        )
    return name


def case_collisions(paths: Iterable[str]) -> tuple[tuple[str, ...], ...]:
    """Groups of paths that are one file, or a file and a folder, where case and Unicode form do not count.

    macOS and Windows would let one overwrite the other. Groups and their members are sorted.
    """
    listed = tuple(paths)
    names = [_folded(path) for path in listed]
    known = set(names)
    if len(known) == len(names) and not any(folder in known for name in names for folder in _folders(name)):
        return ()  # as usual: no more needs to be kept of the ten thousands of files of a large lock
    files: dict[str, set[str]] = defaultdict(set)
    for name, path in zip(names, listed, strict=True):
        files[name].add(path)
    groups = {name: set(found) for name, found in files.items() if len(found) > 1}
    for name, found in files.items():
        for folder in _folders(name):
            if folder in files:
                groups.setdefault(folder, set(files[folder])).update(found)
    return tuple(sorted(tuple(sorted(group)) for group in groups.values()))


def printable(text: str, limit: int = 200) -> str:
    r"""``text`` fit for a message: what a terminal would obey or hide is escaped (``\x1b``, ``\u202e``).

    At most ``limit`` characters of it are shown, with ``…`` in place of the rest.
    """
    shown = text[:limit]
    if not shown.isprintable():
        shown = "".join(char if char.isprintable() else _escaped(char) for char in shown)
    return f"{shown}…" if len(text) > limit else shown


def _escaped(char: str) -> str:
    return char.encode("unicode_escape").decode("ascii")


def _unseen(char: str) -> bool:
    return unicodedata.category(char) in _UNSEEN or char in _REORDERING


def _unsafe_whole(path: str) -> str | None:
    if not (path.isascii() and path.isprintable()) and any(map(_unseen, path)):
        return "it holds control characters"
    if "\\" in path:
        return "it holds a backslash"
    if path.startswith("/"):
        return "it is absolute"
    if not unicodedata.is_normalized("NFC", path):
        return "it is not in Unicode NFC"
    if len(path.encode()) > MAX_PATH:
        return f"it is longer than {MAX_PATH} bytes"
    return None


def _unsafe_part(part: str) -> str | None:
    if part in {"", ".", ".."}:
        return f"`{part}` is not the name of a file or folder"
    if _DRIVE.match(part):
        return "it names a drive"
    if part[-1] in ". ":
        return "a name in it ends with a dot or a space"
    if _DEVICE.fullmatch(part):
        return f"`{part}` names a device on Windows"
    if len(part.encode()) > MAX_PART:
        return f"a name in it is longer than {MAX_PART} bytes"
    return None


def _folded(path: str) -> str:
    if path.isascii():
        return path.lower()
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", path).casefold())


def _folders(path: str) -> Iterator[str]:
    while "/" in path:
        path = path.rpartition("/")[0]
        yield path
