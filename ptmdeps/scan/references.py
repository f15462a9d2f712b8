"""What a scan finds: loads whose model is known, loads whose model is not, and loads of local files."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ptmdeps.identity import Location, ModelKey
from ptmdeps.requirement import FileSelection

Scope = Literal["main", "test", "example", "doc"]
Kind = Literal["model", "dataset", "space"]

PinWay = Literal["argument", "notation", "version", "hash", "none"]
"""How a load can be pinned where it stands: by its ref argument, in the text of the id, by a version or a hash that
the id already carries, or not at all (only the environment can)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pinning:
    """How one load can be pinned in its source.

    ``keyword`` is the argument that takes the ref (``argument`` only; ``a.b`` is the key ``b`` of the dictionary
    given as ``a``). ``column`` counts the bytes before the call in its line; ``None`` where there is no call to write
    into (a script, a configuration file, a file that does not parse).
    """

    way: PinWay = "none"
    keyword: str = ""
    column: int | None = None


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
        pinning: how this load can be pinned where it stands.
        remote_code: whether the load says that code of the model's repository may run (``trust_remote_code=True``).
        wraps: the loader that is called in the end, where the place calls a function of the project that hands a model
            on to it; ``loader`` is that function then.
        soft: whether the place only looks like a load: a key of a configuration file, a variable of a script.
        remarks: arguments that change how the model is fetched, such as ``force_reload=True`` (PyTorch Hub only).
        origin: whose choice a ``default-model`` is, and how its version is known: ``transformers 4.57.6 (uv.lock:12)``;
            empty where the library always chooses the same.
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
    pinning: Pinning = Pinning()
    remote_code: bool = False
    wraps: str = ""
    soft: bool = False
    origin: str = ""
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class UnresolvedReference:
    """A load whose model cannot be known without running the code.

    ``expression`` is the source text that could not be followed, ``reason`` says why in words. ``passed_on`` tells
    that the project is a library there: callers outside of it name the model, and there is nothing to do. ``wraps``
    is as for a reference.
    """

    loader: str
    location: Location
    reason: str
    expression: str
    scope: Scope = "main"
    passed_on: bool = False
    wraps: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalReference:
    """A load from the local file system: nothing to lock, kept so that nothing is dropped silently."""

    loader: str
    location: Location
    path: str
    scope: Scope = "main"


Outcome = Reference | UnresolvedReference | LocalReference
"""What one load comes to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanResult:
    """Everything a scan found, each tuple sorted by location."""

    references: tuple[Reference, ...] = ()
    unresolved: tuple[UnresolvedReference, ...] = ()
    local: tuple[LocalReference, ...] = ()
