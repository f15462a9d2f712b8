"""Scanning: from source text to the models that it loads; never runs user code, never touches the network.

The rooms, from the outside in: ``scanner`` (a folder → everything found), ``looking`` (files looked at anew), ``files``
and ``fingerprints`` (which files, and what they are), ``cache`` and ``dependencies`` (what need not be looked at
again), ``readers`` (which kind of file is read how): ``python`` with ``source``, ``outline`` and ``notebooks`` (bytes
→ trees), ``sites`` (which calls load), ``outcomes`` (what each load comes to), ``values`` (what an expression can be),
``symbols`` (where names get their values), ``project`` (files that import and call each other), ``processes``
(programs that Python starts), ``text`` (files that do not parse); ``commands`` (scripts, Dockerfiles, manifests),
``configurations``, ``javascript``; and what all share: ``loaders`` and ``catalogues`` (the rows), ``identifiers`` (what
a text names), ``defaults`` (what libraries load where the code names nothing).
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
