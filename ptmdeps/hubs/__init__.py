"""The only package that talks to hubs or knows where loaders keep files: one module or package a hub."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from ptmdeps.libraries.rows import LIBRARIES
from ptmdeps.manifest.hubs import AS_IT_IS, HubSettings

if TYPE_CHECKING:
    from ptmdeps.hubs.protocol import Hub

HUBS: Mapping[str, str] = {
    "huggingface": "ptmdeps.hubs.huggingface:HuggingFace",
    "torchhub": "ptmdeps.hubs.torchhub:TorchHub",
    "url": "ptmdeps.hubs.url:Url",
    **dict.fromkeys(LIBRARIES, "ptmdeps.hubs.tables:Tables"),
}
"""Every hub that can be locked, by its name in the lockfile; loaded when first asked for."""


def open_hub(name: str, settings: HubSettings = AS_IT_IS) -> Hub | None:
    """The hub of that name, as a manifest sets it; ``None`` where models of that hub cannot be locked (yet)."""
    if name not in HUBS:
        return None
    from importlib import import_module

    module, _, attribute = HUBS[name].partition(":")
    make = getattr(import_module(module), attribute)
    hub: Hub = make(name=name, settings=settings) if name in LIBRARIES else make(settings=settings)
    return hub


__all__ = ["HUBS", "open_hub"]
