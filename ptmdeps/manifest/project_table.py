"""What a project says of itself in ``[project]`` of its ``pyproject.toml``, for its own entry in the bill."""

from __future__ import annotations

import contextlib
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ptmdeps.manifest.bom import Party
from ptmdeps.paths import printable

FILENAME = "pyproject.toml"

_MAX_BYTES = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectFacts:
    """See https://packaging.python.org/specifications/pyproject-toml/; empty is what nobody said.

    Attributes:
        license: the SPDX expression of PEP 639, or the text of the older table.
        repository: the address among ``urls`` that is called like one.
    """

    name: str = ""
    version: str = ""
    description: str = ""
    license: str = ""
    authors: tuple[Party, ...] = ()
    repository: str = ""


NOTHING_KNOWN = ProjectFacts()
"""Of a project without such a file."""


def project_facts(root: Path) -> ProjectFacts:
    """What stands there; nothing where there is no such file, or it cannot be read, as the manifest's reader says."""
    table: Any = {}
    with contextlib.suppress(OSError, ValueError, RecursionError):
        path = root / FILENAME
        if path.is_file() and path.stat().st_size <= _MAX_BYTES:
            table = tomllib.loads(path.read_text(encoding="utf-8")).get("project", {})
    if not isinstance(table, dict):
        return NOTHING_KNOWN
    declared = table.get("license")
    return ProjectFacts(
        name=_text(table.get("name")),
        version=_text(table.get("version")),
        description=_text(table.get("description")),
        license=_text(declared.get("text") if isinstance(declared, dict) else declared),
        authors=tuple(_authors(table.get("authors"))),
        repository=_repository(table.get("urls")),
    )


def _authors(listed: object) -> Iterator[Party]:
    for item in listed if isinstance(listed, list) else ():
        if isinstance(item, dict) and (_text(item.get("name")) or _text(item.get("email"))):
            email = _text(item.get("email"))
            yield Party(name=_text(item.get("name")) or email, email=email)


def _repository(urls: object) -> str:
    named = {str(name).lower(): _text(url) for name, url in urls.items()} if isinstance(urls, dict) else {}
    found = (named[name] for name in ("repository", "source", "source code", "homepage") if name in named)
    return next((url for url in found if url.startswith(("https://", "http://"))), "")


def _text(value: object) -> str:
    return printable(" ".join(value.split()), limit=2000) if isinstance(value, str) else ""
