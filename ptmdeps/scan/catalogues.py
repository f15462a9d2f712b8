"""The catalogue that a scan uses: the rows that ptmdeps ships, and a project's own in front of them.

The shipped rows are imported where they are needed: a scan that finds nothing changed does not need them.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ptmdeps.manifest.loaders import DeclaredLoader
    from ptmdeps.scan.loaders import Catalogue, Loader


def with_declared(declared: tuple[DeclaredLoader, ...]) -> tuple[Loader, ...] | None:
    """Return the rows with the project's own in front, which therefore win; ``None`` if it has none."""
    if not declared:
        return None
    from ptmdeps.scan.loaders import LOADERS
    from ptmdeps.scan.loaders.declared import row_of

    return (*map(row_of, declared), *LOADERS)


def catalogue_of(loaders: tuple[Loader, ...] | None) -> Catalogue:
    """Return the catalogue of some rows, or of those that ptmdeps ships."""
    from ptmdeps.scan.loaders import Catalogue

    return _shipped() if loaders is None else Catalogue(loaders)


@cache
def _shipped() -> Catalogue:
    from ptmdeps.scan.loaders import LOADERS, Catalogue

    return Catalogue(LOADERS)
