"""Libraries that name models their own way, such as ``timm.create_model("resnet50")``.

A name means what the table of the library's version says that the project uses (``ptmdeps.libraries``). Such a model
has no files of its own: its runtime edges lead to the addresses and repositories where they are. Its revision is the
version of the library, so that a project which takes another version of the library gets what that one loads.
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

from packageurl import PackageURL

from ptmdeps.distributions.environment import find_interpreter
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
        self._pythons: dict[Path, PythonUsed] = {}

    def pin(self, request: PinRequest) -> LockedModel:
        """What the tables of the project's libraries say, of each library that reads it."""
        key, python = request.key, self._python(request.project or Path())
        kinds = sorted({reading.reads for reading in request.readings}) or [""]
        answers = [find(key, python, ref=request.ref, reads=reads) for reads in kinds]
        for answer in answers:
            if not answer.exact:
                warnings.warn(f"`{key.label}`: {answer.evidence}", UserWarning, stacklevel=2)
        tables = sorted({answer.table for answer in answers})
        libraries, versions = zip(*(table.rsplit(" ", 1) for table in tables), strict=True)
        purl = PackageURL("pypi", None, libraries[0], versions[0], {"model": key.name})
        model = LockedModel(
            key=key,
            ref=request.ref,
            revision="-".join(versions),
            purl=purl.to_string(),
            origin=Origin(table=", ".join(tables)),
            requires=libraries,
            edges=tuple(sorted({edge for answer in answers for edge in _edges(answer)})),
        )
        return replace(model, recorded_digest=model_digest(model))

    def _python(self, root: Path) -> PythonUsed:
        if root not in self._pythons:
            self._pythons[root] = python_of(root)
        return self._pythons[root]

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


def python_of(root: Path) -> PythonUsed:
    """What the project says, and what its Python has, wherever that is."""
    interpreter = find_interpreter(root, None, os.environ)
    return PythonUsed(root, interpreter.path.parent.parent if interpreter else None)


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
