"""gensim's list and releases."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from embedded_files import EmbeddedFiles
from embedded_hub.faults import Corrupt
from ptmdeps.hubs.gensim import Gensim
from ptmdeps.hubs.web import Patience
from ptmdeps.manifest.hubs import HubSettings
from tests.contract.worlds.world import World
from tests.language_lists import GensimList

HURRY = Patience(attempts=3, first_delay=0.01)
NAME = "acme-vectors-2"
SAID = {"license": "MIT"}


def world(_: Path) -> Iterator[World]:
    with EmbeddedFiles() as files:
        releases = GensimList(files)
        releases.release(NAME, b"first " * 1000, parts=2, said=SAID)
        releases.release("acme-other", b"other " * 1000)
        settings = HubSettings(endpoint=releases.publish())
        yield World(
            open=lambda store: Gensim(settings=settings, cache=store, patience=HURRY),
            name=NAME,
            reads="file",
            move=lambda: releases.release(NAME, b"second " * 1000, parts=2, said=SAID).publish(),
            remove=lambda: releases.remove(NAME).publish(),
            damage=lambda: files.faults.add(Corrupt(position=9), method="GET", path=".gz_01", times=1),
            sent=lambda: len(files.log),
        )
