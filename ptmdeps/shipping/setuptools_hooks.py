"""What setuptools calls, in every build in whose environment ptmdeps is: a writer of metadata and a finder of files.

They do something only for a project that names ptmdeps among its ``build-system.requires``. See
https://setuptools.pypa.io/en/latest/userguide/extension.html.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from ptmdeps.lockfile import FILENAME
from ptmdeps.shipping import lock_to_ship


def write_lock(_command: object, _name: str, target: str) -> None:
    """Write the lock beside the other metadata (entry point group ``egg_info.writers``)."""
    root, path = Path.cwd(), Path(target)
    if _is_asked_for(root):
        path.write_bytes(lock_to_ship(root))
    else:
        path.unlink(missing_ok=True)


def find_lock(folder: str) -> Iterator[str]:
    """Name the lock as part of the source distribution (entry point group ``setuptools.file_finders``)."""
    root = Path(folder or ".")
    if _is_asked_for(root) and (root / FILENAME).is_file():
        yield str(Path(folder, FILENAME))


def _is_asked_for(root: Path) -> bool:
    """Whether the project builds with ptmdeps on purpose."""
    try:
        document = tomllib.loads((root / "pyproject.toml").read_bytes().decode())
    except (OSError, ValueError):
        return False
    system = document.get("build-system")
    requires = system.get("requires") if isinstance(system, dict) else None
    return "ptmdeps" in set(_names(requires if isinstance(requires, list) else []))


def _names(requires: list[object]) -> Iterator[str]:
    for text in requires:
        try:
            yield canonicalize_name(Requirement(str(text)).name)
        except InvalidRequirement:
            continue
