"""How people write a model: ``org/name``, ``org/name@ref``, ``hub:name@ref``, or the address of a file."""

from __future__ import annotations

import re

from ptmdeps.errors import ManifestError, UnsafeContent
from ptmdeps.identity import ModelKey
from ptmdeps.paths import printable, safe_name, safe_path

_SPELLING = (
    "A model is written `org/name`, `org/name@ref`, `hub:name` or `hub:name@ref`, "
    "and a file of weights as its address, `https://…`"
)
_SPECIFIER = re.compile(r"(?:(?P<hub>[a-z][a-z0-9_-]*):)?(?P<name>[^@\s]+)(?:@(?P<ref>\S+))?")
_ADDRESS = re.compile(r"(?:(?P<hub>[a-z][a-z0-9_-]*):)?(?P<name>https?://\S+)")
_OWN_REF = {
    "torchhub": re.compile(r"(?P<name>[^:]+):(?P<ref>.+)"),
    "kaggle": re.compile(r"(?P<name>(?:[^/]+/){3}[^/]+)/(?P<ref>[1-9][0-9]{0,8})"),
    "oci": re.compile(r"(?P<name>(?:[^/]+/)*[^/:]+):(?P<ref>[^/:]+)"),
    "ollama": re.compile(r"(?P<name>(?:[^/]+/)*[^/:]+):(?P<ref>[^/:]+)"),
}
"""Names with a ref as the hub's own client writes them: ``owner/name:ref``, ``owner/model/framework/variation/3``."""


def parse_specifier(text: str) -> tuple[ModelKey, str]:
    """Key and ref, which is empty where none is written.

    Raises:
        ManifestError: it is none of these.
    """
    match = _ADDRESS.fullmatch(text) or _SPECIFIER.fullmatch(text)
    if match is None:
        raise ManifestError(f"`{printable(text)}` is no model", hint=_SPELLING)
    found = match.groupdict()
    address = match.re is _ADDRESS
    hub, name, ref = found["hub"] or ("url" if address else "huggingface"), found["name"], found.get("ref") or ""
    if own := _OWN_REF[hub].fullmatch(name) if hub in _OWN_REF and not ref else None:
        name, ref = own["name"], own["ref"]
    if ":" in name and not address and found["hub"] is None:
        raise ManifestError(f"`{printable(text)}` is no model", hint=_SPELLING)
    try:
        return ModelKey(hub, safe_name(name)), safe_path(ref) if ref else ""
    except UnsafeContent as error:
        raise ManifestError(f"`{printable(text)}` is no model: {error.message}", hint=_SPELLING) from error


def specifier(key: ModelKey, ref: str = "") -> str:
    """The shortest way to write a model."""
    return f"{key.label}@{ref}" if ref else key.label
