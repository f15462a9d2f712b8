"""NLTK's index and packages."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from embedded_files import EmbeddedFiles
from ptmdeps.hubs.nltk import Nltk
from ptmdeps.hubs.web import Patience
from ptmdeps.manifest.hubs import HubSettings
from tests.contract.worlds.world import World
from tests.language_lists import NltkIndex

HURRY = Patience(attempts=3, first_delay=0.01)
NAME = "acme_words"


def world(_: Path) -> Iterator[World]:
    with EmbeddedFiles() as files:
        index = NltkIndex(files)
        index.package(NAME, {"en": "first\n", "README": "Words of Acme\n"}, license="MIT")
        index.package("acme_other", {"en": "other\n"})
        settings = HubSettings(endpoint=index.publish())
        yield World(
            open=lambda store: Nltk(settings=settings, cache=store, patience=HURRY),
            name=NAME,
            reads="file",
            move=lambda: (
                index.package(NAME, {"en": "second\n", "README": "Words of Acme\n"}, license="MIT") and index.publish()
            ),
            remove=lambda: index.remove(NAME).publish(),
            damage=None,
            sent=lambda: len(files.log),
        )
