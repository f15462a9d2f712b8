"""stanza's list and models."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from embedded_files import EmbeddedFiles
from embedded_hub.faults import Corrupt
from ptmdeps.hubs.stanza import Stanza
from ptmdeps.hubs.web import Patience
from ptmdeps.manifest.hubs import HubSettings
from tests.contract.worlds.world import World
from tests.language_lists import StanzaList

HURRY = Patience(attempts=3, first_delay=0.01)
NAME = "en"


def world(_: Path) -> Iterator[World]:
    with EmbeddedFiles() as files:
        models = StanzaList(files)
        models.language(NAME, {"tokenize": b"first " * 1000, "pos": b"tags " * 1000})
        models.language("de", {"tokenize": b"other " * 1000})
        settings = HubSettings(endpoint=models.publish())
        yield World(
            open=lambda store: Stanza(settings=settings, cache=store, patience=HURRY),
            name=NAME,
            reads="stanza",
            move=lambda: models.language(NAME, {"tokenize": b"second " * 1000, "pos": b"tags " * 1000}).publish(),
            remove=lambda: models.remove(NAME).publish(),
            damage=lambda: files.faults.add(Corrupt(position=9), method="GET", path="pos/combined.pt", times=1),
            sent=lambda: len(files.log),
        )
