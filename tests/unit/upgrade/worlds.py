"""Two revisions of a model in memory, and what differs between them."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Collection, Mapping
from typing import BinaryIO

import numpy as np
from safetensors.numpy import save

from ptmdeps.errors import FileNotInModel
from ptmdeps.hubs.description import Description, RemoteFile
from ptmdeps.lockfile.model import LockedFile, LockedModel
from ptmdeps.upgrade.change import Comparison
from ptmdeps.upgrade.comparison import compare
from ptmdeps.upgrade.side import Side
from tests.worlds import key

Files = Mapping[str, bytes]
NAME = "acme/model"


class Memory:
    """A reader of files that are given; every path that is read is in ``asked``."""

    def __init__(self, files: Files) -> None:
        self.files = files
        self.asked: list[str] = []

    def read(self, _: Description, path: str) -> bytes:
        self.asked.append(path)
        if path not in self.files:
            raise FileNotInModel(f"no `{path}`")
        return self.files[path]

    def open(self, _: Description, file: RemoteFile) -> BinaryIO:
        self.asked.append(file.path)
        return io.BytesIO(self.files[file.path])


def described(files: Files, revision: str, *, gated: str = "") -> Description:
    listed = (
        RemoteFile(path=path, size=len(data), git=hashlib.sha1(data, usedforsecurity=False).hexdigest())
        for path, data in sorted(files.items())
    )
    return Description(key=key(NAME), revision=revision, gated=gated, files=tuple(listed))


def locked(files: Files, paths: Collection[str] | None, revision: str, *, remote_code: bool = False) -> LockedModel:
    taken = sorted(files) if paths is None else sorted(paths)
    return LockedModel(
        key=key(NAME),
        revision=revision,
        remote_code=remote_code,
        files=tuple(
            LockedFile(path=path, size=len(files[path]), sha256=hashlib.sha256(files[path]).hexdigest())
            for path in taken
        ),
    )


def side(
    files: Files, revision: str, *, taken: Collection[str] | None = None, gated: str = "", code: bool = False
) -> Side:
    """A revision; ``taken`` are the files that are locked, ``None``: nothing is."""
    pin = None if taken is None else locked(files, taken, revision, remote_code=code)
    return Side(described=described(files, revision, gated=gated), reader=Memory(files), locked=pin)


def compared(before: Files, after: Files, *, taken: Collection[str] | None = None, code: bool = False) -> Comparison:
    return compare(side(before, "a" * 40, taken=taken, code=code), side(after, "b" * 40))


def document(**values: object) -> bytes:
    return json.dumps(values).encode()


def tensors(seed: int = 0, dtype: str = "f4", **shapes: tuple[int, ...]) -> bytes:
    """A safetensors file of the real library."""
    return save({name: np.full(shape, seed, dtype=dtype) for name, shape in shapes.items()})
