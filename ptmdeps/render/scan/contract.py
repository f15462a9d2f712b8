"""The JSON object of version 1 (``docs/reference/scan-json.md``), on which other programs rely."""

from __future__ import annotations

from typing import Any

from ptmdeps.identity import Location
from ptmdeps.render.models import as_json_lines
from ptmdeps.render.scan.view import View
from ptmdeps.scan.references import LocalReference, Reference, ScanResult, UnresolvedReference


def as_contract(result: ScanResult, view: View) -> str:
    """Every outcome of the scan in the scopes of the view."""
    shown = view.shown(result)
    references = () if view.unresolved_only else shown.references
    local = () if view.unresolved_only else shown.local
    document = {
        "version": 1,
        "references": [_reference(found) for found in references],
        "unresolved": [_unresolved(found) for found in shown.unresolved],
        "local": [_local(found) for found in local],
    }
    return as_json_lines(document)


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
        "location": _location(found.location),
        "resolution": found.resolution,
        "scope": found.scope,
        "alternatives": list(found.alternatives),
        "evidence": [_location(location) for location in found.evidence],
        "pinning": {"way": found.pinning.way, "keyword": found.pinning.keyword or None},
        "remote_code": found.remote_code,
        "remarks": list(found.remarks),
        "soft": found.soft,
        "origin": found.origin or None,
        "wraps": found.wraps or None,
    }


def _unresolved(found: UnresolvedReference) -> dict[str, Any]:
    return {
        "loader": found.loader,
        "location": _location(found.location),
        "reason": found.reason,
        "expression": found.expression,
        "scope": found.scope,
        "passed_on": found.passed_on,
        "wraps": found.wraps or None,
    }


def _local(found: LocalReference) -> dict[str, Any]:
    return {"loader": found.loader, "location": _location(found.location), "path": found.path, "scope": found.scope}


def _location(location: Location) -> dict[str, Any]:
    return {"path": location.path, "line": location.line}
