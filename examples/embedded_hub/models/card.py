"""Model cards and other text files."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

Files = dict[str, bytes]
"""Path in the repository -> content."""

CardValue = str | list[str]


def json_file(document: object) -> bytes:
    """Return a JSON file as the frameworks write it."""
    return (json.dumps(document, indent=2) + "\n").encode()


def card(title: str, facts: Mapping[str, CardValue]) -> bytes:
    """Return a `README.md` with `facts` as its front matter."""
    lines = ["---"]
    for key, value in facts.items():
        lines += [f"{key}: {value}"] if isinstance(value, str) else [f"{key}:", *(f"- {item}" for item in value)]
    return (
        "\n".join([*lines, "---", "", f"# {title}", "", "A small model made for tests; it knows nothing."]) + "\n"
    ).encode()
