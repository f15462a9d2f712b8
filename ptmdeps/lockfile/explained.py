"""Why a lockfile is stale, in words: one mark and one sentence a reason."""

from __future__ import annotations

from ptmdeps.lockfile.model import Options
from ptmdeps.lockfile.staleness import (
    LibraryChanged,
    OptionsChanged,
    Orphaned,
    Pending,
    Staleness,
    Tampered,
    Unneeded,
    Unpinned,
    Unrelated,
    Untraced,
    UsedElsewhere,
)
from ptmdeps.requirement import DEFAULT_GROUP, Requirement


def explained(reason: Staleness) -> tuple[str, str]:
    """``+``, ``-`` or ``~``, and what is the matter."""
    match reason:
        case Pending(requirement=requirement):
            mark, text = "+", f"{_wish(requirement)} is not locked (used in {_used_in(requirement)})"
        case Orphaned(requirement=requirement):
            mark, text = "-", f"{_wish(requirement)} is asked for no more (was used in {_used_in(requirement)})"
        case UsedElsewhere(before=before, after=after):
            mark, text = "~", f"{_wish(after)} is used in {_used_in(after)}, was in {_used_in(before)}"
        case OptionsChanged(before=before, after=after):
            mark, text = "~", f"the settings changed: {_options(before)} -> {_options(after)}"
        case Unpinned(wish=(key, ref), because=because):
            mark, text = "+", f"{key.label}{'@' + ref if ref else ''} has no pin (needed by {because})"
        case Unneeded(model=model):
            mark, text = "-", f"{model.title} is locked, and nothing leads to it"
        case Tampered(model=model):
            mark, text = "~", f"{model.title} was changed without locking again: its digest does not match"
        case LibraryChanged(model=model, table=table):
            now = f"leads elsewhere in {table}" if table else "is not in the library that the project uses now"
            mark, text = "~", f"{model.title}, locked by {model.origin.table}, {now}"
        case Untraced() | Unrelated():
            mark, text = _lineage(reason)
    return mark, text


def _lineage(reason: Untraced | Unrelated) -> tuple[str, str]:
    match reason:
        case Untraced(descendant=descendant, edge=edge):
            return "+", f"{descendant} came from {edge.target.label}, of which nothing is recorded"
        case Unrelated(ancestor=ancestor):
            return "-", f"{ancestor.key.label} is recorded as an ancestor, and nothing came from it"


def _wish(requirement: Requirement) -> str:
    name = f"{requirement.key.label}@{requirement.ref}" if requirement.ref else requirement.key.label
    selection = requirement.selection
    patterns = ", ".join((*selection.files, *selection.allow, *filter(None, (selection.subfolder, selection.variant))))
    return f"{name} as {requirement.reads}{f' ({patterns})' if patterns else ''}{_place(requirement)}"


def _place(requirement: Requirement) -> str:
    """Group, role and whether it is optional, as far as they are not the usual."""
    group = f" in group {requirement.group}" if requirement.group != DEFAULT_GROUP else ""
    role = f' for "{requirement.role}"' if requirement.role else ""
    return f"{group}{', optional' if requirement.optional else ''}{role}"


def _used_in(requirement: Requirement) -> str:
    return ", ".join(requirement.used_in) or "the manifest"


def _options(options: Options) -> str:
    parts = [f"files = {options.files}", f"scopes = {', '.join(options.scopes)}"]
    parts += [f"exclude-newer = {options.exclude_newer}"] if options.exclude_newer else []
    parts += [] if options.lineage else ["lineage = false"]
    parts += [f"{name}: {cutoff or 'whatever is newest'}" for name, cutoff in options.exclude_newer_model]
    return ", ".join(parts)
