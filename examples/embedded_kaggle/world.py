"""What a Kaggle has: models, their variations, and the numbered versions of those."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from embedded_kaggle.frameworks import framework, shown

if TYPE_CHECKING:
    from collections.abc import Mapping

_PARTS = 4
_CREATED = "2026-01-{:02d}T10:00:00.000Z"
_DAYS = 28


@dataclass(frozen=True, slots=True, kw_only=True)
class Handle:
    """A variation of a model for one framework, which is what has versions; `framework` is the enumeration's name."""

    owner: str
    model: str
    framework: str
    variation: str

    @classmethod
    def parse(cls, text: str) -> Handle:
        """Return the handle `owner/model/framework/variation`.

        Raises:
            ValueError: It is none.
        """
        parts = text.split("/")
        name = framework(parts[2]) if len(parts) == _PARTS else None
        if name is None:
            raise ValueError(f"{text!r} is not owner/model/framework/variation of a framework Kaggle knows")
        return cls(owner=parts[0], model=parts[1], framework=name, variation=parts[3])

    def __str__(self) -> str:
        return f"{self.owner}/{self.model}/{shown(self.framework)}/{self.variation}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """A version; its files never change."""

    number: int
    notes: str
    created: str
    files: Mapping[str, bytes]
    composite: bool
    """Kept in storage without an MD5, as what was uploaded in pieces."""


@dataclass(slots=True, kw_only=True)
class Instance:
    """A variation: licence and base belong to it, not to a version."""

    handle: Handle
    licence: str = "Apache 2.0"
    base: str | None = None
    external_base: str = ""
    overview: str = ""
    versions: dict[int, Version] = field(default_factory=dict)
    published: int = 0

    @property
    def newest(self) -> Version | None:
        """The version that a handle without a number means, or None where all are gone."""
        return self.versions[max(self.versions)] if self.versions else None


@dataclass(slots=True, kw_only=True)
class Model:
    """A model: what its page says, and who may have it."""

    owner: str
    slug: str
    title: str = ""
    subtitle: str = ""
    description: str = ""
    private: bool = False
    gated: bool = False
    consents: set[str] = field(default_factory=set)
    instances: dict[Handle, Instance] = field(default_factory=dict)

    @property
    def ref(self) -> str:
        """`owner/slug`."""
        return f"{self.owner}/{self.slug}"

    def visible_to(self, user: str | None) -> bool:
        """Tell whether somebody may know of it; None is who did not log in."""
        return not self.private or user == self.owner

    def open_to(self, user: str | None) -> bool:
        """Tell whether somebody may download it."""
        return not self.gated or user == self.owner or user in self.consents


def created(number: int) -> str:
    """Return when a version was made: it follows from its number, so that the same calls give the same answers."""
    return _CREATED.format((number - 1) % _DAYS + 1)


def identifier(*parts: object) -> int:
    """Return a number for a thing, the same in every run."""
    return int(hashlib.sha256("/".join(map(str, parts)).encode()).hexdigest()[:6], 16)
