from __future__ import annotations

from pathlib import Path

import pytest

from embedded_hub import EmbeddedHub, models
from embedded_hub.faults import server_error
from ptmdeps.hubs.huggingface import HuggingFace
from ptmdeps.lockfile.difference import Added, Changed, Removed
from ptmdeps.lockfile.model import LockedModel
from ptmdeps.upgrade.locks import Detailed, detailed, paired
from ptmdeps.upgrade.report import of_difference
from tests.worlds import hugging_face, key, pin


def locked(name: str, ref: str) -> LockedModel:
    return LockedModel(key=key(name), ref=ref, revision=ref[-1] * 40)


A1, A2, A3, B = locked("a/a", "v1"), locked("a/a", "v2"), locked("a/a", "v3"), locked("b/b", "v4")


def test_another_ref_of_one_model_is_a_change() -> None:
    found = paired((Removed(model=A1), Added(model=A2), Added(model=B)))
    assert found == (Changed(before=A1, after=A2), Added(model=B))


def test_several_refs_stay_apart() -> None:
    several = (Removed(model=A1), Added(model=A2), Added(model=A3))
    assert paired(several) == several
    assert paired((Changed(before=A1, after=A2),)) == (Changed(before=A1, after=A2),)


def looked_into(before: LockedModel, after: LockedModel, face: HuggingFace) -> Detailed:
    (found,) = detailed((Changed(before=before, after=after),), lambda _: face)
    return found


def test_two_locks_know_what_happened_between(hub: EmbeddedHub, tmp_path: Path) -> None:
    face = hugging_face(hub, tmp_path / "store")
    repository = hub.repositories.create("acme/m", models.bert_classifier())
    repository.tag("v1")
    before, tagged = pin(face, "acme/m"), pin(face, "acme/m", ref="v1")
    repository.commit(models.bert_classifier(seed="v2"), message="Retrain", author="eve")
    after = pin(face, "acme/m")
    found = looked_into(before, after, face)
    assert found.states == () and found.news
    assert ([one.title for one in found.news.commits], found.news.new_authors) == (["Retrain"], ("eve",))
    # who goes back to an earlier revision rewrites nothing
    back = looked_into(after, before, face)
    assert back.states == () and back.news is None
    repository.tag("v1")
    assert looked_into(tagged, pin(face, "acme/m", ref="v1"), face).states == ("tag-moved",)
    # to another ref is a wish of the project
    assert looked_into(tagged, after, face).states == ()


@pytest.mark.parametrize("lost", [False, True])
def test_two_locks_know_of_a_history_that_was_rewritten(hub: EmbeddedHub, tmp_path: Path, *, lost: bool) -> None:
    face = hugging_face(hub, tmp_path / "store")
    repository = hub.repositories.create("acme/m", models.bert_classifier())
    before = pin(face, "acme/m")
    repository.move("main", repository.history(before.revision)[1].id)
    repository.commit(models.bert_classifier(seed="v2"))
    if lost:
        repository.lose(before.revision)
    found = looked_into(before, pin(face, "acme/m"), face)
    assert found.states == ("rewritten",) and found.news is None
    assert found.comparison and "weights" in found.comparison.classes
    report = of_difference(found)
    assert "rewritten" in report.verdict.rules and not report.verdict.mergeable({"weights", "card"})


def test_two_locks_know_of_another_repository_and_owner(hub: EmbeddedHub, tmp_path: Path) -> None:
    face = hugging_face(hub, tmp_path / "store")
    hub.repositories.create("acme/m", models.bert_classifier())
    before = pin(face, "acme/m")
    hub.repositories.rename("acme/m", "umbrella/m")
    assert looked_into(before, pin(face, "umbrella/m"), face).states == ("owner-changed", "renamed")
    hub.repositories.create("acme/m", models.bert_classifier(seed="v2"))
    found = looked_into(before, pin(face, "acme/m"), face)
    assert found.states == ("recreated",)
    assert of_difference(found).verdict.severity == "major"


def test_without_the_hub_the_locks_are_compared_and_that_is_said(hub: EmbeddedHub, tmp_path: Path) -> None:
    face = hugging_face(hub, tmp_path / "store")
    repository = hub.repositories.create("acme/m", models.bert_classifier())
    before = pin(face, "acme/m")
    repository.commit({**models.bert_classifier(seed="v2"), "config.json": b'{"model_type": "bert"}'})
    after = pin(face, "acme/m")
    hub.faults.add(server_error(), path="/")
    for offline in (False, True):
        (found,) = detailed((Changed(before=before, after=after),), lambda _: face, offline=offline)
        assert found.comparison and found.comparison.classes == ("weights", "configuration")
        # configurations are in the store since they were locked, weights were never fetched
        assert [path for path, _ in found.comparison.unread] == ["model.safetensors"]
        assert bool(found.doubt) is not offline
        assert found.comparison.download == len(models.bert_classifier()["model.safetensors"])
