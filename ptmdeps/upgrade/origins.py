"""Which licence a model has and what it came from, before and after: by the same rules by which it is locked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from ptmdeps.hubs.description import RemoteFile
from ptmdeps.inspect.provenance import LONGEST_CARD, Files, provenance, worth_reading
from ptmdeps.lockfile.model import Edge, License
from ptmdeps.upgrade.change import FileChange, LicenseChange, OriginChange
from ptmdeps.upgrade.contents import Contents
from ptmdeps.upgrade.side import Side

Edges = tuple[Edge, ...]
_CODE = "remote-code"


@dataclass(frozen=True, slots=True, kw_only=True)
class Origins:
    """What differs; ``None`` and ``()`` where nothing does."""

    license: LicenseChange | None = None
    origins: tuple[OriginChange, ...] = ()


def origins(changes: tuple[FileChange, ...], before: Side, after: Side, contents: Contents) -> Origins:
    """What two revisions say: their locks where they are all that is known of one of them, else their files.

    Raises:
        PtmdepsError, OSError: a file that says it cannot be read.
    """
    if after.stored:
        return by_locks(before, after)
    worth = {*worth_reading(_sizes(contents.before)), *worth_reading(_sizes(contents.after))}
    if not any(change.path in worth or change.previous in worth for change in changes):
        return Origins()
    names = frozenset({before.described.key.name, after.described.key.name})
    adapted = {edge.target.name: edge.ref for edge in before.locked.runtime_edges} if before.locked else None

    def said(files: Mapping[str, RemoteFile], read: Callable[[str, int], bytes]) -> tuple[License | None, Edges]:
        found = provenance(
            Files(
                hub=after.described.key.hub,
                names=names,
                sizes=_sizes(files),
                read=lambda path: read(path, LONGEST_CARD),
                adapted=adapted,
            )
        )
        return found.license, found.lineage.edges

    if before.stored and before.locked:
        old: tuple[License | None, Edges] = (before.locked.license, before.locked.lineage_edges)
    else:
        old = said(contents.before, contents.old)
    new = said(contents.after, contents.new)
    return Origins(license=license_change(old[0], new[0]), origins=_lineage(old[1], new[1]))


def by_locks(before: Side, after: Side) -> Origins:
    """What two locks say; nothing where one side has none."""
    if before.locked is None or after.locked is None:
        return Origins()
    was, is_ = before.locked, after.locked
    # a lock of an earlier ptmdeps knew no cards, and looked for no evidence beside them
    same_look = bool(was.card) == bool(is_.card)
    return Origins(
        license=license_change(was.license, is_.license),
        origins=_lineage(was.lineage_edges, is_.lineage_edges) if same_look else (),
    )


def license_change(before: License | None, after: License | None) -> LicenseChange | None:
    """``None`` where both mean the same; a text counts where both have one, as early locks knew none."""
    old, new = _meaning(before), _meaning(after)
    texts = before.recognized != after.recognized if before and after and before.sha256 and after.sha256 else False
    return LicenseChange(before=before, after=after) if old != new or texts else None


def _meaning(license_: License | None) -> str:
    return (license_.concluded or license_.declared) if license_ else ""


def _lineage(before: Edges, after: Edges) -> tuple[OriginChange, ...]:
    # where code is, is no origin of weights: settings tell it
    old = {(edge.relation, edge.target.label) for edge in before if edge.relation != _CODE}
    new = {(edge.relation, edge.target.label) for edge in after if edge.relation != _CODE}
    added = [OriginChange(relation=relation, name=name, kind="added") for relation, name in sorted(new - old)]
    removed = [OriginChange(relation=relation, name=name, kind="removed") for relation, name in sorted(old - new)]
    return (*added, *removed)


def _sizes(files: Mapping[str, RemoteFile]) -> dict[str, int]:
    return {path: file.size for path, file in files.items()}
