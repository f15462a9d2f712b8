"""Disks, clocks and stores that fail under ``install``, ``remove``, ``upgrade``, ``export`` and ``cache``."""

from __future__ import annotations

import errno
import shutil
from pathlib import Path

import pytest

from embedded_hub.faults import Then
from tests.faults.disks import needs_mounts, read_only, small
from tests.faults.test_store import BROKEN
from tests.faults.world import ADAPTER, PICKLED, Listing, Outcome, World, listing, publish, wrong_files

pytestmark = pytest.mark.faults

CHANGES = {
    "install": ("install", PICKLED),
    "remove": ("remove", ADAPTER),
    "upgrade": ("upgrade", "--brief"),
}
PAGE = 4096


@pytest.fixture
def ready(world: World) -> World:
    """A project in which there is something to install, to remove and to upgrade."""
    publish(world.hub)
    world.asks_for()
    world.manifest.write_text(f'# ours\nmodels = ["{ADAPTER}"]\n')
    world.run("sync", "--link-mode", "symlink")
    publish(world.hub, seed="v2")
    return world


def fits(project: Path, world: World) -> bool:
    """Whether manifest, lock and environment say the same."""
    world.run("lock", "--check")
    world.run("sync", "--check")
    return wrong_files(project / ".ptm", world.locked()) == []


@needs_mounts
@pytest.mark.parametrize("name", CHANGES)
def test_a_project_that_is_full_stays_as_it_was(ready: World, name: str) -> None:
    """However much fits: a part of the environment, all of it, the manifest, or the lock as well."""
    said = set()
    with small(ready, ready.project) as disk:
        seen = disk.see(ready.project)
        before = listing(seen)
        for pages in range(12):
            disk.fill(leave=pages * PAGE)
            outcome = disk.world.run(*CHANGES[name], code=None)
            disk.free()
            print(pages, outcome)
            if outcome.code == 0:
                break
            said.add(outcome.err.splitlines()[-3])
            assert outcome.code == 2
            assert listing(seen) == before, pages
    print(said)
    assert 0
