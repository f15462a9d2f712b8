"""``cache``: what stores hold, what is damaged and what may go → text or JSON."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ptmdeps.identity import ModelKey
from ptmdeps.paths import printable
from ptmdeps.render.columns import aligned
from ptmdeps.render.models import Style, as_json
from ptmdeps.render.quantities import counted, short, size

if TYPE_CHECKING:
    from ptmdeps.caching.needs import Needs
    from ptmdeps.caching.pruning import Plan
    from ptmdeps.caching.verifying import Finding
    from ptmdeps.hubs.stock import Removal, StoredModel, StoredRevision

_DAY = 86_400.0
UNPINNED = "not pinned by any known project"


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """The models of one store, and who needs them."""

    hub: str
    store: Path
    stock: tuple[StoredModel, ...]
    needs: Needs


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A folder in which something is kept, and its bytes, each counted once; ``shared``: only ever read."""

    name: str
    folder: Path
    size: int = 0
    shared: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """What a verification read, and what of it is not whole."""

    files: int
    size: int
    findings: tuple[Finding, ...]
    repaired: bool = False


def size_of(stock: Iterable[StoredModel]) -> int:
    """Bytes of everything in a store, each file once."""
    blobs = {file.blob: file.size for model in stock for revision in model.revisions for file in revision.files}
    return sum(blobs.values()) + sum(leftover.size for model in stock for leftover in model.leftovers)


def dir_text(places: tuple[Place, ...], _: Style) -> str:
    """One line a folder."""
    width = max(len(_label(place)) for place in places)
    return "".join(f"{_label(place):<{width}}  {printable(str(place.folder), limit=1000)}\n" for place in places)


def dir_json(places: tuple[Place, ...], _: Style) -> str:
    """Likewise, for programs."""
    folders = [{"name": place.name, "path": str(place.folder), "read_only": place.shared} for place in places]
    return as_json({"version": 1, "folders": folders})


def size_text(places: tuple[Place, ...], _: Style, *, human: bool = False) -> str:
    """One line a folder: bytes, and where there are several their sum."""
    lines = [(place.size, _label(place)) for place in places]
    if len(lines) > 1:
        lines.append((sum(count for count, _ in lines), "together"))
    texts = [(size(count) if human else str(count), label) for count, label in lines]
    width = max(len(count) for count, _ in texts)
    return "".join(f"{count:>{width}}  {label}\n" for count, label in texts)


def size_json(places: tuple[Place, ...], _: Style, *, human: bool = False) -> str:  # noqa: ARG001 - programs read bytes
    """Likewise, for programs."""
    folders = [{"name": place.name, "path": str(place.folder), "size": place.size} for place in places]
    return as_json({"version": 1, "size": sum(place.size for place in places), "folders": folders})


def list_text(holdings: tuple[Holding, ...], style: Style) -> str:
    """A table, one row a revision."""
    rows = [
        (
            _name(model),
            printable(short(revision.revision)),
            str(len(revision.files)),
            size(_size(revision)),
            _ago(revision.used),
            printable(_pinned(holding, model, revision), limit=1000),
        )
        for holding, model, revision in _revisions(holdings)
    ]
    rows += [
        (_name(model), "", "", size(leftover.size), "", f"({leftover.kind})")
        for holding in holdings
        for model in holding.stock
        for leftover in model.leftovers
    ]
    headings = ("model", "revision", "files", "size", "used", "pinned by")
    return aligned(headings, rows, right=frozenset({"files", "size", "used"}), color=style.color)


def list_json(holdings: tuple[Holding, ...], _: Style) -> str:
    """Every revision of every model with what pins it, for programs."""
    return as_json({"version": 1, "stores": [_holding(holding) for holding in holdings]})


def verify_text(done: Verification, _: Style) -> str:
    """What is not whole: model, path, expected and found."""
    lines = []
    for finding in done.findings:
        subject = finding.subject
        where = f"{subject.file.path}` of `{subject.name}@{short(subject.revision)}"
        lines += [
            f"`{printable(where, limit=1000)}` is {finding.state}",
            f"  expected: {subject.expected}{f' by {printable(subject.by, limit=1000)}' if subject.by else ''}",
            f"  found:    {printable(finding.found)}",
        ]
    return "".join(f"{line}\n" for line in lines)


def verify_json(done: Verification, _: Style) -> str:
    """Likewise, for programs."""
    damaged = [
        {
            "hub": finding.subject.hub,
            "model": finding.subject.model,
            "revision": finding.subject.revision,
            "path": finding.subject.file.path,
            "size": finding.subject.file.size,
            "state": finding.state,
            "expected": finding.subject.expected,
            "found": finding.found,
            "lock": finding.subject.by or None,
        }
        for finding in done.findings
    ]
    return as_json(
        {"version": 1, "files": done.files, "size": done.size, "repaired": done.repaired, "damaged": damaged}
    )


