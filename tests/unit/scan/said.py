"""What a scan says, as short texts: one for each reference, each local load and each load that is not resolved."""

from __future__ import annotations

from collections.abc import Iterator

from ptmdeps.scan import ScanResult
from ptmdeps.scan.references import Reference

UNRESOLVED = "?"
LOCAL = "local"


def said(result: ScanResult) -> list[str]:
    """Return ``hub:name``, with ``@ref`` and the files in brackets where the code says them, sorted."""
    return sorted(
        [
            *(_shown(reference) for reference in result.references),
            *(UNRESOLVED for _ in result.unresolved),
            *(LOCAL for _ in result.local),
        ]
    )


def _shown(reference: Reference) -> str:
    return "".join(_parts(reference))


def _parts(reference: Reference) -> Iterator[str]:
    yield str(reference.key)
    if reference.ref is not None:
        yield f"@{reference.ref}"
    if files := (*reference.selection.files, *reference.selection.allow):
        yield f"[{' '.join(files)}]"
