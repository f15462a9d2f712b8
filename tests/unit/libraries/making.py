"""Small libraries as they lie in a ``site-packages`` folder."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from pathlib import Path

from ptmdeps.libraries.folder import Folder
from ptmdeps.libraries.static import Modules


def written(root: Path, files: Mapping[str, str]) -> Path:
    """Write the files of a library below a folder, and return the folder."""
    for path, text in files.items():
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(textwrap.dedent(text), encoding="utf-8")
    return root


def library(root: Path, files: Mapping[str, str]) -> Modules:
    """Return the modules of a library that is made of these files."""
    return Modules(Folder(written(root, files)))