def removal_text(plans: tuple[Plan, ...], _: Style) -> str:
    """One line for everything that goes, and why nobody misses it."""
    lines = []
    for plan in plans:
        lines += [f"forget {printable(str(root.lock), limit=1000)} (its lock is gone)" for root in plan.gone]
        for removal in plan.removals:
            lines += _removal_lines(removal)
    return "".join(f"{line}\n" for line in lines)


def removal_json(plans: tuple[Plan, ...], _: Style) -> str:
    """Likewise, for programs, with what stays and why."""
    return as_json(
        {
            "version": 1,
            "freed": sum(plan.freed for plan in plans),
            "forgotten": [str(root.lock) for plan in plans for root in plan.gone],
            "removed": [_removed(plan.hub, removal) for plan in plans for removal in plan.removals],
            "kept": [{"hub": plan.hub, "reason": why, "revisions": many} for plan in plans for why, many in plan.kept],
        }
    )


def _label(place: Place) -> str:
    return f"{place.name} (only read)" if place.shared else place.name


def _revisions(holdings: Iterable[Holding]) -> Iterator[tuple[Holding, StoredModel, StoredRevision]]:
    for holding in holdings:
        for model in holding.stock:
            for revision in model.revisions:
                yield holding, model, revision


def _size(revision: StoredRevision) -> int:
    return sum({file.blob: file.size for file in revision.files}.values())


def _pinners(holding: Holding, model: StoredModel, revision: StoredRevision) -> tuple[str, ...]:
    from ptmdeps.caching.registry import Pin

    return holding.needs.pins.get(Pin(name=model.name, revision=revision.revision), ())


def _pinned(holding: Holding, model: StoredModel, revision: StoredRevision) -> str:
    if who := _pinners(holding, model, revision):
        return ", ".join(who)
    return f"{UNPINNED}{f' (but {revision.refs[0]} leads to it)' if revision.refs else ''}"


def _ago(moment: float) -> str:
    days = int((time.time() - moment) // _DAY)
    return "today" if days <= 0 else f"{counted(days, 'day')} ago"


def _holding(holding: Holding) -> dict[str, Any]:
    return {
        "hub": holding.hub,
        "store": str(holding.store),
        "models": [
            {
                "name": model.name,
                "revisions": [_revision(holding, model, revision) for revision in model.revisions],
                "leftovers": [
                    {"kind": leftover.kind, "path": str(leftover.path), "size": leftover.size}
                    for leftover in model.leftovers
                ],
            }
            for model in holding.stock
        ],
    }


def _revision(holding: Holding, model: StoredModel, revision: StoredRevision) -> dict[str, Any]:
    return {
        "revision": revision.revision,
        "files": len(revision.files),
        "size": _size(revision),
        "used": f"{datetime.fromtimestamp(revision.used, UTC):%Y-%m-%dT%H:%M:%SZ}",
        "pinned_by": list(_pinners(holding, model, revision)),
        "refs": list(revision.refs),
        "fetched_by_ptmdeps": revision.fetched,
    }


def _removal_lines(removal: Removal) -> Iterator[str]:
    blobs = {file.blob: file for file in removal.blobs}
    for revision in removal.revisions:
        own = [file for file in {file.blob: file for file in revision.files}.values() if file.blob in blobs]
        free = sum(file.size for file in own if not file.held and not file.shared)
        held = sum(file.size for file in own if file.held or file.shared)
        also = f", {size(held)} more stay with environments or models that share them" if held else ""
        name = f"{_name(removal.model)}@{printable(short(revision.revision))}"
        yield f"{name} ({counted(len(revision.files), 'file')}, {size(free)}{also})"
    for leftover in removal.leftovers:
        yield f"{_name(removal.model)} {leftover.kind} ({size(leftover.size)})"


def _removed(hub: str, removal: Removal) -> dict[str, Any]:
    return {
        "hub": hub,
        "model": removal.model.name,
        "revisions": [revision.revision for revision in removal.revisions],
        "leftovers": [{"kind": one.kind, "path": str(one.path), "size": one.size} for one in removal.leftovers],
        "freed": removal.freed,
    }


DIR_FORMATS: Mapping[str, Callable[[tuple[Place, ...], Style], str]] = {"text": dir_text, "json": dir_json}
SIZE_FORMATS: Mapping[str, Callable[..., str]] = {"text": size_text, "json": size_json}
LIST_FORMATS: Mapping[str, Callable[[tuple[Holding, ...], Style], str]] = {"text": list_text, "json": list_json}
VERIFY_FORMATS: Mapping[str, Callable[[Verification, Style], str]] = {"text": verify_text, "json": verify_json}
REMOVAL_FORMATS: Mapping[str, Callable[[tuple[Plan, ...], Style], str]] = {"text": removal_text, "json": removal_json}


def _name(model: StoredModel) -> str:
    return printable(ModelKey(model.hub, model.name).label)
