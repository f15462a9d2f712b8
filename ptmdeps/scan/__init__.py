"""Scanning: from source text to the models that it loads; never runs user code, never touches the network.

The rooms, from the outside in: ``scanner`` (a folder → everything found), ``files`` (which files), ``source`` and
``notebooks`` (bytes → trees), ``sites`` (which calls load), ``outcomes`` (what each load comes to), ``values`` (what an
expression can be), ``symbols`` (where names get their values), ``project`` (files that import and call each other),
``identifiers`` (what a text names), ``loaders`` (the catalogue), ``text`` (files that do not parse), ``cache``.
"""

from __future__ import annotations

from ptmdeps.scan.cache import ScanCache
from ptmdeps.scan.references import LocalReference, Reference, ScanResult, UnresolvedReference
from ptmdeps.scan.scanner import ALL_SCOPES, ScanOptions, scan

__all__ = [
    "ALL_SCOPES",
    "LocalReference",
    "Reference",
    "ScanCache",
    "ScanOptions",
    "ScanResult",
    "UnresolvedReference",
    "scan",
]
