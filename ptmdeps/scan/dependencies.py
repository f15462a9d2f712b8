"""What the result of one file depends on besides itself."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

Query = tuple[str, frozenset[str]]
"""Which files have a word in their text and one of some words in their import statements."""


@dataclass(frozen=True, slots=True)
class Inside:
    """What was looked at of a file of Python.

    Attributes:
        nodes: the digests of what was looked into (see ``parts``).
        names: names that the file itself was asked for, and words of which the statements outside of larger functions
            and classes matter.
        around: the digest of those statements, and of the order in which they stand with what was looked into.
        words: words that were looked for in all of it.
        patterns: patterns that were, with their flags.
        called: words that must be called in it.
    """

    nodes: frozenset[str]
    names: frozenset[str] = frozenset()
    around: str = ""
    words: frozenset[str] = frozenset()
    patterns: frozenset[tuple[bytes, int]] = frozenset()
    called: frozenset[str] = frozenset()


@dataclass(slots=True)
class Dependencies:
    """What was looked at to find a result.

    Attributes:
        paths: files that were read, or would have been if they existed, of which anything may matter.
        inside: files of Python of which only a part matters.
        others: those of them that are not scanned themselves, with their states.
        queries: searches over all files.
        derived: names whose derived classes were looked for in all files.
        sought: last parts of the names of modules that were looked for.
        folders: whether the project has a folder of that relative path.
        versions: whether the versions of libraries matter, which decide what is loaded where no model is named.
    """

    paths: set[str] = field(default_factory=set)
    inside: dict[str, Inside] = field(default_factory=dict)
    others: dict[str, str] = field(default_factory=dict)
    queries: set[Query] = field(default_factory=set)
    derived: set[str] = field(default_factory=set)
    sought: set[str] = field(default_factory=set)
    folders: dict[str, bool] = field(default_factory=dict)
    versions: bool = False


@dataclass(frozen=True, slots=True)
class Outside:
    """What results depend on that is no file which is scanned: folders, and other files with their states.

    ``None`` where results say different things, because it changed while the scan ran.
    """

    folders: dict[str, bool | None] = field(default_factory=dict)
    others: dict[str, str | None] = field(default_factory=dict)


def outside_of(every: Iterable[Dependencies]) -> Outside:
    """Return what some results together depend on besides files that are scanned."""
    outside = Outside()
    for dependencies in every:
        for folder, there in dependencies.folders.items():
            if outside.folders.setdefault(folder, there) != there:
                outside.folders[folder] = None
        for path, state in dependencies.others.items():
            if outside.others.setdefault(path, state) != state:
                outside.others[path] = None
    return outside


def is_folder(root: Path, text: str) -> bool:
    """Whether ``text`` is the relative path of a folder under ``root``."""
    parts = [part for part in text.split("/") if part not in ("", ".")]
    if not parts or ".." in parts or text.startswith("/"):
        return False
    return os.path.isdir(f"{root}/{text}")  # noqa: PTH112 - hundreds are looked at in every scan
