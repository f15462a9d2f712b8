"""``[tool.ptmdeps.workspace]``: several projects below one folder that share one lock."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ptmdeps.manifest.fields import Mistake, Section, refuse_unknown, strings, subsection
from ptmdeps.project import folders_matching, leads_below

_KEYS = frozenset({"members", "exclude"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Workspace:
    """Which folders below its root belong to a workspace.

    Attributes:
        members: glob patterns of folders, relative to the root.
        exclude: glob patterns of folders that are no members, and that are not scanned either.
    """

    members: tuple[str, ...]
    exclude: tuple[str, ...] = ()

    def folders(self, root: Path) -> tuple[str, ...]:
        """The members that are there: POSIX paths relative to ``root``, sorted."""
        return folders_matching(root, self.members, self.exclude)


def workspace(section: Section) -> Workspace | None:
    """The workspace of which a manifest is the root; ``None`` where it is of none."""
    if "workspace" not in section.values:
        return None
    table = subsection(section, "workspace")
    refuse_unknown(table, _KEYS)
    return Workspace(members=_patterns(table, "members"), exclude=_patterns(table, "exclude"))


def _patterns(section: Section, key: str) -> tuple[str, ...]:
    patterns = strings(section, key)
    for index, pattern in enumerate(patterns):
        if not leads_below(pattern):
            path = (*section.path, key, index)
            raise Mistake(path, "is no pattern of folders below this one", hint='Such as "packages/*"')
    return tuple(pattern.rstrip("/") for pattern in patterns)
