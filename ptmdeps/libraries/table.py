"""What a short name of a library stands for: a file at an address, or files of a repository."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from ptmdeps.errors import PtmdepsError, UnsafeContent
from ptmdeps.identity import ModelKey
from ptmdeps.paths import printable, safe_path

LONGEST_NAME = 300
"""Characters of a short name; a library that has a longer one is not what it seems."""

_LONGEST_ADDRESS = 2_000
_ADDRESS = re.compile(r"https?://[A-Za-z0-9.-]+(?::\d{1,5})?/[!-~]+")
_REPOSITORY = re.compile(r"[A-Za-z0-9_.-]{1,96}/[A-Za-z0-9_.-]{1,96}|[A-Za-z0-9_.-]{1,96}")
_OTHER = re.compile(r"[A-Za-z0-9_][!-~]{0,299}")
_REF = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_./-]{0,199}")
_HASH = re.compile(r"|sha256:[0-9a-f]{64}|sha256-prefix:[0-9a-f]{6,63}|md5:[0-9a-f]{32}")
_READS = re.compile(r"[a-z0-9-]{0,40}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One file, or some files of one repository, behind a name.

    Attributes:
        key: where the bytes are: ``url:https://…/resnet50-0676ba61.pth`` or ``huggingface:timm/resnet50.a1_in1k``.
        ref: branch, tag or commit of the repository that the library asks for; empty where it asks for none.
        reads: what reads it, and so which files of a repository (``timm``, ``open-clip``, ``snapshot``, ``file``, …),
            or in which folder its loader keeps what it fetched from an address (``torch``, ``clip``, ``keras``, …).
        files: of a repository the exact files, where it is not what ``reads`` says; of an address where the file lies
            below the loader's folder, where that is not the last part of the address.
        hash: what the library itself knows of the bytes: ``sha256:<64 hex>``, ``sha256-prefix:<hex>``,
            ``md5:<32 hex>``, or nothing.
    """

    key: ModelKey
    ref: str = ""
    reads: str = ""
    files: tuple[str, ...] = ()
    hash: str = ""


Entries = tuple[Entry, ...]
"""What one name stands for, in the order in which it is loaded; none for a name that has no weights."""

Names = Mapping[str, Entries]
"""The table of one version of a library."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a name stands for in the library that a project uses.

    Attributes:
        entries: in the order in which the library loads them, at least one.
        table: the library whose table says so, and its version: ``timm 1.0.31``.
        evidence: how it is known that the project uses it, and how near the table comes: ``uv.lock:12``,
            ``the installed timm 1.0.31``, ``the table that ptmdeps ships``.
        exact: the table is that of the version which the project uses, as far as one is known.
    """

    entries: Entries
    table: str
    evidence: str
    exact: bool = True


class UnknownName(PtmdepsError):
    """A library has no model of that name, or has no weights for it."""


def fault_of(entry: Entry) -> str:
    """Say what is wrong with an entry; an empty text where nothing is. Installed libraries are not to be trusted."""
    checks = (
        (entry.key.name, _is_name(entry.key), f"name of {entry.key.hub}"),
        (entry.ref, not entry.ref or (bool(_REF.fullmatch(entry.ref)) and ".." not in entry.ref), "ref"),
        (entry.hash, bool(_HASH.fullmatch(entry.hash)), "hash"),
        (entry.reads, bool(_READS.fullmatch(entry.reads)), "way of reading"),
        *((path, _is_path(path), "relative path") for path in entry.files),
    )
    return next((f"`{printable(text)}` is no {what}" for text, right, what in checks if not right), "")


def without_faults(names: Names) -> dict[str, Entries]:
    """Return the names, sorted, whose entries have no fault."""
    return {
        name: entries
        for name, entries in sorted(names.items())
        if 0 < len(name) <= LONGEST_NAME and name.isprintable() and not any(map(fault_of, entries))
    }


def _is_name(key: ModelKey) -> bool:
    match key.hub:
        case "url":
            return _is_address(key.name)
        case "huggingface":
            return _is_repository(key.name)
    return bool(_OTHER.fullmatch(key.name))


def _is_address(text: str) -> bool:
    if len(text) > _LONGEST_ADDRESS or not _ADDRESS.fullmatch(text):
        return False
    try:
        return urlsplit(text).port != 0
    except ValueError:
        return False


def _is_repository(text: str) -> bool:
    parts = text.split("/")
    return bool(_REPOSITORY.fullmatch(text)) and not any(part[0] in "-." or ".." in part for part in parts)


def _is_path(text: str) -> bool:
    try:
        safe_path(text)
    except UnsafeContent:
        return False
    return True
