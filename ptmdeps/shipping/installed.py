"""The locks that the distributions of an environment ship. Nothing of them is imported: their files are read."""

from __future__ import annotations

import json
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from packaging.utils import canonicalize_name

from ptmdeps.distributions.environment import Interpreter, run_pip
from ptmdeps.errors import LockfileError, PtmdepsError
from ptmdeps.lockfile import Lockfile, loads
from ptmdeps.lockfile.staleness import tampered
from ptmdeps.shipping import PLACES

_LARGEST = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Shipped:
    """A lock that came with a distribution.

    Attributes:
        name: of the distribution, normalised.
        version: of the distribution, as it says.
        lockfile: ``None`` where it cannot be believed.
        problem: why not; empty otherwise.
    """

    name: str
    version: str
    lockfile: Lockfile | None
    problem: str = ""


def shipped_locks(interpreter: Interpreter) -> tuple[Shipped, ...]:
    """Every distribution of an environment that ships a lock, sorted by name.

    Raises:
        PtmdepsError: pip cannot say what is installed.
    """
    report = run_pip(interpreter, ["inspect"], purpose="say what is installed")
    try:
        listed = json.loads(report)["installed"]
    except (ValueError, RecursionError, LookupError, TypeError) as error:
        raise PtmdepsError(f"pip's report about `{interpreter.path}` cannot be read") from error
    found: dict[str, Shipped] = {}
    for entry in listed if isinstance(listed, list) else ():
        match entry:
            case {"metadata": {"name": str(name), "version": str(version)}, "metadata_location": str(folder)}:
                for content in _contents(Path(folder)):
                    shipped = _shipped(canonicalize_name(name), version, content)
                    found.setdefault(shipped.name, shipped)
    return tuple(shipped for _, shipped in sorted(found.items()))


def _contents(folder: Path) -> Iterator[bytes | str]:
    """The lock in a folder of metadata, or why it cannot be read."""
    for place in PLACES:
        path = folder / place
        try:
            status = path.stat()
            if stat.S_ISREG(status.st_mode) and status.st_size <= _LARGEST:
                yield path.read_bytes()
            else:
                yield "it is no regular file, or too large to be a lock"
        except (FileNotFoundError, NotADirectoryError):
            continue
        except OSError as error:
            yield f"it cannot be read: {error.strerror}"


def _shipped(name: str, version: str, content: bytes | str) -> Shipped:
    if isinstance(content, str):
        return Shipped(name=name, version=version, lockfile=None, problem=content)
    try:
        lockfile = loads(content.decode("utf-8"), source=f"{name} {version}")
    except (UnicodeDecodeError, LockfileError) as error:
        problem = error.message if isinstance(error, LockfileError) else "it is not UTF-8"
        return Shipped(name=name, version=version, lockfile=None, problem=problem)
    if any(tampered(lockfile)):
        return Shipped(name=name, version=version, lockfile=None, problem="it was changed by hand")
    return Shipped(name=name, version=version, lockfile=lockfile)
