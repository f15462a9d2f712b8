"""Models that are renamed, deleted, gated, rewritten or moved under our feet."""

from __future__ import annotations

import pytest

from embedded_hub import models
from embedded_hub.faults import Then
from tests.faults.world import ADAPTER, CLASSIFIER, World, listing, publish, wrong_files

pytestmark = pytest.mark.faults


@pytest.fixture
def published(world: World) -> World:
    publish(world.hub)
    world.asks_for(CLASSIFIER)
    return world


def _lose_the_locked_commit(world: World) -> str:
    """As when somebody force-pushes and the hub collects what is left; returns the commit that is there instead."""
    repository = world.hub.repositories[CLASSIFIER]
    locked = repository.resolve("main")
    repository.move("main", repository.history(locked)[1].id)
    instead = repository.commit(models.bert_classifier(seed="rewritten"), message="Rewrite")
    repository.lose(locked)
    return instead


def test_a_lost_commit_names_the_model_and_the_command_that_helps(published: World) -> None:
    published.run("lock")
    instead = _lose_the_locked_commit(published)
    before = listing(published.project)

    outcome = published.run("sync", code=2)

    assert f"`{CLASSIFIER}@" in outcome.err
    assert "the hub has no such commit" in outcome.err
    assert f"ptmdeps lock -P {CLASSIFIER}" in outcome.err
    assert listing(published.project) == before
    published.run("lock", "-P", CLASSIFIER)
    published.run("sync")
    assert published.locked()["model"][0]["revision"] == instead
    assert wrong_files(published.environment, published.locked()) == []


def test_a_lost_commit_that_is_stored_is_no_loss(published: World) -> None:
    published.run("sync")
    before = listing(published.project)
    _lose_the_locked_commit(published)

    published.run("lock")
    published.run("sync")
    published.environment.rename(published.root / "aside")
    published.run("sync")

    assert listing(published.project) == before


def test_a_renamed_model_is_followed_by_lock_and_sync(published: World) -> None:
    published.run("lock")
    published.hub.repositories.rename(CLASSIFIER, "acme/new-name")

    published.run("sync")

    assert wrong_files(published.environment, published.locked()) == []
    published.run("lock", "-U")
    published.run("sync")
    model = published.locked()["model"][0]
    assert (model["name"], model["aliases"]) == ("acme/new-name", [CLASSIFIER])
    assert wrong_files(published.environment, published.locked()) == []


def test_a_deleted_model_is_named_with_who_needs_it(published: World) -> None:
    published.asks_for(ADAPTER)
    published.run("sync")
    before = listing(published.project)
    published.hub.repositories.delete(CLASSIFIER)

    outcome = published.run("lock", "-U", code=2)

    assert f"the hub has no model `{CLASSIFIER}`" in outcome.err
    assert f"because app.py:2 → {ADAPTER}" in outcome.err
    assert "hint: " in outcome.err
    assert listing(published.project) == before
    published.run("sync")
    published.run("run", "--", "true")


def test_a_model_that_was_gated_meanwhile_says_where_to_ask(published: World) -> None:
    published.run("lock")
    published.hub.repositories[CLASSIFIER].gate("manual")
    before = listing(published.project)

    outcome = published.run("sync", code=2)

    assert "is gated" in outcome.err
    assert f"{published.hub.endpoint}/{CLASSIFIER}" in outcome.err
    assert "HF_TOKEN" in outcome.err
    assert listing(published.project) == before
    published.hub.repositories.users["hf_ada"] = "ada"
    published.hub.repositories[CLASSIFIER].grant("ada")
    allowed = published.told(HF_TOKEN="hf_ada")
    allowed.run("sync")
    assert wrong_files(published.environment, published.locked()) == []


def test_a_wrong_token_says_so_and_is_not_shown(published: World) -> None:
    published.hub.repositories[CLASSIFIER].gate("auto")

    outcome = published.told(HF_TOKEN="hf_wrongSecret").run("lock", code=2)

    assert CLASSIFIER in outcome.err
    assert "hf auth" in outcome.err
    assert "hf_wrongSecret" not in outcome.text


@pytest.mark.parametrize("after", range(4))
def test_a_branch_that_moves_between_two_calls_still_gives_one_commit(published: World, after: int) -> None:
    repository = published.hub.repositories[CLASSIFIER]
    old = repository.resolve("main")
    new: list[str] = []
    published.hub.faults.add(
        Then(lambda: new.append(repository.commit(models.bert_classifier(seed="moved", weight_bytes=60_000)))),
        path=CLASSIFIER,
        after=after,
        times=1,
    )

    published.run("sync")

    model = published.locked()["model"][0]
    assert new
    assert model["revision"] in (old, new[0])
    assert wrong_files(published.environment, published.locked()) == []
    listed = repository.listing(model["revision"])
    assert {file["path"]: file["git"] for file in model["files"]} == {
        file["path"]: listed[file["path"]].id for file in model["files"]
    }
