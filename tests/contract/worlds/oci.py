"""A registry of the OCI."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from embedded_hub.faults import Corrupt
from embedded_registry import EmbeddedRegistry, artifacts
from ptmdeps.hubs.oci import Oci
from ptmdeps.hubs.web import Patience
from tests.contract.worlds.world import World

HURRY = Patience(attempts=3, first_delay=0.01)


def world(_: Path) -> Iterator[World]:
    with EmbeddedRegistry() as registry:
        first = registry.push(
            "acme/model", artifacts.kitops({"config.json": b"{}", "model.safetensors": b"first " * 1000}), tag="latest"
        )
        registry.push(
            "acme/model", artifacts.kitops({"config.json": b"{}", "model.safetensors": b"first " * 1000}), tag="v1"
        )
        pushed = [first]
        yield World(
            open=lambda store: Oci(cache=store, patience=HURRY),
            name=f"{registry.host}/acme/model",
            reads="model",
            ref="v1",
            move=lambda: pushed.append(
                registry.push(
                    "acme/model",
                    artifacts.kitops({"config.json": b"{}", "model.safetensors": b"second " * 1000}),
                    tag="latest",
                )
            ),
            remove=lambda: _delete(registry, pushed),
            damage=lambda: registry.faults.add(Corrupt(position=1), method="GET", path="/manifests/", times=1),
            sent=lambda: len(registry.log),
        )


def _delete(registry: EmbeddedRegistry, pushed: list[str]) -> None:
    for digest in pushed:
        registry.delete("acme/model", digest)
