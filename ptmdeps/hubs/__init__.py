"""The only package that talks to hubs or knows where loaders keep files: one module or package a hub."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING

from ptmdeps.libraries.rows import LIBRARIES
from ptmdeps.manifest.hubs import AS_IT_IS, HubSettings
from ptmdeps.project import cache_folder

if TYPE_CHECKING:
    from ptmdeps.hubs.protocol import Hub

HUBS: Mapping[str, str] = {
    "gensim": "ptmdeps.hubs.gensim:Gensim",
    "huggingface": "ptmdeps.hubs.huggingface:HuggingFace",
    "kaggle": "ptmdeps.hubs.kaggle:Kaggle",
    "modelscope": "ptmdeps.hubs.modelscope:ModelScope",
    "nltk": "ptmdeps.hubs.nltk:Nltk",
    "stanza": "ptmdeps.hubs.stanza:Stanza",
    "oci": "ptmdeps.hubs.oci:Oci",
    "ollama": "ptmdeps.hubs.ollama:Ollama",
    "tfhub": "ptmdeps.hubs.tfhub:TfHub",
    "torchhub": "ptmdeps.hubs.torchhub:TorchHub",
    "spacy": "ptmdeps.hubs.spacy:Spacy",
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


def stores() -> tuple[str, ...]:
    """The hubs that have something in a store of this machine, sorted; nothing is opened to say so."""
    folder = cache_folder() / "models"
    kept = {path.name for path in folder.iterdir()} if folder.is_dir() else set()
    return tuple(sorted({"huggingface", *(kept & HUBS.keys())} - LIBRARIES.keys()))


def opened(names: Iterable[str], settings: Callable[[str], HubSettings]) -> dict[str, Hub | None]:
    """The hubs of these names, and those that have something in a store: who syncs frees what he needs no more."""
    return {name: open_hub(name, settings(name)) for name in sorted({*names, *stores()})}


__all__ = ["HUBS", "open_hub", "opened", "stores"]
