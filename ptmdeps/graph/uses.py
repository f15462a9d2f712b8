"""Where the project asks for models: lines of a fresh scan, since the lock keeps none, and entries of the manifest."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ptmdeps.graph.model import Confidence
from ptmdeps.hubs.spelling import asked_for
from ptmdeps.identity import ModelKey
from ptmdeps.lockfile.model import Lockfile
from ptmdeps.manifest import Manifest
from ptmdeps.scan.references import Kind, Reference
from ptmdeps.wanted import requirement_of

_WRITTEN = frozenset({"literal", "constant"})
"""How a value is found that stands in the code as it is loaded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """One place of the project that asks for one model, dataset or space.

    Attributes:
        site: ``app.py:12``, or the manifest.
        key: what is asked for.
        ref: branch, tag or commit as written; empty for the hub's default.
        kind: what the hub stores under that name.
        loader: dotted name of the call; empty for an entry of the manifest.
        alternative: whether the same place may load another one instead.
        confidence: ``inferred`` where the name does not stand in the code as it is loaded.
    """

    site: str
    key: ModelKey
    ref: str = ""
    kind: Kind = "model"
    loader: str = ""
    alternative: bool = False
    confidence: Confidence = "declared"

    def __str__(self) -> str:
        return f"{self.site} {self.loader}".rstrip()


def counted(
    references: Iterable[Reference], manifest: Manifest, lockfile: Lockfile, ignored: Iterable[Reference] = ()
) -> tuple[Reference, ...]:
    """The loads that the graph shows.

    Places that only look like loads are none. What the lock leaves out on purpose (other scopes, what ``ignore`` takes
    away) counts only where its model is locked all the same.
    """
    left_out = set(map(id, ignored))
    scopes = manifest.options.scopes
    return tuple(
        found
        for found in references
        if not found.soft and ((id(found) not in left_out and found.scope in scopes) or _is_locked(found, lockfile))
    )


def uses(references: Iterable[Reference], manifest: Manifest) -> tuple[Use, ...]:
    """What code asks for, in the order of the scan, then what the manifest does."""
    return (*map(_use, references), *_of_manifest(manifest))


def _is_locked(reference: Reference, lockfile: Lockfile) -> bool:
    asked = requirement_of(reference)
    return reference.kind == "model" and lockfile.find(asked.key, asked.ref) is not None


def _use(reference: Reference) -> Use:
    asked = requirement_of(reference)
    return Use(
        site=str(reference.location),
        key=asked.key,
        ref=asked.ref,
        kind=reference.kind,
        loader=reference.loader,
        alternative=bool(reference.alternatives),
        confidence="declared" if reference.resolution in _WRITTEN else "inferred",
    )


def _of_manifest(manifest: Manifest) -> Iterator[Use]:
    for wish in manifest.requirements:
        key, ref = asked_for(wish.key, wish.ref)
        for source in wish.used_in or (manifest.source,):
            yield Use(site=source, key=key, ref=ref)
