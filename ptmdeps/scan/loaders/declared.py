"""Rows that a project declares itself, in ``[[tool.ptmdeps.loaders]]`` of its manifest."""

from __future__ import annotations

from collections.abc import Iterable
from typing import cast

from ptmdeps.manifest.loaders import DeclaredArgument, DeclaredLoader
from ptmdeps.scan.loaders.loader import Argument, Arguments, Loader, Notation
from ptmdeps.scan.references import Kind, PinWay

_IN_THE_TEXT = frozenset({"id@revision", "torchhub", "tfhub", "kaggle", "timm", "hf", "kernel"})


def with_declared(loaders: tuple[Loader, ...], declared: Iterable[DeclaredLoader]) -> tuple[Loader, ...]:
    """Return the rows with the project's own in front, which therefore win."""
    return (*map(_row, declared), *loaders)


def _row(declared: DeclaredLoader) -> Loader:
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
