"""Rows that a project declares itself, in ``[[tool.ptmdeps.loaders]]`` of its manifest."""

from __future__ import annotations

from typing import cast

from ptmdeps.manifest.loaders import DeclaredArgument, DeclaredLoader
from ptmdeps.scan.loaders.loader import Argument, Arguments, Loader, Notation
from ptmdeps.scan.references import Kind, PinWay

_IN_THE_TEXT = frozenset({"id@revision", "torchhub", "tfhub", "kaggle", "timm", "hf", "kernel"})


def row_of(declared: DeclaredLoader) -> Loader:
    """Return the row of the catalogue that a declaration stands for."""
    facts = {fact.replace("-", "_"): _argument(argument) for fact, argument in declared.facts}
    pin: PinWay = "argument" if "ref" in facts else "notation" if declared.notation in _IN_THE_TEXT else "none"
    return Loader(
        call=declared.call,
        model=_argument(declared.model),
        reads=declared.reads,
        hub=declared.hub,
        kind=cast("Kind", declared.kind),
        arguments=Arguments(**facts),
        notation=cast("Notation", declared.notation),
        owner=declared.owner,
        default=declared.default,
        pin=pin,
        optional=declared.optional,
        by_method=declared.by_method,
        quiet=declared.quiet,
    )


def _argument(declared: DeclaredArgument) -> Argument:
    return Argument(declared.position, declared.keyword)
