"""Which file of a repository holds the text of its licence."""

from __future__ import annotations

import re
from collections.abc import Collection
from urllib.parse import unquote

from ptmdeps.errors import UnsafeContent
from ptmdeps.paths import safe_path

_NAME = re.compile(r"(licen[cs]e|copying)((?:\.(?:txt|md|rst))?)", re.IGNORECASE)
_READABLE = re.compile(r"(?:[^.]|\.(?=.*\.))*(?:\.(?:txt|md|rst))?", re.IGNORECASE)
_IN_REPOSITORY = re.compile(r"(?:https?://[^/]+/(?:datasets/)?[^/]+/[^/]+/(?:blob|raw|resolve)/[^/]+/)?([^:?#]+)")
_FIRST = ("license", "licence", "copying")
_ENDINGS = ("", ".txt", ".md", ".rst")


def license_file(paths: Collection[str], link: str) -> str:
    """The path of the text, in the root unless the card's ``license_link`` leads elsewhere; empty where there is none.

    A link counts where it leads to a file of the repository that can be read as text: an address of the same file in
    another repository says nothing of this one's.
    """
    if (linked := _linked(link)) and linked in paths and _READABLE.fullmatch(linked.rpartition("/")[2]):
        return linked
    found = [path for path in paths if _NAME.fullmatch(path) and _safe(path)]
    return min(found, key=_rank, default="")


def _linked(link: str) -> str:
    match = _IN_REPOSITORY.fullmatch(link.strip())
    return unquote(match[1]).removeprefix("./") if match and _safe(unquote(match[1]).removeprefix("./")) else ""


def _rank(path: str) -> tuple[int, int, str]:
    match = _NAME.fullmatch(path)
    word, ending = (match[1].lower(), match[2].lower()) if match else ("", "")
    return (_FIRST.index(word), _ENDINGS.index(ending), path)


def _safe(path: str) -> bool:
    try:
        return bool(safe_path(path))
    except UnsafeContent:
        return False
