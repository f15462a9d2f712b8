"""TensorFlow Hub: a model that moved to Kaggle, asked for without a version."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from embedded_tfhub import EmbeddedTfHub, linear
from ptmdeps.hubs.tfhub import TfHub
from ptmdeps.hubs.web import Patience
from tests.contract.worlds.world import World

HURRY = Patience(attempts=2, first_delay=0.01)


def world(_: Path) -> Iterator[World]:
    with EmbeddedTfHub() as hub:
        at_kaggle = "acme/linear/tensorFlow2/base"
        hub.publish("acme/linear", linear(seed="v1"), kaggle=at_kaggle)
        published = [1]

        def move() -> None:
            published.append(hub.publish("acme/linear", linear(seed="v2"), kaggle=at_kaggle))

        def remove() -> None:
            for version in published:
                hub.withdraw("acme/linear", version)

        yield World(
            open=lambda store: TfHub(cache=store, patience=HURRY),
            name=f"{hub.endpoint}/acme/linear",
            reads="snapshot",
            ref="1",
            move=move,
            remove=remove,
            damage=None,  # an archive says itself that it is not whole
            sent=lambda: len(hub.log),
        )
