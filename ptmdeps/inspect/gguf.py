"""The header of a GGUF file: metadata, tokens and tensors, without any weight.

https://github.com/ggml-org/ggml/blob/master/docs/gguf.md, versions 2 and 3, little-endian.
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from ptmdeps.errors import UnsafeContent
from ptmdeps.inspect.safetensors_header import Tensor
from ptmdeps.paths import printable

if TYPE_CHECKING:
    from ptmdeps.inspect.byte_source import Bytes

MAX_HEADER = 64 * 1024 * 1024
"""Bytes of a header that are read; those of models with 260,000 tokens stay below 20 MB."""

MAX_ENTRIES = 10_000
MAX_TENSORS = 200_000
MAX_STRINGS = 2_000_000
"""Entries of metadata, tensors, and texts of all arrays together that are believed."""

TOKENS = "tokenizer.ggml.tokens"
TOKEN_TYPES = "tokenizer.ggml.token_type"  # noqa: S105 - the name of an entry
CHAT_TEMPLATE = "tokenizer.chat_template"

_MAGIC = b"GGUF"
_VERSIONS = (2, 3)
_LEAST, _MOST = 64 * 1024, 4 * 1024 * 1024
_LONGEST_KEY = 64 * 1024
_MAX_SIDES = 4
_SHOWN = 16
_STRING, _ARRAY, _BOOL = 8, 9, 7
_SCALARS: Mapping[int, str] = MappingProxyType(
    {0: "<B", 1: "<b", 2: "<H", 3: "<h", 4: "<I", 5: "<i", 6: "<f", 7: "<B", 10: "<Q", 11: "<q", 12: "<d"}
)
_NAMES = (
    "F32 F16 Q4_0 Q4_1 Q4_2 Q4_3 Q5_0 Q5_1 Q8_0 Q8_1 Q2_K Q3_K Q4_K Q5_K Q6_K Q8_K IQ2_XXS IQ2_XS IQ3_XXS IQ1_S IQ4_NL "
    "IQ3_S IQ2_S IQ4_XS I8 I16 I32 I64 F64 IQ1_M BF16 Q4_0_4_4 Q4_0_4_8 Q4_0_8_8 TQ1_0 TQ2_0 IQ4_NL_4_4 IQ4_NL_4_8 "
    "IQ4_NL_8_8 MXFP4 NVFP4 Q1_0"
)
_TYPES: Mapping[int, str] = MappingProxyType(dict(enumerate(_NAMES.split())))

Value = int | float | bool | str | tuple[object, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class GgufHeader:
    """What the header says.

    Attributes:
        version: of the format.
        metadata: key → value. Of an array of more than 16 entries, and of one of texts, a text that says its length
            and digest stands for it.
        tokens: the vocabulary, by number; empty where there is none.
        token_types: of each token; 3 is a control token. Empty where it is not said.
        tensors: sorted by name; the word for their type is ggml's (``Q4_K``), their sides are as ggml orders them.
        length: bytes of all this.
        digest: SHA-256 of those bytes.
    """

    version: int
    metadata: Mapping[str, Value]
    tokens: tuple[str, ...]
    token_types: tuple[int, ...]
    tensors: tuple[Tensor, ...]
    length: int
    digest: str


class _FaultError(ValueError):
    """What is wrong with a header."""


def read_gguf(stream: Bytes, *, path: str) -> GgufHeader:
    """Read the header at the position of ``stream``; little after it is read. ``path`` is for messages.

    Raises:
        UnsafeContent: no such header, one of another version, or one that no honest file has: too long, too many
            entries, arrays in arrays, texts that end behind the file, a name twice.
        OSError: the stream cannot be read.
    """
    try:
        return _Parser(stream).header()
    except _FaultError as fault:
        raise UnsafeContent(
            f"`{printable(path)}` is no sound GGUF file: {fault}",
            hint="look at the file on the hub, or tell the model's author",
        ) from None


class _Parser:
    """Goes through a header once; more of it is fetched at a time the longer it gets."""

    def __init__(self, stream: Bytes) -> None:
        self._stream = stream
        self._buffer = b""
        self._at = 0
        self._length = 0
        self._next = _LEAST
        self._strings = 0
        self._digest = hashlib.sha256()
        self._tokens: tuple[str, ...] = ()
        self._token_types: tuple[int, ...] = ()

    def header(self) -> GgufHeader:
        if self._take(len(_MAGIC)) != _MAGIC:
            raise _FaultError("it does not begin with `GGUF`")
        version = self._number("<I")
        if version not in _VERSIONS:
            raise _FaultError(f"version {version} is not known")
        tensors, entries = self._count(MAX_TENSORS, "tensors"), self._count(MAX_ENTRIES, "entries of metadata")
        metadata: dict[str, Value] = {}
        for _ in range(entries):
            key = self._text(_LONGEST_KEY)
            if key in metadata:
                raise _FaultError("it holds an entry twice")
            metadata[key] = self._value(key)
        found = {tensor.name: tensor for tensor in (self._tensor() for _ in range(tensors))}
        if len(found) < tensors:
            raise _FaultError("it holds a tensor twice")
        return GgufHeader(
            version=version,
            metadata=metadata,
            tokens=self._tokens,
            token_types=self._token_types,
            tensors=tuple(sorted(found.values())),
            length=self._length,
            digest=self._digest.hexdigest(),
        )

    def _value(self, key: str) -> Value:
        kind = self._number("<I")
        if kind == _ARRAY:
            return self._array(key)
        return self._text(MAX_HEADER) if kind == _STRING else self._scalar(kind)

    def _scalar(self, kind: int) -> int | float | bool:
        if kind not in _SCALARS:
            raise _FaultError(f"type {kind} of a value is not known")
        (value,) = struct.unpack(_SCALARS[kind], self._take(struct.calcsize(_SCALARS[kind])))
        found: int | float = value
        return bool(found) if kind == _BOOL else found

    def _array(self, key: str) -> Value:
        kind, count = self._number("<I"), self._number("<Q")
        if kind == _STRING:
            return self._strings_of(key, count)
        if kind not in _SCALARS:
            raise _FaultError(f"type {kind} of an array is not known")
        width = struct.calcsize(_SCALARS[kind])
        data = self._take(count * width)
        if count <= _SHOWN or key == TOKEN_TYPES:
            values = tuple(value for (value,) in struct.iter_unpack(_SCALARS[kind], data))
            if key == TOKEN_TYPES:
                self._token_types = tuple(map(int, values)) if kind not in {6, 12} else ()
            if count <= _SHOWN:
                return tuple(map(bool, values)) if kind == _BOOL else values
        return f"{count:,} values, sha256:{hashlib.sha256(data).hexdigest()}"

    def _strings_of(self, key: str, count: int) -> Value:
        self._strings += count
        if self._strings > MAX_STRINGS:
            raise _FaultError(f"it holds more than {MAX_STRINGS:,} texts")
        digest, kept = hashlib.sha256(), []
        for _ in range(count):
            data = self._take(self._number("<Q"))
            digest.update(len(data).to_bytes(8, "little") + data)
            if key == TOKENS:
                kept.append(data.decode("utf-8", "replace"))
        if key == TOKENS:
            self._tokens = tuple(kept)
        return f"{count:,} texts, sha256:{digest.hexdigest()}"

    def _tensor(self) -> Tensor:
        name, sides = self._text(_LONGEST_KEY), self._number("<I")
        if sides > _MAX_SIDES:
            raise _FaultError(f"tensor `{printable(name)}` has an impossible shape")
        shape = tuple(self._number("<Q") for _ in range(sides))
        kind, _ = self._number("<I"), self._number("<Q")
        return Tensor(name=name, dtype=_TYPES.get(kind, f"type {kind}"), shape=shape)

    def _count(self, most: int, what: str) -> int:
        count = self._number("<Q")
        if count > most:
            raise _FaultError(f"it holds more than {most:,} {what}")
        return count

    def _text(self, longest: int) -> str:
        length = self._number("<Q")
        if length > longest:
            raise _FaultError("it holds a text that is too long")
        return self._take(length).decode("utf-8", "replace")

    def _number(self, layout: str) -> int:
        (value,) = struct.unpack(layout, self._take(struct.calcsize(layout)))
        return int(value)

    def _take(self, count: int) -> bytes:
        self._length += count
        if self._length > MAX_HEADER:
            raise _FaultError(f"its header is longer than {MAX_HEADER:,} bytes")
        end = self._at + count
        if end > len(self._buffer):
            self._fill(count)
            end = count
        part = self._buffer[self._at : end]
        self._at = end
        self._digest.update(part)
        return part

    def _fill(self, count: int) -> None:
        """Have at least ``count`` bytes from here on; a stream over a network may give fewer at a time."""
        parts, held = [self._buffer[self._at :]], len(self._buffer) - self._at
        while held < count:
            part = self._stream.read(max(self._next, count - held))
            if not part:
                raise _FaultError("it ends inside its header")
            parts.append(part)
            held += len(part)
            self._next = min(2 * self._next, _MOST)
        self._buffer, self._at = b"".join(parts), 0
