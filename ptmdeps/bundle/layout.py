"""What a bundle holds, as names and texts: the same for a folder and for an archive.

::

    bundle.json               format version, and size and SHA-256 of the lock
    ptm.lock                  as in a project
    README.txt                for people who find the bundle
    files/sha256/ab/ab12…     every file of the lock once, under the SHA-256 of its content

An archive holds these members and no others, in this order, the files sorted by their hashes: where each of them
begins follows from the lock alone.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from ptmdeps.errors import PtmdepsError
from ptmdeps.lockfile import FILENAME, Lockfile, dumps
from ptmdeps.paths import printable

BUNDLE_VERSION = 1
"""Breaking changes of the layout; a bundle with a higher number is refused."""

DESCRIPTION = "bundle.json"
LOCK = FILENAME
README = "README.txt"
MOST_TEXT = 256 * 1024 * 1024
"""Bytes that the three texts of a bundle may have each: a lock of a million files is smaller."""

_SHA256 = re.compile(r"[0-9a-f]{64}")
_HINT = "Export it again, and compare the checksums of the two copies if it was copied"


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Content:
    """A file as bytes alone: what it is called in which model is the lock's business.

    Attributes:
        sha256: of the bytes.
        size: in bytes.
    """

    sha256: str
    size: int

    @property
    def path(self) -> str:
        """Where a bundle holds it."""
        return f"files/sha256/{self.sha256[:2]}/{self.sha256}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Description:
    """What ``bundle.json`` says: the lock that the bundle was made from, as bytes."""

    sha256: str
    size: int


def contents(lockfile: Lockfile) -> tuple[Content, ...]:
    """Every file of a lock once, sorted.

    Raises:
        PtmdepsError: two entries claim different sizes of one content, so that one of them lies.
    """
    found = {Content(sha256=file.sha256, size=file.size) for model in lockfile.models for file in model.files}
    ordered = sorted(found)
    for before, after in pairwise(ordered):
        if before.sha256 == after.sha256:
            raise PtmdepsError(
                f"the lock says that the file sha256:{before.sha256} has {before.size:,} bytes, and {after.size:,}",
                hint="It was changed without locking again: restore `ptm.lock`, or run `ptmdeps lock -U`",
            )
    return tuple(ordered)


def texts(lockfile: Lockfile) -> dict[str, bytes]:
    """The texts of a bundle in their order: path → content. Equal locks give equal bytes."""
    lock = dumps(lockfile).encode()
    files = contents(lockfile)
    description = {
        "version": BUNDLE_VERSION,
        "lock": {"path": LOCK, "size": len(lock), "sha256": hashlib.sha256(lock).hexdigest()},
        "files": len(files),
        "size": sum(file.size for file in files),
    }
    return {
        DESCRIPTION: (json.dumps(description, indent=2) + "\n").encode(),
        LOCK: lock,
        README: "".join(_readme(lockfile)).encode(),
    }


def described(content: bytes, *, source: str) -> Description:
    """Read ``bundle.json``.

    Raises:
        PtmdepsError: it is none, or that of a newer ptmdeps.
    """
    try:
        document = json.loads(content)
        version = document["version"]
    except (ValueError, RecursionError, TypeError, LookupError) as error:
        raise damaged(source, f"its `{DESCRIPTION}` cannot be read") from error
    if type(version) is not int or version < 1:
        raise damaged(source, f"its `{DESCRIPTION}` has no format version")
    if version > BUNDLE_VERSION:
        raise PtmdepsError(
            f"`{printable(source)}` is a bundle of format version {version}, this ptmdeps reads up to {BUNDLE_VERSION}",
            hint="Upgrade ptmdeps; nothing was changed",
        )
    lock = document.get("lock")
    sha256, size = (lock.get("sha256"), lock.get("size")) if isinstance(lock, dict) else (None, None)
    if not isinstance(sha256, str) or not _SHA256.fullmatch(sha256) or type(size) is not int or size < 0:
        raise damaged(source, f"its `{DESCRIPTION}` names no lock")
    return Description(sha256=sha256, size=size)


def damaged(source: str, what: str) -> PtmdepsError:
    """The error for a bundle that is not as it was written."""
    return PtmdepsError(
        f"`{printable(source)}` is no whole bundle: {printable(what, limit=500)}", hint=f"{_HINT}; nothing was changed"
    )


def _readme(lockfile: Lockfile) -> Iterator[str]:
    yield (
        "Pre-trained models, exported by ptmdeps.\n\n"
        "To use them on a machine without a network: in the project that this was exported from, run\n\n"
        "    ptmdeps sync --from PATH-OF-THIS-BUNDLE\n\n"
        "`ptm.lock` says which models these are, at which revision, with the size and SHA-256 of every file;\n"
        "`files/sha256/` holds each file under its SHA-256. Every one of them is hashed before it is used.\n"
        "Licences and terms of the models stay as their authors set them.\n\n"
        "Models:\n\n"
    )
    for model in sorted(lockfile.models, key=lambda model: (model.key, model.ref)):
        license_ = f", {model.license.concluded or model.license.declared}" if model.license else ""
        yield f"    {printable(model.key.label)} {model.revision}{printable(license_)}\n"
