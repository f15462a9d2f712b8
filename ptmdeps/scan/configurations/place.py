"""A place of a configuration that names a model, and the outcomes it can have."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ptmdeps.identity import Location, ModelKey
from ptmdeps.requirement import FileSelection
from ptmdeps.scan.configurations.tree import Node, Scalar, Sequence
from ptmdeps.scan.files import scope_of
from ptmdeps.scan.identifiers import HubName
from ptmdeps.scan.references import Kind, LocalReference, Pinning, Reference, UnresolvedReference

_NO_REF = re.compile(r"\s*|.*[$<{].*", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a reference stands and what its key says."""

    path: str
    line: int
    loader: str
    reads: str
    resolution: str = "config"
    soft: bool = False
    keyword: str = ""

    def reference(self, named: HubName, kind: Kind, ref: str = "", files: tuple[str, ...] = ()) -> Reference:
        """Return the model as one that this place loads; what its name says of ref and files goes before."""
        files = (named.file,) if named.file else files
        reads = "snapshot" if named.hub == "ollama" else self.reads
        location = Location(self.path, self.line)
        told = named.ref or (None if _NO_REF.fullmatch(ref) else ref)
        return Reference(
            key=ModelKey(named.hub, named.name),
            ref=told,
            selection=FileSelection(files=files),
            kind=named.kind or kind,
            loader=self.loader,
            reads="file" if files or named.hub == "url" else reads,
            location=location,
            resolution=self.resolution,
            scope=scope_of(self.path),
            evidence=(location,),
            pinning=Pinning(way="argument", keyword=self.keyword) if self.keyword else Pinning(way=named.pin or "none"),
            soft=self.soft,
        )

    def local(self, path: str) -> LocalReference:
        """Return the outcome of a path of the disk."""
        location = Location(self.path, self.line)
        return LocalReference(loader=self.loader, location=location, path=path, scope=scope_of(self.path))

    def unresolved(self, reason: str, expression: str) -> UnresolvedReference:
        """Return the outcome of a text that names nothing."""
        return UnresolvedReference(
            loader=self.loader,
            location=Location(self.path, self.line),
            reason=reason,
            expression=expression,
            scope=scope_of(self.path),
        )


def files_in(node: Node | None) -> tuple[str, ...]:
    """Return the names of files under a key, without patterns."""
    match node:
        case Scalar(text=text) if text and not re.search(r"[*?\[$<{]|://", text):
            return (text,)
        case Sequence(items=items):
            return tuple(sorted({file for item in items for file in files_in(item)}))
    return ()
