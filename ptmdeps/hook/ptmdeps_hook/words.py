"""What is said to the user of a program, and to ``ptmdeps run``."""

from __future__ import annotations

import os
from typing import Any

_LIBRARIES = (os.sep + "site-packages" + os.sep, os.sep + "dist-packages" + os.sep, "<frozen")
_HERE = os.path.dirname(os.path.abspath(__file__))


def user_site(frame: Any) -> str | None:  # noqa: ANN401
    """``file:line`` of the innermost line that belongs to no library."""
    while frame is not None:
        filename = frame.f_code.co_filename
        if not filename.startswith(_HERE) and not any(part in filename for part in _LIBRARIES):
            return f"{os.path.relpath(filename) if os.path.isabs(filename) else filename}:{frame.f_lineno}"
        frame = frame.f_back
    return None


def answer(name: str, site: str | None) -> str:
    """What is not locked, who asked for it, and what to type."""
    asked = f" (asked for by {site})" if site else ""
    return f"ptmdeps: the model `{name}` is not in ptm.lock{asked}.\nTo add it: ptmdeps install {name}"


def report(**facts: str | None) -> None:
    """Leave word for ``ptmdeps run``, which says it when the program has ended."""
    import json

    path = os.environ.get("PTMDEPS_REPORT")
    if path and os.path.isfile(path):
        with open(path, "a", encoding="utf-8") as stream:
            stream.write(json.dumps(facts) + "\n")
