"""``ptm.lock``: its values, its text, and what differs between two of them."""

from ptmdeps.lockfile.document import lock_digest, model_digest
from ptmdeps.lockfile.model import (
    FILENAME,
    Ancestor,
    Edge,
    License,
    LockedFile,
    LockedModel,
    Lockfile,
    Options,
    Origin,
    PickleRecord,
)
from ptmdeps.lockfile.text import content, dumps, loads, read, write

__all__ = [
    "FILENAME",
    "Ancestor",
    "Edge",
    "License",
    "LockedFile",
    "LockedModel",
    "Lockfile",
    "Options",
    "Origin",
    "PickleRecord",
    "content",
    "dumps",
    "loads",
    "lock_digest",
    "model_digest",
    "read",
    "write",
]
