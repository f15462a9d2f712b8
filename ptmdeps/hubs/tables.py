"""Libraries that name models their own way, such as ``timm.create_model("resnet50")``.

A name means what the table of the library's version says that the project uses (``ptmdeps.libraries``). Such a model
has no files of its own: its runtime edges lead to the addresses and repositories where they are. Its revision is the
version of the library, so that a project which takes another version of the library gets what that one loads.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

from packageurl import PackageURL

from ptmdeps.hubs.description import Description, RemoteFile
from ptmdeps.hubs.protocol import Arrived, Exposure, PinRequest, Progress
from ptmdeps.hubs.stored import StoredHub, no_file
from ptmdeps.identity import ModelKey
from ptmdeps.libraries.lookup import find
from ptmdeps.libraries.rows import LIBRARIES
from ptmdeps.libraries.table import Answer
from ptmdeps.libraries.used import PythonUsed
from ptmdeps.lockfile.document import model_digest
from ptmdeps.lockfile.model import Edge, LockedFile, LockedModel, Origin
from ptmdeps.manifest.hubs import AS_IT_IS, HubSettings

_INDEX = "https://pypi.org/project"


class Tables(StoredHub):
    """See ``ptmdeps.hubs.protocol.Hub``; one for each name of ``LIBRARIES``. It never asks a network."""

    derived = True

    def __init__(self, *, name: str, settings: HubSettings = AS_IT_IS, cache: Path | None = None) -> None:
        super().__init__(settings=settings, cache=cache)
        self.name = name

    def pin(self, request: PinRequest) -> LockedModel:
        """What the table of the project's library says."""
        key = request.key
        python = PythonUsed(request.project or Path())
        answer = find(key, python, ref=request.ref)
        library, _, version = answer.table.rpartition(" ")
        model = LockedModel(
            key=key,
            ref=request.ref,
            revision=version,
            purl=PackageURL("pypi", None, library, version, {"model": key.name}).to_string(),
            origin=Origin(table=answer.table),
            requires=(library,),
            edges=tuple(sorted(_edges(answer))),
        )
        return replace(model, recorded_digest=model_digest(model))

    def describe(self, key: ModelKey, ref: str = "", locked: LockedModel | None = None) -> Description:
        """What is locked: another version of the library comes by way of Python's own package managers."""
        revision = locked.revision if locked else self.pin(_question(key, ref)).revision
        return Description(key=key, revision=revision)

    def read(self, described: Description, path: str) -> bytes:
        """It has no files."""
        raise no_file(described, path)

    def open(self, described: Description, file: RemoteFile) -> BinaryIO:
        """It has no files."""
        raise no_file(described, file.path)

    def page(self, key: ModelKey) -> str:
        """Of the library."""
        return f"{_INDEX}/{LIBRARIES[key.hub][0].distribution}/"

    def fetch(self, model: LockedModel, file: LockedFile, progress: Progress) -> Arrived:
        """It has no files."""
        del progress
        raise no_file(Description(key=model.key, revision=model.revision), file.path)

    def expose(self, model: LockedModel) -> Exposure:
        """Nothing: what its edges lead to is exposed where its loader looks."""
        del model
        return Exposure(links=(), texts=(), folders=())


def _question(key: ModelKey, ref: str) -> PinRequest:
    return PinRequest(key=key, ref=ref, readings=())


def _edges(answer: Answer) -> Iterator[Edge]:
    for entry in answer.entries:
        yield Edge(
            kind="runtime",
            relation="weights",
            target=entry.key,
            ref=entry.ref,
            reads=entry.reads or "snapshot",
            evidence=answer.table,
            files=entry.files,
            digest=entry.hash,
        )
