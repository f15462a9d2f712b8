"""What every hub of ``HUBS`` promises, whatever it stores and however its loaders read.

A hub takes part with one world: models that can be pinned, changed and taken away.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from ptmdeps.errors import HubError, ModelNotFound, RevisionNotFound
from ptmdeps.hashing import sha256_of
from ptmdeps.hubs import HUBS, open_hub
from ptmdeps.hubs.protocol import Hub, PinRequest, Reading
from ptmdeps.identity import ModelKey
from ptmdeps.libraries.rows import LIBRARIES
from ptmdeps.lockfile.document import model_digest
from ptmdeps.lockfile.model import LockedModel, Lockfile
from ptmdeps.lockfile.text import dumps, loads
from ptmdeps.paths import case_collisions, safe_path
from ptmdeps.requirement import Requirement
from tests.contract.worlds import WORLDS, World
from tests.worlds import tree


@pytest.fixture(params=sorted(WORLDS))
def world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    yield from WORLDS[request.param](tmp_path / "world")


@pytest.fixture
def hub(world: World, tmp_path: Path) -> Hub:
    return world.open(tmp_path / "store")


def pin(hub: Hub, world: World, *, ref: str = "", revision: str = "") -> LockedModel:
    key = ModelKey(hub.name, world.name)
    return hub.pin(PinRequest(key=key, ref=ref, revision=revision, readings=(Reading(reads=world.reads),)))


def fetch(hub: Hub, model: LockedModel) -> list[Path]:
    return [hub.fetch(model, file, lambda _: None).path for file in model.files]


def test_every_hub_takes_part() -> None:
    assert set(WORLDS) == set(HUBS) - set(LIBRARIES)


@pytest.mark.parametrize("name", sorted(HUBS))
def test_a_hub_has_the_whole_protocol(name: str) -> None:
    hub = open_hub(name)
    assert hub is not None
    assert hub.name == name
    for member, theirs in inspect.getmembers(Hub, inspect.isfunction):
        if not member.startswith("_"):
            ours = getattr(type(hub), member)
            assert list(inspect.signature(ours).parameters) == list(inspect.signature(theirs).parameters)
            assert inspect.getdoc(ours)


def test_a_pin_is_whole(hub: Hub, world: World) -> None:
    model = pin(hub, world)
    assert model.key == ModelKey(hub.name, world.name)
    assert model.revision
    assert model.purl.startswith("pkg:")
    assert model.files
    assert list(model.files) == sorted(model.files, key=lambda file: file.path)
    assert list(model.edges) == sorted(model.edges)
    assert [safe_path(file.path) for file in model.files] == [file.path for file in model.files]
    assert case_collisions(file.path for file in model.files) == ()
    assert model.recorded_digest == model_digest(model)


def test_a_pin_survives_the_lockfile(hub: Hub, world: World) -> None:
    model = pin(hub, world)
    lockfile = Lockfile(requirements=(Requirement(key=model.key, reads=world.reads),), models=(model,))
    assert loads(dumps(lockfile)) == lockfile


def test_a_pin_is_the_same_from_every_store(hub: Hub, world: World, tmp_path: Path) -> None:
    assert pin(hub, world) == pin(hub, world) == pin(world.open(tmp_path / "other"), world)


def test_pins_at_the_same_time_do_not_mix(hub: Hub, world: World) -> None:
    expected = pin(hub, world), pin(hub, world, ref=world.ref)
    with ThreadPoolExecutor(8) as pool:
        futures = [pool.submit(pin, hub, world, ref=ref) for ref in ("", world.ref) * 4]
    assert [future.result() for future in futures] == list(expected) * 4


def test_the_default_moves_and_a_revision_does_not(hub: Hub, world: World) -> None:
    first = pin(hub, world)
    world.move()
    assert pin(hub, world).revision != first.revision
    assert pin(hub, world, revision=first.revision) == first
    if world.ref:
        assert pin(hub, world, ref=world.ref).revision == first.revision


def test_what_is_not_there_is_an_error_for_people(hub: Hub, world: World) -> None:
    with pytest.raises(RevisionNotFound) as caught:
        pin(hub, world, ref="no-such-ref")
    assert "no-such-ref" in caught.value.message
    assert caught.value.hint
    world.remove()
    with pytest.raises(ModelNotFound) as gone:
        pin(hub, world)
    assert world.name in gone.value.message
    assert gone.value.hint


def test_what_is_fetched_is_what_was_pinned(hub: Hub, world: World) -> None:
    model = pin(hub, world)
    if world.ref:
        world.move()
    for file, path in zip(model.files, fetch(hub, model), strict=True):
        assert path == hub.stored_path(model, file)
        assert path.is_relative_to(hub.store())
        assert (path.stat().st_size, sha256_of(path)) == (file.size, file.sha256)


def test_what_is_stored_needs_no_request(hub: Hub, world: World) -> None:
    model = pin(hub, world)
    fetch(hub, model)
    before = world.sent(), hub.requests()
    fetch(hub, model)
    assert (world.sent(), hub.requests()) == before
    assert before[1] > 0


def test_what_cannot_be_fetched_is_an_error_for_people(hub: Hub, world: World, tmp_path: Path) -> None:
    model = pin(hub, world)
    world.remove()
    with pytest.raises(HubError, match=world.name):
        fetch(world.open(tmp_path / "other"), model)


def test_damaged_bytes_can_be_thrown_away_and_fetched_again(hub: Hub, world: World, tmp_path: Path) -> None:
    model = pin(hub, world)
    if world.damage is None:
        pytest.skip("the protocol itself notices")
    hub = world.open(tmp_path / "other")
    world.damage()
    arrived = [(file, hub.fetch(model, file, lambda _: None)) for file in model.files]
    damaged = [file for file, came in arrived if (came.sha256 or sha256_of(came.path)) != file.sha256]
    assert len(damaged) == 1
    hub.discard(model, damaged[0])
    assert not hub.stored_path(model, damaged[0]).exists()
    hub.discard(model, damaged[0])
    assert sha256_of(hub.fetch(model, damaged[0], lambda _: None).path) == damaged[0].sha256


def test_nothing_arrives_where_nothing_is_fetched(hub: Hub, world: World) -> None:
    model = pin(hub, world)
    fetch(hub, model)
    assert [hub.arrived(model, file) for file in model.files] == [0] * len(model.files)


def test_protection_is_given_and_taken_back(hub: Hub, world: World) -> None:
    model = pin(hub, world)
    fetch(hub, model)
    before = tree(hub.store())
    hub.protect([model], "0123456789ab")
    assert before.items() <= tree(hub.store()).items()
    hub.protect([], "0123456789ab")
    assert tree(hub.store()) == before


def test_every_file_is_exposed_inside_of_the_models_own_folders(hub: Hub, world: World) -> None:
    model = pin(hub, world)
    exposure = hub.expose(model)
    assert {(link.source, link.sha256) for link in exposure.links} == {
        (hub.stored_path(model, file), file.sha256) for file in model.files
    }
    links, texts = [link.path for link in exposure.links], [path for path, _ in exposure.texts]
    assert len(links + texts) == len(set(links + texts))
    assert all(safe_path(path) == path for path in (*links, *texts, *exposure.folders))
    assert all(any(path.startswith(f"{folder}/") for folder in exposure.folders) for path in links)
    parents = {folder.rpartition("/")[0] for folder in exposure.folders}
    assert all(any(path.startswith(f"{parent}/") for parent in parents) for path in texts)


def test_variables_are_absolute_and_do_not_contradict(hub: Hub, tmp_path: Path) -> None:
    settings = hub.variables(tmp_path / ".ptm")
    if hub.name != "spacy":  # whose models are packages of Python, for which there is `running.python_path`
        assert settings
        assert str(tmp_path / ".ptm") in "".join(settings.values())
    assert not set(settings) & set(hub.conflicting_variables)
    assert list(settings) == sorted(settings)
