"""How models, bytes and places are named."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self


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
