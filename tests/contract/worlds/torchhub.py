"""PyTorch Hub: repositories of a Git server."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from embedded_github import EmbeddedGitHub
from ptmdeps.hubs.torchhub import TorchHub
from ptmdeps.hubs.web import Patience
from ptmdeps.manifest.hubs import HubSettings
from tests.contract.worlds.world import World

HURRY = Patience(attempts=2, first_delay=0.01)
HUBCONF = '''dependencies = ["torch"]


def net(pretrained=False, size={size}):
    """A net."""
    from model import Net

    return Net(size)
'''


def world(folder: Path) -> Iterator[World]:
    with EmbeddedGitHub(folder) as github:
        first = {"hubconf.py": HUBCONF.format(size=1).encode(), "model.py": b"class Net: ...\n"}
        repository = github.create("acme/nets", first)
        repository.tag("v1")
        settings = HubSettings(endpoint=github.endpoint)
        yield World(
            open=lambda store: TorchHub(settings=settings, cache=store, patience=HURRY),
            name="acme/nets",
            reads="snapshot",
            ref="v1",
            move=lambda: repository.commit({"hubconf.py": HUBCONF.format(size=2).encode()}),
            remove=lambda: github.delete("acme/nets"),
            damage=None,
            sent=lambda: len(github.log),
        )
