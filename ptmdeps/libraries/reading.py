"""Small things that the readers of libraries share."""

from __future__ import annotations

import re

from ptmdeps.identity import ModelKey
from ptmdeps.libraries.table import Entry

_HASHED = re.compile(r"-([0-9a-f]{8,63})\.[^/]*$")


def at_address(address: str, *, reads: str, digest: str = "", file: str = "") -> Entry:
    """Return the entry of a file at an address; ``file`` is where its loader keeps it, where it is not its own name."""
    return Entry(key=ModelKey("url", address), reads=reads, files=(file,) if file else (), hash=digest)


def of_torch(address: str, *, file: str = "") -> Entry:
    """Return the entry of a file that ``torch.hub.load_state_dict_from_url`` fetches (``TORCH_HOME/hub/checkpoints``).

    ``resnet50-0676ba61.pth`` begins with ``0676ba61`` in SHA-256 by the convention of
    https://docs.pytorch.org/docs/stable/hub.html#torch.hub.load_state_dict_from_url.
    """
    return at_address(address, reads="torch", digest=prefix_in(file or address), file=file)


def prefix_in(name: str) -> str:
    """Return the beginning of the SHA-256 that the name of a file carries; an empty text where it carries none."""
    match = _HASHED.search(name)
    return f"sha256-prefix:{match[1]}" if match else ""


def in_repository(name: str, *, reads: str, ref: str = "", files: tuple[str, ...] = ()) -> Entry:
    """Return the entry of a repository of the Hugging Face Hub."""
    return Entry(key=ModelKey("huggingface", name), ref=ref, reads=reads, files=files)
