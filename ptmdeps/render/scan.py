"""``scan``: results → text grouped by model, or the JSON that other programs rely on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from ptmdeps.paths import printable
from ptmdeps.render.models import as_json
from ptmdeps.render.quantities import counted
from ptmdeps.scan.references import LocalReference, Reference, ScanResult, UnresolvedReference


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """What of a scan to show."""

    unresolved_only: bool = False
    explain: bool = False


def text(result: ScanResult, view: View) -> str:
    """One block a model with its load sites, then the loads that could not be resolved, then a count."""
    lines: list[str] = []
    if not view.unresolved_only:
        ordered = sorted(result.references, key=lambda found: (found.key, found.ref or "", found.location))
        for (key, ref), found in groupby(ordered, key=lambda found: (found.key, found.ref)):
            sites = tuple(found)
            kind = "" if sites[0].kind == "model" else f" ({sites[0].kind})"
            lines += [printable(f"{key}@{ref}" if ref else str(key)) + kind, *_sites(sites, view), ""]
    for missing in result.unresolved:
        lines.append(printable(f"unresolved {missing.location} {missing.loader}", limit=500))
        lines.append(printable(f"  {missing.expression}: {missing.reason}", limit=500))
    if result.unresolved:
        lines.append("")
    models = len({found.key for found in result.references})
    lines.append(
        f"{counted(models, 'model')} in {counted(len(result.references), 'reference')}, "
        f"{len(result.unresolved)} unresolved, {len(result.local)} local"
    )
    return "\n".join(lines) + "\n"


def as_contract(result: ScanResult, view: View) -> str:
    """The JSON object of version 1 (``docs/reference/scan-json.md``)."""
    references = () if view.unresolved_only else result.references
    local = () if view.unresolved_only else result.local
    document = {
        "version": 1,
        "references": [_reference(found) for found in references],
        "unresolved": [_unresolved(found) for found in result.unresolved],
        "local": [_local(found) for found in local],
    }
    return as_json(document)


SCAN_FORMATS: Mapping[str, Callable[[ScanResult, View], str]] = {"text": text, "json": as_contract}


def _sites(found: Iterable[Reference], view: View) -> Iterator[str]:
    for reference in found:
        scope = "" if reference.scope == "main" else f" [{reference.scope}]"
        yield printable(f"  {reference.location} {reference.loader} ({reference.resolution}){scope}", limit=500)
        if view.explain:
            yield from (printable(f"    ← {location}", limit=500) for location in reference.evidence)


def _reference(found: Reference) -> dict[str, Any]:
    selection = found.selection
    return {
        "hub": found.key.hub,
        "name": found.key.name,
        "ref": found.ref,
        "entrypoint": found.entrypoint,
        "files": list(selection.files or selection.allow) or None,
        "kind": found.kind,
        "loader": found.loader,
        "location": _location(found),
        "resolution": found.resolution,
        "scope": found.scope,
        "alternatives": list(found.alternatives),
    }


def _unresolved(found: UnresolvedReference) -> dict[str, Any]:
    return {
        "loader": found.loader,
        "location": _location(found),
        "reason": found.reason,
        "expression": found.expression,
        "scope": found.scope,
    }


def _local(found: LocalReference) -> dict[str, Any]:
    return {"loader": found.loader, "location": _location(found), "path": found.path, "scope": found.scope}


def _location(found: Reference | UnresolvedReference | LocalReference) -> dict[str, Any]:
    return {"path": found.location.path, "line": found.location.line}
