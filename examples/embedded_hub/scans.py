"""What the scanners of the hub say of a file: its level, and for pickles the names they import.

Pickles are read opcode by opcode with `pickletools`; nothing in them is ever executed.
"""

from __future__ import annotations

import io
import pickletools
import zipfile
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from embedded_hub.repository import Entry, Repository

_PICKLES = (".bin", ".ckpt", ".joblib", ".pickle", ".pkl", ".pt", ".pth")
_SCANNERS = ("jFrogScan", "protectAiScan", "avScan", "virusTotalScan")
_INNOCUOUS = ("collections", "torch", "torch._utils", "numpy", "numpy.core.multiarray", "_codecs")
_DANGEROUS = ("builtins", "__builtin__", "nt", "os", "posix", "runpy", "socket", "subprocess", "sys", "webbrowser")


def file_status(repository: Repository, entry: Entry) -> dict[str, Any]:
    """Return the `securityFileStatus` of a file; a level of the settings counts more than what is found."""
    imports = pickle_imports(repository, entry) if entry.path.endswith(_PICKLES) else []
    found = "unsafe" if any(item["safety"] == "dangerous" for item in imports) else "safe"
    level = dict(repository.settings.security).get(entry.path, found)
    status: dict[str, Any] = {"status": level}
    status |= {name: {"status": level} for name in _SCANNERS}
    return status | {"pickleImportScan": {"status": level, "pickleImports": imports}}


def pickle_imports(repository: Repository, entry: Entry) -> list[dict[str, str]]:
    """Return what the pickles of a file import, sorted, each with module, name and safety."""
    key = f"pickle {entry.id}"
    found = repository.facts.get(key)
    if not isinstance(found, list):
        content = repository.content(entry)
        data = content if isinstance(content, bytes) else content.read_bytes()
        names = {name for pickle in _pickles(data) for name in _globals(pickle)}
        found = [{"module": module, "name": name, "safety": _safety(module)} for module, name in sorted(names)]
        repository.facts[key] = found
    return found


def _pickles(data: bytes) -> list[bytes]:
    if not zipfile.is_zipfile(io.BytesIO(data)):
        return [data]
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return [archive.read(name) for name in archive.namelist() if name.endswith(".pkl")]


def _globals(data: bytes) -> set[tuple[str, str]]:
    """Return the (module, name) pairs of all pickles that follow each other at the start of `data`."""
    stream = io.BytesIO(data)
    found: set[tuple[str, str]] = set()
    texts: list[str] = []
    try:
        while True:
            for opcode, argument, _ in pickletools.genops(stream):
                if opcode.name == "GLOBAL":
                    module, _, name = str(argument).partition(" ")
                    found.add((module, name))
                elif opcode.name == "STACK_GLOBAL" and len(texts) > 1:
                    found.add((texts[-2], texts[-1]))
                elif isinstance(argument, str):
                    texts.append(argument)
    except (ValueError, UnicodeDecodeError):
        # The end of the file, or of what is a pickle in it: raw numbers follow in old PyTorch files.
        return found


def _safety(module: str) -> str:
    if module in _INNOCUOUS:
        return "innocuous"
    return "dangerous" if module.partition(".")[0] in _DANGEROUS else "suspicious"
