"""Unpacked wheels, from which the shipped tables are made."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path

from packaging.utils import canonicalize_name
from packaging.version import Version

from ptmdeps.libraries.folder import Folder
from ptmdeps.libraries.static import Modules

_INSTALLED = re.compile(r"([\w.-]+)-([^-]+)\.dist-info")


def unpacked(folder: Path) -> dict[str, dict[Version, Modules]]:
    """Return the modules of the wheels that a folder holds, one folder a wheel, by distribution and version.

    The folders may be named as you like: distribution and version are read from the name of the ``.dist-info``.
    """
    found: dict[str, dict[Version, Modules]] = defaultdict(dict)
    for path in sorted(folder.iterdir()):
        for name in Folder(path).names(""):
            if parts := _INSTALLED.fullmatch(name):
                found[canonicalize_name(parts[1])][Version(parts[2])] = Modules(Folder(path))
    return found
