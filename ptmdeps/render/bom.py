"""What differs between two bills of materials, and what one has not, for people and for programs."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict

from ptmdeps.bom.difference import BomDifference, Change
from ptmdeps.bom.model import Bom, Kind
from ptmdeps.render.quantities import counted

_SHORT = 12
_DIGEST = 40
_MOST_GAPS = 5
VERSION = 1
"""Of the JSON."""


def lines(found: BomDifference) -> str:
    """``+ - ~`` a component, and below it what differs."""
    out = [f"+ {name} {_short(version)}".rstrip() for name, version in found.added]
    out += [f"- {name} {_short(version)}".rstrip() for name, version in found.removed]
    for changed in found.changed:
        out.append(f"~ {changed.component}")
        out += [f"    {_of_change(change)}" for change in changed.changes]
    return "".join(f"{line}\n" for line in out)


def document(found: BomDifference) -> str:
    """The same as JSON."""
    value = {
        "version": VERSION,
        "added": [{"component": name, "version": version} for name, version in found.added],
        "removed": [{"component": name, "version": version} for name, version in found.removed],
        "changed": [
            {"component": one.component, "changes": [asdict(change) for change in one.changes]} for one in found.changed
        ],
    }
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


DIFFERENCE_FORMATS: Mapping[str, Callable[[BomDifference], str]] = {"text": lines, "json": document}
"""How a difference can be written."""


def summary(bom: Bom, *, with_files: bool) -> str:
    """``3 models, 41 files, 2 datasets; 1 thing is missing``."""
    kinds: tuple[tuple[Kind, str], ...] = (
        ("model", "model"),
        ("code", "code repository"),
        ("dataset", "dataset"),
        ("package", "Python package"),
    )
    counts = [(len(tuple(bom.of_kind(kind))), word) for kind, word in kinds]
    parts = [counted(count, word) for count, word in counts if count]
    files = sum(len(component.files) for component in bom.components) if with_files else 0
    parts += [counted(files, "file")] if files else []
    return f"{', '.join(parts) or 'no models'}; it is {_COMPLETE[bom.completeness]}"


_COMPLETE = {
    "complete": "complete",
    "incomplete": "not complete",
    "unknown": "not known to be complete, because the code was not looked at",
}


def gap_lines(bom: Bom) -> tuple[str, ...]:
    """Why it is not complete: the first reasons."""
    found = [gap.text for gap in bom.gaps[:_MOST_GAPS]]
    more = len(bom.gaps) - len(found)
    return (*found, *((f"and {counted(more, 'other')}",) if more else ()))


def _of_change(change: Change) -> str:
    name = change.aspect if change.name == change.aspect else f"{change.aspect} {change.name}"
    if not change.before:
        return f"+ {name}: {_short(change.after)}"
    if not change.after:
        return f"- {name}: {_short(change.before)}"
    return f"~ {name}: {_short(change.before)} -> {_short(change.after)}"


def _short(text: str) -> str:
    """Digests and commits are known by how they begin."""
    digest = len(text) >= _DIGEST and all(char in "0123456789abcdef" for char in text)
    return f"{text[:_SHORT]}…" if digest else text
