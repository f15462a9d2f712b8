"""What a scan finds: loads whose model is known, loads whose model is not, and loads of local files."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ptmdeps.identity import Location, ModelKey
from ptmdeps.requirement import FileSelection

Scope = Literal["main", "test", "example", "doc"]
Kind = Literal["model", "dataset", "space"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """One place that loads one known model.

    Attributes:
        key: hub and name, as that hub knows it (a short name of sentence-transformers already has its owner).
        ref: branch, tag or commit that the code asks for; ``None`` where it asks for none.
        entrypoint: the callable of ``hubconf.py`` (PyTorch Hub only).
        selection: what the arguments say about files.
        kind: what the hub stores under that name.
        loader: dotted name of the call, such as ``transformers.AutoModel.from_pretrained``.
        reads: which files that kind of loader reads (see ``Requirement.reads``).
        location: the load site.
        resolution: how the value was found: ``literal``, ``constant``, ``default``, ``registry``, ``option``,
            ``environment``, ``config``, ``default-model``, …
        scope: what kind of code loads it; only ``main`` feeds the lock by default.
        evidence: where the value was found, from the load site to the place where the text stands.
        alternatives: the other models that the same load site may load instead, sorted.
    """

    key: ModelKey
    ref: str | None = None
    entrypoint: str | None = None
    selection: FileSelection = FileSelection()
    kind: Kind = "model"
    loader: str
    reads: str
    location: Location
    resolution: str
    scope: Scope = "main"
    evidence: tuple[Location, ...] = ()
    alternatives: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class UnresolvedReference:
    """A load whose model cannot be known without running the code.

    ``expression`` is the source text that could not be followed, ``reason`` says why in words.
    """

    loader: str
    location: Location
    reason: str
    expression: str
    scope: Scope = "main"


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalReference:
    """A load from the local file system: nothing to lock, kept so that nothing is dropped silently."""

    loader: str
    location: Location
    path: str
    scope: Scope = "main"


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanResult:
    """Everything a scan found, each tuple sorted by location."""

    references: tuple[Reference, ...] = ()
    unresolved: tuple[UnresolvedReference, ...] = ()
    local: tuple[LocalReference, ...] = ()
