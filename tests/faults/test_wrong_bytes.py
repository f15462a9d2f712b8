"""Bytes of the right size and the wrong content, from the hub or in the store."""

from __future__ import annotations

import os
import re
import shutil

import pytest

from embedded_hub import models
from embedded_hub.faults import Corrupt, Fault, Lie, Reset, Truncate
from ptmdeps.following import WORTH_FOLLOWING
from tests.faults.test_kills import damage
from tests.faults.world import ADAPTER, CLASSIFIER, World, listing, publish, wrong_files

pytestmark = pytest.mark.faults


@pytest.fixture
def published(world: World) -> World:
    publish(world.hub)
    world.asks_for(CLASSIFIER)
    return world


def test_a_small_file_that_is_damaged_once_is_asked_for_again(published: World) -> None:
    published.run("lock")
    expected = published.lockfile.read_bytes()
    published.lockfile.unlink()
    rule = published.hub.faults.add(Corrupt(position=3), method="GET", path="config.json", times=1)

    published.told(HF_HUB_CACHE=str(published.root / "fresh")).run("lock")

    assert rule.hits == 1
    assert published.lockfile.read_bytes() == expected


def test_a_small_file_that_is_always_damaged_is_not_locked(published: World) -> None:
    published.hub.faults.add(Corrupt(position=3), method="GET", path="config.json")

    outcome = published.run("lock", code=1)

    assert re.search(r"`config.json` of `acme/classifier@[0-9a-f]{12}` does not match what the hub lists", outcome.err)
    assert re.search(r"expected: git:[0-9a-f]{40}\n\s*found:    git:[0-9a-f]{40}\n", outcome.err)
    assert "app.py:2" in outcome.err
    assert not published.lockfile.exists()
    assert not list(published.store.glob("*/snapshots/*/config.json")), "other users of the store must not read it"
    published.hub.faults.clear()
    published.run("sync")


def test_a_large_file_that_is_damaged_once_is_fetched_again(published: World) -> None:
    published.run("lock")
    rule = published.hub.faults.add(Corrupt(position=30_000), method="GET", path="/cdn/", times=1)

    published.run("sync")

    assert rule.hits == 1
    assert wrong_files(published.environment, published.locked()) == []


def test_a_large_file_that_is_always_damaged_is_refused_with_expected_and_found(published: World) -> None:
    published.run("sync")
    publish(published.hub, seed="v2")
    published.run("lock", "-U")
    before = listing(published.project)
    rule = published.hub.faults.add(Corrupt(position=30_000), method="GET", path="/cdn/")

    outcome = published.run("sync", code=1)

    weights = next(f for f in published.locked()["model"][0]["files"] if f["path"] == "model.safetensors")
    revision = published.locked()["model"][0]["revision"]
    assert rule.hits == 2
    assert f"`model.safetensors` of `{CLASSIFIER}@{revision[:12]}` does not match the lock" in outcome.err
    assert f"expected: sha256:{weights['sha256']}" in outcome.err
    assert re.search(r"found:    sha256:[0-9a-f]{64}", outcome.err)
    assert "hint: " in outcome.err
    assert listing(published.project) == before
    assert not list(published.store.glob(f"*/snapshots/{revision}/model.safetensors"))
    published.hub.faults.clear()
    published.run("sync")
    assert wrong_files(published.environment, published.locked()) == []


def test_damage_in_the_store_is_found_named_and_repaired(published: World) -> None:
    published.run("sync")
    damage(published)

    outcome = published.run("sync")

    assert f"`model.safetensors` of `{CLASSIFIER}` is damaged in the store" in outcome.err
    assert "expected: sha256:" in outcome.err
    assert "found:    sha256:" in outcome.err
    assert wrong_files(published.environment, published.locked()) == []


def test_damage_in_the_store_without_a_hub_keeps_everything(published: World) -> None:
    published.run("sync")
    damage(published)
    before = listing(published.project)

    outcome = published.run("sync", "--offline", code=2)

    assert f"`{CLASSIFIER}`" in outcome.err
    assert "Run `ptmdeps sync` once with a connection" in outcome.err
    assert listing(published.project) == before


def test_damage_that_keeps_size_and_time_is_found_by_rehash(published: World) -> None:
    published.run("sync", "--link-mode", "copy")
    for path in published.store.glob("*/snapshots/*/model.safetensors"):
        blob, times = path.resolve(), path.stat()
        content = bytearray(blob.read_bytes())
        content[-1] ^= 1
        blob.write_bytes(content)
        os.utime(blob, ns=(times.st_atime_ns, times.st_mtime_ns))
    published.environment.rename(published.project / "moved")

    outcome = published.run("sync", "--rehash")

    assert "is damaged in the store" in outcome.err
    assert wrong_files(published.environment, published.locked()) == []


@pytest.mark.parametrize("path", ["model.safetensors", "config.json"])
@pytest.mark.parametrize("lie", [{"sha256": "0" * 64, "oid": "0" * 40}, {"size": 17}, {"size": 10**18}])
def test_a_hub_that_lies_about_a_file_is_not_believed(published: World, path: str, lie: dict[str, object]) -> None:
    published.hub.faults.add(Lie(path=path, **lie))  # type: ignore[arg-type]

    outcome = published.run("sync", code=None)

    assert outcome.code in (1, 2), outcome.text
    assert path in outcome.err or CLASSIFIER in outcome.err
    assert "hint: " in outcome.err
    assert not published.environment.exists()


def test_an_adapter_whose_base_is_damaged_leaves_no_half_environment(published: World) -> None:
    published.asks_for(ADAPTER)
    published.run("lock")
    sizes = {f["path"]: f["sha256"] for m in published.locked()["model"] for f in m["files"]}
    published.hub.faults.add(Corrupt(position=1), method="GET", path=sizes["model.safetensors"])

    published.run("sync", code=1)

    assert not published.environment.exists()
    assert {path.name for path in published.project.iterdir()} == {"app.py", "ptm.lock"}


@pytest.mark.parametrize(
    "fault",
    [Corrupt(position=9_000_000), Corrupt(position=0), Truncate(keep=5_000_000), Reset(after=8_500_000)],
    ids=["damaged at its end", "damaged at its beginning", "cut short", "reset"],
)
def test_a_file_that_is_hashed_while_it_arrives_is_verified_like_any_other(world: World, fault: Fault) -> None:
    world.hub.repositories.create("acme/large", models.bert_classifier(weight_bytes=WORTH_FOLLOWING + 1_000_000))
    world.asks_for("acme/large")
    world.run("lock")
    rule = world.hub.faults.add(fault, path="/cdn/", times=1)

    world.run("sync")

    assert rule.hits == 1
    assert wrong_files(world.environment, world.locked()) == []
    if isinstance(fault, Corrupt):
        world.environment.rename(world.root / "aside")
        shutil.rmtree(world.store)
        world.hub.faults.add(fault, path="/cdn/")
        assert "does not match the lock" in world.run("sync", code=1).err
        assert not world.environment.exists()
