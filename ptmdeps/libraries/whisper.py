"""openai-whisper: ``whisper.load_model("base")``.

Read is ``_MODELS`` of ``whisper/__init__.py`` (20230117 to 20250625): an address for every size, whose last folder is
the SHA-256 of the file. It is kept under its own name in ``~/.cache/whisper``. ``whisper_timestamped`` and
``stable_whisper`` hand their sizes on to it.
"""

from __future__ import annotations

import re

from ptmdeps.libraries.reading import at_address
from ptmdeps.libraries.static import Modules
from ptmdeps.libraries.table import Names
from ptmdeps.libraries.tracing import Tracer

_DIGEST = re.compile(r"/([0-9a-f]{64})/[^/]*$")


def read(modules: Modules) -> Names:
    """Return the file of every size."""
    table = Tracer(modules).value("whisper._MODELS")
    addresses = table.items() if isinstance(table, dict) else ()
    return {
        name: (at_address(address, reads="whisper", digest=_digest_in(address)),)
        for name, address in addresses
        if isinstance(address, str)
    }


def _digest_in(address: str) -> str:
    match = _DIGEST.search(address)
    return f"sha256:{match[1]}" if match else ""
