"""``[tool.ptmdeps.hubs.…]``: where a hub is, for projects that use a mirror."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from ptmdeps.manifest.fields import Section, mistake, refuse_unknown, subsection, text

HUBS_WITH_SETTINGS = frozenset(
    {"gensim", "huggingface", "kaggle", "modelscope", "nltk", "oci", "ollama", "spacy", "stanza", "torchhub"}
)
_KEYS = frozenset({"endpoint"})


@dataclass(frozen=True, slots=True, kw_only=True)
class HubSettings:
    """What a manifest says of a hub.

    Attributes:
        endpoint: its address, without a slash at the end; empty where the manifest names none.
        source: the file that says so, for messages.
    """

    endpoint: str = ""
    source: str = ""


AS_IT_IS = HubSettings()
"""The settings of a hub of which the manifest says nothing."""


def hub_settings(section: Section, source: str) -> Iterator[tuple[str, HubSettings]]:
    """Yield name and settings of each hub that a manifest knows something of."""
    hubs = subsection(section, "hubs")
    refuse_unknown(hubs, HUBS_WITH_SETTINGS)
    for name in sorted(hubs.values):
        hub = subsection(hubs, name)
        refuse_unknown(hub, _KEYS)
        yield name, HubSettings(endpoint=_endpoint(hub), source=source)


def _endpoint(section: Section) -> str:
    value = text(section, "endpoint")
    if not value:
        return ""
    problem = "is no address of a hub"
    hint = "Write https://host, with a path if need be; names and passwords do not belong into a manifest"
    try:
        parts = urlsplit(value)
        port_fits = parts.port is None or parts.port > 0
    except ValueError as error:
        raise mistake(section, "endpoint", problem, hint=hint) from error
    plain = value.isprintable() and not any(character in value for character in " \\?#@")
    if parts.scheme not in {"http", "https"} or not parts.hostname or not plain or not port_fits:
        raise mistake(section, "endpoint", problem, hint=hint)
    return value.rstrip("/")
