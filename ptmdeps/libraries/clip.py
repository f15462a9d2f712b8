"""OpenAI's CLIP: ``clip.load(name)``, of ``openai/CLIP`` and its releases ``clip-anytorch`` and ``openai-clip``.

Read is ``_MODELS`` of ``clip/clip.py``: an address for each name. The folder of the address is the SHA-256 of the file,
which ``_download`` checks; it keeps the file below ``~/.cache/clip``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ptmdeps.libraries.module_run import ModuleRun
from ptmdeps.libraries.reading import at_address
from ptmdeps.libraries.static import Modules
from ptmdeps.libraries.table import Entry, Names

_HASH = re.compile(r"/([0-9a-f]{64})/[^/]+$")


def spellings(name: str, ref: str) -> Iterator[str]:
    """A name of CLIP is complete."""
    del ref
    yield name


def read(modules: Modules) -> Names:
    """Return the file of each model."""
    table = ModuleRun(modules).module("clip.clip").names.get("_MODELS")
    known = table.items() if isinstance(table, dict) else ()
    return {name: (of_openai(one),) for name, one in known if isinstance(name, str) and isinstance(one, str)}


def of_openai(address: str) -> Entry:
    """Return the entry of a file whose folder is its SHA-256, kept below ``~/.cache/clip``."""
    match = _HASH.search(address)
    return at_address(address, reads="clip", digest=f"sha256:{match[1]}" if match else "")
