"""What a text can turn out to name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ptmdeps.scan.references import Kind, PinWay


@dataclass(frozen=True, slots=True)
class HubName:
    """A model of a hub, with what the text says besides.

    ``kind`` and ``pin`` are given where the text decides them, whatever the loader says.
    """

    name: str
    ref: str | None = None
    file: str | None = None
    hub: str = "huggingface"
    kind: Kind | None = None
    pin: PinWay | None = None


@dataclass(frozen=True, slots=True)
class LocalPath:
    """Something on the disk."""

    path: str


@dataclass(frozen=True, slots=True)
class NoName:
    """Text that names nothing; ``reason`` says why."""

    reason: str


Named = HubName | LocalPath | NoName


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """The text of an id argument, and what decides how it is read.

    Attributes:
        text: without space around it, and not empty.
        hub: the hub of the loader.
        owner: what bare names of the Hugging Face Hub get in front.
        ownerless: bare names that are left alone, in small letters.
        is_folder: whether the project has a folder of that name, which every loader prefers to the hub.
    """

    text: str
    hub: str
    owner: str
    ownerless: frozenset[str]
    is_folder: Callable[[str], bool]
