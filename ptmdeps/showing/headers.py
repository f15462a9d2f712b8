"""The tensors of a model's weights, from the headers of its safetensors files: no tensor is fetched."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from threading import Lock
from typing import BinaryIO, Protocol, TypeVar

from ptmdeps.errors import PtmdepsError
from ptmdeps.inspect.safetensors_header import SafetensorsHeader, read_header
from ptmdeps.paths import printable
from ptmdeps.showing.evidence import Weights

MAX_FILES = 256
"""Files whose headers are read; the largest models have some two hundred shards."""

MAX_HEADERS = 96 * 1024 * 1024
"""Bytes of all headers together."""

_LENGTH = 8

A = TypeVar("A")
B = TypeVar("B")
Open = Callable[[], BinaryIO]
"""Opens a file of which only what is read gets fetched."""


class Map(Protocol):
    """``map``, or that of an executor."""

    def __call__(self, function: Callable[[A], B], items: Iterable[A], /) -> Iterable[B]:
        """The results, in order."""
        ...


class _TooMuchError(Exception):
    """The headers are longer than anybody needs."""


class _Budget:
    """Bytes that may still be fetched, by all threads together."""

    def __init__(self, left: int) -> None:
        self._left = left
        self._lock = Lock()

    def spend(self, count: int) -> None:
        with self._lock:
            if count > self._left:
                raise _TooMuchError
            self._left -= count


def read_weights(files: Sequence[tuple[str, int, Open]], apply: Map) -> Weights:
    """Read the headers of files, given as path, size in bytes and a way to open it.

    Never raises for what hubs and files hold: ``Weights.doubt`` says why nothing is known.
    """
    paths = tuple(path for path, _, _ in files)
    if not files:
        return Weights(doubt="there is no safetensors file, whose header would say it")
    if len(files) > MAX_FILES:
        return Weights(paths=paths, doubt=f"the weights are in {len(files)} files, too many to look into each")
    budget = _Budget(MAX_HEADERS)

    def header(file: tuple[str, int, Open]) -> SafetensorsHeader:
        path, size, open_ = file
        with open_() as stream:
            budget.spend(int.from_bytes(stream.read(_LENGTH), "little"))
            stream.seek(0)
            return read_header(stream, path=path, size=size)

    try:
        headers = list(apply(header, files))
    except _TooMuchError:
        return Weights(paths=paths, doubt="the headers of its safetensors files are longer than any honest ones")
    except PtmdepsError as error:
        return Weights(paths=paths, doubt=error.message)
    except OSError as error:
        return Weights(paths=paths, doubt=f"`{printable(paths[0])}` cannot be read: {error.strerror}")
    return Weights(
        paths=paths,
        tensors=tuple(tensor for header in headers for tensor in header.tensors),
        size=sum(header.data for header in headers),
    )
