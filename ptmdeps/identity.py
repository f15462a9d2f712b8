"""How models, bytes and places are named."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

DEFAULT_REFS: Mapping[str, str] = {"huggingface": "main", "modelscope": "master", "oci": "latest", "ollama": "latest"}
"""What asking for no ref asks for, where every model of a hub has a default of that name."""

_BEFORE_REF: Mapping[str, str] = {"kaggle": "/", "oci": ":", "ollama": ":", "torchhub": ":"}
"""What stands between name and ref where a hub's own clients write both in one, beside the `@` of everybody."""


@dataclass(frozen=True, slots=True, order=True)
class ModelKey:
    """Which model: a hub and the model's name there. ``str()`` gives ``huggingface:org/name``."""

    hub: str
    name: str

    def __str__(self) -> str:
        return f"{self.hub}:{self.name}"

    @property
    def label(self) -> str:
        """The shortest text that a person can write for it: names of Hugging Face and addresses need no hub."""
        plain = self.hub == "huggingface" or (self.hub == "url" and "://" in self.name)
        return self.name if plain else str(self)

    def spellings(self, ref: str = "") -> tuple[str, ...]:
        """Every way to write it at ``ref`` (empty: the default), the shortest first."""
        texts = tuple(dict.fromkeys((self.label, str(self))))
        marks = dict.fromkeys(("@", _BEFORE_REF.get(self.hub, "@")))
        written = ref or DEFAULT_REFS.get(self.hub)
        found = tuple(f"{text}{mark}{written}" for text in texts for mark in marks) if written else ()
        return found if ref else (*texts, *found)

    @classmethod
    def parse(cls, text: str, *, default_hub: str = "huggingface") -> Self:
        """Read ``hub:name``; an address is its own name, and other text without a hub belongs to ``default_hub``."""
        hub, colon, name = text.partition(":")
        if colon and name.startswith("//"):
            return cls("url", text)
        return cls(hub, name) if colon else cls(default_hub, text)


@dataclass(frozen=True, slots=True, order=True)
class Location:
    """A place in the project: POSIX path relative to the scanned folder, line counted from 1."""

    path: str
    line: int

    def __str__(self) -> str:
        return f"{self.path}:{self.line}"
