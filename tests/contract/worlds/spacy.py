"""spaCy's releases."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from embedded_spacy import EmbeddedSpacy, pipeline_wheel
from ptmdeps.hubs.spacy import COMPATIBILITY, Spacy
from ptmdeps.hubs.web import Patience
from ptmdeps.manifest.hubs import HubSettings
from tests.contract.worlds.world import World

HURRY = Patience(attempts=3, first_delay=0.01)
NAME = "en_core_web_sm"


def world(folder: Path) -> Iterator[World]:
    with EmbeddedSpacy(folder) as spacy, pytest.MonkeyPatch.context() as patch:
        patch.setenv(COMPATIBILITY, spacy.compatibility_url)
        spacy.publish(NAME, "3.8.0")
        settings = HubSettings(endpoint=spacy.download_url)
        yield World(
            open=lambda store: Spacy(settings=settings, cache=store, patience=HURRY),
            name=NAME,
            reads="package",
            ref="3.8.0",
            move=lambda: spacy.publish(NAME, "3.8.1", wheel=pipeline_wheel(NAME, "3.8.1", punctuation="!?.;")),
            remove=lambda: spacy.delete("explosion/spacy-models"),
            damage=None,
            sent=lambda: len(spacy.log),
        )
