"""``scan``: results → text grouped by model, or the JSON, SARIF and Markdown that other programs rely on."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ptmdeps.render.scan.view import ALL_SCOPES, Sources, View
from ptmdeps.scan.references import ScanResult


def _text(result: ScanResult, view: View) -> str:
    """For people: models with their loads, and everything else in sections of its own."""
    from ptmdeps.render.scan.text import as_text

    return as_text(result, view)


def _contract(result: ScanResult, view: View) -> str:
    """The JSON object of version 1."""
    from ptmdeps.render.scan.contract import as_contract

    return as_contract(result, view)


def _sarif(result: ScanResult, view: View) -> str:
    """For code scanning."""
    from ptmdeps.render.scan.sarif import as_sarif

    return as_sarif(result, view)


def _markdown(result: ScanResult, view: View) -> str:
    """The block of a README."""
    from ptmdeps.render.scan.markdown import as_markdown

    return as_markdown(result, view)


SCAN_FORMATS: Mapping[str, Callable[[ScanResult, View], str]] = {
    "text": _text,
    "json": _contract,
    "sarif": _sarif,
    "markdown": _markdown,
}
"""Every format; each imports what it needs when it is asked for."""

__all__ = ["ALL_SCOPES", "SCAN_FORMATS", "Sources", "View"]
