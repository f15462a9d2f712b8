"""``+ - ~`` lines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from ptmdeps.identity import ModelKey
from ptmdeps.lockfile.difference import Added, Changed, Difference, Removed
from ptmdeps.lockfile.explained import explained
from ptmdeps.lockfile.model import LockedModel
from ptmdeps.lockfile.staleness import Staleness
from ptmdeps.render.quantities import counted, short

SIGNS = {"+": "green", "-": "red", "~": "yellow"}
"""The sign that begins a line, and its colour on a terminal."""


def change_lines(differences: Iterable[Difference]) -> Iterator[str]:
    """One line for each model that a lock gained, lost or pins differently."""
    for difference in differences:
        match difference:
            case Added(model=model):
                yield f"+ {model.title} {short(model.revision)}"
            case Removed(model=model):
                yield f"- {model.title} {short(model.revision)}"
            case Changed(before=before, after=after) if before.revision != after.revision:
                yield f"~ {after.title} {short(before.revision)} -> {short(after.revision)}"
            case Changed(before=before, after=after):
                yield f"~ {after.title} {short(after.revision)} ({', '.join(_details(before, after))})"


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
    return (f"{mark} {text}" for mark, text in map(explained, reasons))


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
