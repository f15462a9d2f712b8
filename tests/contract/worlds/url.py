"""Files at plain addresses."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from embedded_files import EmbeddedFiles
from embedded_hub.faults import Corrupt
from ptmdeps.hubs.url import Url
from ptmdeps.hubs.web import Patience
from tests.contract.worlds.world import World

HURRY = Patience(attempts=3, first_delay=0.01)


def world(_: Path) -> Iterator[World]:
    with EmbeddedFiles() as files:
        url = files.put("/models/net.pth", b"first " * 1000)
        yield World(
            open=lambda store: Url(cache=store, patience=HURRY),
            name=url,
            reads="torch",
            move=lambda: files.put("/models/net.pth", b"second " * 1000),
            remove=lambda: files.remove("/models/net.pth"),
            damage=lambda: files.faults.add(Corrupt(position=9), method="GET", times=1),
            sent=lambda: len(files.log),
        )
