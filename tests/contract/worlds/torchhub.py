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
MIT = b"""MIT License

Copyright (c) 2024 Acme

Permission is hereby granted, free of charge, to any person obtaining a copy of this software and
associated documentation files (the "Software"), to deal in the Software without restriction,
including without limitation the rights to use, copy, modify, merge, publish, distribute,
sublicense, and/or sell copies of the Software, and to permit persons to whom the Software is
furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial
portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT
NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND
NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES
OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN
CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.
"""
HUBCONF = '''dependencies = ["torch"]


def net(pretrained=False, size={size}):
    """A net."""
    from model import Net

    return Net(size)
'''


def world(folder: Path) -> Iterator[World]:
    with EmbeddedGitHub(folder) as github:
        first = {"hubconf.py": HUBCONF.format(size=1).encode(), "model.py": b"class Net: ...\n"}
        first["LICENSE"] = MIT
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
