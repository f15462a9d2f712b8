"""Small projects for the tests of values: the code of one load each."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping

HEAD = "from transformers import AutoModel\nimport os\n"


def app_with(files: str | Mapping[str, str]) -> dict[str, str]:
    """Return a project whose ``app.py`` imports what its load needs; a text alone is that file."""
    written = {"app.py": files} if isinstance(files, str) else dict(files)
    return {**written, "app.py": HEAD + textwrap.dedent(written["app.py"])}
