"""Large files (Git LFS): the pointer that is in git, and the folder that holds the bytes.

Pointer format: github.com/git-lfs/git-lfs/blob/main/docs/spec.md.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_ARCHIVES = (".7z", ".bz2", ".gz", ".rar", ".tar", ".tgz", ".xz", ".zip", ".zst")
_ARRAYS = (".arrow", ".npy", ".npz", ".parquet", ".safetensors")
_MODELS = (
    ".bin",
    ".ckpt",
    ".ftz",
    ".gguf",
    ".h5",
    ".mlmodel",
    ".model",
    ".msgpack",
    ".onnx",
    ".ot",
    ".pb",
    ".pt",
    ".pth",
)
_OTHERS = (".joblib", ".pickle", ".pkl", ".tflite", ".wasm")

LARGE_SUFFIXES = tuple(sorted(_ARCHIVES + _ARRAYS + _MODELS + _OTHERS))
"""What the `.gitattributes` of a new repository on the hub gives to LFS."""

LARGE_SIZE = 10_000_000
"""Bytes from which the hub refuses a file that is not in LFS."""

ATTRIBUTES = "".join(f"*{suffix} filter=lfs diff=lfs merge=lfs -text\n" for suffix in LARGE_SUFFIXES).encode()

_POINTER = re.compile(
    rb"version https://git-lfs\.github\.com/spec/v1\noid sha256:(?P<sha256>[0-9a-f]{64})\nsize (?P<size>\d+)\n"
)
_POINTER_LIMIT = 200


@dataclass(frozen=True, slots=True)
class LfsFile:
    """Content that goes to LFS whatever its name."""

    content: bytes


@dataclass(frozen=True, slots=True)
class GitFile:
    """Content that goes into git itself whatever its name."""

    content: bytes


@dataclass(frozen=True, slots=True)
class SimulatedFile:
    """A large file of `size` bytes that begins with `start` and is a hole from there on, which takes no room on disk.

    Its digest is made up from `start`, the size and `seed` (two seeds are two files), so that nobody can verify it:
    good for everything but whole downloads.
    """

    start: bytes
    size: int
    seed: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pointer:
    """What a pointer says; `pointer_size` is the length of the pointer text, the other `size` that of the file."""

    sha256: str
    size: int
    pointer_size: int


def is_large(path: str, content: bytes) -> bool:
    """Tell whether the hub would keep this file in LFS."""
    return PurePosixPath(path).suffix.lower() in LARGE_SUFFIXES or len(content) >= LARGE_SIZE


def pointer_text(sha256: str, size: int) -> bytes:
    """Return the text that stands in git for a large file."""
    return f"version https://git-lfs.github.com/spec/v1\noid sha256:{sha256}\nsize {size}\n".encode()


def parse_pointer(content: bytes) -> Pointer | None:
    """Return what a pointer says, or None for any other content."""
    found = _POINTER.fullmatch(content) if len(content) < _POINTER_LIMIT else None
    if found is None:
        return None
    return Pointer(sha256=found["sha256"].decode(), size=int(found["size"]), pointer_size=len(content))


class LargeFileStore:
    """The `lfs/objects` folder of a repository, laid out as git-lfs does."""

    def __init__(self, repository: Path) -> None:
        self._directory = repository / "lfs" / "objects"

    def path(self, sha256: str) -> Path:
        """Return where the bytes with this digest are, whether or not they are there."""
        return self._directory / sha256[:2] / sha256[2:4] / sha256

    def write(self, content: bytes) -> bytes:
        """Keep the bytes and return their pointer text."""
        sha256 = hashlib.sha256(content).hexdigest()
        path = self.path(sha256)
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        return pointer_text(sha256, len(content))

    def simulate(self, file: SimulatedFile) -> bytes:
        """Keep a file with a hole and return its pointer text."""
        told = f"{file.size} {file.seed} ".encode() + file.start
        sha256 = hashlib.sha256(b"simulated " + told).hexdigest()
        path = self.path(sha256)
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as stream:
            stream.write(file.start)
            stream.truncate(file.size)
        return pointer_text(sha256, file.size)
