"""What tables of libraries say reads a model: there is a decision for each of these words."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from embedded_files import EmbeddedFiles
from ptmdeps.environment import build, contents, mismatches
from ptmdeps.hashing import sha256_of
from ptmdeps.hubs.huggingface.selection import RULES
from ptmdeps.hubs.protocol import PinRequest, Reading
from ptmdeps.hubs.url import FOLDERS, Url
from ptmdeps.identity import ModelKey
from ptmdeps.libraries.rows import LIBRARIES
from ptmdeps.libraries.shipped_tables import shipped
from ptmdeps.libraries.table import Entry
from ptmdeps.lockfile.model import Lockfile
from ptmdeps.requirement import FileSelection

PLACES = {
    "clip": "files/clip/net.pt",
    "flair": "files/flair/embeddings/net.pt",
    "keras": "files/keras/net.pt",
    "torch": "torch/hub/checkpoints/net.pt",
    "torchaudio": "torch/hub/torchaudio/models/net.pt",
    "ultralytics": "files/ultralytics/net.pt",
    "whisper": "files/whisper/net.pt",
}
"""Way of reading -> where a file that is read so is in an environment."""

NAMES = {"flair": ("embeddings/net.pt",), "torchaudio": ("models/net.pt",)}
"""What tables say of the name under which a file is kept, for ways that have folders of their own."""


def entries() -> Iterator[Entry]:
    """Every entry of every version of every shipped table."""
    tables = {row.shipped for rows in LIBRARIES.values() for row in rows}
    for table in sorted(tables):
        for changes in shipped(table).changes.values():
            for change in changes:
                yield from change.fact or ()


def reads(hub: str) -> set[str]:
    return {entry.reads for entry in entries() if entry.key.hub == hub}


def test_every_way_of_reading_a_file_at_an_address_has_a_place() -> None:
    assert reads("url") == set(PLACES)
    assert set(FOLDERS) <= set(PLACES)


def test_every_way_of_reading_a_repository_has_a_rule() -> None:
    found = reads("huggingface")
    assert {"timm", "flair", "open-clip", "faster-whisper"} <= found
    assert found <= set(RULES)


@pytest.mark.parametrize("way", sorted(PLACES))
def test_a_file_is_where_its_loader_finds_it_and_nothing_else_is_in_the_way(way: str, tmp_path: Path) -> None:
    hub = Url(cache=tmp_path / "store")
    with EmbeddedFiles() as files:
        key = ModelKey("url", files.put("/net.pt", b"weights"))
        selection = FileSelection(files=NAMES.get(way, ()))
        model = hub.pin(PinRequest(key=key, readings=(Reading(reads=way, selection=selection),)))
    wanted = contents(Lockfile(models=(model,)), {"url": hub})
    assert [link.path for link in wanted.links] == [PLACES[way]]
    build(tmp_path / ".ptm", wanted, link_mode="copy")
    assert list(mismatches(tmp_path / ".ptm", wanted, lambda path: sha256_of(Path(path)), exact=True)) == []
