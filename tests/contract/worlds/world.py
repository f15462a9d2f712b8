"""What the tests of the contract need to know of a hub."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from ptmdeps.hubs.protocol import Hub
from ptmdeps.requirement import FileSelection


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """A hub with one model in it.

    Attributes:
        open: gives the hub with the store in a folder.
        name: of the model.
        reads: how it is read.
        ref: a ref that stays where it is; empty for a hub that has no refs.
        move: lets the default ref lead to another revision.
        remove: takes the model away.
        damage: lets the hub send wrong bytes, once; ``None`` where the protocol itself notices (Git).
        sent: how many requests arrived.
        selection: what a load says about the model, where the hub needs more than its name.
    """

    open: Callable[[Path], Hub]
    name: str
    reads: str
    ref: str = ""
    move: Callable[[], object]
    remove: Callable[[], object]
    damage: Callable[[], object] | None
    sent: Callable[[], int]
    selection: FileSelection = FileSelection()


_HUBS = (
    "gensim",
    "huggingface",
    "kaggle",
    "modelscope",
    "nltk",
    "oci",
    "ollama",
    "spacy",
    "stanza",
    "tfhub",
    "torchhub",
    "url",
)
"""Those whose models have bytes; what libraries call models is in `test_tables_contract.py`."""


def _world(name: str) -> Callable[[Path], Iterator[World]]:
    make: Callable[[Path], Iterator[World]] = import_module(f"tests.contract.worlds.{name}").world
    return make


WORLDS: Mapping[str, Callable[[Path], Iterator[World]]] = {name: _world(name) for name in _HUBS}
