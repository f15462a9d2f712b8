"""Kaggle: a variation with versions."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from embedded_hub.faults import Corrupt
from embedded_kaggle import EmbeddedKaggle
from embedded_tfhub import linear
from ptmdeps.hubs.kaggle import Kaggle
from ptmdeps.hubs.web import Patience
from ptmdeps.manifest.hubs import HubSettings
from tests.contract.worlds.world import World

HURRY = Patience(attempts=2, first_delay=0.01)
HANDLE = "acme/linear/tensorFlow2/base"


def world(_: Path) -> Iterator[World]:
    with EmbeddedKaggle() as kaggle:
        published = [kaggle.publish(HANDLE, linear(seed="v1"), notes="First", base="acme/encoder/tensorFlow2/base")]
        settings = HubSettings(endpoint=kaggle.endpoint)

        def move() -> None:
            published.append(kaggle.publish(HANDLE, linear(seed="v2")))

        def remove() -> None:
            for version in published:
                kaggle.withdraw(HANDLE, version)

        yield World(
            open=lambda store: Kaggle(settings=settings, cache=store, patience=HURRY),
            name=HANDLE,
            reads="snapshot",
            ref="1",
            move=move,
            remove=remove,
            damage=lambda: kaggle.faults.add(Corrupt(position=9), path="/storage/", times=1),
            sent=lambda: len(kaggle.log),
        )
