"""CycloneDX files of anybody, in JSON, as values of JSON: nothing is lost in them, and nothing is believed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ptmdeps.bom.cyclonedx.cards import Object
from ptmdeps.bom.cyclonedx.validation import problem_of
from ptmdeps.errors import PtmdepsError

MAX_BYTES = 512 * 1024 * 1024
"""Largest file that is read."""

READABLE = ("1.5", "1.6", "1.7")
"""Versions of the specification that are understood."""


def read(path: Path) -> Object:
    """A CycloneDX document that its schema accepts.

    Raises:
        PtmdepsError: it cannot be read, is none, or is not valid; with the place.
    """
    try:
        if path.stat().st_size > MAX_BYTES:
            raise PtmdepsError(f"`{path}` is larger than {MAX_BYTES // 1024**2} MiB")
        document: Any = json.loads(path.read_bytes())
    except OSError as error:
        raise PtmdepsError(f"`{path}` cannot be read: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        raise PtmdepsError(f"`{path}` is no JSON", hint="Only CycloneDX in JSON can be read") from error
    if not isinstance(document, dict) or document.get("bomFormat") != "CycloneDX":
        raise PtmdepsError(f"`{path}` is no CycloneDX", hint="Only CycloneDX in JSON can be read")
    version = document.get("specVersion")
    if version not in READABLE:
        raise PtmdepsError(
            f"`{path}` is CycloneDX {version!a}, which this ptmdeps does not know", hint=f"Known: {', '.join(READABLE)}"
        )
    if problem := problem_of(json.dumps(document), "json", version):
        raise PtmdepsError(f"`{path}` is no valid CycloneDX {version}: {problem}", hint="Ask who wrote it")
    return document


def every(document: Object) -> Iterator[Object]:
    """All components of a document, those inside of others too, in order; not that of ``metadata``."""
    pending = list(reversed(document.get("components", ())))
    while pending:
        component = pending.pop()
        yield component
        pending += reversed(component.get("components", ()))
