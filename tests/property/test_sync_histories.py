"""Whatever happened to an environment and its store, one sync makes them what the lock says."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from embedded_hub import EmbeddedHub, models
from ptmdeps.lockfile.model import Lockfile
from tests.worlds import Place, hugging_face, lock, requirement, tree

WISHES = (
    requirement("acme/base", "tokenizer"),
    requirement("acme/base"),
    requirement("acme/base", "file", ref="v1"),
    requirement("acme/lora", "peft"),
    requirement("short", "configuration"),
)
MODES = ("auto", "hardlink", "symlink", "copy")


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[EmbeddedHub, Path]]:
    folder = tmp_path_factory.mktemp("world")
    with EmbeddedHub(folder / "hub") as hub:
        hub.repositories.create("acme/base", models.bert_classifier()).tag("v1")
        hub.repositories["acme/base"].commit({"README.md": b"# later"})
        hub.repositories.create("acme/lora", models.lora_adapter("acme/base"))
        hub.repositories.alias("short", "acme/base")
        yield hub, folder


def _damage(folder: Path, random: Random) -> None:
    """Invert a byte of some file, if there is any, keeping its size."""
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.stat().st_size)
    if files:
        path = random.choice(files)
        content = bytearray(path.read_bytes())
        content[random.randrange(len(content))] ^= 0xFF
        path.write_bytes(content)


def _delete(folder: Path, random: Random) -> None:
    """Delete some file or folder, if there is any."""
    if found := sorted(folder.rglob("*")):
        path = random.choice(found)
        shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()


def _litter(folder: Path, random: Random) -> None:
    """Put a file where none belongs."""
    folders = sorted(path for path in (folder / "huggingface").rglob("*") if path.is_dir())
    if folders:
        (random.choice(folders) / "litter.txt").write_text("litter")


EVENTS: tuple[Callable[[Path, Random], None], ...] = (_damage, _delete, _litter)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data(), st.randoms(use_true_random=False))
def test_one_sync_is_enough(world: tuple[EmbeddedHub, Path], data: st.DataObject, random: Random) -> None:
    hub, folder = world
    shutil.rmtree(folder / "run", ignore_errors=True)
    place = Place(folder / "run" / "project", hugging_face(hub, folder / "run" / "store"))
    lockfile = Lockfile()
    for _ in range(data.draw(st.integers(1, 3))):
        wishes = data.draw(st.lists(st.sampled_from(WISHES), unique=True))
        lockfile = lock(place.hugging_face, *wishes, previous=lockfile)
        exact = data.draw(st.booleans())
        place.sync(lockfile, exact=exact, link_mode=data.draw(st.sampled_from(MODES)))
        assert place.plan(lockfile, exact=exact).current
        for event in data.draw(st.lists(st.sampled_from(EVENTS), max_size=3)):
            event(data.draw(st.sampled_from([place.environment, place.store / "models--acme--base"])), random)

    place.sync(lockfile, trust=False)

    fresh = Place(folder / "run" / "fresh", place.hugging_face)
    fresh.sync(lockfile, trust=False)
    assert _of_models(place) == _of_models(fresh)
    assert place.plan(lockfile, trust=False).current


def _of_models(place: Place) -> dict[str, bytes]:
    """What loaders see, without what they may have hidden."""
    return {path: content for path, content in tree(place.environment).items() if "/." not in path}
