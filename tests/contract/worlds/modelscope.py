"""ModelScope."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from embedded_hub.faults import Corrupt
from embedded_modelscope import EmbeddedModelScope
from ptmdeps.hubs.modelscope import ModelScope
from ptmdeps.hubs.web import Patience
from ptmdeps.manifest.hubs import HubSettings
from tests.contract.worlds.world import World

HURRY = Patience(attempts=3, first_delay=0.01)
CARD = b"---\nlicense: Apache License 2.0\nbase_model: acme/base\n---\n# Model\n"


def world(_: Path) -> Iterator[World]:
    with EmbeddedModelScope() as hub:
        files = {"README.md": CARD, "config.json": b"{}", "model.safetensors": b"first " * 1000}
        repository = hub.create("acme/model", files)
        repository.tag("v1", repository.head)
        settings = HubSettings(endpoint=hub.endpoint)
        yield World(
            open=lambda store: ModelScope(settings=settings, cache=store, patience=HURRY),
            name="acme/model",
            reads="snapshot",
            ref="v1",
            move=lambda: repository.commit({"model.safetensors": b"second " * 1000}),
            remove=lambda: hub.delete("acme/model"),
            damage=lambda: hub.faults.add(Corrupt(position=9), method="GET", path=r"/repo\?", times=1),
            sent=lambda: len(hub.log),
        )
