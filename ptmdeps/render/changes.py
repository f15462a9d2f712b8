"""``+ - ~`` lines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from ptmdeps.identity import ModelKey
from ptmdeps.lockfile.difference import Added, Changed, Difference, Removed
from ptmdeps.lockfile.model import LockedModel, Options
from ptmdeps.lockfile.staleness import (
    LibraryChanged,
    OptionsChanged,
    Orphaned,
    Pending,
    Staleness,
    Tampered,
    Unneeded,
    Unpinned,
    UsedElsewhere,
)
from ptmdeps.render.quantities import counted, short
from ptmdeps.requirement import DEFAULT_GROUP, Requirement

SIGNS = {"+": "green", "-": "red", "~": "yellow"}
"""The sign that begins a line, and its colour on a terminal."""


def change_lines(differences: Iterable[Difference]) -> Iterator[str]:
    """One line for each model that a lock gained, lost or pins differently."""
    for difference in differences:
        match difference:
            case Added(model=model):
                yield f"+ {title(model)} {short(model.revision)}"
            case Removed(model=model):
                yield f"- {title(model)} {short(model.revision)}"
            case Changed(before=before, after=after) if before.revision != after.revision:
                yield f"~ {title(after)} {short(before.revision)} -> {short(after.revision)}"
            case Changed(before=before, after=after):
                yield f"~ {title(after)} {short(after.revision)} ({', '.join(_details(before, after))})"


def environment_lines(
    recorded: dict[str, Any], models: Iterable[LockedModel], *, keeping: bool = False
) -> Iterator[str]:
    """The same for an environment, which knows of its earlier self what it recorded.

    ``keeping``: models that are not wanted stay, unless another ref of them takes their place.
    """
    before = {
        (ModelKey(str(entry.get("hub", "huggingface")), str(entry.get("name"))), str(entry.get("ref", ""))): entry
        for entry in recorded.get("models", [])
        if isinstance(entry, dict)
    }
    after = {(model.key, model.ref): model for model in models}
    wanted = {key for key, _ in after}
    for key, ref in sorted(before.keys() | after.keys()):
        if keeping and key not in wanted:
            continue
        label = f"{key.label}@{ref}" if ref else key.label
        old, new = before.get((key, ref)), after.get((key, ref))
        if new is None:
            yield f"- {label} {short(str((old or {}).get('revision', '')))}"
        elif old is None:
            yield f"+ {label} {short(new.revision)}"
        elif old.get("revision") != new.revision:
            yield f"~ {label} {short(str(old.get('revision', '')))} -> {short(new.revision)}"
        elif old.get("files") != sorted(file.sha256 for file in new.files):
            yield f"~ {label} {short(new.revision)} (other files)"


def stale_lines(reasons: Iterable[Staleness]) -> Iterator[str]:
    """One line for each reason why a lock is stale."""
    for reason in reasons:
        match reason:
            case Pending(requirement=requirement):
                yield f"+ {_wish(requirement)} is not locked (used in {_used_in(requirement)})"
            case Orphaned(requirement=requirement):
                yield f"- {_wish(requirement)} is asked for no more (was used in {_used_in(requirement)})"
            case UsedElsewhere(before=before, after=after):
                yield f"~ {_wish(after)} is used in {_used_in(after)}, was in {_used_in(before)}"
            case OptionsChanged(before=before, after=after):
                yield f"~ the settings changed: {_options(before)} -> {_options(after)}"
            case Unpinned(wish=(key, ref), because=because):
                yield f"+ {key.label}{'@' + ref if ref else ''} has no pin (needed by {because})"
            case Unneeded(model=model):
                yield f"- {title(model)} is locked, and nothing leads to it"
            case Tampered(model=model):
                yield f"~ {title(model)} was changed without locking again: its digest does not match"
            case LibraryChanged(model=model, table=table):
                now = f"leads elsewhere in {table}" if table else "is not in the library that the project uses now"
                yield f"~ {title(model)}, locked by {model.origin.table}, {now}"


def title(model: LockedModel) -> str:
    """``org/name`` or ``org/name@ref``."""
    return f"{model.key.label}@{model.ref}" if model.ref else model.key.label


def _details(before: LockedModel, after: LockedModel) -> Iterator[str]:
    old = {file.path: file.sha256 for file in before.files}
    new = {file.path: file.sha256 for file in after.files}
    if added := len(new.keys() - old.keys()):
        yield f"+{counted(added, 'file')}"
    if removed := len(old.keys() - new.keys()):
        yield f"-{counted(removed, 'file')}"
    if altered := sum(old[path] != new[path] for path in old.keys() & new.keys()):
        yield f"{counted(altered, 'file')} changed"
    if old == new:
        yield "names or facts"


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
    parts += [f"{name}: {cutoff or 'whatever is newest'}" for name, cutoff in options.exclude_newer_model]
    return ", ".join(parts)
