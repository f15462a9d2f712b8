"""The headers of files of weights at one revision: fetched side by side, in as few requests as can be."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Lock
from types import MappingProxyType
from typing import BinaryIO

from ptmdeps.errors import PtmdepsError, UnsafeContent
from ptmdeps.hubs.description import RemoteFile
from ptmdeps.inspect.formats import file_format
from ptmdeps.inspect.gguf import CHAT_TEMPLATE, TOKEN_TYPES, TOKENS, GgufHeader, read_gguf
from ptmdeps.inspect.onnx import MAX_FILE as ONNX_FILE
from ptmdeps.inspect.onnx import read_onnx
from ptmdeps.inspect.safetensors_header import Tensor, read_header
from ptmdeps.paths import printable
from ptmdeps.upgrade.side import Foreseeing, Side
from ptmdeps.upgrade.vocabularies import Vocabulary

MAX_HEADER = 32 * 1024 * 1024
"""Bytes of a header that is fetched: those of models with a hundred thousand tensors stay below 12 MB."""

MAX_HEADERS = 128 * 1024 * 1024
"""Bytes of all headers of one folder together."""

MAX_FILES = 400
"""Files of one folder of which the headers are read."""

_AT_ONCE = 8
_LENGTH = 8
_FIRST = 64 * 1024
_WORTH_FORESEEING = 4
_SPARE = 32
_CONTROL = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """What stands before the weights of one file.

    Attributes:
        tensors: sorted by name.
        digest: SHA-256 of the header.
        metadata: what else it says, by key.
        vocabulary: of the tokenizer in it; ``None`` where there is none.
        template: the chat template in it; empty where there is none.
    """

    tensors: tuple[Tensor, ...]
    digest: str
    metadata: Mapping[str, object] = field(default_factory=dict)
    vocabulary: Vocabulary | None = None
    template: str = ""


class Headers:
    """Reads headers; what it learnt of the lengths of some spares requests for others."""

    def __init__(self) -> None:
        self._lengths: dict[str, int] = {}
        self._longest = 0
        self._left = MAX_HEADERS
        self._lock = Lock()

    def read(self, side: Side, files: Sequence[RemoteFile]) -> dict[str, Header | str]:
        """The header of each file by its path, or why it cannot be known; ``files`` are of ``FORMATS``."""
        if len(files) > MAX_FILES:
            return {file.path: f"more than {MAX_FILES} files of weights" for file in files}
        if not files:
            return {}
        if len(files) >= _WORTH_FORESEEING and isinstance(side.reader, Foreseeing):
            side.reader.foresee(side.described, files)
        self._left = MAX_HEADERS
        # of the first, the others learn how much to ask for
        first = self._header(side, files[0])
        with ThreadPoolExecutor(min(_AT_ONCE, len(files)), thread_name_prefix="headers") as pool:
            others = pool.map(lambda file: self._header(side, file), files[1:])
            return dict(zip((file.path for file in files), (first, *others), strict=True))

    def _header(self, side: Side, file: RemoteFile) -> Header | str:
        try:
            with side.reader.open(side.described, file) as stream:
                return FORMATS[file_format(file.path)](self, stream, file)
        except PtmdepsError as error:
            return error.message
        except OSError as error:
            return error.strerror or type(error).__name__

    def safetensors(self, stream: BinaryIO, file: RemoteFile) -> Header:
        """In one request where as much as a neighbour's was enough, or the same file's at the other revision."""
        raw = _unbuffered(stream)
        data = raw.read(min(file.size, self._guess(file.path)))
        length = int.from_bytes(data[:_LENGTH], "little")
        if length > MAX_HEADER or not self._take(length):
            raise UnsafeContent(f"the header of `{printable(file.path)}` has {length:,} bytes")
        while len(data) < _LENGTH + length and (part := raw.read(_LENGTH + length - len(data))):
            data += part
        header = read_header(io.BytesIO(data), path=file.path, size=file.size)
        with self._lock:
            self._lengths[file.path] = length
            self._longest = max(self._longest, length)
        digest = hashlib.sha256(data[_LENGTH : _LENGTH + length]).hexdigest()
        metadata = {"__metadata__": dict(header.metadata)} if header.metadata else {}
        return Header(tensors=header.tensors, digest=digest, metadata=metadata)

    def gguf(self, stream: BinaryIO, file: RemoteFile) -> Header:
        """With the tokenizer that is in it."""
        found = read_gguf(_unbuffered(stream), path=file.path)
        if not self._take(found.length):
            raise UnsafeContent(f"the headers of the files beside `{printable(file.path)}` are too long together")
        template = found.metadata.get(CHAT_TEMPLATE)
        told = {TOKENS, TOKEN_TYPES} if found.tokens else set()
        return Header(
            tensors=found.tensors,
            digest=found.digest,
            metadata={key: value for key, value in found.metadata.items() if key not in {CHAT_TEMPLATE, *told}},
            vocabulary=_vocabulary(found) if found.tokens else None,
            template=template if isinstance(template, str) else "",
        )

    def onnx(self, stream: BinaryIO, file: RemoteFile) -> Header:
        """All of it: tensors stand between everything else."""
        if not self._take(file.size):
            raise UnsafeContent(f"the files beside `{printable(file.path)}` are too long together")
        found = read_onnx(stream.read(ONNX_FILE + 1), path=file.path)
        return Header(tensors=found.tensors, digest=found.digest, metadata=found.facts)

    def _guess(self, path: str) -> int:
        with self._lock:
            # neighbours are a little longer or shorter, the same file mostly has the same header
            known = self._lengths.get(path) or self._longest + self._longest // _SPARE
            return _LENGTH + known if known else _FIRST

    def _take(self, count: int) -> bool:
        """Whether so many bytes may still be fetched; they are taken off."""
        with self._lock:
            self._left -= count
            return self._left >= 0


FORMATS: Mapping[str, Callable[[Headers, BinaryIO, RemoteFile], Header]] = MappingProxyType(
    {"safetensors": Headers.safetensors, "gguf": Headers.gguf, "onnx": Headers.onnx}
)
"""The formats of which headers are read."""


def readable(files: Sequence[RemoteFile]) -> bool:
    """Whether all of them have headers that are read; large ONNX files would have to be fetched whole."""
    formats = {file_format(file.path) for file in files}
    too_large = any(file_format(file.path) == "onnx" and file.size > ONNX_FILE for file in files)
    return bool(files) and formats <= FORMATS.keys() and not too_large


def _unbuffered(stream: BinaryIO) -> BinaryIO:
    """What asks for exactly what is read: a buffer asks for its own length, and for the rest in another request."""
    return stream.raw if isinstance(stream, io.BufferedReader) else stream


def _vocabulary(header: GgufHeader) -> Vocabulary:
    control = (number for number, kind in enumerate(header.token_types) if kind == _CONTROL)
    special = frozenset(header.tokens[number] for number in control if number < len(header.tokens))
    return Vocabulary(tokens={token: number for number, token in enumerate(header.tokens)}, special=special)
