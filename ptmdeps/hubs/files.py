"""A file as a lock describes it: what its name and its bytes say."""

from __future__ import annotations

from collections.abc import Callable
from typing import BinaryIO

from ptmdeps.inspect.formats import PICKLE_FORMATS, file_format
from ptmdeps.inspect.pickles import pickle_facts
from ptmdeps.lockfile.model import LockedFile, PickleRecord


def locked_file(path: str, *, size: int, sha256: str, git: str = "", opened: Callable[[], BinaryIO]) -> LockedFile:
    """The file at ``path`` of a model; ``opened`` gives its bytes, and is called for what may be a pickle."""
    format_ = file_format(path)
    record = pickle_record(opened()) if format_ in PICKLE_FORMATS else None
    return LockedFile(path=path, size=size, sha256=sha256, git=git, format=format_, pickle=record)


def pickle_record(stream: BinaryIO) -> PickleRecord | None:
    """What a pickle names; ``None`` for a file that only by its name could hold one. The stream is closed."""
    with stream:
        facts = pickle_facts(stream)
    plain_array = facts.container == "numpy" and not facts.streams and not facts.unresolved
    if facts.container == "none" or plain_array:
        return None
    return PickleRecord(globals=facts.globals, called=facts.called, incomplete="; ".join(facts.unresolved))
