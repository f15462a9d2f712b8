"""Ollama's registry."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from embedded_hub.faults import Corrupt
from embedded_registry import EmbeddedRegistry, ollama
from ptmdeps.hubs.ollama import Ollama
from ptmdeps.hubs.web import Patience
from tests.contract.worlds.world import World

HURRY = Patience(attempts=3, first_delay=0.01)


def world(_: Path) -> Iterator[World]:
    with EmbeddedRegistry() as registry:
        first = registry.push("acme/model", ollama.model(seed="first"), tag="latest")
        registry.push("acme/model", ollama.model(seed="first"), tag="v1")
        pushed = [first]
        yield World(
            open=lambda store: Ollama(cache=store, patience=HURRY),
            name=f"{registry.host}/acme/model",
            reads="ollama",
            ref="v1",
            move=lambda: pushed.append(registry.push("acme/model", ollama.model(seed="second"), tag="latest")),
            remove=lambda: _delete(registry, pushed),
            damage=lambda: registry.faults.add(Corrupt(position=1), method="GET", path="/manifests/", times=1),
            sent=lambda: len(registry.log),
        )


def _delete(registry: EmbeddedRegistry, pushed: list[str]) -> None:
    for digest in pushed:
        registry.delete("acme/model", digest)
