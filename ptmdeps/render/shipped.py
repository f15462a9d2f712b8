"""The locks that installed distributions ship: results → text or JSON."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from ptmdeps.lockfile.model import LockedModel, Lockfile
from ptmdeps.paths import printable
from ptmdeps.render.models import Style, as_json
from ptmdeps.render.quantities import counted, short, size
from ptmdeps.shipping.installed import Shipped


def shipped_text(shipped: Iterable[Shipped], ours: Lockfile | None, _: Style) -> str:
    """One paragraph a distribution: its models, and what this project has of each."""
    return "".join(f"{line}\n" for found in shipped for line in _lines(found, ours))


def shipped_json(shipped: Iterable[Shipped], ours: Lockfile | None, _: Style) -> str:
    """The same, for programs."""
    return as_json({"version": 1, "distributions": [_document(found, ours) for found in shipped]})


FORMATS: Mapping[str, Callable[[Iterable[Shipped], Lockfile | None, Style], str]] = {
    "text": shipped_text,
    "json": shipped_json,
}


def _lines(found: Shipped, ours: Lockfile | None) -> Iterator[str]:
    label = printable(f"{found.name} {found.version}")
    if found.lockfile is None:
        yield f"{label} ships a lock that is of no use: {printable(found.problem)}"
        return
    models = found.lockfile.models
    total = size(sum(model.size for model in models))
    yield f"{label} ships a lock of {counted(len(models), 'model')} ({total})"
    for model in models:
        yield f"    {printable(model.title)} {short(model.revision)}{_ours(model, ours)}"


def _ours(model: LockedModel, ours: Lockfile | None) -> str:
    before = ours.find(model.key, model.ref) if ours else None
    if before is None:
        return ""
    return ", locked here" if before.revision == model.revision else f", locked here at {short(before.revision)}"


def _document(found: Shipped, ours: Lockfile | None) -> dict[str, Any]:
    lockfile = found.lockfile
    return {
        "name": found.name,
        "version": found.version,
        "problem": found.problem or None,
        "models": [
            {
                "hub": model.key.hub,
                "name": model.key.name,
                "ref": model.ref or None,
                "revision": model.revision,
                "size": model.size,
                "locked": before.revision if (before := ours.find(model.key, model.ref) if ours else None) else None,
            }
            for model in (lockfile.models if lockfile else ())
        ],
    }
