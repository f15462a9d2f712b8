"""Which files belong to a project, and what kind of code each of them is."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import lru_cache
from operator import attrgetter
from pathlib import Path

from ptmdeps.errors import ScanError
from ptmdeps.scan.references import Scope

_PYTHON = (".py", ".pyi", ".pyw", ".ipynb")
_OTHERS = (
    *(".md", ".mdx", ".rst", ".txt.gz", ".tex", ".bib", ".pdf", ".doc", ".docx", ".ppt", ".pptx", ".xls", ".xlsx"),
    *(
        ".png",
        ".jpg",
        ".jpeg",
        ".gif",
        ".svg",
        ".webp",
        ".ico",
        ".bmp",
        ".tif",
        ".tiff",
        ".mp3",
        ".mp4",
        ".wav",
        ".flac",
    ),
    *(".ogg", ".webm", ".avi", ".mov", ".ttf", ".otf", ".woff", ".woff2", ".eot", ".css", ".scss", ".less", ".map"),
    *(
        ".zip",
        ".gz",
        ".bz2",
        ".xz",
        ".zst",
        ".tar",
        ".tgz",
        ".whl",
        ".jar",
        ".so",
        ".dll",
        ".dylib",
        ".a",
        ".o",
        ".exe",
    ),
    *(".pyc", ".pyo", ".pyd", ".class", ".wasm", ".db", ".sqlite", ".parquet", ".arrow", ".feather", ".csv", ".tsv"),
    *(".jsonl", ".ndjson", ".npy", ".npz", ".pkl", ".pickle", ".pt", ".pth", ".bin", ".safetensors", ".gguf", ".onnx"),
    *(".h5", ".hdf5", ".ckpt", ".pb", ".tflite", ".c", ".cc", ".cpp", ".cxx", ".h", ".hpp", ".cu", ".cuh", ".m", ".mm"),
    *(
        ".rs",
        ".go",
        ".java",
        ".kt",
        ".swift",
        ".cs",
        ".rb",
        ".php",
        ".scala",
        ".lua",
        ".pl",
        ".r",
        ".jl",
        ".dart",
        ".proto",
    ),
    *(".cmake", ".lock", ".log", ".diff", ".patch", ".po", ".mo", ".pot", ".sum", ".mod"),
)
"""How the names of files end that nothing reads."""

_HIDDEN = frozenset({".github", ".gitlab", ".circleci", ".devcontainer", ".buildkite", ".ci", ".azure-pipelines"})
"""Hidden folders that hold scripts and settings of the project."""

_SKIPPED = frozenset({"__pycache__", "node_modules", "site-packages", "dist-packages", "bower_components"})
_BUILT = frozenset({"build", "dist"})
_TESTS = frozenset({"test", "tests", "__tests__"})
_TESTS_OF_JAVASCRIPT = re.compile(r".+\.(?:test|spec|e2e)\.[cm]?[jt]sx?")
_EXAMPLES = frozenset({"example", "examples", "demo", "demos", "sample", "samples", "tutorial", "tutorials"})
_DOCUMENTS = frozenset({"doc", "docs", "documentation"})


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class ProjectFile:
    """One file: POSIX path relative to the project, size in bytes, time of change in nanoseconds."""

    path: str
    size: int
    changed: int


@lru_cache(maxsize=100_000)
def scope_of(path: str) -> Scope:
    """Return what kind of code stands in ``path``.

    ``test`` for ``test/``, ``tests/``, ``test_*.py``, ``*_test.py``, ``conftest.py``, and in JavaScript ``__tests__/``,
    ``*.test.ts`` and ``*.spec.ts``; ``example`` for example, demo, sample and tutorial folders and for notebooks among
    documents; ``doc`` for the rest of document folders.
    """
    *above, name = path.split("/")
    folders = {part.lower() for part in above}
    stem, dot, suffix = name.rpartition(".")
    if not stem or not suffix:
        stem, dot, suffix = name, "", ""
    if folders & _TESTS or stem.startswith("test_") or stem.endswith("_test") or stem == "conftest":
        return "test"
    if _TESTS_OF_JAVASCRIPT.fullmatch(name):
        return "test"
    if folders & _EXAMPLES:
        return "example"
    if folders & _DOCUMENTS:
        return "example" if dot + suffix == ".ipynb" else "doc"
    return "main"


def is_python(path: str) -> bool:
    """Whether a file holds Python, by its name; notebooks do."""
    return path.endswith(_PYTHON)


def may_be_read(path: str) -> bool:
    """Whether a file may be of a kind that is read, by its name: told by what it is not, because that is cheap."""
    return not path.lower().endswith(_OTHERS)


def is_included(path: str, patterns: tuple[str, ...]) -> bool:
    """Whether a shell pattern matches a relative path, or a folder that it is in."""
    parts = path.split("/")
    above = ["/".join(parts[:length]) for length in range(1, len(parts) + 1)]
    return any(fnmatchcase(one, pattern.rstrip("/")) for pattern in patterns for one in above)


def project_files(
    root: Path, *, exclude: tuple[str, ...] = (), wanted: Callable[[str], bool] = may_be_read
) -> tuple[ProjectFile, ...]:
    """Return the files under ``root`` that are wanted by their relative paths, sorted.

    Left out are symbolic links (they lead out of the project or back into it), hidden folders, virtual
    environments, caches, ``build`` and ``dist`` unless they are packages, and what matches a pattern of ``exclude``
    (shell patterns over the relative path; a pattern that matches a folder leaves out all of it).

    A folder that cannot be listed is left out; but not ``root`` itself.

    Raises:
        ScanError: ``root`` is not a folder, or cannot be listed.
    """
    try:
        os.scandir(root).close()
    except OSError as error:
        raise ScanError(
            f"cannot list `{root}`: {error.strerror}", hint="give the folder that holds the project's code"
        ) from error
    return tuple(sorted(_walk(str(root), exclude, wanted), key=attrgetter("path")))


def single_file(path: Path, *, wanted: Callable[[str], bool]) -> ProjectFile:
    """Return one file that is scanned alone.

    Raises:
        ScanError: it does not exist, or is of no kind that is scanned.
    """
    if not path.is_file() or not wanted(path.name):
        hint = "give a folder, a file of code, a notebook, a script or a configuration file"
        raise ScanError(f"`{path}` is no folder and no file that can be scanned", hint=hint)
    status = path.stat()
    return ProjectFile(path=path.name, size=status.st_size, changed=status.st_mtime_ns)


def _walk(root: str, exclude: tuple[str, ...], wanted: Callable[[str], bool]) -> Iterator[ProjectFile]:
    """Walk with a stack of relative folders, so that depth costs no recursion."""
    folders = [""]
    while folders:
        folder = folders.pop()
        for entry in _entries(f"{root}/{folder}" if folder else root):
            path = f"{folder}/{entry.name}" if folder else entry.name
            if exclude and any(fnmatchcase(path, pattern.rstrip("/")) for pattern in exclude):
                continue
            if entry.is_dir(follow_symlinks=False):
                if not _is_skipped(entry):
                    folders.append(path)
            elif wanted(path) and entry.is_file(follow_symlinks=False) and _is_text(path):
                status = entry.stat(follow_symlinks=False)
                yield ProjectFile(path=path, size=status.st_size, changed=status.st_mtime_ns)


def _entries(folder: str) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return list(entries)
    except OSError:
        return []


def _is_text(path: str) -> bool:
    """Whether a file name can be written down; others, such as bytes that are no text, cannot be reported."""
    return path.isprintable()


def _is_skipped(entry: os.DirEntry[str]) -> bool:
    """Whether a folder holds no code of the project."""
    name = entry.name
    if (name.startswith(".") and name not in _HIDDEN) or name in _SKIPPED or name.endswith(".egg-info"):
        return True
    if name in _BUILT:
        return not os.path.exists(f"{entry.path}/__init__.py")  # noqa: PTH110 - called for every folder
    return os.path.exists(f"{entry.path}/pyvenv.cfg")  # noqa: PTH110 - called for every folder
