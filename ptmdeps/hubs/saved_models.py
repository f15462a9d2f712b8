"""What can be called of a SavedModel that is locked: its signatures, as the entry points of the model."""

from __future__ import annotations

import mmap
import warnings
from pathlib import Path

from ptmdeps.errors import UnsafeContent
from ptmdeps.inspect.saved_model import signatures
from ptmdeps.paths import printable

SAVED_MODEL = "saved_model.pb"
"""Its graph and signatures; what makes a folder a SavedModel."""

_MOST_SIGNATURES = 100
_LONGEST_SIGNATURE = 2000


def entrypoints(path: Path, subject: str) -> tuple[str, ...]:
    """The signatures in a ``saved_model.pb``, sorted; none, and a warning, where it is damaged.

    ``subject`` is the model, for people.
    """
    if not path.stat().st_size:
        return ()
    with path.open("rb") as stream:
        # closed when nobody looks at it any more: what reads it may still hold parts of it
        content = mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ)
    try:
        found = {printable(str(signature), _LONGEST_SIGNATURE) for signature in signatures(memoryview(content))}
    except UnsafeContent as error:
        warnings.warn(f"`{printable(subject)}`: {error.message}", UserWarning, stacklevel=2)
        return ()
    return tuple(sorted(found)[:_MOST_SIGNATURES])
