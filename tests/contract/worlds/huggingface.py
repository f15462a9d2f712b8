"""The Hugging Face Hub."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from embedded_hub import EmbeddedHub, models
from embedded_hub.faults import Corrupt
from tests.contract.worlds.world import World
from tests.worlds import hugging_face


def world(folder: Path) -> Iterator[World]:
    with EmbeddedHub(folder) as hub:
        repository = hub.repositories.create("acme/model", models.bert_classifier(storage="pickle"))
        repository.tag("v1")
        yield World(
            open=lambda store: hugging_face(hub, store),
            name="acme/model",
            reads="transformers",
            ref="v1",
            move=lambda: repository.commit(models.bert_classifier(seed="v2", storage="pickle")),
            remove=lambda: hub.repositories.delete("acme/model"),
            damage=lambda: hub.faults.add(Corrupt(position=9), method="GET", path="/cdn/", times=1),
            sent=lambda: len(hub.log),
        )
