"""What a model card says beyond what a lock records: its successor, and what users are asked to accept."""

from __future__ import annotations

from ptmdeps.inspect.front_matter import UnreadableFrontMatterError, Value, entries, front_matter
from ptmdeps.inspect.names import repository_name

MAX_TERMS = 2000
"""Characters of the terms that are kept."""


def successor(readme: bytes) -> str:
    """The model that the card names as its ``new_version``; empty where it names none of the hub."""
    value = _value(readme, "new_version")
    return (repository_name(value) or "") if isinstance(value, str) else ""


def gate_terms(readme: bytes) -> str:
    """``extra_gated_prompt`` or its heading, in one line; empty where the card has neither."""
    for key in ("extra_gated_prompt", "extra_gated_heading"):
        value = _value(readme, key)
        if isinstance(value, str) and value.strip():
            text = " ".join(value[: 2 * MAX_TERMS].split())
            return text if len(text) <= MAX_TERMS else f"{text[: MAX_TERMS - 1]}…"
    return ""


def _value(readme: bytes, key: str) -> Value:
    """The last value of a key; of broken YAML nothing counts."""
    if key.encode() not in readme:  # cards with long tables of results take half a second to parse
        return None
    try:
        values = [value for _, value in entries(front_matter(readme), {key})]
    except UnreadableFrontMatterError:
        return None
    return values[-1] if values else None
