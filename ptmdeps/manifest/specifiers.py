"""How people write a model: ``org/name``, ``org/name@ref`` or ``hub:org/name@ref``."""

from __future__ import annotations

import re

from ptmdeps.errors import ManifestError, UnsafeContent
from ptmdeps.identity import ModelKey
from ptmdeps.paths import printable, safe_path

_SPELLING = "A model is written `org/name`, `org/name@ref` or `hub:org/name@ref`"
_SPECIFIER = re.compile(r"(?:(?P<hub>[a-z][a-z0-9-]*):)?(?P<name>[^@:\s]+)(?:@(?P<ref>\S+))?")


def parse_specifier(text: str) -> tuple[ModelKey, str]:
    """Key and ref, which is empty where none is written.

    Raises:
        ManifestError: it is none of these.
    """
    match = _SPECIFIER.fullmatch(text)
    if match is None:
        raise ManifestError(f"`{printable(text)}` is no model", hint=_SPELLING)
    try:
        name, ref = safe_path(match["name"]), match["ref"] or ""
        return ModelKey(match["hub"] or "huggingface", name), safe_path(ref) if ref else ""
    except UnsafeContent as error:
        raise ManifestError(f"`{printable(text)}` is no model: {error.message}", hint=_SPELLING) from error


def specifier(key: ModelKey, ref: str = "") -> str:
    """The shortest way to write a model."""
    name = key.name if key.hub == "huggingface" else str(key)
    return f"{name}@{ref}" if ref else name
