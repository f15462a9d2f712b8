"""The catalogue: every call that loads a model, as data. Adding a loader is adding one row to its library's module.

The rows are made when they are asked for: what only speaks of rows, as scripts and configuration files do, needs none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ptmdeps.scan.loaders.catalogue import Catalogue
from ptmdeps.scan.loaders.loader import Also, Argument, Arguments, Condition, Loader

if TYPE_CHECKING:
    from ptmdeps.scan.loaders.shipped import LOADERS

__all__ = ["LOADERS", "Also", "Argument", "Arguments", "Catalogue", "Condition", "Loader"]


def __getattr__(name: str) -> tuple[Loader, ...]:
    if name != "LOADERS":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from ptmdeps.scan.loaders.shipped import LOADERS

    return LOADERS
